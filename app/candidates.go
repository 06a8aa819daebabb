package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// candidate is a file that was chosen for a draft or a reply. Until it is confirmed
// nothing of it is stored anywhere.
type candidate struct {
	token string
	draft uuid.UUID
	path  string // empty when the window holds the bytes
	desk.Candidate
	upload *upload                 // once confirmed, for one whose bytes the window sends
	cut    context.CancelCauseFunc // once confirmed, for one that is being copied
}

// upload takes the bytes that the window sends, piece by piece.
type upload struct {
	mu       sync.Mutex
	received int64
	pipe     *io.PipeWriter
	stalled  *time.Timer       // ends it when no piece comes any more
	result   chan uploadResult // one, when everything is stored or has failed
}

type uploadResult struct {
	file desk.File
	err  error
}

// maxCandidates bounds what is remembered of files that were chosen and
// neither confirmed nor given up, such as by a window that was reloaded.
const maxCandidates = 1000

// candidates are the files chosen and not yet attached, by token.
type candidates struct {
	mu    sync.Mutex
	byKey map[string]*candidate
	order []string // tokens, oldest first
}

func newCandidates() candidates { return candidates{byKey: map[string]*candidate{}} }

// add remembers a candidate under a new token.
func (c *candidates) add(f *candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.token = rand.Text()
	c.byKey[f.token] = f
	c.order = append(c.order, f.token)
	if len(c.order) > maxCandidates {
		delete(c.byKey, c.order[0])
		c.order = c.order[1:]
	}
}

// take returns a candidate of the draft and forgets it: a confirmation is used
// once.
func (c *candidates) take(token string, draft uuid.UUID) (*candidate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	if !ok || f.draft != draft || f.upload != nil || f.cut != nil {
		return nil, false
	}
	c.drop(token)
	return f, true
}

// hold keeps a confirmed candidate until its bytes are stored, so that it can
// still be given up.
func (c *candidates) hold(f *candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byKey[f.token] = f
	c.order = append(c.order, f.token)
}

// receiving returns the upload of a confirmed candidate.
func (c *candidates) receiving(token string) (*candidate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	return f, ok && f.upload != nil
}

// forget drops candidates; an upload or a copy under way is cut and nothing of
// it stays.
func (c *candidates) forget(tokens ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range tokens {
		if f, ok := c.byKey[t]; ok && f.upload != nil {
			f.upload.pipe.CloseWithError(errGivenUp)
		} else if ok && f.cut != nil {
			f.cut(errGivenUp)
		}
		c.drop(t)
	}
}

func (c *candidates) drop(token string) {
	delete(c.byKey, token)
	c.order = slices.DeleteFunc(c.order, func(t string) bool { return t == token })
}

// progressEvery is how often the window is told how far a copy is.
const progressEvery = 100 * time.Millisecond

func (a *App) copyProgress(c *candidate) func(int64) {
	var last time.Time
	return func(done int64) {
		if now := a.Now(); now.Sub(last) >= progressEvery || done == c.Size {
			last = now
			a.shell.Emit("progress", Progress{Token: c.token, Done: done, Total: c.Size})
		}
	}
}

// problemFor is what the window is told of a file that could not be stored.
func problemFor(err error) desk.Problem {
	var e *desk.Error
	switch {
	case errors.As(err, &e) && len(e.Problems) > 0:
		return e.Problems[0]
	case errors.Is(err, desk.ErrDiskFull), errors.Is(err, desk.ErrReadOnly):
		return desk.Problem{Field: desk.KeyFiles, Code: desk.CodeStorageFull}
	}
	return desk.Problem{Field: desk.KeyFiles, Code: desk.CodeNotStored}
}
