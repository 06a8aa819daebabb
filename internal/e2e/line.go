package e2e

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"
)

// Line is the way between a desk and a portal, on loopback. It knows the calls
// of the protocol, does to them what it is told to, and remembers what has
// reached the portal. It speaks HTTP/1.1 on bare connections, so that it can
// break them where it likes.
type Line struct {
	URL string // what the desk takes for its portal
	// Watch is told of each call before anything of it goes on; may be nil. It
	// is set before the first call.
	Watch func(step Step, request string)

	tb     testing.TB
	addr   string
	portal *url.URL
	up     *http.Transport
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener // nil while nobody listens
	deaf     bool         // connections are taken and dropped
	lines    map[net.Conn]bool
	plans    []*Plan
	healed   chan struct{} // closed by Release
	kept     []late
	past     map[string]lineAnswer // last answer of the portal, by kind of call
	held     map[string]bool       // requests whose PUT the portal has accepted
	files    map[string][]string   // what those name, by request
	whole    map[string]bool       // files whose last byte the portal has acknowledged
}

// NewLine opens a line to the portal at that address, until the test ends.
func NewLine(tb testing.TB, address string) *Line {
	tb.Helper()
	target, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{
		tb: tb, portal: target, addr: ownAddress(tb), up: &http.Transport{DisableCompression: true},
		lines: map[net.Conn]bool{}, healed: make(chan struct{}),
		past: map[string]lineAnswer{}, held: map[string]bool{}, files: map[string][]string{}, whole: map[string]bool{},
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.Up()
	l.URL = "http://" + l.addr
	tb.Cleanup(l.close)
	return l
}

// Heal ends every fault: nothing is armed any more, what stands still is cut,
// and somebody listens.
func (l *Line) Heal() {
	l.mu.Lock()
	l.plans, l.deaf = nil, false
	closed := l.listener == nil
	l.mu.Unlock()
	l.Release()
	if closed {
		l.Up()
	}
}

// Release cuts what stands still; what is armed stays so.
func (l *Line) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.healed)
	l.healed = make(chan struct{})
}

// Down makes the line refuse connections, and cuts those that it has.
func (l *Line) Down() { l.shut(false, nil) }

// Deafen makes the line take connections and drop them, and cuts those that it
// has.
func (l *Line) Deafen() { l.shut(true, nil) }

// shut ends every connection but one. While deaf, new ones are taken and
// dropped, otherwise they are refused.
func (l *Line) shut(deaf bool, but net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deaf = deaf
	if !deaf && l.listener != nil {
		_ = l.listener.Close()
		l.listener = nil
	}
	for c := range l.lines {
		if c != but {
			_ = c.Close()
		}
	}
}

// Up makes it listen, always at the same address.
func (l *Line) Up() {
	listener, err := net.Listen("tcp", l.addr)
	if err != nil {
		l.tb.Errorf("open line: %v", err)
		return
	}
	l.mu.Lock()
	l.listener = listener
	l.mu.Unlock()
	l.goDo(func() { l.accept(listener) })
}

// Holds tells whether the portal has accepted a PUT of the request, whatever
// the desk was told.
func (l *Line) Holds(request string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held[request]
}

// complete tells whether the portal has acknowledged every file of a request
// that has some: the next PUT asks for its receipt.
func (l *Line) complete(request string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	files := l.files[request]
	return len(files) > 0 && !slices.ContainsFunc(files, func(f string) bool { return !l.whole[f] })
}

func (l *Line) close() {
	l.cancel()
	l.Down()
	l.group.Wait()
	l.up.CloseIdleConnections()
}

func (l *Line) goDo(do func()) {
	l.group.Add(1)
	go func() {
		defer l.group.Done()
		do()
	}()
}

// rest waits, or until the line ends.
func (l *Line) rest(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ctx.Done():
	}
}

func (l *Line) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		refused := l.deaf || l.listener != listener
		if !refused {
			l.lines[conn] = true
		}
		l.mu.Unlock()
		if refused {
			_ = conn.Close()
			continue
		}
		l.goDo(func() { l.serve(conn) })
	}
}

// serve takes the calls of one connection, one after the other.
func (l *Line) serve(conn net.Conn) {
	ctx, gone := context.WithCancel(l.ctx)
	w := &wire{Conn: conn, in: bufio.NewReader(conn), ctx: ctx, gone: gone}
	defer func() {
		gone()
		_ = conn.Close()
		l.mu.Lock()
		delete(l.lines, conn)
		l.mu.Unlock()
		w.listened()
	}()
	for {
		w.listened()
		req, err := http.ReadRequest(w.in)
		if err != nil {
			return
		}
		c := &lineCall{line: l, wire: w, req: req, aim: aimOf(req)}
		if c.step == StepAnnounce && l.complete(c.request) {
			c.step = StepReceipt
		}
		if l.Watch != nil {
			l.Watch(c.step, c.request)
		}
		if !l.faultFor(c)(c) {
			return
		}
	}
}

// wire is one connection of the desk.
type wire struct {
	net.Conn
	in     *bufio.Reader
	ctx    context.Context // ends with the connection
	gone   context.CancelFunc
	peeked chan struct{} // closed when the desk has said something more, or has gone
}

// listen learns that the desk gives up while it waits for an answer.
func (w *wire) listen() {
	if w.peeked != nil {
		return
	}
	w.peeked = make(chan struct{})
	go func(done chan struct{}) {
		defer close(done)
		if _, err := w.in.Peek(1); err != nil {
			w.gone()
		}
	}(w.peeked)
}

// listened waits until nobody else reads.
func (w *wire) listened() {
	if w.peeked != nil {
		<-w.peeked
		w.peeked = nil
	}
}
