package app

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// canary stands in every text that is written here.
const canary = "canari-jaune"

func keyed(ring *keyring.Memory) func(*Config) {
	return func(c *Config) {
		if ring != nil {
			c.Keyring = ring
		}
	}
}

// sung lists the files of a data folder in which the canary can be read.
func sung(t *testing.T, data string) []string { return hits(t, data, canary) }

// sing writes a draft and a request, with files, in which the canary stands.
func sing(t *testing.T, o *office) (draft, request string, original []byte) {
	t.Helper()
	c := content()
	for _, key := range []string{"subject", "description"} {
		c.Values[key] = canary + " " + key
	}
	original = append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte(canary+"\n"), 9000)...)
	path := filepath.Join(t.TempDir(), canary+".pdf")
	put(t, path, original)
	draft, _ = o.write(t, c)
	o.attach(t, draft, path)
	request, revision := o.write(t, c)
	o.attach(t, request, path)
	must(o.drafts.Submit(request, revision))(t)
	o.replying(t, request, canary, path)
	return draft, request, original
}

// replyHeld holds that the reply that sing has begun is there, with its file as it was.
func replyHeld(t *testing.T, o *office, request string, original []byte) {
	t.Helper()
	r := o.dossier(t, request)
	if len(r.Acts) != 1 || r.Acts[0].Text != canary || len(r.Acts[0].Files) != 1 || r.Acts[0].Files[0].Name != canary+".pdf" {
		t.Fatalf("%d acts", len(r.Acts))
	}
	to := o.at(filepath.Join(t.TempDir(), "copie.pdf"))
	must(o.papers.SaveFile(request, r.Acts[0].Files[0].ID, "Enregistrer"))(t)
	if got, err := os.ReadFile(to); err != nil || !bytes.Equal(got, original) {
		t.Errorf("%d bytes of its file, %v", len(got), err)
	}
}

// With a keyring nothing that was written can be read in the data folder, and all
// of it is there at the next start and at the portal.
func TestSealed(t *testing.T) {
	p := portald.Run(t, nil)
	data, ring := t.TempDir(), &keyring.Memory{}
	o := open(t, data, p.URL, p.Token(claire), keyed(ring))
	o.known(t)
	draft, request, original := sing(t, o)
	o.received(t, request)
	if k := must(o.keys.State())(t); !k.Sealed || k.Silent || k.Recovery {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	if found := sung(t, data); len(found) > 0 {
		t.Errorf("it can be read in %v", found)
	}
	once(t, p, request, original)
	o = hasty(t, data, p.URL, p.Token(claire), func(a *App) { a.cfg.Keyring = ring })
	d := must(o.drafts.Open(draft))(t)
	if !strings.HasPrefix(d.Content.Values["subject"], canary) || len(d.Files) != 1 || d.Files[0].Name != canary+".pdf" {
		t.Errorf("%d files", len(d.Files))
	}
	replyHeld(t, o, request, original)
	await(t, "there is a backup", func() bool { return len(backups(t, data)) == 1 })
	o.app.Stop()
	if found := sung(t, data); len(found) > 0 {
		t.Errorf("it can be read in %v", found)
	}
}

// What was written before there was a keyring is sealed once there is one, in the
// background, and what waits is sent all the same.
func TestSealedLater(t *testing.T) {
	p := portald.Run(t, nil)
	data, ring := t.TempDir(), &keyring.Memory{}
	other := open(t, data, p.URL, p.Token(marc)) // who is not there when sealing begins
	other.known(t)
	c := content()
	c.Values["subject"] = canary
	other.write(t, c)
	other.app.Stop()
	o := open(t, data, p.URL, p.Token(claire))
	o.known(t)
	p.Down()
	draft, request, original := sing(t, o)
	if k := must(o.keys.State())(t); k.Sealed || k.Silent {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	if len(sung(t, data)) == 0 {
		t.Fatal("the canary does not sing")
	}
	o = hasty(t, data, p.URL, p.Token(claire), func(a *App) { a.cfg.Keyring = ring })
	await(t, "nothing can be read any more", func() bool { return len(sung(t, data)) == 0 })
	if d := must(o.drafts.Open(draft))(t); len(d.Files) != 1 || !strings.HasPrefix(d.Content.Values["subject"], canary) {
		t.Errorf("%d files", len(d.Files))
	}
	replyHeld(t, o, request, original)
	p.Up()
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	o.received(t, request)
	once(t, p, request, original)
	o.app.Stop()
	if found := sung(t, data); len(found) > 0 {
		t.Errorf("it can be read in %v", found)
	}
}

// Bytes that were sealed under another name since their row was read are found.
func TestOpenStoredUnderAnotherName(t *testing.T) {
	o := open(t, t.TempDir(), nobody, "")
	id, _ := o.write(t, content())
	path, original := pdf(t, "a.pdf", 5000)
	o.attach(t, id, path)
	f := must(o.app.store.Draft(t.Context(), uuid.MustParse(id)))(t).Files[0]
	name := must(o.app.files.Rehome(t.Context(), "", "", f))(t)
	if err := o.app.exchange(t.Context(), sqlite.StoredFile{File: f}, name); err != nil {
		t.Fatal(err)
	}
	if got := o.stored(t); !slices.Equal(got, []string{name}) {
		t.Errorf("stored are %v", got)
	}
	stored := must(o.app.openStored(t.Context(), desk.Owner{}, f))(t)
	defer stored.Close()
	if got := must(io.ReadAll(stored))(t); !bytes.Equal(got, original) {
		t.Errorf("%d bytes", len(got))
	}
	f.ID = uuid.New()
	if _, err := o.app.openStored(t.Context(), desk.Owner{}, f); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of nobody's: %v", err)
	}
}

// A keyring that has lost its keys opens nothing and loses nothing: the recovery
// code brings all back.
func TestKeyLost(t *testing.T) {
	data, ring := t.TempDir(), &keyring.Memory{}
	o := open(t, data, nobody, "", keyed(ring))
	c := content()
	c.Values["subject"] = canary
	id, _ := o.write(t, c)
	code := must(o.keys.NewCode())(t)
	fails(t, o.keys.UseCode(code[:len(code)-2]), desk.ErrWrongCode)
	if err := o.keys.UseCode(code); err != nil {
		t.Fatal(err)
	}
	if k := must(o.keys.State())(t); !k.Recovery {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	for range 2 { // another keyring: another account, or a new PC
		o = open(t, data, nobody, "", keyed(&keyring.Memory{}))
		_, err := o.drafts.List()
		fails(t, err, desk.ErrKeyLost)
		fails(t, o.keys.Recover(seal.NewCode().Reveal()), desk.ErrWrongCode)
		_, err = o.drafts.List()
		fails(t, err, desk.ErrKeyLost)
		if err := o.keys.Recover(code); err != nil {
			t.Fatal(err)
		}
		if d := must(o.drafts.Open(id))(t); d.Content.Values["subject"] != canary {
			t.Errorf("%q", d.Content.Values["subject"])
		}
		o.app.Stop()
	}
}

// A keyring that does not answer stops a desk that it seals, until it answers,
// and no other.
func TestKeyringSilent(t *testing.T) {
	data, ring := t.TempDir(), &keyring.Memory{}
	silent := true
	ring.Fault = func(string, string) error {
		if silent {
			return keyring.ErrSilent
		}
		return nil
	}
	o := open(t, data, nobody, "", keyed(ring))
	id, _ := o.write(t, content())
	if k := must(o.keys.State())(t); k.Sealed || !k.Silent {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	silent = false
	o = open(t, data, nobody, "", keyed(ring))
	if k := must(o.keys.State())(t); !k.Sealed {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	silent = true
	o = open(t, data, nobody, "", keyed(ring))
	_, err := o.drafts.Open(id)
	fails(t, err, desk.ErrKeyring)
	silent = false
	must(o.drafts.Open(id))(t)
}

// Where the keyring is gone for good the recovery code opens the desk, until the
// program ends.
func TestKeyringGone(t *testing.T) {
	data, ring := t.TempDir(), &keyring.Memory{}
	o := open(t, data, nobody, "", keyed(ring))
	id, _ := o.write(t, content())
	code := must(o.keys.NewCode())(t)
	if err := o.keys.UseCode(code); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	ring.Fault = func(string, string) error { return keyring.ErrNone }
	for range 2 {
		o = open(t, data, nobody, "", keyed(ring))
		_, err := o.drafts.Open(id)
		fails(t, err, desk.ErrKeyring)
		fails(t, o.keys.Recover(seal.NewCode().Reveal()), desk.ErrWrongCode)
		if err := o.keys.Recover(code); err != nil {
			t.Fatal(err)
		}
		d := must(o.drafts.Open(id))(t)
		must(o.drafts.Save(id, d.Revision, content()))(t)
		o.app.Stop()
	}
}

// A keyring that answers only after the start seals from the next start on: until
// then everybody, the PC among them, goes on unsealed.
func TestKeyringAnswersLate(t *testing.T) {
	for name, fault := range map[string]error{"Silent": keyring.ErrSilent, "None": keyring.ErrNone} {
		t.Run(name, func(t *testing.T) { keyringAnswersLate(t, fault) })
	}
}

func keyringAnswersLate(t *testing.T, fault error) {
	data, ring := t.TempDir(), &keyring.Memory{}
	silent := true
	ring.Fault = func(string, string) error {
		if silent {
			return fault
		}
		return nil
	}
	o := open(t, data, nobody, "", keyed(ring))
	silent = false
	if err := o.app.enrol(t.Context(), claire); err != nil {
		t.Fatal(err)
	}
	id, _ := o.write(t, content())
	if k := must(o.keys.State())(t); k.Sealed || k.Silent != (fault == keyring.ErrSilent) {
		t.Errorf("%+v", k)
	}
	o.app.Stop()
	o = open(t, data, nobody, "", keyed(ring))
	if k := must(o.keys.State())(t); !k.Sealed || k.Silent {
		t.Errorf("%+v", k)
	}
	must(o.drafts.Open(id))(t)
}
