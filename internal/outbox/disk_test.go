package outbox

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

// breaking is a portal that receives ten requests and then is away. It tells
// when, and what it has met.
func breaking(broken func()) (p *portal, met map[uuid.UUID]bool) {
	p, met = &portal{away: true}, map[uuid.UUID]bool{}
	p.answer = func(_ context.Context, r desk.Request) desk.Outcome {
		time.Sleep(time.Millisecond)
		p.mu.Lock()
		defer p.mu.Unlock()
		met[r.ID] = true
		if len(met) <= 10 {
			return received
		}
		broken()
		return noNet
	}
	return p, met
}

// What could not be given back at once is given back later, and not left to the
// end of its lease.
func TestDiskFullWhenTheLineBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		for range 40 {
			q.add("claire")
		}
		p, met := breaking(func() { q.set(true) })
		o := start(t, q, p)
		time.Sleep(time.Minute)
		q.set(false)
		time.Sleep(2 * o.Base)
		q.mu.Lock()
		defer q.mu.Unlock()
		released := 0
		for _, e := range q.jobs {
			if e.status == desk.StatusSending || e.Attempt > 0 != met[e.Request.ID] {
				t.Errorf("job %d: %s, attempt %d, tried %t", e.ID, e.status, e.Attempt, met[e.Request.ID])
			}
		}
		for _, line := range q.log {
			if strings.HasPrefix(line, "release") {
				released++
			}
		}
		if released == 0 {
			t.Error("nothing was given back")
		}
	})
}

// A release that happened although the disk said no is not made a second time,
// when the job is under way again under the same number.
func TestReleasedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := &queue{}, &portal{}
		for range 40 {
			q.add("claire")
		}
		var broke uuid.UUID
		met := map[uuid.UUID]int{}
		p.answer = func(_ context.Context, r desk.Request) desk.Outcome {
			time.Sleep(time.Millisecond)
			p.mu.Lock()
			met[r.ID]++
			n := len(met)
			if n == 11 && broke == uuid.Nil {
				broke = r.ID
			}
			out := received
			if r.ID == broke && met[r.ID] == 1 {
				out = noNet
			}
			p.mu.Unlock()
			if n > 11 {
				time.Sleep(10 * time.Second)
			}
			return out
		}
		o := New(q, p)
		lied := false
		q.released = func() error {
			if lied {
				return nil
			}
			lied = true
			o.Online()
			return desk.ErrDiskFull
		}
		o.Start(t.Context())
		t.Cleanup(o.Stop)
		time.Sleep(time.Hour)
		allReceived(t, q)
		if !lied {
			t.Error("nothing was given back")
		}
		for id, n := range met {
			if n > 1 && id != broke {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
	})
}

// A night with a full disk is one line in the log for each thing that it does
// not take, and the next night is another one.
func TestDiskFullForNights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		for range 40 {
			q.add("claire")
		}
		p, _ := breaking(func() { q.set(true) })
		var log bytes.Buffer
		o := New(q, p)
		o.Jitter, o.Log = most, zerolog.New(zerolog.SyncWriter(&log))
		o.Start(t.Context())
		lines := func(op string) int { return strings.Count(log.String(), `"op":"`+op+`"`) }
		for night := 1; night <= 2; night++ {
			time.Sleep(time.Second)
			o.Resume("claire")
			time.Sleep(10 * time.Hour)
			q.set(false)
			time.Sleep(2 * o.Base)
			q.set(true)
			if n := lines("signed in"); n != night {
				t.Errorf("night %d: %d lines of sign-ins", night, n)
			}
		}
		o.Stop()
		if f, r := lines("finish"), lines("release"); f != 1 || r != 1 {
			t.Errorf("%d lines of results, %d of what is given back, want one each", f, r)
		}
	})
}
