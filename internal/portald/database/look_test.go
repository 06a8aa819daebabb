package database_test

import (
	"net/url"
	"strings"
	"testing"

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
