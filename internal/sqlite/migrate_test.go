package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// released makes a database of an older schema, with rows of every table.
func released(tb testing.TB, schema int) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	script, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("schema-%d.sql", schema)))
	if err != nil {
		tb.Fatalf("no database of a schema that was released: %v", err)
	}
	db, err := sql.Open("sqlite", dsn(filepath.Join(dir, "guichet.db"), "_journal_mode=WAL"))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := db.Exec(string(script)); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func newest(tb testing.TB) int {
	tb.Helper()
	files, err := steps()
	if err != nil {
		tb.Fatal(err)
	}
	return len(files)
}

// dump is what a database says of itself, and its rows.
func dump(tb testing.TB, path string) (schema, rows string) {
	tb.Helper()
	db, err := sql.Open("sqlite", dsn(path, "mode=ro"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	tables, err := tablesOf(context.Background(), db)
	if err != nil {
		tb.Fatal(err)
	}
	var out strings.Builder
	for _, t := range tables {
		schema += fmt.Sprintln(t.name, t.columns, lines(tb, db, "SELECT name, \"unique\", partial FROM pragma_index_list('"+t.name+"') ORDER BY name"))
		fmt.Fprintln(&out, t.name, lines(tb, db, "SELECT * FROM "+t.name+" ORDER BY 1"))
	}
	return schema, out.String()
}

func lines(tb testing.TB, db *sql.DB, query string) (out []string) {
	tb.Helper()
	rows, err := db.Query(query)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			tb.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%q", values))
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// A database of every schema that was released becomes one of the newest, with
// all its rows, and what it was before lies beside it.
func TestUpgrade(t *testing.T) {
	ctx := context.Background()
	fresh := t.TempDir()
	if err := open(t, fresh).Close(); err != nil {
		t.Fatal(err)
	}
	want, _ := dump(t, filepath.Join(fresh, "guichet.db"))
	for n := 1; n < newest(t); n++ {
		t.Run(fmt.Sprintf("From%d", n), func(t *testing.T) {
			dir := released(t, n)
			_, before := dump(t, filepath.Join(dir, "guichet.db"))
			s := open(t, dir)
			drafts, err := s.Drafts(ctx, "demo-claire", All)
			if err != nil || len(drafts) != 3 || len(drafts[2].Files) != 1 || drafts[2].Values["subject"] != "Facture de novembre en double" {
				t.Errorf("%d drafts, %v", len(drafts), err)
			}
			requests, err := s.Requests(ctx, "demo-claire", All)
			if err != nil || len(requests) != 6 {
				t.Errorf("%d requests, %v", len(requests), err)
			}
			talk, err := s.Request(ctx, "demo-claire", uuid.MustParse("019ab9d0-0010-7000-8000-000000000010"))
			if err != nil || len(talk.Messages) != 2 || len(talk.History) != 4 || talk.Number != "G-2025-0101" || len(talk.Files) != 1 {
				t.Errorf("%+v, %v", talk.History, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if got, _ := dump(t, filepath.Join(dir, "guichet.db")); got != want {
				t.Errorf("the schema is\n%s\nand not\n%s", got, want)
			}
			if _, copied := dump(t, filepath.Join(dir, "backups", fmt.Sprintf("schema-%d.db", n))); copied != before {
				t.Error("the copy is another one")
			}
			s = open(t, dir)
			if got, err := os.ReadDir(filepath.Join(dir, "backups")); err != nil || len(got) != 1 {
				t.Errorf("%d copies, %v", len(got), err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("FreshOneHasNoCopy", func(t *testing.T) {
		if _, err := os.Stat(filepath.Join(fresh, "backups")); err == nil {
			t.Error("a copy of nothing")
		}
	})
}

// Without a copy no migration: what is there stays what it is.
func TestUpgradeWithoutACopy(t *testing.T) {
	dir := released(t, 1)
	path := filepath.Join(dir, "guichet.db")
	if err := os.WriteFile(filepath.Join(dir, "backups"), []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	schema, rows := dump(t, path)
	if s, err := Open(context.Background(), dir, privacy.Plain{}); err == nil {
		t.Fatal("opened", s.Close())
	} else if errors.Is(err, desk.ErrDamaged) {
		t.Errorf("%v", err)
	}
	if s, r := dump(t, path); s != schema || r != rows {
		t.Error("it was changed")
	}
	if err := os.Remove(filepath.Join(dir, "backups")); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

// A damaged database of an older schema, or its backup, is brought over too.
func TestMendAnOlderSchema(t *testing.T) {
	for n := 1; n < newest(t); n++ {
		for _, from := range []string{"Itself", "ItsBackup"} {
			t.Run(fmt.Sprintf("%s%d", from, n), func(t *testing.T) {
				x := site{dir: released(t, n)}
				if from == "ItsBackup" {
					if err := os.Mkdir(filepath.Join(x.dir, "backups"), 0o700); err != nil {
						t.Fatal(err)
					}
					if err := os.Rename(x.path(), filepath.Join(x.dir, "backups", fmt.Sprintf("schema-%d.db", n))); err != nil {
						t.Fatal(err)
					}
				} else {
					x.edit(t, func(b []byte) []byte { clear(b[:100]); return b })
				}
				s := open(t, x.dir)
				sound(t, s)
				got, err := s.Recovered(context.Background())
				if err != nil || got.Drafts+got.Reopened < 3 || got.Requests+got.Reopened < 7 || got.Files != 3 {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
	}
}

// What mending knows of the tables holds for every schema: a row that was
// written under an older one is the beginning of a row of today, each table is
// told from all others by its look, and every column that is named is there.
func TestShapes(t *testing.T) {
	s := open(t, t.TempDir())
	tables, err := tablesOf(context.Background(), s.read)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]*table{}
	for _, table := range tables {
		known[table.name] = table
		for _, other := range tables {
			if other != table && alike(table, other) {
				t.Errorf("rows of %s and %s look alike", table.name, other.name)
			}
		}
	}
	for name, m := range meanings {
		table, ok := known[name]
		if !ok {
			t.Errorf("there is no table %s", name)
			continue
		}
		for _, column := range append(append(m.key, m.ids...), m.newer, m.person) {
			if column != "" && table.at(column) < 0 {
				t.Errorf("%s has no column %s", name, column)
			}
		}
		for column := range m.sealed {
			if table.at(column) < 0 {
				t.Errorf("%s has no column %s", name, column)
			}
		}
	}
	for n := 1; n < newest(t); n++ {
		db, err := sql.Open("sqlite", dsn(filepath.Join(released(t, n), "guichet.db"), "mode=ro"))
		if err != nil {
			t.Fatal(err)
		}
		older, err := tablesOf(context.Background(), db)
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		for _, o := range older {
			table, ok := known[o.name]
			for i, c := range o.columns {
				if ok && (i >= len(table.columns) || table.columns[i].name != c.name || table.columns[i].kind != c.kind) {
					t.Errorf("schema %d: column %s.%s is in another place", n, o.name, c.name)
				}
			}
			if ok && len(table.columns) > len(o.columns) {
				for _, c := range table.columns[len(o.columns):] {
					if !c.nullable && !c.optional {
						t.Errorf("schema %d: %s.%s has no value for older rows", n, o.name, c.name)
					}
				}
			}
		}
	}
}

// alike tells whether one row can be of either table.
func alike(a, b *table) bool {
	least := func(t *table) int {
		n := len(t.columns)
		for n > 0 && (t.columns[n-1].nullable || t.columns[n-1].optional) {
			n--
		}
		return n
	}
	for n := max(least(a), least(b)); n <= min(len(a.columns), len(b.columns)); n++ {
		same := true
		for i := range n {
			x, y := a.columns[i], b.columns[i]
			same = same && x.rowid == y.rowid && (x.kind == y.kind || x.nullable && y.nullable)
		}
		if same {
			return true
		}
	}
	return false
}
