package line

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// What Config.Proxy may be beside an address.
const (
	ProxySystem = "system"
	ProxyNone   = "none"
)

// Where the choice of a proxy, or of none, comes from.
const (
	FromLoopback    = "loopback"    // it is on this PC: never by a proxy
	FromSetting     = "setting"     // Config.Proxy
	FromEnvironment = "environment" // HTTPS_PROXY, NO_PROXY and so on
	FromSystem      = "system"      // the user's settings on Windows
	FromScript      = "script"      // a script that these settings name, or that the network offers (PAC, WPAD)
	FromNothing     = "nothing"     // nobody names one
)

// Choice is by which proxy a host is reached.
type Choice struct {
	Proxy *url.URL // nil for none; without name and password
	From  string
	login *url.Userinfo // that the environment has for it
}

// kept is a choice that counts for a while.
type kept struct {
	Choice
	until time.Time
}

// environment is what the variables of the environment say.
type environment struct {
	says   bool // that there is a proxy for something
	choose func(*url.URL) (*url.URL, error)
}

func readEnvironment() environment {
	cfg := httpproxy.FromEnvironment()
	return environment{says: cfg.HTTPProxy != "" || cfg.HTTPSProxy != "", choose: cfg.ProxyFunc()}
}

// ParseProxy reads the address of a proxy as a person types it: http or https,
// http when it says neither. The error is an ErrSetting with the reason: a name
// and a password, for one, belong in the keyring.
func ParseProxy(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		// The parser's message quotes what was typed, a password perhaps.
		return nil, &Error{Kind: ErrSetting, Err: errors.New("it does not read as an address")}
	case u.User != nil:
		return nil, &Error{Kind: ErrSetting, Err: errors.New("a name and a password do not belong in it: the keyring keeps them")}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &Error{Kind: ErrSetting, Err: errors.New("it is neither http nor https")}
	case u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, &Error{Kind: ErrSetting, Err: errors.New("it is not a host and a port")}
	}
	return &url.URL{Scheme: u.Scheme, Host: net.JoinHostPort(strings.ToLower(u.Hostname()), portOf(u))}, nil
}

// Loopback tells whether a host is this PC itself.
func Loopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// Choose tells by which proxy an address is reached.
func (l *Line) Choose(ctx context.Context, address string) (Choice, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return Choice{}, errors.New("choose proxy: no address")
	}
	return l.choose(ctx, l.now(), route{address: net.JoinHostPort(u.Hostname(), portOf(u)), secure: u.Scheme == "https"})
}

func (l *Line) choose(ctx context.Context, s *setup, r route) (Choice, error) {
	switch {
	case Loopback(r.host()):
		return Choice{From: FromLoopback}, nil
	case s.bad != nil:
		return Choice{From: FromSetting}, s.bad
	case s.cfg.Proxy == ProxyNone:
		return Choice{From: FromSetting}, nil
	case s.set != nil:
		return Choice{From: FromSetting, Proxy: s.set}, nil
	case s.env.says:
		found, err := s.env.choose(r.url())
		if err != nil {
			return Choice{From: FromEnvironment}, &Error{Kind: ErrSetting, Err: errors.New("the environment's does not read as an address")}
		}
		return chosen(found, FromEnvironment)
	}
	return l.asSystem(ctx, s, r.url())
}

// asSystem is what the system chooses. A script may take a second, and the
// network's offer of one several: what they say counts for a while.
func (l *Line) asSystem(ctx context.Context, s *setup, u *url.URL) (Choice, error) {
	select {
	case s.turn <- struct{}{}: // one asks, and the others hear it too
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Choice{}, fmt.Errorf("choose proxy: %w", ctx.Err())
	}
	if have, ok := s.choices[u.String()]; ok && l.Now().Before(have.until) {
		return have.Choice, nil
	}
	own, cancel := context.WithTimeout(ctx, l.Dial)
	defer cancel()
	proxy, from := l.system(own, u)
	if ctx.Err() != nil {
		return Choice{}, fmt.Errorf("choose proxy: %w", ctx.Err())
	}
	c, until := Choice{From: from}, l.Now().Add(l.Chosen)
	if own.Err() != nil {
		until = l.Now().Add(l.Chosen / 10) // it may only be slow now
	}
	if proxy != "" {
		if !strings.Contains(proxy, "://") {
			proxy = "http://" + proxy
		}
		found, err := url.Parse(proxy)
		if err != nil {
			return c, &Error{Kind: ErrSetting, Err: errors.New("the system's does not read as an address")}
		}
		if c, err = chosen(found, from); err != nil {
			return c, err
		}
	}
	s.choices[u.String()] = kept{c, until}
	return c, nil
}

// chosen is a proxy that others name, which may hold a name and a password.
func chosen(found *url.URL, from string) (Choice, error) {
	if found == nil {
		return Choice{From: from}, nil
	}
	login := found.User
	bare := *found
	bare.User = nil
	proxy, err := ParseProxy(bare.String())
	return Choice{Proxy: proxy, From: from, login: login}, err
}
