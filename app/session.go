package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
)

// roster is what the app adds to who is known here.
type roster struct {
	mu       sync.Mutex
	link     string          // address of the sign-in under way
	passed   map[string]bool // whose place at the desk another person took since they could send
	signedIn map[string]bool // whose requests may go, as the outbox knows it
	asked    map[string]bool // of whom it is asked whether what they queued earlier is to go
	owners   []string        // who had anything here at the start, known by a sign-in or not
}

// rosterKeys are the keys as the roster needs them: a keyring that has never
// answered locks nobody out.
type rosterKeys struct{ a *App }

// Enrol implements session.Keys.
func (k rosterKeys) Enrol(ctx context.Context, person string) error { return k.a.enrol(ctx, person) }

// IsOpen implements session.Keys.
func (k rosterKeys) IsOpen(person string) bool { return k.a.keys.Load().IsOpen(person) }

// Sealed implements session.Keys.
func (k rosterKeys) Sealed() bool { return k.a.keys.Load().Sealed() }

// newSession makes the roster of the desk.
func (a *App) newSession() *session.Roster {
	r := session.NewRoster(a.store, a.client, rosterKeys{a}, a.provider)
	r.Now = a.Now
	r.Changed, r.Arrived = a.peopleChanged, a.arrived
	r.Complain = func(op string, err error) { a.log.Warn().Str("error", safe(err)).Msg(op) }
	return r
}

// me is who is at the desk, the zero person for nobody.
func (a *App) me() desk.Person {
	p, _ := a.session.Person()
	if chosen := a.preferredBy(a.ctx, p.ID); holds(p, chosen) {
		p.Preferred = chosen
	}
	return p
}

// holds tells whether a person has that practice.
func holds(p desk.Person, practice string) bool {
	_, ok := p.Practice(practice)
	return ok
}

// peopleChanged follows a change of who is known, signed in or at the desk. It
// asks how it is now, since two changes may be told in either order.
func (a *App) peopleChanged() {
	p, _ := a.session.Person()
	a.inbox.SetPerson(p.ID)
	a.roster.mu.Lock()
	var back []string
	for _, k := range a.session.People() {
		may := k.SignedIn && !k.Locked
		switch {
		case may:
			delete(a.roster.passed, k.ID)
		case p.ID != "" && p.ID != k.ID:
			a.roster.passed[k.ID] = true
		}
		if may && !a.roster.signedIn[k.ID] && !a.roster.asked[k.ID] {
			back = append(back, k.ID)
		}
		a.roster.signedIn[k.ID] = may
	}
	a.roster.mu.Unlock()
	for _, person := range back {
		a.outbox.Resume(person)
	}
	a.outbox.Wake() // a key may have been opened
	a.askCatalogue()
	a.changed("session", "drafts", "requests", "status", "catalogue")
}

// absent are the persons of whom nothing is sent now: those whose key is not
// open, and those who have not said yet whether what they queued earlier is to go.
func (a *App) absent() (who []string) {
	keys := a.keys.Load()
	a.roster.mu.Lock()
	defer a.roster.mu.Unlock()
	for _, person := range a.roster.owners {
		if !keys.IsOpen(person) {
			who = append(who, person)
		}
	}
	return slices.AppendSeq(who, maps.Keys(a.roster.asked))
}

// signIn has somebody sign in in the browser.
func (a *App) signIn(ctx context.Context, expected string) (desk.Person, error) {
	settings, err := a.settings(ctx)
	if err != nil {
		return desk.Person{}, err
	}
	o := oidc.SignInOptions{Open: a.openLink, Locale: settings.Language}
	if expected == "" {
		o.Prompt = "login" // the browser may still know whoever used it last
	}
	a.bringConfig(ctx)
	defer a.setLink("")
	return a.session.SignIn(ctx, o)
}

// arrived has a person who has signed in asked about what they queued earlier, if
// somebody else was at the desk since.
func (a *App) arrived(p desk.Person) {
	counts, err := a.store.Counts(a.ctx, p.ID)
	a.report(a.ctx, "count", err)
	a.roster.mu.Lock()
	defer a.roster.mu.Unlock()
	if a.roster.passed[p.ID] && counts.Waiting > 0 {
		a.roster.asked[p.ID] = true
	}
}

// letGo lets what a person queued earlier go: they have said so.
func (a *App) letGo(person string) {
	a.roster.mu.Lock()
	was := a.roster.asked[person]
	delete(a.roster.asked, person)
	a.roster.mu.Unlock()
	if was {
		a.outbox.Resume(person)
	}
}

func (a *App) isAsked(person string) bool {
	a.roster.mu.Lock()
	defer a.roster.mu.Unlock()
	return a.roster.asked[person]
}

// openLink shows the address of a sign-in to the person.
func (a *App) openLink(address string) error {
	a.setLink(address)
	if a.cfg.Link != nil {
		a.cfg.Link(address)
		return nil
	}
	// A browser that does not open is no end: the window shows the link.
	if err := a.shell.OpenURL(address); err != nil {
		a.log.Warn().Msg("browser not opened")
	}
	return nil
}

func (a *App) setLink(address string) {
	a.roster.mu.Lock()
	was := a.roster.link
	a.roster.link = address
	a.roster.mu.Unlock()
	if was != address {
		a.changed("signing")
	}
}

// signInAgain is the longest pause between two offers of a sign-in that failed.
const signInAgain = 10 * time.Second

// signInAtStart offers a sign-in until somebody has used it, or begun another.
func (a *App) signInAtStart(ctx context.Context) {
	for attempt := 0; ; attempt++ {
		person, in := a.session.Person()
		if in || a.session.Locked() != "" {
			return
		}
		_, err := a.signIn(ctx, person.ID)
		if err == nil || errors.Is(err, context.Canceled) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-a.reached:
		case <-time.After(min(time.Second<<min(attempt, 4), signInAgain)):
		}
	}
}

// State is who is at the desk.
func (x *Session) State() (out Person, err error) {
	defer x.a.guard("Session.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	return x.a.atDesk(), nil
}

func (a *App) atDesk() Person {
	_, in := a.session.Person()
	me := a.me()
	out := personOf(me, in)
	out.Locked = a.session.Locked()
	out.PIN = me.ID != "" && a.keys.Load().PIN(me.ID).Set
	return out
}

// People lists who is known on this PC, last at the desk first.
func (x *Session) People() (out []Known, err error) {
	defer x.a.guard("Session.People", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	out = []Known{}
	for _, k := range x.a.session.People() {
		counts, err := x.a.store.Counts(x.a.ctx, k.ID)
		if err != nil {
			return nil, err
		}
		pin := x.a.keys.Load().PIN(k.ID)
		out = append(out, Known{
			ID: k.ID, Name: k.Name, SignedIn: k.SignedIn, Waiting: counts.Waiting,
			PIN: pin.Set, Tries: pin.Left, Wait: int64(pin.Wait.Seconds() + 0.999),
		})
	}
	return out, nil
}

// SignIn has somebody sign in in the browser, and returns who came back: that
// person if one is expected ("" for whoever comes), or another one.
// "not-signed-in" when nobody did, "offline" when the portal or its provider
// cannot be asked, "forbidden" when the portal does not know them, "clock",
// "keyring". It takes as long as the person does.
func (x *Session) SignIn(expected string) (out Person, err error) {
	defer x.a.guard("Session.SignIn", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	p, err := x.a.signIn(x.a.ctx, expected)
	if err != nil {
		return out, err
	}
	out = personOf(p, true)
	out.Locked = x.a.session.Locked()
	return out, nil
}

// SigningIn is the link of the sign-in under way, for a browser that did not
// open by itself; "" when there is none.
func (x *Session) SigningIn() (link string, err error) {
	defer x.a.guard("Session.SigningIn", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	x.a.roster.mu.Lock()
	defer x.a.roster.mu.Unlock()
	return x.a.roster.link, nil
}

// CancelSignIn ends the sign-in under way.
func (x *Session) CancelSignIn() (err error) {
	defer x.a.guard("Session.CancelSignIn", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.session.CancelSignIn()
	return nil
}

// SignOut forgets what a person shows to the portal, and tells the provider.
// What waits stays for its sender; if they are at the desk nobody is then.
func (x *Session) SignOut(person string) (err error) {
	defer x.a.guard("Session.SignOut", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	return x.a.session.SignOut(x.a.ctx, person)
}

// Enter makes somebody who is known here the one at the desk, "" for nobody. A
// PIN that is set is always asked for: "locked" without one, else "wrong-pin",
// "pin-soon", "pin-limit".
func (x *Session) Enter(person, pin string) (err error) {
	defer x.a.guard("Session.Enter", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	at := a.session.Locked()
	if at == "" {
		at = a.me().ID
	}
	if keys := a.keys.Load(); person != "" && keys.Sealed() {
		if err := keys.Unlock(a.ctx, person, pin); err != nil {
			a.changed("session") // how many tries are left
			return err
		}
	}
	if person == at {
		a.session.Unlocked()
		return nil
	}
	return a.session.Switch(a.ctx, person)
}

// SetPIN gives the person at the desk a PIN, "" for none. The one that is set is
// asked for, with the errors of Enter; "invalid" has the problem of the new one;
// "not-now" where nothing is sealed.
func (x *Session) SetPIN(held, pin string) (err error) {
	defer x.a.guard("Session.SetPIN", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	keys, me := a.keys.Load(), a.me().ID
	switch {
	case me == "":
		return desk.ErrSignIn
	case !keys.Sealed():
		return desk.ErrNotNow
	}
	defer a.changed("session")
	if keys.PIN(me).Set {
		if err := keys.Unlock(a.ctx, me, held); err != nil {
			return err
		}
	}
	if pin == "" {
		return keys.ClearPIN(a.ctx, me)
	}
	return keys.SetPIN(a.ctx, me, pin)
}

// ForgetPIN takes a person's forgotten PIN away with the recovery code, and makes
// them the one at the desk.
func (x *Keyring) ForgetPIN(person, code string) (err error) {
	defer x.a.guard("Keyring.ForgetPIN", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	if _, err := a.keys.Load().Recover(a.ctx, code, person); err != nil {
		return err
	}
	return (&Session{a}).Enter(person, "")
}
