package app

import (
	"cmp"
	"context"
	"encoding/json"
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
	turn     sync.Mutex // one change is followed at a time
	at       string     // who was at the desk at the last one, also behind a key that is locked; the turn is for it as well
	mu       sync.Mutex
	link     string          // address of the sign-in under way
	passed   map[string]bool // whose place at the desk another person took since they could send
	signedIn map[string]bool // whose requests may go, as the outbox knows it
	asked    map[string]bool // of whom it is asked whether what they queued earlier is to go
	leaving  string          // whose data is being erased
	owners   []string        // who has anything here, known by a sign-in or not
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
	r.Changed, r.Arrived, r.Renewed = a.peopleChanged, a.arrived, a.renewed
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
	a.roster.turn.Lock()
	defer a.roster.turn.Unlock()
	locked := a.session.Locked()
	p, _ := a.session.Person()
	a.inbox.SetPerson(p.ID)
	a.textIsOf(p)
	a.thumbs.clear()
	if at := cmp.Or(p.ID, locked); at != a.roster.at {
		if a.roster.at != "" { // what was chosen before anybody had signed in stays for whoever does
			a.candidates.clear()
		}
		a.roster.at = at
	}
	people := a.session.People() // may read the store
	a.roster.mu.Lock()
	var back []string
	passed := maps.Clone(a.roster.passed)
	for _, k := range people {
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
	if !maps.Equal(passed, a.roster.passed) {
		a.keepAsked()
	}
	a.roster.mu.Unlock()
	for _, person := range back {
		a.outbox.Resume(person)
	}
	a.outbox.Wake() // a key may have been opened
	a.askCatalogue()
	a.changed("session", "drafts", "requests", "status", "catalogue")
}

// keptAsked is what a restart has to know of whom to ask.
type keptAsked struct{ Asked, Passed map[string]bool }

// keepAsked stores of whom it is asked, and of whom it would be; the caller holds
// the lock. What is not stored is asked as long as the program runs.
func (a *App) keepAsked() {
	body, err := json.Marshal(keptAsked{a.roster.asked, a.roster.passed})
	if err == nil {
		err = a.store.SaveSettings(context.WithoutCancel(a.ctx), map[string]string{settingAsked: string(body)})
	}
	a.report(a.ctx, "keep whom to ask", err)
}

// loadAsked reads what keepAsked stored.
func (a *App) loadAsked(ctx context.Context) error {
	body, err := a.store.Setting(ctx, settingAsked)
	if err != nil {
		return err
	}
	var kept keptAsked
	_ = json.Unmarshal([]byte(body), &kept) // nothing was stored
	a.roster.signedIn, a.roster.asked, a.roster.passed = map[string]bool{}, map[string]bool{}, map[string]bool{}
	maps.Copy(a.roster.asked, kept.Asked)
	maps.Copy(a.roster.passed, kept.Passed)
	return nil
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
	if a.roster.leaving != "" {
		who = append(who, a.roster.leaving)
	}
	return slices.AppendSeq(who, maps.Keys(a.roster.asked))
}

// renewed lets what a person queued go: an attempt may have met their token's end,
// and waits for a sign-in that nobody has to make.
func (a *App) renewed(person string) {
	if !a.isAsked(person) {
		a.outbox.Resume(person)
	}
}

// signIn has somebody sign in in the browser. The provider is to ask them whoever
// the browser knows: it may be who used it last.
func (a *App) signIn(ctx context.Context) (desk.Person, error) {
	settings, err := a.settings(ctx)
	if err != nil {
		return desk.Person{}, err
	}
	var own string
	defer func() { a.dropLink(own) }()
	return a.session.SignIn(ctx, oidc.SignInOptions{Prompt: "login", Locale: settings.Language, Open: func(address string) error {
		own = address
		return a.openLink(address)
	}})
}

// arrived has a person who has signed in give their PIN, if they have one and were
// not at the desk: a browser may know a password that a colleague does not. And it
// has them asked about what they queued earlier, if somebody else was at the desk
// since.
func (a *App) arrived(p desk.Person) {
	keys, at := a.keys.Load(), a.me().ID
	if keys.PIN(p.ID).Set && at != p.ID {
		keys.Lock(p.ID)
	}
	counts, err := a.store.Counts(a.ctx, p.ID)
	a.report(a.ctx, "count", err)
	a.roster.mu.Lock()
	defer a.roster.mu.Unlock()
	if !slices.Contains(a.roster.owners, p.ID) {
		a.roster.owners = append(a.roster.owners, p.ID)
	}
	if a.roster.passed[p.ID] && (err != nil || counts.Waiting > 0) {
		a.roster.asked[p.ID] = true
		a.keepAsked()
	}
}

// letGo lets what a person queued earlier go: they have said so.
func (a *App) letGo(person string) {
	a.roster.mu.Lock()
	was := a.roster.asked[person]
	delete(a.roster.asked, person)
	if was {
		a.keepAsked()
	}
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
	a.roster.link = address
	a.roster.mu.Unlock()
	a.changed("signing")
}

// dropLink ends the link of a sign-in, unless another one has begun.
func (a *App) dropLink(own string) {
	a.roster.mu.Lock()
	is := own != "" && a.roster.link == own
	if is {
		a.roster.link = ""
	}
	a.roster.mu.Unlock()
	if is {
		a.changed("signing")
	}
}

// signInAgain is the longest pause between two offers of a sign-in that failed.
const signInAgain = 10 * time.Second

// signInAtStart offers a sign-in until somebody has used it, or begun another.
func (a *App) signInAtStart(ctx context.Context) {
	for attempt := 0; ; attempt++ {
		if _, in := a.session.Person(); in || a.session.Locked() != "" || a.session.SigningIn() {
			return
		}
		_, err := a.signIn(ctx)
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

// SignIn has somebody sign in in the browser, and returns who came back.
// "not-signed-in" when nobody did, "offline" when the portal or its provider
// cannot be asked, "forbidden" when the portal does not know them, "clock",
// "keyring". It takes as long as the person does.
func (x *Session) SignIn() (out Person, err error) {
	defer x.a.guard("Session.SignIn", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	p, err := x.a.signIn(x.a.ctx)
	if err != nil {
		return out, err
	}
	out = personOf(p, true)
	out.Locked, out.PIN = x.a.session.Locked(), x.a.keys.Load().PIN(p.ID).Set
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

// SignOut forgets what the person at the desk shows to the portal, and tells the
// provider. What waits stays for its sender, and nobody is at the desk then.
func (x *Session) SignOut(person string) (err error) {
	defer x.a.guard("Session.SignOut", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if me, locked := x.a.me().ID, x.a.session.Locked(); person == "" || person != me && person != locked {
		return desk.ErrNotFound
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
