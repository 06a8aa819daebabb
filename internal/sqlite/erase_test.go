package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
)

// secret is a text that fills several pages and stands nowhere else.
func secret(name string) string { return strings.Repeat("Secret de "+name+". ", 400) }

// holding lists the files below a folder that have a text in them, but for
// those that cannot be read everywhere as long as the database is open, and
// have none.
func holding(tb testing.TB, dir, text string) (out []string) {
	tb.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "guichet.lock" || e.Name() == "guichet.db-shm" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(b, []byte(text)) {
			name, err := filepath.Rel(dir, path)
			out = append(out, name)
			return err
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// What was thrown away for good stands in no file any more: not in the database,
// its log, a backup, a copy before a migration or a damaged database; and what
// was not, still does.
func TestPurgeReachesEveryCopy(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	write := func(name string) desk.Draft {
		d := newDraft(t)
		d.Values = desk.Values{"subject": name, "description": secret(name)}
		d = save(t, s, d)
		file(t, s, d.ID, "fichier-de-"+name)
		return d
	}
	kept, thrown, other := write("Alice"), write("Bernard"), write("Chloe")
	loose := file(t, s, kept.ID, "fichier-retire")
	if _, err := s.Backup(ctx, at); err != nil { // when nothing was thrown away yet
		t.Fatal(err)
	}
	if err := copyTo(ctx, s.write, filepath.Join(s.backups(), "schema-1.db")); err != nil {
		t.Fatal(err)
	}
	// A damaged one, whose log is left, lies aside.
	if _, err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	thrown.Values["subject"] = "Bernard encore"
	thrown = save(t, s, thrown)
	old := killed(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "damaged", "20260302T143200Z"), os.DirFS(old)); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if err := s.ThrowDraft(ctx, thrown.ID, at); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveFile(ctx, kept.ID, loose.ID, at); err != nil {
		t.Fatal(err)
	}
	if got := holding(t, dir, "Secret de Bernard"); len(got) < 4 {
		t.Fatalf("before: %v", got)
	}
	if err := s.Purge(ctx, at.Add(ThrownFor+time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"Secret de Bernard", `"fichier-de-Bernard.pdf"`, `"fichier-retire.pdf"`} {
		if got := holding(t, dir, gone); len(got) > 0 {
			t.Errorf("%q stands in %v", gone, got)
		}
	}
	for _, there := range []string{"Secret de Alice", "Secret de Chloe", `"fichier-de-Alice.pdf"`} {
		if got := holding(t, dir, there); len(got) < 4 {
			t.Errorf("%q stands in %v only", there, got)
		}
	}
	for _, name := range []string{"2026-03-02.db", "schema-1.db"} {
		x := site{dir: t.TempDir()}
		b, err := os.ReadFile(filepath.Join(dir, "backups", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(x.path(), b, 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, x.dir)
		sound(t, c)
		if d, err := c.Draft(ctx, other.ID); err != nil || d.Values["description"] != secret("Chloe") || len(d.Files) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s = open(t, dir); s.Unclean() {
		t.Error("unclean")
	}
}

// A purge that was cut short between the copies and the database is ended by
// the next one.
func TestPurgeCutShort(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	d := newDraft(t)
	d.Values = desk.Values{"subject": "x", "description": secret("Bernard")}
	d = save(t, s, d)
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	copies, err := s.copies()
	if err != nil || len(copies) != 1 {
		t.Fatalf("%v, %v", copies, err)
	}
	if err := eraseCopy(ctx, copies[0], []erasure{{"draft", "id", []string{d.ID.String()}}}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copies[0].path); err != nil || !info.ModTime().Equal(copies[0].at) {
		t.Error("a backup that was cleaned is another day's")
	}
	if err := s.Purge(ctx, at.Add(ThrownFor+time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := holding(t, dir, "Secret de Bernard"); len(got) > 0 {
		t.Errorf("stands in %v", got)
	}
}

// As long as a copy cannot be cleaned, the database remembers what has to
// vanish from it.
func TestPurgeCopiesFirst(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	copies, err := s.copies()
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", dsn(copies[0].path, "_txlock=exclusive"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	later := at.Add(ThrownFor + time.Hour)
	if err := s.Purge(ctx, later); err == nil {
		t.Error("a backup that is in use was cleaned")
	}
	if _, err := s.Draft(ctx, d.ID); err != nil {
		t.Errorf("forgotten: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(ctx, later); err != nil {
		t.Error(err)
	}
	if _, err := s.Draft(ctx, d.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// A backup that cannot be cleaned goes.
func TestPurgeDamagedBackup(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	d := newDraft(t)
	d.Values = desk.Values{"subject": "x", "description": secret("Bernard")}
	d = save(t, s, d)
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	editFile(t, filepath.Join(dir, "backups", "2026-03-02.db"), func(b []byte) []byte { clear(b[:100]); return b })
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(ctx, at.Add(ThrownFor+time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := holding(t, dir, "Secret de Bernard"); len(got) > 0 {
		t.Errorf("stands in %v", got)
	}
}

// Damaged databases go after a month, and the oldest of too many do before.
func TestDamagedDatabasesGo(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for _, name := range []string{"20260302T143200Z", "20260328T000000Z", "notes"} {
		if err := os.MkdirAll(filepath.Join(dir, "damaged", name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Purge(context.Background(), at.Add(KeptAside+time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(names(t, filepath.Join(dir, "damaged"))); got != "[20260328T000000Z notes]" {
		t.Error(got)
	}
	now := time.Now().UTC()
	for i := range asidesKept + 3 {
		if err := os.MkdirAll(filepath.Join(dir, "damaged", now.Add(-time.Duration(i+1)*time.Hour).Format(asideStamp)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Mend(context.Background()); err != nil {
		t.Fatal(err)
	}
	oldest := now.Add(-(asidesKept - 1) * time.Hour).Format(asideStamp)
	if got := names(t, filepath.Join(dir, "damaged")); len(got) != asidesKept+1 || got[0] != oldest {
		t.Errorf("%v", got)
	}
}
