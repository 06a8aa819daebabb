package seal

import (
	"fmt"
	"slices"
	"testing"

	"guichet/internal/seal/keyring"
)

// crashAt does what is to be done until a step of writing keys.json, at which
// the program ends.
func crashAt(t *testing.T, s *Safe, step string, do func()) {
	t.Helper()
	reached := false
	s.written = func(now string) {
		if now == step {
			reached = true
			panic(step)
		}
	}
	defer func() {
		if r := recover(); r != nil && r != step {
			panic(r)
		}
		if !reached {
			t.Errorf("never came to %q", step)
		}
	}()
	do()
}

// The program ends at each step of each change of keys, in the files and in the
// keyring. The next start reads what was sealed before, the change can be made,
// and the recovery code opens every key.
func TestEndsAtAnyStep(t *testing.T) {
	type world struct {
		s      *Safe
		ring   *keyring.Memory
		code   string
		sealed map[string][]byte
	}
	newer := NewCode().Reveal()
	for name, c := range map[string]struct {
		do    func(w *world) error
		gone  string // whose key the change takes away
		codes []string
	}{
		"Enrol":       {do: func(w *world) error { return w.s.Enrol(t.Context(), "emma") }},
		"SetPIN":      {do: func(w *world) error { return w.s.SetPIN(t.Context(), "claire", "1234") }},
		"ClearPIN":    {do: func(w *world) error { return w.s.ClearPIN(t.Context(), "denis") }},
		"Unlock":      {do: func(w *world) error { return w.s.Unlock(t.Context(), "denis", "1234") }},
		"UseRecovery": {do: func(w *world) error { return w.s.UseRecovery(t.Context(), newer, "denis") }, codes: []string{newer}},
		"Recover":     {do: func(w *world) error { return second(w.s.Recover(t.Context(), w.code, "claire", "denis")) }},
		"Forget":      {do: func(w *world) error { return w.s.Forget(t.Context(), "claire") }, gone: "claire"},
	} {
		t.Run(name, func(t *testing.T) {
			steps := 0
			for end := -1; end < steps; end++ {
				w := &world{sealed: map[string][]byte{}}
				w.s, w.ring = newSafe(t, "", "claire", "denis")
				w.code = mustUse(t, w.s)
				for _, p := range []string{"", "claire", "denis"} {
					w.sealed[p] = mustSeal(t, w.s, p, "text")
				}
				is(t, "set PIN", w.s.SetPIN(t.Context(), "denis", "1234"), nil)
				n := 0
				step := func(string) {
					if n++; n-1 == end {
						panic("the end")
					}
				}
				w.s.written, w.ring.Done = step, func(op, _ string) { step(op) }
				func() {
					defer func() {
						if r := recover(); r != nil && r != "the end" {
							panic(r)
						}
					}()
					is(t, "undisturbed", c.do(w), nil)
				}()
				if end < 0 {
					steps = n
				}
				w.ring.Done = nil
				where := fmt.Sprintf("step %d of %d", end+1, steps)

				w.s = openSafe(t, w.s.dir, w.ring)
				for _, p := range []string{"", "claire", "denis"} {
					if p == c.gone {
						continue
					}
					err := w.s.Enrol(t.Context(), p)
					if err == nil && !w.s.IsOpen(p) {
						err = w.s.Unlock(t.Context(), p, "1234")
					}
					is(t, where+": open "+p, err, nil)
					opens(t, w.s, p, w.sealed[p], "text")
				}
				is(t, where+": once more", c.do(w), nil)
				if steps == 0 {
					t.Fatal("nothing was changed")
				}
				lost := openSafe(t, copyDir(t, w.s.dir), &keyring.Memory{})
				got, err := lost.Recover(t.Context(), append(c.codes, w.code)[0])
				is(t, where+": recover", err, nil)
				for p, b := range w.sealed {
					if p == c.gone {
						continue
					}
					if !slices.Contains(got, p) {
						t.Errorf("%s: %q was not recovered: %q", where, p, got)
					}
					opens(t, lost, p, b, "text")
				}
				if c.gone != "" && slices.Contains(got, c.gone) {
					t.Errorf("%s: recovered what was erased", where)
				}
			}
			t.Logf("%d steps", steps)
		})
	}
}

// The same at the very first key, when there is no keys.json yet.
func TestBeginsAfterAnEndAtAnyStep(t *testing.T) {
	steps := 0
	for end := -1; end < steps; end++ {
		ring := &keyring.Memory{}
		s := openSafe(t, t.TempDir(), ring)
		n := 0
		step := func(string) {
			if n++; n-1 == end {
				panic("the end")
			}
		}
		s.written, ring.Done = step, func(op, _ string) { step(op) }
		func() {
			defer func() {
				if r := recover(); r != nil && r != "the end" {
					panic(r)
				}
			}()
			is(t, "undisturbed", s.Enrol(t.Context(), ""), nil)
		}()
		if end < 0 {
			steps = n
		}
		ring.Done = nil
		plain := mustSeal(t, openSafe(t, s.dir, ring), "", "[1]") // or sealed, if it came so far
		again := openSafe(t, s.dir, ring)
		sealed := mustSealAs(t, again, "")
		third := openSafe(t, s.dir, ring)
		enrol(t, third, "")
		opens(t, third, "", sealed, "text")
		opens(t, third, "", plain, "[1]")
		if n := len(ring.Entries()); n != 2 {
			t.Errorf("step %d: %d entries in the keyring", end+1, n)
		}
	}
	if steps < 10 {
		t.Errorf("only %d steps", steps)
	}
}
