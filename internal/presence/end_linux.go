package presence

import (
	"context"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
)

func watchEnd(ctx context.Context, ending func(End)) error {
	return newEndings(ending).run(ctx)
}

// endings hears of logind that the PC sleeps or ends, and has it wait meanwhile
// (systemd's "Inhibitor Locks", of the kind that only delays). The end of a session alone
// logind does not tell: that comes as a signal to the program.
type endings struct {
	owned
	*watcher
	ending func(End)
	delay  *os.File // closed to let go; nil while there is none
}

func newEndings(ending func(End)) *endings {
	return &endings{owned: owned{name: login1}, watcher: newWatcher(func(bool) {}), ending: ending}
}

func (e *endings) run(ctx context.Context) error {
	address := systemAddress()
	if address == "" {
		return fmt.Errorf("%w: it has no system bus", ErrNone)
	}
	e.follow(ctx, bus{address: address, services: []service{e}})
	e.end()
	e.letGo()
	return nil
}

func (e *endings) rules() [][]dbus.MatchOption {
	var out [][]dbus.MatchOption
	for _, member := range []string{"PrepareForSleep", "PrepareForShutdown"} {
		out = append(out, []dbus.MatchOption{
			dbus.WithMatchSender(login1), dbus.WithMatchObjectPath(root), dbus.WithMatchInterface(manager), dbus.WithMatchMember(member),
		})
	}
	return out
}

func (e *endings) appears(ctx context.Context, conn *dbus.Conn) { e.hold(ctx, conn) }

func (e *endings) leaves(context.Context) { e.letGo() }

func (e *endings) forget(context.Context) { e.letGo() }

// hold has the system wait for us before it sleeps or ends. Where it does not want to,
// there is what is saved anyway.
func (e *endings) hold(ctx context.Context, conn *dbus.Conn) {
	e.letGo()
	var delay dbus.UnixFD
	call := conn.Object(login1, root).CallWithContext(ctx, manager+".Inhibit", 0, "sleep:shutdown", "Guichet", "Guichet saves what is typed", "delay")
	if call.Store(&delay) == nil && delay >= 0 {
		e.delay = os.NewFile(uintptr(delay), "delay of logind")
	}
}

func (e *endings) letGo() {
	if e.delay != nil {
		_ = e.delay.Close() // nothing is written to it
		e.delay = nil
	}
}

func (e *endings) hears(ctx context.Context, conn *dbus.Conn, s *dbus.Signal) {
	var begins bool
	if s.Path != root || dbus.Store(s.Body, &begins) != nil {
		return
	}
	switch {
	case !begins: // it is awake again, or goes on after all
		e.hold(ctx, conn)
	case s.Name == manager+".PrepareForSleep":
		e.ending(Sleeps)
		e.letGo()
	case s.Name == manager+".PrepareForShutdown":
		e.ending(Ends)
		e.letGo()
	}
}
