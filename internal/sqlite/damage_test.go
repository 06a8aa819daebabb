package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const pageSize = 4096

// rootOf is where a table or an index begins in the file.
func (x site) rootOf(tb testing.TB, name string) int {
	tb.Helper()
	db, err := sql.Open("sqlite", dsn(x.path(), "mode=ro"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	var page int
	if err := db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name=?", name).Scan(&page); err != nil {
		tb.Fatal(err)
	}
	return (page - 1) * pageSize
}

func noise(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}

// How much of a damage has to come back without a backup.
const (
	some  = iota
	all   // everything, though the notice cannot know that it is
	whole // everything, and the notice says so
)

// kinds of damage to a database that was closed.
var kinds = []struct {
	name  string
	back  int
	spoil func(tb testing.TB, x site, r *rand.Rand)
}{
	{"header zeroed", whole, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func(b []byte) []byte { clear(b[:100]); return b })
	}},
	{"application id and version overwritten", whole, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func(b []byte) []byte { copy(b[60:72], "XXXXXXXXXXXX"); return b })
	}},
	{"first page overwritten", all, func(tb testing.TB, x site, r *rand.Rand) {
		x.edit(tb, func(b []byte) []byte { noise(r, b[:pageSize]); return b })
	}},
	{"root of the drafts overwritten", all, func(tb testing.TB, x site, r *rand.Rand) {
		at := x.rootOf(tb, "draft")
		x.edit(tb, func(b []byte) []byte { noise(r, b[at:at+pageSize]); return b })
	}},
	{"root of the requests zeroed", all, func(tb testing.TB, x site, _ *rand.Rand) {
		at := x.rootOf(tb, "request")
		x.edit(tb, func(b []byte) []byte { clear(b[at : at+pageSize]); return b })
	}},
	{"root of the queue zeroed", whole, func(tb testing.TB, x site, _ *rand.Rand) {
		at := x.rootOf(tb, "job")
		x.edit(tb, func(b []byte) []byte { clear(b[at : at+pageSize]); return b })
	}},
	{"root of the messages made that of an empty table", all, func(tb testing.TB, x site, _ *rand.Rand) {
		from, to := x.rootOf(tb, "catalogue"), x.rootOf(tb, "message")
		x.edit(tb, func(b []byte) []byte { copy(b[to:to+pageSize], b[from:]); return b })
	}},
	{"root of the requests made that of an empty table", all, func(tb testing.TB, x site, _ *rand.Rand) {
		from, to := x.rootOf(tb, "catalogue"), x.rootOf(tb, "request")
		x.edit(tb, func(b []byte) []byte { copy(b[to:to+pageSize], b[from:]); return b })
	}},
	{"a page of drafts emptied", some, func(tb testing.TB, x site, _ *rand.Rand) {
		at := x.rootOf(tb, "draft")
		x.edit(tb, func(b []byte) []byte {
			child := int(binary.BigEndian.Uint32(b[at+8:])-1) * pageSize // the last one
			copy(b[child:child+pageSize], append([]byte{13, 0, 0, 0, 0, 0, 0, 0}, make([]byte, pageSize-8)...))
			return b
		})
	}},
	{"index overwritten", whole, func(tb testing.TB, x site, r *rand.Rand) {
		at := x.rootOf(tb, "request_by_reader")
		x.edit(tb, func(b []byte) []byte { noise(r, b[at:at+pageSize]); return b })
	}},
	{"eight pages overwritten", some, func(tb testing.TB, x site, r *rand.Rand) {
		x.edit(tb, func(b []byte) []byte {
			for range 8 {
				at := r.IntN(len(b)/pageSize) * pageSize
				noise(r, b[at:at+pageSize])
			}
			return b
		})
	}},
	{"a third cut off", some, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func(b []byte) []byte { return b[:len(b)*2/3] })
	}},
	{"a byte cut off", some, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func(b []byte) []byte { return b[:len(b)-1] })
	}},
	{"emptied", some, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func([]byte) []byte { return nil })
	}},
	{"something else", some, func(tb testing.TB, x site, _ *rand.Rand) {
		x.edit(tb, func([]byte) []byte { return []byte("This is a letter and no database, whatever its name says.") })
	}},
}

func TestDamage(t *testing.T) {
	r := random(t)
	sites := []site{newSite(t, r, 16, false, 0), newSite(t, r, 16, true, 0)}
	for _, k := range kinds {
		t.Run(strings.ReplaceAll(k.name, " ", "_"), func(t *testing.T) {
			var line []string
			for i, x := range sites {
				x, backup := x.clone(t), i == 1
				k.spoil(t, x, r)
				spoilt, err := os.ReadFile(x.path())
				if err != nil {
					t.Fatal(err)
				}
				if len(spoilt) == 0 && !backup {
					continue // that is how a new database begins
				}
				s, now := healedIfDamaged(t, x)
				if s == nil {
					continue // it hit nothing
				}
				sc := x.judge(t, s, now)
				line = append(line, fmt.Sprintf("%d of %d (%d lost, %d gaps)", sc.kept, sc.had, sc.lost, sc.gaps))
				if (k.back >= all || backup) && sc.kept != sc.had {
					t.Errorf("backup %t: %d of %d came back", backup, sc.kept, sc.had)
				}
				if k.back == whole && (sc.lost+sc.gaps > 0 || sc.backup > 0) {
					t.Errorf("nothing had to be lost, and the notice says %+v", sc)
				}
				x.aside(t, s, spoilt)
				once(t, s, x.dir)
			}
			t.Logf("%-40s without and with a backup: %s", k.name, strings.Join(line, " | "))
		})
	}
}

// aside holds that the damaged file was kept as it was.
func (x site) aside(tb testing.TB, s *Store, spoilt []byte) {
	tb.Helper()
	n, err := s.Recovered(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	if len(spoilt) == 0 {
		return
	}
	kept, err := os.ReadFile(filepath.Join(n.Folder, "guichet.db"))
	if err != nil || !slices.Equal(kept, spoilt) {
		tb.Errorf("the damaged file was not kept as it was: %v", err)
	}
}

// once holds that a mended database is a healthy one from then on.
func once(tb testing.TB, s *Store, dir string) {
	tb.Helper()
	before := mustState(tb, s)
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	folders := asides(tb, dir)
	s = open(tb, dir)
	if now := mustState(tb, s); s.Unclean() || !maps.Equal(now.drafts, before.drafts) || !maps.Equal(now.requests, before.requests) {
		tb.Error("another one after the next start")
	}
	if got := asides(tb, dir); len(got) != len(folders) {
		tb.Errorf("mended again: %v", got)
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
}

func asides(tb testing.TB, dir string) []string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "damaged", "*"))
	if err != nil {
		tb.Fatal(err)
	}
	return names
}

// Damage at random places: what can be read comes back, what cannot comes from
// the backup, and the notice is never better than the truth.
func TestRandomDamage(t *testing.T) {
	r := random(t)
	rounds := 40
	if os.Getenv("GUICHET_SOAK") != "" {
		rounds = 1000
	}
	var sites []site
	for i := range 6 {
		sites = append(sites, newSite(t, r, 8+r.IntN(12), i%2 == 0, r.IntN(6)))
	}
	sums := map[string]score{}
	for i := range rounds {
		backup := i%2 == 0
		x := sites[i%len(sites)].clone(t)
		what := spoilAnywhere(t, x, r)
		s, now := healedIfDamaged(t, x)
		if s == nil {
			continue // it hit nothing
		}
		sc := x.judge(t, s, now)
		if backup {
			what += ", with a backup"
		}
		sum := sums[what]
		sums[what] = score{sum.rounds + 1, sum.had + sc.had, sum.kept + sc.kept, sum.backup + sc.backup, sum.again + sc.again, sum.lost + sc.lost, sum.gaps + sc.gaps}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("round %d: %s", i, what)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(sums)) {
		sc := sums[what]
		t.Logf("%-45s %3d rounds: %4d of %4d came back, %3d from the backup, %d drafts again; notices: %d lost, %d gaps",
			what, sc.rounds, sc.kept, sc.had, sc.backup, sc.again, sc.lost, sc.gaps)
	}
}

// healedIfDamaged is healed for a damage that may hit nothing: then the store is
// nil.
func healedIfDamaged(tb testing.TB, x site) (*Store, state) {
	tb.Helper()
	s, now := healed(tb, x.dir)
	if n, err := s.Recovered(context.Background()); err != nil || !n.At.IsZero() {
		return s, now
	}
	if !maps.Equal(now.drafts, x.before.drafts) || !maps.Equal(now.requests, x.before.requests) {
		tb.Error("something else is there, and nobody noticed")
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return nil, now
}

func spoilAnywhere(tb testing.TB, x site, r *rand.Rand) (what string) {
	tb.Helper()
	x.edit(tb, func(b []byte) []byte {
		pages := len(b) / pageSize
		page := func() []byte { at := r.IntN(pages) * pageSize; return b[at : at+pageSize] }
		switch r.IntN(5) {
		case 0:
			what = "pages of noise"
			for range 1 + r.IntN(pages/4) {
				noise(r, page())
			}
		case 1:
			what = "pages of zeros"
			for range 1 + r.IntN(pages/4) {
				clear(page())
			}
		case 2:
			what = "sectors of noise"
			for range 1 + r.IntN(10) {
				p := page()
				at := r.IntN(8) * 512
				noise(r, p[at:at+512])
			}
		case 3:
			// Of tables and indexes: text in the place of other text is beyond
			// finding out as long as nothing is sealed.
			what = "pages in the wrong place"
			for range 1 + r.IntN(5) {
				if to, from := page(), page(); to[0] != 0 && from[0] != 0 {
					copy(to, from)
				}
			}
		case 4:
			what = "cut off"
			b = b[:r.IntN(len(b))]
		}
		return b
	})
	return what
}
