package presence

import (
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// peer is a program on a bus that answers and signals one after the other, as
// those do that have a main loop.
type peer struct {
	t    *testing.T
	conn *dbus.Conn
	do   chan func()
	// answers by path and member; nil is an error, hangs is no answer.
	answers map[string]func(args []any) []any
	asker   string        // who asked first
	asked   chan struct{} // closed by then

	once        sync.Once
	quit, ended chan struct{}
}

func hangs([]any) []any { return []any{hangs} }

func says(values ...any) func([]any) []any { return func([]any) []any { return values } }

func newPeer(t *testing.T, b *realBus, answers map[string]func([]any) []any) *peer {
	t.Helper()
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, conn: conn, do: make(chan func()), answers: answers, asked: make(chan struct{}),
		quit: make(chan struct{}), ended: make(chan struct{})}
	messages := make(chan *dbus.Message, 1000)
	t.Cleanup(p.leave)
	conn.Eavesdrop(messages)
	go func() {
		defer close(p.ended)
		for {
			select {
			case <-p.quit:
				return
			case m, there := <-messages:
				if !there {
					return
				}
				p.answer(m)
			case f := <-p.do:
				f()
			}
		}
	}()
	return p
}

// own takes the name once the peer can answer for it.
func (p *peer) own(name string) {
	p.t.Helper()
	p.in(func() {
		p.conn.Send(&dbus.Message{Type: dbus.TypeMethodCall, Flags: dbus.FlagNoReplyExpected, Body: []any{name, uint32(7)},
			Headers: map[dbus.HeaderField]dbus.Variant{
				dbus.FieldDestination: dbus.MakeVariant(daemon), dbus.FieldPath: dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/DBus")),
				dbus.FieldInterface: dbus.MakeVariant(daemon), dbus.FieldMember: dbus.MakeVariant("RequestName"),
				dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf("", uint32(0))),
			}}, nil)
	})
	p.flush()
}

// waitAsked waits until somebody has asked, and says who.
func (p *peer) waitAsked() (asker string) {
	p.t.Helper()
	select {
	case <-p.asked:
	case <-time.After(limit):
		p.t.Fatal("nobody asked")
	}
	p.in(func() { asker = p.asker })
	return asker
}

// leave closes the connection; the library must not find its channel closed.
func (p *peer) leave() {
	p.once.Do(func() {
		p.conn.Eavesdrop(nil)
		_ = p.conn.Close()
		close(p.quit)
		<-p.ended
	})
}

// in runs f in the peer's loop, or fails when it has ended.
func (p *peer) in(f func()) {
	p.t.Helper()
	done := make(chan struct{})
	select {
	case p.do <- func() { f(); close(done) }:
		<-done
	case <-time.After(limit):
		p.t.Fatal("the peer has left")
	}
}

func (p *peer) answer(m *dbus.Message) {
	if m.Type != dbus.TypeMethodCall {
		return
	}
	sender := m.Headers[dbus.FieldSender].Value().(string)
	reply := &dbus.Message{Type: dbus.TypeError, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldDestination: dbus.MakeVariant(sender), dbus.FieldReplySerial: dbus.MakeVariant(m.Serial()),
		dbus.FieldErrorName: dbus.MakeVariant("org.freedesktop.DBus.Error.UnknownMethod"),
	}}
	path := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	answer := p.answers[string(path)+" "+m.Headers[dbus.FieldMember].Value().(string)]
	if p.asker == "" && sender != p.conn.Names()[0] {
		p.asker = sender
		close(p.asked)
	}
	if answer != nil {
		if body := answer(m.Body); body != nil {
			if _, silent := body[0].(func([]any) []any); silent {
				return
			}
			reply.Type, reply.Body = dbus.TypeMethodReply, body
			reply.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
			delete(reply.Headers, dbus.FieldErrorName)
		}
	}
	p.conn.Send(reply, nil)
}

// signal sends a signal, to one program or, without a name, to whoever listens.
func (p *peer) signal(to string, path dbus.ObjectPath, iface, member string, values ...any) {
	p.t.Helper()
	p.in(func() { p.emit(to, path, iface, member, values...) })
	p.flush()
}

// flush waits until the bus has passed on all that was sent: it keeps the order
// of what one program sends, and that of several only so.
func (p *peer) flush() {
	p.t.Helper()
	back := make(chan struct{})
	p.in(func() {
		p.answers["/flush Back"] = func([]any) []any { close(back); return nil }
		p.conn.Send(&dbus.Message{Type: dbus.TypeMethodCall, Flags: dbus.FlagNoReplyExpected, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldDestination: dbus.MakeVariant(p.conn.Names()[0]), dbus.FieldPath: dbus.MakeVariant(dbus.ObjectPath("/flush")),
			dbus.FieldMember: dbus.MakeVariant("Back"),
		}}, nil)
	})
	select {
	case <-back:
	case <-time.After(limit):
		p.t.Fatal("the bus does not answer")
	}
}

func (p *peer) emit(to string, path dbus.ObjectPath, iface, member string, values ...any) {
	m := &dbus.Message{Type: dbus.TypeSignal, Body: values, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath: dbus.MakeVariant(path), dbus.FieldInterface: dbus.MakeVariant(iface), dbus.FieldMember: dbus.MakeVariant(member),
	}}
	if to != "" {
		m.Headers[dbus.FieldDestination] = dbus.MakeVariant(to)
	}
	if len(values) > 0 {
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(values...))
	}
	p.conn.Send(m, nil)
}
