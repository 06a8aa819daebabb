package app

import (
	"errors"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// State is what the foot of the window and the counts beside its places show.
func (x *Outbox) State() (out Status, err error) {
	defer x.a.guard("Outbox.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	counts, err := x.a.store.Counts(x.a.ctx, x.a.me().ID)
	if err != nil {
		return out, err
	}
	state, since, ahead := x.a.contact.read()
	if _, in := x.a.session.Person(); !in {
		state = "signed-out"
	}
	asking := 0
	if x.a.isAsked(x.a.me().ID) {
		asking = counts.Waiting
	}
	return Status{
		Connection: state, Reason: x.a.contact.reason(), Since: stamp(since), Waiting: counts.Waiting, ToCorrect: counts.ToCorrect, Drafts: counts.Drafts,
		Requests: counts.Requests, LastSent: stamp(counts.LastReceived), Sending: counts.Sending,
		ClockAhead: int64(ahead.Seconds()), PausedUntil: stamp(x.a.outbox.AskedUntil()), Asking: asking,
	}, nil
}

// SendNow makes everything that waits due, and lets go what was asked about.
func (x *Outbox) SendNow() (err error) {
	defer x.a.guard("Outbox.SendNow", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	x.a.letGo(x.a.me().ID)
	return x.a.outbox.SendNow(x.a.ctx)
}

// Cancel takes back a request that the portal does not have; an attempt under
// way is interrupted. If one may have brought it there, the portal is asked:
// "not-now" when it has been received, "offline" when the portal cannot be
// asked.
func (x *Outbox) Cancel(id string) (err error) {
	defer x.a.guard("Outbox.Cancel", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	parsed, err := parseID(id)
	if err != nil {
		return err
	}
	defer x.a.changed("requests", "status")
	who := x.a.me().ID
	return x.a.takeBack(who, parsed, func(withdrawn bool) error {
		return x.a.store.Cancel(x.a.ctx, who, parsed, withdrawn, x.a.Now())
	})
}

// Edit takes back a request like Cancel, and opens it as a draft.
func (x *Outbox) Edit(id string) (out Draft, err error) {
	defer x.a.guard("Outbox.Edit", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	parsed, err := parseID(id)
	if err != nil {
		return out, err
	}
	defer x.a.changed("drafts", "requests", "status")
	draft, err := x.a.recall(parsed)
	if err != nil {
		return out, err
	}
	d, err := x.a.store.Draft(x.a.ctx, draft)
	if err != nil {
		return out, err
	}
	return x.a.reopen(d), nil
}

// recall turns a request that the portal does not have into a draft.
func (a *App) recall(id uuid.UUID) (draft uuid.UUID, err error) {
	who := a.me().ID
	err = a.takeBack(who, id, func(withdrawn bool) (err error) {
		draft, err = a.store.Recall(a.ctx, who, id, withdrawn, a.Now())
		return err
	})
	return draft, err
}

const (
	takeBackWait = 3 * time.Second // for the end of an attempt
	takeBackStep = 50 * time.Millisecond
)

// takeBack does what needs that the portal does not have that person's request. It is
// held meanwhile: nobody waits for the end of a large file that is not to
// arrive, and nothing of it leaves while the portal is asked about what may have
// left already.
func (a *App) takeBack(who string, id uuid.UUID, do func(withdrawn bool) error) error {
	withdrawn := false
	if _, err := a.store.Head(a.ctx, who, id); err != nil {
		return err
	}
	defer a.outbox.Hold(id)()
	for began := a.Now(); ; {
		err := do(withdrawn)
		if !errors.Is(err, desk.ErrNotNow) || a.Now().Sub(began) > takeBackWait {
			return err
		}
		r, e := a.store.Head(a.ctx, who, id)
		switch {
		case e != nil:
			return err
		case r.Status == desk.StatusSending: // the attempt is about to end
		case r.SentAt.IsZero() && r.Status.Waiting(): // has just ended
		case withdrawn, r.Status == desk.StatusReceived, r.Status == desk.StatusCancelled, r.SentAt.IsZero() && !r.IDRefused():
			return err
		default:
			if err := a.client.Withdraw(a.ctx, who, id); errors.Is(err, desk.ErrNotNow) {
				return errors.Join(err, a.outbox.SendNow(a.ctx)) // received: the next attempt brings the receipt
			} else if err != nil {
				return err
			}
			withdrawn, began = true, a.Now()
			continue
		}
		select {
		case <-a.ctx.Done():
			return err
		case <-time.After(takeBackStep):
		}
	}
}
