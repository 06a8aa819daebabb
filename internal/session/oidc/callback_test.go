package oidc_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/session/oidc"
)

// knock sends one request, as it stands, to a listener and returns the answer,
// or one without a status when there is none. It may run in any goroutine.
func knock(t *testing.T, host, method, target, hostHeader string) (*http.Response, string) {
	t.Helper()
	resp, body, err := func() (*http.Response, []byte, error) {
		conn, err := net.DialTimeout("tcp", host, 10*time.Second)
		if err != nil {
			return nil, nil, err
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			return nil, nil, err
		}
		if _, err := io.WriteString(conn, method+" "+target+" HTTP/1.1\r\nHost: "+hostHeader+"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"); err != nil {
			return nil, nil, err
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
		if err != nil {
			return nil, nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp, body, err
	}()
	if err != nil {
		t.Errorf("%s %s: %v", method, strings.SplitN(target, "?", 2)[0], err)
		return &http.Response{Header: http.Header{}}, ""
	}
	return resp, string(body)
}

// under is a sign-in under way: its address was given, and nobody answered yet.
type under struct {
	host, state, iss string
	tokens           oidc.Tokens
	err              error
	ended            chan struct{}
}

func begin(ctx context.Context, t *testing.T, h *hostile, p *oidc.Provider) *under {
	t.Helper()
	opened, u := make(chan string, 1), &under{iss: h.issuer, ended: make(chan struct{})}
	go func() {
		defer close(u.ended)
		u.tokens, u.err = p.SignIn(ctx, oidc.SignInOptions{Open: func(address string) error { opened <- address; return nil }})
	}()
	var address string
	select {
	case address = <-opened:
	case <-u.ended:
		t.Fatal(u.err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(at.Query().Get("redirect_uri"))
	if err != nil || back.Path != "/callback" || back.Scheme != "http" {
		t.Fatalf("redirect to %s: %v", back, err)
	}
	h.mu.Lock()
	h.nonce = at.Query().Get("nonce")
	h.mu.Unlock()
	u.host, u.state = back.Host, at.Query().Get("state")
	return u
}

func (u *under) query(more ...string) string {
	v := url.Values{"code": {codeMark}, "state": {u.state}, "iss": {u.iss}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "?" + v.Encode()
}

func TestKnocks(t *testing.T) {
	h := newHostile(t).serve(t)
	u := begin(t.Context(), t, h, h.desk(t))
	_, port, err := net.SplitHostPort(u.host)
	if err != nil {
		t.Fatal(err)
	}
	good := "/callback" + u.query()
	for _, k := range []struct {
		name, method, target, host string
		want                       int
	}{
		{"wrong state", "GET", "/callback" + u.query("state", strings.Repeat("s", 43)), u.host, 400},
		{"state cut short", "GET", "/callback" + u.query("state", u.state[:42]), u.host, 400},
		{"empty state", "GET", "/callback" + u.query("state", ""), u.host, 400},
		{"missing state", "GET", "/callback?code=" + codeMark, u.host, 400},
		{"no query", "GET", "/callback", u.host, 400},
		{"state twice", "GET", good + "&state=" + u.state, u.host, 400},
		{"code twice", "GET", good + "&code=x", u.host, 400},
		{"iss twice", "GET", good + "&iss=x", u.host, 400},
		{"error with the wrong state", "GET", "/callback?error=access_denied&state=x", u.host, 400},
		{"query that does not read", "GET", good + "&a=%zz", u.host, 400},
		{"query with a semicolon", "GET", good + ";a=b", u.host, 400},
		{"POST", "POST", good, u.host, 405},
		{"HEAD", "HEAD", good, u.host, 405},
		{"OPTIONS", "OPTIONS", good, u.host, 405},
		{"foreign redirect path", "GET", "/auth" + u.query(), u.host, 404},
		{"root", "GET", "/" + u.query(), u.host, 404},
		{"a slash more", "GET", "/callback/" + u.query(), u.host, 404},
		{"two slashes", "GET", "//callback" + u.query(), u.host, 404},
		{"a folder more", "GET", "/x/../callback" + u.query(), u.host, 404},
		{"written otherwise", "GET", "/%63allback" + u.query(), u.host, 404},
		{"capitals", "GET", "/Callback" + u.query(), u.host, 404},
		{"last page before the end", "GET", "/fini", u.host, 404},
		{"favicon", "GET", "/favicon.ico", u.host, 404},
		{"DNS rebinding", "GET", good, "evil.example:" + port, 421},
		{"localhost", "GET", good, "localhost:" + port, 421},
		{"host without port", "GET", good, "127.0.0.1", 421},
		{"host elsewhere in the address", "GET", "http://evil.example" + good, u.host, 421},
		{"last page under another name", "GET", "/fini", "evil.example", 421},
	} {
		resp, body := knock(t, u.host, k.method, k.target, k.host)
		if resp.StatusCode != k.want {
			t.Errorf("%s: %d, want %d", k.name, resp.StatusCode, k.want)
		}
		guarded(t, k.name, resp, body, u.state)
		select {
		case <-u.ended:
			t.Fatalf("%s ended the sign-in: %v", k.name, u.err)
		default:
		}
	}
	if h.called("/token") != 0 {
		t.Error("a code was used")
	}
	secondUse(t, h, u)
}

// secondUse gives the true answer, and gives it again while the code is being
// exchanged; then lets the exchange go on.
func secondUse(t *testing.T, h *hostile, u *under) {
	asked, proceed := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(proceed) })
	t.Cleanup(release)
	h.token = func(url.Values, answered) { close(asked); <-proceed }
	first := make(chan *http.Response, 1)
	go func() {
		resp, _ := knock(t, u.host, "GET", "/callback"+u.query(), u.host)
		first <- resp
	}()
	select {
	case <-asked:
	case resp := <-first:
		t.Fatalf("the true answer is answered with %d", resp.StatusCode)
	}
	for _, target := range []string{"/callback" + u.query(), "/callback" + u.query("code", "another"), "/callback" + u.query("error", "access_denied")} {
		resp, body := knock(t, u.host, "GET", target, u.host)
		if resp.StatusCode != http.StatusGone {
			t.Errorf("second use: %d", resp.StatusCode)
		}
		guarded(t, "second use", resp, body, u.state)
	}
	if resp, _ := knock(t, u.host, "GET", "/fini", u.host); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the last page while the code is exchanged: %d", resp.StatusCode)
	}
	select {
	case resp := <-first:
		t.Fatalf("the browser was answered with %d before the end was known", resp.StatusCode)
	default:
	}
	release()
	resp := <-first
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/fini" {
		t.Errorf("the browser is sent with %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	guarded(t, "callback", resp, "", u.state)
	last, body := knock(t, u.host, "GET", "/fini", u.host)
	if last.StatusCode != http.StatusOK || !strings.Contains(body, "Connexion réussie") {
		t.Errorf("the last page: %d %s", last.StatusCode, body)
	}
	guarded(t, "last page", last, body, u.state)
	<-u.ended
	if u.err != nil || u.tokens.Access.Reveal() != accessMark {
		t.Errorf("sign in: %v", u.err)
	}
	if conn, err := net.Dial("tcp", u.host); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
	if h.called("/token") != 1 {
		t.Errorf("the code was used %d times", h.called("/token"))
	}
}

// guarded checks that an answer gives nothing away and cannot be made use of.
func guarded(t *testing.T, name string, resp *http.Response, body, state string) {
	t.Helper()
	for header, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
	} {
		if got := resp.Header.Get(header); got != want {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
	policy := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("%s: policy %q", name, policy)
	}
	all := body
	for header, values := range resp.Header {
		all += header + strings.Join(values, " ")
	}
	if strings.Contains(all, state) || strings.Contains(all, "canary") || strings.Contains(all, "<script") {
		t.Errorf("%s: the answer gives something away: %s", name, all)
	}
}

func TestOpenFails(t *testing.T) {
	h := newHostile(t).serve(t)
	broken := errors.New("no browser")
	p, host := h.desk(t), ""
	p.Wait = 10 * time.Second
	_, err := p.SignIn(t.Context(), oidc.SignInOptions{Open: func(address string) error {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		back, err := url.Parse(u.Query().Get("redirect_uri"))
		if err != nil {
			return err
		}
		host = back.Host
		return broken
	}})
	if !errors.Is(err, broken) {
		t.Errorf("sign in: %v", err)
	}
	if conn, err := net.Dial("tcp", host); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
}

// A PC may lack IPv4 on its loopback.
func TestIPv6(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("this machine has no IPv6")
	} else {
		l.Close()
	}
	eachOf := zitadel(t)
	s := sit(t, eachOf)
	oidc.Listen(s.Provider, func(network, address string) (net.Listener, error) {
		if strings.HasPrefix(address, "127.") {
			return nil, errors.New("cannot be had")
		}
		return net.Listen(network, address)
	})
	s.signedIn(t)
	if host := s.callback(t).Hostname(); host != "::1" {
		t.Errorf("came back to %s", host)
	}
	oidc.Listen(s.Provider, func(string, string) (net.Listener, error) { return nil, errors.New("cannot be had") })
	if _, err := s.SignIn(t.Context(), oidc.SignInOptions{}); err == nil || !strings.Contains(err.Error(), "cannot be had") {
		t.Errorf("without any loopback: %v", err)
	}
}

// The browser that is never seen again holds nobody up for long.
func TestBrowserGone(t *testing.T) {
	h := newHostile(t).serve(t)
	p := h.desk(t)
	p.Linger = 20 * time.Millisecond
	u := begin(t.Context(), t, h, p)
	if resp, _ := knock(t, u.host, "GET", "/callback"+u.query(), u.host); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the browser is answered %d", resp.StatusCode)
	}
	select {
	case <-u.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for the browser")
	}
	if u.err != nil {
		t.Error(u.err)
	}
}
