package presence

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestWatch(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	s := newScreen(t, b, gnome, true)
	setAddresses(t, "disabled:", b.address)
	ctx, cancel := context.WithCancel(context.Background())
	w := &watched{t: t, told: make(chan bool, 100), quit: cancel, done: make(chan error, 1)}
	go func() { w.done <- Watch(ctx, func(locked bool) { w.told <- locked }) }()
	w.tells(true)
	s.turn(false)
	w.tells(false)
	s.turn(true)
	w.tells(true)
	w.stop() // it ends locked, and says nothing of it
}

// What comes too late is told to nobody.
func TestEnded(t *testing.T) {
	w := newWatcher(func(locked bool) { t.Errorf("told that locked is %v", locked) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.say(ctx, gnome, true)
	w.ask(ctx, true)
	w.end()
	w.say(t.Context(), gnome, true)
	w.ask(t.Context(), true)
}

func TestNone(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	launched := filepath.Join(t.TempDir(), "launched")
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte("#!/bin/sh\ntouch "+launched+"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, session := range []string{"", "autolaunch:", "disabled:"} {
		setAddresses(t, "disabled:", session)
		if sessionAddress() != "" {
			t.Log("this account has a session bus that is found without being named")
			continue
		}
		err := Watch(ctx, func(bool) { t.Error("told") })
		if !errors.Is(err, ErrNone) {
			t.Errorf("session bus %q: %v", session, err)
		}
	}
	if _, err := os.Stat(launched); err == nil {
		t.Error("a bus was launched")
	}
}

func TestBusIsLate(t *testing.T) {
	noLeaks(t)
	b := newBus(t)
	w := run(t, nil, b, nil)
	b.start(t)
	s := newScreen(t, b, gnome, true)
	w.tells(true)
	s.turn(false)
	w.tells(false)
}

func TestBusStartsAnew(t *testing.T) {
	patient := func(w *watcher) { w.longest = time.Hour }
	t.Run("System", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		newSeats(t, b, true)
		w := run(t, b, nil, patient)
		w.tells(true)
		for range 3 {
			b.stop()
			b.start(t)
			s := newSeats(t, b, true) // nothing is told
			s.waitRead()
			s.lock(ourPath, false)
			w.tells(false)
			w.fence(login1, func() { s.lock(ourPath, true) })
		}
	})
	t.Run("UnlockedMeanwhile", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		newSeats(t, b, true)
		w := run(t, b, nil, patient)
		w.tells(true)
		b.stop()
		b.start(t)
		newSeats(t, b, false)
		w.tells(false)
	})
	t.Run("Session", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		newScreen(t, b, gnome, true)
		w := run(t, nil, b, patient)
		w.tells(true)
		b.stop()
		b.start(t)
		w.tells(false) // whoever locked is gone
		newScreen(t, b, gnome, true)
		w.tells(true)
		w.stop()
	})
	t.Run("WhileAskedToLock", func(t *testing.T) {
		noLeaks(t)
		b := newBus(t).start(t)
		s := newSeats(t, b, true)
		w := run(t, b, nil, func(w *watcher) { w.longest, w.hope = time.Hour, 300*time.Millisecond })
		w.tells(true)
		s.lock(ourPath, false)
		w.tells(false)
		s.signal("", ourPath, session, "Lock")
		w.tells(true)
		b.stop()
		w.tells(false) // the wish ends without a bus
	})
}

// A bus that stays away has no say for ever.
func TestBusIsGone(t *testing.T) {
	for name, locks := range map[string]func(*testing.T, *realBus){
		"System":  func(t *testing.T, b *realBus) { newSeats(t, b, true) },
		"Session": func(t *testing.T, b *realBus) { newScreen(t, b, mate, true) },
	} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			b, other := newBus(t).start(t), newBus(t).start(t)
			locks(t, b)
			system, own := b, other
			if name == "Session" {
				system, own = other, b
			}
			w := run(t, system, own, nil)
			w.tells(true)
			b.stop()
			w.tells(false)
		})
	}
}

// accept answers at an address that is no bus.
func accept(t *testing.T, each func(net.Conn)) (address string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			each(c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		_ = os.RemoveAll(dir)
	})
	return "unix:path=" + l.Addr().String()
}

func TestBusIsSilent(t *testing.T) {
	for name, within := range map[string]time.Duration{"Late": 10 * time.Millisecond, "Ends": time.Hour} {
		t.Run(name, func(t *testing.T) {
			noLeaks(t)
			tries := make(chan net.Conn, 1000)
			address := accept(t, func(c net.Conn) { tries <- c })
			w := run(t, nil, &realBus{address: address}, func(w *watcher) { w.within = within })
			for range map[string]int{"Late": 3, "Ends": 1}[name] {
				select {
				case c := <-tries:
					defer c.Close()
				case <-time.After(limit):
					t.Fatal("it does not try again")
				}
			}
			w.stop()
		})
	}
}

// A bus that closes every line is tried less and less often.
func TestPausesGrow(t *testing.T) {
	noLeaks(t)
	w := newWatcher(nil)
	if w.first != time.Second || w.longest != time.Minute {
		t.Errorf("pauses from %v to %v", w.first, w.longest)
	}
	tries := make(chan time.Time, 1000)
	address := accept(t, func(c net.Conn) { tries <- time.Now(); _ = c.Close() })
	const first, longest = 5 * time.Millisecond, 40 * time.Millisecond
	run(t, nil, &realBus{address: address}, nil)
	var before time.Time
	pause := first
	for i := range 7 {
		select {
		case at := <-tries:
			// What is accepted late makes the next pause look shorter.
			if gap := at.Sub(before); i > 0 && gap < pause/2 {
				t.Errorf("try %d came %v after the one before", i+1, gap)
			}
			if before = at; i > 0 {
				pause = min(2*pause, longest)
			}
		case <-time.After(limit):
			t.Fatal("it does not try again")
		}
	}
}

func TestAddresses(t *testing.T) {
	setAddresses(t, "unix:path=/a", "unix:path=/b")
	if a, b := systemAddress(), sessionAddress(); a != "unix:path=/a" || b != "unix:path=/b" {
		t.Errorf("addresses %q, %q", a, b)
	}
	path := filepath.Join(t.TempDir(), "a b")
	if a := found("GUICHET_NO_SUCH", path); a != "" {
		t.Errorf("no socket is found at %q", a)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if a := found("GUICHET_NO_SUCH", path); !strings.HasSuffix(a, "/a%20b") {
		t.Errorf("address %q", a)
	}
}

func TestBothBuses(t *testing.T) {
	noLeaks(t)
	system, own := newBus(t).start(t), newBus(t).start(t)
	hint, saver := newSeats(t, system, true), newScreen(t, own, gnome, true)
	w := run(t, system, own, nil)
	w.tells(true)
	w.hears(login1, true)
	w.hears(gnome, true)
	hint.lock(ourPath, false)
	saver.turn(false)
	w.tells(false)
	hint.lock(ourPath, true)
	w.tells(true)
	saver.turn(true)
	w.hears(gnome, true)
	hint.lock(ourPath, false)
	w.hears(login1, false)
	saver.turn(false)
	w.tells(false)
	saver.turn(true)
	w.tells(true)
	saver.turn(false)
	w.tells(false)
	w.fence(gnome, func() { saver.turn(true) })
}
