package app

import (
	"errors"
	"io/fs"

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
	if x.a.me().ID == "" {
		return out, desk.ErrSignIn
	}
	if d.Revision != revision {
		return out, &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
	}
	if d, err = x.a.adopt(d); err != nil {
		return out, err
	}
	return draftOf(d, x.a.look(d)), nil
}

// adopt makes a draft of the PC's that of whoever is at the desk; any other stays
// as it is.
func (a *App) adopt(d desk.Draft) (desk.Draft, error) {
	who := a.me()
	if d.Owner.Person != "" || who.ID == "" {
		return d, nil
	}
	files, err := a.store.AllFiles(a.ctx, d.ID)
	if err != nil {
		return d, err
	}
	g := sqlite.Gift{Draft: d.ID, Revision: d.Revision, To: desk.Owner{Person: who.ID, Practice: d.Practice}, Stored: map[uuid.UUID]string{}}
	var made []string
	for _, f := range files {
		name, err := a.rehome(d.Owner.Person, who.ID, f)
		if err != nil {
			return d, errors.Join(err, a.discard(made))
		}
		if g.Stored[f.ID] = name; name != f.Stored {
			made = append(made, name)
		}
	}
	out, err := a.store.GiveDraft(a.ctx, g, a.Now())
	if err != nil {
		return d, errors.Join(err, a.discard(made))
	}
	a.changed("drafts")
	return out, nil
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
