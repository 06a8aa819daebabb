package oidc

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// document is what the provider says of itself.
type document struct {
	endpoint    oauth2.Endpoint
	revocation  string // empty when it does not revoke
	namesItself bool   // it puts iss into every answer (RFC 9207)
	keys        coreos.KeySet
	algorithms  []string // that sign its ID tokens
	read        time.Time
	named       []string // addresses that are called
}

// asymmetric are the algorithms that may sign an ID token. A shared secret would
// be one that everybody has, and "none" is no signature.
var asymmetric = []string{
	coreos.RS256, coreos.RS384, coreos.RS512, coreos.PS256, coreos.PS384, coreos.PS512,
	coreos.ES256, coreos.ES384, coreos.ES512, coreos.EdDSA,
}

// staleAfter is when the document is asked for again: the program runs for
// weeks, and a provider that was moved is found without a restart.
const staleAfter = 24 * time.Hour

// discover returns the provider's document, which is asked for once a day. One
// that could not be asked for again serves on.
func (p *Provider) discover(ctx context.Context, op string) (*document, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, failed(ctx, op, ctx.Err())
	}
	defer func() { <-p.turn }()
	if p.known != nil {
		if age := p.Now().Sub(p.known.read); age >= 0 && age < staleAfter {
			return p.known, nil
		}
	}
	fresh, err := p.fetch(ctx)
	if err == nil {
		p.known = fresh
		p.hosts.Store(&fresh.named)
	}
	if p.known == nil {
		return nil, failed(ctx, op, err)
	}
	return p.known, nil
}

func (p *Provider) fetch(ctx context.Context) (*document, error) {
	ctx = coreos.ClientContext(ctx, p.http)
	provider, err := coreos.NewProvider(ctx, p.cfg.Issuer)
	var other *coreos.IssuerMismatchError
	if errors.As(err, &other) {
		return nil, &Error{Kind: ErrNonsense, Detail: "the document of another issuer"}
	}
	if err != nil {
		return nil, err
	}
	var more struct {
		JWKS        string   `json:"jwks_uri"`
		Revocation  string   `json:"revocation_endpoint"`
		NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
		Algorithms  []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	d := &document{
		endpoint: provider.Endpoint(), revocation: more.Revocation, namesItself: more.NamesItself,
		keys: coreos.NewRemoteKeySet(ctx, more.JWKS), read: p.Now().Round(0),
		named:      []string{provider.Endpoint().TokenURL, more.JWKS, more.Revocation},
		algorithms: slices.DeleteFunc(more.Algorithms, func(a string) bool { return !slices.Contains(asymmetric, a) }),
	}
	// The first of these is handed to the operating system to open: with another
	// scheme it could start a program.
	for _, address := range []string{d.endpoint.AuthURL, d.endpoint.TokenURL, more.JWKS, d.revocation} {
		u, err := url.Parse(address)
		if address == "" && address == d.revocation {
			continue
		}
		if err != nil || !p.cfg.permitted(u) {
			return nil, &Error{Kind: ErrNonsense, Detail: "a document with an address that is none or not https"}
		}
	}
	return d, nil
}
