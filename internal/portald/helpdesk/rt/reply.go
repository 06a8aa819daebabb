package rt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

// Reply implements helpdesk.Connector. RT sets the custom field only after the
// reply stands, so that the text tells its id as well.
func (c *Connector) Reply(ctx context.Context, ref string, r helpdesk.Reply) error {
	fields := map[string]any{"Content": said(r), "ContentType": "text/plain"}
	if c.rt.MessageID != "" {
		fields["TxnCustomFields"] = map[string]string{c.rt.MessageID: r.ID}
	}
	body, size, err := payload(ctx, fields, r.Files)
	if err != nil {
		return err
	}
	if err := c.write(ctx, http.MethodPost, "/ticket/"+ref+"/correspond", body, size, nil); err != nil || len(r.Files) == 0 {
		return err
	}
	transaction, err := c.replied(ctx, ref, r.ID)
	if err == nil && transaction == "" {
		err = errors.New("it is not there")
	}
	if err != nil {
		return helpdesk.Unknown(fmt.Errorf("read reply on ticket %s back: %w", ref, err))
	}
	without, err := c.without(ctx, transaction, r.Files)
	if err != nil {
		return helpdesk.Unknown(fmt.Errorf("read reply on ticket %s back: %w", ref, err))
	}
	if len(without) > 0 {
		return &helpdesk.Incomplete{Lacks: without}
	}
	return nil
}

// said is what support reads of a reply.
func said(r helpdesk.Reply) string {
	by := r.Author.Name
	if at := french(r.Written); at != "" {
		by = strings.TrimPrefix(by+", le "+at, ", ")
	}
	return r.Text + "\n\n— " + by + "\n" + mark(r.ID) + "\n"
}

func mark(id string) string { return "Réponse " + id }

// Replied implements helpdesk.Connector.
func (c *Connector) Replied(ctx context.Context, ref, id string) (bool, error) {
	transaction, err := c.replied(ctx, ref, id)
	return transaction != "", err
}

// replied is the transaction of a reply, "" if there is none. It looks at all that
// the portal wrote on the ticket and on those merged into it.
func (c *Connector) replied(ctx context.Context, ref, id string) (string, error) {
	family, err := c.family(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("look for a reply on ticket %s: %w", ref, err)
	}
	query := "ObjectType='RT::Ticket' AND Type='Correspond' AND Creator=" + c.me.ID + " AND " + anyOf("TicketId", family)
	ours, err := list[row](ctx, c, "/transactions", query, url.Values{"fields": {"CustomFields"}})
	if err != nil {
		return "", fmt.Errorf("look for a reply on ticket %s: %w", ref, err)
	}
	for _, r := range ours {
		switch r.value(c.rt.MessageID) {
		case id:
			return string(r.ID), nil
		case "": // RT was stopped before it set the field, or there is none
			m, err := c.message(ctx, string(r.ID))
			if err != nil {
				return "", fmt.Errorf("look for a reply on ticket %s: %w", ref, err)
			}
			if strings.HasSuffix(strings.TrimSpace(m.Text), mark(id)) {
				return string(r.ID), nil
			}
		}
	}
	return "", nil
}

// family are a ticket and those that were merged into it.
func (c *Connector) family(ctx context.Context, ref string) ([]string, error) {
	at, err := c.effective(ctx, ref)
	if err != nil {
		return nil, err
	}
	rows, err := c.rows(ctx, "EffectiveId="+at)
	if err != nil {
		return nil, err
	}
	ids := []string{at}
	for _, r := range rows {
		if string(r.EffectiveID) == at && string(r.ID) != at {
			ids = append(ids, string(r.ID))
		}
	}
	return ids, nil
}

// SetStatus implements helpdesk.Connector.
func (c *Connector) SetStatus(ctx context.Context, ref string, status desk.PortalStatus) error {
	theirs := c.mapping.Status.To[status]
	if theirs == "" {
		return &helpdesk.Refusal{Reason: fmt.Sprintf("status.to.%s is not in the mapping", status)}
	}
	now, err := c.ticket(ctx, ref)
	if err != nil || now.Status == theirs {
		return err
	}
	if err := c.put(ctx, ref, map[string]any{"Status": theirs}); err != nil {
		return err
	}
	switch now, err = c.ticket(ctx, ref); {
	case err != nil:
		return helpdesk.Unknown(err)
	case now.Status != theirs:
		return &helpdesk.Refusal{Reason: fmt.Sprintf("ticket %s stays %q and does not become %q: has its lifecycle that status, and may the portal's user set it?", ref, now.Status, theirs)}
	}
	return nil
}
