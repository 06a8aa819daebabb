package attach_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"
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
	release := disktest.Hold(t, path, share)
	timer := time.AfterFunc(lets, release)
	defer timer.Stop()
	begin := time.Now()
	do()
	return time.Since(begin)
}

// How long another program is waited for is tested in package disk: here, that a
// stored file is opened so.
func TestOpenHeld(t *testing.T) {
	t.Run("ErrCancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored := put(t, s, []byte("facture"))
			ctx, cancel := context.WithTimeout(t.Context(), behindTheFirstRetry)
			defer cancel()
			took := withHeld(t, filepath.Join(dir, stored.Name), disktest.Nothing, never, func() {
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
			withHeld(t, filepath.Join(dir, stored.Name), disktest.Nothing, behindTheFirstRetry, func() {
				if !s.Holds(t.Context(), "claire", stored.Name, stored.Size, stored.SHA256) {
					t.Error("not found")
				}
			})
		})
	})
}

func TestRemoveHeld(t *testing.T) {
	t.Run("OKLeftToSweep", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, dir := newStore(t, privacy.Plain{})
			stored, other := put(t, s, []byte("facture")), put(t, s, []byte("other"))
			s.Settled(other.Name)
			later := time.Now().AddDate(100, 0, 0) // the files have the real time
			took := withHeld(t, filepath.Join(dir, stored.Name), disktest.AsScanners, never, func() {
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
		s.Settled(stored.Name)
		later := time.Now().Add(2 * time.Hour)
		release := disktest.Hold(t, filepath.Join(dir, stored.Name), disktest.AsScanners)
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
			took := withHeld(t, filepath.Join(dir, held.Name), disktest.AsScanners, never, func() {
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
