package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"guichet/internal/privacy"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// SignInOptions says how a person is asked to sign in.
type SignInOptions struct {
	// Open shows the address to the person: in the system's browser, or as a link
	// where there is none. It holds what only this sign-in may know and belongs in
	// no log. Its error ends the sign-in.
	Open   func(address string) error
	Hint   string // who signs in, as the provider calls them; may be empty
	Prompt string // what the provider must ask: "login", "select_account", "consent"; may be empty
	Locale string // language of the provider's pages, "fr" or "en"; may be empty
}

// SignIn has a person sign in, in the system's browser, and returns what the
// provider gave. It waits for the one answer that belongs to this sign-in, at
// most Wait, and then for the browser to show how it ended, at most Linger, which
// the end of ctx does not shorten. Several at once do not disturb each other.
//
// ErrCancelled: the person said no. ErrTimeout: nobody answered. ErrRefused: the
// provider did. ErrUntrusted: the answer is not proven. ErrClock: this PC's clock
// is too wrong to tell. ErrUnreachable, ErrNonsense: as with every call.
func (p *Provider) SignIn(ctx context.Context, o SignInOptions) (Tokens, error) {
	const op = "sign in"
	d, err := p.discover(ctx, op)
	if err != nil {
		return Tokens{}, err
	}
	door, err := p.open()
	if err != nil {
		return Tokens{}, fmt.Errorf("%s: listen on this machine: %w", op, err)
	}
	defer door.close()
	a := attempt{
		Provider: p, document: d, redirect: door.address(), nonce: random(), verifier: oauth2.GenerateVerifier(),
	}
	if err := o.Open(a.address(door.state, o)); err != nil {
		return Tokens{}, fmt.Errorf("%s: open the browser: %w", op, err)
	}
	got, err := p.await(ctx, door)
	if err != nil {
		return Tokens{}, failed(ctx, op, err)
	}
	tokens, err := a.finish(ctx, got)
	err = failed(ctx, op, err)
	door.settle(pageOf(err), p.Linger)
	return tokens, err
}

// await returns the answer that the browser brings.
func (p *Provider) await(ctx context.Context, door *door) (answer, error) {
	timeout := time.NewTimer(p.Wait)
	defer timeout.Stop()
	select {
	case got := <-door.answers:
		return got, nil
	case <-timeout.C:
		return answer{}, &Error{Kind: ErrTimeout}
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
}

// attempt is one sign-in.
type attempt struct {
	*Provider
	*document
	redirect, nonce, verifier string
}

// random returns 256 bits, as unguessable as a verifier of PKCE.
func random() string { return oauth2.GenerateVerifier() }

// address is where the person signs in.
func (a attempt) address(state string, o SignInOptions) string {
	c := oauth2.Config{ClientID: a.cfg.ClientID, Endpoint: a.endpoint, RedirectURL: a.redirect, Scopes: a.cfg.Scopes}
	options := []oauth2.AuthCodeOption{coreos.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier)}
	for name, value := range map[string]string{
		"login_hint": o.Hint, "prompt": o.Prompt, "ui_locales": o.Locale, "resource": a.cfg.Resource,
	} {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	return c.AuthCodeURL(state, options...)
}

// finish turns the browser's answer into tokens. An answer of another issuer
// goes nowhere: its code may be meant for this one, or this one's for another
// (RFC 9207).
func (a attempt) finish(ctx context.Context, got answer) (Tokens, error) {
	switch {
	case got.issuer != "" && got.issuer != a.cfg.Issuer:
		return Tokens{}, untrusted("the answer is another issuer's")
	case got.issuer == "" && a.namesItself:
		return Tokens{}, untrusted("the answer does not say whose it is")
	case got.err == "access_denied":
		return Tokens{}, &Error{Kind: ErrCancelled}
	case got.err == "temporarily_unavailable" || got.err == "server_error":
		return Tokens{}, &Error{Kind: ErrUnreachable, Detail: got.err}
	case got.err != "":
		return Tokens{}, &Error{Kind: ErrRefused, Detail: registered(got.err)}
	case got.code == "":
		return Tokens{}, &Error{Kind: ErrNonsense, Detail: "an answer without a code"}
	}
	asked := a.Now()
	var told time.Time
	g, err := a.ask(context.WithValue(ctx, dateKey{}, &told), "sign in", a.endpoint.TokenURL, url.Values{
		"grant_type": {"authorization_code"}, "code": {got.code}, "redirect_uri": {a.redirect}, "code_verifier": {a.verifier},
	})
	if err != nil {
		return Tokens{}, err
	}
	if g.ID == "" {
		return Tokens{}, untrusted("there is no ID token")
	}
	token, more, err := a.verify(ctx, a.document, g, false)
	if err != nil {
		return Tokens{}, err
	}
	if token.Nonce != a.nonce {
		return Tokens{}, untrusted("the ID token is of another sign-in")
	}
	if err := a.inTime(token, more, told); err != nil {
		return Tokens{}, err
	}
	t := Tokens{
		Issuer: a.cfg.Issuer, Access: privacy.Hide(g.Access), Refresh: privacy.Hide(g.Refresh),
		Identity: Identity{Subject: privacy.Hide(token.Subject), Name: privacy.Hide(more.Name)},
	}
	t.expire(asked, float64(g.Expires))
	return t, nil
}

// pageOf chooses what the browser says at the end.
func pageOf(err error) page {
	switch {
	case err == nil:
		return pageDone
	case errors.Is(err, ErrCancelled), errors.Is(err, context.Canceled): // by the person, or in the window
		return pageCancelled
	case errors.Is(err, ErrUnreachable):
		return pageUnreachable
	case errors.Is(err, ErrClock):
		return pageClock
	}
	return pageFailed
}
