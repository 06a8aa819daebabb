// Package line is how the desktop's connections are made: which proxy they go
// through, whom they trust, and which hosts they may reach at all. It also tells
// what kept one from being made, step by step if it is asked. It sends and reads
// nothing of its own but for that, and does not know what is said on a line.
package line

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Config is how connections are made.
type Config struct {
	// Proxy is "" or "system" for what this PC says (the environment, and on
	// Windows the user's settings), "none", or the address of a proxy.
	Proxy string
	// CAFile is a file of certificates (PEM) that are trusted beside those of the
	// system; "" for none.
	CAFile string
	// Secret gives the name and the password for a proxy, which it is told by host
	// and port; may be nil. It is asked only for a proxy that has asked for them.
	Secret func(proxy string) (user, password string, ok bool)
}

// Line makes connections. Make it with New; its fields are set before the first
// call.
type Line struct {
	Now func() time.Time // this PC's clock, by which certificates are judged

	Dial      time.Duration // how long reaching a host may take
	Tunnel    time.Duration // how long a proxy may take to reach the other side
	Handshake time.Duration // how long TLS may take
	Chosen    time.Duration // how long the choice of the system's script counts
	Hold      time.Duration // how long a password that a proxy refused is not shown again
	Look      time.Duration // how long Diagnose may take in all

	system func(context.Context, *url.URL) (proxy, from string) // replaced in tests

	last atomic.Pointer[Error] // of the last attempt, nil when it got through

	mu     sync.Mutex
	setup  *setup
	logins map[string]*login // by proxy
	users  []*Transport
}

// New returns a Line; it does no I/O.
func New(cfg Config) *Line {
	return &Line{
		Now: time.Now, Dial: 10 * time.Second, Tunnel: 20 * time.Second, Handshake: 10 * time.Second,
		Chosen: 10 * time.Minute, Hold: 10 * time.Minute, Look: 15 * time.Second,
		system: systemProxy, setup: newSetup(cfg), logins: map[string]*login{},
	}
}

// Set has further calls go by other settings. Idle connections are closed, and
// what is under way comes to its end.
func (l *Line) Set(cfg Config) {
	l.mu.Lock()
	l.logins = map[string]*login{}
	l.mu.Unlock()
	l.take(newSetup(cfg))
}

// Renew forgets what was found out about the network this PC is in: it is in
// another one now.
func (l *Line) Renew() { l.take(newSetup(l.now().cfg)) }

func (l *Line) take(s *setup) {
	l.mu.Lock()
	l.setup = s
	users := slices.Clone(l.users)
	l.mu.Unlock()
	for _, t := range users {
		// What is under way returns to a pool that nobody takes from any more.
		t.base.Swap(l.transport(s)).CloseIdleConnections()
	}
}

func (l *Line) now() *setup {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.setup
}

// Last is what kept the last attempt of any transport from being made, nil when
// it got through or when there was nothing to say of it but that nobody answered.
func (l *Line) Last() *Error { return l.last.Load() }

// Transport carries calls to hosts of a list. Make it with Line.Transport.
type Transport struct {
	line    *Line
	allowed func() []string
	base    atomic.Pointer[http.Transport]
}

// Transport returns a transport for calls to the origins of those addresses and
// to no others: another is ErrNotAllowed before any connection is opened. It is
// asked for them at each call. Who has done with it calls Close.
func (l *Line) Transport(allowed func() []string) *Transport {
	t := &Transport{line: l, allowed: allowed}
	l.mu.Lock()
	defer l.mu.Unlock()
	t.base.Store(l.transport(l.setup))
	l.users = append(l.users, t)
	return t
}

// Close gives idle connections free for good; a call may still be made.
func (t *Transport) Close() {
	l := t.line
	l.mu.Lock()
	l.users = slices.DeleteFunc(l.users, func(u *Transport) bool { return u == t })
	l.mu.Unlock()
	t.CloseIdleConnections()
}

// CloseIdleConnections is what http.Client looks for.
func (t *Transport) CloseIdleConnections() { t.base.Load().CloseIdleConnections() }

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !slices.ContainsFunc(t.allowed(), func(a string) bool { return sameOrigin(a, r.URL) }) {
		if r.Body != nil {
			_ = r.Body.Close() // as the contract of RoundTrip wants it
		}
		return nil, t.line.note(r.Context(), &Error{Kind: ErrNotAllowed})
	}
	res, err := t.base.Load().RoundTrip(r)
	return res, t.line.note(r.Context(), err)
}

// note keeps what came of an attempt that nobody gave up.
func (l *Line) note(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		var e *Error
		errors.As(err, &e)
		l.last.Store(e)
	}
	return err
}

// sameOrigin tells whether an address is one of the origin of u.
func sameOrigin(address string, u *url.URL) bool {
	a, err := url.Parse(address)
	return err == nil && a.Host != "" && strings.EqualFold(a.Scheme, u.Scheme) &&
		strings.EqualFold(a.Hostname(), u.Hostname()) && portOf(a) == portOf(u)
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	}
	return "80"
}

// transport is net/http's for one setup. All of the way to a host is ours
// (open), so that a connection is made in one place, tunnel and all, and what
// fails there has a name.
func (l *Line) transport(s *setup) *http.Transport {
	// A call without an answer ends its line in HTTP/1, and the next one opens
	// another. HTTP/2 would go on with a line that is dead since the PC slept.
	var one http.Protocols
	one.SetHTTP1(true)
	return &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return l.open(ctx, s, route{address: address}, nil)
		},
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return l.open(ctx, s, route{address: address, secure: true}, nil)
		},
		MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, Protocols: &one,
	}
}

// setup is what counts from one Set to the next.
type setup struct {
	cfg Config
	bad error // why cfg.Proxy cannot be used
	set *url.URL
	env environment

	mu    sync.Mutex
	roots *roots

	turn    chan struct{}   // held while the system is asked
	choices map[string]kept // by origin; whoever has the turn has them
}

func newSetup(cfg Config) *setup {
	s := &setup{cfg: cfg, env: readEnvironment(), turn: make(chan struct{}, 1), choices: map[string]kept{}}
	switch cfg.Proxy {
	case "", ProxySystem, ProxyNone:
	default:
		s.set, s.bad = ParseProxy(cfg.Proxy)
	}
	return s
}

// route is where a connection goes.
type route struct {
	address string // host and port
	secure  bool   // by TLS
	at      func() time.Time
}

func (r route) host() string {
	host, _, err := net.SplitHostPort(r.address)
	if err != nil {
		return r.address
	}
	return host
}

func (r route) url() *url.URL {
	u := &url.URL{Scheme: "http", Host: r.address, Path: "/"}
	if r.secure {
		u.Scheme = "https"
		u.Host = strings.TrimSuffix(u.Host, ":443") // as a script for browsers knows it
	}
	return u
}

// open makes one connection. Its faults are *Error, or what package net says of
// a host that could not be reached.
func (l *Line) open(ctx context.Context, s *setup, r route, w *watch) (conn net.Conn, err error) {
	var c Choice
	err = w.step(StepProxy, func(st *Step) (err error) {
		c, err = l.choose(ctx, s, r)
		st.fact("from", c.From)
		if c.Proxy != nil {
			st.fact("proxy", c.Proxy.String())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if c.Proxy == nil {
		conn, err = l.reach(ctx, r.address, w)
	} else {
		conn, err = l.through(ctx, s, c, r, w)
	}
	if err != nil || !r.secure {
		return conn, err
	}
	err = w.step(StepTLS, func(st *Step) (err error) {
		conn, err = l.secure(ctx, s, conn, r.host(), r.at, st)
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// reach opens a connection to a host.
func (l *Line) reach(ctx context.Context, address string, w *watch) (conn net.Conn, err error) {
	if host, _, err := net.SplitHostPort(address); w != nil && err == nil && net.ParseIP(host) == nil {
		err := w.step(StepDNS, func(st *Step) error {
			st.fact("name", host)
			found, err := net.DefaultResolver.LookupHost(ctx, host)
			for _, a := range found {
				st.fact("address", a)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err = w.step(StepTCP, func(st *Step) error {
		st.fact("to", address)
		dialer := net.Dialer{Timeout: l.Dial, KeepAlive: 15 * time.Second}
		conn, err = dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			st.fact("address", conn.RemoteAddr().String())
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reach host: %w", err)
	}
	return conn, nil
}
