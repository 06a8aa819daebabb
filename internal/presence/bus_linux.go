package presence

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// bus is one of the two buses, and who is listened to on it.
type bus struct {
	address  string
	services []service
}

// service is somebody on a bus who knows about locks.
type service interface {
	// base is its name, and who has that name.
	base() *owned
	// rules say which of its signals the bus is to pass on.
	rules() [][]dbus.MatchOption
	// appears asks a new owner of the name for the state. What it says on a
	// connection that is lost meanwhile counts for nothing: the next one asks again.
	appears(ctx context.Context, conn *dbus.Conn)
	// leaves is told that nobody has the name.
	leaves(ctx context.Context)
	// hears takes a signal of the owner.
	hears(ctx context.Context, conn *dbus.Conn, s *dbus.Signal)
	// forget drops what was said on a bus that is gone.
	forget(ctx context.Context)
}

// owned is a name on a bus. Answers and signals come by different ways, so what
// is older than what is known is told by its number.
type owned struct {
	name  string
	owner string // empty: nobody
	since dbus.Sequence
	state dbus.Sequence // of the newest word on the state
}

func (o *owned) base() *owned { return o }

// newer notes that the state was said in a message; false if a newer one was
// seen.
func (o *owned) newer(n dbus.Sequence) bool {
	if n <= o.state {
		return false
	}
	o.state = n
	return true
}

// follow listens to a bus until ctx ends. A bus that is away is tried again
// after growing pauses. What was last said there stands meanwhile, since a bus
// that is started anew is no reason to show the window; it lapses once the
// pauses have grown as long as they may.
func (w *watcher) follow(ctx context.Context, b bus) {
	pause := w.first
	for {
		began := time.Now()
		there := w.listen(ctx, b)
		if time.Since(began) > w.longest {
			pause = w.first
		}
		if !there && pause == w.longest {
			for _, s := range b.services {
				s.forget(ctx)
			}
		}
		again := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			again.Stop()
			return
		case <-again.C:
		}
		pause = min(2*pause, w.longest)
	}
}

// listen hears the services of a bus until it goes away; false when it could
// not be reached.
func (w *watcher) listen(ctx context.Context, b bus) bool {
	line, hangUp := context.WithCancel(ctx)
	defer hangUp()
	late := time.AfterFunc(w.within, hangUp)
	defer late.Stop()
	conn, err := dbus.Connect(b.address, dbus.WithContext(line), dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return false
	}
	defer conn.Close()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	for _, s := range b.services {
		if err := introduce(line, conn, s); err != nil {
			return false
		}
	}
	if !late.Stop() {
		return false
	}
	for _, s := range b.services {
		w.meet(line, conn, s)
	}
	for s := range signals { // until the connection is closed, by ctx or by the bus
		for _, of := range b.services {
			w.hear(line, conn, of, s)
		}
	}
	return true
}

const daemon = "org.freedesktop.DBus"

// introduce has the bus pass on what a service says, and finds who it is.
func introduce(ctx context.Context, conn *dbus.Conn, s service) error {
	o := s.base()
	rules := append(s.rules(), []dbus.MatchOption{
		dbus.WithMatchSender(daemon), dbus.WithMatchInterface(daemon), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, o.name),
	})
	for _, rule := range rules {
		if err := conn.AddMatchSignalContext(ctx, rule...); err != nil {
			return err
		}
	}
	call := conn.BusObject().CallWithContext(ctx, daemon+".GetNameOwner", 0, o.name)
	*o = owned{name: o.name, since: call.ResponseSequence}
	if err := call.Store(&o.owner); err != nil {
		o.owner = "" // nobody, and if it was the bus that failed, the next call fails too
	}
	return conn.Context().Err()
}

// meet asks whoever has the name now. One that does not answer, or has no such
// question, has said nothing.
func (w *watcher) meet(line context.Context, conn *dbus.Conn, s service) {
	if s.base().owner == "" {
		s.leaves(line)
		return
	}
	ctx, cancel := context.WithTimeout(line, w.within)
	defer cancel()
	s.appears(ctx, conn)
}

// hear gives a signal to the service that it is from. Anybody on a bus may send
// us any signal: what counts is who has the name.
func (w *watcher) hear(line context.Context, conn *dbus.Conn, of service, s *dbus.Signal) {
	o := of.base()
	switch {
	case s.Sender == daemon && s.Name == daemon+".NameOwnerChanged":
		var name, before, now string
		if dbus.Store(s.Body, &name, &before, &now) != nil || name != o.name || s.Sequence <= o.since {
			return
		}
		o.owner, o.since = now, s.Sequence
		w.meet(line, conn, of)
	case o.owner != "" && s.Sender == o.owner:
		of.hears(line, conn, s)
	}
}
