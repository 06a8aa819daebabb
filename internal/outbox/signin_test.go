package outbox

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
)

var signIn = desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn}

// once answers the first attempt in one way and all others as received.
func once(first func(context.Context, desk.Request) desk.Outcome) func(context.Context, desk.Request) desk.Outcome {
	turn := make(chan bool, 1)
	turn <- true
	return func(ctx context.Context, r desk.Request) desk.Outcome {
		select {
		case <-turn:
			return first(ctx, r)
		default:
			return received
		}
	}
}

// A long upload whose token the portal refuses in the end, when its sender has
// signed in anew, waits for no sign-in and keeps no other back.
func TestSignInDuringAnAttempt(t *testing.T) {
	for name, c := range map[string]struct {
		arrived bool
		want    string
	}{
		"Certain": {false, "finish 1.1 retry"},
		"Arrived": {true, "finish 1.1 lost"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, old := &queue{}, make(chan struct{})
				q.add("claire")
				p := &portal{answer: once(func(context.Context, desk.Request) desk.Outcome {
					<-old
					out := signIn
					out.Arrived = c.arrived
					return out
				})}
				o := start(t, q, p)
				synctest.Wait()
				o.Resume("claire")
				synctest.Wait()
				close(old)
				synctest.Wait()
				q.add("claire")
				o.Wake()
				synctest.Wait()
				allReceived(t, q)
				q.mu.Lock()
				defer q.mu.Unlock()
				if !slices.Contains(q.log, c.want) {
					t.Errorf("written down: %q, want %q among it", q.log, c.want)
				}
			})
		})
	}
}

// The sign-in that an attempt with the new token asks for is a new one.
func TestSignInTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: always(signIn)}
		q.add("claire")
		o := start(t, q, p)
		for range 3 {
			synctest.Wait()
			if got := q.statuses(); got[0] != desk.StatusNeedsSignIn {
				t.Errorf("%v", got)
			}
			o.Resume("claire")
		}
		time.Sleep(time.Hour)
		if n := len(p.times()); n != 4 {
			t.Errorf("%d attempts for 3 sign-ins", n)
		}
	})
}

// A sign-in while the result is on its way to the disk is not forgotten.
func TestSignInDuringFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: once(always(signIn))}
		q.add("claire")
		o := New(q, p)
		q.finishing = sync.OnceFunc(func() { o.Resume("claire") })
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		synctest.Wait()
		allReceived(t, q)
	})
}

// Nor is one while the disk takes nothing, neither the result nor the sign-in.
func TestSignInWhileTheDiskIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{full: true}, &portal{answer: once(always(signIn))}
		q.add("claire")
		o := start(t, q, p)
		synctest.Wait()
		o.Resume("claire")
		time.Sleep(time.Minute)
		q.set(false)
		time.Sleep(2 * o.Base)
		allReceived(t, q)
	})
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{answer: once(always(signIn))}
		q.add("claire")
		o := start(t, q, p)
		synctest.Wait()
		q.set(true)
		o.Resume("claire")
		time.Sleep(time.Minute)
		q.set(false)
		time.Sleep(2 * o.Base)
		allReceived(t, q)
	})
}
