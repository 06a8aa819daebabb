package e2e

import (
	"slices"

	"guichet/internal/desk"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// takable tells whether a request can be taken back: it is not under way, and
// the portal does not have it for certain, or has said that it never will.
func (r *modelRequest) takable(withdrawn bool) bool {
	switch r.Status {
	case desk.StatusQueued, desk.StatusUnknown, desk.StatusNeedsSignIn, desk.StatusToCorrect:
		return withdrawn || r.SentAt.IsZero()
	}
	return false
}

// certain is what taking back is for: the portal has not numbered it.
func (w *modelWorld) certain(t *rapid.T, r *modelRequest) {
	if w.numbered(r.ID) && !w.portal[r.ID].strange {
		t.Fatalf("%s is taken back although the portal has it", r.ID)
	}
}

func (w *modelWorld) cancel(t *rapid.T) {
	r := modelPick(t, w.requests, modelAny)
	p := w.portal[r.ID]
	withdrawn := p != nil && p.withdrawn
	err := w.store.Cancel(t.Context(), r.Owner.Person, r.ID, withdrawn, w.now)
	if !r.takable(withdrawn) {
		w.want(t, "cancel what may have arrived", err, desk.ErrNotNow)
		return
	}
	w.want(t, "cancel", err, nil)
	w.certain(t, r)
	r.Status, r.UpdatedAt = desk.StatusCancelled, w.now
	r.endJob()
	w.want(t, "cancel nothing", w.store.Cancel(t.Context(), r.Owner.Person, uuid.Max, false, w.now), desk.ErrNotFound)
}

// recall takes a request back into a draft.
func (w *modelWorld) recall(t *rapid.T) {
	r := modelPick(t, w.requests, modelAny)
	p := w.portal[r.ID]
	withdrawn := p != nil && p.withdrawn
	id, err := w.store.Recall(t.Context(), r.Owner.Person, r.ID, withdrawn, w.now)
	if !r.takable(withdrawn) || r.IDRefused() && !withdrawn {
		w.want(t, "recall what may have arrived", err, desk.ErrNotNow)
		return
	}
	w.want(t, "recall", err, nil)
	w.certain(t, r)
	w.reopened(t, r, id, withdrawn)
}

// reopened is a request that is a draft again: under a new id if the portal
// takes nothing more under the old one.
func (w *modelWorld) reopened(t *rapid.T, r *modelRequest, id uuid.UUID, withdrawn bool) {
	revision := r.Revision + 1
	if withdrawn {
		if id == r.ID {
			t.Fatal("the portal takes nothing more under this id")
		}
		revision = 1
		for _, f := range w.files {
			if f.item == r.ID && f.person == r.Owner.Person {
				f.item = id
			}
		}
	} else if id != r.ID {
		t.Fatalf("recalled as %s", id)
	}
	w.backToDraft(r, id, revision)
}

func (w *modelWorld) backToDraft(r *modelRequest, id uuid.UUID, revision int64) {
	w.requests = slices.DeleteFunc(w.requests, func(o *modelRequest) bool { return o == r })
	reason := ""
	if r.Status == desk.StatusToCorrect {
		reason = r.Reason
	}
	w.drafts = append(w.drafts, &modelDraft{Draft: desk.Draft{
		Reason: reason, ID: id, Revision: revision, Owner: r.Owner, CreatedAt: r.WrittenAt, SavedAt: w.now, Problems: r.Problems,
		Content: desk.Content{
			Road: r.Road, Step: desk.StepDetails, CatalogueVersion: own, Type: r.Type, Practice: r.Owner.Practice, Category: r.Category, Values: r.Values,
		},
	}})
}

func (w *modelWorld) correct(t *rapid.T) {
	r := modelPick(t, w.requests, modelAny)
	err := w.store.Correct(t.Context(), r.Owner.Person, r.ID, w.now)
	if r.Status != desk.StatusToCorrect || r.IDRefused() {
		w.want(t, "correct what nobody refused", err, desk.ErrNotNow)
		return
	}
	w.want(t, "correct", err, nil)
	w.reopened(t, r, r.ID, false)
}

// withdraw asks the portal to take nothing more under an id: what « Annuler
// l'envoi » does when the request may have arrived.
func (w *modelWorld) withdraw(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool { return w.portal[r.ID] == nil })
	w.portal[r.ID] = &modelReceipt{withdrawn: true}
}

func (w *modelWorld) apply(t *rapid.T, person string, change desk.Change) {
	change.Request.Owner.Person = person
	w.bring(t, person, desk.Changes{Changes: []desk.Change{change}})
}

func (w *modelWorld) bring(t *rapid.T, person string, in desk.Changes) {
	w.cursors[person] = w.id().String()[24:]
	in.Cursor = w.cursors[person]
	_, _, err := w.store.Apply(t.Context(), person, in, w.now)
	w.want(t, "apply", err, nil)
}

// change is the portal's word about a request.
func (w *modelWorld) change(r desk.Request, status desk.PortalStatus) desk.Change {
	if r.ReceivedAt.IsZero() {
		r.ReceivedAt = w.now
	}
	return desk.Change{Request: desk.Request{
		ID: r.ID, Revision: r.Revision, Owner: r.Owner, CatalogueVersion: r.CatalogueVersion, Type: r.Type, Category: r.Category,
		Values: r.Values, Files: r.Files, Number: w.portal[r.ID].number, PortalStatus: status,
		WrittenAt: r.WrittenAt, SubmittedAt: r.SubmittedAt, ReceivedAt: r.ReceivedAt, UpdatedAt: w.now,
	}}
}

// received does to the model what the portal's word ought to do.
func (r *modelRequest) received(c desk.Change) {
	r.Status, r.Reason, r.Problems = desk.StatusReceived, "", nil
	r.Number, r.PortalStatus, r.ReceivedAt, r.UpdatedAt = c.Request.Number, c.Request.PortalStatus, c.Request.ReceivedAt, c.Request.UpdatedAt
	r.endJob()
}

// receipt comes by the other way while a request is still here in whatever
// state.
func (w *modelWorld) receipt(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool { return w.numbered(r.ID) && r.Status != desk.StatusReceived })
	c := w.change(r.Request, desk.PortalReceived)
	w.apply(t, r.Owner.Person, c)
	r.received(c)
}

// news are a status and an answer; the same answer may come again.
func (w *modelWorld) news(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool { return r.Status == desk.StatusReceived })
	c := w.change(r.Request, rapid.SampledFrom([]desk.PortalStatus{desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved}).Draw(t, "status"))
	support := rapid.Bool().Draw(t, "by support")
	c.Messages = []desk.Message{{ID: w.id(), Request: r.ID, Author: "Support", Support: support, Text: "Bonjour", At: w.now}}
	w.apply(t, r.Owner.Person, c)
	w.apply(t, r.Owner.Person, c)
	r.received(c)
	r.Unread = true
	if support && r.AnsweredAt.IsZero() {
		r.AnsweredAt = w.now
	}
}

func (w *modelWorld) deleted(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool { return r.Status == desk.StatusReceived })
	w.bring(t, r.Owner.Person, desk.Changes{Gone: []uuid.UUID{r.ID}})
	w.requests = slices.DeleteFunc(w.requests, func(o *modelRequest) bool { return o == r })
	w.files = slices.DeleteFunc(w.files, func(f *modelFile) bool { return f.item == r.ID && f.person == r.Owner.Person })
	delete(w.highest, modelKey{r.ID, r.Owner.Person})
}

// adopted is a request of the portal that becomes a row here. A draft that
// stands in its way stays, under an id of its own.
func (w *modelWorld) adopted(t *rapid.T, person string, r desk.Request, files []desk.File) {
	d := w.draft(r.ID)
	if d != nil && d.Owner.Person != modelPC && d.Owner.Person != person {
		d = nil
	}
	moved, known := slices.Clone(w.files), w.draftIDs(t, person)
	r.Files = files
	c := w.change(r, desk.PortalReceived)
	w.apply(t, person, c)
	got := c.Request
	got.Owner.Person, got.Status, got.Files = person, desk.StatusReceived, nil
	w.requests = append(w.requests, &modelRequest{Request: got})
	for _, f := range files {
		f.Stored = ""
		w.files = append(w.files, &modelFile{File: f, person: person, item: r.ID})
	}
	if d == nil {
		return
	}
	for _, id := range w.draftIDs(t, person) {
		if !slices.Contains(known, id) {
			d.ID = id
		}
	}
	if d.ID == r.ID {
		t.Fatal("a draft stands under the id of a request that this person has")
	}
	w.renamed(t, moved, r.ID, d)
}

// shown tells whether the lists show a draft with all of its files: only then
// it can be followed to a new id.
func (w *modelWorld) shown(d *modelDraft) bool {
	return d == nil || d.DeletedAt.IsZero() && !slices.ContainsFunc(w.files, func(f *modelFile) bool { return f.item == d.ID && !f.removed.IsZero() })
}

// foreign is a request that was written on another PC.
func (w *modelWorld) foreign(t *rapid.T) {
	person := rapid.SampledFrom(modelPersons[1:]).Draw(t, "person")
	id := w.id()
	w.arrive(id)
	w.adopted(t, person, desk.Request{
		ID: id, Revision: 2, Owner: desk.Owner{Practice: "tilleuls"}, CatalogueVersion: own, Type: "technical", Category: "other",
		Values: desk.Values{desk.KeySubject: "Ailleurs", desk.KeyDescription: "Sur un autre poste."}, WrittenAt: w.now, SubmittedAt: w.now,
	}, []desk.File{w.newFile(t, person)})
}

// colleagues is a request of this PC that somebody else oversees: a row of
// their own.
func (w *modelWorld) colleagues(t *rapid.T) {
	r := modelPick(t, w.requests, func(r *modelRequest) bool {
		return r.Status == desk.StatusReceived && w.shown(w.draft(r.ID)) && (w.request(r.ID, modelClaire) == nil || w.request(r.ID, modelMarc) == nil)
	})
	person := modelClaire
	if r.Owner.Person == modelClaire {
		person = modelMarc
	}
	w.adopted(t, person, r.Request, w.filesOf(r.ID, r.Owner.Person))
}

// rolledBack is a draft that had been sent before this PC was set back: the
// portal tells somebody of its request.
func (w *modelWorld) rolledBack(t *rapid.T) {
	d := modelPick(t, w.drafts, func(d *modelDraft) bool {
		return w.shown(d) && w.portal[d.ID] == nil && w.request(d.ID, modelPC) == nil
	})
	person := rapid.SampledFrom(modelPersons[1:]).Draw(t, "told to")
	w.portal[d.ID] = &modelReceipt{number: "AS-" + d.ID.String()[30:], strange: true}
	var files []desk.File
	if rapid.Bool().Draw(t, "with its files") {
		files = w.filesOf(d.ID, d.Owner.Person)
	}
	w.adopted(t, person, desk.Request{
		ID: d.ID, Revision: d.Revision + 3, Owner: desk.Owner{Practice: "tilleuls"}, CatalogueVersion: own, Type: "technical", Category: "other",
		Values: desk.Values{desk.KeySubject: "Déjà parti", desk.KeyDescription: "Avant la sauvegarde."}, WrittenAt: d.CreatedAt, SubmittedAt: w.now,
	}, files)
}

// renamed follows the files of a draft to its new id. They have new ids too, if
// the old ones are the request's.
func (w *modelWorld) renamed(t *rapid.T, files []*modelFile, was uuid.UUID, d *modelDraft) {
	got, err := w.store.Draft(t.Context(), d.ID)
	w.want(t, "read draft", err, nil)
	for _, f := range files {
		if f.item != was || f.person != d.Owner.Person {
			continue
		}
		if f.item = d.ID; f.removed.IsZero() && len(got.Files) > 0 {
			f.ID, got.Files = got.Files[0].ID, got.Files[1:]
		}
	}
}

func (w *modelWorld) draftIDs(t *rapid.T, person string) (out []uuid.UUID) {
	list, err := w.store.Drafts(t.Context(), person, -1)
	w.want(t, "list drafts", err, nil)
	for _, d := range list {
		out = append(out, d.ID)
	}
	return out
}
