package main

import (
	"context"
	"time"

	"guichet/app"
)

// frameLook is how often it is looked where the window is: closing tells too late, and a
// system that ends the program does not tell at all.
const frameLook = time.Second

// followFrame puts the window where it was the last time with these screens, or else wholly
// onto its screen, and keeps where it is.
func followFrame(ctx context.Context, a *app.App) {
	tick := time.NewTicker(frameLook)
	defer tick.Stop()
	placed := false
	var last app.Frame
	for {
		if now, screens, ok := frameNow(ctx); ok {
			switch was, found := a.FrameOn(screens); {
			case !placed:
				if !found {
					was, found = now.Fitted(screens)
				}
				if found {
					placeFrame(was)
				}
			case placed && now == last: // it has come to rest
				a.KeepFrame(screens, now)
			}
			placed, last = true, now
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
