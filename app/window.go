package app

import (
	"context"
	"sync"
	"time"
)

// How long closing waits: for a word of the window, and for what it saves once
// it has given that word.
const (
	closeWait = 2 * time.Second
	saveWait  = 30 * time.Second
)

// closing is the state of closing the window.
type closing struct {
	mu       sync.Mutex
	asked    bool // the window saves what was just typed
	deciding bool // that is done, and it is looked whether something waits
	done     bool // nothing is to be waited for any more
	bare     bool // nobody is there to be asked what is to become of what waits
	timer    *time.Timer
}

// BeforeClose asks the window to save what was just typed, and vetoes until it
// says that this is done or gives no answer.
func (a *App) BeforeClose() (veto bool) {
	c := &a.closing
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done || a.shell == nil {
		return false
	}
	if !c.asked {
		c.asked = true
		c.timer = time.AfterFunc(closeWait, a.quit)
		a.shell.Emit("closing")
	}
	return true
}

// isClosing tells whether the window is about to go, though it may yet turn out to stay.
func (a *App) isClosing() bool {
	c := &a.closing
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked || c.deciding || c.done
}

func (a *App) quit() {
	a.closing.mu.Lock()
	a.closing.done = true
	if a.closing.timer != nil {
		a.closing.timer.Stop()
	}
	a.closing.mu.Unlock()
	if a.shell != nil {
		a.shell.Quit()
	}
}

// Saving tells that the window is there and saves, after the event "closing".
func (x *Window) Saving() (err error) {
	defer x.a.guard("Window.Saving", &err)
	c := &x.a.closing
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked && c.timer.Stop() {
		c.timer.Reset(saveWait)
	}
	return nil
}

// Flushed tells whether everything typed is saved, after the event "closing".
// If it is not, the window stays open and asks the person.
func (x *Window) Flushed(saved bool) (err error) {
	defer x.a.guard("Window.Flushed", &err)
	c := &x.a.closing
	c.mu.Lock()
	defer c.mu.Unlock()
	// Only the one that stops the timer goes on.
	if !c.asked || !c.timer.Stop() {
		return nil
	}
	c.asked = false
	if saved {
		c.deciding = true
		go x.a.close(c.bare) // after this call has been answered
	} else {
		c.bare = false // the person stays
		x.a.updates.again.Store(false)
	}
	return nil
}

// Close ends the program without what could not be saved: the person wants it.
func (x *Window) Close() (err error) {
	defer x.a.guard("Window.Close", &err)
	go x.a.quit()
	return nil
}

// followPresence has the window masked when the system's session is locked: what
// was on it is not to be read when somebody else opens that session. Unmasking is
// the person's.
func (a *App) followPresence(ctx context.Context) {
	err := a.presence(ctx, func(locked bool) {
		if locked {
			a.shell.Emit("mask")
		}
	})
	if err != nil {
		a.log.Info().Str("error", safe(err)).Msg("session lock not known here")
	}
}

// Painted tells that the first page was drawn: the log how long the start took, and
// whoever waits for a new program to come up that it has.
func (x *Window) Painted() (err error) {
	defer x.a.guard("Window.Painted", &err)
	x.a.log.Info().Int64("ms", x.a.sinceStart()).Msg("painted")
	x.a.healthy()
	return nil
}
