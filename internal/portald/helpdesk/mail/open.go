package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// fileID says where a file lies: the message by its number and, should the server
// number anew, by its Message-ID; and which part of it.
func (s *session) fileID(uid imap.UID, part, id string) string {
	return fmt.Sprintf("%d.%d.%s/%s", s.validity, uid, part, id)
}

// Open implements helpdesk.Connector. What it returns holds a connection until it
// is closed.
func (c *Connector) Open(ctx context.Context, _, file string) (io.ReadCloser, error) {
	place, id, _ := strings.Cut(file, "/")
	var at cursor
	var part int
	if _, err := fmt.Sscanf(place, "%d.%d.%d", &at.validity, &at.uid, &part); err != nil {
		return nil, errors.New("open: no file of this help desk's")
	}
	ctx, cancel := context.WithCancel(ctx)
	s, err := c.open(ctx)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("open: %w", err)
	}
	uid, err := s.locate(at, id)
	if err != nil {
		s.close()
		cancel()
		return nil, fmt.Errorf("open: %w", err)
	}
	r, w := io.Pipe()
	b := &body{PipeReader: r, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		defer s.close()
		err := s.read(uid, func(m *exact) error { return extract(m, part, w) })
		_ = w.CloseWithError(err) // nil is the end
	}()
	return b, nil
}

// locate finds a message again.
func (s *session) locate(at cursor, id string) (imap.UID, error) {
	if at.validity == s.validity {
		return imap.UID(at.uid), nil
	}
	if id == "" {
		return 0, errGone
	}
	uids, err := s.search(anyOf([]string{id}))
	if err == nil && len(uids) == 0 {
		err = errGone
	}
	if err != nil {
		return 0, err
	}
	return uids[len(uids)-1], nil
}

// extract writes one part of a message, decoded, or the whole.
func extract(m *exact, part int, to io.Writer) error {
	if part == wholeFile {
		_, err := io.Copy(to, m)
		return err
	}
	head, rest, err := behead(m)
	if err != nil {
		return err
	}
	found := false
	w := &walker{visit: func(l leaf, body io.Reader) error {
		if l.n != part {
			return nil
		}
		found = true
		if _, err := io.Copy(to, body); err != nil {
			return err
		}
		return errStop
	}}
	if err := w.walk(head, rest); err != nil && !errors.Is(err, errStop) {
		return err
	}
	switch {
	case m.err != nil:
		return m.err // it ends where the connection was cut
	case !found:
		return errors.New("the message has no part " + strconv.Itoa(part))
	}
	return nil
}

// body is a file on its way.
type body struct {
	*io.PipeReader
	cancel context.CancelFunc
	done   chan struct{}
}

// Close waits until the connection is gone.
func (b *body) Close() error {
	err := b.PipeReader.Close()
	b.cancel()
	<-b.done
	return err
}
