// Package outbox sends what is queued: the only loop that sends. An attempt is
// written down before it begins (Queue.Claim) and after it ended
// (Queue.Finish); what it came to is the Portal's word, which the loop obeys.
// It knows no wire and no disk.
package outbox

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

// Queue is what is to be sent, on the disk.
type Queue interface {
	// Claim takes due jobs, oldest first; attempt and lease are on the disk when
	// it returns.
	Claim(ctx context.Context, ask desk.Ask) ([]desk.Job, error)
	// Renew prolongs a lease; desk.ErrNotNow if the attempt is not the current
	// one any more.
	Renew(ctx context.Context, job desk.Job, lease time.Time) error
	// Release gives back claimed jobs of which nothing has left, due at that time.
	Release(ctx context.Context, jobs []desk.Job, at time.Time) error
	// Finish writes down, all at once, what attempts came to. A result whose
	// attempt is not the current one any more changes nothing: somebody else has
	// brought the answer.
	Finish(ctx context.Context, results []desk.Result, now time.Time) error
	// Hasten makes waiting jobs due: all of them, or those that wait for one of
	// these reasons.
	Hasten(ctx context.Context, now time.Time, reasons ...string) error
	// SignedIn lets everything of the person go that waits for a sign-in.
	SignedIn(ctx context.Context, person string, now time.Time) error
	// Due is when the next job can be claimed; zero when none waits.
	Due(ctx context.Context, ask desk.Ask) (time.Time, error)
}

// Portal makes one attempt.
type Portal interface {
	// Send calls alive whenever the attempt gets on.
	Send(ctx context.Context, r desk.Request, alive func()) desk.Outcome
	// Act likewise, of something that a person does with a request that the portal
	// has.
	Act(ctx context.Context, a desk.Act, alive func()) desk.Outcome
	// Probe only asks whether the portal is there; the outcome's reach is the
	// network as long as it is not.
	Probe(ctx context.Context) desk.Outcome
}

// Outbox is the loop. Make it with New, then set its fields before Start.
type Outbox struct {
	Queue   Queue
	Portal  Portal
	Log     zerolog.Logger
	Changed func() // something in the queue has another status
	// Absent lists persons of whom nothing is to be sent now.
	Absent func() []string
	Now    func() time.Time
	Jitter func(time.Duration) time.Duration // a random part of a pause

	Workers int           // attempts at a time
	Ahead   int           // jobs claimed before a worker is free, as long as attempts are short
	Short   time.Duration // what a short attempt is
	Lease   time.Duration // how long a claim holds without a sign of life
	Base    time.Duration // pause after the first failed attempt, at the most
	Cap     time.Duration // longest pause of one request
	LineCap time.Duration // longest pause between two probes of a portal that is away
	Idle    time.Duration // how long the loop sleeps at the most, whatever the queue says

	wake   chan struct{} // something is to be done: queued, ended, lifted
	cancel context.CancelFunc
	loop   sync.WaitGroup
	group  sync.WaitGroup // attempts and probes

	mu     sync.Mutex
	runs   map[*run]bool // what is claimed and not written off
	ready  []*run        // claimed, not begun, in order
	busy   int           // begun
	ended  []*run        // to be written down
	back   []*run        // to be released
	took   time.Duration
	more   bool      // the last claim took all that it asked for, and attempts are under way
	ticked time.Time // when the leases were last renewed
	line   line
	paused map[string]time.Time // persons whose account is not taken, until when
	said   string               // the last fault in the log
	failed map[string]string    // the last error of each operation of the queue

	held map[uuid.UUID]int // requests that somebody takes back, how many at a time

	signIns  map[string]int  // how often each person has signed in
	signedIn map[string]bool // persons whose requests the queue is to let go
}

// New returns an outbox; it does no I/O.
func New(queue Queue, portal Portal) *Outbox {
	return &Outbox{
		Queue: queue, Portal: portal, Log: zerolog.Nop(), Changed: func() {}, Absent: func() []string { return nil }, Now: time.Now, Jitter: jitter,
		Workers: 4, Ahead: 8, Short: 500 * time.Millisecond, Lease: 5 * time.Minute,
		Base: 2 * time.Second, Cap: 15 * time.Minute, LineCap: time.Minute, Idle: 5 * time.Minute,
		wake: make(chan struct{}, 1), runs: map[*run]bool{}, paused: map[string]time.Time{}, held: map[uuid.UUID]int{},
		failed: map[string]string{}, signIns: map[string]int{}, signedIn: map[string]bool{},
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
	o.ticked = o.Now()
	o.loop.Add(1)
	go func() {
		defer o.loop.Done()
		o.run(ctx)
	}()
}

// Stop ends the attempts under way and waits until they are written down.
func (o *Outbox) Stop() {
	if o.cancel != nil {
		o.cancel()
	}
	o.loop.Wait()
}

// Wake tells that something was queued.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// SendNow tries everything that waits at once, whatever was the pause.
func (o *Outbox) SendNow(ctx context.Context) error {
	o.mu.Lock()
	o.line.lift()
	o.line.faults = 0
	clear(o.paused)
	o.mu.Unlock()
	err := o.Queue.Hasten(ctx, o.Now())
	o.Wake()
	return err
}

// Hold keeps a request from being sent until the release that it returns is
// called, whatever else happens meanwhile: somebody takes it back, and the portal
// may be slow to say that it does not have it. An attempt that is under way is
// ended, and one that is about to begin is given back. It returns at once.
func (o *Outbox) Hold(id uuid.UUID) (release func()) {
	o.mu.Lock()
	o.held[id]++
	for r := range o.runs {
		if r.begun && o.holds(r) {
			r.cancel()
		}
	}
	o.giveBack(o.holds)
	o.mu.Unlock()
	o.Wake()
	return sync.OnceFunc(func() {
		o.mu.Lock()
		if o.held[id]--; o.held[id] == 0 {
			delete(o.held, id)
		}
		o.mu.Unlock()
		o.Wake()
	})
}

// holds tells whether somebody takes back the request of a run; the caller
// holds the lock.
func (o *Outbox) holds(r *run) bool { return o.held[r.job.Request.ID] > 0 }

// Resume lets the person's requests go again, after a sign-in. It is the loop
// that tells the queue, never beside a Finish: told at once, the queue would not
// yet know of a result that is on its way to the disk.
func (o *Outbox) Resume(person string) {
	o.mu.Lock()
	delete(o.paused, person)
	o.signIns[person]++
	o.signedIn[person] = true
	o.mu.Unlock()
	o.Wake()
}

func (o *Outbox) run(ctx context.Context) {
	for ctx.Err() == nil {
		o.write(ctx)
		o.renew(ctx)
		o.claim(ctx)
		timer := time.NewTimer(o.rest(ctx))
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	o.group.Wait()
	// The attempts have happened: they are written down even while Guichet stops.
	ctx = context.WithoutCancel(ctx)
	o.mu.Lock()
	o.giveBack(func(*run) bool { return true })
	o.mu.Unlock()
	o.write(ctx)
}

// claim takes as many jobs as there is room for and begins what it can.
func (o *Outbox) claim(ctx context.Context) {
	ask := o.ask()
	if ask.Most == 0 || ctx.Err() != nil {
		return
	}
	jobs, err := o.Queue.Claim(ctx, ask)
	if ctx.Err() == nil {
		o.report("claim", err)
	}
	if err != nil {
		return
	}
	o.mu.Lock()
	o.more = len(jobs) == ask.Most
	if len(jobs) == 0 {
		o.mu.Unlock()
		return
	}
	for _, job := range jobs {
		r := &run{job: job}
		o.replace(r)
		o.ready = append(o.ready, r)
	}
	broken := o.line.broken() // meanwhile
	o.giveBack(func(r *run) bool { return broken || o.holds(r) })
	o.begin(ctx)
	o.mu.Unlock()
	o.Changed()
}

// ask is what may be claimed now. Some jobs are claimed ahead, a few at a time,
// so that a worker need not wait for the disk between two short attempts.
func (o *Outbox) ask() desk.Ask {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.Now()
	ask := o.asking(now)
	if o.line.broken() {
		return ask
	}
	free := max(0, o.Workers-o.busy-len(o.ready))
	switch {
	case o.took == 0, o.took > o.Short:
		ask.Most = free
	case free > 0, len(o.ready) <= o.Ahead/2:
		ask.Most = o.Workers - o.busy + o.Ahead - len(o.ready)
	}
	return ask
}

// asking is an ask for no jobs, with all that keeps one back; the caller holds
// the lock.
func (o *Outbox) asking(now time.Time) desk.Ask {
	return desk.Ask{Now: now, Lease: o.Lease, Longest: o.Cap, Skip: append(o.skipped(now), o.Absent()...), Held: slices.Collect(maps.Keys(o.held))}
}

// rest is how long there is nothing to do.
func (o *Outbox) rest(ctx context.Context) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.Now()
	rest := o.Idle
	if len(o.runs) > 0 {
		rest = min(rest, o.Lease/3)
	}
	if len(o.ended)+len(o.back)+len(o.signedIn) > 0 {
		rest = min(rest, o.Base)
	}
	if ends := o.pauseEnds(now); !ends.IsZero() {
		rest = min(rest, ends.Sub(now))
	}
	if o.busy >= o.Workers || o.more && o.busy > 0 || o.line.probing || o.line.down {
		return rest // the next sign of life wakes it
	}
	wait, any := o.due(ctx, now)
	switch {
	case !any:
	case o.line.broken():
		rest = min(rest, o.probe(ctx, now, wait))
	case wait > 0:
		rest = min(rest, wait)
	case len(o.ready) == 0: // due, and yet not claimed: the disk failed, or it was queued just now
		rest = min(rest, o.Base)
	}
	return max(rest, time.Millisecond)
}

// due is how long until a job can be claimed, if any waits; the caller holds
// the lock.
func (o *Outbox) due(ctx context.Context, now time.Time) (wait time.Duration, any bool) {
	ask := o.asking(now)
	o.mu.Unlock()
	at, err := o.Queue.Due(ctx, ask)
	if ctx.Err() == nil {
		o.report("look ahead", err)
	}
	o.mu.Lock()
	if err != nil {
		return o.Base, true
	}
	return at.Sub(now), !at.IsZero()
}
