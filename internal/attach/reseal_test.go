package attach_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
)

const canary = "Canari-octets. "

// resealing is a store with files from before there was a keyring.
type resealing struct {
	*attach.Store
	dir   string
	safe  *seal.Safe
	rand  *rand.Rand
	files []desk.File
}

func newResealing(tb testing.TB) *resealing {
	tb.Helper()
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	tb.Logf("GUICHET_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	none := error(keyring.ErrNone)
	safe, err := seal.Open(tb.Context(), tb.TempDir(), &keyring.Memory{Fault: func(string, string) error { return none }})
	if err != nil {
		tb.Fatal(err)
	}
	dir := filepath.Join(tb.TempDir(), "files")
	out := &resealing{Store: attach.New(dir, safe), dir: dir, safe: safe, rand: r}
	for _, size := range []int{1, 65_536, 1 + r.IntN(300_000), 2 << 20} {
		text := []byte(strings.Repeat(canary, size/len(canary)+1))[:size]
		stored, err := out.Put(tb.Context(), "claire", bytes.NewReader(text), 4<<20, nil)
		if err != nil {
			tb.Fatal(err)
		}
		out.files = append(out.files, desk.File{Stored: stored.Name, Size: stored.Size, SHA256: stored.SHA256})
	}
	if name, err := out.Reseal(tb.Context(), "claire", out.files[2]); name != "" || err != nil {
		tb.Errorf("without a keyring: %q, %v", name, err)
	}
	if got := len(out.names(tb)); got != len(out.files) {
		tb.Errorf("%d files", got)
	}
	none = nil
	return out
}

func (r *resealing) enrol(tb testing.TB, persons ...string) {
	tb.Helper()
	for _, p := range persons {
		if err := r.safe.Enrol(tb.Context(), p); err != nil {
			tb.Fatal(err)
		}
	}
}

func (r *resealing) names(tb testing.TB) (out []string) {
	tb.Helper()
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func (r *resealing) raw(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func (r *resealing) holds(tb testing.TB, person, name string, f desk.File) {
	tb.Helper()
	if !r.Holds(tb.Context(), person, name, f.Size, f.SHA256) {
		tb.Errorf("%d bytes of %s are others", f.Size, person)
	}
}

func TestReseal(t *testing.T) {
	ctx := t.Context()
	r := newResealing(t)
	r.enrol(t, "", "claire")
	for i, f := range r.files {
		before := r.raw(t, f.Stored)
		name, err := r.Reseal(ctx, "claire", f)
		if err != nil || name == "" || name == f.Stored {
			t.Fatalf("%q, %v", name, err)
		}
		if f.Size > 100 && bytes.Contains(r.raw(t, name), []byte(canary[:10])) {
			t.Error("the new bytes are plain")
		}
		if !bytes.Equal(r.raw(t, f.Stored), before) {
			t.Error("the old bytes are others")
		}
		r.holds(t, "claire", name, f)
		if r.Holds(ctx, "", name, f.Size, f.SHA256) {
			t.Error("it opens for somebody else")
		}
		r.files[i].Stored = name
		if again, err := r.Reseal(ctx, "claire", r.files[i]); again != "" || err != nil {
			t.Errorf("once more: %q, %v", again, err)
		}
		r.safe.Lock("claire")
		if again, err := r.Reseal(ctx, "claire", r.files[i]); again != "" || err != nil {
			t.Errorf("sealed, and locked: %q, %v", again, err)
		}
		r.enrol(t, "claire")
	}
	if n := len(r.names(t)); n != 2*len(r.files) {
		t.Errorf("%d files", n)
	}
	if name, err := r.Reseal(ctx, "claire", desk.File{Size: 3}); name != "" || err != nil {
		t.Errorf("nothing here: %q, %v", name, err)
	}
}

// A locked key is no obstacle, and a person without one changes nothing.
func TestResealKeys(t *testing.T) {
	ctx := t.Context()
	r := newResealing(t)
	r.enrol(t, "")
	if name, err := r.Reseal(ctx, "claire", r.files[1]); name != "" || !errors.Is(err, desk.ErrLocked) {
		t.Errorf("no key: %q, %v", name, err)
	}
	r.unchanged(t)
	r.enrol(t, "claire")
	r.safe.Lock("claire")
	name, err := r.Reseal(ctx, "claire", r.files[1])
	if err != nil || name == "" {
		t.Fatalf("locked: %q, %v", name, err)
	}
	r.enrol(t, "claire")
	r.holds(t, "claire", name, r.files[1])
}

// unchanged holds that nothing but the first files is there, as it was.
func (r *resealing) unchanged(tb testing.TB) {
	tb.Helper()
	if got := r.names(tb); len(got) != len(r.files) || slices.ContainsFunc(got, func(n string) bool { return strings.Contains(n, ".part") }) {
		tb.Errorf("%d files", len(got))
	}
	for _, f := range r.files {
		sum := sha256.Sum256(r.raw(tb, f.Stored))
		if hex.EncodeToString(sum[:]) != f.SHA256 {
			tb.Error("the bytes are others")
		}
	}
}

// Bytes that are not those of the row are not sealed under its name.
func TestResealOtherBytes(t *testing.T) {
	ctx := t.Context()
	r := newResealing(t)
	r.enrol(t, "", "claire", "marc")
	f := r.files[2]
	whole := r.raw(t, f.Stored)
	spoil := func(b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(r.dir, f.Stored), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flipped := bytes.Clone(whole)
	flipped[r.rand.IntN(len(flipped))] ^= 1
	spoil(flipped)
	if name, err := r.Reseal(ctx, "claire", f); name != "" || !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("altered: %q, %v", name, err)
	}
	if name, err := r.Rehome(ctx, "claire", "marc", f); name != "" || !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("altered: %q, %v", name, err)
	}
	for _, b := range [][]byte{whole[:len(whole)-1], append(bytes.Clone(whole), 'x'), nil} {
		spoil(b)
		if name, err := r.Reseal(ctx, "claire", f); name != "" || err == nil {
			t.Errorf("%d for %d bytes: %q, %v", len(b), len(whole), name, err)
		}
	}
	spoil(whole)
	r.unchanged(t)
	if err := os.Remove(filepath.Join(r.dir, f.Stored)); err != nil {
		t.Fatal(err)
	}
	if name, err := r.Reseal(ctx, "claire", f); name != "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone: %q, %v", name, err)
	}
	spoil(whole)
	// What is sealed and cut to the length of the plain bytes is no plain file.
	name, err := r.Reseal(ctx, "claire", f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(r.dir, name), f.Size); err != nil {
		t.Fatal(err)
	}
	f.Stored = name
	if name, err := r.Reseal(ctx, "claire", f); name != "" || err == nil {
		t.Errorf("cut: %q, %v", name, err)
	}
}

func TestRehome(t *testing.T) {
	ctx := t.Context()
	r := newResealing(t)
	r.enrol(t, "", "claire", "marc")
	r.safe.Lock("marc") // the colleague is not here
	for i, f := range r.files {
		if i%2 == 0 { // the one half was sealed before
			var err error
			if f.Stored, err = r.Reseal(ctx, "claire", f); err != nil {
				t.Fatal(err)
			}
		}
		name, err := r.Rehome(ctx, "claire", "marc", f)
		if err != nil || name == "" || name == f.Stored {
			t.Fatalf("%q, %v", name, err)
		}
		r.holds(t, "claire", f.Stored, f)
		if r.Holds(ctx, "claire", name, f.Size, f.SHA256) {
			t.Error("it opens for the giver")
		}
		r.enrol(t, "marc")
		r.holds(t, "marc", name, f)
		r.safe.Lock("marc")
	}
	f := r.files[0]
	if name, err := r.Rehome(ctx, "claire", "sophie", f); name != "" || !errors.Is(err, desk.ErrLocked) {
		t.Errorf("to nobody's key: %q, %v", name, err)
	}
	if name, err := r.Rehome(ctx, "claire", "marc", desk.File{}); name != "" || err != nil {
		t.Errorf("nothing here: %q, %v", name, err)
	}
	sealed, err := r.Reseal(ctx, "claire", f)
	if err != nil {
		t.Fatal(err)
	}
	r.safe.Lock("claire")
	n := len(r.names(t))
	f.Stored = sealed
	if name, err := r.Rehome(ctx, "claire", "marc", f); name != "" || !errors.Is(err, desk.ErrLocked) {
		t.Errorf("locked: %q, %v", name, err)
	}
	if got := len(r.names(t)); got != n {
		t.Errorf("%d files, %d before", got, n)
	}
}

// Cut short at any moment it leaves what was there, and the next time does it.
func TestResealCutShort(t *testing.T) {
	r := newResealing(t)
	r.enrol(t, "", "claire")
	f := r.files[3]
	for most := 0; ; most++ {
		ctx := &expiring{Context: t.Context(), most: most}
		name, err := r.Reseal(ctx, "claire", f)
		if err == nil {
			t.Logf("cut short at %d places", most)
			if most < 5 {
				t.Error("not tried")
			}
			r.holds(t, "claire", name, f)
			return
		}
		if name != "" || !errors.Is(err, context.Canceled) {
			t.Fatalf("%q, %v", name, err)
		}
		r.unchanged(t)
	}
}

// expiring ends when it has been asked so often.
type expiring struct {
	context.Context
	asked, most int
}

func (e *expiring) Err() error {
	if e.asked++; e.asked > e.most {
		return fmt.Errorf("asked %d times: %w", e.asked, context.Canceled)
	}
	return nil
}
