package app

import (
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/session"
)

// wires are the network of a PC as a test says.
type wires struct {
	mu    sync.Mutex
	found []string
	clock time.Duration // ahead
}

func (w *wires) addresses() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.found)
}

func (w *wires) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.clock).Round(0)
}

func (w *wires) set(clock time.Duration, found ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock, w.found = clock, append([]string{}, found...)
}

// plugged is Claire's app on such a PC.
func plugged(t *testing.T, p *portald.Twin, w *wires) *office {
	t.Helper()
	o := wire(New(Config{Data: been(t, p), Portal: p.URL, Provider: session.NewBearer(p.Token(claire)), SignIn: true}))
	o.app.Now = w.now
	o.app.network.addresses, o.app.network.every = w.addresses, 5*time.Millisecond
	o.app.network.local = func(string) bool { return false }
	o.app.tune = func(a *App) { // by themselves they wait for hours
		a.outbox.Base, a.outbox.LineCap, a.outbox.Cap = time.Hour, time.Hour, time.Hour
		a.inbox.Rest = func(int) time.Duration { return time.Hour }
	}
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	return o
}

func (o *office) connection(t *testing.T, want string) {
	t.Helper()
	await(t, "connection "+want, func() bool { return must(o.outbox.State())(t).Connection == want })
}

// Without a network nothing is tried; with one again, what waits goes.
func TestNetworkGone(t *testing.T) {
	p := portald.Run(t, nil)
	w := &wires{found: []string{"192.0.2.7/24"}}
	o := plugged(t, p, w)
	o.connection(t, "online")
	w.set(0)
	o.connection(t, contactNoNetwork)
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	if item := o.status(t, id); item.Status != string(desk.StatusQueued) || item.Attempts != 0 {
		t.Errorf("%s after %d attempts", item.Status, item.Attempts)
	}
	if got := arrived(t, p, claire); len(got) != 0 {
		t.Errorf("the portal has %d requests", len(got))
	}
	w.set(0, "192.0.2.7/24")
	o.received(t, id)
	o.connection(t, "online")
}

// A PC that has slept, or has come into another network, tries at once what
// would have waited for minutes.
func TestWakes(t *testing.T) {
	for name, change := range map[string]func(*wires){
		"FromSleep":        func(w *wires) { w.set(7*24*time.Hour, "192.0.2.7/24") },
		"InAnotherNetwork": func(w *wires) { w.set(0, "198.51.100.3/24") },
	} {
		t.Run(name, func(t *testing.T) {
			p := portald.Run(t, nil)
			w := &wires{found: []string{"192.0.2.7/24"}}
			o := plugged(t, p, w)
			o.connection(t, "online")
			p.Down()
			id, revision := o.write(t, content())
			must(o.drafts.Submit(id, revision))(t)
			await(t, "the line is given up", func() bool { r := o.status(t, id); return r.Attempts > 0 && r.Status == string(desk.StatusQueued) })
			p.Up()
			change(w)
			begin := time.Now()
			o.received(t, id)
			t.Logf("received %s after the change", time.Since(begin).Round(time.Millisecond))
		})
	}
}

// A clock that is a day off is told to the person, and no hindrance.
func TestClockOff(t *testing.T) {
	p := portald.Run(t, nil)
	w := &wires{clock: -24 * time.Hour, found: []string{"192.0.2.7/24"}}
	o := plugged(t, p, w)
	await(t, "it is noticed", func() bool { return must(o.outbox.State())(t).ClockAhead != 0 })
	if ahead := must(o.outbox.State())(t).ClockAhead; ahead < -24*3600-5 || ahead > -24*3600+5 {
		t.Errorf("%d seconds ahead", ahead)
	}
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
}

func TestLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:8480": true, "http://localhost:1": true, "http://[::1]:1": true,
		"https://portail.example": false, "http://192.0.2.1": false, "": false, "%": false,
	} {
		if got := local(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
}
