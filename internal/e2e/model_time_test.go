package e2e

import (
	"slices"
	"time"

	"guichet/internal/desk"

	"pgregory.net/rapid"
)

func (w *modelWorld) hasten(t *rapid.T) {
	reasons := rapid.SampledFrom([][]string{nil, {desk.ReasonNetwork, desk.ReasonTimeout}}).Draw(t, "reasons")
	w.want(t, "hasten", w.store.Hasten(t.Context(), w.now, reasons...), nil)
	for _, r := range w.requests {
		if r.NextAt.After(w.now) && (reasons == nil || slices.Contains(reasons, r.Reason)) {
			r.NextAt = w.now
		}
	}
}

func (w *modelWorld) signIn(t *rapid.T) {
	person := rapid.SampledFrom(modelPersons[1:]).Draw(t, "person")
	w.want(t, "sign in", w.store.SignedIn(t.Context(), person, w.now), nil)
	for _, r := range w.requests {
		if r.Owner.Person == person && r.Status == desk.StatusNeedsSignIn {
			r.Status, r.UpdatedAt, r.NextAt = desk.StatusQueued, w.now, w.now
		}
	}
}

// restart is a process that dies with everything under way, and the next one.
func (w *modelWorld) restart(t *rapid.T) {
	w.want(t, "close", w.store.Close(), nil)
	w.open(t)
	w.want(t, "recover", w.store.Recover(t.Context(), w.now), nil)
	for _, r := range w.requests {
		if r.Status == desk.StatusSending {
			w.giveUp(t, r)
			r.Status, r.Reason, r.UpdatedAt, r.NextAt, r.doubt = desk.StatusUnknown, desk.ReasonStopped, w.now, w.now, true
		}
	}
	w.flights = nil
}

func (w *modelWorld) pass(t *rapid.T) {
	w.now = w.now.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, modelLease, modelLease, 20 * time.Minute, 20 * time.Minute, 4 * 24 * time.Hour, 8 * 24 * time.Hour}).Draw(t, "time"))
}
