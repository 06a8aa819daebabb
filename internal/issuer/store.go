package issuer

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	loginFor = 10 * time.Minute // somebody may be called away from the page
	codeFor  = time.Minute
	mostOpen = 1000 // pages that nobody finished
)

// store is op.Storage in memory.
type store struct {
	cfg    Config
	people map[string]Person

	mu       sync.Mutex
	keys     []key // the first one signs
	secret   []byte
	pendings map[string]*pending // by id
	codes    map[string]*pending // kept behind their use, to know a replay
	grants   map[string]*grant
}

// pending is an authorization request, as op.AuthRequest.
type pending struct {
	*oidc.AuthRequest
	id       string
	audience string
	began    time.Time
	browser  string // the cookie of the browser that shows the page

	person string // "" until somebody was chosen
	signIn time.Time

	code     string
	used     bool   // the code was shown once
	replayed bool   // and again
	grant    string // what came of it
}

func (p *pending) GetID() string          { return p.id }
func (p *pending) GetACR() string         { return "" }
func (p *pending) GetAMR() []string       { return nil }
func (p *pending) GetAudience() []string  { return []string{p.audience} }
func (p *pending) GetAuthTime() time.Time { return p.signIn }
func (p *pending) GetClientID() string    { return p.ClientID }
func (p *pending) GetNonce() string       { return p.Nonce }
func (p *pending) GetScopes() []string    { return p.Scopes }
func (p *pending) GetSubject() string     { return p.person }
func (p *pending) Done() bool             { return p.person != "" }
func (p *pending) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: p.CodeChallenge, Method: p.CodeChallengeMethod}
}

func newStore(cfg Config) (*store, error) {
	s := &store{cfg: cfg, people: map[string]Person{}, pendings: map[string]*pending{}, codes: map[string]*pending{}, grants: map[string]*grant{}}
	for _, p := range cfg.People {
		s.people[p.ID] = p
	}
	return s, s.load()
}

// CreateAuthRequest implements op.Storage.
func (s *store) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	for id, p := range s.pendings {
		if now.Sub(p.began) > loginFor {
			delete(s.pendings, id)
		}
	}
	for code, p := range s.codes {
		if now.Sub(p.began) > loginFor+codeFor {
			delete(s.codes, code)
		}
	}
	if len(s.pendings) >= mostOpen {
		return nil, oidc.ErrServerError().WithDescription("too many sign-ins at once")
	}
	p := &pending{AuthRequest: r, id: rand.Text(), audience: s.cfg.Audience, began: now}
	s.pendings[p.id] = p
	return p, nil
}

// open finds a request whose page may still be shown to that browser, "" for
// one that shows no cookie yet.
func (s *store) open(id, browser string) (*pending, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pendings[id]
	if p == nil || p.Done() || s.cfg.Now().Sub(p.began) > loginFor {
		return nil, false
	}
	if p.browser == "" {
		p.browser = browser
	}
	return p, browser != "" && p.browser == browser
}

// choose signs a person in, once.
func (s *store) choose(p *pending, person string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, known := s.people[person]; !known || !one.offeredTo(p.ClientID) || p.Done() {
		return false
	}
	p.person, p.signIn = person, s.cfg.Now()
	return true
}

// offeredTo tells whether somebody can be chosen for a client.
func (p Person) offeredTo(client string) bool { return p.Client == "" || p.Client == client }

// close forgets a request that the person does not want.
func (s *store) close(p *pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pendings, p.id)
}

// AuthRequestByID implements op.Storage.
func (s *store) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pendings[id]; p != nil {
		return p, nil
	}
	return nil, errors.New("no such request")
}

// SaveAuthCode implements op.Storage.
func (s *store) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pendings[id]
	if p == nil {
		return errors.New("no such request")
	}
	p.code = code
	s.codes[code] = p
	return nil
}

// AuthRequestByCode implements op.Storage. A code is good once, even if what
// comes with it is wrong; shown again it also ends what came of it.
func (s *store) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.codes[code]
	switch {
	case p == nil || s.cfg.Now().Sub(p.signIn) > codeFor:
		return nil, errors.New("no such code")
	case p.used:
		p.replayed = true
		return nil, s.end(p.grant, errors.New("code used before"))
	}
	p.used = true
	return p, nil
}

// DeleteAuthRequest implements op.Storage. Its code stays known for a while.
func (s *store) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pendings, id)
	return nil
}

// GetClientByClientID implements op.Storage.
func (s *store) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	i := slices.IndexFunc(s.cfg.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return nil, oidc.ErrInvalidClient().WithDescription("no such client")
	}
	return client{s.cfg.Clients[i], s.cfg.Scope}, nil
}

// claims are what the tokens say of a person.
func (s *store) claims(person string) (map[string]any, error) {
	p, ok := s.people[person]
	if !ok {
		return nil, oidc.ErrInvalidGrant().WithDescription("no such person")
	}
	out := map[string]any{"name": p.Name, "practices": p.Practices}
	if p.Preferred != "" {
		out["preferred"] = p.Preferred
	}
	if p.Groups != nil {
		out["groups"] = p.Groups
	}
	return out, nil
}

// GetPrivateClaimsFromRequest implements op.CanGetPrivateClaimsFromRequest.
func (s *store) GetPrivateClaimsFromRequest(_ context.Context, r op.TokenRequest, _ []string) (map[string]any, error) {
	out, err := s.claims(r.GetSubject())
	if err == nil {
		out["scope"] = strings.Join(r.GetScopes(), " ")
	}
	return out, err
}

// SetUserinfoFromRequest implements op.CanSetUserinfoFromRequest, for ID tokens.
func (s *store) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	info.Subject = r.GetSubject()
	if slices.Contains(scopes, oidc.ScopeProfile) {
		info.Name = s.people[r.GetSubject()].Name
		if groups := s.people[r.GetSubject()].Groups; groups != nil {
			info.AppendClaims("groups", groups)
		}
	}
	return nil
}

// redirects tells whether a redirect is the client's: to loopback with any
// port, and else the same. zitadel would let every loopback host pass for
// another, and https for http.
func (c Client) redirects(to string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	if net.ParseIP(u.Hostname()).IsLoopback() && u.Port() != "" {
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return slices.Contains(c.Redirects, u.String())
}

// errNotHere is for what zitadel could do and this issuer does not.
var errNotHere = errors.New("not served here")

// The rest of op.Storage: nothing here leads there.

func (s *store) AuthorizeClientIDSecret(context.Context, string, string) error { return errNotHere }
func (s *store) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}
func (s *store) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errNotHere
}
func (s *store) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errNotHere
}
func (s *store) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, errNotHere
}
func (s *store) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNotHere
}
func (s *store) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNotHere
}
func (s *store) Health(context.Context) error { return nil }
