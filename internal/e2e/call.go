package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// lineCall is one call on a line.
type lineCall struct {
	line *Line
	wire *wire
	req  *http.Request
	aim
	body []byte // as far as it was read
}

// lineAnswer is what the portal, or somebody in its place, says.
type lineAnswer struct {
	status int
	header http.Header
	body   []byte
}

// late is a call that the line keeps back.
type late struct {
	call *lineCall
	body []byte
}

// kind is what of a call is alike, whatever it is about.
func (c *lineCall) kind() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(c.req.URL.Path, "/v1/"), "/")
	return c.req.Method + " " + path
}

// read takes the whole body from the desk.
func (c *lineCall) read() bool {
	rest, err := io.ReadAll(c.req.Body)
	c.body = append(c.body, rest...)
	return err == nil
}

// readHalf takes half of the body from the desk.
func (c *lineCall) readHalf() bool {
	c.body = make([]byte, c.req.ContentLength/2)
	_, err := io.ReadFull(c.req.Body, c.body)
	return err == nil
}

// forward brings the call to the portal and returns its answer. It ends when
// ctx does.
func (c *lineCall) forward(ctx context.Context, body io.Reader) (lineAnswer, error) {
	req, err := http.NewRequestWithContext(ctx, c.req.Method, c.line.portal.JoinPath(c.req.URL.Path).String(), body)
	if err != nil {
		return lineAnswer{}, err
	}
	req.URL.RawQuery, req.ContentLength, req.Header = c.req.URL.RawQuery, int64(len(c.body)), c.req.Header.Clone()
	if len(c.body) == 0 {
		req.Body = nil
	}
	res, err := c.line.up.RoundTrip(req)
	if err != nil {
		return lineAnswer{}, err
	}
	defer res.Body.Close()
	a := lineAnswer{status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return lineAnswer{}, err
	}
	c.line.note(c, a)
	return a, nil
}

// note remembers what the portal has said.
func (l *Line) note(c *lineCall, a lineAnswer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.past[c.kind()] = a
	switch {
	case a.status > 299:
	case c.req.Method == http.MethodPut && c.request != "":
		l.held[c.request], l.files[c.request] = true, filesOf(c.body)
	case c.step == StepBytes:
		offset, _ := strconv.Atoi(c.req.Header.Get("Upload-Offset")) // the portal has accepted it
		l.whole[c.file] = strconv.Itoa(offset+len(c.body)) == a.header.Get("Upload-Offset")
	}
}

// ask reads the body and forwards it as long as the desk waits.
func (c *lineCall) ask() (lineAnswer, bool) {
	if !c.read() {
		return lineAnswer{}, false
	}
	c.wire.listen()
	a, err := c.forward(c.wire.ctx, bytes.NewReader(c.body))
	return a, err == nil
}

// forwardHalf gives the portal the head and half of the body, and breaks.
func (c *lineCall) forwardHalf() {
	conn, err := net.Dial("tcp", c.line.portal.Host)
	if err != nil {
		return
	}
	defer conn.Close()
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", c.req.Method, c.req.URL.RequestURI(), c.line.portal.Host, c.req.ContentLength)
	h := c.req.Header.Clone()
	h.Del("Content-Length")
	_ = h.Write(&head) // a Buffer takes everything
	head.WriteString("\r\n")
	_, _ = conn.Write(append(head.Bytes(), c.body[:min(int64(len(c.body)), c.req.ContentLength/2)]...)) // broken is what it is to be
}

// say answers the desk and tells whether the connection goes on.
func (c *lineCall) say(a lineAnswer) bool {
	_, err := c.wire.Write(a.bytes(c.req.Method))
	return err == nil
}

// drip answers in small pieces.
func (c *lineCall) drip(a lineAnswer) bool {
	raw := a.bytes(c.req.Method)
	for piece := max(1, len(raw)/20); len(raw) > 0; {
		n := min(piece, len(raw))
		if _, err := c.wire.Write(raw[:n]); err != nil {
			return false
		}
		raw = raw[n:]
		c.line.rest(dripPause)
	}
	return true
}

// dripPause is between the pieces of what drips: some 20 of them.
const dripPause = 15 * time.Millisecond

// dripping is a body that comes in small pieces.
type dripping struct {
	io.Reader
	line  *Line
	piece int
}

func (d dripping) Read(p []byte) (int, error) {
	d.line.rest(dripPause)
	return d.Reader.Read(p[:min(len(p), d.piece)])
}

// reset ends the connection with an RST instead of a FIN.
func (c *lineCall) reset() bool {
	if tcp, ok := c.wire.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return false
}

// stall does nothing until the line heals or the desk gives up.
func (c *lineCall) stall() bool {
	c.wire.listen()
	c.line.mu.Lock()
	healed := c.line.healed
	c.line.mu.Unlock()
	select {
	case <-healed:
	case <-c.wire.ctx.Done():
	}
	return c.reset()
}

// keepBack takes the call and gives the desk nothing; Deliver brings it to the
// portal.
func (c *lineCall) keepBack() bool {
	if !c.read() {
		return false
	}
	c.line.mu.Lock()
	c.line.kept = append(c.line.kept, late{c, c.body})
	c.line.mu.Unlock()
	return c.reset()
}

// Deliver brings to the portal, long after, what was kept back, and returns
// the statuses of its answers.
func (l *Line) Deliver() (statuses []int, err error) {
	l.mu.Lock()
	kept := l.kept
	l.kept = nil
	l.mu.Unlock()
	for _, k := range kept {
		a, e := k.call.forward(l.ctx, bytes.NewReader(k.body))
		statuses, err = append(statuses, a.status), errors.Join(err, e)
	}
	return statuses, err
}

// bare tells whether an answer has no body by its nature.
func (a lineAnswer) bare(method string) bool {
	return method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified
}

// head is an answer up to its body; length is what it promises.
func (a lineAnswer) head(length int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %03d %s\r\n", a.status, http.StatusText(a.status))
	h := a.header.Clone()
	for _, own := range []string{"Transfer-Encoding", "Content-Length"} {
		h.Del(own)
	}
	if length >= 0 {
		h.Set("Content-Length", strconv.Itoa(length))
	}
	_ = h.Write(&out) // a Buffer takes everything
	out.WriteString("\r\n")
	return out.Bytes()
}

// bytes is an answer as it stands on the wire.
func (a lineAnswer) bytes(method string) []byte {
	if a.bare(method) {
		return a.head(-1)
	}
	return append(a.head(len(a.body)), a.body...)
}
