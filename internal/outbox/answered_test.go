package outbox

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
)

// The portal asked for some seconds once, then it was away: that pause nobody
// asked for, and the first sign of life ends it.
func TestPauseAfterOneThatWasAskedFor(t *testing.T) {
	for name, back := range map[string]func(*Outbox){
		"Network": func(o *Outbox) { o.Network(true) },
		"Online":  (*Outbox).Online,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy := desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonBusy, RetryAfter: 5 * time.Second}
				q, p := &queue{}, &portal{answer: always(busy), away: true}
				q.add("claire")
				o := start(t, q, p)
				time.Sleep(time.Hour) // no probe falls on it
				p.will(always(received))
				back(o)
				synctest.Wait()
				allReceived(t, q)
			})
		})
	}
}

// A broken line holds as long as neither a probe gets through nor the portal
// answers an attempt that began before.
func TestOnlyAnAnswerLifts(t *testing.T) {
	for name, c := range map[string]struct {
		late  func(context.Context) desk.Outcome // the end of an attempt when the line is broken
		lifts bool
	}{
		"Refused": {func(context.Context) desk.Outcome {
			return desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonGone}
		}, true},
		"SignIn":   {func(context.Context) desk.Outcome { return signIn }, true},
		"Panicked": {func(context.Context) desk.Outcome { panic("a defect") }, false},
		"NoToken": {func(context.Context) desk.Outcome {
			out := signIn
			out.Err = desk.ErrSignIn
			return out
		}, false},
		"Stuck": {func(ctx context.Context) desk.Outcome {
			<-ctx.Done()
			return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonStopped}
		}, false},
		"StuckAndAnswered": {func(ctx context.Context) desk.Outcome {
			<-ctx.Done()
			return desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonGone}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, p := &queue{}, &portal{away: true}
				late := q.add("marc")
				q.add("claire")
				p.answer = func(ctx context.Context, r desk.Request) desk.Outcome {
					if r.ID != late {
						return noNet
					}
					time.Sleep(time.Second)
					return c.late(ctx)
				}
				o := New(q, p)
				o.Jitter, o.LineCap = most, 10*time.Minute // no probe when the lease ends
				o.Start(t.Context())
				t.Cleanup(o.Stop)
				time.Sleep(15 * time.Minute)
				if n := len(p.times()); n > 2 != c.lifts {
					t.Errorf("%d attempts while no probe gets through", n)
				}
			})
		})
	}
}
