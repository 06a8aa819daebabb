package seal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal/keyring"
)

var _ privacy.Sealer = (*Safe)(nil)

// cheap makes a try of a PIN quick.
var cheap = cost{time: 1, memory: 64, threads: 1}

func openSafe(tb testing.TB, dir string, ring Keyring) *Safe {
	tb.Helper()
	s, err := Open(tb.Context(), dir, ring)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	s.cost = cheap
	return s
}

// newSafe is one with a keyring and the keys of these persons open.
func newSafe(tb testing.TB, persons ...string) (*Safe, *keyring.Memory) {
	tb.Helper()
	ring := &keyring.Memory{}
	s := openSafe(tb, tb.TempDir(), ring)
	for _, p := range persons {
		enrol(tb, s, p)
	}
	return s, ring
}

func enrol(tb testing.TB, s *Safe, person string) {
	tb.Helper()
	if err := s.Enrol(tb.Context(), person); err != nil {
		tb.Fatalf("enrol %q: %v", person, err)
	}
}

func mustSeal(tb testing.TB, s *Safe, person, plain string) []byte {
	tb.Helper()
	sealed, err := s.Seal(person, []byte(plain))
	if err != nil {
		tb.Fatalf("seal: %v", err)
	}
	return sealed
}

func opens(tb testing.TB, s *Safe, person string, sealed []byte, want string) {
	tb.Helper()
	if got, err := s.Open(person, sealed); err != nil || string(got) != want {
		tb.Errorf("opened %q, %v; want %q", got, err, want)
	}
}

// is holds an error to one code, or to none if want is nil.
func is(tb testing.TB, what string, err error, want *desk.Error) {
	tb.Helper()
	switch {
	case want == nil && err != nil:
		tb.Errorf("%s: %v", what, err)
	case want != nil && !errors.Is(err, want):
		tb.Errorf("%s: %v, want %v", what, err, want)
	}
}

// altered holds an error to one that says that something is wrong with what is
// stored, and not that a key is missing for now.
func altered(tb testing.TB, what string, err error) {
	tb.Helper()
	if err == nil || errors.Is(err, desk.ErrLocked) || errors.Is(err, desk.ErrKeyring) {
		tb.Errorf("%s: %v", what, err)
	}
}

func TestWhatIsSealedOpens(t *testing.T) {
	s, _ := newSafe(t, "", "claire", "denis")
	s.Lock("denis")
	unlocked := openSafe(t, s.dir, s.ring)
	enrol(t, unlocked, "denis")
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.SampledFrom([]string{"", "claire", "denis"}).Draw(t, "person")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := s.Seal(person, plain)
		if err != nil {
			t.Fatal(err)
		}
		kind, reader := byte(kindOwn), s
		if person == "denis" {
			kind, reader = kindPublic, unlocked
		}
		if sealed[0] != kind {
			t.Errorf("kind %d", sealed[0])
		}
		if len(plain) > 7 && bytes.Contains(sealed, plain) {
			t.Error("the text is in what is sealed")
		}
		got, err := reader.Open(person, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("opened %x, %v", got, err)
		}
		again, _ := s.Seal(person, plain)
		if bytes.Equal(again, sealed) {
			t.Error("the same text is sealed the same way twice")
		}
	})
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	s, _ := newSafe(t, "claire", "denis")
	own := mustSeal(t, s, "claire", `{"subject":"Facture"}`)
	s.Lock("claire")
	public := mustSeal(t, s, "claire", `{"subject":"Facture"}`)
	enrol(t, s, "claire")
	for kind, sealed := range [][]byte{own, public} {
		for i := range sealed {
			for bit := range 8 {
				changed := bytes.Clone(sealed)
				changed[i] ^= 1 << bit
				if i == 0 && changed[0] >= firstPlain {
					continue // a value from before sealing, which nothing protects
				}
				_, err := s.Open("claire", changed)
				altered(t, fmt.Sprintf("kind %d, byte %d, bit %d", kind+1, i, bit), err)
			}
			if i > 0 {
				_, err := s.Open("claire", sealed[:i])
				altered(t, fmt.Sprintf("kind %d, first %d bytes", kind+1, i), err)
			}
		}
		_, err := s.Open("claire", append(bytes.Clone(sealed), 0))
		altered(t, "a byte more", err)
		_, err = s.Open("denis", sealed)
		altered(t, "another person's", err)
		opens(t, s, "claire", sealed, `{"subject":"Facture"}`)
	}
}

// The person is bound to the text, not only the key: keys that were put in each
// other's place would show it.
func TestPersonAndPurposeAreBound(t *testing.T) {
	k, err := newKeys()
	if err != nil {
		t.Fatal(err)
	}
	public, err := sealTo(k.public, forValue, "claire", []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range [][]byte{k.seal(forValue, "claire", []byte("text")), public} {
		if got, err := k.open(forValue, "claire", sealed); err != nil || string(got) != "text" {
			t.Errorf("%q, %v", got, err)
		}
		for _, other := range [][2]string{{forValue, "denis"}, {forValue, ""}, {forFile, "claire"}, {forName, "claire"}} {
			_, err := k.open(other[0], other[1], sealed)
			altered(t, strings.Join(other[:], " of "), err)
		}
	}
}

func TestPlainValues(t *testing.T) {
	s := openSafe(t, t.TempDir(), &keyring.Memory{Fault: func(_, _ string) error { return keyring.ErrNone }})
	enrol(t, s, "")
	enrol(t, s, "claire")
	if s.Sealed() || !s.IsOpen("claire") {
		t.Fatal("sealed without a keyring")
	}
	for _, plain := range []string{`{"a":1}`, `["a"]`, `"a"`, ` 1`, "\t1", "true", ""} {
		if sealed := mustSeal(t, s, "claire", plain); string(sealed) != plain {
			t.Errorf("%q became %q", plain, sealed)
		}
		opens(t, s, "claire", []byte(plain), plain)
	}
	if _, err := s.Seal("", []byte{kindOwn, 2, 3}); err == nil {
		t.Error("took a plain value that would be read as a sealed one")
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) > 0 {
		t.Errorf("wrote %v, %v", left, err)
	}

	s.ring = &keyring.Memory{}
	enrol(t, s, "")
	if !s.Sealed() {
		t.Fatal("a keyring appeared, and nothing is sealed")
	}
	opens(t, s, "", []byte(`{"a":1}`), `{"a":1}`)
	opens(t, s, "claire", []byte(`{"a":1}`), `{"a":1}`)
	if sealed := mustSeal(t, s, "", `{"a":1}`); sealed[0] != kindOwn {
		t.Errorf("sealed as %q", sealed)
	}
	_, err := s.Seal("claire", []byte(`{"a":1}`))
	is(t, "seal for who has no key yet", err, desk.ErrLocked)
}

func TestOpenErrors(t *testing.T) {
	s, _ := newSafe(t, "", "claire")
	other, _ := newSafe(t, "claire")
	sealed := mustSeal(t, s, "claire", "text")
	foreign := mustSeal(t, other, "claire", "text")
	for kind := byte(3); kind < firstPlain; kind++ {
		_, err := s.Open("claire", []byte{kind, 1, 2})
		is(t, "later kind", err, desk.ErrTooNew)
	}
	_, err := s.Open("claire", make([]byte, 60))
	altered(t, "kind 0", err)
	_, err = s.Open("claire", foreign)
	is(t, "a key of another PC", err, desk.ErrKeyLost)
	_, err = s.Open("denis", sealed)
	is(t, "a person without a key", err, desk.ErrLocked)
	s.Lock("claire")
	if s.IsOpen("claire") {
		t.Error("open after Lock")
	}
	_, err = s.Open("claire", sealed)
	is(t, "locked", err, desk.ErrLocked)
	_, err = s.Open("claire", mustSeal(t, s, "claire", "text"))
	is(t, "locked, sealed to the public key", err, desk.ErrLocked)
	is(t, "unlock", s.Unlock(t.Context(), "claire", ""), nil)
	opens(t, s, "claire", sealed, "text")

	// Only the database was brought back, to a PC that never had it.
	fresh := openSafe(t, t.TempDir(), &keyring.Memory{})
	_, err = fresh.Open("claire", sealed)
	is(t, "before the keyring was asked", err, desk.ErrLocked)
	enrol(t, fresh, "claire")
	_, err = fresh.Open("claire", sealed)
	is(t, "after", err, desk.ErrKeyLost)
}

// For the race detector, and for values that must open whatever else goes on.
func TestManyAtOnce(t *testing.T) {
	s, _ := newSafe(t, "", "claire", "denis")
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 4 {
		person := []string{"", "claire", "denis"}[i%3]
		wg.Go(func() {
			for n := range 50 {
				sealed := mustSeal(t, s, person, "text")
				got, err := s.Open(person, sealed)
				if err == nil && string(got) != "text" || err != nil && !errors.Is(err, desk.ErrLocked) {
					t.Errorf("%d: %q, %v", n, got, err)
				}
				s.PIN(person)
			}
		})
	}
	wg.Go(func() {
		for range 10 {
			s.Lock("claire")
			is(t, "unlock", s.Unlock(ctx, "claire", ""), nil)
			is(t, "recovery", s.UseRecovery(ctx, NewCode().Reveal(), ""), nil)
		}
	})
	wg.Go(func() {
		for range 5 {
			is(t, "set PIN", s.SetPIN(ctx, "denis", "1234"), nil)
			s.Lock("denis")
			is(t, "unlock", s.Unlock(ctx, "denis", "1234"), nil)
			is(t, "clear PIN", s.ClearPIN(ctx, "denis"), nil)
		}
	})
	wg.Wait()
}

// What can be no sealed value is altered even where no key is open, so that
// damage is not taken for a locked person's.
func TestOpenImpossible(t *testing.T) {
	for name, sealed := range map[string][]byte{"Zero": {0}, "ZeroLong": make([]byte, 200), "OwnTooShort": {kindOwn, 1, 2, 3}, "PublicTooShort": append([]byte{kindPublic}, make([]byte, 31)...)} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), t.TempDir(), &keyring.Memory{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Open("claire", sealed); !errors.Is(err, errAltered) || errors.Is(err, desk.ErrLocked) {
				t.Errorf("got %v", err)
			}
		})
	}
	s, err := Open(t.Context(), t.TempDir(), &keyring.Memory{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open("claire", append([]byte{kindOwn}, make([]byte, 60)...)); !errors.Is(err, desk.ErrLocked) {
		t.Errorf("what may be sealed: %v", err)
	}
}
