package sqlite

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// received is a request of Claire's that the portal has.
func received(tb testing.TB, s *Store) uuid.UUID {
	tb.Helper()
	c := heard(tb, 1, nil)
	take(tb, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "1"})
	return c.Request.ID
}

func do(tb testing.TB, s *Store, request uuid.UUID, kind desk.ActKind, text string) desk.Act {
	tb.Helper()
	a := desk.Act{ID: newID(tb), Request: request, Owner: desk.Owner{Person: "claire"}, Kind: kind, Text: text}
	if err := s.Do(context.Background(), a, at); err != nil {
		tb.Fatal(err)
	}
	return a
}

func acts(tb testing.TB, s *Store, request uuid.UUID) []desk.Act {
	tb.Helper()
	d, err := s.Request(context.Background(), "claire", request)
	if err != nil {
		tb.Fatal(err)
	}
	return d.Acts
}

func ends(tb testing.TB, s *Store, job desk.Job, out desk.Outcome) {
	tb.Helper()
	if err := s.Finish(context.Background(), []desk.Result{{Job: job, Outcome: out, NextAt: at.Add(time.Hour)}}, at); err != nil {
		tb.Fatal(err)
	}
}

// The feed may be faster than the answer to an act: what the person did is no news.
func TestOwnMovesAreNoNews(t *testing.T) {
	s := open(t, t.TempDir())
	c := heard(t, 1, nil)
	take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "1"})
	do(t, s, c.Request.ID, desk.ActClose, "")
	c.Request.PortalStatus = desk.PortalClosed
	for _, want := range []int{1, 0} {
		if told := take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "2"}); len(told) != want {
			t.Errorf("told %v, want %d", told, want)
		}
		c.Request.PortalStatus = desk.PortalReceived
		take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "3"})
		claim(t, s, at)
		c.Request.PortalStatus = desk.PortalClosed
	}
}

// What is done with a request leaves behind it, and one after the other.
func TestActsWaitTheirTurn(t *testing.T) {
	s := open(t, t.TempDir())
	r := submit(t, s, save(t, s, newDraft(t)))
	first, second := do(t, s, r.ID, desk.ActReply, "Un"), do(t, s, r.ID, desk.ActClose, "")
	other := do(t, s, received(t, s), desk.ActWatch, "")
	jobs := claim(t, s, at)
	if len(jobs) != 2 || jobs[0].Request.ID != r.ID || jobs[0].IsAct() || jobs[1].Act.ID != other.ID || jobs[1].Attempt != 1 {
		t.Fatalf("%+v", jobs)
	}
	if again := claim(t, s, at); len(again) != 0 {
		t.Errorf("claimed again: %+v", again)
	}
	arrives(t, s, jobs[0], "AS-2026-000100")
	jobs = claim(t, s, at)
	if len(jobs) != 1 || jobs[0].Act.ID != first.ID || jobs[0].Act.Text != "Un" || jobs[0].Request.ID != r.ID {
		t.Fatalf("%+v", jobs)
	}
	if due, err := s.Due(context.Background(), desk.Ask{Now: at, Lease: time.Minute, Longest: time.Hour}); err != nil || due.After(at.Add(time.Hour)) {
		t.Errorf("due %s, %v", due, err)
	}
	message := desk.Message{ID: first.ID, Author: "Claire", Mine: true, Text: "Un", At: at}
	ends(t, s, jobs[0], desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: desk.Request{ID: r.ID}, Messages: []desk.Message{message}}})
	jobs = claim(t, s, at)
	if len(jobs) != 1 || jobs[0].Act.ID != second.ID {
		t.Fatalf("%+v", jobs)
	}
	d, err := s.Request(context.Background(), "claire", r.ID)
	if err != nil || len(d.Messages) != 1 || d.Messages[0].Text != "Un" || len(d.Acts) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	closed := desk.Request{ID: r.ID, Number: "AS-2026-000100", PortalStatus: desk.PortalClosed, UpdatedAt: at}
	ends(t, s, jobs[0], desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: closed}})
	if err := s.Do(context.Background(), second, at); err != nil || len(acts(t, s, r.ID)) != 0 {
		t.Errorf("what was done is queued again: %v", err)
	}
	if d, err = s.Request(context.Background(), "claire", r.ID); err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, h := range d.History[len(d.History)-3:] {
		told = append(told, h.What)
	}
	want(t, "history", told, []string{"act.reply", "act.close", "portal.closed"})
}

// An attempt is on the disk before anything leaves, and what came of it is known
// or asked for, whatever becomes of the program.
func TestActAttempts(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	id := received(t, s)
	do(t, s, id, desk.ActReply, "Un")
	job := claim(t, s, at)[0]
	if err := s.Close(); err != nil { // as if it were killed
		t.Fatal(err)
	}
	s = open(t, dir)
	if a := acts(t, s, id); len(a) != 1 || a[0].Status != desk.StatusSending || a[0].Attempts != 1 {
		t.Fatalf("%+v", a)
	}
	if err := s.Recover(ctx, at); err != nil {
		t.Fatal(err)
	}
	if a := acts(t, s, id); a[0].Status != desk.StatusUnknown {
		t.Errorf("%s", a[0].Status)
	}
	if err := s.TakeBackAct(ctx, "claire", job.Act.ID, at); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("what may have arrived is taken back: %v", err)
	}
	ends(t, s, job, desk.Outcome{Kind: desk.OutcomeReceived}) // of before: it says nothing now
	if a := acts(t, s, id); len(a) != 1 {
		t.Fatalf("%+v", a)
	}
	job = claim(t, s, at)[0]
	if err := s.Renew(ctx, job, at.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if err := s.Release(ctx, []desk.Job{job}, at); err != nil {
		t.Fatal(err)
	}
	if a := acts(t, s, id); a[0].Status != desk.StatusUnknown || a[0].Attempts != 1 {
		t.Errorf("given back %+v", a[0])
	}
	if err := s.Renew(ctx, job, at); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("an attempt that is over is renewed: %v", err)
	}
	for _, c := range []struct {
		out    desk.Outcome
		status desk.Status
	}{
		{desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonNetwork}, desk.StatusQueued},
		{desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonTimeout}, desk.StatusUnknown},
		{desk.Outcome{Kind: desk.OutcomeSignIn, Code: desk.ReasonSignIn}, desk.StatusNeedsSignIn},
	} {
		ends(t, s, claim(t, s, at)[0], c.out)
		if a := acts(t, s, id); a[0].Status != c.status || a[0].Reason != c.out.Code {
			t.Errorf("%s: %s %s", c.out.Kind, a[0].Status, a[0].Reason)
		}
		if len(claim(t, s, at)) != 0 {
			t.Errorf("%s: it is due at once", c.out.Kind)
		}
		if err := errors.Join(s.SignedIn(ctx, "claire", at), s.Hasten(ctx, at)); err != nil {
			t.Fatal(err)
		}
	}
	late := claim(t, s, at)[0]
	again := claim(t, s, at.Add(time.Hour)) // its lease is over
	if len(again) != 1 || again[0].Act.ID != late.Act.ID || again[0].Attempt != late.Attempt+1 {
		t.Fatalf("%+v", again)
	}
	ends(t, s, again[0], desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonNotNow})
	if a := acts(t, s, id); len(a) != 1 || a[0].Status != desk.StatusDraft || a[0].Reason != desk.ReasonNotNow || a[0].Text != "Un" {
		t.Errorf("%+v", a)
	}
}

func TestReplies(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	id := received(t, s)
	reply := desk.Act{ID: newID(t), Request: id, Owner: desk.Owner{Person: "claire"}, Text: "Bonj"}
	saves := func(a desk.Act, want error) {
		t.Helper()
		if err := s.SaveReply(ctx, a, at); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	saves(reply, nil)
	reply.Text = "Bonjour"
	saves(reply, nil)
	if a := acts(t, s, id); len(a) != 1 || a[0].Text != "Bonjour" || a[0].Status != desk.StatusDraft || len(claim(t, s, at)) != 0 {
		t.Errorf("%+v", a)
	}
	reply.Kind = desk.ActReply
	if err := s.Do(ctx, reply, at); err != nil {
		t.Fatal(err)
	}
	saves(reply, desk.ErrNotNow)
	if err := s.DropAct(ctx, "claire", reply.ID, at); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("what waits is dropped: %v", err)
	}
	if err := s.TakeBackAct(ctx, "claire", reply.ID, at); err != nil {
		t.Fatal(err)
	}
	saves(reply, nil)
	if err := s.DropAct(ctx, "marc", reply.ID, at); err != nil || len(acts(t, s, id)) != 1 {
		t.Errorf("somebody else drops it: %v", err)
	}
	take(t, s, desk.Changes{Gone: []uuid.UUID{id}, Cursor: "2"}) // while it is written
	if a := acts(t, s, id); len(a) != 1 {
		t.Errorf("what was written is gone with its request: %+v", a)
	}
	if err := s.DropAct(ctx, "claire", reply.ID, at); err != nil || len(acts(t, s, id)) != 0 {
		t.Errorf("%v", err)
	}
	reply.Request = newID(t)
	saves(reply, desk.ErrNotFound)
}

// The outbox lists what has not arrived, whatever else there is.
func TestOutbox(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := context.Background()
	listed := func(want ...uuid.UUID) {
		t.Helper()
		list, err := s.Outbox(ctx, "claire")
		if err != nil {
			t.Fatal(err)
		}
		got := map[uuid.UUID]bool{}
		for _, r := range list {
			got[r.ID] = true
		}
		for _, id := range want {
			if !got[id] {
				t.Errorf("%s is not listed", id)
			}
		}
		if len(list) != len(want) {
			t.Errorf("%d are listed, not %d", len(list), len(want))
		}
	}
	id := received(t, s)
	if err := s.SaveReply(ctx, desk.Act{ID: newID(t), Request: id, Owner: desk.Owner{Person: "claire"}, Text: "…"}, at); err != nil {
		t.Fatal(err)
	}
	listed() // a reply that is being written does not wait
	waits := submit(t, s, save(t, s, newDraft(t)))
	back := submit(t, s, save(t, s, newDraft(t)))
	for _, job := range claim(t, s, at) {
		if job.Request.ID == back.ID {
			ends(t, s, job, desk.Outcome{Kind: desk.OutcomeRefused, Code: "invalid"})
		}
	}
	listed(waits.ID, back.ID)
	do(t, s, id, desk.ActClose, "")
	do(t, s, id, desk.ActReopen, "Si")
	listed(waits.ID, back.ID, id)
	for range 2 {
		ends(t, s, claim(t, s, at)[0], desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonNotNow})
	}
	listed(waits.ID, back.ID, id)
	list, err := s.Outbox(ctx, "claire")
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(list, func(r desk.Request) bool { return r.ID == id }); i < 0 || list[i].ActsBack != 2 {
		t.Errorf("%+v", list)
	}
	if list, err := s.Outbox(ctx, "marc"); err != nil || len(list) != 0 {
		t.Errorf("of somebody else: %+v, %v", list, err)
	}
}

func TestActsAreCounted(t *testing.T) {
	s := open(t, t.TempDir())
	id := received(t, s)
	do(t, s, id, desk.ActClose, "")
	do(t, s, id, desk.ActReopen, "Si")
	if err := s.SaveReply(context.Background(), desk.Act{ID: newID(t), Request: id, Owner: desk.Owner{Person: "claire"}, Text: "…"}, at); err != nil {
		t.Fatal(err)
	}
	c, err := s.Counts(context.Background(), "claire")
	if err != nil || c.Waiting != 1 || c.Requests != 1 || c.ToCorrect != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if c.Sending {
		t.Error("nothing is on its way yet")
	}
	first := claim(t, s, at)[0]
	if c, err = s.Counts(context.Background(), "claire"); err != nil || !c.Sending {
		t.Errorf("on its way: %+v, %v", c, err)
	}
	ends(t, s, first, desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonNotNow})
	ends(t, s, claim(t, s, at)[0], desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonNotNow})
	if c, err = s.Counts(context.Background(), "claire"); err != nil || c.Waiting != 0 || c.ToCorrect != 1 {
		t.Errorf("refused: %+v, %v", c, err)
	}
}
