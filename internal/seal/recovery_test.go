package seal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

func TestCode(t *testing.T) {
	code := NewCode().Reveal()
	if groups := strings.Split(code, "-"); len(code) != 27+6 || len(groups) != 7 || len(groups[0]) != 4 {
		t.Errorf("%d characters, %d groups", len(code), len(groups))
	}
	private, err := parseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	want := string(private.PublicKey().Bytes())
	digits := strings.ReplaceAll(code, "-", "")
	sloppy := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(digits))
	for _, typed := range []string{digits, strings.ToLower(code), sloppy, " " + digits[:10] + "\u00a0" + digits[10:] + "\n", strings.ReplaceAll(code, "-", " ")} {
		if p, err := parseCode(typed); err != nil || string(p.PublicKey().Bytes()) != want {
			t.Errorf("typed otherwise: %v", err)
		}
	}
	for i := range digits {
		for _, c := range alphabet {
			if changed := digits[:i] + string(c) + digits[i+1:]; changed != digits {
				_, err := parseCode(changed)
				is(t, "one character", err, desk.ErrWrongCode)
			}
		}
		for j := range i {
			swapped := []byte(digits)
			if swapped[i], swapped[j] = swapped[j], swapped[i]; string(swapped) != digits {
				_, err := parseCode(string(swapped))
				is(t, "two characters", err, desk.ErrWrongCode)
			}
		}
		_, err := parseCode(digits[:i])
		is(t, "short", err, desk.ErrWrongCode)
		_, err = parseCode(digits[:i] + "U" + digits[i+1:])
		is(t, "a letter that is none", err, desk.ErrWrongCode)
		_, err = parseCode(digits + digits[:i+1])
		is(t, "long", err, desk.ErrWrongCode)
	}
}

func TestCodesDiffer(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		code := NewCode().Reveal()
		if _, err := parseCode(code); err != nil || seen[code] {
			t.Fatalf("%v, seen %t", err, seen[code])
		}
		seen[code] = true
	})
}

func clearRing(t *testing.T, ring *keyring.Memory) {
	t.Helper()
	for account := range ring.Entries() {
		if err := ring.Delete(t.Context(), account); err != nil {
			t.Fatal(err)
		}
	}
}

func mustUse(t *testing.T, s *Safe) (code string) {
	t.Helper()
	code = NewCode().Reveal()
	if err := s.UseRecovery(t.Context(), code, ""); err != nil {
		t.Fatalf("use code: %v", err)
	}
	return code
}

// The keyring is gone: the code brings back the keys of before it and after it,
// of those who were not at the desk too.
func TestRecover(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	if s.HasRecovery() {
		t.Error("a code before there is one")
	}
	s.Lock("denis")
	code := mustUse(t, s)
	enrol(t, s, "emma")
	sealed := map[string][]byte{}
	for _, p := range []string{"", "claire", "denis", "emma"} {
		sealed[p] = mustSeal(t, s, p, "text")
	}
	clearRing(t, ring)

	again := openSafe(t, s.dir, ring)
	if !again.HasRecovery() {
		t.Error("the code was not kept")
	}
	for p := range sealed {
		is(t, "enrol", again.Enrol(t.Context(), p), desk.ErrKeyLost)
	}
	if len(ring.Entries()) > 0 {
		t.Error("a key was made in place of a lost one")
	}
	_, err := again.Recover(t.Context(), NewCode().Reveal())
	is(t, "another code", err, desk.ErrWrongCode)
	_, err = again.Recover(t.Context(), "not a code")
	is(t, "no code", err, desk.ErrWrongCode)
	got, err := again.Recover(t.Context(), code)
	if err != nil || !slices.Equal(got, []string{"", "claire", "denis", "emma"}) {
		t.Errorf("%q, %v", got, err)
	}
	third := openSafe(t, s.dir, ring)
	for p, b := range sealed {
		opens(t, again, p, b, "text")
		enrol(t, third, p)
		opens(t, third, p, b, "text")
	}
	if got, err := third.Recover(t.Context(), code); err != nil || len(got) > 0 {
		t.Errorf("nothing was lost: %q, %v", got, err)
	}
}

func TestRecoverForgottenPIN(t *testing.T) {
	s, ring := newSafe(t, "claire", "denis")
	code := mustUse(t, s)
	sealed := mustSeal(t, s, "claire", "text")
	is(t, "set PIN", s.SetPIN(t.Context(), "claire", "1234"), nil)
	is(t, "set PIN", s.SetPIN(t.Context(), "denis", "1234"), nil)
	again := openSafe(t, s.dir, ring)
	if got, err := again.Recover(t.Context(), code); err != nil || len(got) > 0 {
		t.Errorf("took PINs away that nobody asked for: %q, %v", got, err)
	}
	_, err := again.Recover(t.Context(), code, "emma")
	is(t, "nobody", err, desk.ErrWrongCode)
	if got, err := again.Recover(t.Context(), code, "claire"); err != nil || !slices.Equal(got, []string{"claire"}) {
		t.Errorf("%q, %v", got, err)
	}
	opens(t, again, "claire", sealed, "text")
	if again.PIN("claire").Set || !again.PIN("denis").Set || again.IsOpen("denis") {
		t.Errorf("%+v, %+v", again.PIN("claire"), again.PIN("denis"))
	}
}

// A keyring that is gone for good: what the code opens is open until the end.
func TestRecoverWithoutKeyring(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	code := mustUse(t, s)
	sealed := mustSeal(t, s, "claire", "text")
	is(t, "set PIN", s.SetPIN(t.Context(), "denis", "1234"), nil)
	for _, fault := range []error{keyring.ErrNone, keyring.ErrSilent} {
		ring.Fault = func(_, _ string) error { return fault }
		again := openSafe(t, s.dir, ring)
		got, err := again.Recover(t.Context(), code)
		is(t, "recover", err, desk.ErrKeyring)
		if !slices.Equal(got, []string{"", "claire"}) {
			t.Errorf("%q", got)
		}
		opens(t, again, "claire", sealed, "text")
		got, err = again.Recover(t.Context(), code, "denis")
		is(t, "recover one behind a PIN", err, desk.ErrKeyring)
		if !slices.Equal(got, []string{"denis"}) || !again.PIN("denis").Set {
			t.Errorf("%q, %+v", got, again.PIN("denis"))
		}
	}
}

// A code that somebody has made opens nothing behind the PIN of another, whether
// that is open at the time or later; the older code does, and whoever has the PIN
// makes one for their own.
func TestNewCodeOfAnother(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	sealed := mustSeal(t, s, "claire", "text")
	older := mustUse(t, s)
	is(t, "set PIN", s.SetPIN(t.Context(), "claire", "1234"), nil)
	newer := NewCode().Reveal()
	is(t, "use", s.UseRecovery(t.Context(), newer, "denis"), nil)
	again := openSafe(t, s.dir, ring)
	is(t, "unlock", again.Unlock(t.Context(), "claire", "1234"), nil)
	for _, one := range []*Safe{s, openSafe(t, copyDir(t, s.dir), ring), again} {
		is(t, "the code of another", second(one.Recover(t.Context(), newer, "claire")), desk.ErrWrongCode)
		if !one.Recoverable("claire") {
			t.Error("the older code opens it")
		}
	}
	own := NewCode().Reveal()
	is(t, "use without the PIN", openSafe(t, copyDir(t, s.dir), ring).UseRecovery(t.Context(), own, "claire"), desk.ErrLocked)
	is(t, "use", again.UseRecovery(t.Context(), own, "claire"), nil)
	is(t, "the older code", second(again.Recover(t.Context(), older, "claire")), desk.ErrWrongCode)
	is(t, "her own", second(again.Recover(t.Context(), own, "claire")), nil)
	opens(t, again, "claire", sealed, "text")

	without, _ := newSafe(t, "", "claire")
	is(t, "set PIN", without.SetPIN(t.Context(), "claire", "1234"), nil)
	is(t, "use", without.UseRecovery(t.Context(), newer, ""), nil)
	if without.Recoverable("claire") || !without.Recoverable("") {
		t.Error("no code opens hers, and one the PC's")
	}
}

// A new code takes the place of the old one, but for a key that cannot be had
// without its PIN: that follows when it is opened.
func TestNewCodeTakesOver(t *testing.T) {
	s, ring := newSafe(t, "", "claire", "denis")
	older := mustUse(t, s)
	is(t, "set PIN", s.SetPIN(t.Context(), "denis", "1234"), nil)
	is(t, "mistyped", s.UseRecovery(t.Context(), "AAAA", ""), desk.ErrWrongCode)

	again := openSafe(t, s.dir, ring)
	newer := mustUse(t, again)
	clearRing(t, ring)
	for code, want := range map[string][]string{older: {"denis"}, newer: {"", "claire"}} {
		lost := openSafe(t, copyDir(t, again.dir), &keyring.Memory{})
		if got, err := lost.Recover(t.Context(), code); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	ring = &keyring.Memory{}
	is(t, "recover", second(again.use(ring).Recover(t.Context(), older)), nil)
	lost := openSafe(t, copyDir(t, again.dir), &keyring.Memory{})
	is(t, "the older code", second(lost.Recover(t.Context(), older)), desk.ErrWrongCode)
	if got, err := lost.Recover(t.Context(), newer); err != nil || fmt.Sprint(got) != "[ claire denis]" {
		t.Errorf("%q, %v", got, err)
	}
}

func (s *Safe) use(ring Keyring) *Safe { s.ring = ring; return s }

func second[T any](_ T, err error) error { return err }

// A keyring that does not answer while a code is taken into use: no key is left
// out in silence.
func TestUseRecoveryNeedsTheKeyring(t *testing.T) {
	s, ring := newSafe(t, "", "claire")
	s.Lock("claire")
	ring.Fault = func(_, _ string) error { return keyring.ErrSilent }
	is(t, "use code", s.UseRecovery(t.Context(), NewCode().Reveal(), ""), desk.ErrKeyring)
	if s.HasRecovery() {
		t.Error("a code that does not open every key")
	}
}

// Copies that were put in each other's place are of no use to either.
func TestSwappedCopies(t *testing.T) {
	s, _ := newSafe(t, "claire", "denis")
	code := mustUse(t, s)
	a, ra, _ := s.record("claire")
	b, rb, _ := s.record("denis")
	ra.Wrapped, rb.Wrapped = rb.Wrapped, ra.Wrapped
	is(t, "swap", s.change(t.Context(), func(k *kept) { k.Persons[a], k.Persons[b] = ra, rb }), nil)
	again := openSafe(t, s.dir, &keyring.Memory{})
	got, err := again.Recover(t.Context(), code)
	is(t, "recover", err, desk.ErrDamaged)
	if len(got) > 0 || again.IsOpen("claire") || again.IsOpen("denis") {
		t.Errorf("opened %q", got)
	}
}
