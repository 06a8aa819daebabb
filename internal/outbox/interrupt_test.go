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

// An interrupted attempt is over and written down at once; its request rests,
// and then goes on.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: stopped}
		id := q.add("claire")
		o := start(t, q, p)
		synctest.Wait()
		o.Interrupt("marc", id) // his is another request
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusSending {
			t.Errorf("it is %s", got)
		}
		p.will(always(received))
		o.Interrupt("claire", id)
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusUnknown {
			t.Errorf("it is %s", got)
		}
		time.Sleep(o.Respite - time.Millisecond)
		synctest.Wait()
		if n := len(p.times()); n != 1 {
			t.Errorf("%d attempts in the respite", n)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := q.statuses()[0]; got != desk.StatusReceived {
			t.Errorf("it is %s", got)
		}
	})
}

// What the attempt came to before it could be ended counts, and so does a pause
// that the portal asked for.
func TestInterruptTooLate(t *testing.T) {
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
		o.Interrupt("claire", taken)
		o.Interrupt("claire", asked)
		time.Sleep(time.Minute - time.Millisecond)
		synctest.Wait()
		if got := q.statuses(); got[0] != desk.StatusReceived || got[1] != desk.StatusQueued {
			t.Errorf("%v", got)
		}
	})
}

// A job that is claimed and has not begun is given back: it never leaves, and
// rests as well.
func TestInterruptBeforeItBegins(t *testing.T) {
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
		o.Interrupt("claire", waiting)
		synctest.Wait()
		if got := q.statuses(); got[1] != desk.StatusSending || got[2] != desk.StatusQueued {
			t.Errorf("%v", got)
		}
		if e := q.jobs[2]; e.Attempt != 0 {
			t.Errorf("%d attempts are written down", e.Attempt)
		}
		time.Sleep(o.Respite - time.Millisecond)
		synctest.Wait()
		if got := q.statuses()[2]; got != desk.StatusQueued {
			t.Errorf("it is %s in the respite", got)
		}
		p.will(always(received))
		o.Interrupt("claire", q.jobs[1].Request.ID) // its worker is free
		time.Sleep(o.Respite)
		synctest.Wait()
		if got := q.statuses(); got[1] != desk.StatusReceived || got[2] != desk.StatusReceived {
			t.Errorf("%v behind the respite", got)
		}
	})
}
