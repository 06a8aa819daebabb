package app

import (
	"errors"
	"io/fs"
	"slices"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// Adopt makes a draft that belongs to this PC that of whoever is at the desk:
// nobody else can read it then. "conflict" when it has changed meanwhile.
func (x *Handover) Adopt(id string, revision int64) (out Draft, err error) {
	defer x.a.guard("Handover.Adopt", &err)
	d, err := x.a.draft(id)
	if err != nil {
		return out, err
	}
	who := x.a.me()
	if who.ID == "" {
		return out, desk.ErrSignIn
	}
	if d.Revision != revision {
		return out, &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
	}
	if d, err = x.a.adopt(d, who); err != nil {
		return out, err
	}
	return draftOf(d, x.a.look(d)), nil
}

// adopt makes a draft of the PC's that of a person; any other stays as it is.
func (a *App) adopt(d desk.Draft, who desk.Person) (desk.Draft, error) {
	if d.Owner.Person != "" || who.ID == "" {
		return d, nil
	}
	return a.give(d, sqlite.Gift{Draft: d.ID, Revision: d.Revision, To: desk.Owner{Person: who.ID, Practice: d.Practice}})
}

// rehome seals the bytes of a file for another person, under a new name. Bytes
// that are gone or are others stay as they are: the person is told when the
// request is sent.
func (a *App) rehome(from, to string, f desk.File) (string, error) {
	name, err := a.files.Rehome(a.ctx, from, to, f)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, desk.ErrDamaged) {
		return f.Stored, nil
	}
	return name, err
}

// discard removes bytes that no row came to name.
func (a *App) discard(names []string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, a.files.Remove(a.ctx, name))
	}
	return errors.Join(errs...)
}

// Colleagues are who on this PC a draft can be handed to, or a request that came
// back and is no draft yet: whoever else has its practice, or one of the person's
// own as long as none was chosen.
func (x *Handover) Colleagues(id string) (out []Colleague, err error) {
	defer x.a.guard("Handover.Colleagues", &err)
	d, err := x.a.draft(id)
	if errors.Is(err, desk.ErrNotFound) {
		d, err = x.a.returned(id)
	}
	if err != nil {
		return nil, err
	}
	return x.a.colleagues(d), nil
}

// returned is what Drafts.Correct would make a draft of.
func (a *App) returned(id string) (d desk.Draft, err error) {
	parsed, err := parseID(id)
	if err != nil {
		return d, err
	}
	r, err := a.store.Request(a.ctx, a.me().ID, parsed)
	if err != nil {
		return d, err
	}
	d.CatalogueVersion, d.Type, d.Practice = r.CatalogueVersion, r.Type, r.Owner.Practice
	return d, nil
}

func (a *App) colleagues(d desk.Draft) []Colleague {
	out, me := []Colleague{}, a.me()
	t, _ := a.catalogues.version(d.CatalogueVersion).Type(d.Type)
	for _, k := range a.session.People() {
		if k.ID == me.ID || k.Locked && !a.keys.Load().PIN(k.ID).Set { // with a lost key nobody could read it
			continue
		}
		shared := slices.DeleteFunc(slices.Clone(k.Practices), func(p desk.Practice) bool {
			return p.ID != d.Practice && (d.Practice != "" || !holds(me, p.ID))
		})
		if len(shared) == 0 {
			continue
		}
		may := slices.ContainsFunc(shared, func(p desk.Practice) bool { return d.Type == "" || t.OpenTo(p.Roles) })
		out = append(out, Colleague{ID: k.ID, Name: k.Name, Allowed: may})
	}
	return out
}

// Give hands a draft of the person at the desk to a colleague: it is theirs then,
// and nobody else's. What the portal has refused is withdrawn there first:
// "offline" when it cannot be asked, "not-now" when it has been received.
// "conflict" when the draft has changed meanwhile.
func (x *Handover) Give(id string, revision int64, person string) (err error) {
	defer x.a.guard("Handover.Give", &err)
	a := x.a
	d, err := a.draft(id)
	if err != nil {
		return err
	}
	me := a.me()
	switch {
	case me.ID == "" || d.Owner.Person != me.ID:
		return desk.ErrNotNow // what is the PC's is taken, not given
	case d.Revision != revision:
		return &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
	case !slices.ContainsFunc(a.colleagues(d), func(c Colleague) bool { return c.ID == person }):
		return desk.ErrForbidden
	}
	if d.Reason != "" {
		if err := a.client.Withdraw(a.ctx, me.ID, d.ID); err != nil {
			return err
		}
	}
	_, err = a.give(d, sqlite.Gift{
		Draft: d.ID, Revision: d.Revision, To: desk.Owner{Person: person, Practice: d.Practice}, Giver: me.Name, Withdrawn: d.Reason != "",
	})
	return err
}

// give moves a draft to another owner, and seals its files for them.
func (a *App) give(d desk.Draft, g sqlite.Gift) (desk.Draft, error) {
	files, err := a.store.AllFiles(a.ctx, d.ID)
	if err != nil {
		return d, err
	}
	g.Stored = map[uuid.UUID]string{}
	var made []string
	for _, f := range files {
		name, err := a.rehome(d.Owner.Person, g.To.Person, f)
		if err != nil {
			return d, errors.Join(err, a.discard(made))
		}
		if g.Stored[f.ID] = name; name != f.Stored {
			defer a.files.Settled(name)
			made = append(made, name)
		}
	}
	a.filing.Lock() // a sweep that has read the rows before would take the bytes after
	out, err := a.store.GiveDraft(a.ctx, g, a.Now())
	a.filing.Unlock()
	if err != nil {
		return d, errors.Join(err, a.discard(made))
	}
	a.changed("drafts", "status")
	return out, nil
}
