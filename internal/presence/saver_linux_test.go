package presence

import (
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// screen is a screen saver under a real name.
type screen struct {
	*peer
	name string
	path dbus.ObjectPath
	on   bool
}

func newScreen(t *testing.T, b *realBus, name string, on bool) *screen {
	t.Helper()
	s := &screen{name: name, path: dbus.ObjectPath("/" + strings.ReplaceAll(name, ".", "/")), on: on}
	s.peer = newPeer(t, b, map[string]func([]any) []any{
		string(s.path) + " GetActive": func([]any) []any { return []any{s.on} },
	})
	s.own(name)
	return s
}

// turn sets the state and says so.
func (s *screen) turn(on bool) {
	s.t.Helper()
	s.in(func() {
		s.on = on
		s.emit("", s.path, s.name, "ActiveChanged", on)
	})
	s.flush()
}

const (
	gnome = "org.gnome.ScreenSaver"
	mate  = "org.mate.ScreenSaver"
)

func TestScreenSaver(t *testing.T) {
	for _, name := range []string{"org.freedesktop.ScreenSaver", gnome, mate, "org.cinnamon.ScreenSaver", "org.xfce.ScreenSaver"} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			b := newBus(t).start(t)
			s := newScreen(t, b, name, true)
			w := run(t, nil, b, nil)
			w.tells(true)
			for range 3 {
				s.turn(false)
				w.tells(false)
				s.turn(true)
				w.tells(true)
			}
			s.turn(true)
			s.signal("", "/ScreenSaver", name, "ActiveChanged", true)
			s.turn(false)
			w.tells(false)
			w.fence(name, func() { s.turn(true) })
		})
	}
}

// Several may speak for one desktop, and they are locked until none says so.
func TestScreenSaversTogether(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	one, two := newScreen(t, b, gnome, true), newScreen(t, b, "org.freedesktop.ScreenSaver", true)
	w := run(t, nil, b, nil)
	w.tells(true)
	one.turn(false)
	two.turn(false)
	w.tells(false)
	two.turn(true)
	w.tells(true)
	one.turn(true)
	two.turn(false)
	two.turn(true)
	one.turn(false)
	two.turn(false)
	w.tells(false)
	w.fence(gnome, func() { one.turn(true) })
}

func TestScreenSaverComesAndGoes(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	w := run(t, nil, b, nil)
	for range 2 {
		s := newScreen(t, b, gnome, true)
		w.tells(true)
		s.leave()
		w.tells(false)
	}
	locked := newScreen(t, b, gnome, true)
	w.tells(true)
	next := newScreen(t, b, gnome, false) // takes the name over
	w.tells(false)
	locked.signal("", locked.path, gnome, "ActiveChanged", true) // it has no say any more
	next.turn(true)
	w.tells(true)
	next.turn(false)
	w.tells(false)
}

// What is no state says nothing, and breaks nothing.
func TestScreenSaverTalksNonsense(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	fence := newScreen(t, b, mate, true)
	s := newScreen(t, b, gnome, false)
	s.in(func() { s.answers[string(s.path)+" GetActive"] = says("true") })
	w := run(t, nil, b, nil)
	w.tells(true)
	for _, body := range [][]any{{}, {"true"}, {int32(1)}, {true, true}, {[]bool{true}}, {map[string]bool{"true": true}}, {dbus.MakeVariant(true)}} {
		s.signal("", s.path, gnome, "ActiveChanged", body...)
	}
	s.signal(s.waitAsked(), s.path, gnome, "WakeUpScreen", true)
	s.signal("", s.path, mate, "ActiveChanged", true)
	fence.turn(false)
	w.tells(false)
	s.in(func() { s.emit("", s.path, gnome, "ActiveChanged", true) })
	w.tells(true)
	s.signal("", s.path, gnome, "ActiveChanged", "false")
	s.signal("", s.path, gnome, "ActiveChanged")
	s.signal(s.waitAsked(), s.path, gnome, "WakeUpScreen", false)
	fence.turn(true)
	s.turn(false)
	fence.turn(false)
	w.tells(false)
	w.fence(mate, func() { fence.turn(true) })
}

// Anybody may send any signal to one program, past the rules of the bus.
func TestForgedSignals(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	fence, s := newScreen(t, b, mate, true), newScreen(t, b, gnome, true)
	w := run(t, nil, b, nil)
	w.tells(true)
	s.turn(false)
	asked := s.waitAsked()
	mallory := newPeer(t, b, map[string]func([]any) []any{})
	mallory.signal(asked, s.path, gnome, "ActiveChanged", true)
	mallory.signal(asked, "/org/freedesktop/DBus", daemon, "NameOwnerChanged", gnome, s.conn.Names()[0], mallory.conn.Names()[0])
	mallory.signal(asked, s.path, gnome, "ActiveChanged", true)
	mallory.signal("", s.path, gnome, "ActiveChanged", true)
	fence.turn(false)
	w.tells(false)
	s.turn(true)
	w.tells(true)
	mallory.signal(asked, s.path, gnome, "ActiveChanged", false)
	mallory.signal(asked, "/org/freedesktop/DBus", daemon, "NameOwnerChanged", gnome, s.conn.Names()[0], "")
	fence.turn(true)
	s.turn(true)
	fence.turn(false)
	s.turn(false)
	w.tells(false)
	w.fence(mate, func() { fence.turn(true) })
}

// One that does not answer holds up the others no longer than it may.
func TestScreenSaverHangs(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newScreen(t, b, gnome, false)
	s.in(func() { s.answers[string(s.path)+" GetActive"] = hangs })
	fence := newScreen(t, b, mate, true)
	w := run(t, nil, b, func(w *watcher) { w.within = time.Second / 2 })
	w.tells(true)
	fence.turn(false)
	w.tells(false)
	s.turn(true)
	w.tells(true)
	s.turn(false)
	w.tells(false)
}
