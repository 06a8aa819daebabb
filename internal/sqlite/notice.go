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

// keptNotices is how many notices a person keeps, the newest ones.
const keptNotices = 200

func putNotice(ctx context.Context, tx *sql.Tx, person string, n desk.Notice) (int64, error) {
	res, err := tx.ExecContext(ctx, "INSERT INTO notice (person, request, number, kind, code, at) VALUES (?,?,?,?,?,?)",
		person, n.Request, n.Number, n.Kind, n.Status, ms(n.At))
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE person=?1 AND seq<=(SELECT seq FROM notice WHERE person=?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
		person, keptNotices); err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Notices lists what a person is told, the newest first.
func (s *Store) Notices(ctx context.Context, person string) ([]desk.Notice, error) {
	out, err := s.notices(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) notices(ctx context.Context, person string) ([]desk.Notice, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, request, number, kind, code, at, read_at IS NOT NULL FROM notice WHERE person=? ORDER BY seq DESC", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.Notice{}
	for rows.Next() {
		var n desk.Notice
		var at int64
		if err := rows.Scan(&n.Seq, &n.Request, &n.Number, &n.Kind, &n.Status, &at, &n.Read); err != nil {
			return nil, err
		}
		n.At = fromMS(at)
		out = append(out, n)
	}
	return out, rows.Err()
}

// ReadNotices notes that the person has seen all that they are told up to seq.
func (s *Store) ReadNotices(ctx context.Context, person string, seq int64, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE notice SET read_at=? WHERE person=? AND seq<=? AND read_at IS NULL", ms(now), person, seq)
		return err
	})
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	return nil
}

// Seen notes that the person has seen how a request is now; was tells whether it
// had news for them.
func (s *Store) Seen(ctx context.Context, person string, id uuid.UUID, now time.Time) (was bool, err error) {
	var unread bool
	err = s.read.QueryRowContext(ctx, `SELECT unread=1 OR EXISTS (SELECT 1 FROM notice WHERE notice.person=?1 AND notice.request=?2 AND read_at IS NULL)
		FROM request WHERE person=?1 AND id=?2`, person, id.String()).Scan(&unread)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !unread {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("seen: %w", s.noted(err))
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE request SET unread=0 WHERE id=? AND person=?", id.String(), person); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE notice SET read_at=? WHERE person=? AND request=? AND read_at IS NULL", ms(now), person, id.String())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("seen: %w", err)
	}
	return true, nil
}
