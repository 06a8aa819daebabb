package app

import (
	"context"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal/client"

	"github.com/google/uuid"
)

// contact is what is known of the connection to the portal.
type contact struct {
	mu    sync.Mutex
	state string // unknown, online, offline, foreign, signed-out
	since time.Time
}

// move notes a state and tells whether it is a new one.
func (c *contact) move(state string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == state {
		return false
	}
	c.state, c.since = state, now
	return true
}

func (c *contact) read() (state string, since time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.since
}

// contacted is told by the client after each exchange with the portal.
func (a *App) contacted(state, token string) {
	if state == client.ContactSignedOut && !a.session.Refused(token) {
		return // of somebody who is not at the desk any more
	}
	if !a.contact.move(state, a.Now()) {
		return
	}
	a.log.Info().Str("connection", state).Msg("connection")
	if state == client.ContactOnline {
		a.online()
	}
	a.changed("status")
}

// online follows a connection that came back: what waits goes now.
func (a *App) online() {
	a.outbox.Online()
	a.askCatalogue()
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

// followCatalogue brings a newer catalogue from the portal whenever it is asked
// to. A fault is not worth a word: the next contact asks again.
func (a *App) followCatalogue(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.refresh:
		}
		person, open := a.session.Person()
		if !open || person.ID == "" {
			continue
		}
		body, etag, err := a.client.Catalogue(ctx, person.ID, a.catalogues.tag())
		if err != nil || len(body) == 0 {
			continue
		}
		newer, err := a.catalogues.replace(ctx, a.store, body, etag, a.Now())
		switch {
		case err != nil:
			a.log.Error().Str("error", safe(err)).Msg("catalogue of the portal not taken")
		case newer:
			a.changed("catalogue", "drafts")
		}
	}
}

// me is who is at the desk.
func (a *App) me() desk.Person {
	p, _ := a.session.Person()
	return p
}
