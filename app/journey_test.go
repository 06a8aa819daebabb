package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// The main job, from the first choice to support's answer.
func TestJourney(t *testing.T) {
	p := portald.Run(t, func(c *portald.Config) { c.Demo = true }, func(s *portald.Server) {
		s.Acknowledge, s.Reply = 20*time.Millisecond, 40*time.Millisecond
	})
	o := open(t, t.TempDir(), p.URL, p.Token(claire))
	o.known(t)

	// Step by step, as the Assistant saves it.
	c := Content{Road: "assistant", Step: "type", Values: map[string]string{}}
	d := must(o.drafts.Create(c))(t)
	if names := must(o.drafts.List())(t); len(names) != 0 {
		t.Fatalf("created and stored: %+v", names)
	}
	steps := []func(){
		func() {},
		func() { c.Type, c.Step = "administrative", "practice" },
		func() { c.Practice, c.Step = tilleuls, "category" },
		func() { c.Category, c.Step = "invoice-question", "details" },
		func() { c.Values[desk.KeySubject] = "À quoi correspond l’option ?" },
		func() { c.Values[desk.KeyDescription], c.Step = "Depuis quand ?\nMerci.", "files" },
	}
	var saved Saved
	for i, step := range steps {
		step()
		saved = must(o.drafts.Save(d.ID, int64(i), c))(t)
		if saved.Revision != int64(i+1) || saved.SavedAt == "" {
			t.Fatalf("save %d answers %+v", i, saved)
		}
		if got := must(o.drafts.Open(d.ID))(t); got.Content.Step != c.Step || got.Revision != saved.Revision {
			t.Fatalf("step %d is read back as %+v", i, got.Content)
		}
	}
	if len(saved.View.Problems) > 0 || saved.View.Done != saved.View.Total {
		t.Fatalf("not ready: %+v", saved.View)
	}

	path, original := pdf(t, "Facture n° 12.pdf", 200<<10)
	before := time.Now().Add(-time.Second)
	files := o.attach(t, d.ID, path)
	if len(files) != 1 || files[0].Name != "Facture n° 12.pdf" || files[0].ConfirmedBy != claire {
		t.Fatalf("attached %+v", files)
	}
	own, err := os.ReadFile(filepath.Join(o.data, "files", o.stored(t)[0]))
	if err != nil {
		t.Fatal(err)
	}

	item := must(o.drafts.Submit(d.ID, saved.Revision))(t)
	if item.ID != d.ID || item.Draft || item.Files != 1 {
		t.Fatalf("submitted %+v", item)
	}
	o.received(t, d.ID)

	var held portal.Request
	for _, r := range arrived(t, p, claire) {
		if r.ID == d.ID {
			held = r
		}
	}
	if held.Number == "" || held.Values[desk.KeyDescription] != c.Values[desk.KeyDescription] || held.Practice != tilleuls {
		t.Fatalf("the portal has %+v", held)
	}
	t.Run("TheFileArrivedAsItWas", func(t *testing.T) {
		body := ask(t, p, claire, portal.RouteRequests+"/"+d.ID+"/files/"+held.Files[0].ID)
		if !bytes.Equal(body, original) || !bytes.Equal(own, original) {
			t.Error("other bytes")
		}
	})
	t.Run("TheStatementTravels", func(t *testing.T) {
		sum := sha256.Sum256(own)
		c := held.Files[0].Confirmation
		if c == nil || c.By != claire || c.Wording != wording || c.SHA256 != hex.EncodeToString(sum[:]) || c.At.Before(before) || c.At.After(time.Now()) {
			t.Errorf("%+v", c)
		}
	})
	t.Run("TheLifeLineIsWhole", func(t *testing.T) {
		await(t, "support answers", func() bool { return o.status(t, d.ID).Life.Answered != "" })
		r := must(o.requests.Open(d.ID))(t)
		if l := r.Item.Life; l.Written == "" || l.Saved == "" || l.Sent == "" || l.Received == "" {
			t.Errorf("%+v", l)
		}
		if r.Item.Number != held.Number || len(r.Messages) != 1 || !r.Messages[0].Support || r.Messages[0].Text == "" {
			t.Errorf("%s, messages %+v", r.Item.Number, r.Messages)
		}
	})
	t.Run("TheWindowWasTold", func(t *testing.T) {
		for _, topic := range []string{"drafts", "requests", "status", "session"} {
			if !o.shell.heard("changed", topic) {
				t.Errorf("nothing of %s", topic)
			}
		}
		if !o.shell.heard("progress", Progress{Request: d.ID, File: held.Files[0].ID, Done: int64(len(original)), Total: int64(len(original))}) {
			t.Error("nothing of the upload")
		}
	})
	t.Run("TheCountsAreRight", func(t *testing.T) {
		s := must(o.outbox.State())(t)
		if s.Connection != "online" || s.Since == "" || s.Waiting != 0 || s.Drafts != 0 || s.LastSent == "" || s.Sending {
			t.Errorf("%+v", s)
		}
	})
}

// stricter is the demo's catalogue under the same version, with longer
// descriptions asked for: a portal that knows better than the desk.
func stricter(t *testing.T) []byte {
	return catalogueWith(t, func(c *desk.Catalogue) {
		for i := range c.Types[1].Categories {
			for j, f := range c.Types[1].Categories[i].Fields {
				if f.Key == desk.KeyDescription {
					c.Types[1].Categories[i].Fields[j].MinLength = 60
				}
			}
		}
	})
}

func TestCorrect(t *testing.T) {
	data := t.TempDir()
	p := portald.Run(t, nil)
	o := open(t, data, p.URL, p.Token(claire))
	o.known(t)
	await(t, "the catalogue is here", func() bool { return o.app.catalogues.tag() != "" })
	p.Down()
	id, revision := o.write(t, content())
	path, _ := pdf(t, "a.pdf", 100)
	o.attach(t, id, path)
	must(o.drafts.Submit(id, revision))(t)

	p.Change(func(c *portald.Config) { c.Catalogue = stricter(t) })
	p.Up()
	await(t, "the portal refuses it", func() bool { return o.status(t, id).Status == string(desk.StatusToCorrect) })
	r := must(o.requests.Open(id))(t)
	if len(r.Problems) != 1 || r.Problems[0].Code != desk.CodeTooShort || r.Problems[0].Min != 60 || r.Item.Reason != desk.ReasonInvalid {
		t.Fatalf("%+v", r.Problems)
	}
	if s := must(o.outbox.State())(t); s.ToCorrect != 1 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}

	d := must(o.drafts.Correct(id))(t)
	if d.ID != id || len(d.Files) != 1 || len(d.Refused) != 1 || d.Content.Values[desk.KeySubject] == "" {
		t.Fatalf("reopened as %+v", d)
	}
	_, err := o.drafts.Correct(id)
	fails(t, err, desk.ErrNotFound) // it is a draft now
	c := d.Content
	c.Values[desk.KeyDescription] += " Le matin surtout, sur les deux postes de l’accueil."
	saved := must(o.drafts.Save(id, d.Revision, c))(t)
	must(o.drafts.Submit(id, saved.Revision))(t)
	o.received(t, id)
	if got := arrived(t, p, claire); len(got) != 1 || got[0].ID != id || len(got[0].Files) != 1 {
		t.Errorf("the portal has %d requests", len(got))
	}
}
