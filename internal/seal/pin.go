package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

// The limits of a PIN.
const (
	MinPIN      = 4  // characters
	MaxPIN      = 64 // bytes
	MaxFailures = 10 // wrong ones; after them only the recovery code opens
	freeTries   = 2  // wrong ones after which the next may be tried at once
)

// FieldPIN is the field of a desk.Problem with a PIN that cannot be set.
const FieldPIN = "pin"

// PINState is what can be told of a person's PIN.
type PINState struct {
	Set  bool
	Left int           // tries that are left
	Wait time.Duration // until the next one may be made
}

// PIN tells whether a PIN protects the person's key. It does not ask the keyring.
func (s *Safe) PIN(person string) PINState {
	name, r, _ := s.record(person)
	if !r.PIN {
		return PINState{}
	}
	return PINState{Set: true, Left: max(0, MaxFailures-r.Failures), Wait: s.wait(name, r)}
}

// delay is how long the next try has to wait after so many wrong ones.
func delay(failures int) time.Duration {
	if failures <= freeTries {
		return 0
	}
	return time.Second << min(failures-freeTries-1, 10)
}

// wait is how much of the delay is left. This process knows when it last tried by
// a clock that cannot be put back. Another one's last try is known by the time of
// day alone; if that lies ahead, the clock has been put back, and the delay
// begins anew.
func (s *Safe) wait(name string, r record) time.Duration {
	d := delay(r.Failures)
	if d == 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	last, here := s.tried[name]
	if !here {
		last = time.UnixMilli(r.Tried)
	}
	if now.Before(last) {
		last = now
		s.tried[name] = now
	}
	return max(0, d-now.Sub(last))
}

// Unlock opens the person's key. A PIN that is set is always asked for, even if
// the key is open already: without one the error is desk.ErrLocked, after a wrong
// one desk.ErrWrongPIN, before the time desk.ErrPINSoon, after too many
// desk.ErrPINLimit. Those of the keyring are those of Enrol; a person who was
// never enrolled is desk.ErrNotFound. It takes about half a second with a PIN.
func (s *Safe) Unlock(ctx context.Context, person, pin string) error {
	release, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := s.unlock(ctx, person, pin); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

func (s *Safe) unlock(ctx context.Context, person, pin string) error {
	if !s.Sealed() {
		return nil
	}
	name, r, known := s.record(person)
	switch {
	case !known || r.Forgotten:
		return desk.ErrNotFound
	case !r.PIN && s.IsOpen(person):
		return nil
	}
	e, err := s.entry(ctx, s.account(name))
	if errors.Is(err, keyring.ErrNotFound) {
		return desk.ErrKeyLost.With(err)
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(e.public, r.Public) {
		return desk.ErrKeyLost.With(errors.New("the keyring has another key"))
	}
	root := e.bare
	if r.PIN = root == nil; r.PIN {
		if root, r, err = s.try(ctx, name, r, e, pin); err != nil {
			return err
		}
	}
	defer clear(root)
	return s.admit(ctx, name, person, r, root)
}

// try tries a PIN. It is counted as a wrong one before it is tried, so that who
// ends the program in time has not had it for nothing.
func (s *Safe) try(ctx context.Context, name string, r record, e entry, pin string) ([]byte, record, error) {
	switch {
	case pin == "":
		return nil, r, errors.Join(desk.ErrLocked, s.note(ctx, name, r))
	case r.Failures >= MaxFailures:
		return nil, r, desk.ErrPINLimit
	case s.wait(name, r) > 0:
		return nil, r, desk.ErrPINSoon
	}
	s.mu.Lock()
	now := s.now()
	s.tried[name] = now
	s.mu.Unlock()
	r.Failures, r.Tried = r.Failures+1, now.UnixMilli()
	if err := s.note(ctx, name, r); err != nil {
		return nil, r, err
	}
	root, err := e.unwrap(pin)
	if err != nil {
		return nil, r, err
	}
	if k, err := derive(root); err != nil || !bytes.Equal(k.public, r.Public) {
		return nil, r, desk.ErrKeyLost.With(errors.New("the keyring has another key"))
	}
	r.Failures, r.Tried = 0, 0
	return root, r, nil
}

// SetPIN wraps the person's key with a PIN; from then on the keyring has it in no
// other form. The key must be open (else desk.ErrLocked), and stays so. A PIN
// that is too short or too long is desk.ErrInvalid, about FieldPIN.
func (s *Safe) SetPIN(ctx context.Context, person, pin string) error {
	if n := utf8.RuneCountInString(pin); n < MinPIN {
		return desk.Invalid(desk.Problem{Field: FieldPIN, Code: desk.CodeTooShort, Min: MinPIN, Actual: int64(n)})
	}
	if len(pin) > MaxPIN {
		return desk.Invalid(desk.Problem{Field: FieldPIN, Code: desk.CodeTooLong, Max: MaxPIN, Actual: int64(len(pin))})
	}
	return s.rewrite(ctx, "set PIN", person, func(k *keys, root []byte) ([]byte, error) { return pinEntry(k, root, pin, s.cost) })
}

// ClearPIN takes the PIN away. The key must be open (else desk.ErrLocked), and
// stays so.
func (s *Safe) ClearPIN(ctx context.Context, person string) error {
	return s.rewrite(ctx, "clear PIN", person, func(_ *keys, root []byte) ([]byte, error) { return bareEntry(root), nil })
}

// rewrite gives an open key another form in the keyring. What is there decides,
// so it is written first, and keys.json follows; if the program ends between the
// two, the next Enrol or Unlock corrects keys.json.
func (s *Safe) rewrite(ctx context.Context, op, person string, form func(k *keys, root []byte) ([]byte, error)) error {
	release, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !s.Sealed() {
		return fmt.Errorf("%s: %w", op, desk.ErrKeyring.With(keyring.ErrNone))
	}
	name, r, _ := s.record(person)
	k, root := s.root(name)
	if k == nil {
		return fmt.Errorf("%s: %w", op, desk.ErrLocked)
	}
	defer clear(root)
	secret, err := form(k, root)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	e, err := parseEntry(secret)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := s.put(ctx, s.account(name), secret); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	r.PIN, r.Failures, r.Tried = e.bare == nil, 0, 0
	if err := s.note(ctx, name, r); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// root gives an open key and a copy of its root, which Lock does not clear.
func (s *Safe) root(name string) (*keys, []byte) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	own, open := s.open[name]
	if !open {
		return nil, nil
	}
	return own.Reveal(), bytes.Clone(own.Reveal().root[:])
}
