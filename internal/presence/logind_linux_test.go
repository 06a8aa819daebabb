package presence

import (
	"os"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	ourPath   = root + "/session/_32"
	otherPath = root + "/session/_33"
	unitPath  = root + "/session/_34" // of the service manager
	userPath  = root + "/user/_1000"
)

// seats is logind with three sessions, of which "2" is a person's.
type seats struct {
	*peer
	hint map[dbus.ObjectPath]any
	read chan struct{} // has a token once a hint was asked for
}

func newSeats(t *testing.T, b *realBus, locked any) *seats {
	t.Helper()
	s := &seats{read: make(chan struct{}, 1), hint: map[dbus.ObjectPath]any{ourPath: locked, otherPath: false, unitPath: false}}
	classes := map[dbus.ObjectPath]string{ourPath: "user", otherPath: "user", unitPath: "manager"}
	answers := map[string]func([]any) []any{
		string(root) + " GetSession": func(args []any) []any {
			if path, there := map[string]dbus.ObjectPath{"2": ourPath, "3": otherPath, "4": unitPath}[args[0].(string)]; there {
				return []any{path}
			}
			return nil
		},
	}
	for path := range s.hint {
		answers[string(path)+" Get"] = func(args []any) []any {
			if args[0] == session && args[1] == "LockedHint" && s.hint[path] != nil {
				select {
				case s.read <- struct{}{}:
				default:
				}
				return []any{dbus.MakeVariant(s.hint[path])}
			}
			if args[0] == session && args[1] == "Class" {
				return []any{dbus.MakeVariant(classes[path])}
			}
			return nil
		}
	}
	s.peer = newPeer(t, b, answers)
	t.Setenv("XDG_SESSION_ID", "2")
	s.own(login1)
	return s
}

// waitRead waits until a hint was asked for.
func (s *seats) waitRead() {
	s.t.Helper()
	select {
	case <-s.read:
	case <-time.After(limit):
		s.t.Fatal("no hint was asked for")
	}
}

// lock sets a session's hint and says so.
func (s *seats) lock(path dbus.ObjectPath, locked any) {
	s.t.Helper()
	s.in(func() {
		s.hint[path] = locked
		s.changed(path, map[string]dbus.Variant{"LockedHint": dbus.MakeVariant(locked)}, []string{})
	})
	s.flush()
}

func (s *seats) changed(path dbus.ObjectPath, now, unsaid any) {
	s.emit("", path, properties, "PropertiesChanged", session, now, unsaid)
}

func TestLockedHint(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newSeats(t, b, true)
	w := run(t, b, nil, nil)
	w.tells(true)
	for range 3 {
		s.lock(ourPath, false)
		w.tells(false)
		s.lock(ourPath, true)
		s.lock(ourPath, true)
		w.tells(true)
	}
	s.in(func() {
		s.changed(ourPath, map[string]dbus.Variant{"IdleHint": dbus.MakeVariant(true)}, []string{})
		s.hint[ourPath] = false
		s.changed(ourPath, map[string]dbus.Variant{}, []string{"LockedHint"}) // it has to be asked for
	})
	w.tells(false)
	w.fence(asked, func() { s.signal("", ourPath, session, "Lock") })
}

func TestAnotherSession(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newSeats(t, b, true)
	w := run(t, b, nil, nil)
	w.tells(true)
	s.lock(otherPath, true)
	s.lock(otherPath, false)
	s.lock(ourPath, true)
	s.lock(ourPath, false)
	w.tells(false)
	s.signal("", otherPath, session, "Lock")
	s.lock(otherPath, true)
	s.signal("", ourPath, session, "Lock")
	w.tells(true)
	s.signal("", otherPath, session, "Unlock")
	s.signal("", ourPath, session, "Lock")
	s.signal("", ourPath, session, "Unlock")
	w.tells(false)
	w.fence(asked, func() { s.signal("", ourPath, session, "Lock") })
}

func TestHintTalksNonsense(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newSeats(t, b, "yes")
	screens := newBus(t).start(t)
	ready := newScreen(t, screens, gnome, true)
	w := run(t, b, screens, nil)
	w.tells(true)
	ready.turn(false)
	w.tells(false)
	s.signal("", ourPath, properties, "PropertiesChanged")
	s.signal("", ourPath, properties, "PropertiesChanged", session, true, "LockedHint")
	s.signal(s.waitAsked(), ourPath, properties, "PropertiesChanged", login1+".User", map[string]dbus.Variant{"LockedHint": dbus.MakeVariant(true)}, []string{})
	s.lock(ourPath, "yes")
	s.lock(ourPath, int32(1))
	s.lock(ourPath, []bool{true})
	s.signal("", ourPath, session, "Lock")
	w.tells(true)
	s.signal("", ourPath, session, "Unlock", "now")
	w.tells(false)
	w.fence(asked, func() { s.signal("", ourPath, session, "Lock") })
}

// A lock that was asked for is believed until whoever locks says something, or
// for a while: the next one must be told again.
func TestAskedToLock(t *testing.T) {
	t.Run("Unlock", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		s := newSeats(t, b, true)
		w := run(t, b, nil, nil)
		w.tells(true)
		s.signal("", ourPath, session, "Unlock") // the hint says it better
		s.lock(ourPath, true)
		s.lock(ourPath, false)
		w.tells(false)
		for range 3 {
			s.signal("", ourPath, session, "Lock")
			s.signal("", ourPath, session, "Lock")
			w.tells(true)
			s.signal("", ourPath, session, "Unlock")
			s.signal("", ourPath, session, "Unlock")
			w.tells(false)
		}
	})
	t.Run("Confirmed", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		s := newSeats(t, b, true)
		w := run(t, b, nil, nil)
		w.tells(true)
		s.lock(ourPath, false)
		w.tells(false)
		s.signal("", ourPath, session, "Lock")
		w.tells(true)
		s.lock(ourPath, true)
		s.signal("", ourPath, session, "Lock")
		s.lock(ourPath, false)
		w.tells(false)
	})
	t.Run("NobodyLocks", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		s := newSeats(t, b, true)
		w := run(t, b, nil, func(w *watcher) { w.hope = 30 * time.Millisecond })
		w.tells(true)
		s.lock(ourPath, false)
		w.tells(false)
		for range 3 {
			s.signal("", ourPath, session, "Lock")
			w.tells(true, false)
		}
	})
}

func TestWhichSession(t *testing.T) {
	pid := func(path dbus.ObjectPath) func(*seats) {
		return func(s *seats) {
			s.answers[string(root)+" GetSessionByPID"] = func(args []any) []any {
				if args[0] != uint32(os.Getpid()) {
					return nil
				}
				return []any{path}
			}
		}
	}
	type pair struct {
		ID   string
		Path dbus.ObjectPath
	}
	display := func(v any) func(*seats) {
		return func(s *seats) {
			s.answers[string(root)+" GetUser"] = func(args []any) []any {
				if args[0] != uint32(os.Getuid()) {
					return nil
				}
				return []any{userPath}
			}
			s.answers[string(userPath)+" Get"] = says(dbus.MakeVariant(v))
		}
	}
	for name, c := range map[string]struct {
		id   string
		set  []func(*seats)
		none bool
	}{
		"ByName":               {id: "2", set: []func(*seats){pid(otherPath), display(pair{"3", otherPath})}},
		"ByProcess":            {id: "", set: []func(*seats){pid(ourPath), display(pair{"3", otherPath})}},
		"NameIsGone":           {id: "77", set: []func(*seats){pid(ourPath)}},
		"ByScreen":             {id: "", set: []func(*seats){display(pair{"2", ourPath})}},
		"StartedByTheManager":  {id: "4", set: []func(*seats){pid(unitPath), display(pair{"2", ourPath})}},
		"NoScreen":             {id: "", set: []func(*seats){display(pair{"", "/"})}, none: true},
		"ScreenIsNonsense":     {id: "", set: []func(*seats){display("2")}, none: true},
		"NoSession":            {id: "", none: true},
		"OnlyTheManagersOwn":   {id: "4", none: true},
		"SessionIsNotAnswered": {id: "2", set: []func(*seats){func(s *seats) { delete(s.answers, string(ourPath)+" Get") }}, none: true},
	} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			b := newBus(t).start(t)
			s := newSeats(t, b, true)
			s.in(func() {
				for _, set := range c.set {
					set(s)
				}
				s.hint[unitPath], s.hint[otherPath] = c.none, c.none // what is found then must not be
			})
			t.Setenv("XDG_SESSION_ID", c.id)
			w := run(t, b, nil, nil)
			if c.none {
				s.waitAsked()
				s = newSeats(t, b, false) // takes over when all was answered
				s.lock(ourPath, true)
			}
			w.tells(true)
			s.lock(ourPath, false)
			w.tells(false)
			w.fence(asked, func() { s.signal("", ourPath, session, "Lock") })
		})
	}
}

// It keeps the hints while it is started anew, and so do we.
func TestLogindStartsAnew(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newSeats(t, b, true)
	w := run(t, b, nil, nil)
	w.tells(true)
	s.leave()
	s = newSeats(t, b, true)
	s.waitRead()
	s.lock(ourPath, true)
	s.lock(ourPath, false)
	w.tells(false)
	w.fence(asked, func() { s.signal("", ourPath, session, "Lock") })
}
