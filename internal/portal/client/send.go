package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// Send makes one attempt to bring a request with its files to the portal. It
// may be repeated at any time: the id and the revision make a repeat a read.
func (c *Client) Send(ctx context.Context, r desk.Request) desk.Outcome {
	token, err := c.cfg.Token(ctx, r.Owner.Person)
	if err != nil {
		return desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn, Err: err}
	}
	held, out, ok := c.put(ctx, token, r)
	if !ok {
		return out
	}
	if held.Number != "" {
		return c.received(r, held)
	}
	for _, f := range r.Files {
		if has(held, f) {
			continue
		}
		if out, ok := c.upload(ctx, token, r, f); !ok {
			return afterArrival(out)
		}
	}
	if held, out, ok = c.put(ctx, token, r); !ok {
		return afterArrival(out)
	}
	if held.Number == "" {
		return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault, Err: errors.New("all files sent, no number")}
	}
	return c.received(r, held)
}

// put announces the request, and reads what the portal holds under its id.
func (c *Client) put(ctx context.Context, token string, r desk.Request) (portal.Request, desk.Outcome, bool) {
	body, err := json.Marshal(putOf(r))
	if err != nil {
		return portal.Request{}, desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid, Err: err}, false
	}
	a, err := c.exchange(ctx, call{
		method: http.MethodPut, path: portal.RouteRequests + "/" + r.ID.String(), token: token, within: c.Answer,
		header: http.Header{"Content-Type": {"application/json"}}, body: body,
	})
	if err != nil {
		return portal.Request{}, outcomeOf(err), false
	}
	if a.status != http.StatusOK && a.status != http.StatusCreated || a.media() != "application/json" {
		return portal.Request{}, a.outcome(c.Now()), false
	}
	var held portal.Request
	if err := a.decode(&held); err != nil {
		return portal.Request{}, desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonCut, Err: err}, false
	}
	switch {
	case held.ID != r.ID.String():
		// A cache, a captive portal: whatever it is, it is not the answer.
		err = errors.New("answer is about another request")
	case held.Revision < r.Revision:
		err = errors.New("answer is about an older revision")
	}
	if err != nil {
		return portal.Request{}, desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonForeign, Err: err}, false
	}
	if held.Revision > r.Revision {
		return portal.Request{}, desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonMismatch, Arrived: true, Err: errors.New("the portal holds a newer revision")}, false
	}
	return held, desk.Outcome{}, true
}

// received makes the receipt, if the portal has every file of it.
func (c *Client) received(r desk.Request, held portal.Request) desk.Outcome {
	if i := slices.IndexFunc(r.Files, func(f desk.File) bool { return !has(held, f) }); i >= 0 {
		return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault, Err: errors.New("numbered without one of its files")}
	}
	receipt := desk.Receipt{Number: held.Number, Status: desk.PortalStatus(held.Status), ReceivedAt: c.Now()}
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
	return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonCut, Err: err}
}
