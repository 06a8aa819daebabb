package app

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
)

const sophie = "demo-sophie"

// page is the address of something that is no portal.
func page(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing/v1/config" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("<html>Bienvenue</html>"))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// A draft is handed to a colleague of its practice with its files, sealed for
// them; its giver sees nothing of it any more.
func TestGive(t *testing.T) {
	p, data, ring := portald.Run(t, nil), t.TempDir(), &keyring.Memory{}
	o := open(t, data, p.URL, p.Token(claire), with(ring))
	o.known(t)
	o.signIn(t, p, marc)
	o.signIn(t, p, sophie)
	o.signIn(t, p, claire)
	id, revision := o.write(t, content())
	path := filepath.Join(t.TempDir(), "photo.png")
	put(t, path, picture(t))
	o.attach(t, id, path)
	if got := must(o.handover.Colleagues(id))(t); len(got) != 1 || got[0].ID != sophie || !got[0].Allowed {
		t.Errorf("%+v", got)
	}
	fails(t, o.handover.Give(id, revision, marc), desk.ErrForbidden) // not of the practice
	fails(t, o.handover.Give(id, revision, claire), desk.ErrForbidden)
	fails(t, o.handover.Give(id, revision-1, sophie), desk.ErrConflict)
	fails(t, o.handover.Give("", revision, sophie), desk.ErrNotFound)
	d := must(o.drafts.Open(id))(t)
	if err := o.handover.Give(id, d.Revision, sophie); err != nil {
		t.Fatal(err)
	}
	_, err := o.drafts.Open(id)
	fails(t, err, desk.ErrNotFound)
	if err := o.session.Enter(sophie, ""); err != nil {
		t.Fatal(err)
	}
	list := must(o.drafts.List())(t)
	if len(list) != 1 || list[0].ID == id {
		t.Fatalf("%+v", list)
	}
	hers := must(o.drafts.Open(list[0].ID))(t)
	if hers.GivenBy != "Claire Lefèvre" || len(hers.Files) != 1 {
		t.Errorf("%+v", hers)
	}
	if got := problems(hers.View.Problems, desk.KeyFiles); !slices.Equal(got, []string{desk.CodeNotConfirmed}) {
		t.Errorf("of files that another one answered for: %v", got)
	}
	_, err = o.files.Vouch(hers.ID, " ")
	fails(t, err, desk.ErrInvalid)
	if vouched := must(o.files.Vouch(hers.ID, wording))(t); len(vouched.Problems) > 0 || len(vouched.Files) != 1 || vouched.Files[0].ConfirmedBy != sophie {
		t.Errorf("%+v", vouched)
	}
	must(o.drafts.Submit(hers.ID, hers.Revision))(t)
	o.received(t, hers.ID)
	if got := arrived(t, p, sophie); len(got) != 1 || got[0].Author.ID != sophie {
		t.Errorf("%+v", got)
	}
	shared, revision := "", int64(0)
	if err := o.session.Enter("", ""); err != nil {
		t.Fatal(err)
	}
	shared, revision = o.write(t, content())
	fails(t, o.handover.Give(shared, revision, claire), desk.ErrNotNow)
}

// Whoever loses their role while they are offline keeps what they queued, and hands
// it to a colleague, who sends it as theirs.
func TestRoleLost(t *testing.T) {
	admin, second := person("anne", "admin"), person("louis", "admin")
	p := portald.Run(t, func(c *portald.Config) { c.People = []portald.Person{admin, second} })
	o := open(t, t.TempDir(), p.URL, p.Token("anne"))
	o.known(t)
	o.signIn(t, p, "louis")
	o.signIn(t, p, "anne")
	p.Down()
	c := dispute()
	c.Practice = "ours"
	id, revision := o.write(t, c)
	path, _ := pdf(t, "facture.pdf", 2000)
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)

	o.ends(t, "anne") // what says that she is an admin is over
	p.Change(func(c *portald.Config) { c.People = []portald.Person{person("anne", "user"), second} })
	p.Up()
	o.bearer.Hand(p.Token("anne"))
	must(o.session.SignIn())(t) // her new token says so
	await(t, "it is refused", func() bool { return o.status(t, id).Status == string(desk.StatusToCorrect) })
	if r := o.status(t, id); r.Reason != desk.ReasonForbidden {
		t.Errorf("%+v", r)
	}
	if got := must(o.handover.Colleagues(id))(t); len(got) != 1 || got[0].ID != "louis" { // before it is a draft again
		t.Errorf("%+v", got)
	}
	d := must(o.drafts.Correct(id))(t)
	if len(d.Files) != 1 {
		t.Errorf("%d files", len(d.Files))
	}
	if got := must(o.handover.Colleagues(d.ID))(t); len(got) != 1 || got[0].ID != "louis" || !got[0].Allowed {
		t.Fatalf("%+v", got)
	}
	p.Down()
	fails(t, o.handover.Give(d.ID, d.Revision, "louis"), desk.ErrOffline) // it may be there
	p.Up()
	if err := o.handover.Give(d.ID, d.Revision, "louis"); err != nil {
		t.Fatal(err)
	}
	if err := o.session.Enter("louis", ""); err != nil {
		t.Fatal(err)
	}
	list := must(o.drafts.List())(t)
	his := must(o.drafts.Open(list[0].ID))(t)
	must(o.files.Vouch(his.ID, wording))(t)
	must(o.drafts.Submit(his.ID, his.Revision))(t)
	o.received(t, his.ID)
	if all := arrived(t, p, "louis"); len(all) != 1 || all[0].Author.ID != "louis" || len(all[0].Files) != 1 || !all[0].Files[0].Received {
		t.Errorf("%+v", all)
	}
}

func person(id, role string) portald.Person {
	return portald.Person{ID: id, Name: "Accueil " + id, Practices: []portald.Practice{{ID: "ours", Name: "Cabinet", Town: "Brest", Roles: []string{role}}}}
}
