package session

import (
	"context"
	"errors"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session/oidc"
)

// ticket is what a person shows to the portal. Its turn is held by whoever reads
// or renews it: refreshing twice at once would end the session, since providers
// take a refresh token once.
type ticket struct {
	turn chan struct{} // holds one while nobody has it

	// What follows is guarded by the roster's lock.
	read    bool // from the disk
	tokens  oidc.Tokens
	held    bool      // there are tokens
	renewed time.Time // when the portal's refusal last led to a new one
}

// take waits for the turn, which release gives back. Refreshes are bounded in
// time, and so is this.
func (t *ticket) take() (release func()) {
	<-t.turn
	return func() { t.turn <- struct{}{} }
}

// renewAgain is how soon the portal may refuse a token that its refusal has
// just led to without being believed: no token of that sign-in is any good then.
const renewAgain = time.Minute

// refreshWithin bounds a refresh. It does not end with whoever waits for it: an
// answer that nobody takes may hold the only token that still works.
const refreshWithin = 30 * time.Second

func (r *Roster) ticket(person string) *ticket {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.tickets[person]
	if !ok {
		t = &ticket{turn: make(chan struct{}, 1)}
		t.turn <- struct{}{}
		r.tickets[person] = t
	}
	return t
}

// load reads the tokens that are kept of a person; the caller has the turn.
func (r *Roster) load(ctx context.Context, person string, t *ticket) error {
	r.mu.Lock()
	read := t.read
	r.mu.Unlock()
	if read {
		return nil
	}
	plain, err := r.Records.Tokens(ctx, person)
	if err != nil {
		return err
	}
	var tokens oidc.Tokens
	if plain != nil {
		if tokens, err = oidc.Restore(plain); err != nil {
			r.Complain("read tokens", err) // a new sign-in makes others
			plain = nil
		}
	}
	r.mu.Lock()
	t.read, t.tokens, t.held = true, tokens, plain != nil
	r.mu.Unlock()
	return nil
}

// hold takes up new tokens, which are on the disk before they are used. If the
// disk does not take them they are used all the same: the old ones are worth
// nothing any more.
func (r *Roster) hold(person string, t *ticket, tokens oidc.Tokens) {
	if r.Keys.Sealed() {
		plain, err := tokens.Plain()
		if err == nil {
			err = r.Records.KeepTokens(context.WithoutCancel(r.ctx), person, plain)
			clear(plain)
		}
		if err != nil {
			r.Complain("keep tokens", err)
		}
	}
	r.mu.Lock()
	t.read, t.tokens, t.held = true, tokens, true
	r.mu.Unlock()
}

// drop forgets the tokens of a person; the caller has the turn.
func (r *Roster) drop(person string, t *ticket) {
	if err := r.Records.KeepTokens(context.WithoutCancel(r.ctx), person, nil); err != nil {
		r.Complain("forget tokens", err)
	}
	r.mu.Lock()
	t.read, t.tokens, t.held = true, oidc.Tokens{}, false
	r.mu.Unlock()
}

// signedIn tells whether a person has tokens, as far as is known without
// waiting.
func (r *Roster) signedIn(person string) bool {
	t := r.ticket(person)
	select {
	case <-t.turn:
		err := r.load(context.WithoutCancel(r.ctx), person, t)
		t.turn <- struct{}{}
		if err != nil {
			return false
		}
	default:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.held
}

// Token is what a person shows to the portal now: it is refreshed when its time
// is over. desk.ErrSignIn: they have to sign in; desk.ErrOffline: the provider
// cannot be asked; desk.ErrLocked: their key is not open.
func (r *Roster) Token(ctx context.Context, person string) (string, error) {
	if person == "" {
		return "", desk.ErrSignIn
	}
	t := r.ticket(person)
	r.mu.Lock()
	tokens, held := t.tokens, t.held
	r.mu.Unlock()
	if held && tokens.Fresh(r.Now()) {
		return tokens.Access.Reveal(), nil
	}
	type result struct {
		token string
		err   error
	}
	got := make(chan result, 1)
	if !r.goDo(func() {
		defer t.take()()
		token, err := r.renew(person, t)
		got <- result{token, err}
	}) {
		return "", desk.ErrOffline.With(context.Canceled)
	}
	select {
	case g := <-got:
		return g.token, g.err
	case <-ctx.Done():
		return "", desk.ErrOffline.With(ctx.Err())
	}
}

// renew returns a token that is fresh, by a refresh if that is needed; the
// caller has the turn.
func (r *Roster) renew(person string, t *ticket) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), refreshWithin)
	defer cancel()
	if err := r.load(ctx, person, t); err != nil {
		return "", err
	}
	r.mu.Lock()
	tokens, held := t.tokens, t.held
	r.mu.Unlock()
	switch {
	case !held:
		return "", desk.ErrSignIn
	case tokens.Fresh(r.Now()):
		return tokens.Access.Reveal(), nil
	case r.ctx.Err() != nil:
		return "", desk.ErrOffline.With(r.ctx.Err()) // no new refresh at the end
	}
	provider, err := r.Provider(ctx)
	if err != nil {
		return "", err
	}
	fresh, err := provider.Refresh(ctx, tokens)
	switch {
	case err == nil:
		r.hold(person, t, fresh)
		return fresh.Access.Reveal(), nil
	case errors.Is(err, oidc.ErrSignedOut), errors.Is(err, oidc.ErrUntrusted):
		r.Complain("refresh", err)
		r.drop(person, t)
		r.Changed()
		return "", desk.ErrSignIn.With(err)
	}
	r.Complain("refresh", err)
	return "", desk.ErrOffline.With(err)
}

// Refused notes that the portal does not take a token: it is refreshed before
// its time. If the one that this leads to is refused as well, its person has to
// sign in.
func (r *Roster) Refused(token string) {
	r.mu.Lock()
	var person string
	var t *ticket
	for id, k := range r.tickets {
		if k.held && token != "" && k.tokens.Access.Reveal() == token {
			person, t = id, k
		}
	}
	var over bool
	now := r.Now()
	if t != nil && t.tokens.Expiry.IsZero() {
		t = nil // it is being renewed already
	}
	if t != nil {
		t.tokens.Expiry = time.Time{}
		over = !t.renewed.IsZero() && now.Sub(t.renewed).Abs() < renewAgain || t.tokens.Refresh.Reveal() == ""
		t.renewed = now
	}
	r.mu.Unlock()
	if t == nil {
		return // of a sign-in or a refresh before
	}
	r.goDo(func() {
		defer t.take()()
		r.mu.Lock()
		same := t.held && t.tokens.Access.Reveal() == token
		r.mu.Unlock()
		switch {
		case !same: // it has been renewed meanwhile
		case over:
			r.drop(person, t)
		default:
			if _, err := r.renew(person, t); err == nil { // else whoever needs it next meets the error
				defer r.Renewed(person)
			}
		}
		r.Changed()
	})
}
