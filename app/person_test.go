package app

import (
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
)

// signIn makes somebody else the person at the desk.
func (o *office) signIn(tb testing.TB, p *portald.Twin, person string) {
	tb.Helper()
	o.bearer.Hand(p.Token(person))
	if got := must(o.session.SignIn())(tb); got.ID != person || !got.SignedIn {
		tb.Fatalf("%s is at the desk", got.ID)
	}
}

// ends is the end of the session of the person at the desk: the portal and the
// provider take nothing of theirs any more.
func (o *office) ends(tb testing.TB, person string) {
	tb.Helper()
	o.bearer.End()
	o.app.session.Refused(must(o.app.session.Token(tb.Context(), person))(tb))
	await(tb, "they are signed out", func() bool { return !must(o.session.State())(tb).SignedIn })
}

// What Claire wrote is not there for Marc, whatever he calls.
func TestAnotherPerson(t *testing.T) {
	o, p := desktop(t)
	id, revision := o.write(t, content())
	path := filepath.Join(t.TempDir(), "photo.png")
	put(t, path, picture(t))
	file := o.attach(t, id, path)[0].ID
	token := o.looked(t, id, path)[0]
	sent, again := o.write(t, content())
	must(o.drafts.Submit(sent, again))(t)
	o.received(t, sent)
	reply, told := o.replying(t, sent, "Voici", path)

	o.signIn(t, p, marc)
	o.shell.pick = func(string) ([]string, error) { return []string{path}, nil }
	changed := content()
	changed.Values[desk.KeySubject] = "De Marc"
	for name, call := range map[string]func() error{
		"Open":         func() error { _, err := o.drafts.Open(id); return err },
		"Save":         func() error { _, err := o.drafts.Save(id, revision, changed); return err },
		"SaveAnew":     func() error { _, err := o.drafts.Save(id, 0, content()); return err },
		"Throw":        func() error { return o.drafts.Throw(id) },
		"Restore":      func() error { return o.drafts.Restore(id) },
		"Give":         func() error { return o.handover.Give(id, revision, marc) },
		"Colleagues":   func() error { _, err := o.handover.Colleagues(id); return err },
		"Submit":       func() error { _, err := o.drafts.Submit(id, revision); return err },
		"SubmitOld":    func() error { _, err := o.drafts.Submit(id, revision+5); return err },
		"SubmitAgain":  func() error { _, err := o.drafts.Submit(sent, again); return err },
		"Correct":      func() error { _, err := o.drafts.Correct(sent); return err },
		"OpenRequest":  func() error { _, err := o.requests.Open(sent); return err },
		"Cancel":       func() error { return o.outbox.Cancel(sent) },
		"ChooseFile":   func() error { _, err := o.files.Choose(id, "Joindre"); return err },
		"LookAtFile":   func() error { _, err := o.files.Look(id, []string{path}); return err },
		"OfferFile":    func() error { _, err := o.files.Offer(id, "a.pdf", 1, ""); return err },
		"VouchFile":    func() error { _, err := o.files.Vouch(id, wording); return err },
		"ConfirmFile":  func() error { _, err := o.files.Confirm(id, []string{token}, wording, nil); return err },
		"RemoveFile":   func() error { _, err := o.files.Remove(id, file); return err },
		"RestoreFile":  func() error { _, err := o.files.Restore(id, file); return err },
		"LookForReply": func() error { _, err := o.files.Look(reply, []string{path}); return err },
		"OfferToReply": func() error { _, err := o.files.Offer(reply, "a.pdf", 1, ""); return err },
		"FileOfReply":  func() error { _, err := o.files.Remove(reply, told[0].ID); return err },
		"SendReply":    func() error { _, err := o.acts.Do(sent, reply, "reply", "Voici", nil); return err },
	} {
		t.Run(name, func(t *testing.T) { fails(t, call(), desk.ErrNotFound) })
	}
	t.Run("Lists", func(t *testing.T) {
		if items := append(append(must(o.drafts.List())(t), o.everything(t)...), must(o.requests.Outbox())(t)...); len(items) > 0 {
			t.Errorf("%+v", items)
		}
		if s := must(o.outbox.State())(t); s.Drafts+s.Requests+s.Waiting > 0 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("Thumb", func(t *testing.T) {
		for _, id := range []string{file, told[0].ID} {
			if w := o.served(http.MethodGet, "/files/"+id+"/thumb", nil); w.Code != http.StatusNotFound {
				t.Errorf("answered %d", w.Code)
			}
		}
	})

	o.signIn(t, p, claire)
	d := must(o.drafts.Open(id))(t)
	if d.Revision != revision || d.Content.Values[desk.KeySubject] != content().Values[desk.KeySubject] || len(d.Files) != 1 {
		t.Errorf("it was touched: %+v", d)
	}
	if w := o.served(http.MethodGet, "/files/"+file+"/thumb", nil); w.Code != http.StatusOK {
		t.Errorf("her own thumbnail: %d", w.Code)
	}
	if r := o.dossier(t, sent); len(r.Acts) != 1 || len(r.Acts[0].Files) != 1 {
		t.Errorf("her reply was touched: %+v", r.Acts)
	}
}

// Writing needs no session, and what is written before the sign-in is there
// after it, for whoever sends it.
func TestWithoutASession(t *testing.T) {
	p := portald.Run(t, nil)
	o := open(t, t.TempDir(), p.URL, "")
	id, revision := o.write(t, content())
	path, _ := pdf(t, "a.pdf", 100)
	if f := o.attach(t, id, path)[0]; f.ConfirmedBy != "" {
		t.Errorf("confirmed by %s", f.ConfirmedBy)
	}
	_, err := o.drafts.Submit(id, revision)
	fails(t, err, desk.ErrInvalid)
	_, err = o.session.SignIn()
	fails(t, err, desk.ErrNotSignedIn) // nobody came back
	o.bearer.Hand("no-such-token")
	_, err = o.session.SignIn()
	fails(t, err, desk.ErrForbidden) // and this one the portal does not know
	if s := must(o.outbox.State())(t); s.Connection != "signed-out" {
		t.Errorf("%+v", s)
	}
	o.signIn(t, p, claire)
	must(o.files.Vouch(id, wording))(t)
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	if c := arrived(t, p, claire)[0].Files[0].Confirmation; c.By != claire {
		t.Errorf("confirmed by %q at the portal", c.By)
	}
}

// A token whose end an attempt meets is renewed, and the request goes: nobody has to
// sign in, or to do anything.
func TestTokenEndsInAnAttempt(t *testing.T) {
	p := portald.Run(t, nil)
	var refused atomic.Int32
	way := between(t, p, func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodPut && refused.Add(1) == 1 {
			w.Header().Set("Content-Type", portal.ProblemType)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"type":"about:blank","title":"Unauthorized","status":401,"code":"sign-in"}`))
			return
		}
		pass.ServeHTTP(w, r)
	})
	o := open(t, t.TempDir(), way, p.Token(claire))
	await(t, "she is signed in", func() bool { return must(o.session.State())(t).SignedIn })
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	if refused.Load() < 2 {
		t.Error("no attempt was refused")
	}
}

// What was asked is asked still behind a restart, and so is what would have been.
func TestAskedBehindARestart(t *testing.T) {
	p, data, ring := portald.Run(t, nil), t.TempDir(), &keyring.Memory{}
	o := open(t, data, p.URL, p.Token(claire), with(ring))
	await(t, "she is signed in", func() bool { return must(o.session.State())(t).SignedIn })
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.ends(t, claire)
	p.Up()
	o.signIn(t, p, marc)
	o.app.Stop()
	o = open(t, data, p.URL, "", with(ring)) // he leaves, and she comes
	if err := o.session.Enter("", ""); err != nil {
		t.Fatal(err)
	}
	o.app.Stop()
	o = open(t, data, p.URL, "", with(ring))
	o.signIn(t, p, claire)
	for range 2 {
		if s := must(o.outbox.State())(t); s.Asking != 1 {
			t.Fatalf("%+v", s)
		}
		o.app.Stop()
		o = open(t, data, p.URL, "", with(ring))
		if !must(o.session.State())(t).SignedIn {
			t.Fatal("she is not signed in")
		}
	}
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	o.received(t, id)
}

// Whoever comes back by the list, and then signs in, is asked as well.
func TestAskedBehindTheList(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.ends(t, claire)
	p.Up()
	o.signIn(t, p, marc)
	if err := o.session.Enter(claire, ""); err != nil {
		t.Fatal(err)
	}
	o.signIn(t, p, claire)
	if s := must(o.outbox.State())(t); s.Asking != 1 {
		t.Errorf("%+v", s)
	}
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	o.received(t, id)
	// Of what she queues while nobody else comes she is not asked.
	p.Down()
	id, revision = o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.ends(t, claire)
	p.Up()
	o.signIn(t, p, claire)
	o.received(t, id)
}

// What waits when somebody signs out stays for its sender.
func TestSignOut(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	if err := o.session.SignOut(claire); err != nil {
		t.Fatal(err)
	}
	if got := must(o.session.State())(t); got.Known || got.SignedIn {
		t.Errorf("%+v", got)
	}
	_, err := o.session.SignIn()
	fails(t, err, desk.ErrOffline)
	p.Up()
	o.signIn(t, p, marc)
	o.signIn(t, p, claire)
	// Somebody else was at the desk: she is asked first.
	if s := must(o.outbox.State())(t); s.Asking != 1 || s.Waiting != 1 || !slices.Contains(o.app.absent(), claire) {
		t.Errorf("%+v", s)
	}
	if err := o.outbox.SendNow(); err != nil {
		t.Fatal(err)
	}
	o.received(t, id)
	if s := must(o.outbox.State())(t); s.Asking != 0 {
		t.Errorf("%+v", s)
	}
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != id {
		t.Errorf("%d requests", len(got))
	}
	if got := arrived(t, p, marc); len(got) != 0 {
		t.Errorf("Marc sent %d", len(got))
	}
}
