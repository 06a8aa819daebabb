package outbox

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
)

// stopped is an attempt that goes on until it is ended, and may have arrived.
func stopped(ctx context.Context, _ desk.Request) desk.Outcome {
	<-ctx.Done()
	return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonStopped}
}

// The attempt at a request that is held is over and written down at once.
// Nothing of it leaves before it is released, whatever wakes the queue, and
// then it goes on; what is not held goes all the time.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: stopped}
		id := q.add("claire")
		o := start(t, q, p)
		synctest.Wait()
		p.will(always(received))
		release := o.Hold(id)
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusUnknown {
			t.Errorf("it is %s", got)
		}
		for name, act := range map[string]func(){
			"SendNow": func() {
				if err := o.SendNow(t.Context()); err != nil {
					t.Error(err)
				}
			},
			"Resume":  func() { o.Resume("claire") },
			"Online":  o.Online,
			"Network": func() { o.Network(true) },
			"time":    func() { time.Sleep(time.Hour) },
		} {
			act()
			other := q.add("claire")
			o.Wake()
			synctest.Wait()
			if got := q.status(other); got != desk.StatusReceived {
				t.Errorf("%s: another is %s", name, got)
			}
			if got := q.statuses()[0]; got != desk.StatusUnknown {
				t.Fatalf("%s: it is %s", name, got)
			}
		}
		release()
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusReceived {
			t.Errorf("it is %s", got)
		}
	})
}

// Whoever releases last lets it go, and releasing twice is once.
func TestHoldTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(received)}
		o := New(q, p)
		o.Jitter = most
		id := q.add("claire")
		first, second := o.Hold(id), o.Hold(id)
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		first()
		first()
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusQueued {
			t.Errorf("it is %s", got)
		}
		second()
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusReceived {
			t.Errorf("it is %s", got)
		}
	})
}

// What the attempt came to before it could be ended counts, and so does a pause
// that the portal asked for.
func TestHoldTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{}
		taken, asked := q.add("claire"), q.add("claire")
		p.answer = func(ctx context.Context, r desk.Request) desk.Outcome {
			<-ctx.Done()
			if r.ID == taken {
				return received
			}
			return desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonBusy, RetryAfter: time.Minute}
		}
		o := start(t, q, p)
		synctest.Wait()
		o.Hold(taken)()
		o.Hold(asked)()
		time.Sleep(time.Minute - time.Millisecond)
		synctest.Wait()
		if got := q.statuses(); got[0] != desk.StatusReceived || got[1] != desk.StatusQueued {
			t.Errorf("%v", got)
		}
	})
}

// A job that is claimed and has not begun is given back, and so is one that the
// queue hands out at the same moment: it never leaves.
func TestHoldBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		first := q.add("claire")
		p := &portal{answer: always(received)}
		o := New(q, p)
		o.Workers, o.Jitter = 1, most
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		synctest.Wait() // a short attempt: from now on jobs are claimed ahead
		p.will(func(ctx context.Context, r desk.Request) desk.Outcome {
			if r.ID == first {
				return received
			}
			return stopped(ctx, r)
		})
		q.add("claire")
		waiting := q.add("claire")
		o.Wake()
		synctest.Wait()
		if got := q.statuses(); got[1] != desk.StatusSending || got[2] != desk.StatusSending || len(p.times()) != 2 {
			t.Fatalf("%v, %d attempts", got, len(p.times()))
		}
		release := o.Hold(waiting)
		synctest.Wait()
		if got := q.statuses(); got[1] != desk.StatusSending || got[2] != desk.StatusQueued {
			t.Errorf("%v", got)
		}
		if e := q.jobs[2]; e.Attempt != 0 {
			t.Errorf("%d attempts are written down", e.Attempt)
		}
		p.will(always(received))
		o.Hold(q.jobs[1].Request.ID)() // its worker is free
		synctest.Wait()
		if got := q.statuses(); got[1] != desk.StatusReceived || got[2] != desk.StatusQueued {
			t.Errorf("%v while it is held", got)
		}
		release()
		synctest.Wait()
		if got := q.statuses()[2]; got != desk.StatusReceived {
			t.Errorf("it is %s behind the release", got)
		}
	})
}

func TestHoldWhileClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(received)}
		o := New(q, p)
		o.Jitter = most
		id := q.add("claire")
		var release func()
		q.claiming = func() { // the ask is made, and does not know of it
			if release == nil {
				release = o.Hold(id)
			}
		}
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusQueued || len(p.times()) != 0 || q.jobs[0].Attempt != 0 {
			t.Fatalf("it is %s, %d attempts", got, len(p.times()))
		}
		release()
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusReceived {
			t.Errorf("it is %s", got)
		}
	})
}
