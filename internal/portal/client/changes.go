package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// changesPage is how many requests one answer may bring: enough that the way there
// and back does not count, and few enough that one is stored in a moment.
const changesPage = 200

// maxConversation bounds an answer about one request, which may have a long
// conversation, in bytes.
const maxConversation = 32 << 20

// Changes asks what changed since the cursor, and waits so long for something
// to change. Without a cursor it is everything that the person sees.
// desk.StaleCursor: the portal does not know the cursor any more.
func (c *Client) Changes(ctx context.Context, person, cursor string, wait time.Duration) (desk.Changes, error) {
	out, err := c.changes(ctx, person, cursor, wait)
	if err != nil {
		return desk.Changes{}, fmt.Errorf("fetch changes: %w", err)
	}
	return out, nil
}

func (c *Client) changes(ctx context.Context, person, cursor string, wait time.Duration) (desk.Changes, error) {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return desk.Changes{}, err
	}
	in := call{path: portal.RouteChanges, token: token, within: wait + c.Answer, query: url.Values{
		"cursor": {cursor}, "wait": {strconv.Itoa(int(wait.Seconds()))}, "limit": {strconv.Itoa(changesPage)},
	}}
	var body portal.Changes
	a, err := c.read(ctx, in, &body)
	if errors.Is(err, errTooLarge) { // one after the other
		in.most = maxConversation
		in.query.Set("limit", "1")
		a, err = c.read(ctx, in, &body)
	}
	if err != nil && stale(a) {
		return desk.Changes{}, desk.StaleCursor{}
	}
	if err != nil {
		return desk.Changes{}, err
	}
	if body.Cursor == "" { // taken for one, it would bring everything anew
		return desk.Changes{}, desk.ErrOffline.With(errors.New("answer has no cursor"))
	}
	out := desk.Changes{Cursor: body.Cursor, More: body.More, Snapshot: body.Snapshot, Total: body.Total}
	for _, w := range body.Changes {
		change, err := changeOf(w, person)
		if err != nil {
			return desk.Changes{}, desk.ErrOffline.With(err)
		}
		out.Changes = append(out.Changes, change)
	}
	for _, id := range body.Gone {
		parsed, err := uuid.Parse(id)
		if err != nil {
			return desk.Changes{}, desk.ErrOffline.With(errors.New("what is gone has no id"))
		}
		out.Gone = append(out.Gone, parsed)
	}
	return out, nil
}

// Contracts fetches the contracts of the person's practices; fresh is false, and
// there are none, if they are still those with that ETag.
func (c *Client) Contracts(ctx context.Context, person, etag string) (out []desk.Contract, newETag string, fresh bool, err error) {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return nil, "", false, err
	}
	in := call{path: portal.RouteContracts, token: token, within: c.Answer, header: http.Header{}}
	if etag != "" {
		in.header.Set("If-None-Match", etag)
	}
	var raw json.RawMessage
	a, err := c.read(ctx, in, &raw)
	if err != nil {
		return nil, "", false, fmt.Errorf("fetch contracts: %w", err)
	}
	if a.status == http.StatusNotModified {
		return nil, etag, false, nil
	}
	var body portal.Contracts
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, "", false, fmt.Errorf("fetch contracts: %w", desk.ErrOffline.With(errors.New("answer is no contracts")))
	}
	for _, w := range body.Contracts {
		k := desk.Contract{
			ID: w.ID, Number: w.Number, Practice: w.Practice, Label: desk.Text(w.Label), State: w.State, Start: w.Start, End: w.End,
			Notice: w.Notice, Amount: w.Amount, Period: w.Period,
		}
		for _, t := range w.Topics {
			k.Topics = append(k.Topics, desk.Topic(t))
		}
		out = append(out, k)
	}
	return out, a.header.Get("ETag"), true, nil
}

// People fetches who belongs to a practice, for whoever may edit watchers.
func (c *Client) People(ctx context.Context, person, practice string) ([]desk.Author, error) {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return nil, err
	}
	var body portal.People
	if _, err := c.read(ctx, call{path: portal.RoutePeople, query: url.Values{"practice": {practice}}, token: token, within: c.Answer}, &body); err != nil {
		return nil, fmt.Errorf("fetch people: %w", err)
	}
	return watchersOf(body.People), nil
}

func watchersOf(in []portal.Watcher) []desk.Author {
	var out []desk.Author
	for _, w := range in {
		out = append(out, desk.Author{ID: w.ID, Name: w.Name})
	}
	return out
}
