package session

import (
	"context"
	"errors"
	"fmt"

	"guichet/internal/desk"
	"guichet/internal/session/oidc"
)

// signing is a sign-in under way.
type signing struct {
	cancel context.CancelFunc
	over   chan struct{}
}

// SignIn has a person sign in in the browser, and makes whoever comes back the
// one at the desk. It ends a sign-in that is under way. desk.ErrNotSignedIn:
// nobody came back, or not as they should; desk.ErrOffline: provider or portal
// cannot be asked; desk.ErrForbidden: the portal does not know the person;
// desk.ErrKeyring and desk.ErrKeyLost as with Keys.
func (r *Roster) SignIn(ctx context.Context, o oidc.SignInOptions) (desk.Person, error) {
	ctx, over := r.begin(ctx)
	defer over()
	provider, err := r.Provider(ctx)
	if err != nil {
		return desk.Person{}, err
	}
	tokens, err := provider.SignIn(ctx, o)
	if err != nil {
		return desk.Person{}, notSignedIn(err)
	}
	p, err := r.welcome(ctx, tokens)
	if err != nil {
		// Nobody will use them: they are no good to whoever may find them.
		if e := provider.Revoke(context.WithoutCancel(ctx), tokens); e != nil {
			r.Complain("revoke", e)
		}
		return desk.Person{}, err
	}
	return p, nil
}

// begin makes this the sign-in under way.
func (r *Roster) begin(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	own := &signing{cancel: cancel, over: make(chan struct{})}
	r.mu.Lock()
	before := r.signing
	r.signing = own
	r.mu.Unlock()
	if before != nil {
		before.cancel()
		<-before.over
	}
	return ctx, func() {
		cancel()
		r.mu.Lock()
		if r.signing == own {
			r.signing = nil
		}
		r.mu.Unlock()
		close(own.over)
	}
}

// CancelSignIn ends the sign-in under way, if there is one.
func (r *Roster) CancelSignIn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.signing != nil {
		r.signing.cancel()
	}
}

// SigningIn tells whether a sign-in is under way.
func (r *Roster) SigningIn() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.signing != nil
}

// notSignedIn says an error of the provider in the desk's words.
func notSignedIn(err error) error {
	switch {
	case errors.Is(err, oidc.ErrUnreachable), errors.Is(err, oidc.ErrNonsense):
		return desk.ErrOffline.With(err)
	case errors.Is(err, oidc.ErrClock):
		return desk.ErrClock.With(err)
	}
	return desk.ErrNotSignedIn.With(err)
}

// welcome asks the portal who has come, and keeps all that is theirs.
func (r *Roster) welcome(ctx context.Context, tokens oidc.Tokens) (desk.Person, error) {
	p, err := r.Portal.Me(ctx, tokens.Access.Reveal())
	if errors.Is(err, desk.ErrSignIn) {
		err = desk.ErrForbidden.With(err) // signed in, and no good to this portal
	}
	if err != nil {
		return p, err
	}
	if err := r.Keys.Enrol(ctx, p.ID); err != nil {
		return p, err
	}
	if err := r.Records.Remember(ctx, p, r.Now()); err != nil {
		return p, err
	}
	r.Arrived(p)
	t := r.ticket(p.ID)
	release := t.take()
	r.hold(p.ID, t, tokens)
	release()
	r.note(p)
	// What follows undoes no sign-in: the next start has whoever was there before.
	if err := r.Records.SetAtDesk(ctx, p.ID); err != nil {
		r.Complain("keep who is at the desk", err)
	}
	r.sit(p.ID)
	r.Renewed(p.ID)
	return p, nil
}

// SignOut forgets what a person shows to the portal, and tells the provider. What
// waits to be sent stays and waits for its sender. If they are at the desk nobody
// is then.
func (r *Roster) SignOut(ctx context.Context, person string) error {
	t := r.ticket(person)
	release := t.take()
	err := r.load(ctx, person, t)
	r.mu.Lock()
	tokens, held := t.tokens, t.held
	r.mu.Unlock()
	r.drop(person, t)
	release()
	if err == nil && held {
		r.goDo(func() { r.revoke(tokens) })
	}
	r.mu.Lock()
	at := r.at == person
	r.mu.Unlock()
	if !at {
		r.Changed()
		return nil
	}
	if err := r.Switch(ctx, ""); err != nil {
		r.Changed()
		return fmt.Errorf("leave the desk: %w", err)
	}
	return nil
}

// revoke tells the provider, as far as it can be reached now: tokens that it is
// not told of end by themselves.
func (r *Roster) revoke(tokens oidc.Tokens) {
	provider, err := r.Provider(r.ctx)
	if err == nil {
		err = provider.Revoke(r.ctx, tokens)
	}
	if err != nil {
		r.Complain("revoke", err)
	}
}
