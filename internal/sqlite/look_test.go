package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// manyInLog writes until the log has something behind its last checkpoint, and
// leaves the folder as a kill does.
func manyInLog(tb testing.TB, n int) site {
	tb.Helper()
	from := tb.TempDir()
	s := open(tb, from)
	fill(tb, s, random(tb), 8)
	if _, err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		tb.Fatal(err)
	}
	for range n {
		save(tb, s, newDraft(tb))
	}
	x := site{before: mustState(tb, s)}
	x.dir = killed(tb, from)
	return x
}

func TestDamagedLog(t *testing.T) {
	const frame = 24 + pageSize
	x := manyInLog(t, 40)
	for name, spoil := range map[string]func(b []byte){
		"header":                func(b []byte) { clear(b[:32]) },
		"a frame in the middle": func(b []byte) { clear(b[32+len(b)/2/frame*frame:][:frame]) },
		"the first frame":       func(b []byte) { clear(b[32:][:frame]) },
		"a bit":                 func(b []byte) { b[len(b)/3] ^= 4 },
	} {
		t.Run(name, func(t *testing.T) {
			x := x.clone(t)
			editFile(t, x.path()+"-wal", func(b []byte) []byte { spoil(b); return b })
			s, now := healed(t, x.dir)
			sc := x.judge(t, s, now)
			t.Logf("%d of %d came back; %d lost, %d gaps", sc.kept, sc.had, sc.lost, sc.gaps)
			if sc.had-sc.kept > 1 { // what no later frame has
				t.Errorf("%d of %d came back", sc.kept, sc.had)
			}
		})
	}
	t.Run("WholeIsNoDamage", func(t *testing.T) {
		x := x.clone(t)
		s, now := healedIfDamaged(t, x)
		if s != nil || len(now.drafts) != len(x.before.drafts) {
			t.Error("mended")
		}
		if s := open(t, x.dir); s.Unclean() {
			t.Error("unclean after a clean end")
		}
	})
	t.Run("UncleanIsTold", func(t *testing.T) {
		if s := open(t, x.clone(t).dir); !s.Unclean() {
			t.Error("a kill is taken for a clean end")
		}
	})
}

// A log of another database is not read: SQLite would mix the two.
func TestLogOfAnotherDatabase(t *testing.T) {
	r := random(t)
	logOf := func(n int) []byte {
		dir := t.TempDir()
		fill(t, open(t, dir), r, n)
		b, err := os.ReadFile(filepath.Join(dir, "guichet.db-wal"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	mine := newSite(t, r, 8, false, 0)
	asIs := func(b []byte) []byte { return b }
	small, big := logOf(2), logOf(16)
	for name, c := range map[string]struct {
		log  []byte
		edit func([]byte) []byte
	}{
		"OfASmallerDatabase":   {small, asIs},
		"OfABiggerDatabase":    {big, asIs},                                                    // told by its history only
		"BesideACopyOfABackup": {big, func(b []byte) []byte { b[18], b[19] = 1, 1; return b }}, // which has no log
		"OfAnotherProgram":     {big, func(b []byte) []byte { copy(b[68:72], []byte{0, 0, 0, 7}); return b }},
	} {
		t.Run(name, func(t *testing.T) {
			x := mine.clone(t)
			x.edit(t, c.edit)
			if err := os.WriteFile(x.path()+"-wal", c.log, 0o600); err != nil {
				t.Fatal(err)
			}
			s, now := healed(t, x.dir)
			sc := x.judge(t, s, now)
			if sc.kept != sc.had || len(now.drafts)+len(now.requests) != sc.had || sc.gaps != 1 {
				t.Errorf("%d of %d are there, with others' %d: %+v", sc.kept, sc.had, len(now.drafts)+len(now.requests), sc)
			}
			n, err := s.Recovered(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if kept, err := os.ReadFile(filepath.Join(n.Folder, "guichet.db-wal")); err != nil || !bytes.Equal(kept, c.log) {
				t.Errorf("the strange log was not kept: %v", err)
			}
		})
	}
}

func TestLostAltogether(t *testing.T) {
	r := random(t)
	x := newSite(t, r, 10, true, 0)
	t.Run("ComesBackFromTheBackup", func(t *testing.T) {
		x := x.clone(t)
		if err := os.Remove(x.path()); err != nil {
			t.Fatal(err)
		}
		s, now := healed(t, x.dir)
		sc := x.judge(t, s, now)
		n, _ := s.Recovered(context.Background())
		if sc.kept != sc.had || n.Folder != "" || n.FromBackup != sc.had || n.BackupAt.IsZero() || n.Gaps == 0 {
			t.Errorf("%+v, notice %+v", sc, n)
		}
	})
	t.Run("OnlyTheLogIsLeft", func(t *testing.T) { // SQLite would delete it
		y := manyInLog(t, 3)
		if err := os.Remove(y.path()); err != nil {
			t.Fatal(err)
		}
		s, now := healed(t, y.dir)
		if sc := y.judge(t, s, now); sc.kept == 0 {
			t.Error("nothing came back")
		}
	})
	t.Run("NothingEver", func(t *testing.T) {
		s, now := healed(t, t.TempDir())
		if n, err := s.Recovered(context.Background()); err != nil || !n.At.IsZero() || len(now.drafts) > 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// Two databases that are not damaged are left as they are, to the byte: what a
// newer Guichet wrote, with what it left in its log, and another program's.
func TestLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name, pragma string
		want         *desk.Error
	}{
		{"ErrTooNew", "PRAGMA user_version=900", desk.ErrTooNew},
		{"ErrDamagedAnotherProgram", "PRAGMA application_id=7; DROP TABLE job; DROP TABLE request", desk.ErrDamaged},
		{"ErrDamagedWithoutAnID", "PRAGMA application_id=0; PRAGMA user_version=0; DROP TABLE job; DROP TABLE request", desk.ErrDamaged},
	} {
		for _, closed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%sClosed%t", c.name, closed), func(t *testing.T) {
				from := t.TempDir()
				s := open(t, from)
				save(t, s, newDraft(t))
				tell(t, s, c.pragma)
				dir := from
				if closed {
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
				} else {
					dir = killed(t, from)
					if err := os.WriteFile(filepath.Join(dir, "guichet.db-shm"), bytes.Repeat([]byte{7}, 32<<10), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				before := files(t, dir)
				for range 2 {
					if _, err := Open(context.Background(), dir, privacy.Plain{}); !errors.Is(err, c.want) {
						t.Fatalf("open: %v", err)
					}
				}
				after := files(t, dir)
				if !maps.EqualFunc(before, after, slices.Equal[[]byte]) {
					t.Errorf("there was %v, is %v", slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
				}
			})
		}
	}
}

// files are the contents of the files of a folder, but for the lock.
func files(tb testing.TB, dir string) map[string][]byte {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() || e.Name() == "guichet.lock" {
			continue
		}
		if out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}
