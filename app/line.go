package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/portal/client"
	"guichet/internal/privacy"
	"guichet/internal/seal/keyring"
	"guichet/internal/settings"
)

// proxyAccount is the keyring's entry with the name and the password for a proxy.
const proxyAccount = "proxy"

// pass is what a proxy is shown: one proxy, whichever asks.
type pass struct {
	mu     sync.Mutex
	loaded bool // the keyring has said what it has
	kept   bool // in the keyring
	passing
}

type passing struct {
	proxy    string // host and port
	user     string
	password privacy.Sensitive[string]
}

// proxyEntry is what the keyring keeps of it.
type proxyEntry struct {
	Proxy    string `json:"proxy"`
	User     string `json:"user"`
	Password string `json:"password"`
}

func (a *App) lineConfig() line.Config {
	return line.Config{Proxy: a.cfg.Proxy, CAFile: a.cfg.CAFile, Secret: a.proxySecret}
}

// setLine has further calls go by what is set now.
func (a *App) setLine() {
	a.line.Set(a.lineConfig())
	a.online() // what waits may get through now
}

// portalHosts is what the client may contact.
func (a *App) portalHosts() []string { return []string{a.client.Base()} }

// proxySecret is the name and the password for that proxy. A keyring that is
// silent is asked again with the next connection.
func (a *App) proxySecret(proxy string) (user, password string, ok bool) {
	p := a.passFor(a.ctx)
	if p.user == "" || p.proxy != proxy {
		return "", "", false
	}
	return p.user, p.password.Reveal(), true
}

// passFor reads the keyring, once.
func (a *App) passFor(ctx context.Context) passing {
	p := &a.pass
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loaded {
		return p.passing
	}
	body, err := a.cfg.Keyring.Get(ctx, proxyAccount)
	var e proxyEntry
	switch {
	case err == nil && json.Unmarshal(body, &e) == nil:
		p.passing, p.kept = passing{e.Proxy, e.User, privacy.Hide(e.Password)}, true
	case err == nil, errors.Is(err, keyring.ErrNotFound), errors.Is(err, keyring.ErrNone):
	default:
		a.report(ctx, "read the password for the proxy", err)
		return passing{}
	}
	p.loaded = true
	return p.passing
}

// chooseWait is how long a window waits to hear which proxy is chosen: a script may
// be far.
const chooseWait = 2 * time.Second

// State tells how others are reached, and what kept the last attempt from being
// made: what a check of a portal came to, for one.
func (x *Line) State() (out LineState, err error) {
	defer x.a.guard("Line.State", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return out, err
	}
	known := a.passFor(a.ctx)
	out = LineState{User: known.user, For: known.proxy}
	a.pass.mu.Lock()
	out.Kept = a.pass.kept
	a.pass.mu.Unlock()
	if last := a.line.Last(); last != nil {
		out.Reason, out.Proxy = line.Reason(last), last.Proxy
	}
	if base := a.client.Base(); base != "" {
		ctx, cancel := context.WithTimeout(a.ctx, chooseWait)
		defer cancel()
		c, err := a.line.Choose(ctx, base)
		if out.From = c.From; err == nil && c.Proxy != nil && out.Proxy == "" {
			out.Proxy = c.Proxy.Host
		}
	}
	return out, nil
}

// SetProxySecret keeps a name and a password for the proxy that asks for them, or
// else for the one that leads to the portal, and shows them to no other. Where
// the keyring cannot take them they count until the program ends: Line.State
// tells. "not-now": there is no proxy. "invalid": they cannot be sent.
func (x *Line) SetProxySecret(user, password string) (err error) {
	defer x.a.guard("Line.SetProxySecret", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	// The name ends at the first colon, on the way to a proxy.
	if user == "" || strings.Contains(user, ":") || strings.ContainsFunc(user+password, unicode.IsControl) {
		return desk.ErrInvalid
	}
	proxy, err := a.asking(a.ctx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(proxyEntry{proxy, user, password})
	if err != nil || len(body) > keyring.MaxSize {
		return desk.ErrInvalid
	}
	err = a.cfg.Keyring.Set(a.ctx, proxyAccount, body)
	if err != nil && !errors.Is(err, keyring.ErrNone) {
		a.report(a.ctx, "keep the password for the proxy", err)
	}
	a.show(passing{proxy, user, privacy.Hide(password)}, err == nil)
	return nil
}

// asking is the proxy that has asked for a password, or leads to the portal.
func (a *App) asking(ctx context.Context) (string, error) {
	if last := a.line.Last(); last != nil && last.Proxy != "" {
		return last.Proxy, nil
	}
	if a.client.Base() == "" {
		return "", desk.ErrNotNow
	}
	c, err := a.line.Choose(ctx, a.client.Base())
	if err != nil || c.Proxy == nil {
		return "", desk.ErrNotNow
	}
	return c.Proxy.Host, nil
}

// ForgetProxySecret forgets both, here and in the keyring.
func (x *Line) ForgetProxySecret() (err error) {
	defer x.a.guard("Line.ForgetProxySecret", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	err = a.cfg.Keyring.Delete(a.ctx, proxyAccount)
	if err != nil && !errors.Is(err, keyring.ErrNotFound) && !errors.Is(err, keyring.ErrNone) {
		return desk.ErrKeyring.With(err)
	}
	a.show(passing{}, false)
	return nil
}

// show has proxies be shown something else from now on.
func (a *App) show(what passing, kept bool) {
	p := &a.pass
	p.mu.Lock()
	p.loaded, p.kept, p.passing = true, kept, what
	p.mu.Unlock()
	a.setLine() // what a proxy has refused may be tried anew
	a.changed("status", "line")
}

// Diagnose tells step by step how far a call to a portal gets: to the one of this
// desk, or to one whose address a person has typed. "address": no portal can have
// it.
func (x *Line) Diagnose(address string) (out LineReport, err error) {
	defer x.a.guard("Line.Diagnose", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return out, err
	}
	if address == "" {
		address = a.client.Base()
	}
	address, ok := settings.CanonicalAddress(address)
	if !ok {
		return out, desk.ErrAddress
	}
	target, err := url.Parse(address)
	if err != nil || target.Host == "" {
		return out, desk.ErrAddress
	}
	return reported(a.line.Diagnose(a.ctx, target.JoinPath(client.ConfigPath).String(), ours)), nil
}

// ours tells whether a portal has answered.
func ours(said line.Answer) bool {
	return client.IsPortal(said.Status, said.Header, said.Body)
}

func reported(r line.Report) LineReport {
	out := LineReport{Address: r.Address, OK: r.OK(), Steps: []LineStep{}, Took: r.Duration.Milliseconds()}
	for _, s := range r.Steps {
		step := LineStep{ID: s.ID, State: s.State, Code: s.Code, Facts: []LineFact{}, Took: s.Duration.Milliseconds()}
		for _, f := range s.Facts {
			step.Facts = append(step.Facts, LineFact(f))
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}
