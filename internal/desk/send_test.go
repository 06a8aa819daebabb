package desk_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
)

// The request is the draft, frozen: nothing that happens to the draft later
// changes it, nothing that was hidden goes along.
func TestFinalize(t *testing.T) {
	d := complete()
	d.Values = desk.Values{
		"kind": "order", "order": "  co-1 ", "invoice": "FA-2026", "late": "x", "gone": "y", "colour": " ",
		desk.KeySubject: " Facture ", desk.KeyDescription: "Deux\r\nfois\r\n",
	}
	typed := maps.Clone(d.Values)
	r, err := desk.Finalize(rulebook(), d, claire, now)
	if err != nil {
		t.Fatal(err)
	}
	want := desk.Request{
		ID: d.ID, Revision: 4, Owner: desk.Owner{Person: "claire", Practice: "tilleuls"}, CatalogueVersion: 7,
		Type: "office", Category: "invoice", Road: desk.RoadAssistant,
		Values: desk.Values{"kind": "order", "order": "CO-1", desk.KeySubject: "Facture", desk.KeyDescription: "Deux\nfois"},
		Files:  d.Files, Status: desk.StatusQueued, WrittenAt: now.Add(-time.Hour), SubmittedAt: now, UpdatedAt: now,
	}
	if !maps.Equal(r.Values, want.Values) {
		t.Errorf("values: got %q, want %q", map[string]string(r.Values), map[string]string(want.Values))
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v, want %+v", r, want)
	}
	if !maps.Equal(d.Values, typed) {
		t.Error("the draft's own values changed")
	}
	files := slices.Clone(r.Files)
	d.Values[desk.KeySubject], d.Files[0].Name = "changed", "changed"
	if r.Values[desk.KeySubject] != "Facture" || !reflect.DeepEqual(r.Files, files) {
		t.Error("the request changed with the draft")
	}
}

// A default that nobody touched is an answer like any other.
func TestFinalizeDefault(t *testing.T) {
	d := complete()
	delete(d.Values, "kind")
	r, err := desk.Finalize(rulebook(), d, claire, now)
	if err != nil || r.Values["kind"] != "invoice" {
		t.Errorf("got %q, %v", r.Values["kind"], err)
	}
}

func TestFinalizeErrInvalid(t *testing.T) {
	tests := map[string]struct {
		change   func(*desk.Draft)
		who      desk.Person
		problems []string
	}{
		"ErrOne":    {func(d *desk.Draft) { d.Values["invoice"] = "" }, claire, []string{"invoice required"}},
		"ErrNobody": {func(*desk.Draft) {}, desk.Person{}, []string{"practice sign-in"}},
		"ErrFile":   {func(d *desk.Draft) { d.Files[0].Confirmation.SHA256 = "bb" }, claire, []string{"files not-confirmed"}},
		"ErrSeveral": {func(d *desk.Draft) { d.Values["invoice"], d.Files[0].Size = "", 0 }, paul,
			[]string{"type role", "invoice required", "files empty-file"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := complete()
			tt.change(&d)
			r, err := desk.Finalize(rulebook(), d, tt.who, now)
			var e *desk.Error
			if !errors.Is(err, desk.ErrInvalid) || !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			wantProblems(t, e.Problems, tt.problems...)
			if !reflect.DeepEqual(r, desk.Request{}) {
				t.Error("a request came with the error")
			}
		})
	}
}

// The portal trusts no desk: the same rules, by the roles that it knows, and
// no value that nobody was asked for.
func TestCheck(t *testing.T) {
	tests := map[string]struct {
		change   func(*desk.Request)
		who      desk.Person
		problems []string
	}{
		"OK":              {nil, claire, nil},
		"OKOtherPractice": {func(r *desk.Request) { r.Owner.Practice = "erables" }, nadia, nil},
		"ErrRoleThere":    {func(r *desk.Request) { r.Owner.Practice = "hetres" }, claire, []string{"practice role"}},
		"ErrRoleNowhere":  {func(r *desk.Request) { r.Owner.Practice = "hetres" }, paul, []string{"type role"}},
		"ErrNotMember":    {func(r *desk.Request) { r.Owner.Practice = "erables" }, claire, []string{"practice unknown"}},
		"ErrNobody":       {nil, desk.Person{}, []string{"practice sign-in"}},
		"ErrTypeUnknown":  {func(r *desk.Request) { r.Type = "gone" }, claire, []string{"type unknown", "practice required", "category required"}},
		"ErrCategoryGone": {func(r *desk.Request) { r.Category = "gone" }, claire, []string{"category unknown"}},
		"ErrHiddenValue":  {func(r *desk.Request) { r.Values["order"] = "CO-1" }, claire, []string{"order unknown"}},
		"ErrHiddenEmpty":  {func(r *desk.Request) { r.Values["order"] = "" }, claire, []string{"order unknown"}},
		"ErrNotAsked": {func(r *desk.Request) { r.Values["zz"], r.Values["aa"] = "x", "y" }, claire,
			[]string{"aa unknown", "zz unknown"}}, // in an order that stays
		"ErrFieldAndMore": {func(r *desk.Request) { r.Values["invoice"], r.Values["zz"] = "", "x" }, claire, []string{"invoice required", "zz unknown"}},
		"ErrFile":         {func(r *desk.Request) { r.Files[0].Media = "image/jpeg" }, claire, []string{"files file-mismatch"}},
		"ErrNotConfirmed": {func(r *desk.Request) { r.Files[0].Confirmation = desk.Confirmation{} }, claire, []string{"files not-confirmed"}},
		"ErrOtherBytes":   {func(r *desk.Request) { r.Files[0].Confirmation.SHA256 = "bb" }, claire, []string{"files not-confirmed"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := desk.Finalize(rulebook(), complete(), claire, now)
			if err != nil {
				t.Fatal(err)
			}
			r.Files[0].Confirmation.By = tt.who.ID
			if tt.change != nil {
				tt.change(&r)
			}
			wantProblems(t, desk.Check(rulebook(), r, tt.who), tt.problems...)
		})
	}
}

// Whatever the desk lets through, the portal with the same catalogue does too.
func TestCheckAgreesWithFinalize(t *testing.T) {
	for name, values := range map[string]desk.Values{
		"OKInvoice": {"invoice": " fa-2026 "},
		"OKOrder":   {"kind": "order", "invoice": "no number", "late": "hidden"},
		"OKChain":   {"kind": "order", "order": "urgent", "late": "oui", "colour": "red"},
	} {
		t.Run(name, func(t *testing.T) {
			d := complete()
			delete(d.Values, "invoice")
			maps.Copy(d.Values, values)
			r, err := desk.Finalize(rulebook(), d, claire, now)
			if err != nil {
				t.Fatal(err)
			}
			wantProblems(t, desk.Check(rulebook(), r, claire))
		})
	}
}
