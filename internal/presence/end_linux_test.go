package presence

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// inhibitor is a logind that lets programs delay it: gone is closed when one lets go.
type inhibitor struct {
	*peer
	held chan [2]*os.File // both ends of each delay, ours first
}

func newInhibitor(t *testing.T, b *realBus) *inhibitor {
	t.Helper()
	i := &inhibitor{held: make(chan [2]*os.File, 10)}
	i.peer = newPeer(t, b, map[string]func([]any) []any{
		string(root) + " Inhibit": func(args []any) []any {
			if args[0] != "sleep:shutdown" || args[3] != "delay" {
				return nil
			}
			ours, theirs, err := os.Pipe()
			if err != nil {
				t.Error(err)
				return nil
			}
			t.Cleanup(func() { _ = ours.Close(); _ = theirs.Close() })
			i.held <- [2]*os.File{ours, theirs}
			return []any{dbus.UnixFD(theirs.Fd())}
		},
	})
	i.own(login1)
	return i
}

// next waits for a delay.
func (i *inhibitor) next() *os.File {
	i.t.Helper()
	select {
	case f := <-i.held:
		i.flush()
		i.in(func() { _ = f[1].Close() }) // the bus has taken it over: our copy would keep the delay alive
		return f[0]
	case <-time.After(limit):
		i.t.Fatal("nobody has it wait")
		return nil
	}
}

// released waits until a delay has been let go.
func (i *inhibitor) released(f *os.File) {
	i.t.Helper()
	_ = f.SetReadDeadline(time.Now().Add(limit))
	if _, err := f.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		i.t.Fatal("it is not let go")
	}
}

// kept tells whether a delay is still held.
func (i *inhibitor) kept(f *os.File) bool {
	_ = f.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	_, err := f.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

func TestWatchEnd(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	i := newInhibitor(t, b)
	setAddresses(t, b.address, "disabled:")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	heard, goOn := make(chan End), make(chan struct{})
	done := make(chan error, 1)
	go func() { done <- WatchEnd(ctx, func(e End) { heard <- e; <-goOn }) }()
	expect := func(want End, delay *os.File) {
		t.Helper()
		select {
		case got := <-heard:
			if got != want {
				t.Errorf("told %v", got)
			}
		case <-time.After(limit):
			t.Fatal("not told")
		}
		if !i.kept(delay) {
			t.Error("the system need not wait while something is saved")
		}
		goOn <- struct{}{}
		i.released(delay)
	}
	delay := i.next()
	i.signal("", root, manager, "PrepareForSleep", true)
	expect(Sleeps, delay)
	i.signal("", root, manager, "PrepareForSleep", false)
	delay = i.next()
	i.signal("", root, manager, "PrepareForSleep", "nonsense")
	i.signal("", ourPath, manager, "PrepareForShutdown", true) // of something else
	i.signal("", root, manager, "PrepareForShutdown", true)
	expect(Ends, delay)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Where nobody lets programs delay it, the end is told all the same.
func TestWatchEndWithoutDelay(t *testing.T) {
	noLeaks(t)
	b := newBus(t).start(t)
	p := newPeer(t, b, map[string]func([]any) []any{})
	p.own(login1)
	setAddresses(t, b.address, "disabled:")
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan End, 1)
	done := make(chan error, 1)
	go func() { done <- WatchEnd(ctx, func(e End) { heard <- e }) }()
	p.waitAsked()
	p.signal("", root, manager, "PrepareForShutdown", true)
	select {
	case <-heard:
	case <-time.After(limit):
		t.Error("not told")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	setAddresses(t, "disabled:", "disabled:")
	if err := WatchEnd(t.Context(), func(End) {}); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
}
