package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/portal"
)

// wallClock is the desk's clock, which somebody sets. A laptop that was asleep
// is the same: the clock has gone on, and no timer has.
type wallClock struct{ ahead atomic.Int64 }

func (w *wallClock) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *wallClock) jump(d time.Duration) { w.ahead.Add(int64(d)) }

// gate stands before a portal and makes what comes for requests wait, or turns
// it away. Everything else passes: nothing tells the desk that it may try again.
type gate struct {
	url string

	mu    sync.Mutex
	busy  bool
	later string        // Retry-After, in seconds
	hold  chan struct{} // what comes while it is there waits until it is closed
	held  int
}

func newGate(t *testing.T, target string) *gate {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, portal.RouteRequests) && !g.opens(w, r) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	g.url = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return g
}

// opens tells whether a call goes on, after it has waited.
func (g *gate) opens(w http.ResponseWriter, r *http.Request) bool {
	g.mu.Lock()
	busy, hold := g.busy, g.hold
	if g.later != "" {
		w.Header().Set("Retry-After", g.later)
	}
	if hold != nil {
		g.held++
	}
	g.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return false
		}
	}
	return !busy
}

// turnAway makes it turn calls away, with a word on when to come again if later
// is not empty.
func (g *gate) turnAway(later string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy, g.later, g.hold = true, later, nil
}

// holdBack makes calls wait until the returned function is called, whatever
// else becomes of the gate.
func (g *gate) holdBack() (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	hold := make(chan struct{})
	g.busy, g.later, g.hold = false, "", hold
	return sync.OnceFunc(func() { close(hold) })
}

// open lets calls pass from now on.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy, g.later, g.hold = false, "", nil
}

// holds is how many calls it has made wait.
func (g *gate) holds() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}

// openDeskAt is a Guichet in this process with that clock, until the test ends.
func openDeskAt(t *testing.T, data, url string, clock *wallClock) (*app.App, *bridge) {
	t.Helper()
	a := app.New(plain(t, data, url, clerkID))
	a.Now = clock.now
	a.Start(silentShell{})
	t.Cleanup(a.Stop)
	return a, bridgeTo(a)
}
