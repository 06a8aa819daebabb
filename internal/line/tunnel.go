package line

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxReply bounds what is read of a proxy's answer to CONNECT, in bytes.
const maxReply = 64 << 10

// login is what is known of one proxy's wish to hear who is there.
type login struct {
	turn chan struct{} // held by whoever shows a password that was not taken yet

	mu      sync.Mutex
	taken   *url.Userinfo // what it took
	refused *url.Userinfo // what it did not
	at      time.Time     // when
}

func (l *Line) login(proxy string) *login {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.logins[proxy]
	if g == nil {
		g = &login{turn: make(chan struct{}, 1)}
		l.logins[proxy] = g
	}
	return g
}

// known is the login that the proxy takes.
func (g *login) known() *url.Userinfo {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.taken
}

// held tells whether the proxy has just refused this login.
func (g *login) held(who *url.Userinfo, now time.Time, hold time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused != nil && g.refused.String() == who.String() && now.Sub(g.at).Abs() < hold
}

// judged keeps what the proxy said of a login.
func (g *login) judged(who *url.Userinfo, err error, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err == nil:
		g.taken, g.refused = who, nil
	case errors.Is(err, ErrProxyAuth):
		g.taken, g.refused, g.at = nil, who, now
	}
}

// through makes a connection by a proxy. A password is shown only to a proxy
// that has asked for one, in the way that is spoken here, and that the password
// is for. One that was refused is not shown again for a while, and not by several
// calls at once: behind a proxy there may be a directory that counts the attempts
// and locks the account.
func (l *Line) through(ctx context.Context, s *setup, c Choice, r route, w *watch) (net.Conn, error) {
	g := l.login(c.Proxy.Host)
	if who := g.known(); who != nil {
		conn, err := l.tunnel(ctx, s, c, r, who, w)
		g.judged(who, err, l.Now())
		return conn, err
	}
	conn, err := l.tunnel(ctx, s, c, r, nil, w)
	if !errors.Is(err, ErrProxyAuth) {
		return conn, err
	}
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, err
	}
	defer func() { <-g.turn }()
	who := g.known()
	if who == nil {
		who = s.secret(c)
	}
	if who == nil || w == nil && g.held(who, l.Now(), l.Hold) { // whoever diagnoses wants to see it
		return nil, err
	}
	conn, err = l.tunnel(ctx, s, c, r, who, w)
	g.judged(who, err, l.Now())
	return conn, err
}

// secret is the name and the password for a proxy, nil if there are none.
func (s *setup) secret(c Choice) *url.Userinfo {
	if c.login != nil {
		return c.login
	}
	if s.cfg.Secret == nil {
		return nil
	}
	user, password, ok := s.cfg.Secret(c.Proxy.Host)
	if !ok {
		return nil
	}
	return url.UserPassword(user, password)
}

// tunnel asks a proxy for a connection.
func (l *Line) tunnel(ctx context.Context, s *setup, c Choice, r route, who *url.Userinfo, w *watch) (conn net.Conn, err error) {
	proxy := c.Proxy.Host
	if conn, err = l.reach(ctx, proxy, w); err != nil {
		return nil, &Error{Kind: ErrProxyUnreachable, Proxy: proxy, Err: err}
	}
	if c.Proxy.Scheme == "https" {
		err = w.step(StepProxyTLS, func(st *Step) error {
			conn, err = l.secure(ctx, s, conn, c.Proxy.Hostname(), nil, st)
			return err
		})
		if err != nil {
			var e *Error
			if errors.As(err, &e) {
				e.Proxy = proxy
			}
			return nil, err
		}
	}
	err = w.step(StepConnect, func(st *Step) error {
		st.fact("to", r.address)
		err := l.connect(ctx, conn, r.address, who)
		var e *Error
		if errors.As(err, &e) {
			e.Proxy = proxy
			st.offers(e)
		}
		return err
	})
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// connect speaks the few lines that open a tunnel. What the proxy says of
// itself beside its status is not kept.
func (l *Line) connect(ctx context.Context, conn net.Conn, address string, who *url.Userinfo) error {
	own, cancel := context.WithTimeout(ctx, l.Tunnel)
	defer cancel()
	stop := context.AfterFunc(own, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{"User-Agent": {"Guichet"}}}
	if who != nil {
		password, _ := who.Password()
		ask.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(who.Username()+":"+password)))
	}
	silent := func(err error) error {
		if own.Err() != nil {
			err = own.Err()
		}
		return &Error{Kind: ErrProxyUnreachable, Err: err}
	}
	if err := ask.Write(conn); err != nil {
		return silent(err)
	}
	in := bufio.NewReader(io.LimitReader(conn, maxReply))
	res, err := http.ReadResponse(in, ask)
	switch {
	case err != nil:
		var line net.Error
		if errors.As(err, &line) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return silent(err)
		}
		return &Error{Kind: ErrProxyUnreachable, Err: errors.New("what answers is no proxy")} // the parser's text quotes it
	case res.StatusCode/100 != 2:
		return refusal(res, who != nil)
	case in.Buffered() > 0:
		return &Error{Kind: ErrProxyUnreachable, Err: errors.New("what answers speaks before it is asked")}
	case !stop():
		return silent(own.Err())
	}
	return nil
}

// refusal is what a proxy says that opens no tunnel.
func refusal(res *http.Response, shown bool) error {
	e := &Error{Kind: ErrProxyRefused, Status: res.StatusCode, Shown: shown}
	switch {
	case res.StatusCode == http.StatusUnauthorized && shown:
		e.Kind = ErrProxyAuth // tinyproxy says so of a wrong password
	case res.StatusCode == http.StatusProxyAuthRequired:
		e.Kind, e.Offers = ErrProxyMethod, methods(res.Header)
		if slices.Contains(e.Offers, "basic") {
			e.Kind = ErrProxyAuth
		}
	case res.StatusCode >= 500:
		e.Kind = ErrBeyondProxy
	}
	return e
}

// methods are the ways in which a proxy wants to be told who is there.
func methods(h http.Header) (found []string) {
	for _, v := range h.Values("Proxy-Authenticate") {
		for _, part := range strings.Split(v, ",") {
			// A parameter (realm="x") is none, nor is one of a list in quotes.
			word, _, _ := strings.Cut(strings.TrimSpace(part), " ")
			word = strings.ToLower(word)
			if word != "" && len(word) < 32 && !strings.ContainsAny(word, `="`) && !slices.Contains(found, word) {
				found = append(found, word)
			}
		}
	}
	return found
}

// offers has a step tell how the proxy wants to be told who is there.
func (st *Step) offers(e *Error) {
	if e.Status != 0 {
		st.fact("status", fmt.Sprint(e.Status))
	}
	for _, o := range e.Offers {
		st.fact("method", o)
	}
	if e.Shown {
		st.fact("shown", "yes")
	}
}
