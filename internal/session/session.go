// Package session knows who is at the desk and speaks for them to the portal.
// For now a bearer token stands for a person: it comes with the start of the
// program or is typed once, and lives in memory only. Who it was for is
// remembered, so that a start without a network knows its person. Writing
// never needs a session, only sending does.
package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// Store remembers persons.
type Store interface {
	SavePerson(ctx context.Context, p desk.Person, tokenHash string, now time.Time) error
	PersonByToken(ctx context.Context, tokenHash string) (desk.Person, error)
}

// Portal tells who a token is for: desk.ErrSignIn when it is for nobody,
// desk.ErrOffline when it could not be asked.
type Portal interface {
	Me(ctx context.Context, token string) (desk.Person, error)
}

// Session is who is at the desk. Make it with New.
type Session struct {
	Store   Store
	Portal  Portal
	Now     func() time.Time
	Changed func(desk.Person)               // after every change, outside of locks
	Pause   func(attempt int) time.Duration // between attempts to ask who the token is for

	mu     sync.Mutex
	person desk.Person
	token  privacy.Sensitive[string]
	open   bool // a token is held and the portal has not refused it

	cancel context.CancelFunc
	done   sync.WaitGroup
}

// New returns a session of nobody; it does no I/O.
func New(store Store, portal Portal, changed func(desk.Person)) *Session {
	return &Session{Store: store, Portal: portal, Now: time.Now, Changed: changed, Pause: pause}
}

// pause grows from one second to half a minute, with jitter.
func pause(attempt int) time.Duration {
	d := min(time.Second<<min(attempt, 5), 30*time.Second)
	return d/2 + rand.N(d/2)
}

// Start takes up the token that the program was started with, if any: its
// person is known at once when they have been here before, and the portal is
// asked in the background until it answers.
func (s *Session) Start(ctx context.Context, token string) error {
	ctx, s.cancel = context.WithCancel(ctx)
	if token == "" {
		return nil
	}
	known, err := s.Store.PersonByToken(ctx, hash(token))
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return err
	}
	s.set(known, token, true)
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		s.greet(ctx, token)
	}()
	return nil
}

// Stop ends the background work and waits for it.
func (s *Session) Stop() {
	if s.cancel != nil {
		s.cancel()
	}
	s.done.Wait()
}

// greet asks the portal who the token is for until it says so, or until
// somebody else has signed in.
func (s *Session) greet(ctx context.Context, token string) {
	for attempt := 0; s.holds(token); attempt++ {
		person, err := s.Portal.Me(ctx, token)
		switch {
		case err == nil:
			// Not remembering the person costs no more than asking again.
			_ = s.Store.SavePerson(ctx, person, hash(token), s.Now())
			s.answered(token, func() { s.person, s.open = person, true })
			return
		case errors.Is(err, desk.ErrSignIn):
			s.answered(token, func() { s.open = false })
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.Pause(attempt)):
		}
	}
}

// SignIn makes the bearer of the token the person at the desk. Without a
// network it still does for somebody who has signed in here with it before.
// desk.ErrSignIn: the token is for nobody; desk.ErrOffline: it cannot be known.
func (s *Session) SignIn(ctx context.Context, token string) (desk.Person, error) {
	person, err := s.Portal.Me(ctx, token)
	if errors.Is(err, desk.ErrOffline) {
		known, e := s.Store.PersonByToken(ctx, hash(token))
		if e != nil {
			return desk.Person{}, err
		}
		s.set(known, token, true)
		return known, nil
	}
	if err != nil {
		return desk.Person{}, err
	}
	if err := s.Store.SavePerson(ctx, person, hash(token), s.Now()); err != nil {
		return desk.Person{}, err
	}
	s.set(person, token, true)
	return person, nil
}

// SignOut forgets the token. What waits to be sent stays and waits for its
// sender.
func (s *Session) SignOut() { s.set(desk.Person{}, "", false) }

// Refused notes that the portal does not take a token any more, and tells
// whether it is the one at the desk. The person stays known, so that they can go
// on writing.
func (s *Session) Refused(token string) (held bool) {
	s.mu.Lock()
	held = s.token.Reveal() == token
	was := s.open && held
	if was {
		s.open = false
	}
	person := s.person
	s.mu.Unlock()
	if was {
		s.Changed(person)
	}
	return held
}

// Person returns who is at the desk (the zero Person when nobody is known) and
// whether the portal takes their token, as far as is known.
func (s *Session) Person() (desk.Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.person, s.open
}

// Token returns the bearer token of that person, or desk.ErrSignIn when
// somebody else or nobody is at the desk.
func (s *Session) Token(_ context.Context, person string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open || person == "" || s.person.ID != person {
		return "", desk.ErrSignIn
	}
	return s.token.Reveal(), nil
}

// answered notes what the portal said of a token, unless it is not the one at
// the desk any more: an answer that comes late undoes no sign-out or sign-in.
func (s *Session) answered(token string, note func()) {
	s.mu.Lock()
	held := s.token.Reveal() == token
	if held {
		note()
	}
	person := s.person
	s.mu.Unlock()
	if held {
		s.Changed(person)
	}
}

func (s *Session) holds(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token.Reveal() == token
}

func (s *Session) set(p desk.Person, token string, open bool) {
	s.mu.Lock()
	s.person, s.token, s.open = p, privacy.Hide(token), open
	s.mu.Unlock()
	s.Changed(p)
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
