package app

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/privacy"
	"guichet/internal/session"
	"guichet/internal/sqlite"
)

// hasty is an app whose store is looked after all the time.
func hasty(tb testing.TB, data, url, token string, edit ...func(*App)) *office {
	tb.Helper()
	o := wire(New(Config{Data: data, Portal: url, Provider: session.NewBearer(token), SignIn: token != ""}))
	o.app.upkeep = upkeep{first: time.Millisecond, every: 5 * time.Millisecond, pause: time.Millisecond}
	for _, e := range edit {
		e(o.app)
	}
	o.app.Start(o.shell)
	tb.Cleanup(o.app.Stop)
	return o
}

// spoil overwrites the page of a closed database where a table or an index
// begins.
func spoil(tb testing.TB, data, name string) {
	tb.Helper()
	path := filepath.Join(data, "guichet.db")
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	var page, size int64
	if err := db.QueryRow("SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name=?", name).Scan(&page, &size); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(make([]byte, size), (page-1)*size); err != nil {
		tb.Fatal(err)
	}
}

// A damaged database is no obstacle: the start mends it, and the window is told
// until somebody has read it.
func TestDamagedAtTheStart(t *testing.T) {
	data := t.TempDir()
	o := open(t, data, nobody, "")
	id, _ := o.write(t, content())
	o.app.Stop()
	backUp(t, data)
	put(t, filepath.Join(data, "guichet.db"), []byte("This is no database, whatever its name says."))

	o = open(t, data, nobody, "")
	if d := must(o.drafts.Open(id))(t); d.Content.Values[desk.KeySubject] != "Agenda lent" {
		t.Errorf("%+v", d.Content)
	}
	n := must(o.window.Recovered())(t)
	if n.At == "" || n.Drafts != 1 || n.FromBackup != 1 || n.BackupAt == "" || n.Gaps == 0 {
		t.Errorf("%+v", n)
	}
	if kept, err := os.ReadFile(filepath.Join(n.Folder, "guichet.db")); err != nil || len(kept) != 44 {
		t.Errorf("the damaged file is not in %q: %v", n.Folder, err)
	}
	o.app.Stop()
	o = open(t, data, nobody, "")
	if again := must(o.window.Recovered())(t); again != n {
		t.Errorf("after another start %+v", again)
	}
	if err := o.window.RecoveredSeen(); err != nil {
		t.Fatal(err)
	}
	if seen := must(o.window.Recovered())(t); seen != (Recovered{}) {
		t.Errorf("%+v", seen)
	}
}

// So is one that only the reading at the start meets: nobody has to try again.
func TestDamagedOnTheWayUp(t *testing.T) {
	data := t.TempDir()
	o := open(t, data, nobody, "")
	id, _ := o.write(t, content())
	o.app.Stop()
	spoil(t, data, "catalogue")
	o = open(t, data, nobody, "")
	if items := must(o.drafts.List())(t); len(items) != 1 || items[0].ID != id {
		t.Errorf("%+v", items)
	}
	if n := must(o.window.Recovered())(t); n.At == "" || n.Drafts != 1 || n.Lost+n.Gaps > 0 {
		t.Errorf("%+v", n)
	}
}

// Damage that is met while the app runs, by a call, by the outbox, or by the
// check that follows a kill, is mended under it: the next call works.
func TestDamagedMeanwhile(t *testing.T) {
	prepare := func(t *testing.T) (p *portald.Twin, data, id string) {
		p = portald.Run(t, nil)
		data = been(t, p)
		o := open(t, data, nobody, p.Token(claire))
		id, revision := o.write(t, content())
		must(o.drafts.Submit(id, revision))(t)
		o.write(t, content())
		o.app.Stop()
		return p, data, id
	}
	whole := func(t *testing.T, o *office, id string) {
		t.Helper()
		await(t, "it is mended", func() bool { return o.shell.heard("changed", "recovered") })
		items := o.everything(t)
		n := must(o.window.Recovered())(t)
		if len(items) != 2 || n.Drafts != 1 || n.Requests != 1 || n.Lost+n.Gaps > 0 {
			t.Errorf("%d items, %+v", len(items), n)
		}
		o.status(t, id)
	}
	t.Run("ByACall", func(t *testing.T) {
		p, data, id := prepare(t)
		spoil(t, data, "message_of_request") // which no loop reads
		o := open(t, data, nobody, p.Token(claire))
		if _, err := o.requests.Open(id); err == nil {
			t.Fatal("the damage was not met")
		} else {
			fails(t, err, desk.ErrDamaged)
		}
		whole(t, o, id)
	})
	t.Run("ByTheOutbox", func(t *testing.T) {
		p, data, id := prepare(t)
		spoil(t, data, "job")
		o := open(t, data, p.URL, p.Token(claire))
		await(t, "the portal has it", func() bool {
			r, err := o.requests.Open(id)
			return err == nil && r.Item.Status == string(desk.StatusReceived)
		})
		whole(t, o, id)
	})
	t.Run("ByTheCheckAfterAKill", func(t *testing.T) {
		p, data, id := prepare(t)
		spoil(t, data, "message_of_request")
		leaveLog(t, data)
		o := hasty(t, data, nobody, p.Token(claire))
		whole(t, o, id)
	})
	t.Run("NoCheckAfterACleanEnd", func(t *testing.T) {
		p, data, _ := prepare(t)
		spoil(t, data, "statement_said") // nothing reads it but the check, and whoever reads the ledger
		o := hasty(t, data, nobody, p.Token(claire))
		await(t, "the store was looked after", func() bool { return len(backups(t, data)) == 1 })
		if o.shell.heard("changed", "recovered") {
			t.Error("checked")
		}
	})
}

// A mending that fails is tried again without anybody's call, and what waited
// is sent.
func TestMendedWithoutACall(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	o := open(t, data, nobody, p.Token(claire))
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.app.Stop()
	spoil(t, data, "job") // which the outbox meets
	inTheWay := filepath.Join(data, "mending.db")
	if err := os.MkdirAll(filepath.Join(inTheWay, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	o = hasty(t, data, p.URL, p.Token(claire))
	await(t, "it cannot be mended", func() bool {
		o.app.opening.Lock()
		defer o.app.opening.Unlock()
		return o.app.store != nil && o.app.openErr != nil
	})
	if o.shell.heard("changed", "recovered") || len(arrived(t, p, claire)) > 0 {
		t.Error("it was mended")
	}
	if err := os.Rename(inTheWay, filepath.Join(t.TempDir(), "away")); err != nil { // at once: it is tried all the time
		t.Fatal(err)
	}
	await(t, "it is mended", func() bool { return o.shell.heard("changed", "recovered") })
	await(t, "the portal has it", func() bool { return len(arrived(t, p, claire)) == 1 })
	if n := must(o.window.Recovered())(t); n.Requests != 1 || n.Lost+n.Gaps > 0 {
		t.Errorf("%+v", n)
	}
}

// leaveLog leaves a database as a kill does, with a log.
func leaveLog(tb testing.TB, data string) {
	tb.Helper()
	ctx := context.Background()
	s, err := sqlite.Open(ctx, data, privacy.Plain{})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.SaveSettings(ctx, map[string]string{"theme": "dark"}); err != nil {
		tb.Fatal(err)
	}
	left := map[string][]byte{}
	for _, name := range []string{"guichet.db", "guichet.db-wal"} {
		if left[name], err = os.ReadFile(filepath.Join(data, name)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	for name, b := range left {
		put(tb, filepath.Join(data, name), b)
	}
}

// What waited when the database was damaged is sent once; what was cancelled is
// not sent, though the backup still has it waiting.
func TestDamagedQueue(t *testing.T) {
	p := portald.Run(t, nil)
	data := been(t, p)
	p.Down()
	o := open(t, data, p.URL, p.Token(claire))
	submit := func() string {
		id, revision := o.write(t, content())
		must(o.drafts.Submit(id, revision))(t)
		return id
	}
	waits, cancelled := submit(), submit()
	o.app.Stop()
	backUp(t, data)
	o = open(t, data, p.URL, p.Token(claire))
	await(t, "it can be cancelled", func() bool { return o.outbox.Cancel(cancelled) == nil })
	o.app.Stop()
	spoil(t, data, "request")
	p.Up()
	o = open(t, data, p.URL, p.Token(claire))
	await(t, "the damage is found and mended, and the portal has what waited", func() bool {
		r, err := o.requests.Open(waits)
		if err != nil && !errors.Is(err, desk.ErrDamaged) {
			t.Fatal(err)
		}
		return err == nil && r.Item.Status == string(desk.StatusReceived)
	})
	if s := o.status(t, cancelled).Status; s != string(desk.StatusCancelled) {
		t.Errorf("what was cancelled is %s", s)
	}
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != waits {
		t.Errorf("the portal has %d requests", len(got))
	}
}

// backUp makes the backup of a closed database.
func backUp(tb testing.TB, data string) {
	tb.Helper()
	s, err := sqlite.Open(context.Background(), data, privacy.Plain{})
	if err != nil {
		tb.Fatal(err)
	}
	made, err := s.Backup(context.Background(), time.Now())
	if err := errors.Join(err, s.Close()); err != nil || !made {
		tb.Fatalf("made %t, %v", made, err)
	}
}

func backups(tb testing.TB, data string) []string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(data, "backups", "20*.db"))
	if err != nil {
		tb.Fatal(err)
	}
	return names
}

// A program that runs for days makes a backup each day.
func TestBackupEachDay(t *testing.T) {
	data := t.TempDir()
	var days atomic.Int64
	began := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	o := hasty(t, data, nobody, "", func(a *App) {
		a.Now = func() time.Time { return began.AddDate(0, 0, int(days.Load())) }
	})
	for i := range 9 {
		days.Store(int64(i))
		name := filepath.Join(data, "backups", began.AddDate(0, 0, i).Format(time.DateOnly)+".db")
		await(t, name, func() bool { _, err := os.Stat(name); return err == nil })
	}
	await(t, "seven are kept", func() bool { return len(backups(t, data)) == 7 })
	if _, err := os.Stat(filepath.Join(data, "ballast")); err != nil {
		t.Errorf("no ballast: %v", err)
	}
	o.app.Stop()
}

// Bytes whose rows a damage has cost are kept as long as the damaged file, but
// for those that were thrown away for good.
func TestBytesAfterALoss(t *testing.T) {
	data := t.TempDir()
	var later atomic.Int64
	now := func(a *App) {
		a.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	}
	o := open(t, data, nobody, "")
	id, _ := o.write(t, content())
	thrown, _ := o.write(t, content())
	one, _ := pdf(t, "a.pdf", 5000)
	two, _ := pdf(t, "b.pdf", 6000)
	o.attach(t, id, one)
	o.attach(t, thrown, two)
	if err := o.drafts.Throw(thrown); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	spoilRow(t, data, id)

	o = open(t, data, nobody, "")
	await(t, "it is mended", func() bool { _, err := o.drafts.List(); return err == nil && must(o.window.Recovered())(t).Lost > 0 })
	o.app.Stop()

	later.Store(int64(8 * 24 * time.Hour))
	o = hasty(t, data, nobody, "", now)
	await(t, "what was thrown away is gone", func() bool { return len(o.stored(t)) == 1 })
	await(t, "the store was looked after", func() bool { return len(backups(t, data)) == 1 })
	if got := o.stored(t); len(got) != 1 {
		t.Errorf("stored: %v", got)
	}
	later.Store(int64(40 * 24 * time.Hour))
	await(t, "no row will come back", func() bool { return len(o.stored(t)) == 0 })
}

// spoilRow makes the row of a draft's file unreadable.
func spoilRow(tb testing.TB, data, draft string) {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "guichet.db"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE file SET name=x'00' WHERE item=?", draft); err != nil {
		tb.Fatal(err)
	}
}
