package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// Act makes one attempt to bring to the portal what a person does with a request,
// and calls alive whenever it gets on. It may be repeated at any time: the id makes
// a repeat a read.
func (c *Client) Act(ctx context.Context, act desk.Act, alive func()) desk.Outcome {
	token, err := c.cfg.Token(ctx, act.Owner.Person)
	if err != nil {
		return noToken(ctx, err)
	}
	if c.cfg.Absent(act.Owner.Person) {
		return noToken(ctx, desk.ErrSignIn)
	}
	// Its files travel like those of a request, under the id of the act.
	a := &attempt{c: c, token: token, r: desk.Request{ID: act.ID, Owner: act.Owner, Files: act.Files}, message: true, alive: alive}
	if act.Kind == desk.ActReply {
		return a.reply(ctx, act)
	}
	return a.act(ctx, act)
}

// actPath is where an act, or a reply, lies.
func actPath(act desk.Act, kind string) string {
	return portal.RouteRequests + "/" + act.Request.String() + "/" + kind + "/" + act.ID.String()
}

// putAct makes a call that is answered with what the portal holds, told by its id.
func (a *attempt) putAct(ctx context.Context, path string, body any, held any, id *string) (desk.Outcome, bool) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return classInvalid.outcome(err), false
	}
	said, err := a.exchange(ctx, call{
		method: http.MethodPut, path: path, within: a.c.Answer, header: http.Header{"Content-Type": {"application/json"}}, body: encoded,
	})
	if err != nil {
		return outcomeOf(err), false
	}
	if said.status != http.StatusOK && said.status != http.StatusCreated || said.media() != "application/json" {
		return said.outcome(a.c.Now()), false
	}
	if err := said.decode(held); err != nil {
		return classCut.outcome(err), false
	}
	if *id != a.r.ID.String() {
		out := classPosed.outcome(errors.New("answer is about something else"))
		out.Reach = desk.ReachItem
		return out, false
	}
	return desk.Outcome{}, true
}

// act brings anything but a reply.
func (a *attempt) act(ctx context.Context, act desk.Act) desk.Outcome {
	var held portal.Act
	body := portal.ActPut{Kind: string(act.Kind), Reason: act.Text, Watchers: act.Watchers, At: act.At}
	if out, ok := a.putAct(ctx, actPath(act, "acts"), body, &held, &held.ID); !ok {
		return out
	}
	change, err := changeOf(portal.Change{Request: held.Request}, act.Owner.Person)
	if err != nil || change.Request.ID != act.Request {
		// It is done all the same: the changes will tell.
		return desk.Outcome{Kind: desk.OutcomeReceived}
	}
	return desk.Outcome{Kind: desk.OutcomeReceived, Done: &change}
}

// reply brings a message with its files.
func (a *attempt) reply(ctx context.Context, act desk.Act) desk.Outcome {
	var held portal.Message
	body := portal.MessagePut{Text: act.Text, At: act.At, Files: putOf(a.r).Files}
	if len(body.Files) == 0 {
		body.Files = nil
	}
	path := actPath(act, "messages")
	out, ok := a.putAct(ctx, path, body, &held, &held.ID)
	if !ok {
		return out
	}
	for _, f := range act.Files {
		if held.Received || has(portal.Request{Files: held.Files}, f) {
			continue
		}
		if out, ok := a.upload(ctx, f); !ok {
			return afterArrival(out)
		}
	}
	if !held.Received {
		if out, ok = a.putAct(ctx, path, body, &held, &held.ID); !ok {
			return afterArrival(out)
		}
	}
	if !held.Received {
		return classFailed.outcome(errors.New("all files sent, no message"))
	}
	m, err := messageOf(held, act.Request, act.Owner.Person)
	if err != nil {
		return desk.Outcome{Kind: desk.OutcomeReceived}
	}
	return desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: desk.Request{ID: act.Request}, Messages: []desk.Message{m}}}
}
