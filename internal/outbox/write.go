package outbox

import (
	"context"
	"errors"
	"maps"
	"slices"

	"guichet/internal/desk"
)

// write brings to the disk what has happened. What the disk does not take is
// kept and tried again; should a lease be over by then, the next attempt asks
// the portal. Who has signed in comes last, so that no result that was begun
// before puts a request behind the sign-in again.
func (o *Outbox) write(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	wrote := o.finish(ctx)
	wrote = o.release(ctx) || wrote
	wrote = o.letGo(ctx) || wrote
	if wrote {
		o.Changed()
	}
}

// finish writes down what attempts came to; false if there is nothing new on
// the disk.
func (o *Outbox) finish(ctx context.Context) bool {
	o.mu.Lock()
	ended := o.ended
	o.ended = nil
	var results []desk.Result
	for _, r := range ended {
		results = append(results, desk.Result{Job: r.job, Outcome: o.outcome(r), NextAt: r.next})
	}
	o.mu.Unlock()
	if len(results) == 0 {
		return false
	}
	err := o.Queue.Finish(ctx, results, o.Now())
	o.report("finish", err)
	if err != nil {
		o.mu.Lock()
		o.ended = append(ended, o.ended...)
		o.mu.Unlock()
	}
	return err == nil
}

// release gives back what has not left; false if there is nothing new on the
// disk.
func (o *Outbox) release(ctx context.Context) bool {
	o.mu.Lock()
	back := o.back
	o.back = nil
	o.mu.Unlock()
	if len(back) == 0 {
		return false
	}
	jobs := make([]desk.Job, len(back))
	for i, r := range back {
		jobs[i] = r.job
	}
	err := o.Queue.Release(ctx, jobs, o.Now())
	o.report("release", err)
	if err != nil { // what is released already has no such attempt any more
		o.mu.Lock()
		o.back = append(back, o.back...)
		o.mu.Unlock()
	}
	return err == nil
}

// letGo tells the queue who has signed in; false if there is nothing new on the
// disk.
func (o *Outbox) letGo(ctx context.Context) bool {
	o.mu.Lock()
	persons := slices.Sorted(maps.Keys(o.signedIn))
	clear(o.signedIn)
	o.mu.Unlock()
	if len(persons) == 0 {
		return false
	}
	var failed []error
	for _, person := range persons {
		if err := o.Queue.SignedIn(ctx, person, o.Now()); err != nil {
			failed = append(failed, err)
			o.mu.Lock()
			o.signedIn[person] = true
			o.mu.Unlock()
		}
	}
	o.report("signed in", errors.Join(failed...))
	return len(failed) < len(persons)
}

// report logs an error of the queue when it is another one than that
// operation's last: a disk that is full for a night is one line for each.
func (o *Outbox) report(op string, err error) {
	said := ""
	if err != nil {
		said = err.Error()
	}
	o.mu.Lock()
	same := o.failed[op] == said
	o.failed[op] = said
	o.mu.Unlock()
	if err != nil && !same {
		o.Log.Error().Str("op", op).Err(err).Msg("queue")
	}
}
