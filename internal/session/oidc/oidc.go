// Package oidc is the desktop's conversation with an OpenID provider: discovery,
// sign-in by the system's browser (authorization code with PKCE, RFC 8252),
// refresh and revocation. It keeps nothing, repeats nothing, and knows neither
// who a person is to the portal nor what a window shows.
package oidc

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Config says which provider to speak to, and as whom. The portal tells it.
type Config struct {
	Issuer   string   `json:"issuer"`   // https, or http on this machine
	ClientID string   `json:"clientId"` // of a public client: there is no secret
	Scopes   []string `json:"scopes"`   // "openid" is added
	Resource string   `json:"resource"` // resource indicator of RFC 8707, may be empty
}

// Provider speaks to one provider. Make it with New. Its methods may be called
// at the same time.
type Provider struct {
	// Now is this PC's clock.
	Now func() time.Time
	// Ahead is by how much that clock is known to be ahead of the true time; nil
	// when nothing is known of it.
	Ahead func() time.Duration

	Answer     time.Duration // how long one answer of the provider may take
	Wait       time.Duration // how long a person may take to sign in
	Linger     time.Duration // how long the browser may take to fetch the last page
	Revocation time.Duration // how long a revocation may take in all

	cfg    Config
	http   *http.Client
	turn   chan struct{} // held by whoever reads or fetches the document
	known  *document
	hosts  atomic.Pointer[[]string] // addresses that the document names
	listen func(network, address string) (net.Listener, error)
}

// New returns a Provider; it does no I/O. The client's transport and proxies are
// used; its redirects and cookies are not. A nil client stands for one with the
// default transport. ErrConfig: the configuration cannot be used.
func New(cfg Config, client *http.Client) (*Provider, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if !slices.Contains(cfg.Scopes, "openid") {
		cfg.Scopes = append([]string{"openid"}, cfg.Scopes...)
	}
	p := &Provider{
		Now: time.Now, Answer: 15 * time.Second, Wait: 10 * time.Minute, Linger: 3 * time.Second, Revocation: 10 * time.Second,
		cfg: cfg, turn: make(chan struct{}, 1), listen: net.Listen,
	}
	p.http = p.client(client)
	return p, nil
}

// Close gives idle connections free.
func (p *Provider) Close() { p.http.CloseIdleConnections() }

// Origins are addresses of all that is contacted of the provider: the issuer, and
// what its document names, once it has been read. Where the browser goes is not
// among them.
func (p *Provider) Origins() []string {
	out := []string{p.cfg.Issuer}
	if named := p.hosts.Load(); named != nil {
		out = append(out, *named...)
	}
	return out
}

func (c Config) check() error {
	issuer, err := url.Parse(c.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.User != nil || strings.ContainsAny(c.Issuer, "?#"):
		return &Error{Kind: ErrConfig, Op: "configure", Detail: "the issuer is no address"}
	case issuer.Scheme != "https" && (issuer.Scheme != "http" || !loopback(issuer)):
		return &Error{Kind: ErrConfig, Op: "configure", Detail: "the issuer is not https"}
	case c.ClientID == "":
		return &Error{Kind: ErrConfig, Op: "configure", Detail: "there is no client id"}
	}
	if c.Resource != "" {
		resource, err := url.Parse(c.Resource)
		if err != nil || !resource.IsAbs() || strings.Contains(c.Resource, "#") {
			return &Error{Kind: ErrConfig, Op: "configure", Detail: "the resource is no absolute URI"}
		}
	}
	return nil
}

// loopback tells whether an address is on this machine.
func loopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// permitted tells whether the provider may be spoken to at an address: https, or
// this machine when the issuer itself is http there.
func (c Config) permitted(u *url.URL) bool {
	if u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u) && strings.HasPrefix(c.Issuer, "http:")
}

// trueTime is the time as well as it is known.
func (p *Provider) trueTime() time.Time {
	if p.Ahead == nil {
		return p.Now()
	}
	return p.Now().Add(-p.Ahead())
}

// The kinds of an Error.
var (
	// ErrConfig: the configuration can never work.
	ErrConfig = errors.New("unusable configuration")
	// ErrUnreachable: nobody answered in time, or the provider said that it
	// cannot now. Later it may.
	ErrUnreachable = errors.New("the provider cannot be reached")
	// ErrNonsense: what answered does not speak as the provider should: a captive
	// portal, a wrong address, another issuer's document.
	ErrNonsense = errors.New("what answered is not the provider")
	// ErrRefused: the provider answered, and refused.
	ErrRefused = errors.New("the provider refused")
	// ErrCancelled: the person, or the provider for them, said no in the browser.
	ErrCancelled = errors.New("sign-in was cancelled")
	// ErrSignedOut: the refresh token is not taken any more.
	ErrSignedOut = errors.New("signed out")
	// ErrUntrusted: the answer is not proven to be the provider's, or not for this
	// sign-in.
	ErrUntrusted = errors.New("the answer cannot be trusted")
	// ErrClock: this PC's clock is too far from the provider's.
	ErrClock = errors.New("the clock of this PC is wrong")
	// ErrTimeout: nobody finished signing in within the time.
	ErrTimeout = errors.New("nobody signed in")
)

// Error is what every failure of this package is, except that of a context, of
// Open, or of listening. It holds nothing that was sent or received but a
// registered error code.
type Error struct {
	Kind   error  // one of the kinds above
	Op     string // what was tried
	Detail string // from a closed list, for logs
	// Ahead is by how much this PC's clock is ahead, with ErrClock and if known.
	Ahead time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("%s: %v", e.Op, e.Kind)
	}
	return fmt.Sprintf("%s: %v: %s", e.Op, e.Kind, e.Detail)
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }
