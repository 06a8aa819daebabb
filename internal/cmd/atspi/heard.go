package main

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
)

// announcement is what a screen reader speaks without anybody having gone there.
type announcement struct {
	How  string `json:"how"`  // polite or assertive
	Text string `json:"text"` // what is new
}

// hearing notes what the window announces: text that comes into a live region, an alert
// that appears, and what it asks to be spoken. A region that appears with its text in it
// is nothing that is new in a region, and screen readers are silent about it.
type hearing struct {
	mu      sync.Mutex
	changed *sync.Cond
	waiting []*dbus.Signal
	busy    bool // with one that does not wait any more
	closed  bool
	heard   []announcement
}

func newHearing() *hearing {
	h := &hearing{heard: []announcement{}}
	h.changed = sync.NewCond(&h.mu)
	return h
}

// DeliverSignal takes a signal in the order in which the window sent it. It is called
// where answers are read as well: what was sent before an answer is here before it.
func (h *hearing) DeliverSignal(_, _ string, s *dbus.Signal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = append(h.waiting, s)
	h.changed.Broadcast()
}

// Terminate ends note with the connection.
func (h *hearing) Terminate() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.changed.Broadcast()
}

// events are what is listened to: a window says nothing that nobody wants to hear.
var events = []string{"object:text-changed", "object:children-changed", "object:announcement"}

const eventsOf = "org.a11y.atspi.Event.Object"

func (h *hearing) listen(ctx context.Context, conn *dbus.Conn) error {
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(eventsOf)); err != nil {
		return err
	}
	registry := ref{desktop.Owner, "/org/a11y/atspi/registry"}
	for _, e := range events {
		if err := registry.call(ctx, conn, "Registry.RegisterEvent", e, []string{}, "").Err; err != nil {
			return err
		}
	}
	return nil
}

// note looks at each signal while what it is about is still there.
func (h *hearing) note(conn *dbus.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		for len(h.waiting) == 0 && !h.closed {
			h.changed.Wait()
		}
		if h.closed {
			return
		}
		s := h.waiting[0]
		h.waiting, h.busy = h.waiting[1:], true
		h.mu.Unlock()
		a := announced(conn, s)
		h.mu.Lock()
		h.busy = false
		// What comes with something that was told is a part of it.
		last := len(h.heard) - 1
		within := last >= 0 && a.Text != h.heard[last].Text && strings.Contains(h.heard[last].Text, a.Text)
		if a.Text != "" && !within {
			h.heard = append(h.heard, a)
		}
		h.changed.Broadcast()
	}
}

// take returns what was announced up to now, and forgets it.
func (h *hearing) take(ctx context.Context, conn *dbus.Conn, app ref) ([]announcement, error) {
	// The page is a process with a connection of its own: both have spoken once all of
	// the tree has answered.
	if _, err := app.walk(ctx, conn); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for (len(h.waiting) > 0 || h.busy) && !h.closed {
		h.changed.Wait()
	}
	got := h.heard
	h.heard = []announcement{}
	return got, nil
}

// announced is what a signal has a screen reader speak, without text if nothing.
func announced(conn *dbus.Conn, s *dbus.Signal) announcement {
	ctx, cancel := context.WithTimeout(context.Background(), answersWithin)
	defer cancel()
	kind := strings.TrimPrefix(s.Name, eventsOf+".")
	if len(s.Body) < 4 {
		return announcement{}
	}
	detail, _ := s.Body[0].(string)
	about, _ := s.Body[3].(dbus.Variant)
	from := ref{s.Sender, s.Path}
	switch {
	case kind == "Announcement":
		text, _ := about.Value().(string)
		return announcement{"polite", text}
	case kind == "TextChanged" && strings.HasPrefix(detail, "insert"):
		// An object within the text tells of itself.
		text, _ := about.Value().(string)
		return announcement{from.live(ctx, conn), strings.TrimSpace(strings.ReplaceAll(text, "\ufffc", ""))}.spoken()
	case kind == "ChildrenChanged" && strings.HasPrefix(detail, "add"):
		var child ref
		if dbus.Store([]any{about.Value()}, &child) != nil {
			return announcement{}
		}
		var role uint32
		if err := child.call(ctx, conn, "Accessible.GetRole").Store(&role); err != nil {
			return announcement{} // it has gone already
		}
		how := from.live(ctx, conn)
		if slices.Contains([]string{"alert", "notification"}, roles[role]) {
			how = "assertive"
		}
		// A page that is being drawn is left alone: WebKit 2.50 has been seen to die of
		// being asked about all of it meanwhile.
		if how == "" || how == "off" {
			return announcement{}
		}
		n, err := child.walk(ctx, conn)
		if err != nil {
			return announcement{}
		}
		return announcement{how, n.said()}
	}
	return announcement{}
}

func (a announcement) spoken() announcement {
	if a.How == "" || a.How == "off" {
		return announcement{}
	}
	return a
}

// live tells how the region that an object stands in speaks, empty if it stands in none.
func (r ref) live(ctx context.Context, conn *dbus.Conn) string {
	var attributes map[string]string
	if err := r.call(ctx, conn, "Accessible.GetAttributes").Store(&attributes); err != nil {
		return ""
	}
	return attributes["container-live"]
}
