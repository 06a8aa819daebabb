package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
)

// canaries are texts that stand nowhere else, one for each kind of value and one
// in the bytes of a file, and what fill writes.
var canaries = []string{
	"Canari-corps", "Canari-demande", "Canari-fichier", "Canari-auteur", "Canari-message", "Canari-personne", "Canari-jetons", "Canari-octets",
	"Canari-marc", "Canari-ancien", "Sujet 1", "Ligne de la facture", "Une longue lettre", "Bonjour. ",
}

// plainDesk is a desk that has run without a keyring, with all that such a one
// leaves behind.
type plainDesk struct {
	*Store
	files  *attach.Store
	safe   *seal.Safe
	before state
	file   desk.File
	bytes  string
}

// newPlainDesk makes one. There is a keyring from now on, but nobody has a key.
func newPlainDesk(tb testing.TB, r *rand.Rand, n int) *plainDesk {
	tb.Helper()
	ctx := context.Background()
	dir := tb.TempDir()
	var none error = keyring.ErrNone
	ring := &keyring.Memory{Fault: func(string, string) error { return none }}
	safe, err := seal.Open(ctx, dir, ring)
	if err != nil {
		tb.Fatal(err)
	}
	for _, p := range []string{thePC, "claire", "marc"} {
		if err := safe.Enrol(ctx, p); err != nil || safe.Sealed() {
			tb.Fatalf("sealed without a keyring: %v", err)
		}
	}
	none = nil
	p := &plainDesk{Store: openWith(tb, dir, safe), safe: safe, files: attach.New(filepath.Join(dir, "files"), safe)}
	fill(tb, p.Store, r, n)
	p.write(tb)
	p.leftovers(tb)
	p.before = mustState(tb, p.Store)
	if p.before.drafts == nil || len(p.before.drafts) < n {
		tb.Fatal("nothing written")
	}
	return p
}

// write writes the canaries.
func (p *plainDesk) write(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	p.bytes = strings.Repeat("Canari-octets. ", 20_000)
	stored, err := p.files.Put(ctx, "claire", strings.NewReader(p.bytes), 1<<20, nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer p.files.Settled(stored.Name)
	p.file = desk.File{ID: newID(tb), Name: "Canari-fichier.pdf", Size: stored.Size, SHA256: stored.SHA256, Stored: stored.Name, Media: "application/pdf"}
	write := func(person, text string) desk.Draft {
		d := newDraft(tb)
		d.Owner.Person = person
		d.Values = desk.Values{"subject": text, "description": strings.Repeat(text+". ", 500)}
		return save(tb, p.Store, d)
	}
	for i := range 2 { // two rows that name the same bytes
		d := write("claire", fmt.Sprint("Canari-corps n°", i))
		p.file.ID = newID(tb)
		if err := p.AddFile(ctx, d.ID, d.Owner.Person, p.file, desk.Statement{}); err != nil {
			tb.Fatal(err)
		}
	}
	write("marc", "Canari-marc")
	write(thePC, "Canari-corps du poste")
	q := submit(tb, p.Store, write("claire", "Canari-demande"))
	if err := p.bring(ctx, "claire", []desk.Change{{
		Request:  desk.Request{ID: q.ID, Number: "G-0", PortalStatus: desk.PortalReceived, ReceivedAt: at, UpdatedAt: at},
		Messages: []desk.Message{{ID: newID(tb), Request: q.ID, Author: "Canari-auteur", Text: strings.Repeat("Canari-message ", 400), At: at}},
	}}, "cursor-1", at); err != nil {
		tb.Fatal(err)
	}
	if err := p.Remember(ctx, desk.Person{ID: "claire", Name: "Canari-personne"}, at); err != nil {
		tb.Fatal(err)
	}
	if err := p.KeepTokens(ctx, "claire", []byte(`{"refresh":"Canari-jetons"}`)); err != nil {
		tb.Fatal(err)
	}
}

// leftovers makes text that an older Guichet has deleted, a backup, a copy before a migration, a damaged database with
// its log, a copy that was not finished and a log.
func (p *plainDesk) leftovers(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	other, err := sql.Open("sqlite", dsn(p.path(), "_txlock=immediate&_pragma=secure_delete(0)"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, stmt := range []string{"INSERT INTO setting VALUES ('x', '" + strings.Repeat("Canari-ancien. ", 1000) + "')", "DELETE FROM setting WHERE key='x'"} {
		if _, err := other.Exec(stmt); err != nil {
			tb.Fatal(err)
		}
	}
	if err := other.Close(); err != nil {
		tb.Fatal(err)
	}
	if _, err := p.Backup(ctx, at); err != nil {
		tb.Fatal(err)
	}
	if err := copyTo(ctx, p.Store.write, filepath.Join(p.backups(), "schema-1.db")); err != nil {
		tb.Fatal(err)
	}
	tell(tb, p.Store, "PRAGMA wal_checkpoint(TRUNCATE)")
	for range 3 {
		d := newDraft(tb)
		d.Values = desk.Values{"subject": "Canari-corps", "description": secret("x")}
		save(tb, p.Store, save(tb, p.Store, d))
	}
	for i, name := range []string{"schema-1.db", "2026-03-02.db"} {
		when := at.Add(time.Duration(i) * time.Hour)
		if err := os.Chtimes(filepath.Join(p.backups(), name), when, when); err != nil {
			tb.Fatal(err)
		}
	}
	aside := filepath.Join(p.aside(), "20260302T143200Z")
	if err := os.CopyFS(aside, os.DirFS(killed(tb, p.dir))); err != nil {
		tb.Fatal(err)
	}
	editFile(tb, filepath.Join(aside, "guichet.db"), func(b []byte) []byte { clear(b[:100]); return b })
	if err := os.WriteFile(filepath.Join(p.backups(), "2026-03-03.db.part"), []byte(`{"x":"Canari-corps"}`), 0o600); err != nil {
		tb.Fatal(err)
	}
	d := newDraft(tb)
	d.Values = desk.Values{"subject": "Canari-corps", "description": secret("x")}
	save(tb, p.Store, save(tb, p.Store, d))
}

func (p *plainDesk) enrol(tb testing.TB, persons ...string) {
	tb.Helper()
	for _, who := range persons {
		if err := p.safe.Enrol(context.Background(), who); err != nil {
			tb.Fatal(err)
		}
	}
}

// again is the same desk in another folder, as a program that was killed left it.
func (p *plainDesk) again(tb testing.TB, dir string) *plainDesk {
	tb.Helper()
	out := *p
	out.Store, out.files = openWith(tb, dir, p.safe), attach.New(filepath.Join(dir, "files"), p.safe)
	return &out
}

// snapshot is what lies on the disk now.
func snapshot(tb testing.TB, from string) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == "guichet.lock" || e.Name() == "guichet.db-shm" {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(dir, name), 0o700)
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
		return errors.Join(err, os.Chtimes(filepath.Join(dir, name), info.ModTime(), info.ModTime()))
	})
	if err != nil {
		tb.Fatal(err)
	}
	return dir
}

// resealAll does what the app does: the rows, the files, and what they leave.
func (p *plainDesk) resealAll(tb testing.TB) int {
	tb.Helper()
	ctx := context.Background()
	n, err := p.Reseal(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	files, err := p.StoredFiles(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range files {
		if f.File.Size == 3 {
			continue // has a row alone
		}
		name, err := p.files.Reseal(ctx, f.Person, f.File)
		if err != nil {
			tb.Fatal(err)
		}
		if name == "" {
			continue
		}
		if err := p.SwapStored(ctx, f.Person, f.File.Stored, name); err != nil {
			tb.Fatal(err)
		}
		p.files.Settled(name)
	}
	names, err := p.StoredNames(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := p.files.Sweep(names, time.Now().Add(time.Hour), 0); err != nil {
		tb.Fatal(err)
	}
	return n
}

// sealedWhole holds that nothing is plain any more and nothing is lost.
func (p *plainDesk) sealedWhole(tb testing.TB) {
	tb.Helper()
	for _, c := range canaries {
		if got := holding(tb, p.dir, c); len(got) > 0 {
			tb.Errorf("%q stands in %v", c, got)
		}
	}
	p.whole(tb)
}

func (p *plainDesk) whole(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	sound(tb, p.Store)
	if got := mustState(tb, p.Store); !reflect.DeepEqual(got, p.before) {
		tb.Error("something is another than before")
	}
	if got, err := p.Tokens(ctx, "claire"); err != nil || string(got) != `{"refresh":"Canari-jetons"}` {
		tb.Errorf("tokens: %q, %v", got, err)
	}
	people, err := p.People(ctx)
	if err != nil || !slices.ContainsFunc(people, func(who desk.Person) bool { return who.Name == "Canari-personne" }) {
		tb.Errorf("people: %v", err)
	}
	f, owner, err := p.File(ctx, p.file.ID)
	if err != nil || f.Name != "Canari-fichier.pdf" {
		tb.Fatalf("file: %v", err)
	}
	if !p.files.Holds(ctx, owner.Person, f.Stored, f.Size, f.SHA256) {
		tb.Error("the bytes of a file are others")
	}
}

// steps runs Reseal and tells its steps.
func (p *plainDesk) steps(ctx context.Context, step func(string)) (n int, done []string, err error) {
	r := &reseal{store: p.Store, step: func(what string) {
		done = append(done, what)
		if step != nil {
			step(what)
		}
	}}
	n, err = r.run(ctx)
	return n, done, err
}
