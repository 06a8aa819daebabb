package seal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

var errOther = errors.New("some other fault")

// What each state of the keyring does to persons with and without a key. A
// keyring that does not answer never has a key made, nor one overwritten.
func TestKeyringStates(t *testing.T) {
	silent := fmt.Errorf("read: %w", keyring.ErrSilent)
	for name, c := range map[string]struct {
		fault               error
		gets                bool        // only reading fails
		first, known, other *desk.Error // Enrol on a fresh folder, of a known person, of another there
		unlock              *desk.Error
	}{
		"Answers":    {},
		"None":       {fault: keyring.ErrNone, known: desk.ErrKeyring, other: desk.ErrKeyring, unlock: desk.ErrKeyring},
		"Silent":     {fault: silent, first: desk.ErrKeyring, known: desk.ErrKeyring, other: desk.ErrKeyring, unlock: desk.ErrKeyring},
		"OtherFault": {fault: errOther, first: desk.ErrKeyring, known: desk.ErrKeyring, other: desk.ErrKeyring, unlock: desk.ErrKeyring},
		"GetSilent":  {fault: silent, gets: true, first: desk.ErrKeyring, known: desk.ErrKeyring, other: desk.ErrKeyring, unlock: desk.ErrKeyring},
		"Missing":    {fault: keyring.ErrNotFound, first: desk.ErrKeyring, known: desk.ErrKeyLost, other: desk.ErrKeyring, unlock: desk.ErrKeyLost},
	} {
		t.Run(name, func(t *testing.T) {
			ring := &keyring.Memory{}
			dir := t.TempDir()
			sealed := mustSealAs(t, openSafe(t, dir, ring), "claire")
			ring.Fault = func(op, _ string) error {
				if c.gets && op != "get" {
					return nil
				}
				if op == "set" && errors.Is(c.fault, keyring.ErrNotFound) {
					return errOther // no key is made, so that the cases stay apart
				}
				return c.fault
			}
			before := fmt.Sprint(ring.Entries())

			fresh := openSafe(t, t.TempDir(), ring)
			is(t, "first start", fresh.Enrol(t.Context(), ""), c.first)
			if fresh.Sealed() != (c.fault == nil) {
				t.Errorf("first start: sealed is %t", fresh.Sealed())
			}
			if !fresh.Sealed() {
				opens(t, fresh, "", mustSeal(t, fresh, "", "[1]"), "[1]")
			}

			s := openSafe(t, dir, ring)
			if !s.Sealed() || s.IsOpen("claire") {
				t.Error("known folder: not sealed, or open before anybody asked")
			}
			is(t, "enrol known", s.Enrol(t.Context(), "claire"), c.known)
			is(t, "enrol another", s.Enrol(t.Context(), "denis"), c.other)
			s.Lock("claire")
			is(t, "unlock", s.Unlock(t.Context(), "claire", ""), c.unlock)
			if c.fault != nil {
				if after := fmt.Sprint(ring.Entries()); after != before {
					t.Error("the keyring was changed")
				}
				_, err := s.Open("claire", sealed)
				is(t, "open", err, desk.ErrLocked)
				mustSeal(t, s, "claire", "written meanwhile") // the desk goes on
			}

			ring.Fault = nil
			enrol(t, s, "claire")
			opens(t, s, "claire", sealed, "text")
			enrol(t, fresh, "")
			if !fresh.Sealed() {
				t.Error("the keyring is back, and nothing is sealed")
			}
		})
	}
}

func mustSealAs(tb testing.TB, s *Safe, person string) []byte {
	tb.Helper()
	enrol(tb, s, person)
	return mustSeal(tb, s, person, "text")
}

func TestEnrol(t *testing.T) {
	t.Run("Twice", func(t *testing.T) {
		s, ring := newSafe(t, "claire")
		sealed := mustSeal(t, s, "claire", "text")
		before := fmt.Sprint(ring.Entries())
		enrol(t, s, "claire")
		again := openSafe(t, s.dir, ring)
		enrol(t, again, "claire")
		opens(t, again, "claire", sealed, "text")
		if fmt.Sprint(ring.Entries()) != before {
			t.Error("the keyring was changed")
		}
	})
	t.Run("NotKept", func(t *testing.T) {
		s := openSafe(t, t.TempDir(), forgetful{&keyring.Memory{}})
		is(t, "a keyring that forgets", s.Enrol(t.Context(), ""), desk.ErrKeyring)
		if s.Sealed() {
			t.Error("sealed with a key that is nowhere")
		}
	})
	t.Run("NotFinished", func(t *testing.T) {
		ring := &keyring.Memory{Fault: func(op, account string) error {
			if op == "set" && !strings.HasPrefix(account, "folder/") {
				return keyring.ErrSilent
			}
			return nil
		}}
		s := openSafe(t, t.TempDir(), ring)
		is(t, "enrol", s.Enrol(t.Context(), ""), desk.ErrKeyring)
		if s.Sealed() || string(mustSeal(t, s, "", "[1]")) != "[1]" {
			t.Error("sealed before there is a key")
		}
		ring.Fault = nil
		block(t, s.dir)
		if err := s.Enrol(t.Context(), ""); err == nil || s.Sealed() || s.IsOpen("") != true {
			t.Errorf("sealed with a key that is not written down: %v", err)
		}
		unblock(t, s.dir)
		opens(t, openSafe(t, s.dir, ring), "", mustSeal(t, s, "", "[1]"), "[1]")
		enrol(t, s, "")
		if len(ring.Entries()) != 2 {
			t.Errorf("%d entries", len(ring.Entries()))
		}
	})
	t.Run("AnotherKeyThere", func(t *testing.T) {
		s, ring := newSafe(t, "claire")
		name, _, _ := s.record("claire")
		k, err := newKeys()
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Set(t.Context(), s.account(name), bareEntry(k.root[:])); err != nil {
			t.Fatal(err)
		}
		again := openSafe(t, s.dir, ring)
		is(t, "enrol", again.Enrol(t.Context(), "claire"), desk.ErrKeyLost)
		is(t, "unlock", again.Unlock(t.Context(), "claire", ""), desk.ErrKeyLost)
	})
	t.Run("EntryNotOurs", func(t *testing.T) {
		s, ring := newSafe(t, "claire")
		name, _, _ := s.record("claire")
		for what, c := range map[string]struct {
			entry []byte
			want  *desk.Error
		}{
			"Noise":  {noise(50), desk.ErrTooNew}, // its first byte is above ours
			"Zeroes": {make([]byte, 50), desk.ErrKeyLost},
			"Short":  {append([]byte{entryFormat, entryBare}, noise(31)...), desk.ErrKeyLost},
			"Costly": {append([]byte{entryFormat, entryPIN, 255}, make([]byte, 104)...), desk.ErrKeyLost},
			"Memory": {append([]byte{entryFormat, entryPIN, 0, 0, 0, 1, 255, 0, 0, 0, 1}, make([]byte, 96)...), desk.ErrKeyLost},
			"Newer":  {append([]byte{entryFormat + 1, entryBare}, noise(40)...), desk.ErrTooNew},
		} {
			if err := ring.Set(t.Context(), s.account(name), c.entry); err != nil {
				t.Fatal(err)
			}
			_, err := parseEntry(c.entry)
			is(t, what, err, c.want)
			again := openSafe(t, s.dir, ring)
			is(t, what, again.Enrol(t.Context(), "claire"), c.want)
			is(t, what, again.Unlock(t.Context(), "claire", "1234"), c.want)
			if got := ring.Entries()[s.account(name)]; string(got) != string(c.entry) {
				t.Errorf("%s: overwritten", what)
			}
		}
	})
	t.Run("Cancelled", func(t *testing.T) {
		s, _ := newSafe(t, "claire")
		release, err := s.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for what, err := range map[string]error{
			"enrol": s.Enrol(ctx, "denis"), "unlock": s.Unlock(ctx, "claire", ""), "forget": s.Forget(ctx, "claire"),
			"set": s.SetPIN(ctx, "claire", "1234"), "clear": s.ClearPIN(ctx, "claire"), "use": s.UseRecovery(ctx, NewCode().Reveal(), ""),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
	t.Run("NeverEnrolled", func(t *testing.T) {
		s, _ := newSafe(t, "claire")
		is(t, "unlock", s.Unlock(t.Context(), "denis", ""), desk.ErrNotFound)
		is(t, "set PIN", s.SetPIN(t.Context(), "denis", "1234"), desk.ErrLocked)
	})
}

// forgetful says that it has kept what it has not.
type forgetful struct{ *keyring.Memory }

func (forgetful) Set(context.Context, string, []byte) error { return nil }

// Two data folders of one account do not share keys, nor does what one forgets
// touch the other.
func TestFoldersAreApart(t *testing.T) {
	ring := &keyring.Memory{}
	a, b := openSafe(t, t.TempDir(), ring), openSafe(t, t.TempDir(), ring)
	inA, inB := mustSealAs(t, a, "claire"), mustSealAs(t, b, "claire")
	_, err := a.Open("claire", inB)
	is(t, "of the other folder", err, desk.ErrKeyLost)
	is(t, "forget", b.Forget(t.Context(), "claire"), nil)
	again := openSafe(t, a.dir, ring)
	enrol(t, again, "claire")
	opens(t, again, "claire", inA, "text")
}
