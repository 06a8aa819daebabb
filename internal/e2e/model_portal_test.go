package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// modelPortal numbers each id once, and answers as badly as portals and lines
// do until it is healed.
type modelPortal struct {
	t     *testing.T
	store func() *sqlite.Store

	mu        sync.Mutex
	rnd       *rand.Rand
	healed    bool
	numbers   map[uuid.UUID]string
	cancelled map[uuid.UUID]bool
	sending   map[uuid.UUID]time.Time // since when an attempt is under way
	sent      int
}

// draw is a number below n; the portal is asked by several senders.
func (p *modelPortal) draw(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rnd.IntN(n)
}

// begins holds an attempt to what has to be on the disk before it.
func (p *modelPortal) begins(ctx context.Context, r desk.Request) time.Time {
	d, err := p.store().Request(ctx, r.Owner.Person, r.ID)
	if err == nil && (d.Status != desk.StatusSending || d.Attempts < 1 || d.SentAt.IsZero()) {
		p.t.Errorf("%s is being sent in status %s, attempt %d, sent at %v", r.ID, d.Status, d.Attempts, d.SentAt)
	}
	if err != nil && ctx.Err() == nil {
		p.t.Errorf("%s is being sent, and cannot be read: %v", r.ID, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	// A stuck one may be there still when its lease is over; the others take
	// seconds.
	if before := p.sending[r.ID]; !before.IsZero() && time.Since(before) < modelLease/3 {
		p.t.Errorf("%s is being sent twice at a time", r.ID)
	}
	if p.cancelled[r.ID] {
		p.t.Errorf("%s is sent although it was cancelled", r.ID)
	}
	began := time.Now()
	p.sending[r.ID] = began
	return began
}

func (p *modelPortal) ends(r desk.Request, began time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sending[r.ID].Equal(began) {
		delete(p.sending, r.ID)
	}
}

// arrive numbers a request, once.
func (p *modelPortal) arrive(r desk.Request) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.numbers[r.ID] == "" {
		p.numbers[r.ID] = fmt.Sprintf("AS-2026-%06d", len(p.numbers)+1)
	}
	return p.numbers[r.ID]
}

// Send makes an attempt that ends in every way that attempts do.
// Act implements outbox.Portal; the model makes no acts.
func (p *modelPortal) Act(context.Context, desk.Act, func()) desk.Outcome {
	return desk.Outcome{Kind: desk.OutcomeReceived}
}

func (p *modelPortal) Send(ctx context.Context, r desk.Request, alive func()) desk.Outcome {
	defer p.ends(r, p.begins(ctx, r))
	how := p.draw(100)
	p.mu.Lock()
	whole := p.healed
	_, known := p.numbers[r.ID]
	p.mu.Unlock()
	if whole {
		how = 0
	}
	took := time.Duration(p.draw(4000)) * time.Millisecond
	if how >= 95 {
		took = 24 * time.Hour // stuck
	}
	select {
	case <-time.After(took):
		alive()
	case <-ctx.Done():
		if p.draw(2) == 0 {
			p.arrive(r)
		}
		return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonStopped}
	}
	switch {
	case how < 35:
		return desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: p.arrive(r), Status: desk.PortalReceived, ReceivedAt: time.Now()}}
	case how < 50:
		p.arrive(r)
		return desk.Outcome{Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonTimeout}
	case how < 60:
		return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault}
	case how < 70:
		return desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonBusy, RetryAfter: 5 * time.Second}
	case how < 80:
		return desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork}
	case how < 85:
		return desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn}
	case how < 90 && !known:
		return desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid, Problems: []desk.Problem{{Field: desk.KeySubject, Code: desk.CodeTooShort, Min: 3}}}
	}
	panic("an attempt that falls")
}

// Probe finds the portal, or not.
func (p *modelPortal) Probe(context.Context) desk.Outcome {
	lost := p.draw(3) == 0
	p.mu.Lock()
	defer p.mu.Unlock()
	if lost && !p.healed {
		return desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork}
	}
	return desk.Outcome{Kind: desk.OutcomeReceived}
}
