package oidc_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/session/oidc"
)

// inMemory is the network inside a bubble of time: a provider, and the paths at
// which it never answers or answers without an end.
type inMemory struct {
	*hostile
	hang, trickle string
}

// RoundTrip implements http.RoundTripper.
func (m *inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == m.hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	rec := httptest.NewRecorder()
	m.ServeHTTP(rec, r)
	resp := rec.Result()
	if r.URL.Path == m.trickle {
		resp.Body = stuck{r.Context()}
	}
	return resp, nil
}

type stuck struct{ context.Context }

func (s stuck) Read([]byte) (int, error) { <-s.Done(); return 0, s.Err() }
func (stuck) Close() error               { return nil }

// wire is a listener inside a bubble of time.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}
func (w *wire) Close() error   { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 49152} }

// browse follows the way back to the wire: the callback and what it leads to.
func (w *wire) browse(target string) (*http.Response, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case w.conns <- there:
			return here, nil
		case <-w.closed:
			return nil, net.ErrClosed
		}
	}}}
	return client.Get("http://" + w.Addr().String() + target)
}

// bubble runs a test in which time passes by itself.
func bubble(t *testing.T, test func(t *testing.T, m *inMemory, p *oidc.Provider, w *wire)) {
	synctest.Test(t, func(t *testing.T) {
		h := newHostile(t)
		h.issuer = "http://127.0.0.1:1"
		m := &inMemory{hostile: h}
		p, err := oidc.New(h.config(), &http.Client{Transport: m})
		if err != nil {
			t.Fatal(err)
		}
		w := &wire{conns: make(chan net.Conn), closed: make(chan struct{})}
		oidc.Listen(p, func(string, string) (net.Listener, error) { return w, nil })
		test(t, m, p, w)
		synctest.Wait()
	})
}

func (w *wire) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}

func TestNobodySignsIn(t *testing.T) {
	bubble(t, func(t *testing.T, _ *inMemory, p *oidc.Provider, w *wire) {
		start := time.Now()
		_, err := p.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { return nil }})
		if !errors.Is(err, oidc.ErrTimeout) || time.Since(start) != 10*time.Minute || !w.isClosed() {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestEndedByTheCaller(t *testing.T) {
	bubble(t, func(t *testing.T, _ *inMemory, p *oidc.Provider, w *wire) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		_, err := p.SignIn(ctx, oidc.SignInOptions{Open: func(string) error { return nil }})
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, oidc.ErrUnreachable) || time.Since(start) != 3*time.Minute || !w.isClosed() {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// signInOn gives the true answer at once and returns the last page, or nil.
func signInOn(ctx context.Context, t *testing.T, m *inMemory, p *oidc.Provider, w *wire) (*http.Response, error) {
	last := make(chan *http.Response, 1)
	_, err := p.SignIn(ctx, oidc.SignInOptions{Open: func(address string) error {
		at, err := url.Parse(address)
		if err != nil {
			return err
		}
		m.nonce = at.Query().Get("nonce")
		back := url.Values{"code": {codeMark}, "state": {at.Query().Get("state")}, "iss": {m.issuer}}
		go func() {
			resp, err := w.browse("/callback?" + back.Encode())
			if err != nil {
				resp = nil
			} else {
				resp.Body.Close()
			}
			last <- resp
		}()
		return nil
	}})
	select {
	case resp := <-last:
		return resp, err
	case <-t.Context().Done():
		return nil, err
	}
}

func TestSilence(t *testing.T) {
	for _, at := range []string{"/.well-known/openid-configuration", "/token", "/jwks"} {
		for _, how := range []string{"hangs", "trickles"} {
			t.Run(how+" "+at, func(t *testing.T) {
				bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, w *wire) {
					if m.hang = at; how == "trickles" {
						m.hang, m.trickle = "", at
					}
					start := time.Now()
					if at == "/.well-known/openid-configuration" {
						_, err := p.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { t.Error("opened"); return nil }})
						silent(t, err, start)
						return
					}
					page, err := signInOn(t.Context(), t, m, p, w)
					silent(t, err, start)
					if page == nil || page.Request.URL.Path != "/fini" || page.StatusCode != http.StatusOK || !w.isClosed() {
						t.Errorf("the browser shows %v", page)
					}
				})
			})
		}
	}
}

func silent(t *testing.T, err error, start time.Time) {
	t.Helper()
	took := time.Since(start).Truncate(time.Second) // closing the listener takes some
	if !errors.Is(err, oidc.ErrUnreachable) || !strings.Contains(err.Error(), "no answer in time") || took != 15*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

// Who gives up in the window, while the code is exchanged, is told so in the
// browser.
func TestEndedInTheExchange(t *testing.T) {
	bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, w *wire) {
		m.hang = "/token"
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		page, err := signInOn(ctx, t, m, p, w)
		if !errors.Is(err, context.Canceled) || errors.Is(err, oidc.ErrUnreachable) || page == nil || page.StatusCode != http.StatusOK {
			t.Errorf("%v, the browser shows %v", err, page)
		}
	})
}

// A browser keeps lines open that it does not use.
func TestSpareLine(t *testing.T) {
	bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, w *wire) {
		here, there := net.Pipe()
		defer here.Close()
		go func() { w.conns <- there }()
		start := time.Now()
		if page, err := signInOn(t.Context(), t, m, p, w); err != nil || page == nil || time.Since(start) > 500*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestSilentRefresh(t *testing.T) {
	bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, _ *wire) {
		m.hang = "/token"
		start := time.Now()
		_, err := p.Refresh(t.Context(), held(m.hostile))
		silent(t, err, start)
	})
}

// A refresh whose keys do not come has its tokens all the same.
func TestRefreshWithoutKeys(t *testing.T) {
	bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, _ *wire) {
		m.hang = "/jwks"
		fresh, err := p.Refresh(t.Context(), held(m.hostile))
		if err != nil || fresh.Refresh.Reveal() != refreshMark {
			t.Error(err)
		}
	})
}

func TestSilentRevoke(t *testing.T) {
	for _, at := range []string{"/.well-known/openid-configuration", "/revoke"} {
		bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, _ *wire) {
			m.hang = at
			start := time.Now()
			err := p.Revoke(t.Context(), held(m.hostile))
			if took := time.Since(start); !errors.Is(err, oidc.ErrUnreachable) || took != 10*time.Second {
				t.Errorf("%v after %v", err, took)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := p.Revoke(ctx, held(m.hostile)); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, oidc.ErrUnreachable) {
				t.Errorf("ended by the caller: %v", err)
			}
		})
	}
}

// Whoever waits behind another for the document ends with its own context.
func TestWaitForTheDocument(t *testing.T) {
	bubble(t, func(t *testing.T, m *inMemory, p *oidc.Provider, _ *wire) {
		m.hang = "/.well-known/openid-configuration"
		first := make(chan error, 1)
		go func() { _, err := p.Refresh(t.Context(), held(m.hostile)); first <- err }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := p.Refresh(ctx, held(m.hostile)); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if err := <-first; !errors.Is(err, oidc.ErrUnreachable) {
			t.Error(err)
		}
	})
}
