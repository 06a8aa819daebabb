package app

import (
	"database/sql"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portald"
)

// own is the version of the catalogue that comes with the program.
var own = func() int {
	c, err := catalogue.Default()
	if err != nil {
		panic(err)
	}
	return c.Version
}()

// vendor is a portal whose catalogue can be exchanged: it goes on at the same
// address with what it holds.
type vendor struct {
	*portald.Twin
	t *testing.T
}

func serving(t *testing.T) *vendor { return &vendor{portald.Run(t, nil), t} }

// becomes serves another catalogue from now on.
func (v *vendor) becomes(version int, edit func(administrative *desk.Type)) {
	v.t.Helper()
	v.Down()
	body := catalogueWith(v.t, func(c *desk.Catalogue) {
		c.Version = version
		edit(&c.Types[0])
	})
	v.Change(func(c *portald.Config) { c.Catalogue = body })
	v.Up()
}

// hears waits until the desk has that catalogue.
func (o *office) hears(t *testing.T, version int) {
	t.Helper()
	await(t, "the newer catalogue is here", func() bool {
		o.app.askCatalogue() // the portal may have been back before anybody noticed that it was gone
		return must(o.catalogues.Current())(t).Version == version
	})
}

func without(key string) func(*desk.Type) {
	return func(a *desk.Type) {
		a.Categories = slices.DeleteFunc(a.Categories, func(c desk.Category) bool { return c.Key == key })
	}
}

// unasked takes a field out of invoice disputes and asks something else.
func unasked(key string) func(*desk.Type) {
	return func(a *desk.Type) {
		c := &a.Categories[0]
		c.Fields = slices.DeleteFunc(c.Fields, func(f desk.Field) bool { return f.Key == key })
		c.Fields = append(c.Fields, desk.Field{Key: "desired", Label: desk.Text{FR: "Ce que vous attendez", EN: "What you expect"}, Kind: desk.KindLine, Required: true, MaxLength: 60})
	}
}

// dispute is an invoice dispute that can be sent.
func dispute() Content {
	return Content{
		Road: "assistant", Step: "files", Type: "administrative", Practice: tilleuls, Category: "invoice-dispute",
		Values: map[string]string{
			"invoice": "FA-2026-0001", "reference": "Compta 11/26",
			desk.KeySubject: "Facture en double", desk.KeyDescription: "Elle est comptée deux fois.",
		},
	}
}

func shown(os []Orphan) (keys []string) {
	for _, o := range os {
		keys = append(keys, o.Key)
	}
	return keys
}

// A draft that is opened under a newer catalogue keeps every answer; what has no
// place any more waits until somebody has moved or removed it, over restarts.
func TestCarriedOver(t *testing.T) {
	p := serving(t)
	data := t.TempDir()
	o := open(t, data, p.URL, p.Token(claire))
	o.known(t)
	id, revision := o.write(t, dispute())
	before := must(o.requests.Draft(id))(t)
	p.becomes(own+1, unasked("reference"))
	o.hears(t, own+1)
	if again := must(o.requests.Draft(id))(t); again.Revision != revision || again.Content.Catalogue != own || again.Renewed || len(again.View.Problems) > 0 {
		t.Fatalf("it changed before it was opened: %+v", again.View.Problems)
	}

	d := must(o.drafts.Open(id))(t)
	if !d.Renewed || d.Content.Catalogue != own+1 || d.Revision != revision+1 || d.SavedAt != before.SavedAt || d.Content.Step != "details" {
		t.Errorf("opened as revision %d of %s at %s, renewed %v", d.Revision, d.SavedAt, d.Content.Step, d.Renewed)
	}
	if got := d.View.Orphans; len(got) != 1 || got[0].Key != "reference" || got[0].Label.FR != "Votre référence" || d.Content.Values["reference"] != "Compta 11/26" {
		t.Errorf("orphans %+v", got)
	}
	if got := problems(d.View.Problems, "reference"); !slices.Equal(got, []string{desk.CodeOrphan}) {
		t.Errorf("of the reference: %q", got)
	}
	if got := problems(d.View.Problems, "desired"); !slices.Equal(got, []string{desk.CodeRequired}) {
		t.Errorf("of what is new: %q", got)
	}
	_, err := o.drafts.Save(id, revision, dispute()) // by a window that shows the older form
	conflict(t, err, revision+1)
	o.app.Stop()

	o = open(t, data, p.URL, p.Token(claire))
	o.known(t)
	d = must(o.drafts.Open(id))(t)
	if !d.Renewed || d.Revision != revision+1 || len(d.View.Orphans) != 1 {
		t.Fatalf("behind a restart: %+v", d.View.Orphans)
	}
	c := d.Content
	c.Values = maps.Clone(c.Values)
	c.Values["desired"] = "Un avoir"
	s := must(o.drafts.Save(id, d.Revision, c))(t)
	if len(s.View.Orphans) != 1 {
		t.Error("a save has dropped it")
	}
	_, err = o.drafts.Submit(id, s.Revision)
	fails(t, err, desk.ErrInvalid)
	if d = must(o.drafts.Open(id))(t); d.Renewed || len(d.View.Orphans) != 1 {
		t.Errorf("written on: renewed %v, %d orphans", d.Renewed, len(d.View.Orphans))
	}
	c.Values[desk.KeyDescription] += "\n\nVotre référence : Compta 11/26"
	delete(c.Values, "reference")
	c.Orphans = []Orphan{}
	s = must(o.drafts.Save(id, s.Revision, c))(t)
	must(o.drafts.Submit(id, s.Revision))(t)
	o.received(t, id)
	got := arrived(t, p.Twin, claire)
	if len(got) != 1 || got[0].CatalogueVersion != own+1 || got[0].Values["desired"] != "Un avoir" || got[0].Values["reference"] != "" {
		t.Errorf("the portal has %d requests: version %d", len(got), got[0].CatalogueVersion)
	}
}

// What somebody writes just now keeps its form, and leaves under it: the portal
// knows every version that it has served.
func TestFormStaysUnderTheHands(t *testing.T) {
	p := serving(t)
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)
	d := must(o.drafts.Create(Content{Road: "form"}))(t)
	if d.Content.Catalogue != own {
		t.Fatalf("begun with version %d", d.Content.Catalogue)
	}
	p.becomes(own+1, unasked("reference"))
	o.hears(t, own+1)
	c := dispute()
	c.Catalogue = d.Content.Catalogue
	s := must(o.drafts.Save(d.ID, 0, c))(t) // its first save
	c.Values[desk.KeySubject] = "Facture en double, octobre"
	s = must(o.drafts.Save(d.ID, s.Revision, c))(t)
	if len(s.View.Problems) > 0 || must(o.requests.Draft(d.ID))(t).Content.Catalogue != own {
		t.Fatalf("%+v", s.View.Problems)
	}
	if old := must(o.catalogues.Version(own))(t); old.Version != own {
		t.Errorf("the window is shown version %d", old.Version)
	}
	must(o.drafts.Submit(d.ID, s.Revision))(t)
	o.received(t, d.ID)
	if got := arrived(t, p.Twin, claire); len(got) != 1 || got[0].CatalogueVersion != own || got[0].Values["reference"] == "" {
		t.Errorf("the portal has %d requests", len(got))
	}
}

// A category that is withdrawn while a request waits: it comes back, is
// corrected, and arrives once.
func TestWithdrawnWhileItWaits(t *testing.T) {
	for name, know := range map[string]bool{"TheDeskKnows": true, "TheDeskDoesNotKnowYet": false} {
		t.Run(name, func(t *testing.T) {
			p := serving(t)
			o := open(t, t.TempDir(), p.URL, p.Token(claire))
			o.known(t)
			p.Down()
			id, revision := o.write(t, dispute())
			path, content := pdf(t, "facture.pdf", 4<<10)
			o.attach(t, id, path)
			must(o.drafts.Submit(id, revision))(t)
			p.becomes(own+1, without("invoice-dispute"))
			await(t, "the portal refuses it", func() bool { return o.status(t, id).Status == string(desk.StatusToCorrect) })
			r := must(o.requests.Open(id))(t)
			if len(r.Problems) != 1 || r.Problems[0].Field != desk.KeyCategory || r.Problems[0].Code != desk.CodeUnknown {
				t.Fatalf("%+v", r.Problems)
			}
			o.hears(t, own+1)
			if !know {
				o.forgets(own + 1)
			}

			d := must(o.drafts.Correct(id))(t)
			if d.ID != id || !d.Renewed || d.Content.Catalogue != own+1 || d.Content.Step != "category" || len(d.Files) != 1 {
				t.Fatalf("reopened at %s with version %d, %d files", d.Content.Step, d.Content.Catalogue, len(d.Files))
			}
			if got := shown(d.View.Orphans); !slices.Equal(got, []string{"invoice", "reference", "subject", "description"}) {
				t.Errorf("orphans %q", got)
			}
			c := d.Content
			c.Category = "invoice-question"
			s := must(o.drafts.Save(id, d.Revision, c))(t)
			if len(s.View.Orphans) > 0 {
				t.Errorf("orphans under the category that was chosen: %q", shown(s.View.Orphans))
			}
			must(o.drafts.Submit(id, s.Revision))(t)
			o.received(t, id)
			once(t, p.Twin, id, content)
			if got := arrived(t, p.Twin, claire); got[0].Category != "invoice-question" || got[0].Values["invoice"] != "FA-2026-0001" || got[0].Revision != s.Revision {
				t.Errorf("the portal has %s at revision %d", got[0].Category, got[0].Revision)
			}
		})
	}
}

// forgets makes the desk as it was before it heard of a catalogue.
func (o *office) forgets(version int) {
	c := &o.app.catalogues
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, version)
	c.current, c.etag = version-1, ""
}

// A damaged catalogue changes nothing: the one that was good goes on.
// A category is looked for by the name that a newer catalogue gives it, and by its old
// one when there is no new one.
func TestNamesOfANewerCatalogue(t *testing.T) {
	v := serving(t)
	o := open(t, t.TempDir(), v.URL, v.Token(claire))
	await(t, "signed in", func() bool { return must(o.session.State())(t).SignedIn })
	o.write(t, dispute())
	found := func(words string, n int) {
		t.Helper()
		await(t, words, func() bool {
			got, err := o.lists.Total(Query{Text: words})
			return err == nil && got == n
		})
	}
	found("litige fact", 1)
	v.becomes(own+1, func(a *desk.Type) { a.Categories[0].Label.FR = "Contestation" })
	o.hears(t, own+1)
	found("contest", 1)
	found("litige", 0)
	v.becomes(own+2, func(a *desk.Type) { a.Categories = a.Categories[1:] })
	o.hears(t, own+2)
	found("contest", 1)
}

func TestBrokenCatalogue(t *testing.T) {
	o, _ := desktop(t)
	await(t, "the catalogue is here", func() bool { return o.app.catalogues.tag() != "" })
	tag := o.app.catalogues.tag()
	twice := catalogueWith(t, func(c *desk.Catalogue) { c.Version, c.Types[1].Key = own+1, c.Types[0].Key })
	if newer, err := o.app.catalogues.replace(t.Context(), o.app.store, twice, "other", o.app.Now()); newer || err == nil {
		t.Fatal("taken")
	}
	if got := must(o.catalogues.Current())(t); got.Version != own || o.app.catalogues.tag() != tag {
		t.Errorf("version %d", got.Version)
	}
	bodies, _, err := o.app.store.Catalogues(t.Context())
	if err != nil || len(bodies) != 1 {
		t.Errorf("%d are stored, %v", len(bodies), err)
	}
}

// What cannot be stored now leaves the draft with the form that it has.
func TestOpenWhenNothingCanBeStored(t *testing.T) {
	p := serving(t)
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)
	id, revision := o.write(t, dispute())
	p.becomes(own+1, unasked("reference"))
	o.hears(t, own+1)
	exec := func(stmt string) {
		t.Helper()
		db, err := sql.Open("sqlite", filepath.Join(o.data, "guichet.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout=5000; "+stmt); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TRIGGER full BEFORE UPDATE ON draft BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
	if d := must(o.drafts.Open(id))(t); d.Renewed || d.Revision != revision || d.Content.Catalogue != own || len(d.View.Problems) > 0 {
		t.Errorf("opened as revision %d of version %d", d.Revision, d.Content.Catalogue)
	}
	exec("DROP TRIGGER full")
	if d := must(o.drafts.Open(id))(t); !d.Renewed || d.Content.Catalogue != own+1 {
		t.Errorf("opened as version %d", d.Content.Catalogue)
	}
}
