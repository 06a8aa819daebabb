package app

import (
	"context"
	"crypto/rand"
	"errors"
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
	most   int64                   // bytes that the rules allow
	bytes  []byte                  // those that the window has sent so far, in memory
	screen *screening              // what the guard sees in it
	cut    context.CancelCauseFunc // once confirmed, while it is being stored
}

// maxCandidates bounds what is remembered of files that were chosen and
// neither confirmed nor given up, such as by a window that was reloaded; maxHeld
// bounds the bytes of theirs that are in memory.
const (
	maxCandidates = 1000
	maxHeld       = 256 << 20
)

// candidates are the files chosen and not yet attached, by token.
type candidates struct {
	mu    sync.Mutex
	byKey map[string]*candidate
	order []string // tokens, oldest first
	done  []string // those that were attached last
	held  int64    // bytes
}

func newCandidates() candidates { return candidates{byKey: map[string]*candidate{}} }

// add remembers a candidate under a new token.
func (c *candidates) add(f *candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.token = rand.Text()
	f.screen = newScreening()
	c.byKey[f.token] = f
	c.order = append(c.order, f.token)
	if len(c.order) > maxCandidates {
		c.drop(c.order[0])
	}
}

// get returns a candidate that is not being stored.
func (c *candidates) get(token string) (*candidate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	return f, ok && f.cut == nil
}

// take returns a candidate of the draft to be stored; cut ends that. A confirmation
// is used once: who takes it gives it back if nothing was stored.
func (c *candidates) take(token string, draft uuid.UUID, cut context.CancelCauseFunc) (*candidate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	if !ok || f.draft != draft || f.cut != nil {
		return nil, false
	}
	f.cut = cut
	return f, true
}

// giveBack has a candidate that was not stored be confirmed again.
func (c *candidates) giveBack(f *candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.cut = nil
}

// screening is what the guard sees in a candidate now.
func (c *candidates) screening(f *candidate) *screening {
	c.mu.Lock()
	defer c.mu.Unlock()
	return f.screen
}

// settle drops a candidate that is attached; settled tells such a one, and one that is
// being stored, from those that are not known any more.
func (c *candidates) settle(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(token)
	c.done = append(c.done[max(0, len(c.done)-maxCandidates+1):], token)
}

func (c *candidates) settled(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	return ok && f.cut != nil || slices.Contains(c.done, token)
}

// renew has the guard look at a candidate's original again.
func (c *candidates) renew(f *candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.screen = newScreening()
}

// receive takes the next bytes of a candidate that the window holds, and tells how
// many there are. What begins elsewhere is a repeat whose answer was lost.
func (c *candidates) receive(token string, offset int64, piece []byte) (received int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byKey[token]
	if !ok || f.path != "" || f.cut != nil {
		return 0, false
	}
	if offset == int64(len(f.bytes)) && offset+int64(len(piece)) <= f.Size {
		if f.bytes == nil {
			f.bytes = make([]byte, 0, f.Size) // the rules bound it
			c.held += f.Size
			c.bound(f)
		}
		f.bytes = append(f.bytes, piece...)
	}
	return int64(len(f.bytes)), true
}

// bound drops the oldest bytes, but for those of one candidate.
func (c *candidates) bound(but *candidate) {
	for _, token := range slices.Clone(c.order) {
		if f := c.byKey[token]; c.held > maxHeld && f != but && f.bytes != nil && f.cut == nil {
			c.drop(token)
		}
	}
}

// forget drops candidates; what reads or stores one is cut, and nothing of it stays.
func (c *candidates) forget(tokens ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range tokens {
		c.drop(t)
	}
}

func (c *candidates) drop(token string) {
	f, ok := c.byKey[token]
	if !ok {
		return
	}
	if f.cut != nil {
		f.cut(errGivenUp)
	}
	f.screen.stop(errGivenUp)
	if f.bytes != nil {
		c.held -= f.Size
	}
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

// clear drops all of them: whoever chose them has left the desk.
func (c *candidates) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, token := range slices.Clone(c.order) {
		c.drop(token)
	}
}
