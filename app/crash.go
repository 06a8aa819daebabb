package app

import (
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"guichet/internal/settings"
	"guichet/internal/support"
)

// IsMonitor tells whether this program was started, by itself, to watch over another one,
// see package support.
func IsMonitor(args []string) bool { return len(args) == 2 && args[1] == support.MonitorArgument }

// watchOver has another process start this program again when it crashes: at the same
// settings, and with nothing that it was started for, since the window has done that. Done
// ends the watch. A new program that is on trial has somebody who waits for it already,
// and whoever watched it would run from the file that may have to make room for the old one.
func (a *App) watchOver(o Order) (done func()) {
	nobody := func() {}
	if !monitors || a.held() || os.Getenv("GUICHET_MONITOR") == "none" {
		return nobody
	}
	program, err := os.Executable()
	if err != nil {
		return nobody
	}
	m, err := support.StartMonitor(program, []string{support.MonitorArgument}, a.watched(program, o))
	if err != nil {
		a.unwatched = err // told once there is a log
		return nobody
	}
	a.monitor.Store(m)
	return m.Stop
}

// watched is how this program is started again.
func (a *App) watched(program string, o Order) support.Watched {
	args := []string{}
	for _, key := range slices.Sorted(maps.Keys(o.Flags)) {
		args = append(args, "--"+key+"="+o.Flags[key])
	}
	return support.Watched{
		Data: a.cfg.Data, Version: a.cfg.Version, Lang: a.cfg.Given.Value(settings.KeyLanguage, "").Value,
		Program: program, Args: args, Minimised: o.Minimised,
	}
}

// noteMinimised notes whether the window is out of the way: after a crash it comes back so.
func (a *App) noteMinimised(is bool) {
	if m := a.monitor.Load(); m != nil {
		m.Minimised(is)
	}
}

// noteWait is how long a note may take.
const noteWait = 5 * time.Second

// pageDied notes that the process of the page ended. The host does not wait for the disk:
// it is to bring the page back.
func (a *App) pageDied(reason string) {
	i := support.Incident{At: a.Now(), Version: a.cfg.Version, Kind: support.KindPage, What: "reason " + reason} // the host's number
	a.running.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), noteWait)
		defer cancel()
		a.report(ctx, "note incident", support.Note(ctx, a.cfg.Data, i))
	})
}
