package attach_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"

	"golang.org/x/sys/windows"
)

// scanned calls found with the path of the file that is being stored, at the
// end of its bytes: a scanner takes it before it has its name.
func scanned(tb testing.TB, dir string, found func(path string)) io.Reader {
	return io.MultiReader(bytes.NewReader([]byte("facture")), readerFunc(func([]byte) (int, error) {
		for _, name := range names(tb, dir) {
			if filepath.Ext(name) == ".part" {
				found(filepath.Join(dir, name))
			}
		}
		return 0, nil
	}))
}

func TestPutHeld(t *testing.T) {
	t.Run("OKReleased", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			begin := time.Now()
			r := scanned(t, dir, func(path string) { time.AfterFunc(behindTheFirstRetry, disktest.Hold(t, path, disktest.AsScanners)) })
			stored, err := s.Put(t.Context(), "claire", r, mega, nil)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took < behindTheFirstRetry {
				t.Errorf("named after %s: this system lets one rename what is held", took)
			}
			if got := names(t, dir); !slices.Equal(got, []string{stored.Name}) {
				t.Errorf("folder holds %q", got)
			}
			if got := read(t, s, stored); string(got) != "facture" {
				t.Errorf("read %q", got)
			}
		})
	})
	t.Run("ErrHeld", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			begin := time.Now()
			var release func()
			r := scanned(t, dir, func(path string) { release = disktest.Hold(t, path, disktest.AsScanners) })
			stored, err := s.Put(t.Context(), "claire", r, mega, nil)
			if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) || stored != (attach.Stored{}) {
				t.Errorf("got %+v, %v", stored, err)
			}
			// The folder takes files and the disk has room.
			if errors.Is(err, desk.ErrReadOnly) || errors.Is(err, desk.ErrDiskFull) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(begin); took != 2*longEnough { // for the name, and to clear up
				t.Errorf("gave up after %s", took)
			}
			later := time.Now().AddDate(100, 0, 0)
			if left := names(t, dir); len(left) != 1 || filepath.Ext(left[0]) != ".part" {
				t.Errorf("folder holds %q", left)
			}
			release()
			if n, err := s.Sweep(nil, later, time.Hour); n != 1 || err != nil {
				t.Errorf("swept %d, %v", n, err)
			}
		})
	})
	t.Run("ErrCancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			ctx, cancel := context.WithTimeout(t.Context(), behindTheFirstRetry)
			defer cancel()
			begin := time.Now()
			_, err := s.Put(ctx, "claire", scanned(t, dir, func(path string) { disktest.Hold(t, path, disktest.AsScanners) }), mega, nil)
			if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took != behindTheFirstRetry {
				t.Errorf("got %v after %s", err, took)
			}
		})
	})
}
