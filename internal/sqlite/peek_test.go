package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

// Settings are read beside a Guichet that has the folder and after one, and nothing is
// changed: a log that was left behind is the mark for a check.
func TestSettingsPeek(t *testing.T) {
	dir := t.TempDir()
	if got, err := Settings(t.Context(), dir); err != nil || len(got) != 0 {
		t.Errorf("no database: %v, %v", got, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("something was made: %v, %v", entries, err)
	}
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSettings(t.Context(), map[string]string{"portal": "https://p.example", "idle": "5"}); err != nil {
		t.Fatal(err)
	}
	want := func(when string) {
		t.Helper()
		got, err := Settings(t.Context(), dir)
		if err != nil || got["portal"] != "https://p.example" || got["idle"] != "5" {
			t.Errorf("%s: %v, %v", when, got, err)
		}
	}
	want("open")
	left := t.TempDir() // as a killed program leaves it
	for _, name := range []string{"guichet.db", "guichet.db-wal", "guichet.db-shm"} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Skipf("not read while it is open: %v", err) // Windows may hold the last one
		}
		if err := os.WriteFile(filepath.Join(left, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want("closed")
	dir = left
	want("left behind")
	if _, err := os.Stat(filepath.Join(left, "guichet.db-wal")); err != nil {
		t.Errorf("the log has gone: %v", err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "guichet.db"), []byte("no database at all, but a longer text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Settings(t.Context(), other); err == nil {
		t.Error("a file of another kind is read as settings")
	}
}
