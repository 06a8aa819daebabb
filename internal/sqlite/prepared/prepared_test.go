package prepared

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

const options = "?_journal_mode=WAL&_busy_timeout=5000"

// oneLink is a database with a single connection that keeps its statements, and
// that connection.
func oneLink(t *testing.T) (*sql.DB, func() *preparing) {
	t.Helper()
	db, err := Open("file:"+filepath.ToSlash(filepath.Join(t.TempDir(), "prepared.db"))+options, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE word (n INTEGER PRIMARY KEY, text TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	for n, text := range []string{"facture", "contrat", "commande"} {
		if _, err := db.ExecContext(t.Context(), "INSERT INTO word VALUES (?, ?)", n, text); err != nil {
			t.Fatal(err)
		}
	}
	return db, func() (kept *preparing) {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Raw(func(raw any) error { kept = raw.(*preparing); return nil }); err != nil {
			t.Fatal(err)
		}
		return kept
	}
}

func textOf(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, n int) (text string, err error) {
	err = q.QueryRowContext(ctx, "SELECT text FROM word WHERE n=?", n).Scan(&text)
	return text, err
}

func TestStatementIsPreparedOnce(t *testing.T) {
	db, kept := oneLink(t)
	for range 3 {
		for n, want := range []string{"facture", "contrat", "commande"} {
			if got, err := textOf(t.Context(), db, n); err != nil || got != want {
				t.Errorf("word %d is %q, %v; want %q", n, got, err, want)
			}
		}
	}
	if got := len(kept().idle); got != 2 { // the INSERT and the SELECT
		t.Errorf("%d statements are kept, not 2", got)
	}
}

// A statement whose rows are still being read is not lent to a second query
// with the same text.
func TestStatementInUseIsNotShared(t *testing.T) {
	db, kept := oneLink(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	const query = "SELECT n FROM word WHERE n>=? ORDER BY n"
	read := func(rows *sql.Rows) (got []int) {
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Error(err)
			}
			got = append(got, n)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		return got
	}
	outer, err := tx.QueryContext(t.Context(), query, 0)
	if err != nil {
		t.Fatal(err)
	}
	outer.Next()
	inner, err := tx.QueryContext(t.Context(), query, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(read(inner), read(outer)); got != "[1 2] [1 2]" { // the outer one has read 0
		t.Errorf("inner and outer rows are %s", got)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := len(kept().idle); got != 3 {
		t.Errorf("%d statements are kept, not 3", got)
	}
}

func TestStatementAfterFailure(t *testing.T) {
	db, _ := oneLink(t)
	const insert = "INSERT INTO word VALUES (?, ?)"
	if _, err := db.ExecContext(t.Context(), insert, 1, "doublon"); err == nil {
		t.Error("a second row with the same key was taken")
	}
	if _, err := db.ExecContext(t.Context(), insert, 9, "devis"); err != nil {
		t.Errorf("after a failure: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := textOf(gone, db, 9); err == nil {
		t.Error("a query whose caller has gone was answered")
	}
	if got, err := textOf(t.Context(), db, 9); err != nil || got != "devis" {
		t.Errorf("word 9 is %q, %v", got, err)
	}
}

// What another connection changes in the shape of the database reaches kept
// statements too.
func TestStatementAfterAnotherShape(t *testing.T) {
	db, _ := oneLink(t)
	if _, err := textOf(t.Context(), db, 0); err != nil {
		t.Fatal(err)
	}
	var path string
	if err := db.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list").Scan(&path); err != nil {
		t.Fatal(err)
	}
	other, err := Open("file:"+filepath.ToSlash(path)+options, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `ALTER TABLE word RENAME TO old; CREATE TABLE word (text TEXT, n INTEGER);
		INSERT INTO word SELECT upper(text), n FROM old`); err != nil {
		t.Fatal(err)
	}
	if got, err := textOf(t.Context(), db, 0); err != nil || got != "FACTURE" {
		t.Errorf("word 0 is %q, %v", got, err)
	}
}

func TestStatementsKeptAreBounded(t *testing.T) {
	db, kept := oneLink(t)
	for n := range 3 * keptStatements {
		var got int
		if err := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT ?+%d", n), 1).Scan(&got); err != nil || got != n+1 {
			t.Fatalf("1+%d is %d, %v", n, got, err)
		}
	}
	if got := len(kept().idle); got != keptStatements {
		t.Errorf("%d statements are kept, not %d", got, keptStatements)
	}
}
