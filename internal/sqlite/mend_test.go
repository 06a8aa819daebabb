package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// A mending that is cut short anywhere is ended by the next start, or begun
// anew, and it happened once.
func TestMendingCutShort(t *testing.T) {
	r := random(t)
	base := newSite(t, r, 10, false, 0)
	base.edit(t, func(b []byte) []byte { clear(b[:100]); return b })
	// A finished mending gives what lies between its steps.
	done := base.clone(t)
	s, _ := healed(t, done.dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stamp := filepath.Base(asides(t, done.dir)[0])
	mended := func(t *testing.T, x site) {
		if err := os.CopyFS(filepath.Join(x.dir, "tmp"), os.DirFS(done.dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(x.dir, "tmp", "guichet.db"), filepath.Join(x.dir, "recovered-"+stamp+".db")); err != nil {
			t.Fatal(err)
		}
	}
	for name, cut := range map[string]func(t *testing.T, x site){
		"Unfinished": func(t *testing.T, x site) {
			for _, name := range []string{"mending.db", "mending.db-wal", "mending.db-journal"} {
				if err := os.WriteFile(filepath.Join(x.dir, name), []byte("half"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		},
		"Named": mended,
		"NamedWithALog": func(t *testing.T, x site) {
			mended(t, x)
			if err := os.WriteFile(x.path()+"-wal", []byte("of the damaged one"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"PutAside": func(t *testing.T, x site) {
			mended(t, x)
			into := filepath.Join(x.dir, "damaged", stamp)
			if err := os.MkdirAll(into, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(x.path(), filepath.Join(into, "guichet.db")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(x.path()+"-wal", []byte("of the damaged one"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := base.clone(t)
			spoilt, err := os.ReadFile(x.path())
			if err != nil {
				t.Fatal(err)
			}
			cut(t, x)
			s, now := healed(t, x.dir)
			if sc := x.judge(t, s, now); sc.kept != sc.had {
				t.Errorf("%d of %d", sc.kept, sc.had)
			}
			x.aside(t, s, spoilt)
			once(t, s, x.dir)
			if n := len(asides(t, x.dir)); n != 1 {
				t.Errorf("%d damaged databases", n)
			}
			for _, left := range []string{"mending.db", "mending.db-wal", "mending.db-journal", "guichet.db-wal", "guichet.db-damaged"} {
				if _, err := os.Lstat(filepath.Join(x.dir, left)); err == nil {
					t.Errorf("%s is left", left)
				}
			}
		})
	}
}

// Damage that is met while others work: they get desk.ErrDamaged at the most,
// what was acknowledged is there, and the next call works.
func TestMendWhileInUse(t *testing.T) {
	ctx := context.Background()
	x := newSite(t, random(t), 30, false, 0)
	at := x.rootOf(t, "request_by_reader")
	x.edit(t, func(b []byte) []byte { clear(b[at : at+pageSize]); return b })
	s := open(t, x.dir)
	var mu sync.Mutex
	saved := map[uuid.UUID]int64{}
	stop, group := make(chan struct{}), sync.WaitGroup{}
	for range 4 {
		group.Go(func() {
			d := newDraft(t)
			for {
				select {
				case <-stop:
					return
				default:
				}
				d.Values = desk.Values{"subject": fmt.Sprint(d.Revision)}
				got, err := s.SaveDraft(ctx, d, d.CreatedAt)
				if err != nil {
					if !errors.Is(err, desk.ErrDamaged) {
						t.Errorf("save: %v", err)
					}
					continue
				}
				d = got
				mu.Lock()
				saved[d.ID] = d.Revision
				mu.Unlock()
				if _, err := s.Drafts(ctx, "claire", All); err != nil && !errors.Is(err, desk.ErrDamaged) {
					t.Errorf("list: %v", err)
				}
			}
		})
	}
	if _, err := s.Requests(ctx, "claire", All); !errors.Is(err, desk.ErrDamaged) {
		t.Fatalf("the damage was not met: %v", err)
	}
	<-s.Damaged()
	if err := s.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	close(stop)
	group.Wait()
	now := mustState(t, s)
	sound(t, s)
	if len(now.requests) != len(x.before.requests) {
		t.Errorf("%d requests of %d", len(now.requests), len(x.before.requests))
	}
	for id, revision := range saved {
		if d, err := s.Draft(ctx, id); err != nil || d.Revision < revision {
			t.Errorf("draft saved as revision %d is %d, %v", revision, d.Revision, err)
		}
	}
	select {
	case <-s.Damaged():
		t.Error("damaged still")
	default:
	}
}

// A row that nobody can read stops nothing for long: it is the damage.
func TestUnreadableRow(t *testing.T) {
	x := newSite(t, random(t), 5, false, 0)
	s := open(t, x.dir)
	d := save(t, s, newDraft(t))
	tell(t, s, "UPDATE draft SET body=CAST('{\"road' AS BLOB) WHERE id=?", d.ID.String())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, now := healed(t, x.dir)
	n, err := s.Recovered(context.Background())
	if err != nil || n.Lost != 1 || n.Gaps != 0 || len(now.drafts) != len(x.before.drafts) {
		t.Errorf("%d drafts of %d, notice %+v, %v", len(now.drafts), len(x.before.drafts), n, err)
	}
}

// A damage that was met is mended by the next start, though nobody mended it
// in time and it opens.
func TestDamageOutlivesTheProgram(t *testing.T) {
	x := newSite(t, random(t), 5, false, 0)
	s := open(t, x.dir)
	tell(t, s, "UPDATE draft SET body=x'00' WHERE seq=(SELECT min(seq) FROM draft)")
	if _, err := s.Drafts(context.Background(), "claire", All); !errors.Is(err, desk.ErrDamaged) {
		t.Fatalf("list: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, x.dir)
	if now := mustState(t, s); len(now.drafts) != len(x.before.drafts)-1 {
		t.Errorf("%d drafts of %d", len(now.drafts), len(x.before.drafts))
	}
	once(t, s, x.dir)
}

// The notice stays until it was seen, over restarts and further mendings.
func TestRecovered(t *testing.T) {
	ctx := context.Background()
	x := newSite(t, random(t), 5, false, 0)
	s := open(t, x.dir)
	tell(t, s, "UPDATE draft SET body=x'00' WHERE seq=(SELECT min(seq) FROM draft)")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = healed(t, x.dir)
	first, err := s.Recovered(ctx)
	if err != nil || first.Lost != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	tell(t, s, "UPDATE draft SET body=x'00' WHERE seq=(SELECT min(seq) FROM draft)")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = healed(t, x.dir)
	if second, err := s.Recovered(ctx); err != nil || second.Lost != 2 || !second.At.After(first.At) && second.At != first.At {
		t.Errorf("%+v, %v", second, err)
	}
	if err := s.RecoveredSeen(ctx); err != nil {
		t.Fatal(err)
	}
	if seen, err := s.Recovered(ctx); err != nil || seen != (Recovered{}) {
		t.Errorf("%+v, %v", seen, err)
	}
	if err := s.RecoveredSeen(ctx); err != nil { // twice does no harm
		t.Error(err)
	}
}

// What a window holds is newer than what a damage left: it is taken.
func TestSaveAfterALoss(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	older, gone := newDraft(t), newDraft(t)
	older = save(t, s, older)
	held := older
	held.Revision, held.Values = 7, desk.Values{"subject": "in the window"}
	gone.Revision, gone.Values = 4, held.Values
	if _, err := s.SaveDraft(ctx, held, at); !errors.Is(err, desk.ErrConflict) {
		t.Fatalf("a revision that never was: %v", err)
	}
	tx, err := s.write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Recovered{At: at, Gaps: 1, LostAt: at, Seen: true}.store(ctx, tx), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	for _, d := range []desk.Draft{held, gone} {
		got, err := s.SaveDraft(ctx, d, at)
		if err != nil || got.Revision != d.Revision+1 {
			t.Errorf("revision %d became %d, %v", d.Revision, got.Revision, err)
		}
		if got, err := s.Draft(ctx, d.ID); err != nil || got.Values["subject"] != "in the window" {
			t.Errorf("stored %v, %v", got.Values["subject"], err)
		}
	}
	held.Revision = 2
	if _, err := s.SaveDraft(ctx, held, at); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("an older one: %v", err)
	}
}

// A row of the ledger that nobody can read is told of, as any other is.
func TestUnreadableStatement(t *testing.T) {
	x := newSite(t, random(t), 5, false, 0)
	s := open(t, x.dir)
	if err := s.AddStatement(t.Context(), desk.Statement{ID: newID(t), Owner: desk.Owner{Person: "claire"}, Item: newID(t), Field: "subject", By: "claire", At: at}); err != nil {
		t.Fatal(err)
	}
	tell(t, s, "UPDATE statement SET body=CAST('{\"answers' AS BLOB)")
	tell(t, s, "UPDATE draft SET body=x'00' WHERE seq=(SELECT min(seq) FROM draft)") // it is the damage that is met
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = healed(t, x.dir)
	if n, err := s.Recovered(context.Background()); err != nil || n.Lost != 2 || n.Gaps != 0 || n.LostAt.IsZero() {
		t.Errorf("notice %+v, %v", n, err)
	}
}
