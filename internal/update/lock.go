package update

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// lock takes one of our own locks within that time, and tries once in any case.
func (s *swap) lock(ctx context.Context, name string, within time.Duration) (*flock.Flock, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	return s.lockFile(ctx, s.dir.path(name), within)
}

var errLocked = errors.New("another process has it")

func (s *swap) lockFile(ctx context.Context, path string, within time.Duration) (*flock.Flock, error) {
	lock := flock.New(path)
	got, err := lock.TryLock()
	if err == nil && !got && within > 0 {
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		if got, err = lock.TryLockContext(ctx, 20*time.Millisecond); errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
	}
	if err == nil && !got {
		err = errLocked
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return lock, nil
}

func (s *swap) unlock(lock *flock.Flock) {
	if err := lock.Unlock(); err != nil {
		s.Report("give a lock free", err)
	}
}

// passing is how long the lock may be free between two of the processes of a swap.
const passing = 500 * time.Millisecond

// Settled waits until nobody changes programs any more, by what lies in that folder, and
// tells whether somebody did; an error when they still do at the end of ctx. A swap that
// was cut short is nobody's: the next start goes on with it.
func Settled(ctx context.Context, dir string) (waited bool, err error) {
	s := newSwap(Program{Dir: dir})
	if !there(s.dir.path(swapLock)) {
		return false, nil
	}
	for free := time.Now(); time.Since(free) < passing; {
		turn, err := s.lock(ctx, swapLock, 0)
		switch {
		case errors.Is(err, errLocked):
			waited, free = true, time.Now()
		case err != nil:
			return waited, err
		default:
			j, err := s.journal(ctx)
			s.unlock(turn)
			if err != nil || j.Phase == phaseDone { // nothing was begun, or nothing is known of it
				return waited, nil
			}
		}
		select {
		case <-ctx.Done():
			return waited, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return waited, nil
}
