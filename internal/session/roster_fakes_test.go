package session_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
)

var (
	claire = desk.Person{ID: "claire", Name: "Claire", Practices: []desk.Practice{{ID: "tilleuls"}}}
	paul   = desk.Person{ID: "paul", Name: "Paul"}

	errDisk = errors.New("disk")
)

// records are a disk: what is in it outlives a roster.
type records struct {
	mu      sync.Mutex
	people  []desk.Person
	tokens  map[string][]byte
	at      string
	locked  map[string]bool
	failing error    // of every write
	keeping func()   // before tokens are written
	writes  []string // in order
}

func (r *records) People(context.Context) ([]desk.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.people), nil
}

func (r *records) Remember(_ context.Context, p desk.Person, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failing != nil {
		return r.failing
	}
	r.people = append(slices.DeleteFunc(r.people, func(o desk.Person) bool { return o.ID == p.ID }), p)
	return nil
}

func (r *records) Tokens(_ context.Context, person string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.locked[person] {
		return nil, desk.ErrLocked
	}
	return slices.Clone(r.tokens[person]), nil
}

func (r *records) KeepTokens(_ context.Context, person string, plain []byte) error {
	if r.keeping != nil {
		r.keeping()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failing != nil {
		return r.failing
	}
	if plain == nil {
		delete(r.tokens, person)
		r.writes = append(r.writes, person+": none")
		return nil
	}
	r.tokens[person] = slices.Clone(plain)
	t, err := oidc.Restore(plain)
	if err != nil {
		return err
	}
	r.writes = append(r.writes, person+": "+t.Refresh.Reveal())
	return nil
}

func (r *records) AtDesk(context.Context) (string, error) { return r.at, nil }

func (r *records) SetAtDesk(_ context.Context, person string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failing != nil {
		return r.failing
	}
	r.at = person
	return nil
}

// keys open for whoever was enrolled and is not shut.
type keys struct {
	mu       sync.Mutex
	enrolled map[string]bool
	shut     map[string]bool
	err      error // of Enrol
	none     bool  // no keyring
}

func (k *keys) Enrol(_ context.Context, person string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.enrolled[person] = true
	}
	return k.err
}

func (k *keys) IsOpen(person string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.enrolled[person] && !k.shut[person]
}

func (k *keys) Sealed() bool { return !k.none }

func (k *keys) turn(person string, shut bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.shut[person] = shut
}

// provider gives tokens "access-N" with "refresh-N", each refresh token once.
type provider struct {
	mu                 sync.Mutex
	n                  int
	who                string            // whoever signs in
	live               map[string]string // refresh token -> person
	access             map[string]string // access token -> person
	lasts              time.Duration
	err                error         // of the next calls
	hold               chan struct{} // calls wait for it
	running            int
	most               int // refreshes at a time
	refreshes, revoked int
	answered           func() // behind a refresh, before its answer arrives
}

func (p *provider) give(person string) oidc.Tokens {
	p.n++
	access, refresh := fmt.Sprintf("access-%d", p.n), fmt.Sprintf("refresh-%d", p.n)
	p.live[refresh], p.access[access] = person, person
	now := time.Now()
	return oidc.Tokens{Issuer: "https://sso", Access: privacy.Hide(access), Refresh: privacy.Hide(refresh), Obtained: now, Expiry: now.Add(p.lasts)}
}

func (p *provider) wait(ctx context.Context) error {
	p.mu.Lock()
	hold := p.hold
	p.mu.Unlock()
	if hold == nil {
		return nil
	}
	select {
	case <-hold:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *provider) SignIn(ctx context.Context, o oidc.SignInOptions) (oidc.Tokens, error) {
	if err := o.Open("https://sso/authorize"); err != nil {
		return oidc.Tokens{}, err
	}
	if err := p.wait(ctx); err != nil {
		return oidc.Tokens{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return oidc.Tokens{}, p.err
	}
	return p.give(p.who), nil
}

func (p *provider) Refresh(ctx context.Context, held oidc.Tokens) (oidc.Tokens, error) {
	p.mu.Lock()
	p.running++
	p.refreshes++
	p.most = max(p.most, p.running)
	p.mu.Unlock()
	err := p.wait(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	if err != nil || p.err != nil {
		return oidc.Tokens{}, errors.Join(err, p.err)
	}
	old := held.Refresh.Reveal()
	person, ok := p.live[old]
	if !ok {
		return oidc.Tokens{}, &oidc.Error{Kind: oidc.ErrSignedOut}
	}
	delete(p.live, old)
	if p.answered != nil {
		p.answered()
	}
	return p.give(person), nil
}

func (p *provider) Revoke(_ context.Context, held oidc.Tokens) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revoked++
	delete(p.live, held.Refresh.Reveal())
	delete(p.access, held.Access.Reveal())
	return p.err
}

// counter is a portal that takes the provider's access tokens.
type counter struct {
	p       *provider
	mu      sync.Mutex
	err     error
	refused map[string]bool
	people  map[string]desk.Person
}

func (c *counter) Me(_ context.Context, token string) (desk.Person, error) {
	c.p.mu.Lock()
	id, ok := c.p.access[token]
	c.p.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return desk.Person{}, c.err
	case !ok || c.refused[token]:
		return desk.Person{}, desk.ErrSignIn
	}
	return c.people[id], nil
}

// hall is a roster with all that it stands on.
type hall struct {
	*session.Roster
	records  *records
	keys     *keys
	provider *provider
	portal   *counter
	mu       sync.Mutex
	offline  bool // the portal does not say which provider
	changes  int
	said     []string
}

func newHall() *hall {
	p := &provider{who: "claire", live: map[string]string{}, access: map[string]string{}, lasts: 5 * time.Minute}
	h := &hall{
		records:  &records{tokens: map[string][]byte{}, locked: map[string]bool{}},
		keys:     &keys{enrolled: map[string]bool{}, shut: map[string]bool{}},
		provider: p,
		portal:   &counter{p: p, refused: map[string]bool{}, people: map[string]desk.Person{"claire": claire, "paul": paul}},
	}
	h.anew()
	return h
}

// anew is another start on the same disk.
func (h *hall) anew() {
	h.Roster = session.NewRoster(h.records, h.portal, h.keys, func(context.Context) (session.Provider, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.offline {
			return nil, desk.ErrOffline
		}
		return h.provider, nil
	})
	h.Changed = func() { h.mu.Lock(); h.changes++; h.mu.Unlock() }
	h.Complain = func(op string, err error) { h.mu.Lock(); h.said = append(h.said, op+": "+err.Error()); h.mu.Unlock() }
}

func (h *hall) start(t *testing.T) {
	t.Helper()
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	synctest.Wait()
}

func (h *hall) signIn(t *testing.T, who string) {
	t.Helper()
	h.provider.mu.Lock()
	h.provider.who = who
	h.provider.mu.Unlock()
	p, err := h.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { return nil }})
	if err != nil || p.ID != who {
		t.Fatalf("signed in %q, %v", p.ID, err)
	}
	synctest.Wait()
}

func (h *hall) want(t *testing.T, person string, signedIn bool) {
	t.Helper()
	if p, in := h.Person(); p.ID != person || in != signedIn {
		t.Errorf("%q is at the desk, signed in %v; want %q, %v", p.ID, in, person, signedIn)
	}
}

func (h *hall) kept() []string { return slices.Sorted(maps.Keys(h.records.tokens)) }
