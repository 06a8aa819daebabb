package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// attempt is one attempt to bring one request to the portal.
type attempt struct {
	c     *Client
	token string
	r     desk.Request
	// message: it is not the request itself that is brought, but a message of that
	// id with files.
	message bool
	alive   func() // told whenever it gets on
}

// Send makes one attempt to bring a request with its files to the portal, and
// calls alive whenever it gets on. It may be repeated at any time: the id and
// the revision make a repeat a read.
func (c *Client) Send(ctx context.Context, r desk.Request, alive func()) desk.Outcome {
	token, err := c.cfg.Token(ctx, r.Owner.Person)
	if err != nil {
		return noToken(ctx, err)
	}
	if c.cfg.Absent(r.Owner.Person) {
		return noToken(ctx, desk.ErrSignIn)
	}
	a := &attempt{c: c, token: token, r: r, alive: alive}
	held, out, ok := a.put(ctx)
	if !ok {
		return out
	}
	if held.Number != "" {
		return a.received(held)
	}
	for _, f := range r.Files {
		if has(held, f) {
			continue
		}
		if out, ok := a.upload(ctx, f); !ok {
			return afterArrival(out)
		}
	}
	if held, out, ok = a.put(ctx); !ok {
		return afterArrival(out)
	}
	if held.Number == "" {
		return classFailed.outcome(errors.New("all files sent, no number"))
	}
	return a.received(held)
}

// noToken is an attempt for which there was no token: its person has to sign in,
// unless the token only cannot be had now.
func noToken(ctx context.Context, err error) desk.Outcome {
	switch {
	case ctx.Err() != nil:
		out := classStopped.outcome(err)
		out.Kind = desk.OutcomeRetry // nothing has left
		return out
	case errors.Is(err, desk.ErrSignIn), errors.Is(err, desk.ErrLocked), errors.Is(err, desk.ErrKeyLost):
		return classSignIn.outcome(err)
	}
	return classUnreached.outcome(err) // the provider, or the disk that keeps the token
}

// exchange makes one call of the attempt.
func (a *attempt) exchange(ctx context.Context, in call) (answer, error) {
	in.token = a.token
	a.alive()
	defer a.alive()
	return a.c.exchange(ctx, in)
}

// put announces the request, and reads what the portal holds under its id.
func (a *attempt) put(ctx context.Context) (portal.Request, desk.Outcome, bool) {
	body, err := json.Marshal(putOf(a.r))
	if err != nil {
		return portal.Request{}, classInvalid.outcome(err), false
	}
	said, err := a.exchange(ctx, call{
		method: http.MethodPut, path: portal.RouteRequests + "/" + a.r.ID.String(), within: a.c.Answer,
		header: http.Header{"Content-Type": {"application/json"}}, body: body,
	})
	if err != nil {
		return portal.Request{}, outcomeOf(err), false
	}
	if said.status != http.StatusOK && said.status != http.StatusCreated || said.media() != "application/json" {
		return portal.Request{}, said.outcome(a.c.Now()), false
	}
	var held portal.Request
	if err := said.decode(&held); err != nil {
		return portal.Request{}, classCut.outcome(err), false
	}
	var out desk.Outcome
	switch {
	case held.ID != a.r.ID.String():
		// A cache, a captive portal: whatever it is, it is not the answer.
		out = classPosed.outcome(errors.New("answer is about another request"))
	case held.Revision < a.r.Revision:
		out = classPosed.outcome(errors.New("answer is about an older revision"))
	case held.Revision > a.r.Revision:
		out = classMismatch.outcome(errors.New("the portal holds a newer revision"))
	default:
		return held, out, true
	}
	out.Reach = desk.ReachItem // it may be about this request only
	return portal.Request{}, out, false
}

// received makes the receipt, if the portal has every file of it.
func (a *attempt) received(held portal.Request) desk.Outcome {
	if slices.ContainsFunc(a.r.Files, func(f desk.File) bool { return !has(held, f) }) {
		return classFailed.outcome(errors.New("numbered without one of its files"))
	}
	receipt := desk.Receipt{Number: held.Number, Status: desk.PortalStatus(held.Status), ReceivedAt: a.c.Now()}
	if held.ReceivedAt != nil {
		receipt.ReceivedAt = *held.ReceivedAt
	}
	return desk.Outcome{Kind: desk.OutcomeReceived, Receipt: receipt}
}

// has tells whether the portal has the verified bytes of that file.
func has(held portal.Request, f desk.File) bool {
	return slices.ContainsFunc(held.Files, func(h portal.File) bool {
		return h.ID == f.ID.String() && h.SHA256 == f.SHA256 && h.Received
	})
}

// outcomeOf is the outcome of an exchange without an answer.
func outcomeOf(err error) desk.Outcome {
	var f *fault
	if errors.As(err, &f) {
		return f.outcome()
	}
	return classCut.outcome(err)
}

// Probe asks whether the portal is there, on nobody's behalf. Whatever it
// answers, it is; else the outcome reaches the network.
func (c *Client) Probe(ctx context.Context) desk.Outcome {
	a, err := c.exchange(ctx, call{method: http.MethodGet, path: portal.RouteMe, within: c.Reach, guest: true})
	switch {
	case err != nil:
		return outcomeOf(err)
	case a.status == http.StatusUnauthorized && a.ours():
		return classSignIn.outcome(nil)
	}
	return a.outcome(c.Now())
}

// Withdraw asks the portal never to take the request. Its errors are
// desk.ErrNotNow when the portal has received it already, desk.ErrSignIn,
// desk.ErrForbidden, or desk.ErrOffline as long as the portal has not said.
func (c *Client) Withdraw(ctx context.Context, person string, id uuid.UUID) error {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return err
	}
	a, err := c.exchange(ctx, call{method: http.MethodDelete, path: portal.RouteRequests + "/" + id.String(), token: token, within: c.Answer})
	if err != nil {
		return fmt.Errorf("withdraw: %w", desk.ErrOffline.With(err))
	}
	var said portal.Withdrawal
	p, _ := a.problem()
	switch {
	case a.status == http.StatusOK && a.decode(&said) == nil && said.ID == id.String():
		return nil
	case p.Code == portal.CodeMismatch:
		return desk.ErrNotNow
	case p.Code == portal.CodeSignIn:
		return desk.ErrSignIn
	case p.Code == portal.CodeForbidden:
		return desk.ErrForbidden
	}
	return fmt.Errorf("withdraw: %w", desk.ErrOffline.With(fmt.Errorf("answer %d", a.status)))
}
