package app

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// shared is a draft that was begun at a PC where nobody had signed in, with a
// file and one that was removed.
func shared(t *testing.T, data, address string) (id string, revision int64, original []byte) {
	t.Helper()
	o := open(t, data, address, "")
	path, original := pdf(t, "a.pdf", 60_000)
	second, _ := pdf(t, "b.pdf", 900)
	c := content()
	c.Practice = ""
	id, revision = o.write(t, c)
	o.attach(t, id, path)
	o.attach(t, id, second)
	d := must(o.drafts.Open(id))(t)
	if !d.Shared || d.GivenBy != "" {
		t.Errorf("shared %v, given by %q", d.Shared, d.GivenBy)
	}
	must(o.files.Remove(id, d.Files[1].ID))(t)
	if list := must(o.drafts.List())(t); len(list) != 1 || !list[0].Shared {
		t.Errorf("listed %+v", list)
	}
	o.app.Stop()
	return id, revision, original
}

// Whoever takes a draft of the PC has it alone, with its files, and what was
// removed can still be brought back; it is sent once.
func TestAdopt(t *testing.T) {
	for name, first := range map[string]bool{"OKThenSent": true, "OKBySending": false} {
		t.Run(name, func(t *testing.T) {
			p := portald.Run(t, nil)
			data := t.TempDir()
			id, revision, original := shared(t, data, p.URL)
			o := open(t, data, p.URL, p.Token(claire))
			o.known(t)
			d := must(o.drafts.Open(id))(t)
			d.Content.Practice = "cabinet-tilleuls"
			saved := must(o.drafts.Save(id, revision, d.Content))(t)
			if d = must(o.drafts.Open(id))(t); !d.Shared {
				t.Error("a save has taken it")
			}
			if first {
				adopted := must(o.handover.Adopt(id, saved.Revision))(t)
				if adopted.Shared || adopted.ID != id || adopted.Revision != saved.Revision || len(adopted.Files) != 1 {
					t.Fatalf("%+v", adopted)
				}
				must(o.handover.Adopt(id, saved.Revision))(t) // twice is once
				names := must(os.ReadDir(filepath.Join(data, "files")))(t)
				if len(names) != 4 { // two of the PC's, for the sweep, and two of hers
					t.Errorf("%d stored files", len(names))
				}
			}
			// Somebody else may have ticked the sentence: she answers for the file herself.
			_, err := o.drafts.Submit(id, saved.Revision)
			fails(t, err, desk.ErrInvalid)
			if f := must(o.files.Vouch(id, wording))(t).Files; len(f) != 1 || f[0].ConfirmedBy != claire {
				t.Errorf("%+v", f)
			}
			must(o.drafts.Submit(id, saved.Revision))(t)
			must(o.drafts.Submit(id, saved.Revision))(t)
			o.received(t, id)
			once(t, p, id, original)
			o.app.Stop()
			o = open(t, data, p.URL, p.Token(marc))
			o.known(t)
			if list := must(o.drafts.List())(t); len(list) != 0 {
				t.Errorf("a colleague sees %+v", list)
			}
		})
	}
}

// What cannot be sent is not taken by trying, and nobody takes what is not the
// PC's, or with nobody at the desk, or in an older form.
func TestAdoptRefused(t *testing.T) {
	p := portald.Run(t, nil)
	data := t.TempDir()
	id, revision, _ := shared(t, data, p.URL)
	o := open(t, data, p.URL, "")
	_, err := o.handover.Adopt(id, revision)
	fails(t, err, desk.ErrSignIn)
	o.app.Stop()
	o = open(t, data, p.URL, p.Token(claire))
	o.known(t)
	_, err = o.drafts.Submit(id, revision) // no practice is chosen
	fails(t, err, desk.ErrInvalid)
	if d := must(o.drafts.Open(id))(t); !d.Shared {
		t.Error("trying has taken it")
	}
	_, err = o.handover.Adopt(id, revision-1)
	fails(t, err, desk.ErrConflict)
	must(o.handover.Adopt(id, revision))(t)
	o.app.Stop()
	o = open(t, data, p.URL, p.Token(marc))
	o.known(t)
	_, err = o.handover.Adopt(id, revision)
	fails(t, err, desk.ErrNotFound)
}

// A file whose bytes are gone stands in no one's way: the person is told of it
// when it is sent.
func TestAdoptWithoutBytes(t *testing.T) {
	p := portald.Run(t, nil)
	data := t.TempDir()
	id, revision, _ := shared(t, data, p.URL)
	for _, e := range must(os.ReadDir(filepath.Join(data, "files")))(t) {
		if err := os.WriteFile(filepath.Join(data, "files", e.Name()), bytes.Repeat([]byte("x"), 10), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := open(t, data, p.URL, p.Token(claire))
	o.known(t)
	if d := must(o.handover.Adopt(id, revision))(t); d.Shared || len(d.Files) != 1 {
		t.Errorf("%+v", d)
	}
}

// What was answered of a draft at a PC where nobody had signed in holds for whoever
// sends it: they are not asked again, and it is in the ledger once.
func TestAdoptAnswered(t *testing.T) {
	p := portald.Run(t, nil)
	data := t.TempDir()
	o := open(t, data, p.URL, "")
	c := content()
	c.Values[desk.KeyDescription] = "Le numéro de sécurité sociale " + nirOf(44)
	id, revision := o.write(t, c)
	texts := map[string]string{desk.KeyDescription: c.Values[desk.KeyDescription]}
	found := must(o.guard.Texts(id, texts))(t)
	if len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	if err := o.guard.Answer(id, texts[desk.KeyDescription], found[0], "exemple du manuel"); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	o = open(t, data, p.URL, p.Token(claire))
	o.known(t)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	if said := o.ledger(t); len(said) != 1 || said[0].By != claire || said[0].Item.String() != id {
		t.Errorf("%+v", said)
	}
}
