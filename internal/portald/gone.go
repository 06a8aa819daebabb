package portald

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/internal/portald/database"
)

// departure is a request that somebody does not see any more.
type departure struct {
	change  int64
	request string
}

// departures finds what a person saw and does not see any more, of the changes
// behind ?4 and up to ?5; the others are those of visible.
const departures = `SELECT DISTINCT change, request FROM gone WHERE change>?4 AND change<=?5
	AND (person=?1 OR practice IN (SELECT value FROM json_each(?2)))
	AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id=gone.request AND r.number IS NOT NULL AND (r.author=?1
		OR r.practice IN (SELECT value FROM json_each(?2)) OR r.practice IN (SELECT value FROM json_each(?3))
		AND EXISTS (SELECT 1 FROM watcher WHERE watcher.request=r.id AND watcher.person=?1)))
	ORDER BY change LIMIT ?6`

// departed lists what the person could see and does not see any more, of the
// changes behind after and up to upTo, at most limit, in their order.
func (s *store) departed(ctx context.Context, q database.Querier, who person, after, upTo int64, limit int) (out []departure, err error) {
	rows, err := q.QueryContext(ctx, departures, append(who.sight(after, upTo), limit)...)
	if err != nil {
		return nil, fmt.Errorf("list departures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d departure
		if err := rows.Scan(&d.change, &d.request); err != nil {
			return nil, fmt.Errorf("list departures: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// depart tells a person, and whoever oversees the practice if it is not "", that
// a request is not theirs to see any more, unless it is for another reason.
func (s *store) depart(ctx context.Context, tx *database.Tx, change int64, request, person, practice string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO gone (change, request, person, practice, at) VALUES (?,?,?,?,?)",
		change, request, person, practice, now.UnixMilli()); err != nil {
		return fmt.Errorf("note departure: %w", err)
	}
	return nil
}

// Forget deletes a numbered request with its conversation and its files, and
// tells the desks. Nothing is taken under its id any more. An id that is not
// held, or has no number, is an error.
func (s *Server) Forget(ctx context.Context, id string) error {
	unlock, err := s.store.Lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	items := []string{id}
	err = s.store.Tx(ctx, func(tx *database.Tx) error {
		h, err := s.store.request(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case h == nil || h.Number == "":
			return errors.New("no numbered request has this id")
		}
		said, err := s.idsIn(ctx, tx, "SELECT id FROM message WHERE request=? AND files<>'[]'", id)
		if err != nil {
			return err
		}
		items = append(items, said...)
		now := s.Now()
		change, err := s.store.nextChange(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.store.depart(ctx, tx, change, id, h.Author.ID, h.Practice, now); err != nil {
			return err
		}
		for _, w := range h.Watchers {
			if err := s.store.depart(ctx, tx, change, id, w.ID, "", now); err != nil {
				return err
			}
		}
		return s.store.bury(ctx, tx, id, h.Author.ID, now)
	}, id)
	if err != nil {
		return fmt.Errorf("forget request: %w", err)
	}
	faultpoint("request-forgotten")
	s.store.Changed()
	var errs []error
	for _, item := range items { // what stays behind a crash is tidied
		errs = append(errs, s.uploads.drop(ctx, item, nil))
	}
	return errors.Join(errs...)
}

// bury deletes a request and marks its id.
func (s *store) bury(ctx context.Context, tx *database.Tx, id, author string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM request WHERE id=?", id); err != nil {
		return fmt.Errorf("delete request: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO tombstone (id, author, at) VALUES (?,?,?) ON CONFLICT (id) DO NOTHING", id, author, now.UnixMilli()); err != nil {
		return fmt.Errorf("mark id: %w", err)
	}
	return nil
}

// sweepGone drops departures that are older than GoneFor. A desk that stood
// before them begins anew.
func (s *Server) sweepGone(ctx context.Context) error {
	return s.store.Tx(ctx, func(tx *database.Tx) error {
		const old = " FROM gone WHERE at<?"
		before := s.Now().Add(-s.GoneFor).UnixMilli()
		var last int64
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(change), 0)"+old, before).Scan(&last); err != nil {
			return fmt.Errorf("sweep departures: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE feed SET swept=?1 WHERE swept<?1", last); err != nil {
			return fmt.Errorf("sweep departures: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "DELETE"+old, before); err != nil {
			return fmt.Errorf("sweep departures: %w", err)
		}
		return nil
	})
}
