package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"guichet/internal/disk"
)

// Rect is a part of the desktop that all screens make together, in its pixels.
type Rect struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Frame is where the window is.
type Frame struct {
	Rect           // as it is when it is not maximised
	Maximised bool `json:"maximised"`
}

// frames is where the window was, for each set of screens, the last one first.
type frames struct {
	mu   sync.Mutex
	read bool
	all  []framed
}

type framed struct {
	Screens string `json:"screens"`
	Frame   Frame  `json:"frame"`
}

// A window is found again and can be moved where so much of its top is on a screen.
const (
	framesKept           = 8
	graspWide, graspHigh = 120, 32
	leastWide, leastHigh = 480, 480 // of the window, see main.go
)

// framesFile holds it; a window that opens in its usual place is no harm, so what is
// wrong with it stops nothing.
func (a *App) framesFile() string { return filepath.Join(a.cfg.Data, "window.json") }

func (a *App) loadFrames() {
	f := &a.frames
	if f.read {
		return
	}
	f.read = true
	body, err := os.ReadFile(a.framesFile())
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = json.Unmarshal(body, &f.all)
	}
	if err != nil {
		f.all = nil
		a.log.Warn().Str("error", safe(err)).Msg("place of the window not read")
	}
}

// LastFrame is where the window was the last time, whatever the screens were; false
// when it was nowhere yet.
func (a *App) LastFrame() (Frame, bool) {
	a.frames.mu.Lock()
	defer a.frames.mu.Unlock()
	a.loadFrames()
	if len(a.frames.all) == 0 {
		return Frame{}, false
	}
	f := a.frames.all[0].Frame
	return f, f.W >= leastWide && f.H >= leastHigh
}

// FrameOn is where the window was the last time with these screens; false when it was
// nowhere, or could not be grasped there.
func (a *App) FrameOn(screens []Rect) (Frame, bool) {
	a.frames.mu.Lock()
	defer a.frames.mu.Unlock()
	a.loadFrames()
	for _, f := range a.frames.all {
		if f.Screens == nameOf(screens) {
			return f.Frame, f.Frame.W >= leastWide && f.Frame.H >= leastHigh && f.Frame.graspable(screens)
		}
	}
	return Frame{}, false
}

// KeepFrame keeps where the window is with these screens.
func (a *App) KeepFrame(screens []Rect, now Frame) {
	a.frames.mu.Lock()
	defer a.frames.mu.Unlock()
	a.loadFrames()
	kept := framed{nameOf(screens), now}
	if len(a.frames.all) > 0 && a.frames.all[0] == kept {
		return
	}
	others := slices.DeleteFunc(slices.Clone(a.frames.all), func(f framed) bool { return f.Screens == kept.Screens })
	a.frames.all = append([]framed{kept}, others[:min(len(others), framesKept-1)]...)
	if err := a.writeFrames(); err != nil {
		a.log.Warn().Str("error", safe(err)).Msg("place of the window not kept")
	}
}

func (a *App) writeFrames() error {
	body, err := json.Marshal(a.frames.all)
	if err != nil {
		return err
	}
	return disk.Write(context.Background(), a.framesFile(), body, 0o600)
}

// Fitted is the window wholly on the screen where its middle is, the first one where that
// is on none; true when it was not there. One that is larger than its screen fills it: the
// system knows what of the screen is its own.
func (f Frame) Fitted(screens []Rect) (Frame, bool) {
	if f.Maximised || len(screens) == 0 {
		return f, false
	}
	x, y := f.X+f.W/2, f.Y+f.H/2
	at := max(0, slices.IndexFunc(screens, func(s Rect) bool {
		return x >= s.X && x < s.X+s.W && y >= s.Y && y < s.Y+s.H
	}))
	s, was := screens[at], f
	f.Maximised = f.W > s.W || f.H > s.H
	f.W, f.H = min(f.W, s.W), min(f.H, s.H)
	f.X = min(max(f.X, s.X), s.X+s.W-f.W)
	f.Y = min(max(f.Y, s.Y), s.Y+s.H-f.H)
	return f, f != was
}

// graspable tells whether enough of the window's top is on one screen.
func (f Frame) graspable(screens []Rect) bool {
	return slices.ContainsFunc(screens, func(s Rect) bool {
		wide := min(f.X+f.W, s.X+s.W) - max(f.X, s.X)
		return wide >= graspWide && f.Y >= s.Y && f.Y+graspHigh <= s.Y+s.H
	})
}

// nameOf is a set of screens, in whatever order the system lists them.
func nameOf(screens []Rect) string {
	all := slices.Clone(screens)
	slices.SortFunc(all, func(a, b Rect) int {
		return slices.Compare([]int{a.X, a.Y, a.W, a.H}, []int{b.X, b.Y, b.W, b.H})
	})
	return fmt.Sprint(all)
}
