//go:build !linux && !windows

package presence

import "context"

// macOS tells it by notifications that only a program with a run loop and C
// code gets, and Guichet has neither outside of its window's library.
func watch(context.Context, func(bool)) error { return ErrNone }
