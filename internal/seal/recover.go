package seal

import (
	"bytes"
	"context"
	"crypto/hpke"
	"errors"
	"fmt"
	"slices"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

// Recover brings keys back with the recovery code, and tells whose. The keyring
// has them again then, without a PIN, and they are open. Without persons named it
// is every key that the keyring does not have any more; of persons named, the key
// in any case, and a PIN that they have forgotten is gone.
//
// If the keyring cannot take them, they are open until the program ends, and the
// error is desk.ErrKeyring beside the persons. A code that opens nothing here is
// desk.ErrWrongCode.
func (s *Safe) Recover(ctx context.Context, code string, persons ...string) (opened []string, err error) {
	private, err := parseCode(code)
	if err != nil {
		return nil, fmt.Errorf("recover: %w", err)
	}
	release, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	opened, err = s.recover(ctx, private, persons)
	if err != nil {
		err = fmt.Errorf("recover: %w", err)
	}
	return opened, err
}

// found is a key that the code opens.
type found struct {
	name, person string
	root         []byte
}

func (s *Safe) recover(ctx context.Context, private hpke.PrivateKey, persons []string) (opened []string, err error) {
	all, err := s.find(private)
	defer func() {
		for _, f := range all {
			clear(f.root)
		}
	}()
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		if !slices.ContainsFunc(all, func(f found) bool { return f.person == p }) {
			return nil, desk.ErrWrongCode
		}
	}
	var stored error
	for _, f := range all {
		if len(persons) > 0 && !slices.Contains(persons, f.person) || len(persons) == 0 && !s.lacks(ctx, f.name) {
			continue
		}
		r := s.kept.Persons[f.name]
		if err := s.put(ctx, s.account(f.name), bareEntry(f.root)); err != nil {
			stored = err
		} else {
			r.PIN, r.Failures, r.Tried = false, 0, 0
		}
		if err := s.admit(ctx, f.name, f.person, r, f.root); err != nil {
			return opened, err
		}
		opened = append(opened, f.person)
	}
	if stored == nil && len(opened) > 0 {
		stored = s.put(ctx, s.folder(), installEntry(s.install))
	}
	slices.Sort(opened)
	return opened, stored
}

// find opens every key that is wrapped for the code.
func (s *Safe) find(private hpke.PrivateKey) (all []found, err error) {
	public := private.PublicKey().Bytes()
	for name, r := range s.kept.Persons {
		if r.Forgotten || !bytes.Equal(r.WrappedFor, public) {
			continue
		}
		root, err := hpkeOpen(private, []byte(forRecovery), r.Wrapped)
		if err != nil {
			return all, desk.ErrDamaged.With(errors.New("a copy for the recovery code was altered"))
		}
		k, err := derive(root)
		if err != nil {
			return all, err
		}
		person, err := k.open(forName, name, r.Person)
		if err != nil {
			return all, desk.ErrDamaged.With(errors.New("a copy for the recovery code is of another key"))
		}
		all = append(all, found{name, string(person), root})
	}
	if len(all) == 0 {
		return nil, desk.ErrWrongCode
	}
	return all, nil
}

// lacks tells whether the keyring is without the key. One that does not answer
// lacks those that no PIN protects: they can be opened for now.
func (s *Safe) lacks(ctx context.Context, name string) bool {
	r := s.kept.Persons[name]
	e, err := s.entry(ctx, s.account(name))
	switch {
	case errors.Is(err, desk.ErrKeyring):
		return !r.PIN
	case errors.Is(err, keyring.ErrNotFound), errors.Is(err, desk.ErrKeyLost):
		return true
	}
	return err == nil && !bytes.Equal(e.public, r.Public)
}
