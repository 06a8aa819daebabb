package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// at has the person choose a place for the next file.
func (o *office) at(path string) string {
	o.shell.save = func(string, string) (string, error) { return path, nil }
	return path
}

var paperWords = PaperWords{Lang: "fr", Status: "En cours", Priority: "Urgente", Life: []string{"écrite", "enregistrée", "partie", "reçue", "prise en charge", "réponse", "close"}}

func TestPDF(t *testing.T) {
	o, p := desktop(t)
	id := o.sent(t, content())
	p.Says(id, desk.PortalInProgress, portalUrgent, "Bonjour", "<p>Bonjour</p><ul><li>un</li></ul>")
	await(t, "the answer is here", func() bool { return len(o.dossier(t, id).Messages) == 1 })
	path := o.at(filepath.Join(t.TempDir(), "Demande")) // without an ending
	if got := must(o.papers.PDF(id, "Enregistrer", "Demande", paperWords))(t); got != path+".pdf" {
		t.Errorf("it lies at %s", got)
	}
	body, err := os.ReadFile(path + ".pdf")
	if err != nil || !bytes.HasPrefix(body, []byte("%PDF-1.")) || len(body) < 5000 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	t.Run("Cancelled", func(t *testing.T) {
		o.at("")
		if got := must(o.papers.PDF(id, "Enregistrer", "Demande", paperWords))(t); got != "" {
			t.Errorf("it lies at %s", got)
		}
	})
	t.Run("ErrNotWritten", func(t *testing.T) {
		o.at(filepath.Join(t.TempDir(), "no", "such", "folder.pdf"))
		fails(t, must2(o.papers.PDF(id, "Enregistrer", "Demande", paperWords)), desk.ErrNotWritten)
	})
	t.Run("ErrLang", func(t *testing.T) {
		dir := t.TempDir()
		kept := o.at(filepath.Join(dir, "alt.pdf"))
		if err := os.WriteFile(kept, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := o.papers.PDF(id, "Enregistrer", "Demande", PaperWords{Lang: "de"}); err == nil {
			t.Error("German was taken")
		}
		if body, err := os.ReadFile(kept); err != nil || string(body) != "before" {
			t.Errorf("what was there is %q, %v", body, err)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
			t.Errorf("%v, %v", names, err)
		}
	})
}

// The sheet says what is known of a request, and no more.
func TestSheet(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	read := func() (out string) {
		parsed := must(parseID(id))(t)
		s := o.app.sheet(must(o.app.store.Request(t.Context(), claire, parsed))(t), paperWords)
		if (s.Receipt == nil) == (s.Local == nil) || s.Title != "Agenda lent" || s.Author != "Claire Lefèvre" || len(s.Life) != 7 || s.Practice != "Cabinet des Tilleuls" {
			t.Errorf("%+v", s)
		}
		if s.Receipt != nil {
			out = s.Receipt.Number
		}
		for _, m := range s.Messages {
			for _, b := range m.Blocks {
				out += " " + b.Marker + b.Text
			}
			if m.Pending {
				out += " (pending)"
			}
		}
		return out
	}
	if got := read(); got != "" {
		t.Errorf("before the portal answered: %s", got)
	}
	p.Up()
	o.received(t, id)
	p.Says(id, desk.PortalWaiting, "", "x", "<ol><li>un</li></ol><blockquote>deux</blockquote>")
	await(t, "the answer is here", func() bool { return len(o.dossier(t, id).Messages) == 1 })
	p.Down()
	must(o.acts.SaveReply(id, "", "Brouillon"))(t)
	must(o.acts.Do(id, "", "reply", "Trois", nil))(t)
	if got := read(); !strings.HasPrefix(got, "AS-") || !strings.HasSuffix(got, " 1.un deux Trois (pending)") {
		t.Errorf("behind it: %s", got)
	}
}

func TestCSV(t *testing.T) {
	o, _ := desktop(t)
	c := content()
	c.Values["subject"] = "=2+2; « œuvre »"
	c.Values["reference"] = "DOS-1"
	o.sent(t, c)
	o.write(t, content())
	path := o.at(filepath.Join(t.TempDir(), "liste.csv"))
	table := Table{
		Lang: "fr", Words: map[string]string{"state.draft": "Brouillon", "state.received": "Reçue"},
		Columns: []Column{{"number", "Numéro"}, {"subject", "Sujet"}, {"state", "Statut"}, {"reference", "Référence"}, {"category", "Catégorie"}, {"updated", "Modifiée"}, {"files", "Fichiers"}, {"author", "Écrite par"}},
	}
	must(o.papers.CSV(Query{Sort: "state", Up: true}, "Exporter", "liste", table))(t)
	body, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(body, []byte("\uFEFF")) {
		t.Fatalf("%q, %v", body[:min(3, len(body))], err)
	}
	r := csv.NewReader(bytes.NewReader(body[3:]))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 || rows[0][1] != "Sujet" {
		t.Fatalf("%q, %v", rows, err)
	}
	if rows[1][2] != "Brouillon" || rows[1][0] != "" || rows[2][1] != "'=2+2; « œuvre »" || rows[2][2] != "Reçue" || rows[2][3] != "DOS-1" || rows[2][4] == "" || len(rows[2][5]) != 16 || rows[1][7] != "Claire Lefèvre" || rows[2][7] != "Claire Lefèvre" {
		t.Errorf("%q", rows[1:])
	}
	fails(t, must2(o.papers.CSV(Query{Sort: "colour"}, "Exporter", "liste", table)), desk.ErrInvalid)
	o.shell.save = func(string, string) (string, error) { return "", errors.New("no dialog") }
	if _, err := o.papers.CSV(Query{}, "Exporter", "liste", table); err == nil {
		t.Error("a dialog that fails is no error")
	}
}
