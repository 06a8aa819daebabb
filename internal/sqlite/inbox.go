package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Cursor is how far the person's changes have been brought back, "" for none.
func (s *Store) Cursor(ctx context.Context, person string) (string, error) {
	var c string
	err := s.read.QueryRowContext(ctx, "SELECT cursor FROM person WHERE id=?", person).Scan(&c)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read cursor: %w", s.noted(err))
	}
	return c, nil
}

// Apply stores changes of the portal and the cursor behind them, in one
// transaction. A request that is still being sent from here and that the
// portal has numbered is received: its receipt came by this way.
func (s *Store) Apply(ctx context.Context, person string, changes []desk.Change, cursor string, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for _, c := range changes {
			c.Request.Owner.Person = person
			if err := s.apply(ctx, tx, c, now); err != nil {
				return err
			}
		}
		return s.putCursor(ctx, tx, person, cursor, now)
	})
	if err != nil {
		return fmt.Errorf("apply changes: %w", err)
	}
	return nil
}

// putCursor makes the row of a person who has none, as they may have signed in
// while nothing could be saved: with no place for the cursor, everything would
// be brought back over and over. It names nobody; the next sign-in fills
// it.
func (s *Store) putCursor(ctx context.Context, tx *sql.Tx, person, cursor string, now time.Time) error {
	body, err := s.seal(thePC, desk.Person{ID: person})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO person (id, token, body, cursor, seen_at) VALUES (?,'',?,?,?)
		ON CONFLICT (id) DO UPDATE SET cursor=excluded.cursor`, person, body, cursor, ms(now))
	return err
}

func (s *Store) apply(ctx context.Context, tx *sql.Tx, c desk.Change, now time.Time) error {
	news := c.Request
	var seq int64
	err := tx.QueryRowContext(ctx, "SELECT seq FROM request WHERE id=? AND person=?", news.ID.String(), news.Owner.Person).Scan(&seq)
	switch {
	case errors.Is(err, sql.ErrNoRows) && c.Deleted:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		if err := s.adopt(ctx, tx, news); err != nil {
			return err
		}
	case err != nil:
		return err
	case c.Deleted:
		return forget(ctx, tx, seq, news)
	default:
		if err := s.merge(ctx, tx, seq, news, now); err != nil {
			return err
		}
	}
	return s.putMessages(ctx, tx, news, c.Messages)
}

// forget drops a request that the portal has deleted, with all that is of it.
// One that waits here is not the portal's to drop: the next attempt asks.
func forget(ctx context.Context, tx *sql.Tx, seq int64, r desk.Request) error {
	var status desk.Status
	if err := tx.QueryRowContext(ctx, "SELECT status FROM request WHERE seq=?", seq).Scan(&status); err != nil || status != desk.StatusReceived {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM request WHERE seq=?", seq); err != nil {
		return err
	}
	for _, stmt := range []string{
		"DELETE FROM file WHERE item=? AND person=?", "DELETE FROM message WHERE request=? AND person=?", "DELETE FROM history WHERE request=? AND person=?",
	} {
		if _, err := tx.ExecContext(ctx, stmt, r.ID.String(), r.Owner.Person); err != nil {
			return err
		}
	}
	return nil
}

// adopt stores a request that was written elsewhere: on another PC or by a
// colleague. The portal's word stands; a draft that is here under its id (this
// PC was rolled back, or the request came back to be corrected) is kept as one
// of its own.
func (s *Store) adopt(ctx context.Context, tx *sql.Tx, r desk.Request) error {
	if err := keepDraft(ctx, tx, r.ID, r.Owner.Person); err != nil {
		return err
	}
	r.Status, r.Reason = desk.StatusReceived, ""
	if _, err := s.putRequest(ctx, tx, r); err != nil {
		return err
	}
	for _, f := range r.Files {
		f.Stored = ""
		if err := s.putFile(ctx, tx, r.Owner, r.ID, f); err != nil {
			return err
		}
	}
	return s.note(ctx, tx, r.Owner.Person, r.ID.String(), r.ReceivedAt, string(desk.StatusReceived), "")
}

// keepDraft gives a draft of the person's or of the PC's that stands under that
// id an id of its own. Its files get new ids too: the old ones are those of the
// request.
func keepDraft(ctx context.Context, tx *sql.Tx, id uuid.UUID, person string) error {
	own, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var owner string
	err = tx.QueryRowContext(ctx, "UPDATE draft SET id=? WHERE id=? AND person IN ('', ?) RETURNING person", own.String(), id.String(), person).Scan(&owner)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		file, err := uuid.NewV7()
		if err != nil {
			return err
		}
		err = oneRow(tx.ExecContext(ctx, "UPDATE file SET item=?, id=? WHERE seq=(SELECT min(seq) FROM file WHERE item=? AND person=?)",
			own.String(), file.String(), id.String(), owner))
		if errors.Is(err, desk.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// merge brings the portal's word to a request that is here.
func (s *Store) merge(ctx context.Context, tx *sql.Tx, seq int64, news desk.Request, now time.Time) error {
	var status desk.Status
	var stood desk.PortalStatus
	if err := tx.QueryRowContext(ctx, "SELECT status, portal_status FROM request WHERE seq=?", seq).Scan(&status, &stood); err != nil {
		return err
	}
	arrived, moved := status != desk.StatusReceived, stood != news.PortalStatus
	if status == desk.StatusToCorrect { // what it was refused for is no matter any more
		r, err := s.request(ctx, tx, "WHERE seq=?", seq)
		if err != nil {
			return err
		}
		r.Problems = nil
		if err := s.updateRequest(ctx, tx, seq, r); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE request SET status='received', reason='', number=?, portal_status=?, received_at=?, updated_at=? WHERE seq=?`,
		news.Number, news.PortalStatus, msOrNull(news.ReceivedAt), ms(news.UpdatedAt), seq); err != nil {
		return err
	}
	if arrived {
		if _, err := tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", seq); err != nil {
			return err
		}
		if err := s.note(ctx, tx, news.Owner.Person, news.ID.String(), now, string(desk.StatusReceived), ""); err != nil {
			return err
		}
	}
	if moved && news.PortalStatus != desk.PortalReceived {
		return s.note(ctx, tx, news.Owner.Person, news.ID.String(), news.UpdatedAt, "portal."+string(news.PortalStatus), "")
	}
	return nil
}

func (s *Store) putMessages(ctx context.Context, tx *sql.Tx, r desk.Request, messages []desk.Message) error {
	for _, m := range messages {
		author, err := s.seal(r.Owner.Person, m.Author)
		if err != nil {
			return err
		}
		body, err := s.seal(r.Owner.Person, m.Text)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO message (id, person, practice, request, author, support, body, at) VALUES (?,?,?,?,?,?,?,?)
			ON CONFLICT (id, person) DO NOTHING`, m.ID.String(), r.Owner.Person, r.Owner.Practice, r.ID.String(), author, m.Support, body, ms(m.At))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || !m.Support {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE request SET answered_at=coalesce(answered_at, ?) WHERE id=? AND person=?",
			ms(m.At), r.ID.String(), r.Owner.Person); err != nil {
			return err
		}
		if err := s.note(ctx, tx, r.Owner.Person, r.ID.String(), m.At, "answered", ""); err != nil {
			return err
		}
	}
	return nil
}
