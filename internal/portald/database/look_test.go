package database_test

import (
	"errors"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"guichet/internal/portald/database"
	"guichet/internal/portald/database/pgtest"

	"github.com/jackc/pgx/v5"
)

// TestLookAtPostgres asks for a database that is good, and for some that are not.
func TestLookAtPostgres(t *testing.T) {
	good := pgtest.Address(t)
	conn, err := pgx.Connect(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, statement := range []string{"DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN", "REVOKE CREATE ON SCHEMA public FROM public"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	at, err := url.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	guest, nowhere := *at, *at
	guest.User, nowhere.Path = url.User("guest"), "/nowhere"
	for name, c := range map[string]struct{ address, says string }{
		"OK":         {good, ""},
		"ErrTables":  {guest.String(), "the user guest may not make tables in the database " + at.Path[1:]},
		"ErrNone":    {nowhere.String(), "reach PostgreSQL: "},
		"ErrAway":    {"postgres://portald:geheim@127.0.0.1:1/portald", "reach PostgreSQL: "},
		"ErrAddress": {"postgres://portald:geheim@127.0.0.1:x/portald", "the address of the database cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			err := database.LookAtPostgres(t.Context(), c.address)
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.HasPrefix(err.Error(), c.says) || strings.Contains(err.Error(), "geheim")) {
				t.Errorf("it says %v", err)
			}
		})
	}
	var tables int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname='public'").Scan(&tables); err != nil || tables > 0 {
		t.Errorf("looking has made %d tables: %v", tables, err)
	}
}

// TestGlance looks at databases of another schema, and at none: nothing is made, and nothing
// can be written.
func TestGlance(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a b.db")
	if _, err := database.GlanceAtSQLite(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of none: %v", err)
	}
	older := fstest.MapFS{"sqlite/0001.sql": {Data: []byte("CREATE TABLE here (n INTEGER)")}, "postgres/0001.sql": {Data: []byte("CREATE TABLE here (n bigint)")}}
	open := map[string][2]func() (*database.DB, error){
		"SQLite": {
			func() (*database.DB, error) { return database.OpenSQLite(t.Context(), file, older) },
			func() (*database.DB, error) { return database.GlanceAtSQLite(file) },
		},
	}
	address := pgtest.Address(t)
	open["Postgres"] = [2]func() (*database.DB, error){
		func() (*database.DB, error) { return database.OpenPostgres(t.Context(), address, older, "SELECT 1") },
		func() (*database.DB, error) { return database.GlanceAtPostgres(t.Context(), address) },
	}
	for name, of := range open {
		t.Run(name, func(t *testing.T) {
			d, err := of[0]()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.ExecContext(t.Context(), "INSERT INTO here VALUES (?)", 7); err != nil {
				t.Fatal(err)
			}
			look := func(when string) {
				t.Helper()
				g, err := of[1]()
				if err != nil {
					t.Fatal(err)
				}
				var n int
				here, hereErr := g.Has(t.Context(), "here")
				gone, goneErr := g.Has(t.Context(), "gone")
				err = g.QueryRowContext(t.Context(), "SELECT n FROM here WHERE n=?", 7).Scan(&n)
				if err := errors.Join(err, hereErr, goneErr); err != nil || !here || gone || n != 7 {
					t.Errorf("%s: %t, %t, %d, %v", when, here, gone, n, err)
				}
				var no int
				if err := g.QueryRowContext(t.Context(), "INSERT INTO here VALUES (?) RETURNING n", 8).Scan(&no); err == nil {
					t.Errorf("%s: it was written to", when)
				}
				if err := g.Close(); err != nil {
					t.Error(err)
				}
			}
			look("while it is open")
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			look("when nobody has it open")
		})
	}
	if made, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(made) != 1 {
		t.Errorf("there are %v, %v", made, err)
	}
}
