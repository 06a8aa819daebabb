package app

import (
	"slices"
	"time"

	"guichet/internal/desk"
)

// stamp is a time for the window, to the millisecond as the store has it, in a
// form that sorts as text.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func textOf(t desk.Text) Text { return Text(t) }

// each converts a slice; the result is never null.
func each[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = convert(a)
	}
	return out
}

func practiceOf(p desk.Practice) Practice {
	return Practice{
		ID: p.ID, Name: p.Name, Town: p.Town, Roles: each(p.Roles, func(r desk.Role) string { return string(r) }),
		Admins: each(p.Admins, func(name string) string { return name }),
	}
}

func personOf(p desk.Person, signedIn bool) Person {
	return Person{
		ID: p.ID, Name: p.Name, Known: p.ID != "", SignedIn: signedIn,
		Preferred: p.Preferred, Practices: each(p.Practices, practiceOf),
	}
}

func problemOf(p desk.Problem) Problem {
	out := Problem{Field: p.Field, Step: string(desk.StepOf(p.Field)), Code: p.Code, Max: p.Max, Min: p.Min, Actual: p.Actual, File: p.File}
	if p.Text != nil {
		t := textOf(*p.Text)
		out.Text = &t
	}
	return out
}

func problemsOf(ps []desk.Problem) []Problem { return each(ps, problemOf) }

func catalogueOf(c desk.Catalogue, who desk.Person) Catalogue {
	return Catalogue{Version: c.Version, Types: each(c.Types, func(t desk.Type) Type {
		return Type{
			Key: t.Key, Label: textOf(t.Label), Hint: textOf(t.Hint),
			Allowed: who.ID == "" || len(who.Eligible(t)) > 0,
			Categories: each(t.Categories, func(c desk.Category) Category {
				return Category{Key: c.Key, Label: textOf(c.Label), Hint: textOf(c.Hint)}
			}),
			Files: rulesOf(t.Files),
		}
	})}
}

func rulesOf(r desk.FileRules) FileRules {
	return FileRules{MaxCount: r.MaxCount, MaxBytes: r.MaxBytes, Extensions: extensionsOf(r)}
}

func extensionsOf(r desk.FileRules) []string {
	out := []string{}
	for _, t := range r.Types {
		out = append(out, t.Extensions...)
	}
	return out
}

func fieldOf(f desk.Field) Field {
	return Field{
		Key: f.Key, Label: textOf(f.Label), Hint: textOf(f.Hint), Kind: string(f.Kind),
		Options: each(f.Options, func(o desk.Option) Option { return Option{Value: o.Value, Label: textOf(o.Label)} }),
		Default: f.Default, Required: f.Required, MaxLength: f.MaxLength,
	}
}

func orphanOf(o desk.Orphan) Orphan {
	return Orphan{Key: o.Key, Label: textOf(o.Label), Shown: (*Text)(o.Shown)}
}

func viewOf(v desk.View) View {
	return View{
		Practice: v.Practice, Eligible: each(v.Eligible, practiceOf), Fields: each(v.Fields, fieldOf), Orphans: each(v.Orphans, orphanOf),
		Problems: problemsOf(v.Problems), Done: v.Done, Total: v.Total,
	}
}

func fileOf(f desk.File) File {
	return File{
		ID: f.ID.String(), Name: f.Name, Size: f.Size, Media: f.Media,
		Thumb:       f.Stored != "" && canThumb(f.Media),
		ConfirmedBy: f.Confirmation.By, ConfirmedAt: stamp(f.Confirmation.At), ReleasedAt: stamp(f.ReleasedAt),
	}
}

func contentOf(c desk.Content) Content {
	values := c.Values
	if values == nil {
		values = desk.Values{}
	}
	return Content{
		Road: string(c.Road), Step: string(c.Step), Type: c.Type, Practice: c.Practice,
		Category: c.Category, Values: values, Catalogue: c.CatalogueVersion, Orphans: each(c.Orphans, orphanOf),
	}
}

func draftOf(d desk.Draft, v desk.View) Draft {
	return Draft{
		ID: d.ID.String(), Revision: d.Revision, Content: contentOf(d.Content), Files: each(d.Files, fileOf),
		View: viewOf(v), CreatedAt: stamp(d.CreatedAt), SavedAt: stamp(d.SavedAt),
		Reason: d.Reason, Refused: problemsOf(d.Problems), Renewed: d.Renewed, Shared: d.Owner.Person == "", GivenBy: d.GivenBy,
	}
}

// labels finds what a type and a category are called.
func labels(c desk.Catalogue, typ, category string) (Text, Text) {
	t, _ := c.Type(typ)
	cat, _ := t.Category(category)
	return textOf(t.Label), textOf(cat.Label)
}

func draftItem(d desk.Draft, c desk.Catalogue, who desk.Person) Item {
	v := desk.Look(c, d, who)
	item := Item{
		ID: d.ID.String(), Draft: true, Subject: d.Values[desk.KeySubject], Type: d.Type, Category: d.Category,
		Practice: v.Practice, PracticeName: practiceName(who, v.Practice), Road: string(d.Road), Step: string(d.Step),
		Files: len(d.Files), Done: v.Done, Total: v.Total, Missing: missingOf(v.Problems), Status: "draft",
		Reference: d.Values[desk.KeyReference], Document: documentOf(d.Values),
		Life: Life{Written: stamp(d.CreatedAt)}, UpdatedAt: stamp(d.SavedAt), Shared: d.Owner.Person == "",
	}
	item.TypeLabel, item.CatLabel = labels(c, d.Type, d.Category)
	return item
}

func missingOf(ps []desk.Problem) []string {
	out := []string{}
	for _, p := range ps {
		if p.Code == desk.CodeRequired && !slices.Contains(out, p.Field) {
			out = append(out, p.Field)
		}
	}
	return out
}

func practiceName(who desk.Person, id string) string {
	p, _ := who.Practice(id)
	return p.Name
}

func requestItem(r desk.Request, c desk.Catalogue, who desk.Person) Item {
	item := Item{
		ID: r.ID.String(), Subject: r.Subject(), Type: r.Type, Category: r.Category,
		Practice: r.Owner.Practice, PracticeName: practiceName(who, r.Owner.Practice), Road: string(r.Road),
		Files: len(r.Files), Missing: []string{}, Status: string(r.Status), Reason: r.Reason,
		PortalStatus: string(r.PortalStatus), Number: r.Number,
		Life: Life{
			Written: stamp(r.WrittenAt), Saved: stamp(r.SubmittedAt), Sent: stamp(r.SentAt),
			Received: stamp(r.ReceivedAt), Taken: stamp(r.TakenAt), Answered: stamp(r.AnsweredAt), Closed: stamp(r.ClosedAt),
		},
		ActsWaiting: r.ActsWaiting, ActsBack: r.ActsBack,
		Priority: string(r.Priority), Watching: r.Watching, Unread: r.Unread, Reference: r.Values[desk.KeyReference], Document: documentOf(r.Values),
		Attempts: r.Attempts, NextAttempt: stamp(r.NextAt), UpdatedAt: stamp(r.UpdatedAt),
	}
	if item.Life.Received != "" && item.Life.Sent == "" {
		item.Life.Sent = item.Life.Saved // written on another PC, which alone knows when it left
	}
	if !r.Mine() {
		item.Author = r.Author.Name
	}
	item.TypeLabel, item.CatLabel = labels(c, r.Type, r.Category)
	return item
}

// documentOf is the number of what a request is about.
func documentOf(values desk.Values) string {
	for _, key := range []string{"invoice", "order", "contract"} {
		if v := values[key]; v != "" {
			return v
		}
	}
	return ""
}

// answersOf lists the answers of a request in the order of its category, and
// those that the catalogue does not know after them.
func answersOf(r desk.Request, c desk.Catalogue) []Answer {
	t, _ := c.Type(r.Type)
	cat, _ := t.Category(r.Category)
	out := []Answer{}
	shown := map[string]bool{}
	for _, f := range cat.Fields {
		value, ok := r.Values[f.Key]
		if !ok {
			continue
		}
		shown[f.Key] = true
		a := Answer{Key: f.Key, Label: textOf(f.Label), Kind: string(f.Kind), Value: value}
		if i := slices.IndexFunc(f.Options, func(o desk.Option) bool { return o.Value == value }); i >= 0 {
			label := textOf(f.Options[i].Label)
			a.Shown = &label
		}
		out = append(out, a)
	}
	for key, value := range r.Values {
		if !shown[key] {
			out = append(out, Answer{Key: key, Label: Text{FR: key, EN: key}, Kind: string(desk.KindText), Value: value})
		}
	}
	return out
}
