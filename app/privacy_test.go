package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/paper"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
)

// later has the desk's clock stand so much ahead.
func (o *office) later(d time.Duration) { o.app.Now = func() time.Time { return time.Now().Add(d) } }

// Copies of what the portal has go when they were kept long enough, can be read all
// the same, and what it does not have stays however long that takes.
func TestCopiesOfWhatWasReceivedGo(t *testing.T) {
	o, p := desktop(t)
	path, original := pdf(t, "reçu.pdf", 4000)
	id, revision := o.write(t, content())
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	p.Down()
	waits, revision := o.write(t, content())
	other, _ := pdf(t, "en attente.pdf", 3000)
	o.attach(t, waits, other)
	must(o.drafts.Submit(waits, revision))(t)
	draft, _ := o.write(t, content())
	third, _ := pdf(t, "brouillon.pdf", 2000)
	o.attach(t, draft, third)

	days := func(n int) {
		t.Helper()
		s := must(o.window.Settings())(t)
		s.Keep = n
		if err := o.window.SaveSettings(s); err != nil {
			t.Fatal(err)
		}
	}
	if s := must(o.window.Settings())(t); s.Keep != usualKeep {
		t.Errorf("%d days are usual", s.Keep)
	}
	tidied := func(want int, when string) {
		t.Helper()
		if err := o.app.tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := o.stored(t); len(got) != want {
			t.Fatalf("%s: %d are stored, want %d", when, len(got), want)
		}
	}
	tidied(3, "at once")
	o.later(29 * 24 * time.Hour)
	tidied(3, "after 29 days")
	o.later(-365 * 24 * time.Hour)
	tidied(3, "with a clock of last year")
	days(0)
	o.later(3650 * 24 * time.Hour)
	tidied(3, "never")
	days(7)
	o.later(8 * 24 * time.Hour)
	tidied(2, "after 8 days of 7")
	o.later(0)
	files := o.dossier(t, id).Files
	if len(files) != 1 || files[0].ReleasedAt == "" || files[0].Name != "reçu.pdf" || files[0].Size != int64(len(original)) || files[0].Thumb {
		t.Fatalf("%+v", files)
	}
	if waiting := o.dossier(t, waits).Files; len(waiting) != 1 || waiting[0].ReleasedAt != "" {
		t.Errorf("%+v", waiting)
	}
	fails(t, o.papers.OpenFile(id, files[0].ID), desk.ErrOffline)
	p.Up()
	to := filepath.Join(t.TempDir(), "copie.pdf")
	o.shell.save = func(string, string) (string, error) { return to, nil }
	must(o.papers.SaveFile(id, files[0].ID, "Enregistrer"))(t)
	if got := must(os.ReadFile(to))(t); !bytes.Equal(got, original) {
		t.Errorf("%d bytes came back, want %d", len(got), len(original))
	}
	o.received(t, waits)
	kept := must(o.privacy.Kept())(t)
	if kept.Files != 2 || kept.FileBytes != 5000 || kept.Here != 1 || kept.Drafts != 1 || kept.Received != 2 || kept.Statements != 3 {
		t.Errorf("%+v", kept)
	}
}

// What was said stands in a table, with numbers by their last digits and nothing that
// a spreadsheet takes for a formula, also when its draft and its file are gone.
func TestLedger(t *testing.T) {
	o, _ := desktop(t)
	path, _ := pdf(t, "=devis.pdf", 3000)
	sent, revision := o.write(t, content())
	o.attach(t, sent, path)
	must(o.drafts.Submit(sent, revision))(t)
	o.received(t, sent)
	number := o.dossier(t, sent).Item.Number
	draft, _ := o.write(t, content())
	const nir = "2 55 08 14 168 025 38"
	found := must(o.guard.Texts(draft, map[string]string{"description": nir}))(t)
	if len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	if err := o.guard.Answer(draft, nir, found[0], "n° de série ; =1+1"); err != nil {
		t.Fatal(err)
	}
	if err := o.drafts.Throw(draft); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "registre.csv")
	o.shell.save = func(string, string) (string, error) { return to, nil }
	keys := []string{"at", "person", "practice", "request", "file", "text", "size", "sha256", "wording", "sentence", "findings", "unread", "answers", "changes"}
	table := Table{Lang: "fr", Words: map[string]string{
		"finding.nir": "Numéro de sécurité sociale", "tail": "••• {}", "place.line": "ligne {}", "reason": "{what} : {why}", "none": "pas de numéro",
		"wording." + wording: "Ce fichier ne contient aucune donnée de santé.",
	}}
	for _, k := range keys {
		table.Columns = append(table.Columns, Column{k, strings.ToUpper(k)})
	}
	must(o.privacy.Ledger("Registre", "registre", table))(t)
	body := must(os.ReadFile(to))(t)
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\uFEFF"))))
	r.Comma = ';'
	rows := must(r.ReadAll())(t)
	if len(rows) != 3 || rows[0][0] != "AT" {
		t.Fatalf("%q", rows)
	}
	file, text := map[string]string{}, map[string]string{}
	for i, k := range keys {
		file[k], text[k] = rows[1][i], rows[2][i]
	}
	if _, err := time.ParseInLocation("2006-01-02 15:04:05", file["at"], time.Local); err != nil {
		t.Error(err)
	}
	for what, c := range map[string][2]string{
		"Person": {file["person"], "Claire Lefèvre"}, "Practice": {file["practice"], "Cabinet des Tilleuls"}, "Number": {file["request"], number},
		"Name": {file["file"], "'=devis.pdf"}, "Size": {file["size"], "3000"}, "Wording": {file["wording"], wording},
		"Sentence": {file["sentence"], "Ce fichier ne contient aucune donnée de santé."}, "NoText": {file["text"], ""},
		"TextOf": {text["text"], "Description"}, "NoFile": {text["file"], ""}, "NoNumber": {text["request"], "pas de numéro"},
		"Finding": {text["findings"], "Numéro de sécurité sociale ••• " + found[0].Tail + ", ligne 1"},
		"Answer":  {text["answers"], "Numéro de sécurité sociale ••• " + found[0].Tail + ", ligne 1 : n° de série ; =1+1"},
	} {
		t.Run(what, func(t *testing.T) {
			if c[0] != c[1] {
				t.Errorf("%q, want %q", c[0], c[1])
			}
		})
	}
	if len(file["sha256"]) != 64 || paper.Text(file["file"]) != "=devis.pdf" {
		t.Errorf("%v", file)
	}
	for _, n := range []string{nir, strings.ReplaceAll(nir, " ", "")} {
		if bytes.Contains(body, []byte(n)) {
			t.Error("the number stands in it")
		}
	}
}

// Whoever has their data erased is signed out, nothing of theirs is here any more and
// nothing leaves; what was sent is at the portal, and what another one has stays.
func TestErase(t *testing.T) {
	o, p := desktop(t)
	path, _ := pdf(t, "devis.pdf", 3000)
	sent, revision := o.write(t, content())
	o.attach(t, sent, path)
	must(o.drafts.Submit(sent, revision))(t)
	o.received(t, sent)
	p.Down()
	waits, revision := o.write(t, content())
	must(o.drafts.Submit(waits, revision))(t)
	o.write(t, content())
	await(t, "the attempt has ended", func() bool {
		return !must(o.app.store.Counts(t.Context(), claire))(t).Sending
	})
	before := filepath.Join(updateFolder(o.data), "aside-x", "guichet.db") // as an update leaves it that was given up
	if err := os.MkdirAll(filepath.Dir(before), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, before, []byte("of Claire"))
	fails(t, o.privacy.Erase("paul", true), desk.ErrNotFound)
	if err := o.privacy.Erase(claire, true); err != nil {
		t.Fatal(err)
	}
	if s := must(o.session.State())(t); s.ID != "" || s.SignedIn {
		t.Errorf("at the desk: %+v", s)
	}
	if known := must(o.session.People())(t); len(known) > 0 {
		t.Errorf("known: %+v", known)
	}
	if names := o.stored(t); len(names) > 0 {
		t.Errorf("stored: %v", names)
	}
	if _, err := os.Stat(before); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the data as it was before an update is there: %v", err)
	}
	k, err := o.app.store.Kept(t.Context(), claire)
	if err != nil || k.Drafts+k.Waiting+k.Received+k.Files+k.Statements > 0 {
		t.Errorf("%+v, %v", k, err)
	}
	p.Up()
	fails(t, o.privacy.Erase(claire, true), desk.ErrSignIn)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != sent {
		t.Errorf("the portal has %d requests", len(got))
	}
}

// Files that were chosen and not attached, and their bytes, stay for whoever chose them,
// also when they sign in for it or anew, and are gone once they leave the desk.
func TestChosenFilesLeaveWithTheirPerson(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, "", with(&keyring.Memory{}))
	data := bytes.Repeat([]byte("%PDF-1.7\n"), 100)
	chosen := func() {
		t.Helper()
		id, _ := o.write(t, content())
		o.piece(t, o.offered(t, id, "a.pdf", data), 0, data[:500], http.StatusOK)
	}
	held := func(step string, want int64) {
		t.Helper()
		c := &o.app.candidates
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.held != want || len(c.byKey) != len(c.order) || (len(c.order) > 0) != (want > 0) {
			t.Errorf("%s: %d bytes of %d files are held, want %d", step, c.held, len(c.order), want)
		}
	}
	chosen()
	size := int64(len(data))
	o.signIn(t, p, claire)
	held("signed in", size)
	o.signIn(t, p, claire)
	held("signed in anew", size)
	o.signIn(t, p, marc)
	held("somebody else", 0)
	chosen()
	if err := o.session.Enter("", ""); err != nil {
		t.Fatal(err)
	}
	held("left", 0)
	if err := o.session.Enter(marc, ""); err != nil {
		t.Fatal(err)
	}
	chosen()
	o.app.keys.Load().Lock(marc)
	o.app.peopleChanged()
	if s := must(o.session.State())(t); s.Locked != marc {
		t.Fatalf("at the desk: %+v", s)
	}
	held("locked", size)
	if err := o.session.Enter(marc, ""); err != nil {
		t.Fatal(err)
	}
	held("opened", size)
	if err := o.privacy.Erase(marc, true); err != nil {
		t.Fatal(err)
	}
	held("erased", 0)
}

// With a person's data go bytes that no row speaks of, however young they are.
func TestEraseSweeps(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, "")
	shared, _ := o.write(t, content())
	path, _ := pdf(t, "commun.pdf", 3000)
	o.attach(t, shared, path)
	kept := o.stored(t)
	o.signIn(t, p, claire)
	own, _ := o.write(t, content())
	other, _ := pdf(t, "devis.pdf", 2000)
	o.attach(t, own, other)
	for _, name := range []string{"ORPHAN", "CUT.part", "LATER"} {
		put(t, filepath.Join(o.data, "files", name), []byte("bytes"))
	}
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(filepath.Join(o.data, "files", "LATER"), tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	if err := o.privacy.Erase(claire, true); err != nil {
		t.Fatal(err)
	}
	if got := o.stored(t); !slices.Equal(got, kept) {
		t.Errorf("%v are stored, want %v", got, kept)
	}
}
