package app

import (
	"context"
	"sync"
	"time"

	"guichet/internal/presence"
)

// What closing the window means for what waits.
const (
	settingClosing = "closing" // a setting of the PC
	closingAsk     = "ask"
	closingFinish  = "finish" // it goes on leaving, without a window
)

// parting is the sending that goes on without a window, and the saving before an end.
type parting struct {
	mu      sync.Mutex
	stop    context.CancelFunc // of the wait for what waits; nil while there is a window
	saved   chan struct{}      // closed when the window has saved, nil when nobody waits for it
	look    time.Duration      // how often it is looked whether something still waits
	longest time.Duration      // that nothing arrives; then it ends all the same
}

// Without a window nobody sees why nothing leaves.
const (
	partingLook    = time.Second
	partingLongest = 2 * time.Hour
	endWait        = 3 * time.Second // Windows waits for five
)

// CloseUnasked ends the program as closing its window does, but for the question what is
// to become of what waits: the system, or whoever installs, wants it to end.
func (a *App) CloseUnasked() {
	a.closing.mu.Lock()
	a.closing.bare = true
	a.closing.mu.Unlock()
	a.BeforeClose()
}

// close is what comes once everything typed is saved.
func (a *App) close(bare bool) {
	defer func() {
		a.closing.mu.Lock()
		a.closing.deciding = false
		a.closing.mu.Unlock()
	}()
	waiting := 0
	if !bare {
		waiting = a.couldLeave()
	}
	how := ""
	if waiting > 0 {
		var err error
		if how, err = a.store.Setting(a.ctx, settingClosing); err != nil {
			a.report(a.ctx, "read what closing means", err)
		}
	}
	switch {
	case waiting == 0:
		a.quit()
	case how == closingFinish:
		a.finish()
	default:
		a.shell.Emit("parting", waiting)
	}
}

// couldLeave is how much of what waits could leave while nobody sits here.
func (a *App) couldLeave() int {
	if a.store == nil {
		return 0
	}
	counts, err := a.store.Counts(a.ctx, a.me().ID)
	if _, in := a.session.Person(); err != nil || !in || a.isAsked(a.me().ID) {
		return 0 // a person has to do something first
	}
	return counts.Waiting
}

// Finish closes the window, and the program goes on until what waits has left.
func (x *Launch) Finish() (err error) {
	defer x.a.guard("Launch.Finish", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.finish()
	return nil
}

// finish hides the window and ends the program once nothing waits any more, or nothing
// has left for long. What still waits then leaves after the next start.
func (a *App) finish() {
	l := &a.parting
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil {
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	l.stop = cancel
	a.shell.Hide()
	a.log.Info().Msg("window closed, sending goes on")
	a.goDo(func(context.Context) {
		if a.allLeft(ctx) {
			a.quit()
		}
	})
}

// allLeft waits until nothing can leave any more; false when the window is wanted again.
func (a *App) allLeft(ctx context.Context) bool {
	tick := time.NewTicker(a.parting.look)
	defer tick.Stop()
	last, since := a.couldLeave(), a.Now()
	for last > 0 && a.Now().Sub(since) < a.parting.longest {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		if now := a.couldLeave(); now != last {
			last, since = now, a.Now()
		}
	}
	return ctx.Err() == nil
}

// ComeBack shows the window again.
func (a *App) ComeBack() {
	l := &a.parting
	l.mu.Lock()
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	l.mu.Unlock()
	a.noteMinimised(false)
	a.shell.Raise()
}

// followEnd has the window save what was just typed before the PC sleeps or ends.
func (a *App) followEnd(ctx context.Context) {
	// It is not closed: somebody may call off the end, and what is on the disk is safe.
	err := a.ending(ctx, func(presence.End) { a.saveNow(ctx) })
	if err != nil {
		a.log.Info().Str("error", safe(err)).Msg("the end of the session is not known here")
	}
}

// saveNow has the window save what was just typed, and waits for it a little.
func (a *App) saveNow(ctx context.Context) {
	saved := make(chan struct{})
	a.parting.mu.Lock()
	a.parting.saved = saved
	a.parting.mu.Unlock()
	a.shell.Emit("save")
	late := time.NewTimer(endWait)
	defer late.Stop()
	select {
	case <-saved:
	case <-late.C:
	case <-ctx.Done():
	}
}

// Saved tells that everything typed is saved, after the event "save".
func (x *Launch) Saved() (err error) {
	defer x.a.guard("Launch.Saved", &err)
	x.a.parting.mu.Lock()
	defer x.a.parting.mu.Unlock()
	if x.a.parting.saved != nil {
		close(x.a.parting.saved)
		x.a.parting.saved = nil
	}
	return nil
}
