package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFrames(t *testing.T) {
	data := t.TempDir()
	desk := []Rect{{0, 0, 1920, 1080}, {1920, 0, 1280, 1024}}
	same := []Rect{desk[1], desk[0]}
	laptop := []Rect{{0, 0, 1366, 768}}
	at := Frame{Rect: Rect{2000, 10, 1000, 700}}
	start := func() *App { return New(Config{Data: data}) }
	a := start()
	if _, ok := a.LastFrame(); ok {
		t.Error("a window that was nowhere")
	}
	a.KeepFrame(desk, at)
	a.KeepFrame(laptop, Frame{Rect: Rect{5, 6, 900, 600}, Maximised: true})
	a = start()
	if got, ok := a.FrameOn(same); !ok || got != at {
		t.Errorf("on two screens: %+v, %v", got, ok)
	}
	if got, ok := a.FrameOn(laptop); !ok || !got.Maximised || got.X != 5 {
		t.Errorf("on one screen: %+v, %v", got, ok)
	}
	if got, ok := a.LastFrame(); !ok || got.W != 900 {
		t.Errorf("last: %+v, %v", got, ok)
	}
	if _, ok := a.FrameOn([]Rect{{0, 0, 800, 600}}); ok {
		t.Error("screens that were never there")
	}
	for n := range 3 * framesKept {
		a.KeepFrame([]Rect{{0, 0, 1000 + n, 800}}, at)
	}
	if got := len(a.frames.all); got != framesKept {
		t.Errorf("%d sets are kept", got)
	}
	if err := os.WriteFile(filepath.Join(data, "window.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	a = start()
	if _, ok := a.FrameOn(desk); ok {
		t.Error("read from nonsense")
	}
	a.KeepFrame(desk, at) // and mended
	if got, ok := start().FrameOn(desk); !ok || got != at {
		t.Errorf("%+v, %v", got, ok)
	}
}

// A window that nobody could grasp is not put there.
func TestFrameGraspable(t *testing.T) {
	screens := []Rect{{0, 0, 1920, 1080}, {-1280, 0, 1280, 1024}}
	for _, c := range []struct {
		x, y int
		want bool
	}{
		{0, 0, true}, {-1200, 5, true}, {1900, 0, false}, {1790, 0, true}, {0, -1, false}, {0, 1060, false}, {0, 1040, true}, {-2400, 0, false}, {-2080, 0, true}, {100, 3000, false},
	} {
		f := Frame{Rect: Rect{c.x, c.y, 1000, 700}}
		if got := f.graspable(screens); got != c.want {
			t.Errorf("%d,%d: %v", c.x, c.y, got)
		}
	}
}

// A window that opens larger than the screen, or beside it, comes wholly onto it.
func TestFrameFitted(t *testing.T) {
	screens := []Rect{{0, 0, 1024, 700}, {1024, 0, 1920, 1080}}
	for _, c := range []struct {
		name     string
		at, want Rect
		full     bool
	}{
		{"OK", Rect{100, 50, 800, 600}, Rect{100, 50, 800, 600}, false},
		{"LargerThanTheScreen", Rect{-48, -10, 1120, 720}, Rect{0, 0, 1024, 700}, true},
		{"WiderThanTheScreen", Rect{-48, 20, 1120, 600}, Rect{0, 20, 1024, 600}, true},
		{"PutWhereALargerOneWouldBe", Rect{-48, -10, 1000, 650}, Rect{0, 0, 1000, 650}, false},
		{"OnTheOther", Rect{2300, 700, 1120, 720}, Rect{1824, 360, 1120, 720}, false},
		{"OnNone", Rect{5000, 5000, 800, 600}, Rect{224, 100, 800, 600}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, moved := Frame{Rect: c.at}.Fitted(screens)
			if got != (Frame{c.want, c.full}) || moved != (c.want != c.at) {
				t.Errorf("%+v, %v", got, moved)
			}
			if again, moved := got.Fitted(screens); moved || again != got {
				t.Errorf("not at rest: %+v", again)
			}
		})
	}
	if _, moved := (Frame{Rect{-8, -8, 1040, 716}, true}).Fitted(screens); moved {
		t.Error("what is maximised is moved")
	}
	if _, moved := (Frame{Rect: Rect{5, 5, 9, 9}}).Fitted(nil); moved {
		t.Error("moved onto no screen")
	}
}
