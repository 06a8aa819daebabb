// Package keyring keeps small secrets in the keyring of the operating system:
// Credential Manager on Windows, Secret Service on Linux, Keychain on macOS. It
// gives every call a deadline, since some keyrings ask the person to unlock them
// and some never answer, and it tells "no such entry" from every other failure.
// It does not know what the secrets are for, and never makes one up.
package keyring

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	system "github.com/zalando/go-keyring"
)

var (
	// ErrNone is a system without a keyring.
	ErrNone = errors.New("this system has no keyring")
	// ErrNotFound is the keyring's own word that it has no such entry.
	ErrNotFound = errors.New("the keyring has no such entry")
	// ErrSilent is a keyring that is there but locked, that did not answer in
	// time, or that failed: what it holds is unknown. A Set or Delete that ended
	// so may have been done, or may yet be.
	ErrSilent = errors.New("the keyring is locked or does not answer")
	// ErrSize is a secret that not every system has room for.
	ErrSize = errors.New("no secret of this size fits in a keyring")
)

// The size of a secret in bytes. It is written as text, of which Windows takes
// 2,560 bytes.
const (
	MinSize = 32
	MaxSize = 2560 / 4 * 3
)

// Ring is the entries of one service in this account's keyring. Several
// goroutines may use it; they are served one after another.
type Ring struct {
	service  string
	deadline time.Duration
	backend  backend
	turn     chan struct{} // holds one token, which a call takes with it, even when nobody waits for it any more

	mu    sync.Mutex
	since time.Time // when the call that has the token began, or the last one ended
}

// backend is what the library offers for one system.
type backend interface {
	Get(service, account string) (string, error)
	Set(service, account, secret string) error
	Delete(service, account string) error
}

// New gives the entries of a service, which is a name that people may see in the
// system's own list of secrets. No call takes longer than the deadline; whoever
// has to type the keyring's password meanwhile may need another.
func New(service string, deadline time.Duration) *Ring {
	return newRing(service, deadline, actual{})
}

func newRing(service string, deadline time.Duration, b backend) *Ring {
	r := &Ring{service: service, deadline: deadline, backend: b, turn: make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// Get returns the secret of an account, or ErrNotFound, ErrNone or ErrSilent.
func (r *Ring) Get(ctx context.Context, account string) ([]byte, error) {
	text, err := r.call(ctx, func() (string, error) { return r.backend.Get(r.service, account) })
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(secret) < MinSize || len(secret) > MaxSize {
		// The decoder's message may quote the secret.
		return nil, fmt.Errorf("read keyring: %w: the entry is none of ours", ErrSilent)
	}
	return secret, nil
}

// Set stores the secret of an account, over one that is there. Its errors are
// ErrSize, ErrNone and ErrSilent.
func (r *Ring) Set(ctx context.Context, account string, secret []byte) error {
	if len(secret) < MinSize || len(secret) > MaxSize {
		return fmt.Errorf("write keyring: %w: %d bytes", ErrSize, len(secret))
	}
	text := base64.StdEncoding.EncodeToString(secret)
	_, err := r.call(ctx, func() (string, error) { return "", r.backend.Set(r.service, account, text) })
	if err != nil {
		return fmt.Errorf("write keyring: %w", err)
	}
	return nil
}

// Delete removes the entry of an account. Its errors are those of Get.
func (r *Ring) Delete(ctx context.Context, account string) error {
	_, err := r.call(ctx, func() (string, error) { return "", r.backend.Delete(r.service, account) })
	if err != nil {
		return fmt.Errorf("remove from keyring: %w", err)
	}
	return nil
}

type answer struct {
	text string
	err  error
}

// call asks the keyring, one call at a time. Nothing can end a call that hangs:
// it is left behind, and until it comes back no other starts. So nothing piles
// up, and no late Set overtakes a newer one.
func (r *Ring) call(ctx context.Context, ask func() (string, error)) (string, error) {
	if err := r.take(ctx); err != nil {
		return "", fmt.Errorf("%w: %w", ErrSilent, err)
	}
	answered := make(chan answer, 1)
	go func() {
		a := answer{err: errors.New("the library panicked")}
		defer func() {
			_ = recover() // it trusts a keyring to answer with the right types
			r.begins()
			r.turn <- struct{}{}
			answered <- a
		}()
		a.text, a.err = ask()
	}()
	late := time.NewTimer(r.deadline)
	defer late.Stop()
	select {
	case a := <-answered:
		return a.text, classify(a.err)
	case <-late.C:
		return "", fmt.Errorf("%w: no answer within %v", ErrSilent, r.deadline)
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", ErrSilent, ctx.Err())
	}
}

// take waits for the turn, no longer than the call that has it may take.
func (r *Ring) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	select {
	case <-r.turn:
		r.since = time.Now()
		r.mu.Unlock()
		return nil
	default:
	}
	late := time.NewTimer(max(r.deadline-time.Since(r.since), 0))
	r.mu.Unlock()
	defer late.Stop()
	select {
	case <-r.turn:
		r.begins()
		return nil
	case <-late.C:
		return errors.New("an earlier call still hangs")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begins notes that a call begins, or that the next one may: whoever comes
// between the two must not take the one before for a call that hangs.
func (r *Ring) begins() {
	r.mu.Lock()
	r.since = time.Now()
	r.mu.Unlock()
}

// classify gives a failure one of our names. What says neither that the entry is
// missing nor that there is no keyring may be anything.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, system.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, system.ErrUnsupportedPlatform), none(err):
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	return fmt.Errorf("%w: %w", ErrSilent, err)
}
