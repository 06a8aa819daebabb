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

func (q *queue) Claim(_ context.Context, now time.Time, n int, lease time.Duration, skip []string) (out []desk.Job, _ error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		due := (e.status == desk.StatusQueued || e.status == desk.StatusUnknown) && !e.next.After(now) ||
			e.status == desk.StatusSending && !e.Lease.After(now)
		if !due || slices.Contains(skip, e.Request.Owner.Person) || len(out) == n {
			continue
		}
		e.status, e.Lease = desk.StatusSending, now.Add(lease)
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

func (q *queue) Finish(_ context.Context, job desk.Job, out desk.Outcome, nextAt, _ time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, err := q.current(job)
	if err != nil {
		return err
	}
	if e.status, err = e.status.Next(out.Event()); err != nil {
		return err
	}
	e.next, e.out = nextAt, out
	q.log = append(q.log, fmt.Sprintf("finish %d.%d %s", e.ID, e.Attempt, out.Kind))
	return nil
}

func (q *queue) Hasten(_ context.Context, now time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		if e.next.After(now) {
			e.next = now
		}
	}
	return nil
}

func (q *queue) Due(_ context.Context, skip []string) (due time.Time, _ error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		at := e.next
		if slices.Contains(skip, e.Request.Owner.Person) {
			continue
		}
		switch e.status {
		case desk.StatusQueued, desk.StatusUnknown:
		case desk.StatusSending:
			at = e.Lease
		default:
			continue
		}
		if due.IsZero() || at.Before(due) {
			due = at
		}
	}
	if due.IsZero() && slices.ContainsFunc(q.jobs, func(e *entry) bool { return e.status == desk.StatusQueued }) {
		due = time.Unix(1, 0) // due since ever
	}
	return due, nil
}

func (q *queue) statuses() (out []desk.Status) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.jobs {
		out = append(out, e.status)
	}
	return out
}

// portal answers as the test says and notes when it was asked.
type portal struct {
	mu     sync.Mutex
	asked  []time.Time
	answer func(ctx context.Context, r desk.Request) desk.Outcome
}

func (p *portal) Send(ctx context.Context, r desk.Request) desk.Outcome {
	p.mu.Lock()
	p.asked = append(p.asked, time.Now())
	answer := p.answer
	p.mu.Unlock()
	return answer(ctx, r)
}

func (p *portal) times() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
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

// A night without a network: the pauses grow to the cap and one attempt probes
// for all.
func TestOfflineNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(noNet)}
		for range 20 {
			q.add("claire")
		}
		begin := time.Now()
		o := start(t, q, p)
		time.Sleep(10 * time.Hour) // of the bubble's clock
		asked := p.times()
		if limit := 10*4 + 20; len(asked) > limit {
			t.Errorf("%d attempts in ten hours, want at most %d", len(asked), limit)
		}
		last := asked[len(asked)-1]
		if gap := last.Sub(asked[len(asked)-2]); gap > o.Cap || gap < o.Cap/10 {
			t.Errorf("pause of %s in the end", gap)
		}
		if early := asked[o.Workers].Sub(begin); early > 2*o.Base {
			t.Errorf("first probe after %s", early)
		}
		p.will(always(received))
		o.Online()
		synctest.Wait()
		for i, s := range q.statuses() {
			if s != desk.StatusReceived {
				t.Errorf("request %d is %s after the network came back", i, s)
			}
		}
	})
}

func TestPauseWithinBounds(t *testing.T) {
	o := New(nil, nil)
	for attempt := 1; attempt <= 40; attempt++ {
		limit := min(o.Base<<min(attempt-1, 12), o.Cap)
		for range 200 {
			if d := o.pause(attempt, noNet); d > limit || d < limit/10 {
				t.Fatalf("attempt %d: pause %s, want %s to %s", attempt, d, limit/10, limit)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name        string
		asked, want time.Duration
	}{{"Honoured", 3 * time.Minute, 3 * time.Minute}, {"Capped", 5 * time.Hour, 15 * time.Minute}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, p := &queue{}, &portal{answer: always(desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonBusy, RetryAfter: c.asked})}
				q.add("claire")
				start(t, q, p)
				time.Sleep(time.Hour)
				asked := p.times()
				if gap := asked[1].Sub(asked[0]); gap != c.want {
					t.Errorf("asked again after %s, want %s", gap, c.want)
				}
			})
		})
	}
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
		q.add("claire")
		q.add("marc")
		p := &portal{answer: func(_ context.Context, r desk.Request) desk.Outcome {
			if r.Owner.Person == "claire" {
				return desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn}
			}
			return received
		}}
		start(t, q, p)
		time.Sleep(24 * time.Hour)
		if got := q.statuses(); got[0] != desk.StatusNeedsSignIn || got[1] != desk.StatusReceived {
			t.Errorf("%v", got)
		}
		if n := len(p.times()); n != 2 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestSendNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(noNet)}
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

// A lease is renewed as long as an upload takes, so that nobody claims the
// same request a second time.
func TestLongUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		q.add("claire")
		p := &portal{answer: func(context.Context, desk.Request) desk.Outcome {
			time.Sleep(time.Hour)
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

// Closing in the middle of an attempt leaves its outcome unknown and written
// down.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		q.add("claire")
		p := &portal{answer: func(ctx context.Context, _ desk.Request) desk.Outcome {
			<-ctx.Done()
			return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonStopped, Err: errors.New("stopped")}
		}}
		o := start(t, q, p)
		synctest.Wait()
		o.Stop()
		if got := q.statuses(); got[0] != desk.StatusUnknown {
			t.Errorf("%v", got)
		}
	})
}
