package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"

	"github.com/google/uuid"
)

// Connector is a help desk that is an address.
type Connector struct {
	cfg    helpdesk.Mail
	queue  func(kind, category string) string
	domain string // of the portal's address
	tell   func(Notice)
}

var _ helpdesk.Connector = (*Connector)(nil)

// Notice is something in the mailbox that is not told to any practice, for the
// portal's operator. It holds nothing of what was written.
type Notice struct {
	What    string // NoticeReturned, …
	Request string // UUID, "" if it is not known
	Message string // where it lies in the mailbox: UIDVALIDITY and UID
}

// What a Notice is about.
const (
	NoticeReturned  = "returned"  // a message of the portal's came back: the help desk does not have it
	NoticeAutomatic = "automatic" // an absence, a receipt, a message that is late
	NoticeStranger  = "stranger"  // belongs to no request
	NoticeOdd       = "odd"       // was told, but could not be read as it should be: the whole is attached
)

const (
	defaultSize    = 20_000_000
	defaultTimeout = time.Minute
)

// New makes a connector; it does not speak to anybody. tell, which may be nil, is
// called by Changes.
func New(m helpdesk.Mapping, tell func(Notice)) (*Connector, error) {
	if m.Mail == nil {
		return nil, errors.New("help desk: there is no [mail]")
	}
	c := &Connector{cfg: *m.Mail, queue: m.Queue, tell: tell}
	_, c.domain, _ = strings.Cut(c.cfg.From, "@")
	if c.domain == "" {
		return nil, errors.New("help desk: mail.from is no address")
	}
	c.cfg.Mailbox = cmp.Or(c.cfg.Mailbox, "INBOX")
	c.cfg.MaxSize = cmp.Or(c.cfg.MaxSize, defaultSize)
	c.cfg.Timeout = cmp.Or(c.cfg.Timeout, helpdesk.Duration(defaultTimeout))
	if len(c.cfg.Senders) == 0 {
		_, theirs, _ := strings.Cut(c.cfg.To, "@")
		c.cfg.Senders = []string{"@" + theirs}
	}
	if tell == nil {
		c.tell = func(Notice) {}
	}
	return c, nil
}

// Create implements helpdesk.Connector. The reference is the Message-ID of the
// request's first message.
func (c *Connector) Create(ctx context.Context, t helpdesk.Ticket) (string, error) {
	if err := uuid.Validate(t.Request); err != nil {
		return "", fmt.Errorf("create: id of request: %w", err)
	}
	id := root(t.Request)
	err := c.send(ctx, letter{
		id: id, request: t.Request, number: t.Number, subject: t.Subject, text: ticketText(t), author: t.Author.Name, practice: t.Practice.Name,
		written: t.Written, files: t.Files,
		marks: []mark{{headNumber, t.Number}, {"X-Guichet-Type", t.Type}, {"X-Guichet-Category", t.Category}, {"X-Guichet-Queue", c.queue(t.Type, t.Category)}},
	})
	if err != nil {
		return "", fmt.Errorf("create: %w", err)
	}
	return id + "@" + c.domain, nil
}

// Find implements helpdesk.Connector.
func (c *Connector) Find(ctx context.Context, request string) ([]string, error) {
	id := root(request)
	whole, err := c.whole(ctx, id)
	if err != nil || !whole {
		return nil, wrap("find", err)
	}
	return []string{id + "@" + c.domain}, nil
}

// Merge implements helpdesk.Connector. A request is one thread however often it
// was sent, so there is nothing to do.
func (c *Connector) Merge(_ context.Context, refs []string) (string, error) {
	if len(refs) == 0 {
		return "", errors.New("merge: no reference")
	}
	for _, ref := range refs {
		if _, err := requestOf(ref); err != nil || ref != refs[0] {
			return "", errors.Join(errors.New("merge: not one request"), err)
		}
	}
	return refs[0], nil
}

// Reply implements helpdesk.Connector.
func (c *Connector) Reply(ctx context.Context, ref string, r helpdesk.Reply) error {
	request, err := requestOf(ref)
	if err == nil {
		err = uuid.Validate(r.ID)
	}
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	err = c.send(ctx, letter{
		id: reply(request, r.ID), request: request, root: ref, text: replyText(r), author: r.Author.Name, written: r.Written, files: r.Files,
	})
	return wrap("reply", err)
}

// Replied implements helpdesk.Connector.
func (c *Connector) Replied(ctx context.Context, ref, id string) (bool, error) {
	request, err := requestOf(ref)
	if err != nil {
		return false, fmt.Errorf("replied: %w", err)
	}
	whole, err := c.whole(ctx, reply(request, id))
	return whole, wrap("replied", err)
}

// SetStatus implements helpdesk.Connector. Its messages are numbered, since a
// request can be closed, reopened and closed again.
func (c *Connector) SetStatus(ctx context.Context, ref string, status desk.PortalStatus) error {
	request, err := requestOf(ref)
	if err != nil {
		return fmt.Errorf("set status: %w", err)
	}
	s, err := c.open(ctx)
	if err != nil {
		return fmt.Errorf("set status: %w", err)
	}
	defer s.close()
	n, last := 1, desk.PortalStatus("")
	for ; ; n++ {
		ids := make([]string, 0, len(statusTexts))
		for known := range statusTexts {
			ids = append(ids, statusID(request, n, known)+"@"+c.domain)
		}
		found, err := s.copies(ids...)
		if err != nil {
			return fmt.Errorf("set status: %w", err)
		}
		if len(found) == 0 {
			break
		}
		last = desk.PortalStatus(found[len(found)-1].get(headStatus))
	}
	if last == status {
		return nil
	}
	first, err := s.first(ref)
	if err != nil {
		return fmt.Errorf("set status: %w", err)
	}
	text, ok := statusText(status, first.get(headNumber))
	if !ok {
		return &helpdesk.Refusal{Reason: fmt.Sprintf("no message says status %q", status)}
	}
	err = c.sendIn(ctx, s, letter{
		id: statusID(request, n, status), request: request, root: ref, text: text, written: time.Now(), marks: []mark{{headStatus, string(status)}},
	})
	return wrap("set status", err)
}

func wrap(act string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
