package e2e

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// way is the line between a portal and its help desk. It draws what happens to each
// call: some that write are done and nobody hears of it.
type way struct {
	URL string

	to     *url.URL
	up     *http.Transport
	server *httptest.Server
	late   sync.WaitGroup // calls that go on although nobody waits

	mu     sync.Mutex
	random *rand.Rand
	calm   bool // nothing happens
	away   bool // connections are refused
	fates  map[string]int
}

// What happens to calls: most pass. Of those that write, every second meets
// something; of those that read, every sixteenth.
var (
	writeFates = []string{"slow", "reset", "cut", "half", "lost", "lost", "lost", "late", "502", "torn"}
	readFates  = []string{"slow", "reset", "502", "torn"}
)

// delay is the longest that a call is held up. What is late is done within the settle
// window, for which the help desk needs some time too.
const delay = 1200 * time.Millisecond

func newWay(tb testing.TB, to string, random *rand.Rand) *way {
	tb.Helper()
	target, err := url.Parse(to)
	if err != nil {
		tb.Fatal(err)
	}
	w := &way{to: target, up: &http.Transport{DisableCompression: true}, random: random, calm: true, fates: map[string]int{}}
	w.server = httptest.NewServer(w)
	w.URL = w.server.URL
	tb.Cleanup(func() {
		w.server.CloseClientConnections()
		w.server.Close()
		w.late.Wait()
		w.up.CloseIdleConnections()
	})
	return w
}

// set changes whether anything happens, and whether connections are refused.
func (w *way) set(calm, away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calm, w.away = calm, away
}

// client is one whose connections are refused while the way is away.
func (w *way) client(tb testing.TB) *http.Client {
	t := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		w.mu.Lock()
		away := w.away
		w.mu.Unlock()
		if away {
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	tb.Cleanup(t.CloseIdleConnections)
	return &http.Client{Transport: t}
}

// draw says what happens to a call, and how long something takes.
func (w *way) draw(method string) (fate string, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	from, of := writeFates, 2
	if method == http.MethodGet {
		from, of = readFates, 16
	}
	if w.calm || w.random.IntN(of) > 0 {
		return "", 0
	}
	fate = from[w.random.IntN(len(from))]
	w.fates[fate]++
	return fate, time.Duration(w.random.Int64N(int64(delay)))
}

// met counts what has happened.
func (w *way) met() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, of := range w.fates {
		n += of
	}
	return n
}

func (w *way) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	fate, wait := w.draw(r.Method)
	if fate == "reset" {
		breakOff(out)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || fate == "cut" {
		breakOff(out)
		return
	}
	switch fate {
	case "half": // and the help desk hears the beginning of it
		w.half(r, body)
		breakOff(out)
	case "lost", "late": // it goes on, or begins, when nobody waits any more
		if fate == "lost" {
			wait = 0
		}
		gone := make(chan struct{})
		w.late.Go(func() {
			rest(wait)
			_, _ = w.pass(context.WithoutCancel(r.Context()), r, body, sync.OnceFunc(func() { close(gone) }))
		})
		if fate == "lost" {
			select {
			case <-gone:
			case <-time.After(delay): // the help desk is not there
			}
		}
		breakOff(out)
	default:
		if fate == "slow" {
			rest(wait)
		}
		a, err := w.pass(r.Context(), r, body, func() {})
		if err != nil {
			breakOff(out)
			return
		}
		w.answer(out, fate, a)
	}
}

func (w *way) answer(out http.ResponseWriter, fate string, a lineAnswer) {
	switch fate {
	case "502":
		a = page(http.StatusBadGateway)
	case "torn":
		conn, _, err := out.(http.Hijacker).Hijack()
		if err == nil {
			raw := a.bytes(http.MethodGet)
			_, _ = conn.Write(raw[:len(raw)*2/3])
			_ = conn.Close()
		}
		return
	}
	for name, values := range a.header {
		out.Header()[name] = values
	}
	out.Header().Del("Content-Length")
	out.Header().Del("Transfer-Encoding")
	out.WriteHeader(a.status)
	_, _ = out.Write(a.body)
}

// pass has the help desk do a call, and says when it has all of it.
func (w *way) pass(ctx context.Context, r *http.Request, body []byte, sent func()) (a lineAnswer, err error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent() }})
	to := *w.to
	to.Path, to.RawQuery = r.URL.Path, r.URL.RawQuery
	req, err := http.NewRequestWithContext(ctx, r.Method, to.String(), bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header = r.Header.Clone()
	res, err := w.up.RoundTrip(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a = lineAnswer{status: res.StatusCode, header: res.Header}
	a.body, err = io.ReadAll(res.Body)
	return a, err
}

// half gives the help desk the beginning of a call, and breaks.
func (w *way) half(r *http.Request, body []byte) {
	conn, err := net.Dial("tcp", w.to.Host)
	if err != nil {
		return
	}
	defer conn.Close()
	var raw bytes.Buffer
	whole := r.Clone(r.Context())
	whole.Body, whole.ContentLength, whole.RequestURI = io.NopCloser(bytes.NewReader(body)), int64(len(body)), ""
	whole.URL.Host, whole.URL.Scheme = w.to.Host, w.to.Scheme
	if whole.Write(&raw) == nil {
		_, _ = conn.Write(raw.Bytes()[:raw.Len()-len(body)/2-1])
	}
}

// breakOff ends a connection by a reset.
func breakOff(out http.ResponseWriter) {
	conn, _, err := out.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func rest(d time.Duration) { pass(context.Background(), d) }

// names are those of what has happened, with how often.
func (w *way) names() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{}
	for _, name := range slices.Concat(writeFates, readFates) {
		out[name] = w.fates[name]
	}
	return out
}
