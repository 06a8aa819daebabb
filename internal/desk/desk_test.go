package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Practices and persons of the tests: an admin in one, in two, a plain user.
var (
	tilleuls = desk.Practice{ID: "tilleuls", Name: "Les Tilleuls", Roles: []desk.Role{desk.RoleAdmin}}
	erables  = desk.Practice{ID: "erables", Name: "Les Érables", Roles: []desk.Role{desk.RoleUser, desk.RoleSuperAdmin}}
	hetres   = desk.Practice{ID: "hetres", Name: "Les Hêtres", Roles: []desk.Role{desk.RoleUser}}

	claire = desk.Person{ID: "claire", Practices: []desk.Practice{hetres, tilleuls}}
	nadia  = desk.Person{ID: "nadia", Preferred: "erables", Practices: []desk.Practice{tilleuls, hetres, erables}}
	paul   = desk.Person{ID: "paul", Practices: []desk.Practice{hetres}}
)

func label(s string) desk.Text { return desk.Text{FR: s, EN: s} }

// rulebook is a small catalogue with every sort of rule in it once.
func rulebook() desk.Catalogue {
	files := desk.FileRules{MaxCount: 2, MaxBytes: 1000, Types: []desk.FileType{
		{Extensions: []string{"pdf"}, Media: []string{"application/pdf"}},
		{Extensions: []string{"jpg", "jpeg"}, Media: []string{"image/jpeg"}},
		{Extensions: []string{"xml"}, Media: []string{"application/x-invoice+xml"}},
	}}
	subject := desk.Field{Key: desk.KeySubject, Label: label("Objet"), Kind: desk.KindLine, Required: true, MinLength: 3, MaxLength: 8}
	description := desk.Field{Key: desk.KeyDescription, Label: label("Description"), Kind: desk.KindText, Required: true, MaxLength: 100}
	return desk.Catalogue{Version: 7, Types: []desk.Type{
		{Key: "office", Label: label("Bureau"), Roles: []desk.Role{desk.RoleAdmin, desk.RoleSuperAdmin}, Files: files, Categories: []desk.Category{
			{Key: "invoice", Label: label("Facture"), Fields: []desk.Field{
				{Key: "kind", Label: label("Numéro de"), Kind: desk.KindChoice, Required: true, Default: "invoice",
					Options: []desk.Option{{Value: "invoice"}, {Value: "order"}}},
				{Key: "invoice", Label: label("Facture"), Kind: desk.KindLine, Required: true, Upper: true, MaxLength: 20,
					Pattern: `FA-\d{4}`, PatternText: &desk.Text{FR: "FA puis quatre chiffres"}, VisibleWhen: &desk.When{Field: "kind", In: []string{"invoice"}}},
				{Key: "order", Label: label("Commande"), Kind: desk.KindLine, MaxLength: 20, Upper: true,
					VisibleWhen: &desk.When{Field: "kind", In: []string{"order"}}},
				{Key: "late", Label: label("En retard"), Kind: desk.KindLine, MaxLength: 20,
					VisibleWhen: &desk.When{Field: "order", In: []string{"URGENT"}}},
				{Key: "colour", Label: label("Couleur"), Kind: desk.KindChoice, Options: []desk.Option{{Value: "red"}}},
				subject, description,
			}},
			{Key: "plain", Label: label("Autre"), Fields: []desk.Field{subject, description}},
		}},
		{Key: "open", Label: label("Technique"), Files: files, Categories: []desk.Category{
			{Key: "plain", Label: label("Autre"), Fields: []desk.Field{subject, description}},
		}},
	}}
}

// complete is a draft with nothing wrong: an invoice, one confirmed file.
func complete() desk.Draft {
	return desk.Draft{
		ID: uuid.MustParse("0192f5a0-0000-7000-8000-000000000001"), Revision: 4,
		Content: desk.Content{
			Road: desk.RoadAssistant, Step: desk.StepFiles, CatalogueVersion: 7, Type: "office", Category: "invoice",
			Values: desk.Values{"kind": "invoice", "invoice": "FA-2026", desk.KeySubject: "Facture", desk.KeyDescription: "Deux fois"},
		},
		Files:     []desk.File{confirmed("facture.pdf")},
		CreatedAt: now.Add(-time.Hour),
	}
}

func confirmed(name string) desk.File {
	return desk.File{
		ID: uuid.New(), Name: name, Size: 1000, Media: "application/pdf", SHA256: "aa", Stored: "random",
		Confirmation: desk.Confirmation{By: "claire", At: now, Wording: "1", SHA256: "aa"},
	}
}

// plain is a complete draft of the category that has subject and description
// only, with these values.
func plain(values desk.Values) desk.Draft {
	d := complete()
	d.Category, d.Values, d.Files = "plain", values, nil
	return d
}

// brief tells problems as "field code".
func brief(problems []desk.Problem) []string {
	out := []string{}
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code)
	}
	return out
}

func wantProblems(tb testing.TB, got []desk.Problem, want ...string) {
	tb.Helper()
	if !slices.Equal(brief(got), want) && (len(got) > 0 || len(want) > 0) {
		tb.Errorf("problems: got %q, want %q", brief(got), want)
	}
}

func keys(fields []desk.Field) (out []string) {
	for _, f := range fields {
		out = append(out, f.Key)
	}
	return out
}

// The rulebook of these tests is one that the program would take, and the
// draft has nothing wrong: what follows changes one thing at a time.
func TestFixtures(t *testing.T) {
	if err := rulebook().Validate(); err != nil {
		t.Error(err)
	}
	wantProblems(t, desk.Look(rulebook(), complete(), claire).Problems)
}

func TestEligible(t *testing.T) {
	office, _ := rulebook().Type("office")
	open, _ := rulebook().Type("open")
	tests := map[string]struct {
		who  desk.Person
		typ  desk.Type
		want string
	}{
		"OKOne":            {claire, office, "tilleuls"},
		"OKPreferredFirst": {nadia, office, "erables tilleuls"},
		"OKEverybody":      {nadia, open, "erables tilleuls hetres"},
		"NoneRole":         {paul, office, ""},
		"NoneNobody":       {desk.Person{}, open, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range tt.who.Eligible(tt.typ) {
				got = append(got, p.ID)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}

// What was typed must not reach a log by way of a draft or request in a
// message.
func TestValuesNeverPrint(t *testing.T) {
	const secret = "MARKED-TEXT"
	values := desk.Values{secret: secret}
	draft, request := complete(), desk.Request{Values: values}
	draft.Values = values
	things := map[string]any{
		"Values": values, "Pointer": &values, "Content": draft.Content, "Draft": draft, "DraftPointer": &draft,
		"Request": request, "Job": desk.Job{Request: request}, "Change": desk.Change{Request: request},
		"Slice": []desk.Values{values}, "Map": map[string]desk.Values{"a": values},
	}
	for name, thing := range things {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X"} {
				got := fmt.Sprintf(verb, thing)
				if strings.Contains(got, secret) || strings.Contains(strings.ToLower(got), fmt.Sprintf("%x", secret)) {
					t.Errorf("%s prints what was typed: %s", verb, got)
				}
			}
		})
	}
}

func TestSubject(t *testing.T) {
	if got := (desk.Request{Values: complete().Values}).Subject(); got != "Facture" {
		t.Errorf("got %q", got)
	}
}
