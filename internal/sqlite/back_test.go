package sqlite

import (
	"context"
	"errors"
	"testing"
	"time"

	"guichet/internal/desk"
)

func TestCancel(t *testing.T) {
	ctx := context.Background()
	finish := func(t *testing.T, s *Store, outs ...desk.Outcome) desk.Request {
		r := submit(t, s, save(t, s, newDraft(t)))
		for i, out := range outs {
			now := at.Add(time.Duration(i) * time.Hour)
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, now)[0], Outcome: out, NextAt: now}}, now); err != nil {
				t.Fatal(err)
			}
		}
		return r
	}
	retry, lost := desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonNetwork}, desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonTimeout}
	for _, c := range []struct {
		name string
		outs []desk.Outcome
		want error
	}{
		{"NeverTried", nil, nil},
		{"CertainlyNotTaken", []desk.Outcome{retry, retry}, nil},
		{"ErrNotNowInDoubt", []desk.Outcome{lost}, desk.ErrNotNow},
		{"ErrNotNowInDoubtOnce", []desk.Outcome{lost, retry}, desk.ErrNotNow},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, t.TempDir())
			r := finish(t, s, c.outs...)
			if err := s.Cancel(ctx, "claire", r.ID, false, at); !errors.Is(err, c.want) {
				t.Fatalf("cancel: %v, want %v", err, c.want)
			}
			if cancelled := status(t, s, r).Status == desk.StatusCancelled; cancelled != (c.want == nil) {
				t.Errorf("status %s", status(t, s, r).Status)
			}
			if jobs := claim(t, s, at.Add(10*time.Hour)); (len(jobs) == 0) != (c.want == nil) {
				t.Errorf("%d jobs", len(jobs))
			}
		})
	}
	t.Run("WithdrawnAtThePortal", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := finish(t, s, lost)
		if err := s.Cancel(ctx, "claire", r.ID, true, at); err != nil {
			t.Fatal(err)
		}
		if got := status(t, s, r); got.Status != desk.StatusCancelled {
			t.Errorf("status %s", got.Status)
		}
	})
	t.Run("ErrNotNowWhenReceived", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := finish(t, s, desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-1", ReceivedAt: at}})
		for _, withdrawn := range []bool{false, true} {
			if err := s.Cancel(ctx, "claire", r.ID, withdrawn, at); !errors.Is(err, desk.ErrNotNow) {
				t.Errorf("cancel: %v", err)
			}
		}
	})
	t.Run("ErrNotNowWhileSending", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := submit(t, s, save(t, s, newDraft(t)))
		claim(t, s, at)
		for _, withdrawn := range []bool{false, true} {
			if err := s.Cancel(ctx, "claire", r.ID, withdrawn, at); !errors.Is(err, desk.ErrNotNow) {
				t.Errorf("cancel: %v", err)
			}
		}
	})
}

// TestRecall takes requests back into drafts: with every word and file, under
// an id that the portal still takes.
func TestRecall(t *testing.T) {
	ctx := context.Background()
	for name, withdrawn := range map[string]bool{"NotLeft": false, "Withdrawn": true} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			d := save(t, s, newDraft(t))
			f := file(t, s, d.ID, "one")
			r := submit(t, s, d)
			kind := desk.OutcomeRetry
			if withdrawn {
				kind = desk.OutcomeLost
			}
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: desk.Outcome{Kind: kind}, NextAt: at}}, at); err != nil {
				t.Fatal(err)
			}
			if withdrawn {
				if _, err := s.Recall(ctx, "claire", r.ID, false, at); !errors.Is(err, desk.ErrNotNow) {
					t.Fatalf("recalled in doubt: %v", err)
				}
			}
			if _, err := s.Recall(ctx, "marc", r.ID, withdrawn, at); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("recalled by somebody else: %v", err)
			}
			id, err := s.Recall(ctx, "claire", r.ID, withdrawn, at)
			if err != nil {
				t.Fatal(err)
			}
			if (id != r.ID) != withdrawn {
				t.Errorf("comes back as %s", id)
			}
			back, err := s.Draft(ctx, id)
			if err != nil || back.Values["subject"] != r.Values["subject"] || len(back.Files) != 1 || back.Files[0].ID != f.ID {
				t.Fatalf("%d files, %v", len(back.Files), err)
			}
			if _, err := s.Request(ctx, "claire", r.ID); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("still in the outbox: %v", err)
			}
			if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 0 {
				t.Errorf("%d jobs", len(jobs))
			}
			again := submit(t, s, save(t, s, back))
			if again.ID != id || again.ID == r.ID && again.Revision <= r.Revision || len(again.Files) != 1 {
				t.Errorf("sent again as %s revision %d with %d files", again.ID, again.Revision, len(again.Files))
			}
		})
	}
}

func TestCorrect(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	f := file(t, s, d.ID, "one")
	r := submit(t, s, d)
	out := desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid, Problems: []desk.Problem{{Field: desk.KeyFiles, Code: desk.CodeFileMissing}}}
	if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: out, NextAt: at}}, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Correct(ctx, "claire", r.ID, at); err != nil {
		t.Fatal(err)
	}
	back, err := s.Draft(ctx, r.ID)
	if err != nil || back.Revision != r.Revision+1 || back.Values["subject"] != r.Values["subject"] || len(back.Problems) != 1 ||
		len(back.Files) != 1 || back.Files[0].ID != f.ID || back.Step != desk.StepFiles {
		t.Fatalf("revision %d, %d problems, %d files, step %s, %v", back.Revision, len(back.Problems), len(back.Files), back.Step, err)
	}
	back = save(t, s, back)
	again := submit(t, s, back)
	if again.ID != r.ID || again.Revision <= r.Revision {
		t.Errorf("sent again as %s revision %d", again.ID, again.Revision)
	}
}

// What the portal refuses because of its id goes on under a new one.
func TestRecallUnderAnotherID(t *testing.T) {
	ctx := context.Background()
	for _, out := range []desk.Outcome{
		{Kind: desk.OutcomeRefused, Code: desk.ReasonGone},
		{Kind: desk.OutcomeRefused, Code: desk.ReasonMismatch, Arrived: true},
		{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid},
	} {
		t.Run(out.Code, func(t *testing.T) {
			s := open(t, t.TempDir())
			r := submit(t, s, save(t, s, newDraft(t)))
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: out, NextAt: at}}, at); err != nil {
				t.Fatal(err)
			}
			closed := out.Code != desk.ReasonInvalid
			if closed { // as long as the portal has not said that it does not have it
				if _, err := s.Recall(ctx, "claire", r.ID, false, at); !errors.Is(err, desk.ErrNotNow) {
					t.Errorf("recalled: %v", err)
				}
				if err := s.Correct(ctx, "claire", r.ID, at); !errors.Is(err, desk.ErrNotNow) {
					t.Errorf("corrected: %v", err)
				}
			}
			id, err := s.Recall(ctx, "claire", r.ID, closed, at)
			if err != nil || (id != r.ID) != closed {
				t.Errorf("comes back as %s, %v", id, err)
			}
			d, err := s.Draft(ctx, id)
			if err != nil || d.Reason != out.Code {
				t.Errorf("refused because %q, %v", d.Reason, err)
			}
			if d = save(t, s, d); d.Reason != out.Code {
				t.Errorf("refused because %q behind a save", d.Reason)
			}
		})
	}
}
