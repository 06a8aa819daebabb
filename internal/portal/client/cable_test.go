package client

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// cable is a TCP line to a portal that can be cut, and that counts what arrives.
type cable struct {
	tb     testing.TB
	listen net.Listener
	to     string
	group  sync.WaitGroup

	mu     sync.Mutex
	left   int64 // bytes towards the portal until it breaks, negative for never
	passed int64 // bytes that arrived
	open   map[net.Conn]bool
}

func newCable(tb testing.TB, url string) *cable {
	tb.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &cable{tb: tb, listen: listen, to: strings.TrimPrefix(url, "http://"), left: -1, open: map[net.Conn]bool{}}
	l.group.Go(l.run)
	tb.Cleanup(l.end)
	return l
}

func (l *cable) url() string { return "http://" + l.listen.Addr().String() }

// cutAfter breaks the line, once, behind so many more bytes.
func (l *cable) cutAfter(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = n
}

func (l *cable) arrived() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.passed
}

func (l *cable) end() {
	_ = l.listen.Close()
	l.mu.Lock()
	for c := range l.open {
		_ = c.Close()
	}
	l.mu.Unlock()
	l.group.Wait()
}

func (l *cable) keep(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = true
}

func (l *cable) run() {
	for {
		near, err := l.listen.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = near.Close() // nobody there
			continue
		}
		l.keep(near)
		l.keep(far)
		l.group.Go(func() { l.up(near, far) })
		l.group.Go(func() { l.down(near, far) })
	}
}

// up carries bytes to the portal. The line breaks at its near end first: what
// has passed arrives, and no answer comes back.
func (l *cable) up(near, far net.Conn) {
	defer func() { _ = far.(*net.TCPConn).CloseWrite() }()
	defer near.Close()
	buf := make([]byte, 8<<10)
	for {
		n, err := near.Read(buf)
		l.mu.Lock()
		cut := l.left >= 0 && int64(n) >= l.left
		if cut {
			n, l.left = int(l.left), -1
		} else if l.left >= 0 {
			l.left -= int64(n)
		}
		l.passed += int64(n)
		l.mu.Unlock()
		if _, werr := far.Write(buf[:n]); werr != nil || err != nil || cut {
			return
		}
	}
}

func (l *cable) down(near, far net.Conn) {
	defer near.Close()
	defer far.Close()
	buf := make([]byte, 8<<10)
	for {
		n, err := far.Read(buf)
		if _, werr := near.Write(buf[:n]); werr != nil || err != nil {
			return
		}
	}
}
