package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Orphan is an answer of an older form that the present one may have no place
// for. Its text stays in the draft's Values under Key until somebody moves or
// removes it.
type Orphan struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`           // of the field that it answered; empty if that is not known any more
	Shown *Text  `json:"shown,omitempty"` // what the answer was called, if it was a choice
}

// orphanSign stands in the keys of answers that had to make room for a field of
// the same name. No field has it in its key (Validate), so that nothing that is
// typed overwrites such an answer.
const orphanSign = "@"

// The steps in their order.
var steps = []Step{StepType, StepPractice, StepCategory, StepDetails, StepFiles}

// Carry takes a draft over from the catalogue that it is pinned to (the zero
// Catalogue if that one is not known here) to a newer one. Answers keep their
// place by field key. What the older form showed and the newer one does not ask
// becomes an orphan; nothing typed is dropped. A type or category that is gone
// stays in the draft as it was chosen, and is a problem until another is chosen.
// The draft is Renewed if anything of this is to be seen, and then stands at the
// first step that has something to do.
func Carry(from, to Catalogue, d Draft) Draft {
	out := d
	out.CatalogueVersion = to.Version
	out.Orphans = slices.Clone(d.Orphans)
	out.Values = maps.Clone(d.Values)
	if out.Values == nil {
		out.Values = Values{}
	}
	old, known := from.category(d.Content)
	form, offered := to.category(d.Content)
	shown := old.Visible(d.Values)
	if from.Version == 0 {
		shown = nameless(d.Values)
	}
	var answered []Orphan
	for _, f := range shown {
		if f.Clean(d.Values[f.Key]) == f.Default { // nobody has said anything
			keepDefault(f, form, out.Values)
			continue
		}
		answered = append(answered, keep(from, to, form, f, &out))
	}
	asked := form.Visible(out.Values)
	for _, o := range answered {
		if !places(asked, o, out.Values) && !slices.ContainsFunc(out.Orphans, func(had Orphan) bool { return had.Key == o.Key }) {
			out.Orphans = append(out.Orphans, o)
		}
	}
	_, had := from.Type(d.Type)
	_, has := to.Type(d.Type)
	if had && !has || known && !offered || len(out.Orphans) > len(d.Orphans) || asksMore(shown, asked, d.Values, out.Values) || filesFail(from, to, d) {
		out.Renewed = true
		out.Step = standsAt(out.Content, to, asked)
	}
	return out
}

func (c Catalogue) category(of Content) (Category, bool) {
	t, _ := c.Type(of.Type)
	return t.Category(of.Category)
}

// nameless stands for the fields of a form that is not known any more: whatever
// was answered.
func nameless(v Values) []Field {
	out := []Field{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		out = append(out, Field{Key: key})
	}
	return out
}

// keepDefault holds on to what a choice showed before anybody chose, where the
// newer form would show another one.
func keepDefault(f Field, form Category, values Values) {
	for _, now := range form.Fields {
		if now.Key == f.Key && now.Kind == KindChoice && f.Default != now.Default && now.offers(f.Default) {
			values[f.Key] = f.Default
		}
	}
}

// keep leaves an answer under its key if the newer form's field of that name can
// show it, and puts it under a key of its own if not.
func keep(from, to Catalogue, form Category, f Field, d *Draft) Orphan {
	raw := d.Values[f.Key]
	o := Orphan{Key: f.Key, Label: f.Label, Shown: f.optionLabel(raw)}
	if i := slices.IndexFunc(d.Orphans, func(had Orphan) bool { return had.Key == f.Key }); i >= 0 {
		o = d.Orphans[i] // an older form knew more of it
	}
	now, exists := to.field(form, f.Key)
	if !exists || now.canShow(f, raw) {
		return o
	}
	d.Orphans = slices.DeleteFunc(d.Orphans, func(had Orphan) bool { return had.Key == f.Key })
	o.Key = fmt.Sprintf("%s%s%d", f.Key, orphanSign, from.Version)
	d.Values[o.Key] = raw
	delete(d.Values, f.Key)
	return o
}

// field finds a field by its key: in that form or, since the same key means the
// same everywhere in a catalogue, in any other one.
func (c Catalogue) field(form Category, key string) (Field, bool) {
	forms := []Category{form}
	for _, t := range c.Types {
		forms = append(forms, t.Categories...)
	}
	for _, form := range forms {
		for _, f := range form.Fields {
			if f.Key == key {
				return f, true
			}
		}
	}
	return Field{}, false
}

// canShow tells whether a field can show what was answered to another one. A
// choice that is not offered any more it shows as such, and asks again.
func (f Field) canShow(old Field, raw string) bool {
	if old.Kind != "" && (f.Kind == KindChoice || old.Kind == KindChoice) {
		return f.Kind == old.Kind
	}
	return f.takes(raw)
}

// takes tells whether a field has a place for an answer, right or wrong.
func (f Field) takes(raw string) bool {
	switch f.Kind {
	case KindChoice:
		return f.offers(f.Clean(raw))
	case KindLine:
		return !strings.ContainsAny(f.Clean(raw), "\n\r")
	default:
		return true
	}
}

func (f Field) offers(value string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}

// optionLabel is what an answer to a choice is called, nil if it is none.
func (f Field) optionLabel(raw string) *Text {
	i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == f.Clean(raw) })
	if f.Kind != KindChoice || i < 0 {
		return nil
	}
	return &f.Options[i].Label
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// places tells whether one of the fields that are asked shows the answer.
func places(asked []Field, o Orphan, v Values) bool {
	return slices.ContainsFunc(asked, func(f Field) bool { return f.Key == o.Key && f.takes(v[o.Key]) })
}

// orphans finds the answers that no field shows. One whose field is asked has
// that field's problem; before there is a form, none is a problem yet.
func (v *View) orphans(c Content) {
	for _, o := range c.Orphans {
		if blank(c.Values[o.Key]) || places(v.Fields, o, c.Values) {
			continue
		}
		v.Orphans = append(v.Orphans, o)
		if len(v.Fields) > 0 && !slices.ContainsFunc(v.Fields, func(f Field) bool { return f.Key == o.Key }) {
			v.Problems = append(v.Problems, Problem{Field: o.Key, Code: CodeOrphan})
		}
	}
}

// asksMore tells whether a form asks something that the one before it did not,
// or is not content with an answer that was good there.
func asksMore(before, asked []Field, was, is Values) bool {
	return slices.ContainsFunc(asked, func(f Field) bool {
		i := slices.IndexFunc(before, func(old Field) bool { return old.Key == f.Key })
		if i < 0 {
			return true
		}
		_, bad := f.check(is[f.Key])
		_, worse := before[i].check(was[f.Key])
		return bad && !worse
	})
}

// filesFail tells whether a file that could be sent cannot be sent any more.
func filesFail(from, to Catalogue, d Draft) bool {
	old, had := from.Type(d.Type)
	now, has := to.Type(d.Type)
	return had && has && len(checkFiles(now.Files, d.Files, Person{})) > len(checkFiles(old.Files, d.Files, Person{}))
}

// standsAt is the step to go on from: where the draft stood, or an earlier one
// that has something to do.
func standsAt(c Content, to Catalogue, asked []Field) Step {
	t, known := to.Type(c.Type)
	_, offered := t.Category(c.Category)
	open := StepFiles
	switch {
	case c.Type != "" && !known:
		open = StepType
	case c.Category != "" && !offered:
		open = StepCategory
	case slices.ContainsFunc(asked, func(f Field) bool { _, bad := f.check(c.Values[f.Key]); return bad }),
		slices.ContainsFunc(c.Orphans, func(o Orphan) bool { return !places(asked, o, c.Values) }):
		open = StepDetails
	}
	if slices.Index(steps, open) < slices.Index(steps, c.Step) {
		return open
	}
	return c.Step
}
