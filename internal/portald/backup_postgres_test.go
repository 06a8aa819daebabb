package portald_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/database/pgtest"
	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"
	"guichet/internal/portald/helpdesk"

	"github.com/jackc/pgx/v5"
)

// TestBackupPostgres does what the manual says of a portal on PostgreSQL: pg_dump while it
// works, a copy of the files, and the loss of all. What is restored goes on: each
// request of the dump with its number and bytes, what the help desk was being told
// just then told once, desks from the beginning, and no number given twice.
func TestBackupPostgres(t *testing.T) {
	t.Run("Folder", func(t *testing.T) {
		if inBucket() {
			t.Skip("the files lie in no folder")
		}
		restorePostgres(t, nil, func(b *bench, folder string) *files.S3Config {
			if err := os.CopyFS(filepath.Join(folder, "files"), os.DirFS(filepath.Join(b.Folder(), "files"))); err != nil {
				t.Fatal(err)
			}
			return nil
		})
	})
	t.Run("S3", func(t *testing.T) {
		restorePostgres(t, aBucket(t), func(b *bench, _ string) *files.S3Config {
			to := aBucket(t)
			s3test.Copy(t, *b.S3(), *to)
			return to
		})
	})
}

// restorePostgres loses a portal with its files in a bucket, or in its folder, and
// restores it; copied copies them.
func restorePostgres(t *testing.T, bucket *files.S3Config, copied func(b *bench, folder string) *files.S3Config) {
	address, restored := pgtest.Address(t), pgtest.Address(t)
	d := newDesky(7)
	b := start(t, func(c *portald.Config) {
		c.Postgres, c.S3 = address, bucket
		behind(d, time.Second)(c)
	}, quick)
	old, _, kept := b.conversed()
	purged, _, _ := b.conversed()
	await(t, "the help desk knows", func() bool { return b.Unforwarded() == 0 })
	d.says(old, helpdesk.Event{Message: &helpdesk.Message{Text: "avant"}})
	await(t, "the answer", func() bool { return len(b.said(claire, old)) == 3 })
	cursor, before := b.caughtUp(claire), b.get(claire, old)

	shell := inShell(t, address, restored)
	d.mu.Lock() // whoever tells the help desk something is at it for as long
	told := newID(t)
	b.put(claire, told, technical(tilleuls), http.StatusCreated)
	await(t, "the attempt", func() bool {
		return counted(t, address, "SELECT count(*) FROM outbound WHERE request=$1 AND tried_at IS NOT NULL", told) == 1 &&
			counted(t, address, "SELECT count(*) FROM river_job WHERE state='running' AND args->>'request'=$1", told) == 1
	})
	shell("pg_dump")
	d.mu.Unlock()

	late, content := fileOf(t, claire, 2000)
	lost := newID(t)
	b.put(claire, lost, withFiles(technical(tilleuls), late), http.StatusCreated)
	b.send(claire, lost, late, content)
	await(t, "the help desk knows", func() bool { return b.Unforwarded() == 0 })
	d.says(old, helpdesk.Event{Message: &helpdesk.Message{Text: "après"}})
	await(t, "the second answer", func() bool { return len(b.said(claire, old)) == 4 })
	if err := b.Purge(t.Context(), purged, false); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "restored")
	to := copied(b, data)
	given := b.get(claire, lost).Number
	b.Down()

	shell("pg_restore", "psql")
	b.Change(func(c *portald.Config) { c.Data, c.Postgres, c.S3 = data, restored, to })
	b.Up()

	b.stale(claire, cursor)
	if got := idsOf(b.changes(claire, "")); len(got) != 3 {
		t.Errorf("desks find %v", got)
	}
	if got := b.get(claire, old); got.Number != before.Number || got.Status != before.Status || !got.ReceivedAt.Equal(*before.ReceivedAt) {
		t.Errorf("%+v\nwas\n%+v", got, before)
	}
	m := b.said(claire, old)[0]
	for _, f := range []portal.File{kept[0], m.Files[0]} {
		if r := b.call(claire, http.MethodGet, pathOf(old)+"/files/"+f.ID, nil).want(http.StatusOK); digest(f, r.body).SHA256 != f.SHA256 {
			t.Errorf("%s: other bytes", f.ID)
		}
	}
	if err := b.Purge(t.Context(), purged, true); err != nil {
		t.Errorf("what was purged behind the dump: %v", err)
	}
	await(t, "what was being told, and support's answers", func() bool {
		return b.Unforwarded() == 0 && len(b.said(claire, old)) == 4
	})
	b.say(claire, told, "une suite")
	b.do(claire, old, portal.ActPut{Kind: portal.KindClose, At: time.Now()})
	again := b.put(claire, lost, withFiles(technical(tilleuls), late), http.StatusCreated)
	b.send(claire, lost, late, content) // by hand: a desk has it still
	await(t, "the help desk knows", func() bool { return b.Unforwarded() == 0 })
	for id, replies := range map[string]int{old: 1, purged: 1, told: 1, lost: 0} {
		if n, said, _ := d.state(id); n != 1 || len(said) != replies {
			t.Errorf("%s has %d tickets, replies %v", id, n, said)
		}
	}
	if again.ID != lost || last(t, b.get(claire, lost).Number) <= last(t, given) {
		t.Errorf("%s is given behind %s", b.get(claire, lost).Number, given)
	}
	if got := b.get(claire, old).Status; got != string(desk.PortalClosed) {
		t.Errorf("it is %s", got)
	}
}

// inShell runs the lines of the manual that begin with a program, for a database and
// the one that it is restored to.
func inShell(t *testing.T, from, to string) func(programs ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "build", "portald", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	return func(programs ...string) {
		t.Helper()
		for _, program := range programs {
			lines := regexp.MustCompile(`(?m)^`+program+" .*$").FindAll(text, -1)
			if len(lines) == 0 {
				t.Fatalf("the manual says nothing of %s", program)
			}
			for _, line := range lines {
				pgtest.Shell(t, folder, string(line), "FROM="+from, "TO="+to)
			}
		}
	}
}

func counted(t *testing.T, address, query string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
