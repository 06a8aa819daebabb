// Package outbox sends what is queued: the only loop that sends. An attempt is
// written down before it begins (Queue.Claim) and after it ended
// (Queue.Finish); what it came to is the Portal's word, which the loop obeys.
// It knows no wire and no disk.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"guichet/internal/desk"

	"github.com/rs/zerolog"
)

// Queue is what is to be sent, on the disk.
type Queue interface {
	// Claim takes up to n due jobs, oldest first, leaving out the persons in
	// skip; attempt and lease are on the disk when it returns.
	Claim(ctx context.Context, now time.Time, n int, lease time.Duration, skip []string) ([]desk.Job, error)
	// Renew prolongs a lease; desk.ErrNotNow if the attempt is not the current
	// one any more.
	Renew(ctx context.Context, job desk.Job, lease time.Time) error
	// Finish writes down what an attempt came to; desk.ErrNotNow as in Renew.
	Finish(ctx context.Context, job desk.Job, out desk.Outcome, nextAt, now time.Time) error
	// Hasten makes every waiting job due.
	Hasten(ctx context.Context, now time.Time) error
	// Due is when the next job can be claimed, leaving out the persons in skip;
	// zero when none waits.
	Due(ctx context.Context, skip []string) (time.Time, error)
}

// Portal makes one attempt.
type Portal interface {
	Send(ctx context.Context, r desk.Request) desk.Outcome
}

// Outbox is the loop. Make it with New, then set its fields before Start.
type Outbox struct {
	Queue   Queue
	Portal  Portal
	Log     zerolog.Logger
	Changed func() // something in the queue has another status
	Now     func() time.Time
	Jitter  func(time.Duration) time.Duration // a random part of a pause

	Workers int           // attempts at a time
	Lease   time.Duration // how long a claim holds without a renewal
	Base    time.Duration // pause after the first failed attempt, at the most
	Cap     time.Duration // longest pause
	Idle    time.Duration // how long the loop sleeps at the most, whatever the queue says

	wake   chan struct{}
	done   chan struct{} // an attempt has ended
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu     sync.Mutex
	busy   int
	faults int // attempts that the network ended, in a row
	// The network's pause: until then nothing is tried; then one attempt
	// probes, and the others wait for what it comes to.
	until   time.Time
	probing bool
	paused  map[string]time.Time // persons whose account is not taken, until when
	said    string               // the last fault in the log
}

// New returns an outbox; it does no I/O.
func New(queue Queue, portal Portal) *Outbox {
	return &Outbox{
		Queue: queue, Portal: portal, Log: zerolog.Nop(), Changed: func() {}, Now: time.Now, Jitter: jitter,
		Workers: 4, Lease: 2 * time.Minute, Base: 2 * time.Second, Cap: 15 * time.Minute, Idle: 5 * time.Minute,
		wake: make(chan struct{}, 1), done: make(chan struct{}, 1), paused: map[string]time.Time{},
	}
}

// jitter is full jitter: anything up to d, so that the desks of a region do
// not come back all at once.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}

// Start begins to send, until Stop.
func (o *Outbox) Start(ctx context.Context) {
	ctx, o.cancel = context.WithCancel(ctx)
	o.group.Add(1)
	go func() {
		defer o.group.Done()
		o.run(ctx)
	}()
}

// Stop ends the attempts under way and waits until they are written down.
func (o *Outbox) Stop() {
	if o.cancel != nil {
		o.cancel()
	}
	o.group.Wait()
}

// Wake tells that something was queued.
func (o *Outbox) Wake() { signal(o.wake) }

// Online tells that the portal was reached: whatever waits, waits no longer.
func (o *Outbox) Online() {
	o.mu.Lock()
	waited := !o.until.IsZero()
	o.until, o.faults = time.Time{}, 0
	o.mu.Unlock()
	if waited {
		if err := o.Queue.Hasten(context.Background(), o.Now()); err != nil {
			o.complain("hasten", err)
		}
	}
	o.Wake()
}

// SendNow tries everything that waits at once, whatever was the pause.
func (o *Outbox) SendNow(ctx context.Context) error {
	o.mu.Lock()
	o.until, o.faults = time.Time{}, 0
	clear(o.paused)
	o.mu.Unlock()
	err := o.Queue.Hasten(ctx, o.Now())
	o.Wake()
	return err
}

// Resume lets the person's requests go again, after a sign-in.
func (o *Outbox) Resume(person string) {
	o.mu.Lock()
	delete(o.paused, person)
	o.mu.Unlock()
	o.Wake()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (o *Outbox) run(ctx context.Context) {
	for {
		o.fill(ctx)
		timer := time.NewTimer(o.rest(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-o.wake:
		case <-o.done:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// fill claims as many jobs as there is room for and starts an attempt for each.
func (o *Outbox) fill(ctx context.Context) {
	n, skip := o.room()
	if n == 0 || ctx.Err() != nil {
		return
	}
	jobs, err := o.Queue.Claim(ctx, o.Now(), n, o.Lease, skip)
	if err != nil {
		if ctx.Err() == nil {
			o.complain("claim", err)
		}
		return
	}
	if len(jobs) == 0 {
		return
	}
	o.mu.Lock()
	o.busy += len(jobs)
	o.probing = !o.until.IsZero()
	o.mu.Unlock()
	for _, job := range jobs {
		o.group.Add(1)
		go func() {
			defer o.group.Done()
			o.attempt(ctx, job)
		}()
	}
	o.Changed()
}

// room is how many attempts may start now, and for whom not.
func (o *Outbox) room() (n int, skip []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.Now()
	skip, _ = o.skipped(now)
	switch {
	case o.until.IsZero():
		return o.Workers - o.busy, skip
	case now.Before(o.until) || o.probing || o.busy > 0:
		return 0, skip
	}
	return 1, skip
}

// skipped are the persons whose account is paused, and when the first pause
// ends; the caller holds the lock.
func (o *Outbox) skipped(now time.Time) (who []string, first time.Time) {
	for person, until := range o.paused {
		if !now.Before(until) {
			continue
		}
		who = append(who, person)
		if first.IsZero() || until.Before(first) {
			first = until
		}
	}
	return who, first
}

// rest is how long there is nothing to do.
func (o *Outbox) rest(ctx context.Context) time.Duration {
	o.mu.Lock()
	skip, pauseEnds := o.skipped(o.Now())
	o.mu.Unlock()
	due, err := o.Queue.Due(ctx, skip)
	if err != nil {
		if ctx.Err() == nil {
			o.complain("look ahead", err)
		}
		return o.Base
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.Now()
	if due.IsZero() || !pauseEnds.IsZero() && pauseEnds.Before(due) {
		due = pauseEnds
	}
	switch {
	case due.IsZero(), o.busy >= o.Workers, o.probing:
		return o.Idle // the next sign of life wakes it
	case due.Before(o.until):
		due = o.until
	}
	if wait := due.Sub(now); wait > 0 {
		return min(wait, o.Idle)
	}
	return o.Base // due, and yet not claimed: the disk failed
}

// attempt sends one job and writes down what it came to.
func (o *Outbox) attempt(ctx context.Context, job desk.Job) {
	stopRenewing := o.renew(ctx, job)
	out := o.send(ctx, job)
	stopRenewing()
	now := o.Now()
	next := now.Add(o.pause(job.Attempt, out))
	// The attempt has happened: it is written down even while Guichet stops.
	err := o.Queue.Finish(context.WithoutCancel(ctx), job, out, next, now)
	o.settle(job, out, now)
	switch {
	case errors.Is(err, desk.ErrNotNow):
		// Somebody else has brought the answer: the inbox, or a later attempt.
	case err != nil:
		o.complain("finish", err)
	}
	o.note(job, out)
	o.Changed()
	signal(o.done)
}

// send contains a panic: the outcome is not known then.
func (o *Outbox) send(ctx context.Context, job desk.Job) (out desk.Outcome) {
	defer func() {
		if p := recover(); p != nil {
			o.Log.Error().Str("panic", fmt.Sprintf("%T", p)).Bytes("stack", debug.Stack()).Msg("attempt panicked")
			out = desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonCut, Err: errors.New("attempt panicked")}
		}
	}()
	return o.Portal.Send(ctx, job.Request)
}

// renew keeps the claim of a long attempt until the returned function is
// called.
func (o *Outbox) renew(ctx context.Context, job desk.Job) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		tick := time.NewTicker(o.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := o.Queue.Renew(ctx, job, o.Now().Add(o.Lease)); err != nil && ctx.Err() == nil {
				o.complain("renew", err)
			}
		}
	}()
	return func() { cancel(); group.Wait() }
}

// pause is how long a job waits after an outcome: full jitter below a limit
// that doubles, and never less than the portal asked for.
func (o *Outbox) pause(attempt int, out desk.Outcome) time.Duration {
	switch out.Kind {
	case desk.OutcomeReceived, desk.OutcomeRefused, desk.OutcomeSignIn:
		return 0
	}
	if out.Code == desk.ReasonStopped {
		return 0
	}
	limit := o.Base << min(max(attempt-1, 0), 20)
	if limit > o.Cap || limit <= 0 {
		limit = o.Cap
	}
	return max(limit/10+o.Jitter(limit-limit/10), min(out.RetryAfter, o.Cap))
}

// settle draws from an outcome what concerns more than its own request.
func (o *Outbox) settle(job desk.Job, out desk.Outcome, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy--
	o.probing = false
	switch out.Reach {
	case desk.ReachNetwork:
		// The pause of the whole queue follows its own count: a fresh request
		// behind a long outage must not start it anew. Attempts that failed
		// side by side are one fault.
		if !now.Before(o.until) {
			o.faults++
			o.until = now.Add(o.pause(o.faults, out))
		}
	case desk.ReachAccount:
		o.paused[job.Request.Owner.Person] = now.Add(o.Cap)
		o.until, o.faults = time.Time{}, 0
	default:
		if out.Code != desk.ReasonStopped {
			o.until, o.faults = time.Time{}, 0
		}
	}
}

// note logs an outcome when it is another one than before: an outage of a
// night is one line.
func (o *Outbox) note(job desk.Job, out desk.Outcome) {
	if out.Kind == desk.OutcomeReceived {
		o.mu.Lock()
		o.said = ""
		o.mu.Unlock()
		o.Log.Info().Str("request", job.Request.ID.String()).Int("attempt", job.Attempt).Msg("received")
		return
	}
	o.mu.Lock()
	same := o.said == out.Code
	o.said = out.Code
	o.mu.Unlock()
	if !same {
		o.Log.Warn().Str("request", job.Request.ID.String()).Int("attempt", job.Attempt).Str("outcome", string(out.Kind)).Str("reason", out.Code).
			AnErr("error", out.Err).Msg("not sent")
	}
}

func (o *Outbox) complain(op string, err error) {
	o.Log.Error().Str("op", op).Err(err).Msg("queue")
}
