package presence

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// watcher hears several sources and tells what they say together: locked, if
// any of them says so.
type watcher struct {
	changed func(locked bool)

	first, longest time.Duration // between two tries to reach a bus
	within         time.Duration // how long a bus or a service has to answer
	hope           time.Duration // how long a lock that was asked for is believed without a word of whoever locks

	mu    sync.Mutex
	says  map[string]bool // the sources that say locked
	told  bool
	ended bool
	wish  *time.Timer
}

// asked is the source of locks that somebody asked for.
const asked = "asked"

func newWatcher(changed func(bool)) *watcher {
	return &watcher{changed: changed, first: time.Second, longest: time.Minute, within: 5 * time.Second, hope: 30 * time.Second,
		says: map[string]bool{}}
}

func watch(ctx context.Context, changed func(bool)) error {
	return newWatcher(changed).run(ctx)
}

func (w *watcher) run(ctx context.Context) error {
	var buses sync.WaitGroup
	none := true
	for _, b := range []bus{
		{address: systemAddress(), services: []service{newLogind(w)}},
		{address: sessionAddress(), services: savers(w)},
	} {
		if b.address != "" {
			none = false
			buses.Go(func() { w.follow(ctx, b) })
		}
	}
	if none {
		return fmt.Errorf("%w: it has no D-Bus", ErrNone)
	}
	buses.Wait()
	w.end()
	return nil
}

// say takes the word of one source.
func (w *watcher) say(ctx context.Context, source string, locked bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || ctx.Err() != nil {
		return
	}
	if locked {
		w.says[source] = true
		delete(w.says, asked) // who locked says when it ends
	} else {
		delete(w.says, source)
	}
	w.tell()
}

// ask takes a wish to lock, or to unlock, which whoever locks may obey. Not all
// that lock say so: without their word the wish is believed for a while. It must
// end, or else the next one would tell nothing new.
func (w *watcher) ask(ctx context.Context, lock bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.ended || ctx.Err() != nil:
		return
	case !lock:
		delete(w.says, asked)
	case !w.told:
		w.says[asked] = true
		w.hopeFor()
	}
	w.tell()
}

// hopeFor ends the wish after a while. A timer that was too late to be stopped
// ends no newer wish.
func (w *watcher) hopeFor() {
	if w.wish != nil {
		w.wish.Stop()
	}
	var mine *time.Timer
	mine = time.AfterFunc(w.hope, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.wish == mine && !w.ended {
			delete(w.says, asked)
			w.tell()
		}
	})
	w.wish = mine
}

func (w *watcher) tell() {
	if locked := len(w.says) > 0; locked != w.told {
		w.told = locked
		w.changed(locked)
	}
}

// end makes sure that nothing is told any more.
func (w *watcher) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.wish != nil {
		w.wish.Stop()
	}
}

// systemAddress is where the system's bus is; empty when there is none.
func systemAddress() string {
	return found("DBUS_SYSTEM_BUS_ADDRESS", "/var/run/dbus/system_bus_socket")
}

// sessionAddress is where the bus of the person's session is; empty when there
// is none. The library's own search would launch one in the end.
func sessionAddress() string {
	return found("DBUS_SESSION_BUS_ADDRESS", fmt.Sprintf("/run/user/%d/bus", os.Getuid()))
}

func found(variable, path string) string {
	switch address := os.Getenv(variable); {
	case strings.HasPrefix(address, "disabled:"):
		return ""
	case address != "" && !strings.HasPrefix(address, "autolaunch:"):
		return address
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(path)
}
