package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"guichet/internal/desk"
)

// Board counts a person's requests, and reads the last changed of each state, so
// many of each.
func (s *Store) Board(ctx context.Context, person string, each int, since time.Time) (desk.Board, error) {
	out, err := s.board(ctx, person, each, since)
	if err != nil {
		return out, fmt.Errorf("read board: %w", s.noted(err))
	}
	return out, nil
}

func (s *Store) board(ctx context.Context, person string, each int, since time.Time) (desk.Board, error) {
	out := desk.Board{States: map[string]int{}, Priorities: map[string]int{}, Latest: []desk.Request{}}
	if err := s.tally(ctx, person, &out); err != nil {
		return out, err
	}
	for state, n := range out.States {
		switch desk.Status(state) {
		case desk.StatusToCorrect, desk.StatusNeedsSignIn:
			out.Stuck += n
		}
		if n == 0 || state == desk.StateDraft {
			continue
		}
		latest, err := s.latestOf(ctx, person, state, each)
		if err != nil {
			return out, err
		}
		out.Latest = append(out.Latest, latest...)
	}
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(DISTINCT request) FROM history WHERE person=?1 AND what='answered' AND at>=?2),
		(SELECT count(*) FROM request WHERE person=?1 AND unread=1)`, person, ms(since)).Scan(&out.Answered, &out.Unread)
	return out, err
}

// tally counts by state and by priority, in one walk along an index.
func (s *Store) tally(ctx context.Context, person string, out *desk.Board) error {
	rows, err := s.read.QueryContext(ctx, `SELECT priority, state, count(*) FROM request INDEXED BY request_by_priority WHERE person=?1 GROUP BY priority, state
		UNION ALL SELECT '', 'draft', count(*) FROM draft WHERE person IN ('', ?1) AND deleted_at IS NULL`, person)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var priority, state string
		var n int
		if err := rows.Scan(&priority, &state, &n); err != nil {
			return err
		}
		out.States[state] += n
		switch state {
		case desk.StateDraft, string(desk.PortalResolved), string(desk.PortalClosed), string(desk.PortalWithdrawn), string(desk.StatusCancelled):
			continue
		}
		out.Priorities[cmp.Or(priority, string(desk.PriorityNormal))] += n
	}
	return rows.Err()
}

func (s *Store) latestOf(ctx context.Context, person, state string, most int) ([]desk.Request, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+requestColumns+" FROM request WHERE person=? AND state=? ORDER BY updated_at DESC, seq DESC LIMIT ?", person, state, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []desk.Request
	for rows.Next() {
		r, err := s.scanRequest(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
