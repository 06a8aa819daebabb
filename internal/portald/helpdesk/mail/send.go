package mail

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"guichet/internal/portald/helpdesk"
)

// send says a letter once: what the own mailbox has of it already is not said
// again.
func (c *Connector) send(ctx context.Context, l letter) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	return c.sendIn(ctx, s, l)
}

func (c *Connector) sendIn(ctx context.Context, s *session, l letter) error {
	first, err := s.first(l.id + "@" + c.domain)
	if err != nil {
		return err
	}
	if l.root != "" {
		if err := s.continueThread(&l); err != nil {
			return err
		}
	}
	limit := c.cfg.MaxSize
	if was, err := strconv.ParseInt(first.get(headLimit), 10, 64); err == nil {
		limit = was // the rest is split as the first message says
	}
	packs, err := split(l, limit)
	if err != nil {
		return err
	}
	sent := false
	for n := range len(packs) {
		m := c.compose(l, packs, n+1, limit)
		found, err := s.copies(m.id)
		if err == nil && len(found) > 0 {
			continue
		}
		if err == nil {
			err = c.post(ctx, m)
		}
		if err != nil && sent && !errors.Is(err, helpdesk.ErrUnknown) {
			// The copies of those before may not lie in the mailbox yet: whoever tries
			// again has to wait for them.
			return helpdesk.Unknown(err)
		}
		if err != nil {
			return err
		}
		sent = true
	}
	return nil
}

// continueThread gives a letter the number and the subject of the thread that it
// is for. Without the first message it goes into the thread all the same.
func (s *session) continueThread(l *letter) error {
	first, err := s.first(l.root)
	if err != nil {
		return err
	}
	l.number, l.subject = first.get(headNumber), first.get("Subject")
	l.subject = strings.TrimPrefix(l.subject, "["+l.number+"] ")
	if _, of, _ := strings.Cut(first.get(headPart), "/"); of != "1" {
		l.subject = strings.TrimSuffix(l.subject, " (1/"+of+")")
	}
	return nil
}

// whole tells whether all messages of a letter lie in the own mailbox.
func (c *Connector) whole(ctx context.Context, id string) (bool, error) {
	s, err := c.open(ctx)
	if err != nil {
		return false, err
	}
	defer s.close()
	first, err := s.first(id + "@" + c.domain)
	if err != nil || first == nil {
		return false, err
	}
	_, of, _ := strings.Cut(first.get(headPart), "/")
	parts, err := strconv.Atoi(of)
	if err != nil || parts < 1 {
		return false, errors.New("a copy in the mailbox does not say how many messages it is of")
	}
	for n := 2; n <= parts; n++ {
		found, err := s.copies(partID(id, n) + "@" + c.domain)
		if err != nil || len(found) == 0 {
			return false, err
		}
	}
	return true, nil
}
