package e2e

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal/client"

	"golang.org/x/time/rate"
)

// uplink is how fast a practice sends, in bytes per second: a large file is under
// way for some seconds.
const uplink = 4 << 20

// balancer stands before the nodes of one portal, on loopback. It gives each call to
// one of them, drawn at random, or to another one if that is not there; a call whose
// node dies is cut, or answered in the balancer's own name.
type balancer struct {
	url  string
	line *http.Transport

	mu                 sync.Mutex
	random             *rand.Rand
	nodes              []string       // host:port
	last               map[string]int // the node that had the last bytes of an upload
	broken             int            // calls whose node died
	resumed, elsewhere int            // uploads that went on, and those of them at another node
}

func newBalancer(tb testing.TB, random *rand.Rand, nodes ...string) *balancer {
	tb.Helper()
	b := &balancer{random: random, nodes: nodes, last: map[string]int{}, line: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.Out.URL.Scheme = "http" }, // RoundTrip says to whom
		Transport: b, FlushInterval: -1, ErrorHandler: b.failed,
	})
	b.url = server.URL
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		b.line.CloseIdleConnections()
	})
	return b
}

func (b *balancer) draw(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.random.IntN(n)
}

// RoundTrip implements http.RoundTripper.
func (b *balancer) RoundTrip(req *http.Request) (res *http.Response, err error) {
	first := b.draw(len(b.nodes))
	for i := range b.nodes {
		at := (first + i) % len(b.nodes)
		out := req.Clone(req.Context())
		out.URL.Host = b.nodes[at]
		if req.Body != nil { // a node that is not there would close it
			out.Body = io.NopCloser(&slow{req.Body, req.Context(), rate.NewLimiter(uplink, 64<<10)})
		}
		res, err = b.line.RoundTrip(out)
		if op := (*net.OpError)(nil); !errors.As(err, &op) || op.Op != "dial" {
			b.note(req, at, err)
			return res, err
		}
	}
	return nil, err
}

// note counts what tells whether a proof has met what it looks for.
func (b *balancer) note(req *http.Request, at int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil && req.Context().Err() == nil {
		b.broken++
	}
	if req.Method != http.MethodPatch {
		return
	}
	before, known := b.last[req.URL.Path]
	if offset, _ := strconv.Atoi(req.Header.Get("Upload-Offset")); offset > 0 {
		b.resumed++
		if known && before != at {
			b.elsewhere++
		}
	}
	b.last[req.URL.Path] = at
}

func (b *balancer) failed(w http.ResponseWriter, _ *http.Request, _ error) {
	if b.draw(2) == 0 {
		panic(http.ErrAbortHandler) // which cuts the line
	}
	w.WriteHeader(http.StatusBadGateway)
}

// slow is a body on a line that is no faster than a practice's.
type slow struct {
	io.Reader
	ctx  context.Context
	pace *rate.Limiter
}

func (s *slow) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p[:min(len(p), s.pace.Burst())])
	if wait := s.pace.WaitN(s.ctx, n); wait != nil {
		return n, wait
	}
	return n, err
}

// pursuer asks a portal over and over what changed for a person, and waits so long for
// something to change, from a cursor that it takes when there is nothing yet. It never
// begins anew: each change has to be told by an answer.
type pursuer struct {
	person string
	client *client.Client
	stop   func()

	mu     sync.Mutex
	told   map[string]desk.Change // what was told last, by request
	failed int                    // questions without an answer
	stale  bool                   // a node did not know the cursor of another one
}

func newPursuer(tb testing.TB, url, person string, wait time.Duration) *pursuer {
	tb.Helper()
	token := tokenFor(tb, person)
	p := &pursuer{person: person, told: map[string]desk.Change{}, client: client.New(client.Config{
		Base: url, Token: func(context.Context, string) (string, error) { return token, nil },
	})}
	in, err := p.client.Changes(tb.Context(), person, "", 0)
	if err != nil || len(in.Changes) > 0 {
		tb.Fatalf("the portal has %d requests before anybody wrote one, %v", len(in.Changes), err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	var group sync.WaitGroup
	group.Go(func() { p.run(ctx, in.Cursor, wait) })
	p.stop = func() { cancel(); group.Wait(); p.client.Close() }
	tb.Cleanup(p.stop)
	return p
}

func (p *pursuer) run(ctx context.Context, cursor string, wait time.Duration) {
	for ctx.Err() == nil {
		in, err := p.client.Changes(ctx, p.person, cursor, wait)
		p.mu.Lock()
		switch {
		case errors.Is(err, desk.StaleCursor{}):
			p.stale = true
		case err != nil:
			p.failed++
		default:
			cursor = in.Cursor
			for _, c := range in.Changes {
				p.told[c.Request.ID.String()] = c
			}
			for _, id := range in.Gone {
				delete(p.told, id.String())
			}
		}
		stale := p.stale
		p.mu.Unlock()
		if stale {
			return
		}
		switch {
		case err != nil:
			pass(ctx, 100*time.Millisecond)
		case wait == 0:
			pass(ctx, 10*time.Millisecond)
		}
	}
}

// shows is what the pursuer has been told, in the form of known.
func (p *pursuer) shows() map[string]standing {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]standing{}
	for id, c := range p.told {
		out[id] = standing{c.Request.Number, string(c.Request.PortalStatus), len(c.Messages)}
	}
	return out
}
