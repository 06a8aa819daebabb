package disk

import (
	"context"
	"errors"
	"fmt"
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

// ErrHeld is a file that another program held for as long as we waited: it is
// there, and may be free at the next try.
var ErrHeld = errors.New("another program holds the file")

// patiently does an operation on a file until no other program holds it. What
// held makes of an error tells whether one does.
func patiently(ctx context.Context, held func(error) bool, do func() error) error {
	end := time.Now().Add(patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := do()
		if err == nil || !held(err) {
			return err
		}
		left := time.Until(end)
		if left <= 0 {
			return fmt.Errorf("%w: %w", ErrHeld, err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), fmt.Errorf("%w: %w", ErrHeld, err))
		case <-time.After(min(pause, left)):
		}
	}
}
