package portald

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
)

// settle verifies what has arrived in full of a request, and numbers it when
// nothing is missing any more; or receives the message that has the id. It may
// run as often as one likes; the caller has the lock of the id.
func (s *Server) settle(ctx context.Context, id string) error {
	h, err := s.store.request(ctx, s.store, id)
	switch {
	case err != nil:
		return err
	case h == nil:
		return s.settleMessage(ctx, id)
	case h.Number != "":
		return nil
	}
	mismatch, err := s.verifyFiles(ctx, id, h.Files, "UPDATE file SET received=1 WHERE request=? AND id=? AND sha256=?")
	if err != nil {
		return err
	}
	var numbered *held
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		numbered, err = s.number(ctx, tx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // withdrawn meanwhile
		}
		return err
	}, id)
	if err != nil {
		return err
	}
	if numbered != nil {
		faultpoint("number-given")
		s.store.Changed()
	}
	return mismatch
}

// number gives a request its number if nothing of it is missing, and has the help
// desk told; nil if it gives none.
func (s *Server) number(ctx context.Context, tx *database.Tx, id string) (*held, error) {
	now := s.Now()
	h, err := s.store.number(ctx, tx, id, now)
	if err != nil || h == nil {
		return nil, err
	}
	s.metrics.numbered.Inc()
	return h, s.queue(ctx, tx, outbound{id: id, request: id, kind: outCreate}, now)
}

// verifyFiles checks the files of an item that have arrived in full, and marks
// them by a statement with the item, the file and its hash. Of other bytes than
// announced it tells by mismatch, and goes on.
func (s *Server) verifyFiles(ctx context.Context, item string, files []portal.File, mark string) (mismatch, err error) {
	for _, f := range files {
		if f.Received {
			continue
		}
		whole, err := s.uploads.verify(ctx, item, f)
		if errors.Is(err, errHashMismatch) {
			mismatch = err
			continue
		}
		if err != nil {
			return nil, err
		}
		if !whole {
			continue
		}
		faultpoint("file-verified")
		args := []any{item, f.ID, f.SHA256}
		if _, err := s.store.ExecContext(ctx, mark, args[:strings.Count(mark, "?")]...); err != nil {
			return nil, fmt.Errorf("mark file: %w", err)
		}
		faultpoint("file-received")
		s.metrics.bytes.Add(float64(f.Size))
	}
	return mismatch, nil
}

// settleMessage makes a message part of the conversation when nothing of it is
// missing any more. The caller has the lock of its id.
func (s *Server) settleMessage(ctx context.Context, id string) error {
	m, err := s.store.message(ctx, s.store, id)
	if err != nil || m == nil || m.Received {
		return err
	}
	mismatch, err := s.verifyFiles(ctx, id, m.Files, "UPDATE message_file SET received=1 WHERE message=? AND id=?")
	if err != nil {
		return err
	}
	received := false
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		now := s.Now()
		if received, err = s.store.receive(ctx, tx, id, now); err != nil || !received {
			return err
		}
		return s.replied(ctx, tx, *m, now)
	}, m.Request)
	if err != nil {
		return err
	}
	if received {
		faultpoint("message-given")
		s.store.Changed()
	}
	return mismatch
}
