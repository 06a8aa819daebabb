package desk_test

import (
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// What of a draft as a whole is wrong, how much is left to do, and for which
// practice it would be sent.
func TestLook(t *testing.T) {
	tests := map[string]struct {
		change      func(*desk.Draft)
		who         desk.Person
		practice    string
		problems    []string
		done, total int
	}{
		"OK":               {who: claire, practice: "tilleuls", done: 7, total: 7},
		"OKChosen":         {func(d *desk.Draft) { d.Practice = "tilleuls" }, nadia, "tilleuls", nil, 7, 7},
		"OKOrder":          {func(d *desk.Draft) { d.Values["kind"] = "order" }, claire, "tilleuls", nil, 6, 6},
		"OKDefaultCounts":  {func(d *desk.Draft) { delete(d.Values, "kind") }, claire, "tilleuls", nil, 7, 7},
		"OKOptionalEmpty":  {func(d *desk.Draft) { d.Values["colour"] = " " }, claire, "tilleuls", nil, 7, 7},
		"ErrTypeRequired":  {func(d *desk.Draft) { d.Type = "" }, claire, "", []string{"type required", "practice required", "category required"}, 0, 3},
		"ErrTypeUnknown":   {func(d *desk.Draft) { d.Type = "gone" }, claire, "", []string{"type unknown", "practice required", "category required"}, 0, 3},
		"ErrCategoryOpen":  {func(d *desk.Draft) { d.Category = "" }, claire, "tilleuls", []string{"category required"}, 2, 3},
		"ErrCategoryGone":  {func(d *desk.Draft) { d.Category = "gone" }, claire, "tilleuls", []string{"category unknown"}, 2, 3},
		"ErrPracticeOpen":  {nil, nadia, "", []string{"practice required"}, 6, 7},
		"ErrPracticeGone":  {func(d *desk.Draft) { d.Practice = "gone" }, nadia, "gone", []string{"practice unknown"}, 6, 7},
		"ErrPracticeGone1": {func(d *desk.Draft) { d.Practice = "gone" }, claire, "gone", []string{"practice unknown"}, 6, 7},
		"ErrRoleThere":     {func(d *desk.Draft) { d.Practice = "hetres" }, nadia, "hetres", []string{"practice role"}, 6, 7},
		"ErrRoleNowhere":   {nil, paul, "", []string{"type role"}, 6, 7},
		"ErrRoleLost":      {func(d *desk.Draft) { d.Practice = "hetres" }, paul, "hetres", []string{"type role"}, 6, 7},
		"ErrNobody":        {nil, desk.Person{}, "", []string{"practice sign-in"}, 6, 7},
		"ErrFileCounted":   {func(d *desk.Draft) { d.Files[0].Size = 0 }, claire, "tilleuls", []string{"files empty-file"}, 7, 7},
		"ErrFieldMissing":  {func(d *desk.Draft) { delete(d.Values, "invoice") }, claire, "tilleuls", []string{"invoice required"}, 6, 7},
		"ErrFieldBad":      {func(d *desk.Draft) { d.Values["invoice"] = "FA-1" }, claire, "tilleuls", []string{"invoice pattern"}, 6, 7},
		"ErrOptionalBad":   {func(d *desk.Draft) { d.Values["colour"] = "blue" }, claire, "tilleuls", []string{"colour not-a-choice"}, 7, 7},
		"ErrNothingTyped":  {func(d *desk.Draft) { d.Values = nil }, claire, "tilleuls", []string{"invoice required", "subject required", "description required"}, 4, 7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := complete()
			d.Files[0].Confirmation.By = tt.who.ID
			if tt.change != nil {
				tt.change(&d)
			}
			v := desk.Look(rulebook(), d, tt.who)
			wantProblems(t, v.Problems, tt.problems...)
			if v.Practice != tt.practice {
				t.Errorf("practice: got %q, want %q", v.Practice, tt.practice)
			}
			if v.Done != tt.done || v.Total != tt.total {
				t.Errorf("done: got %d of %d, want %d of %d", v.Done, v.Total, tt.done, tt.total)
			}
			if v.Eligible == nil || v.Fields == nil || v.Problems == nil {
				t.Error("a list is nil: the window would get null")
			}
		})
	}
}

// Which fields are asked, by what was answered so far.
func TestVisible(t *testing.T) {
	tests := map[string]struct {
		values desk.Values
		want   string
	}{
		"OKDefault":         {nil, "kind invoice colour subject description"},
		"OKChosen":          {desk.Values{"kind": "order"}, "kind order colour subject description"},
		"OKBlanksAround":    {desk.Values{"kind": " order\r\n"}, "kind order colour subject description"},
		"OKChain":           {desk.Values{"kind": "order", "order": "URGENT"}, "kind order late colour subject description"},
		"OKChainCleaned":    {desk.Values{"kind": "order", "order": " urgent "}, "kind order late colour subject description"},
		"HiddenByHidden":    {desk.Values{"kind": "invoice", "order": "URGENT"}, "kind invoice colour subject description"},
		"HiddenNotAChoice":  {desk.Values{"kind": "fax"}, "kind colour subject description"},
		"HiddenLetterCases": {desk.Values{"kind": "ORDER"}, "kind colour subject description"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := complete()
			d.Values = tt.values
			if got := strings.Join(keys(desk.Look(rulebook(), d, claire).Fields), " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// "Visible while nothing is answered" does not bring out a field whose
// question is itself not asked.
func TestVisibleHangsOnHidden(t *testing.T) {
	cat := desk.Category{Fields: []desk.Field{
		{Key: "a"},
		{Key: "b", VisibleWhen: &desk.When{Field: "a", In: []string{"yes"}}},
		{Key: "c", VisibleWhen: &desk.When{Field: "b", In: []string{""}}},
	}}
	if got := keys(cat.Visible(nil)); !slices.Equal(got, []string{"a"}) {
		t.Errorf("b hidden: got %q", got)
	}
	if got := keys(cat.Visible(desk.Values{"a": "yes"})); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("b open: got %q", got)
	}
}

// Looking changes nothing of what was typed.
func TestLookKeepsDraft(t *testing.T) {
	d := complete()
	d.Values = desk.Values{"kind": " order ", "invoice": "fa-2026", "late": "x", "gone": "y", desk.KeySubject: " S "}
	desk.Look(rulebook(), d, claire)
	want := desk.Values{"kind": " order ", "invoice": "fa-2026", "late": "x", "gone": "y", desk.KeySubject: " S "}
	for k := range want {
		if d.Values[k] != want[k] {
			t.Errorf("%s became %q", k, d.Values[k])
		}
	}
	if len(d.Values) != len(want) {
		t.Errorf("got %d values, want %d", len(d.Values), len(want))
	}
}

func TestStepOf(t *testing.T) {
	tests := map[string]desk.Step{
		desk.KeyType: desk.StepType, desk.KeyPractice: desk.StepPractice, desk.KeyCategory: desk.StepCategory,
		desk.KeyFiles: desk.StepFiles, desk.KeySubject: desk.StepDetails, "invoice": desk.StepDetails, "": desk.StepDetails,
	}
	for field, want := range tests {
		if got := desk.StepOf(field); got != want {
			t.Errorf("%q: got %s, want %s", field, got, want)
		}
	}
}

func TestFirstStep(t *testing.T) {
	for _, c := range []struct {
		fields []string
		want   desk.Step
	}{
		{nil, desk.StepDetails},
		{[]string{desk.KeyFiles}, desk.StepFiles},
		{[]string{desk.KeyFiles, desk.KeySubject}, desk.StepDetails},
		{[]string{desk.KeySubject, desk.KeyPractice, desk.KeyCategory}, desk.StepPractice},
	} {
		var problems []desk.Problem
		for _, field := range c.fields {
			problems = append(problems, desk.Problem{Field: field, Code: desk.CodeRequired})
		}
		if got := desk.FirstStep(problems); got != c.want {
			t.Errorf("first step of %v is %q, want %q", c.fields, got, c.want)
		}
	}
}
