// Package seal keeps the texts and bytes of the people at a desk unreadable to
// whoever has only the disk. Each person has a key, and so has the PC (the
// person ""). A key lies in the keyring of the operating system, by itself or
// wrapped with a PIN; keys.json in the data folder has what else is needed: the
// public half, so that something can be sealed for a person who is not here, and
// a copy of the key that only the recovery code opens.
//
// Where the system has no keyring nothing is sealed (Sealed tells), and what was
// stored so can be read for ever. Sealing protects from who finds a disk. It does
// not protect from who can change it (a plain value is read as one), nor from
// programs of the same account while a key is open; without a PIN a key can be
// opened by anybody who uses the account, and with one by who has the time to
// try all PINs by a program of their own.
//
// The package does not know who is at the desk, and asks nobody for a PIN.
package seal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// Keyring keeps secrets of 32 to 1,920 bytes. Its errors are those of package
// keyring: only ErrNotFound says that there is no such entry, and only ErrNone
// that there is no keyring.
type Keyring interface {
	Get(ctx context.Context, account string) ([]byte, error)
	Set(ctx context.Context, account string, secret []byte) error
	Delete(ctx context.Context, account string) error
}

// Safe is the keys of one data folder. It implements privacy.Sealer. Several
// goroutines may use it; sealing and opening never wait for the keyring.
type Safe struct {
	dir      string
	ring     Keyring
	cost     cost
	now      func() time.Time
	written  func(file string) // after each step of writing keys.json, for the tests that stop there
	turn     chan struct{}     // holds one token, which whoever changes keys takes
	install  string            // the id that keys.json will have, from before there is one; for whoever has the turn
	repaired bool

	mu    sync.RWMutex
	kept  kept                                // on the disk; changed by whoever has the turn alone, who may read it without mu
	open  map[string]privacy.Sensitive[*keys] // by the person's name in kept
	tried map[string]time.Time                // when this process last tried a PIN, by the same
}

// Open reads the keys of a data folder. It does not ask the keyring and opens no
// key: Enrol and Unlock do. Where keys.json and its copy are both damaged it
// answers desk.ErrDamaged, and desk.ErrTooNew where a newer Guichet wrote one; it
// changes neither then.
func Open(ctx context.Context, dir string, ring Keyring) (*Safe, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find data folder: %w", err)
	}
	s := &Safe{
		dir: absolute, ring: ring, cost: standard, now: time.Now, written: func(string) {}, turn: make(chan struct{}, 1),
		open: map[string]privacy.Sensitive[*keys]{}, tried: map[string]time.Time{},
	}
	s.turn <- struct{}{}
	if err := s.load(ctx); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return s, nil
}

// Sealed tells whether what is stored is sealed. It is false until Enrol has
// found a keyring for the first time, and true from then on, whatever becomes of
// the keyring.
func (s *Safe) Sealed() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept.Install != ""
}

// Repaired tells whether Open found one of the two copies of the keys damaged
// and has made it anew from the other. The damaged one is kept beside it.
func (s *Safe) Repaired() bool { return s.repaired }

// IsOpen tells whether what is sealed for the person can be read now.
func (s *Safe) IsOpen(person string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.kept.Install == "" {
		return true
	}
	_, open := s.open[s.kept.name(person)]
	return open
}

// Lock forgets the person's key until it is unlocked again. Streams that are
// open stay so.
func (s *Safe) Lock(person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.kept.name(person))
}

// drop forgets an open key. The caller holds mu.
func (s *Safe) drop(name string) {
	if k, open := s.open[name]; open {
		clear(k.Reveal().root[:])
		delete(s.open, name)
	}
}

// Seal implements privacy.Sealer. A person whose key is not open here can be
// sealed for all the same; one who was never enrolled is desk.ErrLocked.
func (s *Safe) Seal(person string, plain []byte) ([]byte, error) {
	if !s.Sealed() {
		if len(plain) > 0 && plain[0] < firstPlain {
			return nil, errors.New("seal: a plain value that begins like a sealed one")
		}
		return plain, nil
	}
	return s.seal(forValue, person, plain)
}

// Open implements privacy.Sealer. A value from before sealing is read as it is.
// Of a key that is not open here the error is desk.ErrLocked, of a key that this
// PC does not have desk.ErrKeyLost, of a value in a later format desk.ErrTooNew.
// One that was altered is none of these, but for its first five bytes, which say
// how and with which key it was sealed: it may pass for one of the last two.
func (s *Safe) Open(person string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] >= firstPlain {
		return sealed, nil
	}
	return s.unseal(forValue, person, sealed)
}

// seal seals for a person, by their own key if it is open, else by the public
// half of it.
func (s *Safe) seal(purpose, person string, plain []byte) ([]byte, error) {
	s.mu.RLock()
	name := s.kept.name(person)
	own, open := s.open[name]
	r, known := s.kept.Persons[name]
	s.mu.RUnlock()
	switch {
	case open:
		return own.Reveal().seal(purpose, person, plain), nil
	case known && !r.Forgotten:
		return sealTo(r.Public, purpose, person, plain)
	}
	return nil, fmt.Errorf("seal: %w", desk.ErrLocked.With(errors.New("this person has no key here yet")))
}

func (s *Safe) unseal(purpose, person string, sealed []byte) ([]byte, error) {
	// What can be no sealed value is told before the key is asked for: it is damage,
	// and not locked.
	switch kind := sealed[0]; {
	case kind > kindPublic:
		return nil, desk.ErrTooNew.With(fmt.Errorf("open: value of kind %d", kind))
	case kind < kindOwn, len(sealed) < headerSize+nonceSize+tagSize:
		return nil, fmt.Errorf("open: %w", errAltered)
	}
	s.mu.RLock()
	own, open := s.open[s.kept.name(person)]
	s.mu.RUnlock()
	if !open {
		return nil, fmt.Errorf("open: %w", desk.ErrLocked)
	}
	return own.Reveal().open(purpose, person, sealed)
}
