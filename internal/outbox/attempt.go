package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"guichet/internal/desk"
)

// run is a claimed job.
type run struct {
	job    desk.Job
	begun  bool
	cancel context.CancelFunc
	alive  atomic.Bool // it has got on since the leases were last renewed
	seen   time.Time   // when that was last found

	signIns int          // of its person, before it began
	out     desk.Outcome // once it has ended
	next    time.Time    // when another attempt is due
}

// begin starts attempts as long as there are workers; the caller holds the lock.
func (o *Outbox) begin(ctx context.Context) {
	for o.busy < o.Workers && len(o.ready) > 0 && ctx.Err() == nil {
		r := o.ready[0]
		o.ready = o.ready[1:]
		r.begun, r.seen = true, o.Now()
		r.signIns = o.signIns[r.job.Request.Owner.Person]
		r.alive.Store(true)
		o.busy++
		o.group.Add(1)
		own, cancel := context.WithCancel(ctx)
		r.cancel = cancel
		go func() {
			defer o.group.Done()
			defer cancel()
			o.attempt(ctx, own, r)
		}()
	}
}

// attempt sends one job, keeps what it came to for the disk, and gives its
// place to the next.
func (o *Outbox) attempt(ctx, own context.Context, r *run) {
	began := o.Now()
	out := o.send(own, r)
	now := o.Now()
	o.mu.Lock()
	mine := o.drop(r)
	if mine {
		o.busy--
		o.took = max(now.Sub(began), 1)
	} else if out.Code == desk.ReasonStopped {
		out.Code = desk.ReasonTimeout // stopped because it was stuck
	}
	r.out, r.next = out, now.Add(o.pause(r.job.Attempt, out))
	o.ended = append(o.ended, r)
	out = o.outcome(r)
	if mine { // what was written off says nothing of the line as it is now
		o.settle(r.job, out, now)
	}
	o.begin(ctx)
	o.mu.Unlock()
	o.note(r.job, out)
	o.Wake()
}

// outcome is what an attempt that has ended counts as now: a 401 to a token
// from before a sign-in asks for no other sign-in, since nobody would come to
// free the request. The caller holds the lock.
func (o *Outbox) outcome(r *run) desk.Outcome {
	out := r.out
	if out.Kind != desk.OutcomeSignIn || r.signIns == o.signIns[r.job.Request.Owner.Person] {
		return out
	}
	out.Kind, out.Reach = desk.OutcomeRetry, desk.ReachItem
	if out.Arrived {
		out.Kind = desk.OutcomeLost
	}
	return out
}

// drop forgets a run; false if it was written off. The caller holds the lock.
func (o *Outbox) drop(r *run) bool {
	mine := o.runs[r]
	delete(o.runs, r)
	return mine
}

// replace enters a run in the place of an earlier attempt at the same request,
// whose lease is over; the caller holds the lock. What of it was still to be
// given back is not: a release that failed may have happened, and then this
// attempt has the number of that one.
func (o *Outbox) replace(r *run) {
	same := func(old *run) bool {
		return old.job.Request.ID == r.job.Request.ID && old.job.Request.Owner == r.job.Request.Owner && old.job.Act.ID == r.job.Act.ID
	}
	o.back = slices.DeleteFunc(o.back, same)
	for old := range o.runs {
		if same(old) {
			o.writeOff(old)
		}
	}
	o.runs[r] = true
}

// writeOff gives up an attempt: its place is free, and whoever claims its job
// next asks the portal. The caller holds the lock.
func (o *Outbox) writeOff(r *run) {
	delete(o.runs, r)
	if !r.begun {
		o.ready = slices.DeleteFunc(o.ready, func(x *run) bool { return x == r })
		return
	}
	o.busy--
	r.cancel()
	o.Log.Error().Str("request", r.job.Request.ID.String()).Msg("attempt is stuck")
}

var errPanicked = errors.New("attempt panicked")

// send contains a panic: the outcome is not known then.
func (o *Outbox) send(ctx context.Context, r *run) (out desk.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.Log.Error().Str("panic", fmt.Sprintf("%T", p)).Bytes("stack", debug.Stack()).Msg("attempt panicked")
			out = desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonCut, Err: errPanicked}
		}
	}()
	if r.job.IsAct() {
		return o.Portal.Act(ctx, r.job.Act, func() { r.alive.Store(true) })
	}
	return o.Portal.Send(ctx, r.job.Request, func() { r.alive.Store(true) })
}

// giveBack returns jobs that were claimed and not begun; the caller holds the
// lock.
func (o *Outbox) giveBack(which func(*run) bool) {
	o.ready = slices.DeleteFunc(o.ready, func(r *run) bool {
		if !which(r) {
			return false
		}
		o.drop(r)
		o.back = append(o.back, r)
		return true
	})
}

// renew keeps the claims of attempts that get on, and of jobs that wait for a
// worker. An attempt without a sign of life for half a lease is written off,
// before the lease ends and somebody else begins.
func (o *Outbox) renew(ctx context.Context) {
	o.mu.Lock()
	now := o.Now()
	if since := now.Sub(o.ticked); since >= 0 && since < o.Lease/3 {
		o.mu.Unlock()
		return
	}
	o.ticked = now
	var keep []desk.Job
	for r := range o.runs {
		switch {
		case !r.begun || r.alive.Swap(false):
			r.seen = now
			keep = append(keep, r.job)
		case now.Sub(r.seen) >= o.Lease/2:
			o.writeOff(r)
		}
	}
	o.mu.Unlock()
	var failed error
	for _, job := range keep {
		if err := o.Queue.Renew(ctx, job, now.Add(o.Lease)); err != nil && !errors.Is(err, desk.ErrNotNow) {
			failed = err
		}
	}
	if ctx.Err() == nil {
		o.report("renew", failed)
	}
}
