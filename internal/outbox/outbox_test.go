package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// queue is a Queue in memory, with the semantics of the one on the disk.
type queue struct {
	mu   sync.Mutex
	jobs []*entry
	log  []string // what was written down, in order
	full bool     // takes nothing but claims
	// finishing is called before results are written down, without the lock.
	finishing func()
	// claiming is called before jobs are claimed, without the lock.
	claiming func()
	// released is called behind a release, and may say that it failed.
	released func() error
}

type entry struct {
	desk.Job
	status desk.Status
	next   time.Time
	out    desk.Outcome
}

func (q *queue) add(person string) uuid.UUID {
	q.mu.Lock()
	defer q.mu.Unlock()
	id := uuid.New()
	q.jobs = append(q.jobs, &entry{status: desk.StatusQueued, Job: desk.Job{
		ID: int64(len(q.jobs) + 1), Request: desk.Request{ID: id, Owner: desk.Owner{Person: person}, Status: desk.StatusQueued},
	}})
	return id
}

// at is when a job can be claimed, never if it waits for nothing.
func (e *entry) at(ask desk.Ask) (at time.Time, waits bool) {
	if slices.Contains(ask.Skip, e.Request.Owner.Person) || slices.Contains(ask.Held, e.Request.ID) {
		return at, false
	}
	switch e.status {
	case desk.StatusQueued, desk.StatusUnknown:
		at = e.next
		waits = true
	case desk.StatusSending:
		at = e.Lease
		waits = true
	}
	if at.IsZero() {
		at = time.Unix(1, 0) // due since ever
	}
	return at, waits
}

func (q *queue) Claim(_ context.Context, ask desk.Ask) (out []desk.Job, _ error) {
	if q.claiming != nil {
		q.claiming()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		if at, waits := e.at(ask); !waits || at.After(ask.Now) || len(out) == ask.Most {
			continue
		}
		e.status, e.Lease = desk.StatusSending, ask.Now.Add(ask.Lease)
		e.Attempt++
		q.log = append(q.log, fmt.Sprintf("claim %d.%d", e.ID, e.Attempt))
		out = append(out, e.Job)
	}
	return out, nil
}

func (q *queue) current(job desk.Job) (*entry, error) {
	e := q.jobs[job.ID-1]
	if e.Attempt != job.Attempt || e.status != desk.StatusSending {
		return nil, desk.ErrNotNow
	}
	return e, nil
}

func (q *queue) Renew(_ context.Context, job desk.Job, lease time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, err := q.current(job)
	if err == nil {
		e.Lease = lease
	}
	return err
}

func (q *queue) Release(_ context.Context, jobs []desk.Job, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full {
		return desk.ErrDiskFull
	}
	for _, job := range jobs {
		if e, err := q.current(job); err == nil {
			e.status, e.next = desk.StatusQueued, at
			q.log = append(q.log, fmt.Sprintf("release %d.%d", e.ID, e.Attempt))
			e.Attempt--
		}
	}
	if q.released != nil {
		return q.released()
	}
	return nil
}

func (q *queue) Finish(_ context.Context, results []desk.Result, _ time.Time) error {
	if q.finishing != nil {
		q.finishing()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full {
		return desk.ErrDiskFull
	}
	for _, r := range results {
		e, err := q.current(r.Job)
		if err != nil {
			continue
		}
		if e.status, err = e.status.Next(r.Outcome.Event()); err != nil {
			return err
		}
		e.next, e.out = r.NextAt, r.Outcome
		q.log = append(q.log, fmt.Sprintf("finish %d.%d %s", e.ID, e.Attempt, r.Outcome.Kind))
	}
	return nil
}

func (q *queue) Hasten(_ context.Context, now time.Time, reasons ...string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		if e.next.After(now) && (len(reasons) == 0 || slices.Contains(reasons, e.out.Code)) {
			e.next = now
		}
	}
	return nil
}

func (q *queue) SignedIn(_ context.Context, person string, now time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full {
		return desk.ErrDiskFull
	}
	for _, e := range q.jobs {
		if e.Request.Owner.Person == person && e.status == desk.StatusNeedsSignIn {
			e.status, e.next = desk.StatusQueued, now
		}
	}
	return nil
}

func (q *queue) Due(_ context.Context, ask desk.Ask) (due time.Time, _ error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		if at, waits := e.at(ask); waits && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	return due, nil
}

func (q *queue) set(full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.full = full
}

func (q *queue) statuses() (out []desk.Status) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		out = append(out, e.status)
	}
	return out
}

func (q *queue) status(id uuid.UUID) desk.Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.jobs[slices.IndexFunc(q.jobs, func(e *entry) bool { return e.Request.ID == id })].status
}

// portal answers as the test says and notes when it was asked.
type portal struct {
	mu     sync.Mutex
	asked  []time.Time
	probed []time.Time
	answer func(ctx context.Context, r desk.Request) desk.Outcome
	away   bool // what a probe finds
}

func (p *portal) Send(ctx context.Context, r desk.Request, alive func()) desk.Outcome {
	p.mu.Lock()
	p.asked = append(p.asked, time.Now())
	answer := p.answer
	p.mu.Unlock()
	return answer(context.WithValue(ctx, aliveKey{}, alive), r)
}

// Act is answered like a request with the act's id.
func (p *portal) Act(ctx context.Context, a desk.Act, alive func()) desk.Outcome {
	return p.Send(ctx, desk.Request{ID: a.ID, Owner: a.Owner}, alive)
}

type aliveKey struct{}

func (p *portal) Probe(context.Context) desk.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.probed = append(p.probed, time.Now())
	if p.away {
		return noNet
	}
	return desk.Outcome{}
}

func (p *portal) set(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

func (p *portal) times() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

func (p *portal) probes() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.probed)
}

func (p *portal) will(answer func(context.Context, desk.Request) desk.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func always(out desk.Outcome) func(context.Context, desk.Request) desk.Outcome {
	return func(context.Context, desk.Request) desk.Outcome { return out }
}

var (
	received = desk.Outcome{Kind: desk.OutcomeReceived}
	noNet    = desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork}
)

// most is the longest pause that jitter can draw.
func most(d time.Duration) time.Duration { return d }

func start(t *testing.T, q *queue, p *portal) *Outbox {
	t.Helper()
	o := New(q, p)
	o.Jitter = most
	o.Start(t.Context())
	t.Cleanup(o.Stop)
	return o
}

func TestSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(received)}
		for range 10 {
			q.add("claire")
		}
		start(t, q, p)
		synctest.Wait()
		if n := len(p.times()); n != 10 {
			t.Errorf("%d attempts", n)
		}
		for _, s := range q.statuses() {
			if s != desk.StatusReceived {
				t.Errorf("left as %s", s)
			}
		}
	})
}

func TestAttemptIsWrittenDownFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		q.add("claire")
		var seen []string
		p := &portal{answer: func(context.Context, desk.Request) desk.Outcome {
			q.mu.Lock()
			defer q.mu.Unlock()
			seen = slices.Clone(q.log)
			return received
		}}
		start(t, q, p)
		synctest.Wait()
		if !slices.Equal(seen, []string{"claim 1.1"}) {
			t.Errorf("when the bytes left, %q was written down", seen)
		}
	})
}

func TestWakesForWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(received)}
		o := start(t, q, p)
		synctest.Wait()
		q.add("claire")
		o.Wake()
		synctest.Wait()
		if n := len(p.times()); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestOneBadRequestStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		bad := q.add("claire")
		for range 5 {
			q.add("claire")
		}
		p := &portal{answer: func(_ context.Context, r desk.Request) desk.Outcome {
			if r.ID == bad {
				panic("a defect")
			}
			return received
		}}
		start(t, q, p)
		synctest.Wait()
		got := q.statuses()
		if got[0] != desk.StatusUnknown {
			t.Errorf("the bad one is %s", got[0])
		}
		for _, s := range got[1:] {
			if s != desk.StatusReceived {
				t.Errorf("a good one is %s", s)
			}
		}
	})
}

func TestSignInPausesItsPersonOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		for range 20 {
			q.add("claire")
		}
		q.add("marc")
		p := &portal{answer: func(_ context.Context, r desk.Request) desk.Outcome {
			if r.Owner.Person == "claire" {
				return desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn}
			}
			return received
		}}
		o := start(t, q, p)
		synctest.Wait()
		if got := q.statuses(); got[20] != desk.StatusReceived {
			t.Errorf("%v", got)
		}
		if n := len(p.times()); n > o.Workers+1 {
			t.Errorf("%d attempts", n)
		}
		p.will(always(received))
		o.Resume("claire")
		synctest.Wait()
		allReceived(t, q)
	})
}

func TestSendNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault})}
		q.add("claire")
		o := start(t, q, p)
		time.Sleep(5 * time.Hour)
		before := len(p.times())
		if err := o.SendNow(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(p.times()); n != before+1 {
			t.Errorf("%d attempts at once, want 1", n-before)
		}
	})
}

// alive tells the sender that the attempt gets on.
func alive(ctx context.Context) { ctx.Value(aliveKey{}).(func())() }

// A lease is renewed as long as an upload gets on, so that nobody claims the
// same request a second time.
func TestLongUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		q.add("claire")
		p := &portal{answer: func(ctx context.Context, _ desk.Request) desk.Outcome {
			for range 60 {
				time.Sleep(time.Minute)
				alive(ctx)
			}
			return received
		}}
		start(t, q, p)
		time.Sleep(2 * time.Hour)
		if n := len(p.times()); n != 1 {
			t.Errorf("%d attempts", n)
		}
		if got := q.statuses(); got[0] != desk.StatusReceived {
			t.Errorf("%v", got)
		}
	})
}

// Attempts that are stuck hold neither their requests nor the others.
func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		for range 10 {
			q.add("claire")
		}
		forget := make(chan struct{})
		p := &portal{answer: func(context.Context, desk.Request) desk.Outcome {
			<-forget // not even a stop reaches it
			return received
		}}
		o := start(t, q, p)
		synctest.Wait()
		p.will(always(received))
		time.Sleep(4 * o.Lease)
		allReceived(t, q)
		q.mu.Lock()
		log := slices.Clone(q.log)
		q.mu.Unlock()
		close(forget) // what it says in the end is too late
		synctest.Wait()
		q.mu.Lock()
		defer q.mu.Unlock()
		if !slices.Equal(log, q.log) {
			t.Errorf("written down behind the end: %v", q.log[len(log):])
		}
	})
}

// What the disk does not take at once is not forgotten.
func TestDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{full: true}, &portal{answer: always(received)}
		for range 3 {
			q.add("claire")
		}
		o := start(t, q, p)
		time.Sleep(o.Lease / 2)
		q.set(false)
		time.Sleep(2 * o.Base)
		allReceived(t, q)
		if n := len(p.times()); n != 3 {
			t.Errorf("%d attempts", n)
		}
	})
}

// Closing in the middle of an attempt leaves its outcome unknown and written
// down; what was only claimed is given back.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		for range 20 {
			q.add("claire")
		}
		p := &portal{answer: func(ctx context.Context, r desk.Request) desk.Outcome {
			q.mu.Lock()
			first := r.ID == q.jobs[0].Request.ID
			q.mu.Unlock()
			if first {
				return received
			}
			<-ctx.Done()
			return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonStopped, Err: errors.New("stopped")}
		}}
		o := start(t, q, p)
		synctest.Wait()
		o.Stop()
		count := map[desk.Status]int{}
		for _, s := range q.statuses() {
			count[s]++
		}
		if count[desk.StatusReceived] != 1 || count[desk.StatusUnknown] != o.Workers || count[desk.StatusQueued] != 19-o.Workers {
			t.Errorf("%v", count)
		}
	})
}
