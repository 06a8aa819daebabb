package oidc

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"guichet/internal/privacy"
)

// Refresh returns tokens in place of those that are held, which are not to be used
// again: providers rotate refresh tokens, and end a session in which an old one
// comes back. For the same reason an answer that is not waited for may have held
// the only token that still works: end ctx for a shutdown only, and refresh one
// at a time.
//
// ErrSignedOut: the session is over. ErrUnreachable, ErrNonsense: it is not
// known to be; try later. ErrUntrusted: the answer is somebody else's.
// ErrRefused: neither trying later nor signing in is known to help.
func (p *Provider) Refresh(ctx context.Context, held Tokens) (Tokens, error) {
	const op = "refresh"
	// What another issuer gave is not shown to this one.
	if held.Refresh.Reveal() == "" || held.Issuer != p.cfg.Issuer {
		return Tokens{}, &Error{Kind: ErrSignedOut, Op: op, Detail: "no refresh token of this issuer"}
	}
	d, err := p.discover(ctx, op)
	if err != nil {
		return Tokens{}, err
	}
	asked := p.Now()
	g, err := p.ask(ctx, op, d.endpoint.TokenURL, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {held.Refresh.Reveal()},
	})
	if err != nil {
		return Tokens{}, signedOut(err)
	}
	fresh := held
	fresh.Access = privacy.Hide(g.Access)
	if g.Refresh != "" {
		fresh.Refresh = privacy.Hide(g.Refresh)
	}
	fresh.expire(asked, float64(g.Expires))
	if g.ID != "" {
		if err := p.same(ctx, d, g, held.Identity); err != nil {
			return Tokens{}, failed(ctx, op, err)
		}
	}
	return fresh, nil
}

// signedOut says what invalid_grant means of a refresh token.
func signedOut(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Kind == ErrRefused && e.Detail == "invalid_grant" {
		e.Kind = ErrSignedOut
	}
	return err
}

// same checks that a refresh speaks of the same person. Neither a clock nor keys
// that cannot be fetched lose the new refresh token, which is the only one left:
// the times are not looked at, and TLS to the token endpoint then vouches for the
// rest, as OpenID Connect allows.
func (p *Provider) same(ctx context.Context, d *document, g granted, held Identity) error {
	token, _, err := p.verify(ctx, d, g, false)
	if err != nil && !errors.Is(err, ErrUntrusted) {
		token, _, err = p.verify(ctx, d, g, true)
	}
	if err == nil && token.Subject != held.Subject.Reveal() {
		err = untrusted("the ID token is another person's")
	}
	return err
}

// Revoke tells the provider that the tokens are not needed any more, as far as it
// wants to know (RFC 7009). It takes no longer than Revocation; the tokens are to
// be forgotten here in any case.
func (p *Provider) Revoke(ctx context.Context, held Tokens) error {
	const op = "revoke"
	if held.Issuer != p.cfg.Issuer {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, p.Revocation)
	defer cancel()
	err := p.revoke(within, held)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		return &Error{Kind: ErrUnreachable, Op: op, Detail: "no answer in time"}
	}
	return failed(ctx, op, err)
}

func (p *Provider) revoke(ctx context.Context, held Tokens) error {
	d, err := p.discover(ctx, "revoke")
	if err != nil || d.revocation == "" {
		return err
	}
	// The access token ends by itself soon; the other one first, should the line
	// break between them.
	return errors.Join(
		p.revokeOne(ctx, d.revocation, "refresh_token", held.Refresh.Reveal()),
		p.revokeOne(ctx, d.revocation, "access_token", held.Access.Reveal()))
}

func (p *Provider) revokeOne(ctx context.Context, endpoint, kind, token string) error {
	if token == "" {
		return nil
	}
	status, body, err := p.post(ctx, endpoint, url.Values{"token": {token}, "token_type_hint": {kind}})
	if err != nil || status == http.StatusOK || status == http.StatusNoContent {
		return err
	}
	_, err = understand(status, body)
	var e *Error
	if errors.As(err, &e) && e.Detail == "unsupported_token_type" {
		return nil
	}
	return err
}
