package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"
	"guichet/internal/update"
)

// Kept counts what lies on this PC of whoever is at the desk.
func (x *Privacy) Kept() (out Kept, err error) {
	defer x.a.guard("Privacy.Kept", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	k, err := x.a.store.Kept(x.a.ctx, x.a.me().ID)
	if err != nil {
		return out, err
	}
	return Kept(k), nil
}

// Erase has all that is of the person at the desk vanish from this PC, and signs them
// out; what the guard keeps, and the key that opens it, only if statements is set.
// "not-now", and nothing has changed, while something of theirs is being sent or a
// program is put in the place of this one;
// "sign-in" when nobody is at the desk. What was sent stays at the portal.
func (x *Privacy) Erase(person string, statements bool) (err error) {
	defer x.a.guard("Privacy.Erase", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return err
	}
	me := a.me().ID
	switch {
	case me == "":
		return desk.ErrSignIn
	case person != me:
		return desk.ErrNotFound
	}
	// Nothing of theirs begins to leave or is brought back from here on.
	a.leaving(me)
	defer a.leaving("")
	a.inbox.SetPerson("")
	a.inbox.Quiet()
	ctx := context.WithoutCancel(a.ctx) // what has begun is not to stop half way
	soon, cancel := context.WithTimeout(ctx, settleFor)
	defer cancel()
	err = a.updates.updater.Forget(soon)
	switch {
	case errors.Is(err, update.ErrState):
		err = desk.ErrNotNow.With(err)
	case err == nil:
		err = a.settled(me, func() error { return a.eraseRows(ctx, me, statements) })
	}
	if err != nil {
		a.inbox.SetPerson(a.me().ID)
		return err
	}
	a.log.Info().Msg("a person's data erased")
	return errors.Join(a.session.SignOut(ctx, me), a.forgetPerson(ctx, me, statements))
}

// How long an attempt that has begun is waited for.
const (
	settleFor   = 5 * time.Second
	settlePause = 50 * time.Millisecond
)

// settled does something once nothing of a person's is being sent: "not-now" when
// that takes too long. The caller has said that they are leaving, so that no other
// attempt begins.
func (a *App) settled(person string, do func() error) error {
	for until := time.Now().Add(settleFor); ; {
		counts, err := a.store.Counts(a.ctx, person)
		if err != nil {
			return err
		}
		if !counts.Sending {
			if err := do(); !errors.Is(err, desk.ErrNotNow) {
				return err
			}
		}
		if time.Now().After(until) || !sleep(a.ctx, settlePause) {
			return desk.ErrNotNow
		}
	}
}

// forgetPerson has nothing of a person stay in memory, nor their key.
func (a *App) forgetPerson(ctx context.Context, person string, key bool) error {
	a.roster.mu.Lock()
	for _, m := range []map[string]bool{a.roster.asked, a.roster.passed, a.roster.signedIn} {
		delete(m, person)
	}
	a.keepAsked()
	a.roster.mu.Unlock()
	a.preferred.mu.Lock()
	delete(a.preferred.of, person)
	a.preferred.mu.Unlock()
	a.candidates.clear()
	a.session.Forget(person)
	if !key {
		return nil
	}
	return a.keys.Load().Forget(ctx, person)
}

// eraseRows takes the rows and then all bytes that no row speaks of. Where a damage has
// cost rows, what has none may be somebody else's, and stays as tidy says.
func (a *App) eraseRows(ctx context.Context, person string, statements bool) error {
	a.filing.Lock()
	defer a.filing.Unlock()
	before, err := a.store.StoredNames(ctx)
	if err != nil {
		return err
	}
	if err := a.store.ErasePerson(ctx, person, statements); err != nil {
		return err
	}
	names, err := a.store.StoredNames(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if !names[name] {
			errs = append(errs, a.files.Remove(ctx, name))
		}
	}
	lost, err := a.store.LostSomething(ctx)
	if err == nil && a.Now().Sub(lost) > sqlite.KeptAside {
		_, err = a.files.Sweep(names, a.Now(), 0)
	}
	return errors.Join(append(errs, err)...)
}

// leaving says of whom nothing more is to be sent, "" for nobody.
func (a *App) leaving(person string) {
	a.roster.mu.Lock()
	a.roster.leaving = person
	a.roster.mu.Unlock()
	a.outbox.Wake()
}
