package rt

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"
)

const (
	batch   = 50                    // transactions told in one call: each takes several of RT's
	sqlTime = "2006-01-02 15:04:05" // in queries, in the user's time zone, which is UTC
)

// transaction is something that happened to a ticket.
type transaction struct {
	ID       text
	ObjectID text   `json:"ObjectId"`
	Type     string `json:"Type"`
	Class    string `json:"type"` // which is another: Go would take either for the other
	NewValue text
	Created  time.Time
	Creator  struct{ ID, RealName, Name string }
}

// cursor is where Changes has come to. RT numbers a transaction and notes its time
// when it begins to write it, and shows it when it is done: what is late has a
// number and a time that were passed already. So a window behind the newest is read
// again each time, and what was told of it is left out by its number.
type cursor struct {
	At   time.Time `json:"at"` // of the newest that was told
	Told []string  `json:"told"`
}

// window is how far back what is late may lie.
func (c *Connector) window() time.Duration { return 2 * time.Duration(c.mapping.Settle) }

// Changes implements helpdesk.Connector. Of requests that support has merged, each
// hears what was said on its own ticket, and after that what is said on the one that
// stayed, as RT itself writes to all their requestors.
func (c *Connector) Changes(ctx context.Context, from string) (events []helpdesk.Event, next string, err error) {
	me, err := c.self(ctx)
	if err != nil {
		return nil, "", err
	}
	at, err := c.begin(ctx, from)
	if err != nil {
		return nil, "", err
	}
	query, err := c.changes(ctx, at.At.Add(-c.window()))
	if err != nil {
		return nil, "", err
	}
	all, err := list[transaction](ctx, c, "/transactions", query, asked)
	if err != nil {
		return nil, "", fmt.Errorf("list changes: %w", err)
	}
	if from == "" {
		return nil, at.after(all, nil, c.window()), nil
	}
	var fresh, rest []transaction
	for _, t := range all {
		if !slices.Contains(at.Told, string(t.ID)) {
			fresh = append(fresh, t)
		}
	}
	if len(fresh) > batch {
		fresh, rest = fresh[:batch], fresh[batch:]
	}
	events, err = c.tell(ctx, me, overtaken(fresh, all, me))
	if err != nil {
		return nil, "", err
	}
	return events, at.after(all, rest, c.window()), nil
}

var asked = url.Values{"fields": {"ObjectId,Type,NewValue,Created,Creator"}, "fields[Creator]": {"RealName,Name"}}

// begin reads a cursor; of none it makes one that stands at the newest there is.
func (c *Connector) begin(ctx context.Context, from string) (at cursor, err error) {
	if from != "" {
		if err := json.Unmarshal([]byte(from), &at); err != nil {
			return at, errors.New("list changes: the cursor is none of Request Tracker's")
		}
		return at, nil
	}
	query, err := c.changes(ctx, time.Unix(0, 0))
	if err != nil {
		return at, err
	}
	var got struct{ Items []transaction }
	err = c.get(ctx, "/transactions", url.Values{
		"query": {query}, "orderby": {"id"}, "order": {"DESC"}, "per_page": {"1"}, "fields": {"Created"},
	}, &got)
	if err != nil {
		return at, fmt.Errorf("find the newest change: %w", err)
	}
	if len(got.Items) > 0 {
		at.At = got.Items[0].Created
	}
	return at, nil
}

// after is where a call has come to that was given all, and did not tell rest.
func (at cursor) after(all, rest []transaction, window time.Duration) string {
	next := cursor{At: at.At, Told: []string{}}
	for _, t := range all {
		if t.Created.After(next.At) {
			next.At = t.Created
		}
	}
	waits := map[text]bool{}
	for _, t := range rest {
		waits[t.ID] = true
		if t.Created.Before(next.At) {
			next.At = t.Created
		}
	}
	for _, t := range all {
		if !waits[t.ID] && !t.Created.Before(next.At.Add(-window)) {
			next.Told = append(next.Told, string(t.ID))
		}
	}
	text, _ := json.Marshal(next) // times and strings always can
	return string(text)
}

// changes is the query for what may have to be told, in any queue that the portal's
// user sees: support may have moved a ticket. What the user may not see, such as
// comments, would leave holes in the pages.
func (c *Connector) changes(ctx context.Context, since time.Time) (string, error) {
	queues, err := list[struct{ ID string }](ctx, c, "/queues/all", "", nil)
	if err != nil {
		return "", fmt.Errorf("list queues: %w", err)
	}
	if len(queues) == 0 {
		return "", errors.New("list queues: the portal's user sees none")
	}
	ids := make([]string, len(queues))
	for i, q := range queues {
		ids[i] = q.ID
	}
	if since.Before(time.Unix(0, 0)) {
		since = time.Unix(0, 0)
	}
	return "ObjectType='RT::Ticket' AND (Type='Correspond' OR Type='Status') AND Created >= " + quote(since.UTC().Format(sqlTime)) + " AND " + anyOf("TicketQueue", ids), nil
}

// overtaken leaves out what a ticket became before the portal moved it on: that is
// newer, also where it is not told.
func overtaken(fresh, all []transaction, me account) []transaction {
	ours := map[text]int{} // by ticket: our last change of its status
	for _, t := range all {
		if t.Type == "Status" && t.Creator.ID == me.Name {
			ours[t.ObjectID] = max(ours[t.ObjectID], number(string(t.ID)))
		}
	}
	return slices.DeleteFunc(slices.Clone(fresh), func(t transaction) bool {
		return t.Type == "Status" && t.Creator.ID != me.Name && number(string(t.ID)) < ours[t.ObjectID]
	})
}

// tell makes events of transactions.
func (c *Connector) tell(ctx context.Context, me account, fresh []transaction) (events []helpdesk.Event, err error) {
	fresh = slices.DeleteFunc(slices.Clone(fresh), func(t transaction) bool {
		return t.Creator.ID == me.Name || t.Type == "Status" && c.mapping.Status.From[string(t.NewValue)] == ""
	})
	if len(fresh) == 0 {
		return nil, nil
	}
	k, err := c.kin(ctx, me, fresh)
	if err != nil {
		return nil, fmt.Errorf("read changed tickets: %w", err)
	}
	for _, t := range fresh {
		hear, err := k.requests(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("read changed tickets: %w", err)
		}
		if len(hear) == 0 {
			continue // nothing of the portal's
		}
		e := helpdesk.Event{Ref: string(k.tickets[t.ObjectID].EffectiveID), At: t.Created.UTC()}
		if t.Type == "Status" {
			e.Status = c.mapping.Status.From[string(t.NewValue)]
		} else {
			m, err := c.message(ctx, string(t.ID))
			if err != nil {
				return nil, fmt.Errorf("read answer %s: %w", t.ID, err)
			}
			m.Author = cmp.Or(t.Creator.RealName, t.Creator.Name)
			e.Message = m
		}
		for _, request := range hear {
			e.ID, e.Request = string(t.ID)+"/"+request, request
			events = append(events, e)
		}
	}
	return events, nil
}

// kin are tickets and what was merged into them.
type kin struct {
	c       *Connector
	me      account
	tickets map[text]row
	merged  map[text]text // when: the transaction that merged a ticket into another
}

func (c *Connector) kin(ctx context.Context, me account, of []transaction) (*kin, error) {
	k := &kin{c, me, map[text]row{}, map[text]text{}}
	ids := map[text]bool{}
	for _, t := range of {
		ids[t.ObjectID] = true
	}
	if err := k.read(ctx, "id", ids); err != nil {
		return nil, err
	}
	for id := range ids {
		if _, ok := k.tickets[id]; ok {
			continue
		}
		// Deleted, perhaps after something was said: it is read by its number only.
		r, err := c.ticket(ctx, string(id))
		var refusal *helpdesk.Refusal
		if err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		if err == nil {
			k.tickets[id] = r
		}
	}
	at := map[text]bool{}
	for _, r := range k.tickets {
		at[r.EffectiveID] = true
	}
	return k, k.read(ctx, "EffectiveId", at)
}

func (k *kin) read(ctx context.Context, field string, ids map[text]bool) error {
	wanted := []string{}
	for id := range ids {
		wanted = append(wanted, string(id))
	}
	if len(wanted) == 0 {
		return nil
	}
	slices.SortFunc(wanted, byNumber)
	rows, err := k.c.rows(ctx, anyOf(field, wanted))
	for _, r := range rows {
		k.tickets[r.ID] = r
	}
	return err
}

// requests are those that hear of a transaction. "" is a ticket of the portal's
// that has lost its request's id.
func (k *kin) requests(ctx context.Context, t transaction) (ids []string, err error) {
	own, ok := k.tickets[t.ObjectID]
	if !ok {
		return nil, nil
	}
	add := func(r row) {
		id := r.value(k.c.rt.RequestID)
		if (id != "" || r.Creator.ID == k.me.Name) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	add(own)
	for _, id := range slices.Sorted(maps.Keys(k.tickets)) {
		r := k.tickets[id]
		if own.ID != own.EffectiveID || r.EffectiveID != own.ID || r.ID == own.ID || slices.Contains(ids, r.value(k.c.rt.RequestID)) {
			continue
		}
		since, err := k.since(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if since > 0 && number(string(t.ID)) > since {
			add(r)
		}
	}
	return ids, nil
}

// since is the transaction that merged a ticket into another, 0 if there is none.
func (k *kin) since(ctx context.Context, id text) (int, error) {
	if _, ok := k.merged[id]; !ok {
		links, err := list[transaction](ctx, k.c, "/transactions",
			strings.Join([]string{"ObjectType='RT::Ticket'", "TicketId=" + string(id), "Type='AddLink'", "Field='MergedInto'"}, " AND "), nil)
		if err != nil {
			return 0, err
		}
		if len(links) > 0 {
			k.merged[id] = links[len(links)-1].ID
		}
	}
	return number(string(k.merged[id])), nil
}
