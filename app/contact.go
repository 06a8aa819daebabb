package app

import (
	"context"
	"sync"
	"time"

	"guichet/internal/portal/client"

	"github.com/google/uuid"
)

// contact is what is known of the connection to the portal.
type contact struct {
	mu    sync.Mutex
	state string // unknown, online, offline, no-network, foreign
	why   string // what kept the line from being made, as line.Reason has it; "" for everything else
	since time.Time
	ahead time.Duration // by how much this PC's clock is ahead of the portal's
	down  bool          // this PC has no network: what the client still says is of before
}

func (c *contact) unplug(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// move notes a state with its reason and tells whether they are new.
func (c *contact) move(state, why string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == state && c.why == why || c.down && state != contactNoNetwork {
		return false
	}
	if c.state != state {
		c.since = now
	}
	c.state, c.why = state, why
	return true
}

// reason is why the state is what it is, "" when nothing is known of it.
func (c *contact) reason() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

func (c *contact) read() (state string, since time.Time, ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.since, c.ahead
}

// clockOff is how far this PC's clock may be from the portal's.
const clockOff = 5 * time.Minute

// clockSeen is told by the client with each answer of the portal.
func (a *App) clockSeen(ahead time.Duration) {
	if ahead.Abs() < clockOff {
		ahead = 0
	}
	c := &a.contact
	c.mu.Lock()
	// It differs a little each time: news is what a person would see.
	news := (ahead - c.ahead).Abs() >= clockOff
	if news {
		c.ahead = ahead
	}
	c.mu.Unlock()
	if news {
		a.log.Warn().Dur("ahead", ahead).Msg("clock")
		a.changed("status")
	}
}

// contacted is told by the client after each exchange with the portal.
func (a *App) contacted(state, why, token string) {
	if state == client.ContactSignedOut {
		a.session.Refused(token)
		state = client.ContactOnline // the portal has answered
	}
	if !a.contact.move(state, why, a.Now()) {
		return
	}
	a.log.Info().Str("connection", state).Str("reason", why).Msg("connection")
	if state == client.ContactOnline {
		a.online()
	}
	a.changed("status")
}

// online follows a connection that came back: what waits goes now.
func (a *App) online() {
	a.outbox.Online()
	a.askCatalogue()
	select {
	case a.reached <- struct{}{}:
	default:
	}
}

// uploadProgress tells the window how far the upload of a file is.
func (a *App) uploadProgress(request, file uuid.UUID, sent, total int64) {
	a.shell.Emit("progress", Progress{Request: request.String(), File: file.String(), Done: sent, Total: total})
}

func (a *App) askCatalogue() {
	select {
	case a.refresh <- struct{}{}:
	default:
	}
}

// catalogueEvery is how often the portal is asked for a newer catalogue while
// the connection never breaks.
const catalogueEvery = time.Hour

// followCatalogue brings a newer catalogue from the portal, and who signs people in
// there, whenever it is asked to, and from time to time.
func (a *App) followCatalogue(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.refresh:
		case <-time.After(catalogueEvery):
		}
		a.bringConfig(ctx)
		a.bringCatalogue(ctx)
	}
}
