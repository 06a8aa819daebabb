package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

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
	orphans := each(c.Orphans, func(o Orphan) desk.Orphan {
		size += len(o.Key) + len(o.Label.FR) + len(o.Label.EN)
		if o.Shown != nil {
			size += len(o.Shown.FR) + len(o.Shown.EN)
		}
		return desk.Orphan{Key: o.Key, Label: desk.Text(o.Label), Shown: (*desk.Text)(o.Shown)}
	})
	if size > maxDraft {
		return desk.Content{}, desk.ErrDraftSize
	}
	out := desk.Content{
		Road: desk.Road(c.Road), Step: desk.Step(c.Step), CatalogueVersion: c.Catalogue, Type: c.Type, Practice: c.Practice,
		Category: c.Category, Values: values, Orphans: orphans,
	}
	if out.Road != desk.RoadForm {
		out.Road = desk.RoadAssistant
	}
	return out, nil
}

// look evaluates the rules on a draft with the catalogue that it is pinned to, and
// what the guard says of the texts that would leave.
func (a *App) look(d desk.Draft) desk.View {
	v := desk.Look(a.catalogues.version(d.CatalogueVersion), d, a.me())
	leaving := map[string]string{}
	for _, f := range v.Fields {
		leaving[f.Key] = d.Values[f.Key]
	}
	problems, err := a.guardTexts(a.ctx, d.Owner.Person, d.ID, leaving)
	if err != nil {
		a.log.Warn().Str("error", safe(err)).Msg("what was said of texts cannot be read") // Submit asks again
	}
	v.Problems = append(v.Problems, problems...)
	return v
}

// finalize makes a request of a draft, unless the rules or the guard keep it back.
func (a *App) finalize(d desk.Draft, who desk.Person, now time.Time) (desk.Request, error) {
	r, err := desk.Finalize(a.catalogues.version(d.CatalogueVersion), d, who, now)
	if err != nil {
		return r, err
	}
	return r, a.checkTexts(a.ctx, d.Owner.Person, d.ID, r.Values)
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
	me := x.a.me()
	if c.Practice == "" && holds(me, me.Preferred) {
		c.Practice = me.Preferred // as their settings say
	}
	c.CatalogueVersion = x.a.catalogues.version(c.CatalogueVersion).Version
	d := desk.Draft{ID: id, Content: c, Owner: desk.Owner{Person: me.ID}}
	return draftOf(d, x.a.look(d)), nil
}

// List lists drafts, last saved first.
func (x *Drafts) List() (out []Item, err error) {
	defer x.a.guard("Drafts.List", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	out, _, err = x.a.items(sqlite.All, 0)
	return out, err
}

// Open reads a draft to go on writing, with the newest catalogue.
func (x *Drafts) Open(id string) (out Draft, err error) {
	defer x.a.guard("Drafts.Open", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return out, err
	}
	return x.a.reopen(d), nil
}

// Draft reads a draft as it is stored, for a window that has it open already:
// the form does not change while somebody fills it in.
func (x *Requests) Draft(id string) (out Draft, err error) {
	defer x.a.guard("Requests.Draft", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return out, err
	}
	return draftOf(d, x.a.look(d)), nil
}

// reopen carries a draft over to the newest catalogue and stores it so: the
// window, the rules and Submit speak of one and the same form. If it cannot be
// stored now, the draft goes on with the form that it has.
func (a *App) reopen(d desk.Draft) Draft {
	to := a.catalogues.version(0)
	if d.CatalogueVersion < to.Version {
		renewed, err := a.store.RenewDraft(a.ctx, d.ID, func(d desk.Draft) (desk.Draft, bool) {
			return desk.Carry(a.catalogues.exactly(d.CatalogueVersion), to, d), d.CatalogueVersion < to.Version
		})
		if err != nil {
			a.log.Error().Str("error", safe(err)).Msg("draft not carried over to the newer catalogue")
		} else {
			d = renewed
			a.changed("drafts")
		}
	}
	return draftOf(d, a.look(d))
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
	c.CatalogueVersion = x.a.catalogues.version(c.CatalogueVersion).Version
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
	if err := a.adoptToSend(parsed, revision, who, now); err != nil {
		return out, err
	}
	r, err := a.store.Submit(a.ctx, parsed, revision, now, func(d desk.Draft) (desk.Request, error) {
		if d.Owner.Person != "" && d.Owner.Person != who.ID {
			return desk.Request{}, desk.ErrNotFound
		}
		return a.finalize(d, who, now)
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

// adoptToSend makes a draft of the PC's the sender's before it is sent, if it can
// be: what it holds is sealed for them from then on.
func (a *App) adoptToSend(id uuid.UUID, revision int64, who desk.Person, now time.Time) error {
	d, err := a.store.Draft(a.ctx, id)
	if errors.Is(err, desk.ErrNotFound) {
		return nil // sent already, or nothing to send: Submit says which
	}
	if err == nil && d.Owner.Person != "" && d.Owner.Person != who.ID {
		return desk.ErrNotFound // not even its revision is told
	}
	if err != nil || d.Owner.Person != "" || d.Revision != revision {
		return err
	}
	if _, err := a.finalize(d, who, now); err != nil {
		return err
	}
	_, err = a.adopt(d, who)
	return err
}

// Correct reopens a request that the portal refused: under the same id, or, if
// that is what the portal refuses, like Outbox.Edit.
func (x *Drafts) Correct(id string) (out Draft, err error) {
	defer x.a.guard("Drafts.Correct", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	r, err := x.a.store.Request(x.a.ctx, x.a.me().ID, parsed)
	if err != nil {
		return out, err
	}
	if r.IDRefused() {
		parsed, err = x.a.recall(parsed)
	} else {
		err = x.a.store.Correct(x.a.ctx, r.Owner.Person, parsed, x.a.Now())
	}
	if err != nil {
		return out, err
	}
	x.a.changed("drafts", "requests", "status")
	d, err := x.a.store.Draft(x.a.ctx, parsed)
	if err != nil {
		return out, err
	}
	if x.a.outdated(d) {
		ctx, cancel := context.WithTimeout(x.a.ctx, bringWait)
		defer cancel()
		x.a.bringCatalogue(ctx)
	}
	return x.a.reopen(d), nil
}

// bringWait is how long Correct waits for the portal's catalogue.
const bringWait = 3 * time.Second

// outdated tells whether the portal has refused a type or category that the
// newest catalogue here still offers.
func (a *App) outdated(d desk.Draft) bool {
	withdrawn := slices.ContainsFunc(d.Problems, func(p desk.Problem) bool {
		return p.Code == desk.CodeUnknown && (p.Field == desk.KeyType || p.Field == desk.KeyCategory)
	})
	t, _ := a.catalogues.version(0).Type(d.Type)
	_, offered := t.Category(d.Category)
	return withdrawn && offered
}

// dossierOf is everything about a request, for its page.
func (a *App) dossierOf(d sqlite.Dossier) Request {
	c := a.catalogues.version(d.CatalogueVersion)
	return Request{
		Item: requestItem(d.Request, c, a.me()), Answers: answersOf(d.Request, c), Files: each(d.Files, fileOf),
		Messages: each(d.Messages, func(m desk.Message) Message {
			return Message{ID: m.ID.String(), Author: m.Author, Support: m.Support, Text: m.Text, HTML: m.HTML, Files: each(m.Files, fileOf), At: stamp(m.At)}
		}),
		History: each(d.History, func(h desk.HistoryEntry) HistoryEntry {
			return HistoryEntry{At: stamp(h.At), What: h.What, Code: h.Code}
		}),
		Problems: problemsOf(d.Problems), Watchers: each(d.Watchers, memberOf),
		Allowed: each(d.Allowed, func(k desk.ActKind) string { return string(k) }), Acts: each(d.Acts, actOf),
		Rules: rulesOf(a.fileRules(desk.Draft{Content: desk.Content{CatalogueVersion: d.CatalogueVersion, Type: d.Type}})),
	}
}
