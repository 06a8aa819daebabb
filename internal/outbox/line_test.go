package outbox

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

var lostOnTheLine = desk.Outcome{Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork}

func allReceived(t *testing.T, q *queue) {
	t.Helper()
	for i, s := range q.statuses() {
		if s != desk.StatusReceived {
			t.Errorf("request %d is %s", i, s)
		}
	}
}

// A night without a portal: what had left once is not tried again, one probe a
// minute at the most asks for all, and a portal that is back has everything
// within a minute.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(noNet), away: true}
		for range 20 {
			q.add("claire")
		}
		o := start(t, q, p)
		time.Sleep(10 * time.Hour) // of the bubble's clock
		if n := len(p.times()); n > o.Workers {
			t.Errorf("%d attempts in ten hours", n)
		}
		probes := p.probes()
		if n := len(probes); n < 9*60 || n > 21*60 {
			t.Errorf("%d probes in ten hours", n)
		}
		for i := range probes[1:] {
			if gap := probes[i+1].Sub(probes[i]); gap > time.Minute {
				t.Fatalf("%s without a probe", gap)
			}
		}
		p.will(always(received))
		p.set(false)
		time.Sleep(time.Minute)
		allReceived(t, q)
	})
}

// What may have arrived is asked for within a minute of the portal's return as
// well, however often it was cut.
func TestOutageInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(lostOnTheLine), away: true}
		q.add("claire")
		start(t, q, p)
		for range 20 { // the portal comes and goes
			time.Sleep(time.Hour)
			p.set(false)
			time.Sleep(3 * time.Minute)
			p.set(true)
		}
		p.will(always(received))
		p.set(false)
		time.Sleep(time.Minute)
		allReceived(t, q)
	})
}

func TestOnline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(noNet), away: true}
		for range 6 {
			q.add("claire")
		}
		o := start(t, q, p)
		time.Sleep(time.Hour)
		p.will(always(received))
		o.Online()
		synctest.Wait()
		allReceived(t, q)
	})
}

// No network, no attempt and no probe; with a network, at once.
func TestNoNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(received), away: true}
		o := New(q, p)
		o.Network(false)
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		q.add("claire")
		o.Wake()
		time.Sleep(24 * time.Hour)
		if n := len(p.times()) + len(p.probes()); n > 0 {
			t.Errorf("tried %d times", n)
		}
		o.Network(true)
		synctest.Wait()
		allReceived(t, q)
	})
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name        string
		reach       desk.Reach
		asked, want time.Duration
	}{
		{"Honoured", desk.ReachItem, 3 * time.Minute, 3 * time.Minute},
		{"Capped", desk.ReachItem, 5 * time.Hour, 15 * time.Minute},
		{"ForAll", desk.ReachNetwork, 3 * time.Minute, 3 * time.Minute},
		{"ForAllCapped", desk.ReachNetwork, 5 * time.Hour, 15 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy := desk.Outcome{Kind: desk.OutcomeRetry, Reach: c.reach, Code: desk.ReasonBusy, RetryAfter: c.asked}
				q, p := &queue{}, &portal{answer: always(busy)}
				q.add("claire")
				o := start(t, q, p)
				time.Sleep(time.Minute)
				o.Online() // an answer to somebody else does not end what was asked for
				asks := c.reach == desk.ReachNetwork
				if until := o.AskedUntil(); asks && !until.Equal(p.times()[0].Add(c.want)) || !asks && !until.IsZero() {
					t.Errorf("all wait until %s", until)
				}
				time.Sleep(time.Hour)
				asked := p.times()
				if gap := asked[1].Sub(asked[0]); gap != c.want {
					t.Errorf("asked again after %s, want %s", gap, c.want)
				}
				p.will(always(received))
				if err := o.SendNow(t.Context()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if until := o.AskedUntil(); !until.IsZero() {
					t.Errorf("all wait until %s behind a press", until)
				}
				if probes := p.probes(); len(probes) > 0 && probes[0].Sub(asked[0]) != c.want {
					t.Errorf("probed after %s", probes[0].Sub(asked[0]))
				}
			})
		})
	}
}

func TestPauseWithinBounds(t *testing.T) {
	o := New(nil, nil)
	for attempt := 1; attempt <= 40; attempt++ {
		for _, c := range []struct {
			out     desk.Outcome
			longest time.Duration
		}{
			{desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault}, o.Cap},
			{lostOnTheLine, o.LineCap},
		} {
			limit := min(o.Base<<min(attempt-1, 12), c.longest)
			for range 200 {
				if d := o.pause(attempt, c.out); d > limit || d < limit/10 {
					t.Fatalf("attempt %d: pause %s, want %s to %s", attempt, d, limit/10, limit)
				}
			}
		}
	}
	if d := o.pause(9, noNet); d != 0 {
		t.Errorf("what met nobody waits %s for more than the line", d)
	}
}

// A request that always breaks the line does not keep the others from leaving,
// and is not tried in a busy loop.
func TestPoison(t *testing.T) {
	for name, out := range map[string]desk.Outcome{
		"Lost":    lostOnTheLine,
		"Foreign": {Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonForeign},
		"Met":     noNet,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := &queue{}
				bad := q.add("claire")
				for range 30 {
					q.add("claire")
				}
				tries := 0
				p := &portal{}
				p.will(func(_ context.Context, r desk.Request) desk.Outcome {
					if r.ID != bad {
						return received
					}
					p.mu.Lock()
					defer p.mu.Unlock()
					tries++
					return out
				})
				start(t, q, p)
				time.Sleep(time.Minute)
				if got := q.statuses(); slices.ContainsFunc(got[1:], func(s desk.Status) bool { return s != desk.StatusReceived }) {
					t.Errorf("held back: %v", got)
				}
				time.Sleep(time.Hour)
				p.mu.Lock()
				defer p.mu.Unlock()
				if tries < 10 || tries > 150 {
					t.Errorf("tried %d times in an hour", tries)
				}
			})
		})
	}
}

// A clock that is put back a day does not keep anything for a day.
func TestClockPutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(noNet), away: true}
		q.add("claire")
		o := New(q, p)
		var off time.Duration
		var mu = &p.mu
		o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(off).Round(0) }
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		time.Sleep(10 * time.Minute)
		mu.Lock()
		off = -24 * time.Hour
		mu.Unlock()
		p.will(always(received))
		p.set(false)
		q.mu.Lock()
		q.jobs[0].next = time.Time{} // the queue's own rule
		q.mu.Unlock()
		time.Sleep(2 * time.Minute)
		allReceived(t, q)
	})
}

// Jobs that were claimed for a worker to come are given back when the line
// breaks: nothing of them has left.
func TestReleasedWhenTheLineBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{away: true}
		ids := map[uuid.UUID]bool{}
		for range 40 {
			q.add("claire")
		}
		p.will(func(_ context.Context, r desk.Request) desk.Outcome {
			time.Sleep(time.Millisecond)
			p.mu.Lock()
			defer p.mu.Unlock()
			ids[r.ID] = true
			if len(ids) > 10 {
				return noNet
			}
			return received
		})
		start(t, q, p)
		time.Sleep(time.Hour)
		q.mu.Lock()
		defer q.mu.Unlock()
		for _, e := range q.jobs {
			if e.status == desk.StatusSending || e.Attempt > 0 != ids[e.Request.ID] {
				t.Errorf("job %d: %s, attempt %d, tried %t", e.ID, e.status, e.Attempt, ids[e.Request.ID])
			}
		}
	})
}
