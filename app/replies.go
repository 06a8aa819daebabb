package app

import (
	"errors"
	"slices"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// SaveReply keeps a reply while it is written; an empty id begins one. It is on the
// disk when it returns its id, and one that was dropped is back with its files.
// "not-found" when the request is not here, "not-now" when the reply was sent
// meanwhile, "invalid" when it is far too long.
func (x *Acts) SaveReply(request, id, text string) (saved string, err error) {
	defer x.a.guard("Acts.SaveReply", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	if len(text) > maxDraft {
		return "", desk.ErrDraftSize
	}
	act, err := x.a.act(request, id, desk.ActReply, text)
	if err != nil {
		return "", err
	}
	if err := x.a.store.SaveReply(x.a.ctx, act, x.a.Now()); err != nil {
		return "", err
	}
	if id == "" {
		x.a.changed("requests")
	}
	return act.ID.String(), nil
}

// holder reads what files are attached to: a draft, or a reply that whoever is at
// the desk is writing. Of a reply it has what counts for files, as a draft: its
// owner, its files, and the type of its request, whose rules they follow.
func (a *App) holder(id string) (desk.Draft, error) {
	d, err := a.draft(id)
	if !errors.Is(err, desk.ErrNotFound) {
		return d, err
	}
	parsed, e := uuid.Parse(id)
	if e != nil {
		return desk.Draft{}, err
	}
	return a.replyHolder(parsed)
}

func (a *App) replyHolder(id uuid.UUID) (d desk.Draft, err error) {
	reply, err := a.store.Reply(a.ctx, a.me().ID, id)
	if err != nil {
		return d, err
	}
	r, err := a.store.Head(a.ctx, reply.Owner.Person, reply.Request)
	if err != nil {
		return d, err
	}
	d.ID, d.Owner, d.Files = reply.ID, reply.Owner, reply.Files
	d.CatalogueVersion, d.Type, d.Practice = r.CatalogueVersion, r.Type, reply.Owner.Practice
	return d, nil
}

// fileProblems are what the rules say of the files of a draft or a reply.
func (a *App) fileProblems(d desk.Draft) []desk.Problem {
	return slices.DeleteFunc(a.look(d).Problems, func(p desk.Problem) bool { return p.Field != desk.KeyFiles })
}

// checkReply says what keeps the files of a reply from being sent.
func (a *App) checkReply(id uuid.UUID) error {
	d, err := a.replyHolder(id)
	if errors.Is(err, desk.ErrNotFound) {
		return nil // none is kept under that id: there are no files, or it was sent
	}
	if err != nil {
		return err
	}
	if problems := a.fileProblems(d); len(problems) > 0 {
		return desk.Invalid(problems...)
	}
	return nil
}
