package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"guichet/app"
)

// closeOnSignal closes the program as its window's cross does, but for questions, when
// the system asks it to end: at the end of a session on Linux. Whoever asks again while it
// ends does not cut that short.
func closeOnSignal(ctx context.Context, a *app.App) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, os.Interrupt)
	for {
		select {
		case <-told:
			a.CloseUnasked()
		case <-ctx.Done():
			return
		}
	}
}
