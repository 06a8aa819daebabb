package helpdesktest

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// Line is a line to a help desk that can lose an answer after what was asked has
// gone through.
type Line struct {
	Address string

	to     string
	mu     sync.Mutex
	marker []byte
	lost   int
}

// NewLine opens a line to an address until the test ends.
func NewLine(tb testing.TB, to string) *Line {
	tb.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{Address: listen.Addr().String(), to: to}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			all.Go(func() { l.carry(conn) })
		}
	})
	tb.Cleanup(func() { _ = listen.Close(); all.Wait() })
	return l
}

// Lose loses what is answered to the next that contains marker, and closes that
// connection when the answer comes.
func (l *Line) Lose(marker string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marker = []byte(marker)
}

// Lost counts answers that were lost.
func (l *Line) Lost() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

func (l *Line) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer far.Close()
	w := &watch{line: l, to: far}
	done := make(chan struct{})
	go func() { // until either end closes, which the other half sees to
		defer close(done)
		_, _ = io.Copy(w, near)
		if c, ok := far.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
	}()
	back := make([]byte, 32<<10)
	for {
		n, err := far.Read(back)
		if n > 0 && w.hit() {
			l.mu.Lock()
			l.lost++
			l.mu.Unlock()
			break
		}
		if _, writeErr := near.Write(back[:n]); err != nil || writeErr != nil {
			break
		}
	}
	_, _ = near.Close(), far.Close()
	<-done
}

// watch hands on what is asked and looks for the marker in it.
type watch struct {
	line *Line
	to   io.Writer
	tail []byte // the marker may lie over two pieces
	mu   sync.Mutex
	seen bool
}

func (w *watch) Write(p []byte) (int, error) {
	w.line.mu.Lock()
	marker := w.line.marker
	text := append(w.tail, p...)
	if len(marker) > 0 && bytes.Contains(text, marker) {
		w.line.marker = nil
		w.mu.Lock()
		w.seen = true
		w.mu.Unlock()
	}
	w.line.mu.Unlock()
	w.tail = bytes.Clone(text[max(0, len(text)-100):])
	return w.to.Write(p)
}

func (w *watch) hit() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}
