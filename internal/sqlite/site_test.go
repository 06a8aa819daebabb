package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// random prints its seed; GUICHET_SEED repeats a run.
func random(tb testing.TB) *rand.Rand {
	tb.Helper()
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	tb.Logf("GUICHET_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// fill writes drafts and as many requests, a quarter of which each is queued,
// of unknown outcome, received and cancelled. Some have files, some are long.
func fill(tb testing.TB, s *Store, r *rand.Rand, n int) {
	tb.Helper()
	ctx := context.Background()
	if err := s.Remember(ctx, desk.Person{ID: "claire", Name: "Claire"}, at); err != nil {
		tb.Fatal(err)
	}
	write := func(i int) desk.Draft {
		d := newDraft(tb)
		d.Values = desk.Values{"subject": fmt.Sprintf("Sujet %d", i), "description": strings.Repeat("Ligne de la facture. ", r.IntN(60))}
		if long := r.IntN(8) == 0; long || i == 1 { // one at least
			d.Values["description"] = strings.Repeat("Une longue lettre. ", 600)
		}
		d = save(tb, s, d)
		if r.IntN(3) == 0 {
			file(tb, s, d.ID, fmt.Sprintf("stored-%d", r.Uint64()))
		}
		return d
	}
	for i := range n {
		write(i)
		q := submit(tb, s, write(i))
		var err error
		switch i % 4 {
		case 1:
			tell(tb, s, "UPDATE job SET attempt=2, doubt=1 WHERE request=(SELECT seq FROM request WHERE id=?)", q.ID.String())
			tell(tb, s, "UPDATE request SET status='unknown', sent_at=submitted_at WHERE id=?", q.ID.String())
		case 2:
			err = s.bring(ctx, "claire", []desk.Change{{
				Request:  desk.Request{ID: q.ID, Number: fmt.Sprintf("G-%d", i), PortalStatus: desk.PortalReceived, ReceivedAt: at, UpdatedAt: at},
				Messages: []desk.Message{{ID: newID(tb), Request: q.ID, Author: "Support", Support: true, Text: strings.Repeat("Bonjour. ", 1+r.IntN(30)), At: at}},
			}}, "cursor-1", at)
		case 3:
			err = s.Cancel(ctx, "claire", q.ID, false, at)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func tell(tb testing.TB, s *Store, query string, args ...any) {
	tb.Helper()
	if _, err := s.write.Exec(query, args...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// state is everything that a person would miss: by id, what it says.
type state struct {
	drafts, requests map[uuid.UUID]string
	status           map[uuid.UUID]desk.Status // of the requests
	files, messages  map[uuid.UUID]int
}

func said(revision int64, values desk.Values) string {
	return fmt.Sprint(revision, map[string]string(values)) // desk.Values do not print themselves
}

func stateOf(s *Store) (state, error) {
	ctx := context.Background()
	out := state{map[uuid.UUID]string{}, map[uuid.UUID]string{}, map[uuid.UUID]desk.Status{}, map[uuid.UUID]int{}, map[uuid.UUID]int{}}
	drafts, err := s.Drafts(ctx, "claire", All)
	if err != nil {
		return out, err
	}
	for _, d := range drafts {
		out.drafts[d.ID] = said(d.Revision, d.Values)
		out.files[d.ID] = len(d.Files)
	}
	requests, err := s.Requests(ctx, "claire", All)
	if err != nil {
		return out, err
	}
	for _, q := range requests {
		full, err := s.Request(ctx, "claire", q.ID)
		if err != nil {
			return out, err
		}
		out.requests[q.ID] = said(q.Revision, q.Values)
		out.status[q.ID], out.files[q.ID], out.messages[q.ID] = q.Status, len(q.Files), len(full.Messages)
	}
	return out, nil
}

func mustState(tb testing.TB, s *Store) state {
	tb.Helper()
	out, err := stateOf(s)
	if err != nil {
		tb.Fatalf("read everything: %v", err)
	}
	return out
}

// site is a data folder with a database of known content that is not open.
type site struct {
	dir    string
	before state
	saved  state // what the backup has, if there is one
}

// newSite makes one. behind is how much more is written after the backup.
func newSite(tb testing.TB, r *rand.Rand, n int, backup bool, behind int) site {
	tb.Helper()
	out := site{dir: tb.TempDir()}
	s := open(tb, out.dir)
	fill(tb, s, r, n)
	if backup {
		if _, err := s.Backup(context.Background(), at); err != nil {
			tb.Fatal(err)
		}
		out.saved = mustState(tb, s)
	}
	fill(tb, s, r, behind)
	out.before = mustState(tb, s)
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func (s site) path() string { return filepath.Join(s.dir, "guichet.db") }

// clone is the same site in a folder of its own.
func (s site) clone(tb testing.TB) site {
	tb.Helper()
	from := s.dir
	s.dir = tb.TempDir()
	if err := os.CopyFS(s.dir, os.DirFS(from)); err != nil {
		tb.Fatal(err)
	}
	return s
}

// edit changes the bytes of the database file.
func (s site) edit(tb testing.TB, change func([]byte) []byte) { editFile(tb, s.path(), change) }

func editFile(tb testing.TB, path string, change func([]byte) []byte) {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// killed copies a database that is open, as a killed program leaves it. Other
// files cannot be read everywhere as long as it is open.
func killed(tb testing.TB, from string) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	for _, name := range []string{"guichet.db", "guichet.db-wal"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), b, 0o600)); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// healed opens a database, checks and reads all of it, and mends it when
// somebody says that it is damaged, as the app does.
func healed(tb testing.TB, dir string) (*Store, state) {
	tb.Helper()
	s := open(tb, dir)
	for range 3 {
		err := s.Check(context.Background())
		var now state
		if err == nil {
			now, err = stateOf(s)
		}
		if err == nil {
			_, err = s.Recovered(context.Background())
		}
		if err == nil {
			return s, now
		}
		if !errors.Is(err, desk.ErrDamaged) {
			tb.Fatalf("neither usable nor damaged: %v", err)
		}
		select {
		case <-s.Damaged():
		default:
			tb.Fatalf("nobody was told of %v", err)
		}
		if err := s.Mend(context.Background()); err != nil {
			tb.Fatalf("mend: %v", err)
		}
	}
	tb.Fatal("damaged after being mended")
	return nil, state{}
}

// sound holds that a database is whole and that its queue fits its requests.
func sound(tb testing.TB, s *Store) {
	tb.Helper()
	for query, want := range map[string]string{
		"PRAGMA integrity_check":                                                                         "ok",
		"SELECT count(*) FROM pragma_foreign_key_check":                                                  "0",
		"SELECT count(*) FROM draft WHERE id IN (SELECT id FROM request)":                                "0",
		"SELECT count(*) FROM request WHERE " + onItsWay + " AND seq NOT IN (SELECT request FROM job)":   "0",
		"SELECT count(*) FROM job WHERE request NOT IN (SELECT seq FROM request WHERE " + onItsWay + ")": "0",
	} {
		var got string
		if err := s.read.QueryRow(query).Scan(&got); err != nil || got != want {
			tb.Errorf("%s: %s, %v", query, got, err)
		}
	}
}

// score counts what came back.
type score struct{ rounds, had, kept, backup, again, lost, gaps int }

// judge compares what is there after a damage with what was there before: each
// thing is as it was, or as the backup has it, or missing, which the notice
// admits. What was cancelled or received is not on its way again.
func (x site) judge(tb testing.TB, s *Store, now state) score {
	tb.Helper()
	sound(tb, s)
	n, err := s.Recovered(context.Background())
	if err != nil || n.At.IsZero() {
		tb.Fatalf("no notice: %+v, %v", n, err)
	}
	sc := score{rounds: 1, had: len(x.before.drafts) + len(x.before.requests), lost: n.Lost, gaps: n.Gaps, again: n.Reopened, backup: n.FromBackup}
	missing := 0
	for id, was := range x.before.drafts {
		switch is, ok := now.drafts[id]; {
		case !ok:
			missing++
			continue
		case is != was && is != x.saved.drafts[id]:
			tb.Errorf("draft %s is another one:\n%.300s\n%.300s", id, was, is)
		}
		sc.kept++
	}
	for id, was := range x.before.requests {
		_, again := now.drafts[id]
		is, ok := now.requests[id]
		switch before := x.before.status[id]; {
		case !ok && !again:
			missing++
			continue
		case again && !before.Waiting():
			tb.Errorf("request %s was %s, and is a draft", id, before)
		case again:
		case is != was && is != x.saved.requests[id]:
			tb.Errorf("request %s is another one", id)
		case now.status[id] != before && (now.status[id] != desk.StatusUnknown || !before.Waiting()):
			tb.Errorf("request %s was %s, is %s", id, before, now.status[id])
		}
		sc.kept++
	}
	for id, had := range x.before.files {
		if _, there := now.files[id]; there && now.files[id] < had {
			missing++
		}
	}
	for id, had := range x.before.messages {
		if _, there := now.messages[id]; there && now.messages[id] < had {
			missing++
		}
	}
	if missing > 0 && n.Lost+n.Gaps == 0 {
		tb.Errorf("%d are missing, and the notice says that nothing is", missing)
	}
	for id := range now.drafts {
		if x.before.drafts[id] == "" && x.before.requests[id] == "" {
			tb.Errorf("draft %s is back from the past", id)
		}
	}
	n.counts(tb, now)
	return sc
}

// counts holds that the notice tells what is there.
func (n Recovered) counts(tb testing.TB, now state) {
	tb.Helper()
	var requests, waiting, files int
	for id, st := range now.status {
		if st != desk.StatusCancelled {
			requests++
			files += now.files[id]
		}
		if st.Waiting() {
			waiting++
		}
	}
	for id := range now.drafts {
		files += now.files[id]
	}
	if n.Drafts != len(now.drafts) || n.Requests != requests || n.Waiting != waiting || n.Files != files {
		tb.Errorf("the notice says %d drafts, %d requests, %d waiting, %d files; there are %d, %d, %d, %d",
			n.Drafts, n.Requests, n.Waiting, n.Files, len(now.drafts), requests, waiting, files)
	}
}
