package seal

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/seal/keyring"
)

func withPIN(tb testing.TB, pin string) (*Safe, *keyring.Memory, []byte) {
	tb.Helper()
	s, ring := newSafe(tb, "claire")
	sealed := mustSeal(tb, s, "claire", "text")
	if err := s.SetPIN(tb.Context(), "claire", pin); err != nil {
		tb.Fatalf("set PIN: %v", err)
	}
	return s, ring, sealed
}

func TestPIN(t *testing.T) {
	s, ring, sealed := withPIN(t, "1234")
	ctx := t.Context()
	opens(t, s, "claire", sealed, "text")
	if got := s.PIN("claire"); got != (PINState{Set: true, Left: MaxFailures}) {
		t.Errorf("%+v", got)
	}
	if got := s.PIN("denis"); got != (PINState{}) {
		t.Errorf("nobody's: %+v", got)
	}
	name, _, _ := s.record("claire")
	_, root := s.root(name)
	if entry := ring.Entries()[s.account(name)]; strings.Contains(string(entry), string(root)) {
		t.Error("the keyring still has the key as it is")
	}

	again := openSafe(t, s.dir, ring)
	enrol(t, again, "claire")
	if again.IsOpen("claire") {
		t.Error("opened without its PIN")
	}
	is(t, "no PIN", again.Unlock(ctx, "claire", ""), desk.ErrLocked)
	is(t, "set PIN while locked", again.SetPIN(ctx, "claire", "9999"), desk.ErrLocked)
	is(t, "clear PIN while locked", again.ClearPIN(ctx, "claire"), desk.ErrLocked)
	is(t, "wrong PIN", again.Unlock(ctx, "claire", "1235"), desk.ErrWrongPIN)
	if got := again.PIN("claire"); got.Left != MaxFailures-1 {
		t.Errorf("%+v", got)
	}
	is(t, "right PIN", again.Unlock(ctx, "claire", "1234"), nil)
	opens(t, again, "claire", sealed, "text")
	if got := again.PIN("claire"); got.Left != MaxFailures {
		t.Errorf("after the right one: %+v", got)
	}
	is(t, "wrong PIN of an open key", again.Unlock(ctx, "claire", "4321"), desk.ErrWrongPIN)
	is(t, "another PIN", again.SetPIN(ctx, "claire", "motdepasse"), nil)

	third := openSafe(t, s.dir, ring)
	is(t, "old PIN", third.Unlock(ctx, "claire", "1234"), desk.ErrWrongPIN)
	is(t, "new PIN", third.Unlock(ctx, "claire", "motdepasse"), nil)
	is(t, "clear PIN", third.ClearPIN(ctx, "claire"), nil)
	fourth := openSafe(t, s.dir, ring)
	enrol(t, fourth, "claire")
	opens(t, fourth, "claire", sealed, "text")
	if got := fourth.PIN("claire"); got != (PINState{}) {
		t.Errorf("after ClearPIN: %+v", got)
	}
}

func TestPINThatCannotBeSet(t *testing.T) {
	s, _ := newSafe(t, "claire")
	for pin, code := range map[string]string{"": desk.CodeTooShort, "123": desk.CodeTooShort, "éé1": desk.CodeTooShort, strings.Repeat("1", 65): desk.CodeTooLong} {
		var e *desk.Error
		if err := s.SetPIN(t.Context(), "claire", pin); !errors.As(err, &e) || e.Code != desk.ErrInvalid.Code || e.Problems[0].Code != code {
			t.Errorf("%q: %v", pin, err)
		}
	}
	is(t, "64", s.SetPIN(t.Context(), "claire", strings.Repeat("1", 64)), nil)
}

// From the third wrong PIN on the next has to wait, twice as long each time; after
// the tenth there is no next.
func TestWrongPINsAreSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ring, sealed := withPIN(t, "1234")
		ctx := t.Context()
		s.Lock("claire")
		waits := []time.Duration{0, 0, 1, 2, 4, 8, 16, 32, 64, 128}
		for i, want := range waits {
			is(t, "wrong", s.Unlock(ctx, "claire", "0000"), desk.ErrWrongPIN)
			want *= time.Second
			if got := s.PIN("claire"); got.Left != MaxFailures-1-i || got.Wait != want {
				t.Errorf("after %d: %+v, want %v", i+1, got, want)
			}
			if i == len(waits)-1 {
				break
			}
			if want > 0 {
				is(t, "right but too soon", s.Unlock(ctx, "claire", "1234"), desk.ErrPINSoon)
				time.Sleep(want - time.Millisecond)
				is(t, "right but a little too soon", s.Unlock(ctx, "claire", "1234"), desk.ErrPINSoon)
				time.Sleep(time.Millisecond)
			}
			if got := s.PIN("claire").Left; got != MaxFailures-1-i {
				t.Errorf("what came too soon was counted: %d left", got)
			}
		}
		time.Sleep(24 * time.Hour)
		for _, safe := range []*Safe{s, openSafe(t, s.dir, ring)} {
			is(t, "right after the limit", safe.Unlock(ctx, "claire", "1234"), desk.ErrPINLimit)
			is(t, "enrol", safe.Enrol(ctx, "claire"), nil)
			_, err := safe.Open("claire", sealed)
			is(t, "open", err, desk.ErrLocked)
		}
	})
}

// What was counted, and the wait, outlive the program; a right PIN ends both.
func TestFailuresOutliveTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ring, sealed := withPIN(t, "1234")
		for i := range 4 {
			safe := openSafe(t, s.dir, ring)
			time.Sleep(safe.PIN("claire").Wait)
			is(t, "wrong", safe.Unlock(t.Context(), "claire", "0000"), desk.ErrWrongPIN)
			if got := openSafe(t, s.dir, ring).PIN("claire"); got.Left != MaxFailures-1-i || got.Wait != delay(i+1) {
				t.Errorf("after %d: %+v", i+1, got)
			}
		}
		safe := openSafe(t, s.dir, ring)
		is(t, "too soon", safe.Unlock(t.Context(), "claire", "1234"), desk.ErrPINSoon)
		time.Sleep(2 * time.Second)
		is(t, "right", safe.Unlock(t.Context(), "claire", "1234"), nil)
		opens(t, safe, "claire", sealed, "text")
		if got := openSafe(t, s.dir, ring).PIN("claire"); got.Left != MaxFailures || got.Wait != 0 {
			t.Errorf("after the right one: %+v", got)
		}
	})
}

// The count is on the disk before the PIN is tried: a program that is ended at
// the first sign of a wrong one has used up a try.
func TestFailureIsCountedBeforeTheTry(t *testing.T) {
	for name, pin := range map[string]string{"Wrong": "0000", "Right": "1234"} {
		t.Run(name, func(t *testing.T) {
			s, ring, _ := withPIN(t, "1234")
			s.cost.memory = 64 << 10 // by which a try is seen
			is(t, "set PIN", s.SetPIN(t.Context(), "claire", "1234"), nil)
			s.Lock("claire")
			// If the count cannot be written nothing is tried.
			block(t, s.dir)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := s.Unlock(t.Context(), "claire", pin)
			runtime.ReadMemStats(&after)
			if err == nil || errors.Is(err, desk.ErrWrongPIN) || s.IsOpen("claire") || after.TotalAlloc-before.TotalAlloc > 32<<20 {
				t.Errorf("tried without being counted: %v", err)
			}
			unblock(t, s.dir)
			// The first write is the count; the program ends after it.
			crashAt(t, s, "named "+copyFile, func() { _ = s.Unlock(t.Context(), "claire", pin) })
			if got := openSafe(t, s.dir, ring).PIN("claire").Left; got != MaxFailures-1 {
				t.Errorf("%d tries are left", got)
			}
		})
	}
}

// block keeps keys.json from being written, for root as well.
func block(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, keysFile+temporary), 0o700); err != nil {
		t.Fatal(err)
	}
}

func unblock(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, keysFile+temporary)); err != nil {
		t.Fatal(err)
	}
}

// A clock that is put back neither shortens the wait nor makes it longer than it
// would be from now on; one that is put forward has no say while the program runs.
func TestClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ring, _ := withPIN(t, "1234")
		ctx := t.Context()
		s.Lock("claire")
		for range 5 { // then 4 s
			time.Sleep(s.PIN("claire").Wait)
			is(t, "wrong", s.Unlock(ctx, "claire", "0000"), desk.ErrWrongPIN)
		}
		for _, by := range []time.Duration{-time.Hour, -24 * 365 * time.Hour, -3 * time.Second} {
			back := openSafe(t, s.dir, ring)
			back.now = func() time.Time { return time.Now().Round(0).Add(by) } // the time of day alone
			if got := back.PIN("claire").Wait; got != 4*time.Second {
				t.Errorf("put back by %v: %v", -by, got)
			}
			is(t, "too soon", back.Unlock(ctx, "claire", "1234"), desk.ErrPINSoon)
			time.Sleep(time.Second)
			if got := back.PIN("claire").Wait; got != 3*time.Second {
				t.Errorf("put back by %v, a second later: %v", -by, got)
			}
		}
	})
}
