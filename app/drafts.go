package app

import (
	"strings"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// maxDraft bounds what one draft can hold, in bytes of text: far more than the
// longest field takes, far less than what makes a save slow.
const maxDraft = 1 << 20

func parseID(id string) (uuid.UUID, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return uuid.UUID{}, desk.ErrNotFound
	}
	return parsed, nil
}

// toContent checks the shape of what the window sends, not its rules.
func toContent(c Content) (desk.Content, error) {
	size := len(c.Step) + len(c.Type) + len(c.Practice) + len(c.Category)
	values := make(desk.Values, len(c.Values))
	for k, v := range c.Values {
		size += len(k) + len(v)
		values[k] = strings.ToValidUTF8(v, "\uFFFD")
	}
	if size > maxDraft {
		return desk.Content{}, desk.ErrDraftSize
	}
	out := desk.Content{
		Road: desk.Road(c.Road), Step: desk.Step(c.Step), Type: c.Type, Practice: c.Practice, Category: c.Category, Values: values,
	}
	if out.Road != desk.RoadForm {
		out.Road = desk.RoadAssistant
	}
	return out, nil
}

// look evaluates the rules on a draft with the catalogue that it began with.
func (a *App) look(d desk.Draft) desk.View {
	return desk.Look(a.catalogues.version(d.CatalogueVersion), d, a.me())
}

// Create makes a draft with a new id. Nothing is stored until its first Save,
// with revision 0.
func (x *Drafts) Create(content Content) (out Draft, err error) {
	defer x.a.guard("Drafts.Create", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	c, err := toContent(content)
	if err != nil {
		return out, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return out, err
	}
	d := desk.Draft{ID: id, Content: c}
	return draftOf(d, x.a.look(d)), nil
}

// List lists drafts, last saved first.
func (x *Drafts) List() (out []Item, err error) {
	defer x.a.guard("Drafts.List", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	return x.a.draftItems(sqlite.All)
}

func (a *App) draftItems(most int) ([]Item, error) {
	who := a.me()
	drafts, err := a.store.Drafts(a.ctx, who.ID, most)
	if err != nil {
		return nil, err
	}
	return each(drafts, func(d desk.Draft) Item {
		return draftItem(d, a.catalogues.version(d.CatalogueVersion), who)
	}), nil
}

// Open reads a draft to go on writing.
func (x *Drafts) Open(id string) (out Draft, err error) {
	defer x.a.guard("Drafts.Open", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return out, err
	}
	return draftOf(d, x.a.look(d)), nil
}

// draft reads a draft that the person at the desk may see.
func (a *App) draft(id string) (desk.Draft, error) {
	if err := a.begin(); err != nil {
		return desk.Draft{}, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return desk.Draft{}, err
	}
	d, err := a.store.Draft(a.ctx, parsed)
	if err == nil && d.Owner.Person != "" && d.Owner.Person != a.me().ID {
		return desk.Draft{}, desk.ErrNotFound
	}
	return d, err
}

// Save stores the content as the revision after the one that the window holds.
// When it answers, the text is on the disk. Repeating it is safe.
func (x *Drafts) Save(id string, revision int64, content Content) (out Saved, err error) {
	defer x.a.guard("Drafts.Save", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	c, err := toContent(content)
	if err != nil {
		return out, err
	}
	c.CatalogueVersion = x.a.catalogues.version(0).Version
	d, err := x.a.store.SaveDraft(x.a.ctx, desk.Draft{
		ID: parsed, Revision: revision, Content: c, Owner: desk.Owner{Person: x.a.me().ID, Practice: c.Practice},
	}, x.a.Now())
	if err != nil {
		return out, err
	}
	x.a.changed("drafts") // its title and age; what listens is cheap to read
	return Saved{Revision: d.Revision, SavedAt: stamp(d.SavedAt), View: viewOf(x.a.look(d))}, nil
}

// Throw takes a draft away; Restore brings it back for a week.
func (x *Drafts) Throw(id string) (err error) {
	defer x.a.guard("Drafts.Throw", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return err
	}
	defer x.a.changed("drafts", "status")
	return x.a.store.ThrowDraft(x.a.ctx, d.ID, x.a.Now())
}

// Restore brings back what Throw took.
func (x *Drafts) Restore(id string) (err error) {
	defer x.a.guard("Drafts.Restore", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return err
	}
	defer x.a.changed("drafts", "status")
	return x.a.store.RestoreDraft(x.a.ctx, d.ID)
}

// Submit freezes the draft and queues it. The same id twice is the same
// request. "invalid" carries the problems.
func (x *Drafts) Submit(id string, revision int64) (out Item, err error) {
	defer x.a.guard("Drafts.Submit", &err)
	a := x.a
	if err := a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	who, now := a.me(), a.Now()
	r, err := a.store.Submit(a.ctx, parsed, revision, now, func(d desk.Draft) (desk.Request, error) {
		if d.Owner.Person != "" && d.Owner.Person != who.ID {
			return desk.Request{}, desk.ErrNotFound
		}
		return desk.Finalize(a.catalogues.version(d.CatalogueVersion), d, who, now)
	})
	if err == nil && r.Owner.Person != who.ID {
		err = desk.ErrNotFound // somebody else had sent it
	}
	if err != nil {
		return out, err
	}
	a.outbox.Wake()
	a.changed("drafts", "requests", "status")
	return requestItem(r, a.catalogues.version(r.CatalogueVersion), who), nil
}

// Correct reopens a request that the portal refused, under the same id.
func (x *Drafts) Correct(id string) (out Draft, err error) {
	defer x.a.guard("Drafts.Correct", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	if err := x.a.store.Correct(x.a.ctx, x.a.me().ID, parsed, x.a.Now()); err != nil {
		return out, err
	}
	x.a.changed("drafts", "requests", "status")
	d, err := x.a.store.Draft(x.a.ctx, parsed)
	if err != nil {
		return out, err
	}
	return draftOf(d, x.a.look(d)), nil
}

// dossierOf is everything about a request, for its page.
func (a *App) dossierOf(d sqlite.Dossier) Request {
	c := a.catalogues.version(d.CatalogueVersion)
	return Request{
		Item: requestItem(d.Request, c, a.me()), Answers: answersOf(d.Request, c), Files: each(d.Files, fileOf),
		Messages: each(d.Messages, func(m desk.Message) Message {
			return Message{ID: m.ID.String(), Author: m.Author, Support: m.Support, Text: m.Text, At: stamp(m.At)}
		}),
		History: each(d.History, func(h desk.HistoryEntry) HistoryEntry {
			return HistoryEntry{At: stamp(h.At), What: h.What, Code: h.Code}
		}),
		Problems: problemsOf(d.Problems), Attempts: d.Attempts, NextAttempt: stamp(d.NextAt),
	}
}
