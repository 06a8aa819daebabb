package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/desk"
)

// leaving is a store with all kinds of rows of claire and of paul, and a backup.
func leaving(t *testing.T) (s *Store, dir string) {
	t.Helper()
	ctx := context.Background()
	dir = t.TempDir()
	s = open(t, dir)
	for _, person := range []string{"claire", "paul"} {
		d := newDraft(t)
		d.Owner.Person = person
		d.Values = desk.Values{"subject": person, "description": secret(person)}
		d = save(t, s, d)
		f := desk.File{ID: newID(t), Name: "fichier-de-" + person, Size: 3, Stored: "bytes-" + person, SHA256: "ab"}
		if err := s.AddFile(ctx, d.ID, person, f, saidOf(t, f, person)); err != nil {
			t.Fatal(err)
		}
		q := heard(t, 1, nil)
		if _, _, err := s.Apply(ctx, person, desk.Changes{Changes: []desk.Change{q}, Cursor: "c"}, at); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Remember(ctx, desk.Person{ID: person, Name: "Nom de " + person}, at),
			s.SaveSettings(ctx, map[string]string{"language@" + person: "fr", settingAtDesk: person})); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// rowsOf counts the rows of a person in a database, by table.
func rowsOf(t *testing.T, path, person string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables, err := db.Query("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type='table' AND (c.name='person' OR m.name='person' AND c.name='id')")
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	out := map[string]int{}
	for tables.Next() {
		var table, column string
		var n int
		if err := errors.Join(tables.Scan(&table, &column), db.QueryRow("SELECT count(*) FROM "+table+" WHERE "+column+"=?", person).Scan(&n)); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out[table] = n
		}
	}
	return out
}

func TestErasePerson(t *testing.T) {
	ctx := context.Background()
	for name, statements := range map[string]bool{"AllOfThem": true, "ButWhatWasSaid": false} {
		t.Run(name, func(t *testing.T) {
			s, dir := leaving(t)
			before, hers := rowsOf(t, s.path(), "paul"), rowsOf(t, s.path(), "claire")
			if err := s.ErasePerson(ctx, "paul", statements); err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(dir, "backups", at.Format(time.DateOnly)+".db")
			if _, err := os.Stat(backup); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{s.path(), backup} {
				got := rowsOf(t, path, "paul")
				if want := map[string]int{"statement": before["statement"]}; statements && len(got) > 0 || !statements && (len(got) != 1 || got["statement"] != want["statement"]) {
					t.Errorf("%s has %v", filepath.Base(path), got)
				}
				if got := rowsOf(t, path, "claire"); !maps.Equal(got, hers) {
					t.Errorf("%s has %v of claire, and had %v", filepath.Base(path), got, hers)
				}
			}
			if got := holding(t, dir, "Secret de paul"); len(got) > 0 {
				t.Errorf("his text stands in %v", got)
			}
			names, err := s.StoredNames(ctx)
			if err != nil || names["bytes-paul"] || !names["bytes-claire"] {
				t.Errorf("%v, %v", names, err)
			}
			language, _ := s.Setting(ctx, "language@paul")
			theirs, _ := s.Setting(ctx, "language@claire")
			atDesk, _ := s.AtDesk(ctx)
			if language != "" || theirs != "fr" || atDesk != "" {
				t.Errorf("settings %q, %q, at the desk %q", language, theirs, atDesk)
			}
		})
	}
}

// Nothing is torn from a sending: the portal may have half of it.
func TestErasePersonErrNotNow(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	submit(t, s, save(t, s, newDraft(t)))
	jobs, err := s.Claim(ctx, desk.Ask{Now: at, Most: 1, Lease: time.Minute, Longest: time.Hour})
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%v, %v", jobs, err)
	}
	before := rowsOf(t, s.path(), "claire")
	if err := s.ErasePerson(ctx, "claire", true); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("%v", err)
	}
	if got := rowsOf(t, s.path(), "claire"); len(got) != len(before) {
		t.Errorf("%v is left of %v", got, before)
	}
	if err := s.ErasePerson(ctx, "", true); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("%v for the PC", err)
	}
}
