package desk_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"

	"pgregory.net/rapid"
)

// newer is the rulebook after a change, as version 8.
func newer(change func(office *desk.Type, invoice *desk.Category)) desk.Catalogue {
	c := rulebook()
	c.Version = 8
	change(&c.Types[0], &c.Types[0].Categories[0])
	return c
}

// at is the index of a field.
func at(c *desk.Category, key string) int {
	return slices.IndexFunc(c.Fields, func(f desk.Field) bool { return f.Key == key })
}

func drop(c *desk.Category, key string) {
	c.Fields = slices.DeleteFunc(c.Fields, func(f desk.Field) bool { return f.Key == key })
}

func orphans(v desk.View) []string {
	out := []string{}
	for _, o := range v.Orphans {
		out = append(out, o.Key)
	}
	return out
}

// Each thing that can become of an answer under a newer catalogue, on a complete
// draft of an invoice.
func TestCarry(t *testing.T) {
	text := desk.Field{Key: "colour", Label: label("Couleur"), Kind: desk.KindText, MaxLength: 50}
	tests := map[string]struct {
		values   desk.Values // on top of complete()
		change   func(office *desk.Type, invoice *desk.Category)
		orphans  []string
		problems []string
		kept     desk.Values // some of the values afterwards
		quiet    bool        // nothing to tell
		step     desk.Step   // if it is not the files step, where the draft stood
	}{
		"OKNothingChanged": {change: func(*desk.Type, *desk.Category) {}, quiet: true},
		"OKOnlyWords": {change: func(_ *desk.Type, c *desk.Category) {
			c.Label, c.Fields[1].Hint = label("Factures"), label("En haut à droite")
		}, quiet: true},
		"OKNewOptionalField": {change: func(_ *desk.Type, c *desk.Category) {
			c.Fields = append(c.Fields, desk.Field{Key: "new", Label: label("Nouveau"), Kind: desk.KindLine, MaxLength: 9})
		}},
		"NewRequiredField": {change: func(_ *desk.Type, c *desk.Category) {
			c.Fields = append(c.Fields, desk.Field{Key: "new", Label: label("Nouveau"), Kind: desk.KindLine, Required: true, MaxLength: 9})
		}, problems: []string{"new required"}, step: desk.StepDetails},
		"StricterRule": {change: func(_ *desk.Type, c *desk.Category) { c.Fields[at(c, desk.KeyDescription)].MinLength = 20 },
			problems: []string{"description too-short"}, step: desk.StepDetails},
		"FieldGone": {change: func(_ *desk.Type, c *desk.Category) { drop(c, "invoice") },
			orphans: []string{"invoice"}, problems: []string{"invoice orphan"}, kept: desk.Values{"invoice": "FA-2026"}, step: desk.StepDetails},
		"FieldGoneUnanswered": {values: desk.Values{"colour": " "}, change: func(_ *desk.Type, c *desk.Category) { drop(c, "colour") }, quiet: true},
		"FieldHidden": {change: func(_ *desk.Type, c *desk.Category) { c.Fields[at(c, "invoice")].VisibleWhen.In = []string{"order"} },
			orphans: []string{"invoice"}, problems: []string{"invoice orphan"}, step: desk.StepDetails},
		"OptionGone": {values: desk.Values{"colour": "red"}, change: func(_ *desk.Type, c *desk.Category) {
			c.Fields[at(c, "colour")].Options = []desk.Option{{Value: "green"}}
		}, orphans: []string{"colour"}, problems: []string{"colour not-a-choice"}, kept: desk.Values{"colour": "red"}, step: desk.StepDetails},
		"ChoiceBecomesText": {values: desk.Values{"colour": "red"}, change: func(_ *desk.Type, c *desk.Category) {
			c.Fields[at(c, "colour")] = text
		}, orphans: []string{"colour@7"}, problems: []string{"colour@7 orphan"}, kept: desk.Values{"colour": "", "colour@7": "red"}, step: desk.StepDetails},
		"TextBecomesChoice": {change: func(_ *desk.Type, c *desk.Category) {
			i := at(c, "invoice")
			c.Fields[i] = desk.Field{Key: "invoice", Label: label("Facture"), Kind: desk.KindChoice, Options: []desk.Option{{Value: "last"}}}
		}, orphans: []string{"invoice@7"}, problems: []string{"invoice@7 orphan"}, kept: desk.Values{"invoice": "", "invoice@7": "FA-2026"}, step: desk.StepDetails},
		"LinesIntoOneLine": {values: desk.Values{desk.KeyDescription: "Deux\nfois"}, change: func(_ *desk.Type, c *desk.Category) {
			c.Fields[at(c, desk.KeyDescription)].Kind = desk.KindLine
		}, orphans: []string{"description@7"}, problems: []string{"description required", "description@7 orphan"},
			kept: desk.Values{"description": "", "description@7": "Deux\nfois"}, step: desk.StepDetails},
		"OKLineIntoLines": {change: func(_ *desk.Type, c *desk.Category) { c.Fields[at(c, desk.KeySubject)].Kind = desk.KindText }, quiet: true},
		"DefaultChanged": {values: desk.Values{"kind": ""}, change: func(_ *desk.Type, c *desk.Category) { c.Fields[0].Default = "order" },
			kept: desk.Values{"kind": "invoice"}, quiet: true},
		"CategoryGone": {change: func(o *desk.Type, _ *desk.Category) { o.Categories = o.Categories[1:] },
			orphans: []string{"invoice", "subject", "description"}, problems: []string{"category unknown"}, step: desk.StepCategory},
		"TypeGone": {change: func(o *desk.Type, _ *desk.Category) { o.Key = "another" },
			orphans:  []string{"invoice", "subject", "description"},
			problems: []string{"type unknown", "practice required", "category required"}, step: desk.StepType},
		"FileNotTakenAnyMore": {change: func(o *desk.Type, _ *desk.Category) { o.Files.MaxBytes = 10 }, problems: []string{"files too-big"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := complete()
			maps.Copy(d.Values, tt.values)
			before := maps.Clone(d.Values)
			to := newer(tt.change)
			if err := to.Validate(); err != nil {
				t.Fatal(err)
			}
			got := desk.Carry(rulebook(), to, d)
			v := desk.Look(to, got, claire)
			if !slices.Equal(orphans(v), append([]string{}, tt.orphans...)) {
				t.Errorf("orphans %q", orphans(v))
			}
			wantProblems(t, v.Problems, tt.problems...)
			for k, want := range tt.kept {
				if got.Values[k] != want {
					t.Errorf("%s is %q, want %q", k, got.Values[k], want)
				}
			}
			if got.Renewed == tt.quiet || got.CatalogueVersion != 8 {
				t.Errorf("renewed %v, version %d", got.Renewed, got.CatalogueVersion)
			}
			if want := max(tt.step, ""); want == "" && got.Step != d.Step || want != "" && got.Step != want {
				t.Errorf("stands at %q", got.Step)
			}
			if !maps.Equal(d.Values, before) || d.CatalogueVersion != 7 {
				t.Error("the draft that was given has changed")
			}
		})
	}
}

// What the person chooses after a category is gone takes in what it asks for,
// and gives back what it does not.
func TestCarryIntoAnotherCategory(t *testing.T) {
	to := newer(func(o *desk.Type, _ *desk.Category) { o.Categories = o.Categories[1:] })
	d := complete()
	d.Values["colour"] = "red"
	d = desk.Carry(rulebook(), to, d)
	d.Category = "plain"
	v := desk.Look(to, d, claire)
	if !slices.Equal(orphans(v), []string{"invoice", "colour"}) {
		t.Errorf("orphans %q", orphans(v))
	}
	wantProblems(t, v.Problems, "invoice orphan", "colour orphan")
	if o := v.Orphans[0]; o.Label != label("Facture") || o.Shown != nil {
		t.Errorf("%+v", o)
	}

	t.Run("ErrInvalidWhileSomethingIsLeft", func(t *testing.T) {
		if _, err := desk.Finalize(to, d, claire, now); err == nil {
			t.Error("sent without it")
		}
		done := d
		done.Values = maps.Clone(d.Values)
		delete(done.Values, "colour")
		done.Values["invoice"] = " "
		r, err := desk.Finalize(to, done, claire, now)
		if err != nil || len(r.Values) != 2 || r.CatalogueVersion != 8 {
			t.Errorf("%v, %d values, version %d", err, len(r.Values), r.CatalogueVersion)
		}
	})
	t.Run("ThroughFurtherVersions", func(t *testing.T) {
		back := rulebook()
		back.Version = 9
		again := desk.Carry(to, back, d) // the category that was chosen is there still
		if got := orphans(desk.Look(back, again, claire)); !slices.Equal(got, []string{"invoice", "colour"}) || again.Renewed != d.Renewed {
			t.Errorf("orphans %q", got)
		}
		again.Category = "invoice" // which is offered again
		if got := desk.Look(back, again, claire); len(got.Orphans) > 0 || len(got.Problems) > 0 {
			t.Errorf("orphans %q, problems %q", orphans(got), brief(got.Problems))
		}
	})
}

// A version that is not known any more, such as after a damaged database: what
// it called its fields is lost, what was typed is not.
func TestCarryFromTheUnknown(t *testing.T) {
	to := newer(func(_ *desk.Type, c *desk.Category) { drop(c, "invoice") })
	d := complete()
	d.CatalogueVersion = 3
	v := desk.Look(to, desk.Carry(desk.Catalogue{}, to, d), claire)
	if len(v.Orphans) != 1 || v.Orphans[0].Key != "invoice" || v.Orphans[0].Label != (desk.Text{}) {
		t.Errorf("%+v", v.Orphans)
	}
}

// Whatever the newer catalogue is like, nothing that was answered is gone, and
// nothing that was in sight is out of sight or left out of what is sent.
func TestCarryDropsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from := rulebook()
		d := complete()
		for _, key := range []string{"kind", "invoice", "order", "late", "colour", desk.KeySubject, desk.KeyDescription} {
			d.Values[key] = rapid.SampledFrom([]string{"", "invoice", "order", "red", "URGENT", "FA-2026", "a\nb", "Facture"}).Draw(rt, key)
		}
		d.Category = rapid.SampledFrom([]string{"invoice", "plain", ""}).Draw(rt, "category")
		for step := range rapid.IntRange(1, 4).Draw(rt, "versions") {
			to := shaken(rt, from.Version+1)
			if err := to.Validate(); err != nil {
				rt.Skip(err)
			}
			before := desk.Look(from, d, claire)
			carried := desk.Carry(from, to, d)
			held(rt, d, carried, fmt.Sprintf("step %d", step))
			inSight(rt, to, before, d, carried)
			from, d = to, carried
		}
	})
}

// shaken is the rulebook with fields and categories taken out, turned into
// something else, or hung on something else.
func shaken(rt *rapid.T, version int) desk.Catalogue {
	c := rulebook()
	c.Version = version
	if rapid.Bool().Draw(rt, "category gone") {
		c.Types[0].Categories = c.Types[0].Categories[1:]
		return c
	}
	cat := &c.Types[0].Categories[0]
	var fields []desk.Field
	for _, f := range cat.Fields {
		switch own := f.Key == desk.KeySubject || f.Key == desk.KeyDescription; rapid.IntRange(0, 7).Draw(rt, f.Key+" becomes") {
		case 0:
			if !own {
				continue
			}
		case 1:
			f.Kind, f.Options, f.Default = desk.KindLine, nil, ""
			f.MaxLength = 30
		case 2:
			if !own {
				f.Kind, f.Options, f.Default, f.Pattern = desk.KindChoice, []desk.Option{{Value: "red"}, {Value: "new"}}, "", ""
			}
		case 3:
			f.Required, f.Default = true, ""
		case 4:
			f.VisibleWhen = nil
		}
		fields = append(fields, f)
	}
	cat.Fields = fields
	return c
}

// held: every answer is there as it was, under its key or beside it.
func held(rt *rapid.T, d, carried desk.Draft, where string) {
	for key, value := range d.Values {
		if strings.TrimSpace(value) == "" || carried.Values[key] == value {
			continue
		}
		if carried.Values[fmt.Sprintf("%s@%d", key, d.CatalogueVersion)] != value {
			rt.Fatalf("%s: the answer to %s is gone", where, key)
		}
	}
}

// inSight: what the older form showed, the newer one shows, as an answer or as
// an orphan; and it is not sent without it.
func inSight(rt *rapid.T, to desk.Catalogue, before desk.View, d, carried desk.Draft) {
	after := desk.Look(to, carried, claire)
	seen := map[string]bool{}
	for _, f := range after.Fields {
		seen[carried.Values[f.Key]] = true
	}
	for _, o := range after.Orphans {
		seen[carried.Values[o.Key]] = true
	}
	var shown []string
	for _, f := range before.Fields {
		if f.Clean(d.Values[f.Key]) != f.Default { // which nobody has said
			shown = append(shown, f.Key)
		}
	}
	for _, o := range before.Orphans {
		shown = append(shown, o.Key)
	}
	r, err := desk.Finalize(to, carried, claire, now)
	for _, key := range shown {
		value := d.Values[key]
		if strings.TrimSpace(value) == "" {
			continue
		}
		if !seen[value] {
			rt.Fatalf("%s is out of sight: %q", key, value)
		}
		if err == nil && !slices.ContainsFunc(slices.Collect(maps.Values(r.Values)), func(sent string) bool { return strings.EqualFold(sent, value) }) {
			rt.Fatalf("sent without %s: %q", key, value)
		}
	}
}
