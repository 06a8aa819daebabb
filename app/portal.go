package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/portal/client"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
	"guichet/internal/settings"
)

// The settings that say where the portal is, and what it said of signing in.
const (
	settingPortal   = "portal"
	settingProvider = "provider"
)

// provider is who signs people in, as the portal or the deployment says.
type provider struct {
	mu   sync.Mutex
	cfg  oidc.Config
	made *oidc.Provider
	by   *line.Transport // of made
}

// namedProvider is what the setting keeps: it counts for the portal that named it.
type namedProvider struct {
	Portal string      `json:"portal"`
	OIDC   oidc.Config `json:"oidc"`
}

// startSession reads where the portal is and who signs people in there, and
// begins with whoever was at the desk.
func (a *App) startSession(ctx context.Context) error {
	if err := a.loadPortal(ctx); err != nil {
		return err
	}
	if err := a.loadAsked(ctx); err != nil {
		return err
	}
	return a.session.Start(ctx)
}

// loadPortal reads where the portal is, and who signed people in the last time.
func (a *App) loadPortal(ctx context.Context) error {
	if a.cfg.Portal == "" {
		address, err := a.store.Setting(ctx, settingPortal)
		if err != nil {
			return err
		}
		a.client.SetBase(a.cfg.Given.Value(settings.KeyPortal, address).Value)
	}
	if a.cfg.OIDC != nil {
		// Writing needs nobody to sign in.
		a.report(ctx, "the provider of this PC's settings", a.useProvider(*a.cfg.OIDC))
		return nil
	}
	kept, err := a.store.Setting(ctx, settingProvider)
	if err != nil {
		return err
	}
	var named namedProvider
	if json.Unmarshal([]byte(kept), &named) == nil && named.Portal == a.client.Base() {
		_ = a.useProvider(named.OIDC) // what cannot be used the portal says anew
	}
	return nil
}

// useProvider takes up whoever signs people in.
func (a *App) useProvider(cfg oidc.Config) error {
	a.signer.mu.Lock()
	defer a.signer.mu.Unlock()
	if a.signer.made != nil && reflect.DeepEqual(cfg, a.signer.cfg) {
		return nil
	}
	var made *oidc.Provider
	by := a.line.Transport(func() []string { return made.Origins() })
	made, err := oidc.New(cfg, &http.Client{Transport: by})
	if err != nil {
		by.Close()
		return err
	}
	made.Now = a.Now
	made.Ahead = func() time.Duration { _, _, ahead := a.contact.read(); return ahead }
	if a.signer.made != nil {
		a.signer.by.Close()
	}
	a.signer.cfg, a.signer.made, a.signer.by = cfg, made, by
	return nil
}

// provider is who signs people in; desk.ErrOffline as long as nobody has said
// who that is.
func (a *App) provider(ctx context.Context) (session.Provider, error) {
	if a.cfg.Provider != nil {
		return a.cfg.Provider, nil
	}
	if p := a.signer.now(); p != nil {
		return p, nil
	}
	a.bringConfig(ctx)
	if p := a.signer.now(); p != nil {
		return p, nil
	}
	return nil, desk.ErrOffline.With(errors.New("who signs people in is not known"))
}

func (p *provider) now() *oidc.Provider {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.made
}

func (p *provider) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made != nil {
		p.by.Close()
	}
	p.made, p.by = nil, nil
}

// bringConfig asks the portal who signs people in. A fault is not worth a word:
// whoever needs it asks again.
func (a *App) bringConfig(ctx context.Context) {
	if a.cfg.OIDC != nil || a.cfg.Provider != nil || a.client.Base() == "" {
		return
	}
	portal := a.client.Base()
	cfg, err := a.client.Config(ctx)
	if err != nil || cfg.OIDC.Issuer == "" || a.client.Base() != portal {
		return
	}
	named := namedProvider{Portal: portal, OIDC: oidc.Config(cfg.OIDC)}
	if err := a.useProvider(named.OIDC); err != nil {
		a.log.Error().Str("error", safe(err)).Msg("what the portal says of signing in cannot be used")
		return
	}
	body, err := json.Marshal(named)
	if err == nil {
		err = a.store.SaveSettings(ctx, map[string]string{settingProvider: string(body)})
	}
	a.report(ctx, "keep provider", err)
}

// State tells which portal this desk writes to.
func (x *Portal) State() (out Site, err error) {
	defer x.a.guard("Portal.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return Site{Address: x.a.client.Base(), Fixed: x.a.cfg.Portal != ""}, nil
}

// Check asks whether a portal is at an address that a person has typed, and
// returns it as it is to be used. "address": no portal can have it; "offline":
// nobody answers; "no-portal": somebody else does.
func (x *Portal) Check(address string) (out string, err error) {
	defer x.a.guard("Portal.Check", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	out, ok := settings.CanonicalAddress(address)
	if !ok {
		return "", desk.ErrAddress
	}
	return out, x.a.checkPortal(x.a.ctx, out)
}

// Use makes the portal at an address the one of this desk; Check tells whether there
// is one. "pinned" when the address was given by whoever set this PC up; "not-now"
// once somebody has signed in: what is here was written for that portal.
func (x *Portal) Use(address string) (err error) {
	defer x.a.guard("Portal.Use", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	address, ok := settings.CanonicalAddress(address)
	switch {
	case !ok:
		return desk.ErrAddress
	case a.cfg.Portal != "":
		return desk.ErrPinned
	}
	owners, err := a.store.Owners(a.ctx)
	if err != nil {
		return err
	}
	if len(owners) > 0 {
		return desk.ErrNotNow
	}
	if err := a.store.SaveSettings(a.ctx, map[string]string{settingPortal: address}); err != nil {
		return err
	}
	a.setPortal(address)
	a.changed("portal", "status")
	return nil
}

// setPortal has everything speak to the portal at that address.
func (a *App) setPortal(address string) {
	a.session.CancelSignIn()
	a.client.SetBase(address)
	a.signer.forget() // who signs people in there is another's word
	a.contact.move(contactUnknown, "", a.Now())
	a.online() // which asks it
}

// checkPortal asks whether a portal is there. What kept the line from being made
// is what Line.State tells then.
func (a *App) checkPortal(ctx context.Context, address string) error {
	state := ""
	by := a.line.Transport(func() []string { return []string{address} })
	defer by.Close()
	asking := client.New(client.Config{Base: address, Transport: by, Contact: func(is, _, _ string) { state = is }})
	asking.Answer = checkWait
	cfg, err := asking.Config(ctx)
	switch {
	case err == nil && cfg.OIDC.Issuer != "":
		return nil
	case err == nil, state == client.ContactForeign, errors.Is(err, desk.ErrNotFound):
		return desk.ErrNoPortal.With(err)
	}
	return desk.ErrOffline.With(err)
}

// checkWait is how long a person waits at the most to hear whether a portal is
// there.
const checkWait = 10 * time.Second
