package session

import (
	"context"
	"sync"
	"time"

	"guichet/internal/privacy"
	"guichet/internal/session/oidc"
)

// Bearer is a Provider without a browser, for the tests of other rooms: it signs
// in whoever the token is for. A refresh brings the same token.
type Bearer struct {
	Now func() time.Time

	mu    sync.Mutex
	token string
	ended bool
}

// NewBearer returns a provider that hands out a token.
func NewBearer(token string) *Bearer { return &Bearer{Now: time.Now, token: token} }

// Hand has the next sign-in bring another token.
func (b *Bearer) Hand(token string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.token = token
}

// End has the provider take no refresh token any more, until the next sign-in.
func (b *Bearer) End() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
}

// SignIn implements Provider.
func (b *Bearer) SignIn(context.Context, oidc.SignInOptions) (oidc.Tokens, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token == "" {
		return oidc.Tokens{}, oidc.ErrCancelled
	}
	b.ended = false
	return b.tokens(b.token), nil
}

func (b *Bearer) tokens(token string) oidc.Tokens {
	now := b.Now()
	return oidc.Tokens{Access: privacy.Hide(token), Refresh: privacy.Hide("a refresh token"), Obtained: now, Expiry: now.Add(365 * 24 * time.Hour)}
}

// Refresh implements Provider.
func (b *Bearer) Refresh(_ context.Context, held oidc.Tokens) (oidc.Tokens, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return oidc.Tokens{}, oidc.ErrSignedOut
	}
	return b.tokens(held.Access.Reveal()), nil
}

// Revoke implements Provider.
func (*Bearer) Revoke(context.Context, oidc.Tokens) error { return nil }
