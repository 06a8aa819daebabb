package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session/oidc"
)

// Records is what is kept of people on this PC.
type Records interface {
	// People lists who is known here, last at the desk first.
	People(ctx context.Context) ([]desk.Person, error)
	// Remember keeps what the portal says of a person.
	Remember(ctx context.Context, p desk.Person, now time.Time) error
	// Tokens are what KeepTokens kept, nil if nothing: desk.ErrLocked when the
	// person's key is not open, desk.ErrKeyLost when it is gone.
	Tokens(ctx context.Context, person string) ([]byte, error)
	// KeepTokens has them on the disk when it returns; nil takes them away.
	KeepTokens(ctx context.Context, person string, plain []byte) error
	// AtDesk is who was last at the desk, "" for nobody; SetAtDesk keeps it.
	AtDesk(ctx context.Context) (string, error)
	SetAtDesk(ctx context.Context, person string) error
}

// Keys are the keys that seal what is kept of each person.
type Keys interface {
	// Enrol makes sure that a person has one, and opens it unless a PIN is asked.
	Enrol(ctx context.Context, person string) error
	// IsOpen tells whether what is sealed for them can be read.
	IsOpen(person string) bool
	// Sealed is false on a system without a keyring: tokens are not kept then.
	Sealed() bool
}

// Provider signs people in; its errors are those of package oidc.
type Provider interface {
	SignIn(ctx context.Context, o oidc.SignInOptions) (oidc.Tokens, error)
	Refresh(ctx context.Context, held oidc.Tokens) (oidc.Tokens, error)
	Revoke(ctx context.Context, held oidc.Tokens) error
}

// Roster is who is known to this PC, who of them is at the desk, and what each
// of them shows to the portal. Make it with NewRoster.
type Roster struct {
	Records Records
	Portal  Portal
	Keys    Keys
	// Provider is the one that the portal names; desk.ErrOffline as long as that
	// is not known.
	Provider func(context.Context) (Provider, error)
	Now      func() time.Time
	Changed  func()                          // after every change, outside of locks
	Arrived  func(desk.Person)               // who has signed in, before anything of theirs can be sent
	Renewed  func(person string)             // they show another token in the place of none, or of a refused one
	Complain func(op string, err error)      // for the log
	Pause    func(attempt int) time.Duration // between questions who somebody is

	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	people  []desk.Person      // last at the desk first
	at      string             // "" for nobody
	tickets map[string]*ticket // by person
	greeted context.CancelFunc // ends the question who is at the desk
	signing *signing           // the sign-in under way
	stopped bool
}

// Known is a person known to this PC.
type Known struct {
	desk.Person
	SignedIn bool
	Locked   bool // their key is not open
}

// NewRoster returns a roster of nobody; it does no I/O.
func NewRoster(records Records, portal Portal, keys Keys, provider func(context.Context) (Provider, error)) *Roster {
	return &Roster{
		Records: records, Portal: portal, Keys: keys, Provider: provider, Now: time.Now, Changed: func() {}, Arrived: func(desk.Person) {}, Renewed: func(string) {},
		Complain: func(string, error) {}, Pause: pause, tickets: map[string]*ticket{},
	}
}

// Start reads who is known, and who was at the desk; they are at it again as
// soon as their key is open. The portal is asked about them in the background.
func (r *Roster) Start(ctx context.Context) error {
	r.ctx, r.cancel = context.WithCancel(ctx)
	people, err := r.Records.People(ctx)
	if err != nil {
		return err
	}
	at, err := r.Records.AtDesk(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		// A key that cannot be had now locks one person out, and stops nobody else.
		if err := r.Keys.Enrol(ctx, p.ID); err != nil {
			r.Complain("open key", err)
		}
	}
	r.mu.Lock()
	r.people, r.at = people, at
	r.mu.Unlock()
	r.Unlocked()
	return nil
}

// Stop ends what is under way and waits for it.
func (r *Roster) Stop() {
	if r.cancel != nil {
		r.cancel()
	}
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	r.done.Wait()
}

// goDo does something that Stop waits for; false, and nothing, behind Stop.
func (r *Roster) goDo(do func()) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return false
	}
	r.done.Go(do)
	return true
}

// Person is who is at the desk, the zero Person if nobody is or while they are
// locked out, and whether they can send.
func (r *Roster) Person() (p desk.Person, signedIn bool) {
	r.mu.Lock()
	at := r.at
	p, _ = r.find(at)
	r.mu.Unlock()
	if p.ID == "" || !r.Keys.IsOpen(p.ID) {
		return desk.Person{}, false
	}
	return p, r.signedIn(p.ID)
}

// Locked is who would be at the desk if their key were open, "" if that is it.
func (r *Roster) Locked() string {
	r.mu.Lock()
	at := r.at
	r.mu.Unlock()
	if at == "" || r.Keys.IsOpen(at) {
		return ""
	}
	return at
}

// People lists who is known here, last at the desk first.
func (r *Roster) People() []Known {
	r.mu.Lock()
	people := slices.Clone(r.people)
	r.mu.Unlock()
	out := make([]Known, len(people))
	for i, p := range people {
		out[i] = Known{Person: p, SignedIn: r.signedIn(p.ID), Locked: !r.Keys.IsOpen(p.ID)}
	}
	return out
}

// find looks a person up; the caller holds the lock.
func (r *Roster) find(id string) (desk.Person, bool) {
	i := slices.IndexFunc(r.people, func(p desk.Person) bool { return p.ID == id })
	if i < 0 {
		return desk.Person{}, false
	}
	return r.people[i], true
}

// Switch makes somebody who is known here the one at the desk, without asking
// anybody; "" for nobody. desk.ErrLocked if their key is not open.
func (r *Roster) Switch(ctx context.Context, person string) error {
	r.mu.Lock()
	_, known := r.find(person)
	r.mu.Unlock()
	switch {
	case person != "" && !known:
		return desk.ErrNotFound
	case person != "" && !r.Keys.IsOpen(person):
		return desk.ErrLocked
	}
	if err := r.Records.SetAtDesk(ctx, person); err != nil {
		return err
	}
	r.sit(person)
	return nil
}

// Unlocked is told when keys may have been opened or locked: whoever is at the
// desk by that is asked about.
func (r *Roster) Unlocked() {
	r.mu.Lock()
	at := r.at
	r.mu.Unlock()
	r.sit(at)
}

// sit makes a person the one at the desk, tells of it, and asks the portal about
// them.
func (r *Roster) sit(person string) {
	r.mu.Lock()
	r.at = person
	if i := slices.IndexFunc(r.people, func(p desk.Person) bool { return p.ID == person }); i > 0 {
		p := r.people[i]
		r.people = slices.Insert(slices.Delete(r.people, i, i+1), 0, p)
	}
	if r.greeted != nil {
		r.greeted()
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.greeted = cancel
	r.mu.Unlock()
	r.Changed()
	if person == "" || !r.Keys.IsOpen(person) {
		cancel()
		return
	}
	if !r.goDo(func() { defer cancel(); r.greet(ctx, person) }) {
		cancel()
	}
}

// greet asks the portal about a person until it answers or somebody else is at
// the desk: practices and roles may have changed.
func (r *Roster) greet(ctx context.Context, person string) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		token, err := r.Token(ctx, person)
		var p desk.Person
		if err == nil {
			p, err = r.Portal.Me(ctx, token)
		}
		switch {
		case errors.Is(err, desk.ErrSignIn) && token != "":
			r.Refused(token) // and if there is another one, it is asked with that
			if !r.signedIn(person) {
				return
			}
		case errors.Is(err, desk.ErrSignIn), errors.Is(err, desk.ErrLocked), errors.Is(err, desk.ErrKeyLost):
			return
		case err == nil && p.ID != person:
			r.Complain("greet", errors.New("the portal takes a person's token for somebody else's"))
			return
		case err == nil:
			r.remember(ctx, p)
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(r.Pause(attempt)):
		}
	}
}

// remember keeps what the portal says of a person. Not keeping it costs no more
// than asking again.
func (r *Roster) remember(ctx context.Context, p desk.Person) {
	if err := r.Records.Remember(ctx, p, r.Now()); err != nil {
		r.Complain("remember person", err)
	}
	r.note(p)
	r.Changed()
}

// note takes up what the portal says of a person.
func (r *Roster) note(p desk.Person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.IndexFunc(r.people, func(k desk.Person) bool { return k.ID == p.ID }); i >= 0 {
		r.people[i] = p
	} else {
		r.people = append(r.people, p)
	}
}

// Forget drops a person who has nothing here any more; they are not at the desk.
func (r *Roster) Forget(person string) {
	r.mu.Lock()
	if r.at == person {
		r.mu.Unlock()
		return
	}
	r.people = slices.DeleteFunc(slices.Clone(r.people), func(p desk.Person) bool { return p.ID == person })
	delete(r.tickets, person)
	r.mu.Unlock()
	r.Changed()
}
