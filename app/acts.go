package app

import (
	"errors"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

func actOf(a desk.Act) Act {
	return Act{
		ID: a.ID.String(), Request: a.Request.String(), Kind: string(a.Kind), Text: a.Text, Status: string(a.Status), Reason: a.Reason,
		Problems: problemsOf(a.Problems), Files: each(a.Files, fileOf), At: stamp(a.At), SavedAt: stamp(a.SavedAt), Attempts: a.Attempts,
	}
}

// act is one of whoever is at the desk; an empty id is a new one.
func (a *App) act(request, id string, kind desk.ActKind, text string) (out desk.Act, err error) {
	if out.Request, err = parseID(request); err != nil {
		return out, err
	}
	if id == "" {
		out.ID, err = uuid.NewV7()
	} else {
		out.ID, err = parseID(id)
	}
	me := a.me().ID
	if err == nil && me == "" {
		err = desk.ErrSignIn
	}
	out.Owner.Person, out.Kind, out.Text = me, kind, text
	return out, err
}

// Do queues an act: kind is one of Request.Allowed, text the reply or the reason,
// watchers the ids for "watchers". An id that was done already is the same act; an
// empty one is a new one; a reply takes along the files that it has. "invalid" has
// the problems of field text, reason or files.
func (x *Acts) Do(request, id, kind, text string, watchers []string) (done string, err error) {
	defer x.a.guard("Acts.Do", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	act, err := x.a.act(request, id, desk.ActKind(kind), text)
	if err != nil {
		return "", err
	}
	act.Watchers = watchers
	if err := act.Check(); err != nil {
		return "", err
	}
	if err := errors.Join(x.a.checkReply(act.ID), x.a.checkWords(act)); err != nil {
		return "", err
	}
	if err := x.a.store.Do(x.a.ctx, act, x.a.Now()); err != nil {
		return "", err
	}
	x.a.outbox.Wake()
	x.a.changed("requests", "status")
	return act.ID.String(), nil
}

// checkWords says what the guard has against what is written in an act.
func (a *App) checkWords(act desk.Act) error {
	field, item := "reason", act.Request
	if act.Kind == desk.ActReply {
		field, item = "text", act.ID
	}
	return a.checkTexts(a.ctx, act.Owner.Person, item, map[string]string{field: act.Text})
}

// TakeBack takes back an act that has not left: a reply is written on. "not-now"
// when the portal may have it.
func (x *Acts) TakeBack(id string) (err error) {
	defer x.a.guard("Acts.TakeBack", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	defer x.a.changed("requests", "status")
	return x.a.store.TakeBackAct(x.a.ctx, x.a.me().ID, parsed, x.a.Now())
}

// Drop forgets an act that was refused, or throws away a reply that was being
// written: SaveReply brings it back for a week.
func (x *Acts) Drop(id string) (err error) {
	defer x.a.guard("Acts.Drop", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	defer x.a.changed("requests", "status")
	return x.a.store.DropAct(x.a.ctx, x.a.me().ID, parsed, x.a.Now())
}

// Members lists who belongs to the practice of a request, for whoever may edit its
// watchers. The portal is asked: "offline" when it cannot be.
func (x *Acts) Members(practice string) (out []Member, err error) {
	defer x.a.guard("Acts.Members", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	people, err := x.a.client.People(x.a.ctx, x.a.me().ID, practice)
	if err != nil {
		return nil, err
	}
	return each(people, memberOf), nil
}

func memberOf(a desk.Author) Member { return Member{a.ID, a.Name} }

// Duplicate begins a new draft with what was answered in a request. Files do not
// come along: somebody has to look at them anew.
func (x *Acts) Duplicate(request string) (out Draft, err error) {
	defer x.a.guard("Acts.Duplicate", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(request)
	if err != nil {
		return out, err
	}
	r, err := x.a.store.Request(x.a.ctx, x.a.me().ID, parsed)
	if err != nil {
		return out, err
	}
	values := map[string]string{}
	for k, v := range r.Values {
		values[k] = v
	}
	road := r.Road
	if road == "" {
		road = desk.RoadForm // it was written elsewhere
	}
	return (&Drafts{x.a}).Create(Content{
		Road: string(road), Step: string(desk.StepDetails), Type: r.Type, Practice: r.Owner.Practice, Category: r.Category, Values: values,
		Catalogue: r.CatalogueVersion, Orphans: []Orphan{},
	})
}
