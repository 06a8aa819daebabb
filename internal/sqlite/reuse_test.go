package sqlite

import (
	"context"
	"testing"
	"time"

	"guichet/internal/desk"
)

// A job's id is never given again: an attempt that is still on its way when the
// inbox has brought its receipt must not speak for the next request.
func TestFinishOfAReceivedRequestLeavesTheNextOne(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	ask := desk.Ask{Now: at, Most: 10, Lease: time.Minute, Longest: time.Minute}
	one := submit(t, s, save(t, s, newDraft(t)))
	jobs, err := s.Claim(ctx, ask)
	if err != nil || len(jobs) != 1 {
		t.Fatal(jobs, err)
	}
	if err := s.bring(ctx, "claire", []desk.Change{{Request: desk.Request{ID: one.ID, Number: "AS-1", PortalStatus: desk.PortalReceived, ReceivedAt: at, UpdatedAt: at}}}, "1", at); err != nil {
		t.Fatal(err)
	}
	two := submit(t, s, save(t, s, newDraft(t)))
	if _, err := s.Claim(ctx, ask); err != nil {
		t.Fatal(err)
	}
	late := desk.Result{Job: jobs[0], Outcome: desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-1", Status: desk.PortalReceived, ReceivedAt: at}}}
	if err := s.Finish(ctx, []desk.Result{late}, at); err != nil {
		t.Fatal(err)
	}
	if got := status(t, s, two); got.Status != desk.StatusSending || got.Number != "" {
		t.Errorf("a request that nobody has received is %s with number %q", got.Status, got.Number)
	}
}
