package mailtest

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Fate is what a line does with a message that is handed in.
type Fate int

// What may happen at the dot that ends a message.
const (
	Pass       Fate = iota
	LoseAnswer      // the server has it, and nobody hears so
	LoseDot         // the server never has the whole of it
	HoldAnswer      // the server has it, and its answer never comes
)

// Line stands between a client and a server, in clear.
type Line struct {
	Address string

	tb     testing.TB
	to     string
	listen net.Listener
	wg     sync.WaitGroup

	mu    sync.Mutex
	fate  func(message int) Fate
	dots  int
	cut   int64 // bytes from the server after which connections end, 0 for never
	conns map[net.Conn]bool
	down  bool
}

// NewLine opens a line to a server until the test ends.
func NewLine(tb testing.TB, to string) *Line {
	tb.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{Address: listen.Addr().String(), tb: tb, to: to, listen: listen, conns: map[net.Conn]bool{}}
	l.wg.Go(l.serve)
	tb.Cleanup(l.close)
	return l
}

// Decide sets what happens at each dot; messages count from 0 since the line was
// opened. nil lets all pass.
func (l *Line) Decide(fate func(message int) Fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fate = fate
}

// CutAfter ends each connection after so many bytes from the server, 0 for never.
func (l *Line) CutAfter(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = n
}

func (l *Line) close() {
	l.mu.Lock()
	l.down = true
	_ = l.listen.Close()
	for conn := range l.conns {
		_ = conn.Close()
	}
	l.mu.Unlock()
	l.wg.Wait()
}

// keep remembers a connection for close, and tells whether there is still need.
func (l *Line) keep(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		_ = conn.Close()
		return false
	}
	l.conns[conn] = true
	return true
}

func (l *Line) forget(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
		delete(l.conns, conn)
	}
}

func (l *Line) serve() {
	for {
		client, err := l.listen.Accept()
		if err != nil {
			return
		}
		if !l.keep(client) {
			return
		}
		server, err := net.Dial("tcp", l.to)
		if err != nil || !l.keep(server) {
			l.forget(client)
			continue
		}
		p := &pair{line: l, client: client, server: server}
		l.wg.Go(p.up)
		l.wg.Go(p.down)
	}
}

// pair is one client and its server.
type pair struct {
	line           *Line
	client, server net.Conn

	mu     sync.Mutex
	answer Fate // to the dot that went by last
}

func (p *pair) fate() Fate {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answer
}

// up carries what the client says, and decides at dots.
func (p *pair) up() {
	defer p.line.forget(p.client, p.server)
	in, data := bufio.NewReader(p.client), false
	for {
		line, err := in.ReadSlice('\n')
		whole := err == nil
		if err == bufio.ErrBufferFull {
			err = nil
		}
		said := strings.TrimRight(string(line), "\r\n")
		if whole && data && said == "." {
			data = false
			if !p.dot() {
				return
			}
		} else if whole && !data && strings.EqualFold(said, "DATA") {
			data = true
		}
		if len(line) > 0 {
			if _, werr := p.server.Write(line); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// dot decides about a message, and tells whether its end goes on to the server.
func (p *pair) dot() bool {
	p.line.mu.Lock()
	fate := Pass
	if p.line.fate != nil {
		fate = p.line.fate(p.line.dots)
	}
	p.line.dots++
	p.line.mu.Unlock()
	p.mu.Lock()
	p.answer = fate
	p.mu.Unlock()
	return fate != LoseDot
}

// down carries what the server says.
func (p *pair) down() {
	p.line.mu.Lock()
	left := p.line.cut
	p.line.mu.Unlock()
	endless := left == 0
	buf := make([]byte, 4<<10)
	defer p.line.forget(p.client, p.server)
	for {
		n, err := p.server.Read(buf)
		switch p.fate() {
		case LoseAnswer:
			return
		case HoldAnswer:
			_, _ = io.Copy(io.Discard, p.server)
			return
		}
		if !endless {
			n = min(n, int(min(left, int64(len(buf)))))
			left -= int64(n)
		}
		if _, werr := p.client.Write(buf[:n]); werr != nil || err != nil || !endless && left == 0 {
			return
		}
	}
}
