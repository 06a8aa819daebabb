package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session"
)

var (
	claire = desk.Person{ID: "claire", Name: "Claire", Practices: []desk.Practice{{ID: "tilleuls"}}}
	paul   = desk.Person{ID: "paul", Name: "Paul"}

	errDisk = errors.New("disk")
)

// store remembers persons in memory.
type store struct {
	mu      sync.Mutex
	byHash  map[string]desk.Person
	saved   []string // "person at" in order
	failing error    // of every call
	saving  func()   // in the middle of SavePerson
}

func (s *store) SavePerson(_ context.Context, p desk.Person, tokenHash string, now time.Time) error {
	if s.saving != nil {
		s.saving()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return s.failing
	}
	s.byHash[tokenHash] = p
	s.saved = append(s.saved, p.ID+" "+now.UTC().Format(time.TimeOnly))
	return nil
}

func (s *store) PersonByToken(_ context.Context, tokenHash string) (desk.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return desk.Person{}, s.failing
	}
	p, ok := s.byHash[tokenHash]
	if !ok {
		return desk.Person{}, desk.ErrNotFound
	}
	return p, nil
}

// portal knows tokens. With err it answers nothing else; with hold it waits
// for it, or for the end of the question.
type portal struct {
	mu     sync.Mutex
	tokens map[string]desk.Person
	err    error
	hold   chan struct{}
	asked  []time.Time
}

func (p *portal) Me(ctx context.Context, token string) (desk.Person, error) {
	p.mu.Lock()
	p.asked = append(p.asked, time.Now())
	hold := p.hold
	p.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return desk.Person{}, desk.ErrOffline.With(ctx.Err())
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return desk.Person{}, p.err
	}
	who, ok := p.tokens[token]
	if !ok {
		return desk.Person{}, desk.ErrSignIn
	}
	return who, nil
}

func (p *portal) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *portal) times() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// world is a session with all that is around it.
type world struct {
	*session.Session
	store   *store
	portal  *portal
	mu      sync.Mutex
	changes []string // persons that Changed told
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// newWorld knows Claire (token "c") and Paul ("p") at the portal; Claire has
// been here before.
func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{
		store:  &store{byHash: map[string]desk.Person{hashOf("c"): claire}},
		portal: &portal{tokens: map[string]desk.Person{"c": claire, "p": paul}},
	}
	w.Session = session.New(w.store, w.portal, func(p desk.Person) {
		w.Person() // would lock up inside of the session's lock
		w.mu.Lock()
		defer w.mu.Unlock()
		w.changes = append(w.changes, p.ID)
	})
	w.Pause = func(attempt int) time.Duration { return time.Second << attempt }
	return w
}

// want checks who is at the desk, whether their token counts as good, and
// whom Changed told so far.
func (w *world) want(tb testing.TB, person string, open bool, changes ...string) {
	tb.Helper()
	if p, o := w.Person(); p.ID != person || o != open {
		tb.Errorf("at the desk: %q, open %t; want %q, %t", p.ID, o, person, open)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.changes, changes) {
		tb.Errorf("told %q, want %q", w.changes, changes)
	}
}

func TestNobody(t *testing.T) {
	w := newWorld(t)
	w.Stop() // before any start
	if err := w.Start(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	w.Stop()
	w.want(t, "", false)
	if len(w.portal.asked) > 0 {
		t.Error("the portal was asked for nobody")
	}
}

func TestSignIn(t *testing.T) {
	tests := map[string]struct {
		token   string
		portal  error
		store   error
		want    string // person
		err     error
		atDesk  string
		changes []string
		saved   int
	}{
		"OK":                 {token: "p", want: "paul", atDesk: "paul", changes: []string{"paul"}, saved: 1},
		"OKAgain":            {token: "c", want: "claire", atDesk: "claire", changes: []string{"claire"}, saved: 1},
		"OKOfflineKnown":     {token: "c", portal: desk.ErrOffline.With(errDisk), want: "claire", atDesk: "claire", changes: []string{"claire"}},
		"ErrOfflineUnknown":  {token: "p", portal: desk.ErrOffline, err: desk.ErrOffline},
		"ErrTokenOfNobody":   {token: "x", err: desk.ErrSignIn},
		"ErrKnownButRefused": {token: "c", portal: desk.ErrSignIn, err: desk.ErrSignIn}, // what is remembered is no way round the portal
		"ErrPortal":          {token: "c", portal: desk.ErrForbidden, err: desk.ErrForbidden},
		"ErrStore":           {token: "p", store: errDisk, err: errDisk},
		"ErrOfflineStore":    {token: "c", portal: desk.ErrOffline, store: errDisk, err: desk.ErrOffline},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.portal.err, w.store.failing = tt.portal, tt.store
			got, err := w.SignIn(t.Context(), tt.token)
			if !errors.Is(err, tt.err) || got.ID != tt.want {
				t.Errorf("got %q, %v; want %q, %v", got.ID, err, tt.want, tt.err)
			}
			w.want(t, tt.atDesk, tt.atDesk != "", tt.changes...)
			if len(w.store.saved) != tt.saved {
				t.Errorf("saved %q", w.store.saved)
			}
			if _, err := w.Token(t.Context(), tt.atDesk); (err == nil) != (tt.err == nil) {
				t.Errorf("token: %v", err)
			}
		})
	}
}

// Who cannot sign in does not throw out who is there.
func TestSignInErrKeepsPerson(t *testing.T) {
	w := newWorld(t)
	if _, err := w.SignIn(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SignIn(t.Context(), "x"); !errors.Is(err, desk.ErrSignIn) {
		t.Errorf("got %v", err)
	}
	w.want(t, "claire", true, "claire")
}

// The token itself is not what is remembered.
func TestSavedByHash(t *testing.T) {
	w := newWorld(t)
	w.Now = func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }
	if _, err := w.SignIn(t.Context(), "p"); err != nil {
		t.Fatal(err)
	}
	if w.store.byHash[hashOf("p")].ID != "paul" || w.store.byHash["p"].ID != "" {
		t.Errorf("remembered under %v", w.store.byHash)
	}
	if got := strings.Join(w.store.saved, ","); got != "paul 09:00:00" {
		t.Errorf("saved %q", got)
	}
}

func TestToken(t *testing.T) {
	w := newWorld(t)
	refused := func(person string) {
		t.Helper()
		if got, err := w.Token(t.Context(), person); got != "" || !errors.Is(err, desk.ErrSignIn) {
			t.Errorf("%q: got %q, %v", person, got, err)
		}
	}
	refused("")
	refused("claire")
	if _, err := w.SignIn(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Token(t.Context(), "claire"); got != "c" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	refused("paul") // never one person's request with another's token
	refused("")
	if _, err := w.SignIn(t.Context(), "p"); err != nil {
		t.Fatal(err)
	}
	refused("claire")
	w.SignOut()
	refused("paul")
	w.want(t, "", false, "claire", "paul", "")
}

// A refused token is told once; its person stays, so that writing goes on.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.Refused("c") // of nobody: nothing happened
	w.want(t, "", false)
	if _, err := w.SignIn(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if w.Refused("p") {
		t.Error("a late answer about another token counts")
	}
	w.want(t, "claire", true, "claire")
	for range 2 {
		if !w.Refused("c") {
			t.Error("not the token at the desk")
		}
	}
	w.want(t, "claire", false, "claire", "claire")
	if _, err := w.Token(t.Context(), "claire"); !errors.Is(err, desk.ErrSignIn) {
		t.Errorf("got %v", err)
	}
	if _, err := w.SignIn(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	w.want(t, "claire", true, "claire", "claire", "claire")
}
