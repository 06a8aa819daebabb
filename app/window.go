package app

import (
	"sync"
	"time"

	"guichet/internal/desk"
)

// closeWait is how long the window has to save what was just typed before the
// program closes without it.
const closeWait = 2 * time.Second

// closing is the state of closing the window.
type closing struct {
	mu    sync.Mutex
	asked bool
	timer *time.Timer
}

// BeforeClose asks the window to save what was just typed; it vetoes the close
// until that is done, for closeWait at the most.
func (a *App) BeforeClose() (veto bool) {
	a.closing.mu.Lock()
	defer a.closing.mu.Unlock()
	if a.closing.asked || a.shell == nil {
		return false
	}
	a.closing.asked = true
	a.closing.timer = time.AfterFunc(closeWait, a.shell.Quit)
	a.shell.Emit("closing")
	return true
}

// Flushed tells that everything typed is saved, after the event "closing".
func (x *Window) Flushed() (err error) {
	defer x.a.guard("Window.Flushed", &err)
	c := &x.a.closing
	c.mu.Lock()
	defer c.mu.Unlock()
	// Only the one that stops the timer quits.
	if c.asked && c.timer.Stop() {
		go x.a.shell.Quit() // after this call has been answered
	}
	return nil
}

// Settings reads the person's choices; French and the system's theme if there
// are none.
func (x *Window) Settings() (out Settings, err error) {
	defer x.a.guard("Window.Settings", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	if out.Language, err = x.a.store.Setting(x.a.ctx, "language"); err != nil {
		return out, err
	}
	if out.Theme, err = x.a.store.Setting(x.a.ctx, "theme"); err != nil {
		return out, err
	}
	return known(out), nil
}

// known replaces what this version does not know by the default.
func known(s Settings) Settings {
	if s.Language != "en" {
		s.Language = "fr"
	}
	if s.Theme != "light" && s.Theme != "dark" {
		s.Theme = "system"
	}
	return s
}

// SaveSettings stores the person's choices.
func (x *Window) SaveSettings(settings Settings) (err error) {
	defer x.a.guard("Window.SaveSettings", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if settings != known(settings) {
		return desk.ErrInvalid
	}
	return x.a.store.SaveSettings(x.a.ctx, map[string]string{"language": settings.Language, "theme": settings.Theme})
}

// Painted tells the log how long the start took until the home page was drawn.
func (x *Window) Painted() (err error) {
	defer x.a.guard("Window.Painted", &err)
	x.a.log.Info().Int64("ms", x.a.sinceStart()).Msg("painted")
	return nil
}
