package rt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// queue is one as RT describes it.
type queue struct {
	Disabled                      text
	Links                         []link `json:"_hyperlinks"`
	TicketCustomFields            []struct{ Name string }
	TicketTransactionCustomFields []struct{ Name string }
}

// link is what RT says that may be done next.
type link struct{ Ref, From, To string }

// Check implements helpdesk.Connector. Whether custom fields can be set is not told
// by RT: the first ticket shows.
func (c *Connector) Check(ctx context.Context) (found []helpdesk.Finding, err error) {
	me, err := c.self(ctx)
	var said *answered
	switch {
	case errors.As(err, &said) && said.json && (said.status == http.StatusUnauthorized || said.status == http.StatusNotFound):
		return []helpdesk.Finding{{Setting: "rt.token_file", Problem: "RT does not know this token. Please make one for the portal's user.", Fatal: true}}, nil
	case errors.As(err, &said) && !said.json:
		return []helpdesk.Finding{{Setting: "rt.url", Problem: "What answers there is no Request Tracker with REST 2.0.", Fatal: true}}, nil
	case err != nil:
		return nil, err
	}
	add := func(fatal bool, setting, problem string, args ...any) {
		found = append(found, helpdesk.Finding{Setting: setting, Problem: fmt.Sprintf(problem, args...), Fatal: fatal})
	}
	if !slices.Contains([]string{"UTC", "Etc/UTC", "GMT"}, me.Timezone) {
		add(true, "rt.token_file", "The time zone of RT's user %s is %q. Please set it to UTC: RT reads the times of questions in it, and answers of support would be missed.", me.Name, me.Timezone)
	}
	fields, names := map[string]bool{}, map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(c.mapping.Queues)) {
		name := c.mapping.Queues[key]
		if names[name] == "" {
			names[name] = "queues." + key
			if err := c.checkQueue(ctx, names[name], name, fields, add); err != nil {
				return nil, err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.mapping.Fields)) {
		if name := c.mapping.Fields[key]; !fields[name] {
			add(false, "fields."+key, "No queue of the mapping has the custom field %q that the portal's user can see. What is written there stands in the ticket's text only.", name)
		}
	}
	absent := func(setting string) bool { // what is said of it is enough
		return slices.ContainsFunc(found, func(f helpdesk.Finding) bool { return f.Fatal && f.Setting == setting })
	}
	err = c.checkStatuses(ctx, names, absent, add)
	return found, err
}

type adder = func(fatal bool, setting, problem string, args ...any)

func (c *Connector) checkQueue(ctx context.Context, setting, name string, fields map[string]bool, add adder) error {
	var q queue
	err := c.get(ctx, "/queue/"+url.PathEscape(name), nil, &q)
	var said *answered
	switch {
	case errors.As(err, &said) && said.json && said.status < 500, err == nil && q.Disabled == "1":
		add(true, setting, "RT has no queue %q that is in use and that the portal's user may see (right SeeQueue).", name)
		return nil
	case err != nil:
		return fmt.Errorf("look at queue: %w", err)
	}
	if !slices.ContainsFunc(q.Links, func(l link) bool { return l.Ref == "create" }) {
		add(true, setting, "The portal's user may not create tickets in the queue %q (right CreateTicket).", name)
	}
	has := map[string]bool{}
	for _, f := range q.TicketCustomFields {
		fields[f.Name], has[f.Name] = true, true
	}
	if !has[c.rt.RequestID] {
		add(true, "rt.request_id", "Tickets of the queue %q have no custom field %q that the portal's user can see (right SeeCustomField). Without it no request is found again.", name, c.rt.RequestID)
	}
	if c.rt.MessageID != "" && !slices.ContainsFunc(q.TicketTransactionCustomFields, func(f struct{ Name string }) bool { return f.Name == c.rt.MessageID }) {
		add(false, "rt.message_id", "Transactions of the queue %q have no custom field %q that the portal's user can see. Replies are then found by their text, which is slow.", name, c.rt.MessageID)
	}
	return nil
}

// checkStatuses compares the mapping with what can be done to the newest tickets:
// RT does not tell of a lifecycle otherwise.
func (c *Connector) checkStatuses(ctx context.Context, queues map[string]string, absent func(setting string) bool, add adder) error {
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		var got struct {
			Items []struct {
				Status string
				Links  []link `json:"_hyperlinks"`
			}
		}
		err := c.get(ctx, "/tickets", url.Values{
			"query": {"Queue=" + quote(name)}, "orderby": {"id"}, "order": {"DESC"}, "per_page": {"20"}, "fields": {"Status,_hyperlinks"},
		}, &got)
		if err != nil {
			return fmt.Errorf("look at tickets: %w", err)
		}
		known, may := map[string]bool{}, map[string]bool{}
		for _, t := range got.Items {
			known[t.Status] = true
			for _, l := range t.Links {
				may[l.Ref] = true
				if l.Ref == "lifecycle" {
					known[l.To] = true
				}
			}
		}
		if len(got.Items) == 0 {
			if !absent(queues[name]) {
				add(false, queues[name], "The queue %q has no ticket yet by which RT tells of statuses and of the rights ReplyToTicket and ModifyTicket. Please ask again once it has.", name)
			}
			continue
		}
		if !may["correspond"] {
			add(true, queues[name], "The portal's user may not reply to tickets of the queue %q (right ReplyToTicket).", name)
		}
		if !may["lifecycle"] {
			add(true, queues[name], "The portal's user may not change tickets of the queue %q (right ModifyTicket).", name)
			continue
		}
		c.checkMapped(name, known, add)
	}
	return nil
}

func (c *Connector) checkMapped(queue string, known map[string]bool, add adder) {
	for _, to := range slices.Sorted(maps.Keys(c.mapping.Status.To)) {
		if theirs := c.mapping.Status.To[to]; !known[theirs] {
			add(false, "status.to."+string(to), "None of the newest tickets of the queue %q can become %q.", queue, theirs)
		}
	}
	unmapped := []string{}
	for theirs := range known {
		if c.mapping.Status.From[theirs] == "" {
			unmapped = append(unmapped, theirs)
		}
	}
	if len(unmapped) > 0 {
		slices.Sort(unmapped)
		add(false, "status.from", "Practices are not told of these statuses of the queue %q, which the mapping does not have: %s.", queue, strings.Join(unmapped, ", "))
	}
}
