package mail

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"

	"github.com/emersion/go-imap/v2"
)

// page is how many messages one call looks at. The next goes on from there.
const page = 50

// cursor is how far the mailbox was read.
type cursor struct{ validity, uid uint32 }

func (c cursor) String() string { return fmt.Sprintf("%d.%d", c.validity, c.uid) }

// Changes implements helpdesk.Connector. A server that has numbered its mailbox
// anew has it read again from its beginning: events are known by their IDs.
func (c *Connector) Changes(ctx context.Context, from string) (events []helpdesk.Event, next string, err error) {
	s, err := c.open(ctx)
	if err != nil {
		return nil, from, fmt.Errorf("changes: %w", err)
	}
	defer s.close()
	at, err := s.at(from)
	if err != nil || from == "" {
		return nil, at.String(), wrap("changes", err)
	}
	found, err := s.after(at.uid)
	if err != nil {
		return nil, from, fmt.Errorf("changes: %w", err)
	}
	for _, m := range found {
		e, err := c.event(s, m)
		if err != nil && at.uid != 0 && at.String() != from {
			break // what was read is told; the next call begins with this one
		}
		if err != nil {
			return nil, from, fmt.Errorf("changes: %w", err)
		}
		if at.uid = uint32(m.uid); e != nil {
			events = append(events, *e)
		}
	}
	return events, at.String(), nil
}

// at is where to begin.
func (s *session) at(from string) (cursor, error) {
	if from != "" {
		var at cursor
		if _, err := fmt.Sscanf(from, "%d.%d", &at.validity, &at.uid); err != nil {
			return cursor{}, fmt.Errorf("cursor: %w", err)
		}
		if at.validity != s.validity {
			at = cursor{validity: s.validity}
		}
		return at, nil
	}
	if s.next > 0 {
		return cursor{s.validity, s.next - 1}, nil
	}
	all, err := s.search(&imap.SearchCriteria{}) // a server that says no UIDNEXT
	if err != nil || len(all) == 0 {
		return cursor{validity: s.validity}, err
	}
	return cursor{s.validity, uint32(all[len(all)-1])}, nil
}

// after is the next page of messages, without their bodies.
func (s *session) after(uid uint32) ([]envelope, error) {
	uids, err := s.search(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: imap.UID(uid + 1)}}}})
	if err != nil {
		return nil, err
	}
	// "n:*" is the last one too where nothing is above n.
	uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return uint32(u) <= uid })
	var out []envelope
	err = s.headers(uids[:min(len(uids), page)], func(m envelope) error {
		out = append(out, m)
		return nil
	})
	slices.SortFunc(out, func(a, b envelope) int { return int(a.uid) - int(b.uid) })
	return out, err
}

// event is what a message says to a practice, nil if nothing.
func (c *Connector) event(s *session, m envelope) (*helpdesk.Event, error) {
	if own(m.head) {
		return nil, nil
	}
	notice := Notice{Message: cursor{s.validity, uint32(m.uid)}.String()}
	if automatic(m.head) {
		return nil, c.automatic(s, m, notice)
	}
	ref, err := c.thread(s, m.head)
	if err != nil {
		return nil, err
	}
	if notice.What = NoticeStranger; ref == "" {
		c.tell(notice)
		return nil, nil
	}
	a, err := s.answer(m.uid)
	if errors.Is(err, errGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	status := c.cfg.AfterReply
	if closes, err := c.closes(s, m.head, ref); err != nil {
		return nil, err
	} else if closes {
		status = desk.PortalResolved
	}
	request, err := requestOf(ref)
	if err != nil {
		return nil, err
	}
	if notice.What, notice.Request = NoticeOdd, request; a.odd {
		c.tell(notice)
	}
	name, _ := sentBy(m.head)
	for i, f := range a.files {
		a.files[i].ID = s.fileID(m.uid, f.ID, identity(m.head))
	}
	return &helpdesk.Event{
		ID: eventID(m.head, a.sum), Ref: ref, Request: request, At: m.received.UTC(), Status: status,
		Message: &helpdesk.Message{Author: name, Text: unquoted(a.text), HTML: a.html, Files: a.files},
	}, nil
}

// automatic tells the operator what no practice is told.
func (c *Connector) automatic(s *session, m envelope, notice Notice) error {
	notice.What = NoticeAutomatic
	if report(m.head) {
		a, err := s.answer(m.uid)
		if err != nil && !errors.Is(err, errGone) {
			return err
		}
		if err == nil {
			if request, err := requestOf(a.returned); err == nil {
				notice.Request = request
				if a.failed {
					notice.What = NoticeReturned
				}
			}
		}
	}
	c.tell(notice)
	return nil
}

// answer reads a whole message.
func (s *session) answer(uid imap.UID) (a *answer, err error) {
	err = s.read(uid, func(r *exact) error {
		a, err = parse(r)
		return err
	})
	return a, err
}

// identity is a message's Message-ID, "" if it has none that can be one.
func identity(h header) string {
	if ids := messageIDs(h.raw("Message-ID")); len(ids) == 1 && len(ids[0]) <= 250 {
		return ids[0]
	}
	return ""
}

// eventID is the same however often and under whichever UID a message is read,
// and never that of another: a Message-ID alone is what its sender says it is.
func eventID(h header, sum string) string {
	id := identity(h)
	if id == "" {
		written := sha256.Sum256([]byte(strings.Join([]string{h.raw("From"), h.raw("Date"), h.raw("Subject"), h.raw("Message-ID")}, "\n")))
		id = fmt.Sprintf("%x", written[:8])
	}
	return id + "#" + sum
}
