package oidc

import (
	"context"
	"errors"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
)

// leeway is how far the clocks of this PC and of the provider may be apart.
const leeway = 5 * time.Minute

// claims are those of an ID token that go-oidc does not look at.
type claims struct {
	Party     string  `json:"azp"`
	Name      string  `json:"name"`
	NotBefore float64 `json:"nbf"`
}

// keyring verifies signatures and keeps what went wrong, which the verifier
// only quotes.
type keyring struct {
	coreos.KeySet
	err error
}

// VerifySignature implements coreos.KeySet.
func (k *keyring) VerifySignature(ctx context.Context, token string) (payload []byte, err error) {
	payload, k.err = k.KeySet.VerifySignature(ctx, token)
	return payload, k.err
}

// unread tells why the provider's keys could not be fetched. A signature that is
// of none of them is an error without a cause.
func (k *keyring) unread() error {
	cause := errors.Unwrap(k.err)
	var e *Error
	if cause == nil || errors.As(cause, &e) {
		return cause
	}
	return &Error{Kind: ErrNonsense, Detail: "keys that do not read"}
}

// verify checks who an ID token is from and for, but no times. ErrUntrusted: it
// is not what it should be; anything else: the keys could not be fetched.
func (p *Provider) verify(ctx context.Context, d *document, g granted, unsigned bool) (*coreos.IDToken, claims, error) {
	keys := &keyring{KeySet: d.keys}
	token, err := coreos.NewVerifier(p.cfg.Issuer, keys, &coreos.Config{
		ClientID: p.cfg.ClientID, SupportedSigningAlgs: d.algorithms, SkipExpiryCheck: true, InsecureSkipSignatureCheck: unsigned,
	}).Verify(ctx, g.ID)
	if unread := keys.unread(); unread != nil {
		return nil, claims{}, unread
	}
	if err != nil {
		return nil, claims{}, untrusted("signature, issuer or audience of the ID token")
	}
	var more claims
	if err := token.Claims(&more); err != nil || token.Subject == "" || token.IssuedAt.IsZero() {
		return nil, claims{}, untrusted("an ID token that lacks something")
	}
	if more.Party != p.cfg.ClientID && (more.Party != "" || len(token.Audience) > 1) {
		return nil, claims{}, untrusted("the ID token is another party's")
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(g.Access) != nil {
		return nil, claims{}, untrusted("the ID token is of another access token")
	}
	return token, more, nil
}

func untrusted(detail string) error { return &Error{Kind: ErrUntrusted, Detail: detail} }

// inTime checks the times of an ID token that came just now, at a time that the
// provider's answer told (zero: it did not).
func (p *Provider) inTime(token *coreos.IDToken, more claims, told time.Time) error {
	now := p.trueTime()
	begins := token.IssuedAt
	if after := time.Unix(int64(min(more.NotBefore, 1<<40)), 0); after.After(begins) {
		begins = after
	}
	late, early := now.After(token.Expiry.Add(leeway)), now.Before(begins.Add(-leeway))
	if !late && !early {
		return nil
	}
	// The provider's own clock tells a bad token from a bad clock here.
	if ahead := now.Sub(told); !told.IsZero() && ahead.Abs() > leeway {
		return &Error{Kind: ErrClock, Detail: "told by the provider's answer", Ahead: p.Now().Sub(told).Round(time.Second)}
	}
	if early {
		return &Error{Kind: ErrClock, Detail: "the ID token is from the future", Ahead: p.Now().Sub(begins).Round(time.Second)}
	}
	return untrusted("the ID token has expired")
}
