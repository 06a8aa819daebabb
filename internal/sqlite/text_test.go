package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// subjects are those of what words lead to, in the order of the list.
func subjects(tb testing.TB, s *Store, person, words string) []string {
	tb.Helper()
	list, err := s.Find(context.Background(), person, desk.Query{Text: words}, 0, 100)
	if err != nil {
		tb.Fatal(err)
	}
	n, err := s.Total(context.Background(), person, desk.Query{Text: words})
	if err != nil || n != len(list.Rows) {
		tb.Errorf("%q: a total of %d, %d rows, %v", words, n, len(list.Rows), err)
	}
	out := []string{}
	for _, r := range list.Rows {
		out = append(out, rowOf(r).subject)
	}
	return out
}

// readable says whose text is looked for, and reads all of it.
func readable(tb testing.TB, s *Store, person string) {
	tb.Helper()
	ctx := context.Background()
	names := Names{
		Practices:  map[string]string{"tilleuls": "Cabinet des Tilleuls Nantes", "port": "Maison de santé du Port"},
		Categories: map[[2]string]string{{"administrative", "order"}: "Achat à éclaircir Purchase", {"technical", "order"}: "Pièce"},
	}
	if err := errors.Join(s.TextFor(ctx, person, names), s.IndexText(ctx, nil)); err != nil {
		tb.Fatal(err)
	}
}

func about(subject string, more ...string) func(*desk.Request) {
	return func(r *desk.Request) {
		r.Values = desk.Values{"subject": subject, "description": "Texte."}
		for i := 0; i+1 < len(more); i += 2 {
			r.Values[more[i]] = more[i+1]
		}
	}
}

func TestText(t *testing.T) {
	s := open(t, t.TempDir())
	oeil := heard(t, 1, about("Œil-de-bœuf cassé", "invoice", "FA-2026-0412", "reference", "DOS/77"))
	lait := heard(t, 2, about("Facture en double", "description", "L’échéance d’août, ligne « option agenda »"))
	cafe := heard(t, 3, func(r *desk.Request) {
		about("Commande n° 12")(r)
		r.Owner.Practice, r.Author, r.Category = "port", desk.Author{ID: "marc", Name: "Marc Diallo"}, "order"
	})
	cafe.Messages = []desk.Message{{ID: newID(t), Author: "Support", Support: true, Text: "Le colis est retrouvé à Quimper.", At: at,
		Files: []desk.File{{ID: newID(t), Name: "Bordereau Colissimo.pdf", Size: 1, Media: "application/pdf", SHA256: "ab"}}}}
	cafe.Request.Files = []desk.File{{ID: newID(t), Name: "Bordereau.pdf", Size: 1, Media: "application/pdf"}}
	take(t, s, desk.Changes{Changes: []desk.Change{oeil, lait, cafe}, Cursor: "1"})
	if err := s.bring(context.Background(), "marc", []desk.Change{heard(t, 7, about("Facture de Marc"))}, "1", at); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(context.Background(), "claire", desk.Query{Text: "facture"}, 0, 10); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("before anybody said whose: %v", err)
	}
	readable(t, s, "claire")
	for _, c := range []struct {
		words string
		want  []string
	}{
		{"oeil", []string{"Œil-de-bœuf cassé"}},
		{"ŒIL", []string{"Œil-de-bœuf cassé"}},
		{"boeuf CASSE", []string{"Œil-de-bœuf cassé"}},
		{"œil-de-bœuf", []string{"Œil-de-bœuf cassé"}},
		{"fact", []string{"Facture en double"}},
		{"f", []string{"Facture en double", "Œil-de-bœuf cassé"}},
		{"double fact", []string{"Facture en double"}},
		{"double commande", nil},
		{"FA-2026-04", []string{"Œil-de-bœuf cassé"}},
		{"fa-2026-0413", nil},
		{"0412", []string{"Œil-de-bœuf cassé"}},
		{"dos/77", []string{"Œil-de-bœuf cassé"}},
		{"AS-2026-000002", []string{"Facture en double"}},
		{"3", []string{"Commande n° 12"}}, // as people say a number
		{"as-2026", []string{"Commande n° 12", "Facture en double", "Œil-de-bœuf cassé"}},
		{"l'échéance", []string{"Facture en double"}}, // both apostrophes part words
		{"d’aout", []string{"Facture en double"}},
		{"echeance aout", []string{"Facture en double"}},
		{"agenda", []string{"Facture en double"}},
		{"quimper", []string{"Commande n° 12"}},
		{"bordereau", []string{"Commande n° 12"}},
		{"colissimo", []string{"Commande n° 12"}}, // of a message
		{"sante du port", []string{"Commande n° 12"}},
		{"diallo", []string{"Commande n° 12"}},
		{"achat eclaircir", []string{"Commande n° 12"}},
		{"purch", []string{"Commande n° 12"}},
		{"piece", nil}, // of another type
		{"tilleuls", []string{"Facture en double", "Œil-de-bœuf cassé"}},
		{`"facture" OR *`, nil},
		{`NEAR( AND ^`, nil},
		{"« », :", []string{"Commande n° 12", "Facture en double", "Œil-de-bœuf cassé"}}, // nothing to look for
	} {
		t.Run(c.words, func(t *testing.T) {
			want(t, c.words, subjects(t, s, "claire", c.words), c.want)
		})
	}
}

// What changes is found as it is now, and newest first.
func TestTextFollows(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	one := heard(t, 1, about("Alpha un"))
	take(t, s, desk.Changes{Changes: []desk.Change{one, heard(t, 2, about("Alpha deux"))}, Cursor: "1"})
	readable(t, s, "claire")
	want(t, "at first", subjects(t, s, "claire", "alpha"), []string{"Alpha deux", "Alpha un"})

	d := newDraft(t)
	d.Values["subject"] = "Alpha brouillon"
	d = save(t, s, d)
	want(t, "a draft", subjects(t, s, "claire", "alpha"), []string{"Alpha brouillon", "Alpha deux", "Alpha un"})
	d.Values["subject"] = "Bêta brouillon"
	d = save(t, s, d)
	want(t, "typed over", subjects(t, s, "claire", "alpha"), []string{"Alpha deux", "Alpha un"})
	want(t, "typed over", subjects(t, s, "claire", "beta"), []string{"Bêta brouillon"})
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	want(t, "thrown away", subjects(t, s, "claire", "beta"), nil)
	if err := s.RestoreDraft(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	submit(t, s, save(t, s, d))
	want(t, "submitted", subjects(t, s, "claire", "beta"), []string{"Bêta brouillon"})

	one.Messages = []desk.Message{{ID: newID(t), Author: "Support", Support: true, Text: "Gamma", At: at}}
	take(t, s, desk.Changes{Changes: []desk.Change{one}, Cursor: "2"})
	want(t, "answered", subjects(t, s, "claire", "gamma"), []string{"Alpha un"})
	want(t, "what changed last", subjects(t, s, "claire", "alpha"), []string{"Alpha un", "Alpha deux"})
	take(t, s, desk.Changes{Gone: []uuid.UUID{one.Request.ID}, Cursor: "3"})
	want(t, "gone", subjects(t, s, "claire", "alpha"), []string{"Alpha deux"})
	filtered, err := s.Find(ctx, "claire", desk.Query{Text: "alpha", States: []string{"closed"}}, 0, 10)
	if err != nil || len(filtered.Rows) != 0 {
		t.Errorf("%d rows of another state, %v", len(filtered.Rows), err)
	}
	bySubject, err := s.Find(ctx, "claire", desk.Query{Sort: desk.SortSubject, Up: true}, 0, 10)
	if err != nil || len(bySubject.Rows) != 2 || rowOf(bySubject.Rows[0]).subject != "Alpha deux" {
		t.Errorf("by subject: %d rows, %v", len(bySubject.Rows), err)
	}

	// Another person at the desk: nothing of what was read stays.
	readable(t, s, "marc")
	want(t, "of marc", subjects(t, s, "marc", "alpha"), nil)
	if _, err := s.Find(ctx, "claire", desk.Query{Text: "alpha"}, 0, 10); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("of claire while marc is here: %v", err)
	}
	readable(t, s, "claire")
	want(t, "back again", subjects(t, s, "claire", "alpha"), []string{"Alpha deux"})
	if err := s.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	readable(t, s, "claire")
	want(t, "in the new database", subjects(t, s, "claire", "alpha"), []string{"Alpha deux"})
}

// More than one piece: all is found, however it changes while it is read.
func TestTextInPieces(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	var changes []desk.Change
	for n := range 3*textPiece + 7 {
		changes = append(changes, heard(t, n, func(r *desk.Request) {
			about(fmt.Sprintf("Alpha %d", n))(r)
			r.UpdatedAt = at.Add(time.Duration(n/50) * time.Second) // many at one time
		}))
	}
	take(t, s, desk.Changes{Changes: changes, Cursor: "1"})
	if err := s.TextFor(ctx, "claire", Names{}); err != nil {
		t.Fatal(err)
	}
	pieces := 0
	err := s.IndexText(ctx, func() {
		pieces++
		if done, total := s.TextProgress(); done == 0 || done > total || total > len(changes) {
			t.Errorf("%d of %d", done, total)
		}
		c := changes[pieces] // an old one changes meanwhile, and keeps its time
		c.Request.PortalStatus = desk.PortalClosed
		take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: fmt.Sprint("c", pieces)})
	})
	if err != nil || pieces < 4 {
		t.Fatalf("%d pieces, %v", pieces, err)
	}
	if n, err := s.Total(ctx, "claire", desk.Query{Text: "alpha"}); err != nil || n != len(changes) {
		t.Errorf("%d of %d found, %v", n, len(changes), err)
	}
	list, err := s.Find(ctx, "claire", desk.Query{Text: "alpha"}, 0, 2*len(changes))
	seen := map[string]bool{}
	for _, r := range list.Rows {
		seen[rowOf(r).id] = true
	}
	if err != nil || len(seen) != len(changes) || len(list.Rows) != len(changes) {
		t.Errorf("%d rows, %d of them different, %v", len(list.Rows), len(seen), err)
	}
}

// A row that cannot be read any more takes no other one out of reach.
func TestTextOfADamagedRow(t *testing.T) {
	s := openWith(t, t.TempDir(), privacy.Plain{})
	one := heard(t, 1, about("Alpha un"))
	take(t, s, desk.Changes{Changes: []desk.Change{one, heard(t, 2, about("Alpha deux"))}, Cursor: "1"})
	if _, err := s.write.Exec("UPDATE request SET body=x'7b' WHERE id=?", one.Request.ID.String()); err != nil {
		t.Fatal(err)
	}
	readable(t, s, "claire")
	list, err := s.Find(context.Background(), "claire", desk.Query{Text: "deux"}, 0, 10)
	if err != nil || len(list.Rows) != 1 {
		t.Errorf("%d rows, %v", len(list.Rows), err)
	}
}

// The words of what was written are nowhere on the disk.
func TestTextLiesInMemory(t *testing.T) {
	s := open(t, t.TempDir())
	take(t, s, desk.Changes{Changes: []desk.Change{heard(t, 1, about("Alpha"))}, Cursor: "1"})
	readable(t, s, "claire")
	var files []string
	rows, err := s.text.db.Query("SELECT name, file FROM pragma_database_list")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, file string
		if err := rows.Scan(&name, &file); err != nil {
			t.Fatal(err)
		}
		if name != "main" {
			files = append(files, file)
		}
	}
	if slices.ContainsFunc(files, func(f string) bool { return f != "" }) {
		t.Errorf("words lie in %v", files)
	}
}
