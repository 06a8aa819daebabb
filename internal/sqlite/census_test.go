package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// TestCensus counts a full database while it is open, and from outside, and finds the
// same.
func TestCensus(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, random(t), 30)
	own, err := s.Census(t.Context())
	if err != nil || own.Rows["request"] == 0 || len(own.Requests) != own.Rows["request"] || own.Rows["draft"] == 0 {
		t.Fatalf("%+v, %v", own.Rows, err)
	}
	sum := 0
	for status, n := range own.States {
		if sum += n; status == "other" {
			t.Errorf("%d requests in a state that is none", n)
		}
	}
	if sum != own.Rows["request"] {
		t.Errorf("%d in states, of %d", sum, own.Rows["request"])
	}
	if found, err := CheckIn(t.Context(), dir); !found || err != nil {
		t.Errorf("open: %v, %v", found, err)
	}
	outside, err := CensusOf(t.Context(), dir)
	if a, b := asJSON(t, own), asJSON(t, outside); a != b || err != nil {
		t.Errorf("%s\n%s\n%v", a, b, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := CensusOf(t.Context(), dir)
	if a, b := asJSON(t, own), asJSON(t, after); a != b || err != nil {
		t.Errorf("%s\n%s\n%v", a, b, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "guichet.db-wal")); err == nil {
		t.Error("a log was left, which is the mark for a check")
	}
	none, err := CensusOf(t.Context(), t.TempDir())
	if err != nil || len(none.Requests) > 0 {
		t.Errorf("%+v, %v", none, err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestCensusReadsNothingSealed takes all sealed columns out of a database: it is counted
// all the same. What strangers may have put into columns of words is not repeated.
func TestCensusReadsNothingSealed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, random(t), 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(filepath.Join(dir, "guichet.db"), "mode=rw"))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range meanings {
		for column := range m.sealed {
			if _, err := db.ExecContext(t.Context(), "ALTER TABLE "+name+" DROP COLUMN "+column); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE person DROP COLUMN tokens"); err != nil {
		t.Fatal(err)
	}
	const mark = "CANARI-census"
	for _, spoil := range []string{
		"UPDATE request SET status=?, reason=?1, portal_status=?1, number=?1, type=?1, category=?1, practice=?1, person=?1 WHERE seq=(SELECT min(seq) FROM request)",
		"INSERT INTO act (id, person, practice, request, kind, status, reason, created_at, updated_at, attempt, doubt, next_at) VALUES (?1, ?1, ?1, ?1, ?1, ?1, ?1, 1, 1, 0, 0, 0)",
		"INSERT OR REPLACE INTO setting VALUES (?1, ?1)",
	} {
		if _, err := db.ExecContext(t.Context(), spoil, mark); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := CensusOf(t.Context(), dir)
	if err != nil || len(out.Requests) == 0 || len(out.Acts) == 0 {
		t.Fatalf("%d requests, %v", len(out.Requests), err)
	}
	if text := asJSON(t, out); strings.Contains(text, mark) || !strings.Contains(text, "other") {
		t.Error(text)
	}
}

func TestCheckIn(t *testing.T) {
	dir := t.TempDir()
	if found, err := CheckIn(t.Context(), dir); found || err != nil {
		t.Errorf("no database: %v, %v", found, err)
	}
	x := newSite(t, random(t), 30, false, 0)
	if found, err := CheckIn(t.Context(), x.dir); !found || err != nil {
		t.Errorf("a sound one: %v, %v", found, err)
	}
	x.edit(t, func(body []byte) []byte {
		for i := 4096; i < len(body); i += 4096 {
			copy(body[i:], strings.Repeat("spoilt", 100))
		}
		return body
	})
	before, err := os.ReadDir(x.dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CheckIn(t.Context(), x.dir); !errors.Is(err, desk.ErrDamaged) {
		t.Errorf("a spoilt one: %v", err)
	}
	if after, err := os.ReadDir(x.dir); err != nil || len(after) != len(before) {
		t.Errorf("it was not only looked at: %v, %v", after, err)
	}
}
