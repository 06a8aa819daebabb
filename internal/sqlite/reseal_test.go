package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/seal"
)

func TestResealLeavesNothingPlain(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 12)
	for _, c := range canaries {
		got := holding(t, p.dir, c)
		if c != "Canari-octets" && c != "Canari-ancien" && (len(got) < 4 || !slices.Contains(got, "guichet.db")) || len(got) == 0 {
			t.Errorf("before: %q stands in %v only", c, got)
		}
	}
	for _, where := range []string{"guichet.db-wal", filepath.Join("backups", "2026-03-03.db.part"), filepath.Join("damaged", "20260302T143200Z", "guichet.db-wal")} {
		if got := holding(t, p.dir, "Canari-"); !slices.Contains(got, where) {
			t.Errorf("before: nothing plain in %s", where)
		}
	}
	aside := filepath.Join(p.aside(), "20260302T143200Z", "guichet.db")
	damaged, err := os.ReadFile(aside)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := p.Reseal(ctx); n > 0 || err != nil {
		t.Errorf("sealed %d values without a key, %v", n, err)
	}
	p.enrol(t, thePC, "claire", "marc")
	if n := p.resealAll(t); n < 100 {
		t.Errorf("sealed %d values", n)
	}
	p.sealedWhole(t)

	t.Run("NothingToDo", func(t *testing.T) {
		if n, done, err := p.steps(ctx, nil); n != 0 || err != nil || slices.Contains(done, "cleaned") || slices.Contains(done, "copy drawn") {
			t.Errorf("%d, %v, %v", n, done, err)
		}
	})
	t.Run("CopiesAreWhole", func(t *testing.T) {
		for i, name := range []string{"schema-1.db", "2026-03-02.db"} {
			path := filepath.Join(p.backups(), name)
			if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(at.Add(time.Duration(i)*time.Hour)) {
				t.Errorf("%s is another day's: %v", name, err)
			}
			x := site{dir: t.TempDir()}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(x.path(), b, 0o600); err != nil {
				t.Fatal(err)
			}
			c := openWith(t, x.dir, p.safe)
			sound(t, c)
			got := mustState(t, c)
			for id, said := range got.drafts {
				if p.before.drafts[id] != said {
					t.Errorf("%s: a draft is another", name)
				}
			}
			if len(got.drafts) != len(p.before.drafts)-4 || !reflect.DeepEqual(got.requests, p.before.requests) || !reflect.DeepEqual(got.messages, p.before.messages) {
				t.Errorf("%s lacks something", name)
			}
		}
	})
	t.Run("DamagedDatabaseOpensAsItWas", func(t *testing.T) {
		var again []byte
		err := p.openAside(ctx, sealedName(aside, int64(len(damaged))), func(plain io.Reader) (err error) {
			again, err = io.ReadAll(plain)
			return err
		})
		if err != nil || string(again) != string(damaged) {
			t.Errorf("%d of %d bytes, %v", len(again), len(damaged), err)
		}
	})
	t.Run("PurgeReachesIt", func(t *testing.T) {
		d := p.draftOf(t, "Canari-corps n°0")
		find := func() (found bool) {
			files, err := p.asideFiles()
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range files {
				if err := p.openAside(ctx, path, func(plain io.Reader) error {
					b, err := io.ReadAll(plain)
					found = found || strings.Contains(string(b), d.Values["subject"])
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			return found
		}
		if !find() {
			t.Fatal("the damaged database has no such draft")
		}
		if err := p.ThrowDraft(ctx, d.ID, at); err != nil {
			t.Fatal(err)
		}
		if err := p.Purge(ctx, at.Add(ThrownFor+time.Hour)); err != nil {
			t.Fatal(err)
		}
		if find() {
			t.Error("a draft that was purged is in the damaged database")
		}
	})
}

func (p *plainDesk) draftOf(tb testing.TB, subject string) desk.Draft {
	tb.Helper()
	drafts, err := p.Drafts(context.Background(), "claire", All)
	if err != nil {
		tb.Fatal(err)
	}
	for _, d := range drafts {
		if d.Values["subject"] == subject {
			return d
		}
	}
	tb.Fatalf("no draft %q", subject)
	return desk.Draft{}
}

// Wherever the program is killed, everything can be read then, and the next run
// ends it; the same where the run is cut short by its context.
func TestResealCutShort(t *testing.T) {
	ctx := context.Background()
	r := random(t)
	p := newPlainDesk(t, r, 3)
	p.enrol(t, thePC, "claire", "marc")
	first := snapshot(t, p.dir)
	var killedAt []string
	var steps []string
	_, steps, err := p.steps(ctx, func(string) { killedAt = append(killedAt, snapshot(t, p.dir)) })
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, s := range steps {
		kinds[s]++
	}
	t.Logf("%d steps: %v", len(steps), kinds)
	if len(kinds) < 9 {
		t.Errorf("not all of it was tried")
	}
	for i, dir := range killedAt {
		k := p.again(t, dir)
		k.whole(t)
		k.resealAll(t)
		k.sealedWhole(t)
		if t.Failed() {
			t.Fatalf("killed at step %d, %s", i, steps[i])
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range steps {
		k := p.again(t, snapshot(t, first))
		ctx, cancel := context.WithCancel(ctx)
		at := 0
		_, _, err := k.steps(ctx, func(string) {
			if at == i {
				cancel()
			}
			at++
		})
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), "interrupted") {
			t.Errorf("cut short at step %d, %s: %v", i, steps[i], err)
		}
		k.whole(t)
		k.resealAll(t)
		k.sealedWhole(t)
		if t.Failed() {
			t.Fatalf("cut short at step %d, %s", i, steps[i])
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What is saved, submitted, claimed and removed meanwhile is as whoever did it
// left it.
func TestResealBesideEverybody(t *testing.T) {
	ctx := context.Background()
	r := random(t)
	p := newPlainDesk(t, r, 130) // more than one batch
	p.enrol(t, thePC, "claire", "marc")
	drafts, err := p.Drafts(ctx, "claire", All)
	if err != nil {
		t.Fatal(err)
	}
	drafts = slices.DeleteFunc(drafts, func(d desk.Draft) bool { return d.Owner.Person != "claire" })
	var mu sync.Mutex
	want, sent := map[string]string{}, map[string]bool{}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for w := range 3 {
		seed := r.Uint64()
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 0))
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				at3 := r.IntN(len(drafts)/3)*3 + w
				mu.Lock()
				gone := sent[drafts[at3].ID.String()]
				mu.Unlock()
				if gone {
					continue
				}
				d, err := p.Draft(ctx, drafts[at3].ID)
				if err == nil && r.IntN(10) == 0 {
					_, err = p.Submit(ctx, d.ID, d.Revision, at, freeze)
					mu.Lock()
					sent[d.ID.String()] = true
					mu.Unlock()
				} else if err == nil {
					d.Values = maps.Clone(d.Values)
					d.Values["subject"] = fmt.Sprint("Canari-corps ", w, i)
					d, err = p.SaveDraft(ctx, d, at)
					mu.Lock()
					want[d.ID.String()] = d.Values["subject"]
					mu.Unlock()
				}
				if err == nil && r.IntN(5) == 0 {
					_, err = p.Claim(ctx, desk.Ask{Now: at, Most: 2, Lease: time.Minute, Longest: time.Hour})
				}
				if err != nil {
					t.Errorf("%v", err)
					return
				}
			}
		})
	}
	n, err := p.Reseal(ctx)
	close(done)
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d values sealed, %d drafts saved meanwhile, %d submitted", n, len(want), len(sent))
	if len(want) == 0 {
		t.Error("nobody wrote")
	}
	p.before = mustState(t, p.Store)
	for _, d := range drafts {
		id := d.ID.String()
		subject, saved := want[id]
		if !saved {
			subject = d.Values["subject"]
		}
		switch got, err := p.Draft(ctx, d.ID); {
		case sent[id]:
			if q, err := p.Request(ctx, "claire", d.ID); err != nil || q.Request.Values["subject"] != subject {
				t.Errorf("submitted: %v", err)
			}
		case err != nil || got.Values["subject"] != subject:
			t.Errorf("saved: %v", err)
		}
	}
	p.resealAll(t)
	p.sealedWhole(t)
}

// A row that somebody changes between reading and exchanging stays as they left
// it.
func TestResealOverwritesNothing(t *testing.T) {
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire", "marc")
	from := snapshot(t, p.dir)
	for read := 0; ; read++ {
		k := p.again(t, snapshot(t, from))
		if !k.changedAt(t, read) {
			if read < 7 {
				t.Errorf("%d times", read)
			}
			return
		}
	}
}

// changedAt changes everything after so many batches were read, and tells whether
// there were as many.
func (p *plainDesk) changedAt(t *testing.T, read int) (changed bool) {
	t.Helper()
	ctx := context.Background()
	drafts, err := p.Drafts(ctx, "claire", All)
	if err != nil {
		t.Fatal(err)
	}
	drafts = slices.DeleteFunc(drafts, func(d desk.Draft) bool { return d.Owner.Person != "claire" })
	_, _, err = p.steps(ctx, func(what string) {
		if what == "read" {
			read--
		}
		if changed || read >= 0 {
			return
		}
		changed = true
		for i, d := range drafts {
			d.Values = desk.Values{"subject": fmt.Sprint("Encore ", i), "description": "x"}
			if i%2 == 0 { // these get another row id
				drafts[i] = save(t, p.Store, d)
				continue
			}
			var err error
			if drafts[i], err = p.RenewDraft(ctx, d.ID, func(desk.Draft) (desk.Draft, bool) { return d, true }); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.KeepTokens(ctx, "claire", []byte("Encore")); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !changed {
		return false
	}
	for _, want := range drafts {
		if d, err := p.Draft(ctx, want.ID); err != nil || d.Values["subject"] != want.Values["subject"] || d.Revision != want.Revision {
			t.Errorf("%q was saved, %q is there, %v", want.Values["subject"], d.Values["subject"], err)
		}
	}
	if got, err := p.Tokens(ctx, "claire"); err != nil || string(got) != "Encore" {
		t.Errorf("tokens: %q, %v", got, err)
	}
	return true
}

// Values of a person without a key wait for it, and nobody else's do. One whose
// key is locked is sealed for all the same.
func TestResealWithoutEverybodysKey(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire")
	p.safe.Lock("claire")
	if n, err := p.Reseal(ctx); n == 0 || !errors.Is(err, desk.ErrLocked) {
		t.Errorf("sealed %d values, %v", n, err)
	}
	if got := holding(t, p.dir, "Canari-demande"); len(got) > 0 {
		t.Errorf("stands in %v", got)
	}
	if got := holding(t, p.dir, "Canari-marc"); len(got) < 3 {
		t.Errorf("of a person without a key: stands in %v only", got)
	}
	if got, err := p.Drafts(ctx, "marc", All); err != nil || !slices.ContainsFunc(got, func(d desk.Draft) bool { return d.Values["subject"] == "Canari-marc" }) {
		t.Errorf("what is left cannot be read: %v", err)
	}
	if n, done, err := p.steps(ctx, nil); n != 0 || !errors.Is(err, desk.ErrLocked) || slices.Contains(done, "cleaned") || slices.Contains(done, "copy sealed") {
		t.Errorf("once more: %d, %v, %v", n, done, err)
	}
	p.enrol(t, "claire", "marc")
	p.resealAll(t)
	p.sealedWhole(t)
}

// What is sealed later, in a database that was done but for it, leaves nothing
// either, wherever it is cut short.
func TestResealLaterCutShort(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire")
	if _, err := p.Reseal(ctx); !errors.Is(err, desk.ErrLocked) {
		t.Fatal(err)
	}
	tell(t, p.Store, "PRAGMA wal_checkpoint(TRUNCATE)")
	p.enrol(t, "marc")
	var killedAt, done []string
	_, done, err := p.steps(ctx, func(string) { killedAt = append(killedAt, snapshot(t, p.dir)) })
	if err != nil || !slices.Contains(done, "exchanged") {
		t.Fatalf("%v, %v", done, err)
	}
	for i, dir := range killedAt {
		k := p.again(t, dir)
		k.whole(t)
		k.resealAll(t)
		k.sealedWhole(t)
		if t.Failed() {
			t.Fatalf("killed at step %d, %s", i, done[i])
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What was sealed before sealing began, and is stored after, is met as well.
func TestResealWaitsForWhatIsUnderWay(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire", "marc")
	p.resealAll(t)
	tell(t, p.Store, "DELETE FROM setting WHERE key=?", resealedKey)
	tx, err := p.Store.write.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("UPDATE person SET tokens=? WHERE id='claire'", []byte(`{"refresh":"Canari-jetons"}`)); err != nil {
		t.Fatal(err)
	}
	waits := p.Store.write.Stats().WaitCount
	ended := make(chan error)
	go func() {
		_, err := p.Reseal(ctx)
		ended <- err
	}()
	for deadline := time.Now().Add(10 * time.Second); p.Store.write.Stats().WaitCount == waits; {
		if time.Now().After(deadline) {
			t.Fatal("it does not wait")
		}
		runtime.Gosched()
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	p.sealedWhole(t)
}

// spoiling is a Sealer whose values do not open as they were.
type spoiling struct{ *seal.Safe }

func (s spoiling) Seal(person string, plain []byte) ([]byte, error) {
	return s.Safe.Seal(person, plain[:len(plain)-1])
}

// Nothing is exchanged for what does not open as it was.
func TestResealLooksAtWhatItSealed(t *testing.T) {
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire", "marc")
	p.Store.sealer = spoiling{p.safe}
	if n, err := p.Reseal(context.Background()); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	p.Store.sealer = p.safe
	p.whole(t)
}

// A damaged backup goes if a newer one is sealed, and is told of until then.
func TestResealDamagedBackup(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire", "marc")
	older, newest := filepath.Join(p.backups(), "schema-1.db"), filepath.Join(p.backups(), "2026-03-02.db")
	editFile(t, older, func(b []byte) []byte { clear(b[:100]); return b })
	editFile(t, newest, func(b []byte) []byte { // a page that nobody looks at first
		clear(b[len(b)-pageSize:])
		return b
	})
	when := at.Add(time.Hour)
	if err := os.Chtimes(newest, when, when); err != nil {
		t.Fatal(err)
	}
	damaged, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Reseal(ctx); !errors.Is(err, errDamagedCopy) {
		t.Errorf("%v", err)
	}
	if got, err := os.ReadFile(newest); err != nil || string(got) != string(damaged) {
		t.Errorf("the only one was touched: %v", err)
	}
	if _, err := os.Stat(older); err != nil {
		t.Error(err)
	}
	if _, err := p.Backup(ctx, at.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	p.resealAll(t)
	if got := fmt.Sprint(names(t, p.backups())); got != "[2026-03-04.db]" {
		t.Error(got)
	}
	p.sealedWhole(t)
}

// A mending may bring back plain rows, and its database has no mark.
func TestResealAfterMending(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 3)
	p.enrol(t, thePC, "claire", "marc")
	p.resealAll(t)
	if err := p.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	tell(t, p.Store, "UPDATE person SET tokens=? WHERE id='claire'", []byte(`{"refresh":"Canari-jetons"}`))
	if n := p.resealAll(t); n != 1 {
		t.Errorf("sealed %d values", n)
	}
	p.sealedWhole(t)
}

// Files of two persons that share bytes are swapped each for itself.
func TestSwapStored(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	var ids []desk.File
	var drafts []desk.Draft
	for _, person := range []string{"claire", "claire", "marc"} {
		d := newDraft(t)
		d.Owner.Person = person
		d = save(t, s, d)
		ids, drafts = append(ids, file(t, s, d.ID, "both")), append(drafts, d)
	}
	if err := s.RemoveFile(ctx, drafts[1].ID, ids[1].ID, at); err != nil {
		t.Fatal(err)
	}
	got, err := s.StoredFiles(ctx)
	if err != nil || len(got) != 2 || got[0].Person != "claire" || got[1].File.Stored != "both" || got[1].File.SHA256 != "hash-both" || got[1].File.Size != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if err := s.SwapStored(ctx, "claire", "both", "new"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"new", "new", "both"} {
		if f, _, err := s.File(ctx, ids[i].ID); err != nil || f.Stored != want {
			t.Errorf("%d: %q, %v", i, f.Stored, err)
		}
	}
	if err := s.SwapStored(ctx, "claire", "both", "newer"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("nothing to swap: %v", err)
	}
}
