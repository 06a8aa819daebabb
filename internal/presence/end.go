package presence

import "context"

// End is what a PC, or the session that the program runs in, is about to do.
type End int

// What is about to happen.
const (
	Sleeps End = iota // the program goes on afterwards, if the power lasts
	Ends              // the session does, or the PC
)

// WatchEnd calls ending before the PC sleeps, and before it or the session of the
// operating system ends, until ctx ends; it then returns nil. The system waits until
// ending has returned, for a few seconds at the most, so it is for saving what was typed
// and for nothing else. Where there is nothing to ask it returns ErrNone at once. It is
// run in a goroutine of its own.
//
// Not every end is told: a power cut is not, nor is whatever the system does by force.
func WatchEnd(ctx context.Context, ending func(End)) error { return watchEnd(ctx, ending) }
