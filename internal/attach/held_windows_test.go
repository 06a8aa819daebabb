package attach_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/privacy"

	"golang.org/x/sys/windows"
)

// hold opens a file as another program would, which shares it as told, until
// release or the end of the test.
func hold(tb testing.TB, path string, share uint32) (release func()) {
	tb.Helper()
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		tb.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		tb.Fatalf("hold: %v", err)
	}
	release = sync.OnceFunc(func() {
		if err := windows.CloseHandle(h); err != nil {
			tb.Errorf("release: %v", err)
		}
	})
	tb.Cleanup(release)
	return release
}

// How others share a file that they have open.
const (
	nothing    = 0
	asScanners = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE // neither rename nor removal
	everything = asScanners | windows.FILE_SHARE_DELETE
)

// Moments of the clock that stands still while there is something to do: the
// first try fails at 0 and the second at 10 ms.
const (
	behindTheFirstRetry = 15 * time.Millisecond
	never               = time.Hour
	longEnough          = 2 * time.Second
)

// withHeld runs do beside a holder of the file at path that lets go after a
// while, and tells how long do took.
func withHeld(t *testing.T, path string, share uint32, lets time.Duration, do func()) time.Duration {
	t.Helper()
	release := hold(t, path, share)
	timer := time.AfterFunc(lets, release)
	defer timer.Stop()
	begin := time.Now()
	do()
	return time.Since(begin)
}

// A virus scanner that has the file for a moment is waited for; one that keeps
// it is a matter for another attempt, and nothing that is gone.
func TestOpenHeld(t *testing.T) {
	t.Run("OKReleased", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			took := withHeld(t, filepath.Join(dir, stored.Name), nothing, behindTheFirstRetry, func() {
				if got := read(t, s, stored); string(got) != "facture" {
					t.Errorf("read %q", got)
				}
			})
			if took < behindTheFirstRetry {
				t.Errorf("opened after %s: this system lets one open what is held", took)
			}
		})
	})
	t.Run("ErrHeld", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			took := withHeld(t, filepath.Join(dir, stored.Name), nothing, never, func() {
				_, err := s.Open(t.Context(), "claire", stored.Name, stored.Size)
				if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %v", err)
				}
				if err != nil && strings.Contains(err.Error(), dir) {
					t.Errorf("names the folder: %v", err)
				}
			})
			if took != longEnough {
				t.Errorf("gave up after %s", took)
			}
		})
	})
	t.Run("ErrCancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			ctx, cancel := context.WithTimeout(t.Context(), behindTheFirstRetry)
			defer cancel()
			took := withHeld(t, filepath.Join(dir, stored.Name), nothing, never, func() {
				_, err := s.Open(ctx, "claire", stored.Name, stored.Size)
				if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %v", err)
				}
			})
			if took != behindTheFirstRetry {
				t.Errorf("gave up after %s", took)
			}
		})
	})
	t.Run("OKHoldsReleased", func(t *testing.T) { // or the same bytes would be kept twice
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			withHeld(t, filepath.Join(dir, stored.Name), nothing, behindTheFirstRetry, func() {
				if !s.Holds(t.Context(), "claire", stored.Name, stored.Size, stored.SHA256) {
					t.Error("not found")
				}
			})
		})
	})
}

// Bytes that are being read, for an upload or a thumbnail, are in the way of
// nobody who removes or replaces them.
func TestOpenShared(t *testing.T) {
	s, dir := newStore(t, privacy.Plain{})
	stored := put(t, s, []byte("facture"))
	f, err := s.Open(t.Context(), "claire", stored.Name, stored.Size)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Remove(filepath.Join(dir, stored.Name)); err != nil {
		t.Errorf("remove while it is read: %v", err)
	}
	if b, err := io.ReadAll(f); string(b) != "facture" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{}) {
		t.Errorf("folder holds %q", got)
	}
}

func TestRemoveHeld(t *testing.T) {
	t.Run("OKReleased", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			withHeld(t, filepath.Join(dir, stored.Name), asScanners, behindTheFirstRetry, func() {
				if err := s.Remove(t.Context(), stored.Name); err != nil {
					t.Error(err)
				}
			})
			if got := names(t, dir); !slices.Equal(got, []string{}) {
				t.Errorf("folder holds %q", got)
			}
		})
	})
	t.Run("OKLeftToSweep", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored, other := put(t, s, []byte("facture")), put(t, s, []byte("other"))
			later := time.Now().AddDate(100, 0, 0) // the files have the real time
			took := withHeld(t, filepath.Join(dir, stored.Name), asScanners, never, func() {
				if err := s.Remove(t.Context(), stored.Name); err != nil {
					t.Error(err)
				}
			})
			if took != longEnough {
				t.Errorf("gave up after %s", took)
			}
			begin := time.Now()
			if n, err := s.Sweep(nil, later, time.Hour); n != 1 || err != nil || time.Since(begin) != 0 {
				t.Errorf("swept %d of what nobody holds, want 1: %v, %s", n, err, time.Since(begin))
			}
			if got := names(t, dir); !slices.Equal(got, []string{stored.Name}) {
				t.Errorf("folder holds %q besides %s", got, other.Name)
			}
		})
	})
	t.Run("OKSweptNextTime", func(t *testing.T) {
		s, dir := newStore(t, privacy.Plain{})
		stored := put(t, s, []byte("facture"))
		later := time.Now().Add(2 * time.Hour)
		release := hold(t, filepath.Join(dir, stored.Name), asScanners)
		for i, held := range []bool{true, false} {
			if !held {
				release()
			}
			if n, err := s.Sweep(nil, later, time.Hour); n != i || err != nil {
				t.Errorf("held %t: swept %d, %v", held, n, err)
			}
		}
	})
	t.Run("OKCancelled", func(t *testing.T) { // it is tried, without waiting
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			free, held := put(t, s, []byte("free")), put(t, s, []byte("held"))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			took := withHeld(t, filepath.Join(dir, held.Name), asScanners, never, func() {
				for _, name := range []string{free.Name, held.Name} {
					if err := s.Remove(ctx, name); err != nil {
						t.Error(err)
					}
				}
			})
			if got := names(t, dir); took != 0 || !slices.Equal(got, []string{held.Name}) {
				t.Errorf("folder holds %q after %s", got, took)
			}
		})
	})
}
