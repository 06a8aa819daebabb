//go:build !windows && !(linux && production && webkit2_41)

package main

import (
	"context"

	"guichet/app"
)

// frameNow knows nothing here: the window opens where the system puts it.
func frameNow(context.Context) (app.Frame, []app.Rect, bool) { return app.Frame{}, nil, false }

func placeFrame(app.Frame) {}
