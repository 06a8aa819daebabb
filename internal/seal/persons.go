package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal/keyring"
)

// take waits until nobody else changes keys. Release gives the turn back.
func (s *Safe) take(ctx context.Context) (release func(), err error) {
	select {
	case <-s.turn:
		return func() { s.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Safe) record(person string) (name string, r record, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	name = s.kept.name(person)
	r, known = s.kept.Persons[name]
	return name, r, known
}

// Enrol makes sure that the person has a key, and opens it unless a PIN is asked
// for. Where the system has no keyring and nothing was ever sealed it does
// nothing; the first time that it finds one, sealing begins.
//
// A keyring that does not answer, or that is gone, is desk.ErrKeyring: no key is
// made then. A key that there should be and that the keyring does not have is
// desk.ErrKeyLost: Recover brings it back, and after Forget there will be another.
func (s *Safe) Enrol(ctx context.Context, person string) error {
	release, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := s.enrol(ctx, person); err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	return nil
}

func (s *Safe) enrol(ctx context.Context, person string) error {
	if s.install == "" {
		if err := s.begin(ctx); err != nil || s.install == "" {
			return err
		}
	}
	name := nameOf(s.install, person)
	r, known := s.kept.Persons[name]
	if known && r.Forgotten {
		if err := s.erase(ctx, name); err != nil {
			return err
		}
		r, known = record{}, false
	}
	if known && s.IsOpen(person) {
		return nil
	}
	e, err := s.entry(ctx, s.account(name))
	switch {
	case errors.Is(err, keyring.ErrNotFound) && known:
		return desk.ErrKeyLost.With(err)
	case errors.Is(err, keyring.ErrNotFound):
		return s.create(ctx, name, person)
	case err != nil:
		return err
	case known && !bytes.Equal(r.Public, e.public):
		return desk.ErrKeyLost.With(errors.New("the keyring has another key"))
	}
	// An entry without a record is of a start that ended between the two, or
	// of a keys.json that was lost.
	r.Public, r.PIN = e.public, e.bare == nil
	if e.bare != nil {
		return s.admit(ctx, name, person, r, e.bare)
	}
	return s.note(ctx, name, r)
}

// begin gives the data folder an install id, if there is a keyring. The keyring
// has it too, by the place of the folder, so that the keys can be found again if
// both copies of keys.json are lost. It is written with the first record.
func (s *Safe) begin(ctx context.Context) error {
	id, err := s.ring.Get(ctx, s.folder())
	switch {
	case errors.Is(err, keyring.ErrNone):
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		id = installEntry(rand.Text())
		if err := s.put(ctx, s.folder(), id); err != nil {
			return err
		}
	case err != nil:
		return desk.ErrKeyring.With(err)
	}
	s.install = strings.TrimPrefix(string(id), installPrefix)
	return nil
}

// The prefix makes the id as long as an entry has to be.
const installPrefix = "install "

func installEntry(install string) []byte { return []byte(installPrefix + install) }

// folder is the keyring's account for the install id.
func (s *Safe) folder() string {
	dir := s.dir
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	sum := sha256.Sum256([]byte(dir))
	return "folder/" + hex.EncodeToString(sum[:10])
}

// create makes a key: into the keyring first, and into keys.json once it is
// there. If the program ends between the two, the next start finds an entry that
// nothing was sealed with yet, and takes it. The other way round it would find a
// key lost that nobody ever had.
func (s *Safe) create(ctx context.Context, name, person string) error {
	k, err := newKeys()
	if err != nil {
		return err
	}
	root := k.root[:]
	defer clear(root)
	if err := s.put(ctx, s.account(name), bareEntry(root)); err != nil {
		return err
	}
	return s.admit(ctx, name, person, record{Public: k.public}, root)
}

// admit opens a key, with a copy for the recovery code if there is one by now. One
// behind a PIN gets none: whoever made that code may be who the PIN is against.
func (s *Safe) admit(ctx context.Context, name, person string, r record, root []byte) error {
	k, err := derive(root)
	if err != nil {
		return err
	}
	if r.Person == nil {
		r.Person = k.seal(forName, name, []byte(person))
	}
	if s.kept.Recovery != nil && !r.PIN && !bytes.Equal(s.kept.Recovery, r.WrappedFor) {
		if r.Wrapped, err = hpkeSeal(s.kept.Recovery, []byte(forRecovery), root); err != nil {
			return err
		}
		r.WrappedFor = s.kept.Recovery
	}
	if err := s.note(ctx, name, r); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(name)
	s.open[name] = privacy.Hide(k)
	return nil
}

// note writes a record if it is not what is written.
func (s *Safe) note(ctx context.Context, name string, r record) error {
	if old, known := s.kept.Persons[name]; known && old.same(r) {
		return nil
	}
	return s.change(ctx, func(k *kept) { k.Persons[name] = r })
}

func (r record) same(o record) bool {
	return bytes.Equal(r.Public, o.Public) && bytes.Equal(r.Person, o.Person) && bytes.Equal(r.Wrapped, o.Wrapped) && bytes.Equal(r.WrappedFor, o.WrappedFor) &&
		r.PIN == o.PIN && r.Failures == o.Failures && r.Tried == o.Tried && r.Forgotten == o.Forgotten
}

// Forget erases the person's key and every copy of it: what was sealed with it
// cannot be read again, by nobody. If it fails it may have begun: the key opens
// nothing any more then, and Forget or Enrol go on where it stopped.
func (s *Safe) Forget(ctx context.Context, person string) error {
	release, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !s.Sealed() {
		return nil
	}
	name, _, _ := s.record(person)
	err = s.change(ctx, func(k *kept) { k.Persons[name] = record{Forgotten: true} })
	if s.kept.Persons[name].Forgotten {
		s.Lock(person)
	}
	if err == nil {
		err = s.erase(ctx, name)
	}
	if err != nil {
		return fmt.Errorf("forget key: %w", err)
	}
	return nil
}

// erase ends what Forget began.
func (s *Safe) erase(ctx context.Context, name string) error {
	if err := s.ring.Delete(ctx, s.account(name)); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return desk.ErrKeyring.With(err)
	}
	return s.change(ctx, func(k *kept) { delete(k.Persons, name) })
}
