package keyring_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
)

// The keys of a data folder in a real keyring, over restarts of the program, a
// PIN, and the loss of all that is in the keyring.
func TestSealWithRealKeyring(t *testing.T) {
	keyring.Inside(t, "TestChildSeal", "cd $HOME; "+keyring.Unlocked+"$TEST")
}

func TestChildSeal(t *testing.T) {
	keyring.Child(t, true)
	ctx, dir := t.Context(), t.TempDir()
	ring := keyring.New("Guichet", 20*time.Second)
	open := func() *seal.Safe {
		t.Helper()
		s, err := seal.Open(ctx, dir, ring)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reads := func(s *seal.Safe, sealed []byte) {
		t.Helper()
		if got, err := s.Open("claire", sealed); err != nil || string(got) != "text" {
			t.Errorf("%q, %v", got, err)
		}
	}
	s := open()
	must(s.Enrol(ctx, ""))
	must(s.Enrol(ctx, "claire"))
	sealed, err := s.Seal("claire", []byte("text"))
	must(err)
	code := seal.NewCode().Reveal()
	must(s.UseRecovery(ctx, code, ""))

	s = open()
	must(s.Enrol(ctx, "claire"))
	reads(s, sealed)
	must(s.SetPIN(ctx, "claire", "1234"))

	s = open()
	if err := s.Unlock(ctx, "claire", "0000"); !errors.Is(err, desk.ErrWrongPIN) {
		t.Errorf("wrong PIN: %v", err)
	}
	must(s.Unlock(ctx, "claire", "1234"))
	reads(s, sealed)

	ring = keyring.New("Guichet after a new installation", 20*time.Second)
	s = open()
	if err := s.Enrol(ctx, "claire"); !errors.Is(err, desk.ErrKeyLost) {
		t.Errorf("lost: %v", err)
	}
	got, err := s.Recover(ctx, code)
	must(err)
	if !slices.Equal(got, []string{"", "claire"}) {
		t.Errorf("%q", got)
	}
	s = open()
	must(s.Enrol(ctx, "claire"))
	reads(s, sealed)
	must(s.Forget(ctx, "claire"))
	if _, err := s.Open("claire", sealed); !errors.Is(err, desk.ErrLocked) {
		t.Errorf("forgotten: %v", err)
	}
}
