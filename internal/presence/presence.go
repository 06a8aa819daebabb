// Package presence tells when the session of the operating system is locked and
// unlocked, so that the window can be masked by then. It masks nothing, locks
// nothing and asks nobody who sits there. That the PC slept is not told here:
// it is seen by the clock, on every system alike.
package presence

import (
	"context"
	"errors"
)

// ErrNone is a system that does not tell whether its session is locked.
var ErrNone = errors.New("this system does not tell when its session is locked")

// Watch calls changed whenever the session that the program runs in is locked
// or unlocked, until ctx ends; it then returns nil and has left nothing behind.
// Where there is nothing to ask, it returns ErrNone at once. It is run in a
// goroutine of its own.
//
// The session counts as unlocked at first, and a state is told once: the first
// call says true, the next one false. Calls come one after another, and none
// comes after Watch has returned; what they do should be short, since what is
// told meanwhile waits.
//
// False says that nothing claims a lock any more. It is no proof that the same
// person is back, and a lock that nobody confirms ends by itself: whoever masks
// a window must let a person unmask it, whatever was told here.
func Watch(ctx context.Context, changed func(locked bool)) error {
	return watch(ctx, changed)
}
