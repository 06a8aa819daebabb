package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// session is the own mailbox, opened to be read. What is in it stays as it is.
type session struct {
	c              *imapclient.Client
	stop           func()
	validity, next uint32
}

func (s *session) close() { s.stop(); _ = s.c.Close() }

// open connects, signs in and opens the mailbox.
func (c *Connector) open(ctx context.Context) (_ *session, err error) {
	to := c.cfg.IMAP
	conn, cfg, stop, err := c.connect(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("imap: %w", err)
	}
	s := &session{stop: stop}
	defer func() {
		if err != nil {
			stop()
			err = fmt.Errorf("imap: %w", err)
		}
	}()
	if to.TLS == "starttls" {
		s.c, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: cfg})
	} else {
		s.c = imapclient.New(conn, nil)
		err = s.c.WaitGreeting()
	}
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	secret, err := password(to)
	if err != nil {
		return nil, err
	}
	if err := s.c.Login(to.User, secret).Wait(); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	box, err := s.c.Select(c.cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return nil, fmt.Errorf("open mailbox: %w", err)
	}
	s.validity, s.next = box.UIDValidity, uint32(box.UIDNext)
	return s, nil
}

// first is the header of the portal's copy with a Message-ID, nil if there is none.
func (s *session) first(id string) (header, error) {
	found, err := s.copies(id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// copies are the headers of the portal's copies with one of these Message-IDs,
// oldest first.
func (s *session) copies(ids ...string) ([]header, error) {
	uids, err := s.search(anyOf(ids))
	if err != nil {
		return nil, err
	}
	var out []header
	err = s.headers(uids, func(m envelope) error {
		// Some servers look for parts of words.
		written := messageIDs(m.head.raw("Message-ID"))
		if len(written) == 1 && slices.Contains(ids, written[0]) && m.head.raw(headRequest) != "" {
			out = append(out, m.head)
		}
		return nil
	})
	return out, err
}

// anyOf looks for one of several Message-IDs.
func anyOf(ids []string) *imap.SearchCriteria {
	one := imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: ids[0]}}}
	if len(ids) == 1 {
		return &one
	}
	return &imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{one, *anyOf(ids[1:])}}}
}

// search returns UIDs, ascending.
func (s *session) search(what *imap.SearchCriteria) ([]imap.UID, error) {
	found, err := s.c.UIDSearch(what, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("imap: search: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	return uids, nil
}

// envelope is a message from outside.
type envelope struct {
	uid      imap.UID
	received time.Time
	head     header
}

// headers reads the headers of messages, as they come.
func (s *session) headers(uids []imap.UID, do func(envelope) error) error {
	if len(uids) == 0 {
		return nil
	}
	err := s.fetch(uids, imap.FetchOptions{UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{
		Specifier: imap.PartSpecifierHeader, Partial: &imap.SectionPartial{Size: maxHeader}, Peek: true,
	}}}, func(e *envelope, r *exact) error {
		raw, _, err := cropped(r, maxHeader)
		e.head = parseHeader(raw)
		return err
	}, do)
	if err != nil {
		return fmt.Errorf("imap: read headers: %w", err)
	}
	return nil
}

// errGone says that a message is no longer in the mailbox.
var errGone = errors.New("the message is no longer in the mailbox")

// read streams a whole message.
func (s *session) read(uid imap.UID, do func(*exact) error) error {
	found := false
	err := s.fetch([]imap.UID{uid}, imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}},
		func(_ *envelope, r *exact) error { found = true; return do(r) },
		func(envelope) error { return nil })
	switch {
	case err != nil:
		return fmt.Errorf("imap: read message: %w", err)
	case !found:
		return errGone
	}
	return nil
}

// fetch reads messages, and of each a literal. After an error the session is of no
// use: the library reads on by itself where a literal ends, also where it was cut,
// so that nothing of it may be touched again.
func (s *session) fetch(uids []imap.UID, what imap.FetchOptions, read func(*envelope, *exact) error, do func(envelope) error) error {
	cmd := s.c.Fetch(imap.UIDSetNum(uids...), &what)
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		e := envelope{head: header{}}
		for item := m.Next(); item != nil; item = m.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				e.uid = item.UID
			case imapclient.FetchItemDataInternalDate:
				e.received = item.Time
			case imapclient.FetchItemDataBodySection:
				if item.Literal == nil {
					continue
				}
				r := &exact{r: item.Literal, left: item.Literal.Size(), total: item.Literal.Size()}
				err := read(&e, r)
				if err != nil {
					s.stop() // nobody reads what is left
				}
				_, drained := io.Copy(io.Discard, r)
				if err = cmp.Or(err, drained); err != nil {
					s.stop()
					return err
				}
			}
		}
		if err := do(e); err != nil {
			s.stop()
			return err
		}
	}
	return cmd.Close()
}

// exact tells a message that ends from one that was cut, and remembers which it
// was: what parses may take the one for the other. Once it has ended it ends.
type exact struct {
	r           io.Reader
	left, total int64
	ended       bool
	err         error // that it ended with, nil where it is whole
}

func (e *exact) Read(b []byte) (int, error) {
	if e.ended {
		return 0, cmp.Or(e.err, io.EOF)
	}
	n, err := e.r.Read(b)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if e.ended = err != nil; err != io.EOF {
		e.err = err
	}
	return n, err
}
