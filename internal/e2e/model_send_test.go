package e2e

import (
	"slices"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

const (
	modelLease   = 3 * time.Minute
	modelLongest = 15 * time.Minute
)

// The queue's methods, at the only place where the model calls them.

func (w *modelWorld) ask(most int, skip []string) desk.Ask {
	return desk.Ask{Now: w.now, Most: most, Lease: modelLease, Longest: modelLongest, Skip: skip}
}

func (w *modelWorld) claimJobs(t *rapid.T, most int, skip []string) []desk.Job {
	jobs, err := w.store.Claim(t.Context(), w.ask(most, skip))
	w.want(t, "claim", err, nil)
	return jobs
}

func (w *modelWorld) finishJobs(t *rapid.T, results []desk.Result) {
	w.want(t, "finish", w.store.Finish(t.Context(), results, w.now), nil)
}

func (w *modelWorld) due(t *rapid.T, skip []string) time.Time {
	at, err := w.store.Due(t.Context(), w.ask(0, skip))
	w.want(t, "due", err, nil)
	return at
}

// dueOf is when a request can be claimed; false when only somebody else's move
// lets it go.
func (w *modelWorld) dueOf(r *modelRequest) (time.Time, bool) {
	switch r.Status {
	case desk.StatusQueued, desk.StatusUnknown:
		return r.NextAt, true
	case desk.StatusSending:
		return r.lease, true
	}
	return time.Time{}, false
}

func (w *modelWorld) skip(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{nil, nil, nil, nil, {modelClaire}, {modelClaire, modelMarc}}).Draw(t, "skip")
}

func (w *modelWorld) claim(t *rapid.T) {
	w.claimed(t, rapid.IntRange(0, 5).Draw(t, "most"), w.skip(t))
}

// stuck is an attempt that is not heard of until its lease is over.
func (w *modelWorld) stuck(t *rapid.T) {
	f := modelPick(t, w.flights, func(f *modelFlight) bool { r := w.current(f); return r != nil && r.Status == desk.StatusSending })
	if lease := w.current(f).lease; lease.After(w.now) {
		w.now = lease
	}
	w.claimed(t, 5, nil)
}

func (w *modelWorld) claimed(t *rapid.T, most int, skip []string) {
	var want []*modelRequest
	for _, r := range w.requests {
		if at, ok := w.dueOf(r); ok && !at.After(w.now) && !slices.Contains(skip, r.Owner.Person) && len(want) < most {
			want = append(want, r)
		}
	}
	jobs := w.claimJobs(t, most, skip)
	if len(jobs) != len(want) {
		t.Fatalf("%d jobs claimed, want %d", len(jobs), len(want))
	}
	for i, r := range want {
		job := jobs[i]
		late := r.Status == desk.StatusSending
		if late {
			w.giveUp(t, r)
		}
		r.Attempts++
		r.Status, r.UpdatedAt, r.lease, r.doubt = desk.StatusSending, w.now, w.now.Add(modelLease), r.doubt || late
		if r.SentAt.IsZero() {
			r.SentAt = w.now
		}
		if job.Attempt != r.Attempts || !job.Lease.Equal(r.lease) {
			t.Fatalf("attempt %d until %v, want %d until %v", job.Attempt, job.Lease, r.Attempts, r.lease)
		}
		w.equalRequest(t, job.Request, r)
		w.flights = append(w.flights, &modelFlight{job: job, of: r})
	}
}

// giveUp decides what became of an attempt that nobody waits for any more.
func (w *modelWorld) giveUp(t *rapid.T, r *modelRequest) {
	for _, f := range w.flights {
		if f.of == r && !f.decided {
			f.decided = true
			if rapid.Bool().Draw(t, "arrived all the same") {
				w.arrive(r.ID)
			}
		}
	}
}

// arrive makes the portal number a request, unless it was withdrawn there.
func (w *modelWorld) arrive(id uuid.UUID) {
	if w.portal[id] == nil {
		w.portal[id] = &modelReceipt{number: "AS-" + id.String()[30:]}
	}
}

func (w *modelWorld) numbered(id uuid.UUID) bool {
	p := w.portal[id]
	return p != nil && !p.withdrawn
}

// current is the request of an attempt, if that is its present one: it has not
// been received, taken back or claimed anew meanwhile.
func (w *modelWorld) current(f *modelFlight) *modelRequest {
	if !slices.Contains(w.requests, f.of) || f.of.Attempts != f.job.Attempt || f.of.NextAt.IsZero() {
		return nil
	}
	return f.of
}

func (w *modelWorld) renew(t *rapid.T) {
	f := modelPick(t, w.flights, modelAny)
	until := w.now.Add(modelLease)
	err := w.store.Renew(t.Context(), f.job, until)
	r := w.current(f)
	if r == nil {
		w.want(t, "renew what is over", err, desk.ErrNotNow)
		return
	}
	w.want(t, "renew", err, nil)
	r.lease = until
}

// release gives back a claim of which nothing has left.
func (w *modelWorld) release(t *rapid.T) {
	f := modelPick(t, w.flights, func(f *modelFlight) bool { return !f.decided })
	w.want(t, "release", w.store.Release(t.Context(), []desk.Job{f.job}, w.now), nil)
	w.land(f)
	r := w.current(f)
	if r == nil {
		return
	}
	r.Attempts--
	r.NextAt = w.now
	if r.Status != desk.StatusSending {
		return
	}
	if r.Status = desk.StatusQueued; r.doubt {
		r.Status = desk.StatusUnknown
	} else {
		r.SentAt = time.Time{}
	}
}

func (w *modelWorld) land(f *modelFlight) {
	w.flights = slices.DeleteFunc(w.flights, func(o *modelFlight) bool { return o == f })
}

func (w *modelWorld) finish(t *rapid.T) {
	f := modelPick(t, w.flights, modelAny)
	res := w.ended(t, f)
	w.finishJobs(t, []desk.Result{res})
	w.wrote(f, res)
}

// finishMany writes down all that is under way at once; some of it twice.
func (w *modelWorld) finishMany(t *rapid.T) {
	if len(w.flights) < 2 {
		panic(errModelNone)
	}
	flights := slices.Clone(w.flights)
	var results []desk.Result
	for _, f := range flights {
		results = append(results, w.ended(t, f))
	}
	results = append(results, results[0])
	w.finishJobs(t, results)
	for i, f := range flights {
		w.wrote(f, results[i])
	}
}

// ended draws what an attempt came to, as it can come to while the portal has
// what it has.
func (w *modelWorld) ended(t *rapid.T, f *modelFlight) desk.Result {
	id := f.job.Request.ID
	kinds := []string{"lost", "retry", "network", "sign-in"}
	p := w.portal[id]
	switch {
	case f.decided: // an answer that was stuck
		if w.numbered(id) {
			kinds = []string{"received", "lost"}
		}
	case p != nil && p.withdrawn:
		kinds = append(kinds, "gone")
	case p != nil && p.strange:
		kinds = append(kinds, "mismatch")
	case p != nil:
		kinds = append(kinds, "received", "received")
	default:
		kinds = append(kinds, "received", "received", "arrives", "arrives", "refused")
	}
	out := desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonTimeout}
	switch rapid.SampledFrom(kinds).Draw(t, "outcome") {
	case "received":
		w.arrive(id)
		out = desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: w.portal[id].number, Status: desk.PortalReceived, ReceivedAt: w.now}}
	case "arrives":
		w.arrive(id)
	case "retry":
		out = desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonBusy}
	case "network":
		out = desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork}
	case "sign-in":
		out = desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn}
	case "refused":
		out = desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid, Problems: []desk.Problem{{Field: desk.KeySubject, Code: desk.CodeTooShort, Min: 3}}}
	case "gone":
		out = desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonGone}
	case "mismatch":
		out = desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonMismatch, Arrived: true}
	}
	f.decided = true
	return desk.Result{Job: f.job, Outcome: out, NextAt: w.now.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "pause")) * time.Second)}
}

// wrote does to the model what Finish ought to do: nothing, if the attempt is
// not the present one or its request is not being sent.
func (w *modelWorld) wrote(f *modelFlight, res desk.Result) {
	w.land(f)
	r, out := w.current(f), res.Outcome
	if r == nil || r.Status != desk.StatusSending {
		return
	}
	r.doubt = r.doubt || out.Kind == desk.OutcomeLost || out.Arrived
	r.Reason, r.UpdatedAt, r.NextAt = out.Code, w.now, res.NextAt
	if !r.doubt && out.Kind != desk.OutcomeReceived {
		r.SentAt = time.Time{}
	}
	switch out.Kind {
	case desk.OutcomeReceived:
		r.Status, r.Number, r.PortalStatus, r.ReceivedAt = desk.StatusReceived, out.Receipt.Number, out.Receipt.Status, out.Receipt.ReceivedAt
		r.endJob()
	case desk.OutcomeRefused:
		r.Status, r.Problems = desk.StatusToCorrect, out.Problems
		r.endJob()
	case desk.OutcomeLost:
		r.Status = desk.StatusUnknown
	case desk.OutcomeRetry:
		r.Status = desk.StatusQueued
	case desk.OutcomeSignIn:
		r.Status = desk.StatusNeedsSignIn
	}
}

func (r *modelRequest) endJob() { r.Attempts, r.NextAt = 0, time.Time{} }
