package seal

import (
	"bytes"
	"context"
	"crypto/hpke"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal/keyring"
)

// A recovery code is 130 random bits in Crockford's base32, 26 characters, and
// one more by which any one wrong character and any two that changed places are
// noticed.
const (
	alphabet   = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength = 26
	codeGroup  = 4
)

// NewCode makes a recovery code as it is written down: XXXX-XXXX-…. It opens
// nothing until UseRecovery is told that somebody has it on paper.
func NewCode() privacy.Sensitive[string] {
	digits := make([]byte, codeLength)
	_, _ = rand.Read(digits)
	for i := range digits {
		digits[i] &= 31
	}
	digits = append(digits, check(digits))
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[d])
	}
	return privacy.Hide(b.String())
}

// check is the digits as a polynomial over GF(32) at a generator of it, so that
// every place counts differently.
func check(digits []byte) (sum byte) {
	for _, d := range append(bytes.Clone(digits), 0) {
		sum <<= 1
		if sum > 31 {
			sum ^= 0b100101 // x^5 + x^2 + 1
		}
		sum ^= d
	}
	return sum
}

// parseCode reads a code as people type it: small letters, any groups, and the
// letters that look like digits.
func parseCode(code string) (hpke.PrivateKey, error) {
	digits := make([]byte, 0, codeLength+1)
	for _, r := range strings.ToUpper(code) {
		switch r {
		case ' ', '-', '\t', '\n', '\r', '\u00a0', '\u202f', '‐', '‑', '–':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		d := strings.IndexRune(alphabet, r)
		if d < 0 || len(digits) > codeLength {
			return nil, desk.ErrWrongCode
		}
		digits = append(digits, byte(d))
	}
	if len(digits) != codeLength+1 || check(digits[:codeLength]) != digits[codeLength] {
		return nil, desk.ErrWrongCode
	}
	defer clear(digits)
	return pair(digits[:codeLength], "guichet recovery")
}

// HasRecovery tells whether a recovery code is in use.
func (s *Safe) HasRecovery() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept.Recovery != nil
}

// Recoverable tells whether a recovery code opens the person's key, this one or an
// older.
func (s *Safe) Recoverable(person string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept.Persons[s.kept.name(person)].Wrapped != nil
}

// UseRecovery makes a code of NewCode the recovery code: of every key without a
// PIN, of that of whoever has made it, PIN or not, and of those that come later. An
// older code opens from then on only what is behind the PIN of somebody else: a
// code that a colleague has made opens nothing of theirs. A code that was mistyped
// is desk.ErrWrongCode, a PIN of the person that was not given yet desk.ErrLocked.
func (s *Safe) UseRecovery(ctx context.Context, code, person string) error {
	private, err := parseCode(code)
	if err != nil {
		return fmt.Errorf("use recovery code: %w", err)
	}
	release, err := s.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !s.Sealed() {
		return fmt.Errorf("use recovery code: %w", desk.ErrKeyring.With(keyring.ErrNone))
	}
	public := private.PublicKey().Bytes()
	wrapped, err := s.wrapAll(ctx, public, nameOf(s.install, person))
	if err != nil {
		return fmt.Errorf("use recovery code: %w", err)
	}
	err = s.change(ctx, func(k *kept) {
		k.Recovery = public
		for name, w := range wrapped {
			r := k.Persons[name]
			r.Wrapped, r.WrappedFor = w, public
			k.Persons[name] = r
		}
	})
	if err != nil {
		return fmt.Errorf("use recovery code: %w", err)
	}
	return nil
}

// wrapAll seals every key without a PIN, and that of the person whose name is own,
// to a recovery code.
func (s *Safe) wrapAll(ctx context.Context, public []byte, own string) (map[string][]byte, error) {
	wrapped := map[string][]byte{}
	for name, r := range s.kept.Persons {
		if r.Forgotten || r.PIN && name != own {
			continue
		}
		_, root := s.root(name)
		if root == nil && r.PIN {
			return nil, desk.ErrLocked
		}
		if root == nil {
			e, err := s.entry(ctx, s.account(name))
			switch {
			case errors.Is(err, keyring.ErrNotFound), errors.Is(err, desk.ErrKeyLost):
				continue // the older code may still have it
			case err != nil:
				return nil, err
			case e.bare == nil || !bytes.Equal(e.public, r.Public):
				continue
			}
			root = e.bare
		}
		w, err := hpkeSeal(public, []byte(forRecovery), root)
		clear(root)
		if err != nil {
			return nil, err
		}
		wrapped[name] = w
	}
	return wrapped, nil
}
