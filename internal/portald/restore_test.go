package portald_test

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/portald"
)

// TestRestoreTellsNothingTwice restores a backup in which a request and a reply wait for the
// help desk, which was told both since.
func TestRestoreTellsNothingTwice(t *testing.T) {
	d := newDesky(41)
	b := start(t, behind(d, time.Second), quick)
	if b.Postgres() != "" {
		t.Skip("of SQLite")
	}
	talked := b.forwarded(d)
	d.set(func() { d.down = true })
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	b.say(claire, talked, "une réponse")
	into, data := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if _, err := portald.Backup(t.Context(), portald.Config{Data: b.Folder()}, into); err != nil {
		t.Fatal(err)
	}
	d.set(func() { d.down = false })
	await(t, "all is told", func() bool { return b.Unforwarded() == 0 })
	b.Down()
	if _, err := portald.Restore(t.Context(), portald.Config{Data: data}, into, 1000); err != nil {
		t.Fatal(err)
	}
	b.Change(func(c *portald.Config) { c.Data = data })
	b.Up()
	await(t, "nothing waits", func() bool { return b.Unforwarded() == 0 })
	d.set(func() {
		if len(d.tickets) != 2 || len(d.replies["1"]) != 1 {
			t.Errorf("%d tickets, %d replies", len(d.tickets), len(d.replies["1"]))
		}
	})
}

// TestRestoreInTheNextYear restores a backup of the year before, when numbers of this one
// were given already.
func TestRestoreInTheNextYear(t *testing.T) {
	c := &clock{}
	b := start(t, nil, c.tune)
	if b.Postgres() != "" {
		t.Skip("of SQLite")
	}
	b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
	into, data := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if _, err := portald.Backup(t.Context(), portald.Config{Data: b.Folder()}, into); err != nil {
		t.Fatal(err)
	}
	c.pass(365 * 24 * time.Hour)
	given := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number
	b.Down()
	if _, err := portald.Restore(t.Context(), portald.Config{Data: data}, into, 1000); err != nil {
		t.Fatal(err)
	}
	b.Change(func(c *portald.Config) { c.Data = data })
	b.Up()
	if now := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number; now <= given {
		t.Errorf("%s is given behind %s", now, given)
	}
}
