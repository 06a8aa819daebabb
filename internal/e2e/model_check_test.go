package e2e

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// checkEach reads everything by itself, as the window does when it is opened.
func (w *modelWorld) checkEach(t *rapid.T) {
	for _, d := range w.drafts {
		one, err := w.store.Draft(t.Context(), d.ID)
		w.want(t, "read draft", err, nil)
		w.equalDraft(t, one, d)
	}
	for _, r := range w.requests {
		one, err := w.store.Request(t.Context(), r.Owner.Person, r.ID)
		w.want(t, "read request", err, nil)
		w.equalRequest(t, one.Request, r)
	}
}

// check compares all that the lists show of the store with the model.
func (w *modelWorld) check(t *rapid.T) {
	for _, person := range modelPersons {
		w.checkDrafts(t, person)
		w.checkRequests(t, person)
		w.checkCounts(t, person)
		cursor, err := w.store.Cursor(t.Context(), person)
		w.want(t, "cursor", err, nil)
		if cursor != w.cursors[person] {
			t.Fatalf("cursor %q, want %q", cursor, w.cursors[person])
		}
	}
	w.checkDue(t)
	w.checkStored(t)
	w.checkRevisions(t)
}

func (w *modelWorld) checkDrafts(t *rapid.T, person string) {
	list, err := w.store.Drafts(t.Context(), person, sqlite.All)
	w.want(t, "list drafts", err, nil)
	if !slices.IsSortedFunc(list, func(a, b desk.Draft) int { return b.SavedAt.Compare(a.SavedAt) }) {
		t.Fatal("the last saved draft does not stand first")
	}
	n := 0
	for _, d := range w.drafts {
		if !d.DeletedAt.IsZero() || d.Owner.Person != modelPC && d.Owner.Person != person {
			continue
		}
		n++
		i := slices.IndexFunc(list, func(o desk.Draft) bool { return o.ID == d.ID })
		if i < 0 {
			t.Fatalf("draft %s is lost", d.ID)
		}
		w.equalDraft(t, list[i], d)
	}
	if len(list) != n {
		t.Fatalf("%d drafts of %q, want %d", len(list), person, n)
	}
}

func (w *modelWorld) equalDraft(t *rapid.T, got desk.Draft, d *modelDraft) {
	want := d.Draft
	want.Files = w.filesOf(d.ID, d.Owner.Person)
	want.Owner.Practice = want.Practice
	modelEqual(t, "draft "+d.ID.String(), got, want)
}

func modelEqual(t *rapid.T, what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %s\nwant %s", what, modelText(got), modelText(want))
	}
}

func (w *modelWorld) checkRequests(t *rapid.T, person string) {
	list, err := w.store.Requests(t.Context(), person, sqlite.All)
	w.want(t, "list requests", err, nil)
	if !slices.IsSortedFunc(list, func(a, b desk.Request) int { return b.UpdatedAt.Compare(a.UpdatedAt) }) {
		t.Fatal("the last changed request does not stand first")
	}
	n := 0
	for _, r := range w.requests {
		if r.Owner.Person != person {
			continue
		}
		n++
		i := slices.IndexFunc(list, func(o desk.Request) bool { return o.ID == r.ID })
		if i < 0 {
			t.Fatalf("request %s is lost", r.ID)
		}
		w.equalRequest(t, list[i], r)
		if d := w.draft(r.ID); d != nil && d.Owner.Person == person {
			t.Fatalf("%s is a draft and a request of %s", r.ID, person)
		}
	}
	if len(list) != n {
		t.Fatalf("%d requests of %q, want %d", len(list), person, n)
	}
}

func (w *modelWorld) equalRequest(t *rapid.T, got desk.Request, r *modelRequest) {
	want := r.Request
	want.Files = w.filesOf(r.ID, r.Owner.Person)
	modelEqual(t, "request "+r.ID.String(), got, want)
	if got.Status.Waiting() != !got.NextAt.IsZero() {
		t.Fatalf("%s in status %s, next attempt %v", r.ID, got.Status, got.NextAt)
	}
}

func (w *modelWorld) checkCounts(t *rapid.T, person string) {
	got, err := w.store.Counts(t.Context(), person)
	w.want(t, "count", err, nil)
	var want sqlite.Counts
	for _, d := range w.drafts {
		if d.DeletedAt.IsZero() && (d.Owner.Person == modelPC || d.Owner.Person == person) {
			want.Drafts++
		}
	}
	for _, r := range w.requests {
		if r.Owner.Person != person {
			continue
		}
		if r.Status != desk.StatusCancelled {
			want.Requests++
		}
		if r.Status.Waiting() {
			want.Waiting++
		}
		if r.Status == desk.StatusToCorrect {
			want.ToCorrect++
		}
		want.Sending = want.Sending || r.Status == desk.StatusSending
		if !r.SentAt.IsZero() && r.ReceivedAt.After(want.LastReceived) {
			want.LastReceived = r.ReceivedAt
		}
	}
	if got != want {
		t.Fatalf("counts of %q: %+v, want %+v", person, got, want)
	}
}

// checkDue: the loop sleeps until just then.
func (w *modelWorld) checkDue(t *rapid.T) {
	for _, skip := range [][]string{nil, {modelClaire}} {
		var want time.Time
		for _, r := range w.requests {
			at, ok := w.dueOf(r)
			if !ok || slices.Contains(skip, r.Owner.Person) {
				continue
			}
			if at.Before(w.now) {
				at = w.now
			}
			if want.IsZero() || at.Before(want) {
				want = at
			}
		}
		if got := w.due(t, skip); !got.Equal(want) {
			t.Fatalf("due at %v, want %v", got, want)
		}
	}
}

// checkStored: the bytes that a row speaks of are not swept away.
func (w *modelWorld) checkStored(t *rapid.T) {
	got, err := w.store.StoredNames(t.Context())
	w.want(t, "stored names", err, nil)
	want := map[string]bool{}
	for _, f := range w.files {
		if f.Stored != "" {
			want[f.Stored] = true
		}
	}
	modelEqual(t, "stored names", got, want)
}

// checkRevisions: the revision of an id never falls, and what is received never
// goes back.
func (w *modelWorld) checkRevisions(t *rapid.T) {
	seen := func(id uuid.UUID, person string, revision int64) {
		k := modelKey{id, person}
		if revision < w.highest[k] {
			t.Fatalf("%s is at revision %d, was at %d", id, revision, w.highest[k])
		}
		w.highest[k] = revision
	}
	for _, d := range w.drafts {
		seen(d.ID, d.Owner.Person, d.Revision)
	}
	for _, r := range w.requests {
		seen(r.ID, r.Owner.Person, r.Revision)
		if (r.Status == desk.StatusReceived) != (r.Number != "") {
			t.Fatalf("%s is %s with number %q", r.ID, r.Status, r.Number)
		}
	}
}

// modelText shows a value with its content, which prints as a placeholder
// otherwise.
func modelText(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(out)
}
