package issuer

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// grant is one sign-in with the family of refresh tokens that came of it, of
// which the newest alone is good. An older one is used by a thief or by whoever
// was robbed: it ends the family.
type grant struct {
	ID      string    `json:"id"`
	Client  string    `json:"client"`
	Person  string    `json:"person"`
	Scopes  []string  `json:"scopes"`
	SignIn  time.Time `json:"signIn"`
	Turn    int       `json:"turn"` // of the newest refresh token
	Expires time.Time `json:"expires"`
}

// refreshToken is the grant's token of a turn. Nothing of it is stored: an old
// one is told from an invented one by its code.
func (s *store) refreshToken(id string, turn int) string {
	mac := hmac.New(sha256.New, s.secret)
	fmt.Fprintf(mac, "%s.%d", id, turn)
	return fmt.Sprintf("%s.%d.%s", id, turn, base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
}

// refreshed finds the grant of a refresh token, and whether it is the newest
// one; nil for what was never given out. The caller has the lock.
func (s *store) refreshed(token string) (g *grant, newest bool) {
	id, rest, _ := strings.Cut(token, ".")
	turn, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(turn)
	if err != nil || !hmac.Equal([]byte(token), []byte(s.refreshToken(id, n))) {
		return nil, false
	}
	g = s.grants[id]
	if g == nil || !s.cfg.Now().Before(g.Expires) {
		return nil, false
	}
	return g, n == g.Turn
}

// refreshing is a grant as op.RefreshTokenRequest, with the scopes of one token.
type refreshing struct {
	grant
	audience string
}

func (r *refreshing) GetAMR() []string                 { return nil }
func (r *refreshing) GetAudience() []string            { return []string{r.audience} }
func (r *refreshing) GetAuthTime() time.Time           { return r.SignIn }
func (r *refreshing) GetClientID() string              { return r.Client }
func (r *refreshing) GetScopes() []string              { return r.Scopes }
func (r *refreshing) GetSubject() string               { return r.Person }
func (r *refreshing) SetCurrentScopes(scopes []string) { r.Scopes = scopes }

// TokenRequestByRefreshToken implements op.Storage.
func (s *store) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, newest := s.refreshed(token)
	if g == nil {
		return nil, oidc.ErrInvalidGrant()
	}
	if _, known := s.people[g.Person]; !newest || !known {
		return nil, s.end(g.ID, oidc.ErrInvalidGrant().WithDescription("used before"))
	}
	return &refreshing{*g, s.cfg.Audience}, nil
}

// end ends a grant and returns the error that tells of it. The caller has the
// lock.
func (s *store) end(id string, why error) error {
	delete(s.grants, id)
	if err := s.save(); err != nil {
		return err
	}
	return why
}

// CreateAccessToken implements op.Storage, for a sign-in without
// offline_access.
func (s *store) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return rand.Text(), s.cfg.Now().Add(s.cfg.AccessFor), nil
}

// CreateAccessAndRefreshTokens implements op.Storage. The id of an access token
// begins with its grant's, so that either can be revoked.
func (s *store) CreateAccessAndRefreshTokens(_ context.Context, request op.TokenRequest, current string) (id, refresh string, expires time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	var g *grant
	switch r := request.(type) {
	case *pending:
		if r.replayed {
			return "", "", time.Time{}, oidc.ErrInvalidGrant()
		}
		g = &grant{ID: rand.Text(), Client: r.ClientID, Person: r.person, Scopes: slices.Clone([]string(r.Scopes)), SignIn: r.signIn}
		r.grant = g.ID
		s.grants[g.ID] = g
	default:
		var newest bool
		if g, newest = s.refreshed(current); g == nil {
			return "", "", time.Time{}, oidc.ErrInvalidGrant()
		}
		if !newest { // two came at once with the same one
			return "", "", time.Time{}, s.end(g.ID, oidc.ErrInvalidGrant())
		}
	}
	g.Turn++
	g.Expires = now.Add(s.cfg.RefreshFor)
	if err := s.save(); err != nil {
		return "", "", time.Time{}, err
	}
	return g.ID + "." + rand.Text(), s.refreshToken(g.ID, g.Turn), now.Add(s.cfg.AccessFor), nil
}

// GetRefreshTokenInfo implements op.Storage, for revocation.
func (s *store) GetRefreshTokenInfo(_ context.Context, _, token string) (person, id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, _ := s.refreshed(token)
	if g == nil {
		return "", "", op.ErrInvalidRefreshToken
	}
	return g.Person, g.ID, nil
}

// RevokeToken implements op.Storage. Whichever token it is, the whole sign-in
// ends; an access token that is out holds until it expires.
func (s *store) RevokeToken(_ context.Context, token, _, client string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _, _ := strings.Cut(token, ".")
	g := s.grants[id]
	switch {
	case g == nil:
		return nil // it is good for nothing already, which is what was wanted
	case g.Client != client:
		return oidc.ErrInvalidClient().WithDescription("the token is another client's")
	}
	if err := s.end(g.ID, nil); err != nil {
		return oidc.ErrServerError().WithParent(err)
	}
	return nil
}

// TerminateSession implements op.Storage.
func (s *store) TerminateSession(_ context.Context, person, client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, g := range s.grants {
		if g.Person == person && g.Client == client {
			delete(s.grants, id)
		}
	}
	return s.save()
}
