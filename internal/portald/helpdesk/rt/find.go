package rt

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// row is a ticket as RT keeps it. One that was merged into another stays, with the
// other's id as its effective one, and is read as the other by its path.
type row struct {
	ID           text
	EffectiveID  text `json:"EffectiveId"`
	Status       string
	Creator      struct{ ID string }
	CustomFields []struct {
		Name   string
		Values []text
	}
}

func (r row) value(field string) string {
	for _, f := range r.CustomFields {
		if f.Name == field && len(f.Values) > 0 {
			return string(f.Values[0])
		}
	}
	return ""
}

// Find implements helpdesk.Connector. A ticket that support has merged was made as
// well; one that it has deleted RT finds for nobody.
func (c *Connector) Find(ctx context.Context, request string) (refs []string, err error) {
	if request == "" {
		return nil, nil // many tickets have none
	}
	rows, err := c.rows(ctx, field(c.rt.RequestID)+"="+quote(request))
	if err != nil {
		return nil, fmt.Errorf("find request %s: %w", request, err)
	}
	for _, r := range rows {
		if r.value(c.rt.RequestID) == request && !slices.Contains(refs, string(r.EffectiveID)) {
			refs = append(refs, string(r.EffectiveID))
		}
	}
	slices.SortFunc(refs, byNumber)
	return refs, nil
}

// rows are the tickets that a condition fits, merged ones too, which RT leaves out
// unless a query speaks of their effective id. It never gives deleted ones.
func (c *Connector) rows(ctx context.Context, condition string) ([]row, error) {
	return list[row](ctx, c, "/tickets", "("+condition+") AND EffectiveId > 0",
		url.Values{"fields": {"EffectiveId,Status,Creator,CustomFields"}})
}

// Merge implements helpdesk.Connector. The lowest number stays, since whoever else
// merges decides the same.
func (c *Connector) Merge(ctx context.Context, refs []string) (ref string, err error) {
	if len(refs) == 0 {
		return "", errors.New("merge: no tickets")
	}
	left := []string{}
	for _, r := range refs {
		at, err := c.effective(ctx, r)
		if err != nil {
			return "", fmt.Errorf("merge: %w", err)
		}
		if !slices.Contains(left, at) {
			left = append(left, at)
		}
	}
	slices.SortFunc(left, byNumber)
	keep := left[0]
	for _, r := range left[1:] {
		if err := c.put(ctx, r, map[string]any{"MergeInto": number(keep)}); err != nil {
			return "", fmt.Errorf("merge ticket %s into %s: %w", r, keep, err)
		}
		switch at, err := c.effective(ctx, r); {
		case err != nil:
			return "", helpdesk.Unknown(fmt.Errorf("merge ticket %s into %s: %w", r, keep, err))
		case at != keep:
			return "", &helpdesk.Refusal{Reason: fmt.Sprintf("RT does not merge ticket %s into %s: may the portal's user modify both?", r, keep)}
		}
	}
	return keep, nil
}

// effective is the ticket that one has become.
func (c *Connector) effective(ctx context.Context, ref string) (string, error) {
	got, err := c.ticket(ctx, ref)
	return string(got.ID), err
}

// ticket is one, or what it was merged into. That it is gone is a *helpdesk.Refusal.
func (c *Connector) ticket(ctx context.Context, ref string) (got row, err error) {
	if number(ref) <= 0 {
		return got, &helpdesk.Refusal{Reason: fmt.Sprintf("%q is no ticket of RT's", ref)}
	}
	err = c.get(ctx, "/ticket/"+ref, nil, &got)
	var said *answered
	switch {
	case errors.As(err, &said) && said.json && (said.status == http.StatusNotFound || said.status == http.StatusForbidden):
		return got, &helpdesk.Refusal{Reason: fmt.Sprintf("ticket %s is gone, or the portal's user may not see it", ref)}
	case err == nil && got.ID == "":
		err = fmt.Errorf("ticket %s: RT does not say which it is", ref)
	}
	return got, err
}

// text is what RT writes as a string or a number, or as an object with its id,
// as it likes.
type text string

func (t *text) UnmarshalJSON(body []byte) error {
	s := strings.TrimSpace(string(body))
	switch {
	case strings.HasPrefix(s, `"`):
		return json.Unmarshal(body, (*string)(t))
	case strings.HasPrefix(s, "{"):
		var named struct{ ID text }
		err := json.Unmarshal(body, &named)
		*t = named.ID
		return err
	case s == "null":
		return nil
	}
	*t = text(s)
	return nil
}

func number(ref string) int {
	n, _ := strconv.Atoi(ref) // what is none sorts first and is no ticket of RT's
	return n
}

func byNumber(a, b string) int { return cmp.Compare(number(a), number(b)) }
