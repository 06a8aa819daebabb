package e2e

import (
	"errors"
	"maps"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// modelCode is what an error says to a person: "" for none.
func modelCode(err error) string {
	var e *desk.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return "internal: " + err.Error()
}

func (w *modelWorld) want(t *rapid.T, move string, err error, want *desk.Error) {
	t.Helper()
	code := ""
	if want != nil {
		code = want.Code
	}
	if got := modelCode(err); got != code {
		t.Fatalf("%s: %q (%v), want %q", move, got, err, code)
	}
}

func (w *modelWorld) content(t *rapid.T) desk.Content {
	values := desk.Values{"neverAsked": "gardé"}
	if s := rapid.SampledFrom([]string{"Objet A", "Objet A", "  Objet B ", "", "x"}).Draw(t, "subject"); s != "" {
		values[desk.KeySubject] = s
	}
	values[desk.KeyDescription] = rapid.SampledFrom([]string{"Une description assez longue.", "Une autre,\r\nsur deux lignes."}).Draw(t, "description")
	return desk.Content{
		Road: desk.RoadForm, Step: desk.StepDetails, CatalogueVersion: own, Type: "technical", Category: "other", Values: values,
		Practice: rapid.SampledFrom([]string{"tilleuls", "tilleuls", ""}).Draw(t, "practice"),
	}
}

func (w *modelWorld) save(t *rapid.T, d desk.Draft) (desk.Draft, error) {
	return w.store.SaveDraft(t.Context(), d, w.now)
}

func (w *modelWorld) saveNew(t *rapid.T) {
	person := rapid.SampledFrom(modelPersons).Draw(t, "person")
	d := desk.Draft{ID: w.id(), Content: w.content(t)}
	d.Owner = desk.Owner{Person: person, Practice: d.Practice}
	_, err := w.save(t, d)
	w.want(t, "save a new draft", err, nil)
	d.Revision, d.CreatedAt, d.SavedAt = 1, w.now, w.now
	w.drafts = append(w.drafts, &modelDraft{Draft: d})
}

// saveAgain saves as anybody, with the right revision or another.
func (w *modelWorld) saveAgain(t *rapid.T) {
	d := modelPick(t, w.drafts, modelAny)
	sent := d.Draft
	sent.Content, sent.Files = w.content(t), nil
	sent.Owner = desk.Owner{Person: rapid.SampledFrom(modelPersons).Draw(t, "person"), Practice: sent.Practice}
	sent.Revision += int64(rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(t, "off by"))
	got, err := w.save(t, sent)
	switch {
	case d.Owner.Person != modelPC && sent.Owner.Person != d.Owner.Person:
		w.want(t, "save somebody else's", err, desk.ErrNotFound)
	case sent.Revision == d.Revision-1 && w.same(sent.Content, d.Content):
		w.want(t, "save what is there", err, nil)
	case sent.Revision != d.Revision:
		w.want(t, "save over another revision", err, desk.ErrConflict)
	default:
		w.want(t, "save", err, nil)
		d.Content, d.Revision, d.SavedAt, d.DeletedAt = sent.Content, d.Revision+1, w.now, time.Time{}
		d.Owner.Practice = sent.Practice
		if got.Revision != d.Revision {
			t.Fatalf("saved as %d, want %d", got.Revision, d.Revision)
		}
	}
}

func (w *modelWorld) same(a, b desk.Content) bool {
	return a.Road == b.Road && a.Step == b.Step && a.Practice == b.Practice && maps.Equal(a.Values, b.Values)
}

// saveRepeated is the save whose answer was lost.
func (w *modelWorld) saveRepeated(t *rapid.T) {
	d := modelPick(t, w.drafts, modelAny)
	sent := d.Draft
	sent.Revision--
	got, err := w.save(t, sent)
	w.want(t, "repeat a save", err, nil)
	if got.Revision != d.Revision {
		t.Fatalf("the repeat is revision %d, want %d", got.Revision, d.Revision)
	}
}

// saveLate comes behind the submit, or behind the end of a draft.
func (w *modelWorld) saveLate(t *rapid.T) {
	late := desk.Draft{ID: w.id(), Revision: 3, Content: w.content(t)}
	want := desk.ErrNotFound
	if len(w.requests) > 0 && rapid.Bool().Draw(t, "submitted") {
		r := modelPick(t, w.requests, func(r *modelRequest) bool { return w.draft(r.ID) == nil })
		late.ID, late.Revision, want = r.ID, r.Revision, desk.ErrNotNow
		late.Owner.Person = r.Owner.Person
	}
	_, err := w.save(t, late)
	w.want(t, "save late", err, want)
}

func (w *modelWorld) throw(t *rapid.T) {
	d := modelPick(t, w.drafts, modelAny)
	w.want(t, "throw", w.store.ThrowDraft(t.Context(), d.ID, w.now), nil)
	d.DeletedAt = w.now
}

func (w *modelWorld) restore(t *rapid.T) {
	d := modelPick(t, w.drafts, func(d *modelDraft) bool { return !d.DeletedAt.IsZero() })
	w.want(t, "restore", w.store.RestoreDraft(t.Context(), d.ID), nil)
	d.DeletedAt = time.Time{}
}

// purge forgets what was thrown away a week ago, and nothing else.
func (w *modelWorld) purge(t *rapid.T) {
	w.want(t, "purge", w.store.Purge(t.Context(), w.now), nil)
	old := func(at time.Time) bool { return !at.IsZero() && at.Before(w.now.Add(-sqlite.ThrownFor)) }
	for _, d := range w.drafts {
		if old(d.DeletedAt) {
			w.files = slices.DeleteFunc(w.files, func(f *modelFile) bool { return f.item == d.ID && f.person == d.Owner.Person })
		}
	}
	w.drafts = slices.DeleteFunc(w.drafts, func(d *modelDraft) bool { return old(d.DeletedAt) })
	w.files = slices.DeleteFunc(w.files, func(f *modelFile) bool { return old(f.removed) })
}

func (w *modelWorld) newFile(t *rapid.T, by string) desk.File {
	id := w.id()
	sum := rapid.SampledFrom([]string{"aa", "bb", "cc"}).Draw(t, "bytes")
	return desk.File{
		ID: id, Name: sum + ".pdf", Size: 20, Media: "application/pdf", SHA256: sum, Stored: "stored-" + sum,
		Confirmation: desk.Confirmation{By: by, At: w.now, Wording: "2026-1", SHA256: sum},
	}
}

func (w *modelWorld) attach(t *rapid.T) {
	d := modelPick(t, w.drafts, modelAny)
	f := w.newFile(t, rapid.SampledFrom([]string{d.Owner.Person, d.Owner.Person, modelClaire}).Draw(t, "confirmed by"))
	w.want(t, "attach", w.store.AddFile(t.Context(), d.ID, d.Owner.Person, f, desk.Statement{}), nil)
	w.files = append(w.files, &modelFile{File: f, person: d.Owner.Person, item: d.ID})
	w.want(t, "attach to nothing", w.store.AddFile(t.Context(), w.id(), "", f, desk.Statement{}), desk.ErrNotFound)
}

// ofDraft finds the row that a draft's file has in its owner's partition; nil
// for a request's: that can be neither removed nor brought back, nor can
// anybody else's.
func (w *modelWorld) ofDraft(f *modelFile) *modelFile {
	d := w.draft(f.item)
	if d == nil {
		return nil
	}
	for _, o := range w.files {
		if o.item == f.item && o.ID == f.ID && o.person == d.Owner.Person {
			return o
		}
	}
	return nil
}

func (w *modelWorld) removeFile(t *rapid.T) {
	f := modelPick(t, w.files, modelAny)
	err := w.store.RemoveFile(t.Context(), f.item, f.ID, w.now)
	if f = w.ofDraft(f); f == nil {
		w.want(t, "remove what is of no draft", err, desk.ErrNotFound)
		return
	}
	w.want(t, "remove a file", err, nil)
	f.removed = w.now
}

func (w *modelWorld) restoreFile(t *rapid.T) {
	f := modelPick(t, w.files, modelAny)
	err := w.store.RestoreFile(t.Context(), f.item, f.ID)
	if f = w.ofDraft(f); f == nil {
		w.want(t, "bring back what is of no draft", err, desk.ErrNotFound)
		return
	}
	w.want(t, "bring a file back", err, nil)
	f.removed = time.Time{}
}

// freeze is what the app does.
func (w *modelWorld) freeze(who desk.Person) func(desk.Draft) (desk.Request, error) {
	return func(d desk.Draft) (desk.Request, error) {
		if d.Owner.Person != modelPC && d.Owner.Person != who.ID {
			return desk.Request{}, desk.ErrNotFound
		}
		return desk.Finalize(w.rules, d, who, w.now)
	}
}

func (w *modelWorld) submit(t *rapid.T) {
	d := modelPick(t, w.drafts, modelAny)
	sender := d.Owner.Person
	if sender == modelPC || rapid.IntRange(0, 4).Draw(t, "somebody else") == 4 {
		sender = rapid.SampledFrom(modelPersons[1:]).Draw(t, "sender")
	}
	who := modelPerson(sender)
	revision := d.Revision + int64(rapid.SampledFrom([]int{0, 0, 0, 0, -1, 1}).Draw(t, "off by"))
	got, err := w.store.Submit(t.Context(), d.ID, revision, w.now, w.freeze(who))
	switch {
	case revision != d.Revision:
		w.want(t, "submit another revision", err, desk.ErrConflict)
		return
	case d.Owner.Person != modelPC && d.Owner.Person != who.ID:
		w.want(t, "submit somebody else's", err, desk.ErrNotFound)
		return
	case !w.complete(d, who):
		w.want(t, "submit what is not complete", err, desk.ErrInvalid)
		return
	}
	w.want(t, "submit", err, nil)
	r := &modelRequest{Request: desk.Request{
		ID: d.ID, Revision: d.Revision, Owner: desk.Owner{Person: who.ID, Practice: d.Practice}, CatalogueVersion: own,
		Type: d.Type, Category: d.Category, Road: d.Road, Status: desk.StatusQueued,
		Values:    desk.Values{desk.KeySubject: trimmed(d.Values[desk.KeySubject]), desk.KeyDescription: trimmed(d.Values[desk.KeyDescription])},
		WrittenAt: d.CreatedAt, SubmittedAt: w.now, UpdatedAt: w.now, NextAt: w.now,
	}}
	if got.ID != r.ID || got.Revision != r.Revision {
		t.Fatalf("submitted as %s revision %d", got.ID, got.Revision)
	}
	w.files = slices.DeleteFunc(w.files, func(f *modelFile) bool { return f.item == d.ID && f.person == d.Owner.Person && !f.removed.IsZero() })
	for _, f := range w.files {
		if f.item == d.ID && f.person == d.Owner.Person {
			f.person = who.ID
		}
	}
	w.drop(d)
	w.requests = append(w.requests, r)
}

// complete is the rulebook for this one category, by hand.
func (w *modelWorld) complete(d *modelDraft, who desk.Person) bool {
	files := w.filesOf(d.ID, d.Owner.Person)
	confirmed := !slices.ContainsFunc(files, func(f desk.File) bool { return f.Confirmation.By != who.ID })
	return len(trimmed(d.Values[desk.KeySubject])) >= 3 && d.Practice != "" && confirmed && len(files) <= 10
}

func trimmed(s string) string {
	out := []rune{}
	for _, r := range s {
		if r != '\r' {
			out = append(out, r)
		}
	}
	for len(out) > 0 && out[0] == ' ' {
		out = out[1:]
	}
	for len(out) > 0 && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	return string(out)
}

func (w *modelWorld) drop(d *modelDraft) {
	w.drafts = slices.DeleteFunc(w.drafts, func(o *modelDraft) bool { return o == d })
}

// submitAgain is the second click: it is the same request, whatever became of
// it.
func (w *modelWorld) submitAgain(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool { return w.draft(r.ID) == nil })
	first := w.request(r.ID, modelPC)
	got, err := w.store.Submit(t.Context(), r.ID, 1, w.now, w.freeze(modelPerson(modelClaire)))
	w.want(t, "submit again", err, nil)
	if got.ID != first.ID || got.Owner != first.Owner || got.Status != first.Status {
		t.Fatalf("the second click gives %+v, want %+v", got, first.Request)
	}
	_, err = w.store.Submit(t.Context(), uuid.Max, 1, w.now, w.freeze(modelPerson(modelClaire)))
	w.want(t, "submit nothing", err, desk.ErrNotFound)
}
