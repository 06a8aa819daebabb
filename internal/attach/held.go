package attach

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// How long an operation waits for a file that another program holds, in all and
// between two tries. Virus scanners and indexers look at a file when it is new,
// most often for less than a second.
const (
	patience     = 2 * time.Second
	firstPause   = 10 * time.Millisecond
	longestPause = 250 * time.Millisecond
)

// errHeld is a file that another program held for as long as we waited: it is
// there, and may be free at the next try.
var errHeld = errors.New("another program holds the file")

// patiently does an operation on a file until no other program holds it. What
// held makes of an error tells whether one does. After patience, or when ctx
// ends, it is errHeld with the last error (and that of ctx); the operation is
// tried once in any case.
func patiently(ctx context.Context, held func(error) bool, do func() error) error {
	end := time.Now().Add(patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := do()
		if err == nil || !held(err) {
			return err
		}
		left := time.Until(end)
		if left <= 0 {
			return fmt.Errorf("%w: %w", errHeld, err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), fmt.Errorf("%w: %w", errHeld, err))
		case <-time.After(min(pause, left)):
		}
	}
}

// rename gives a file its name, over one that has it, such that it survives a
// power cut once the folder is synced too.
func rename(ctx context.Context, from, to string) error {
	return patiently(ctx, heldForChange, func() error { return renameSafely(from, to) })
}

// open opens a stored file for reading, such that it can be removed meanwhile.
func open(ctx context.Context, path string) (f *os.File, err error) {
	err = patiently(ctx, heldForReading, func() error {
		f, err = openShared(path)
		var named *fs.PathError
		if errors.As(err, &named) {
			err = named.Err // it goes to a log, which has no use for the account's name
		}
		return err
	})
	return f, err
}

// discard removes a file. One that is gone is what was wanted, and one that
// another program holds is left to Sweep.
func discard(ctx context.Context, path string) error {
	err := patiently(ctx, heldForChange, func() error { return removeIfThere(path) })
	if errors.Is(err, errHeld) {
		return nil
	}
	return err
}
