package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"guichet/internal/desk"
)

// Requests lists the person's requests, last changed first, with their files:
// so many at the most, or All.
func (s *Store) Requests(ctx context.Context, person string, most int) ([]desk.Request, error) {
	out, err := s.requests(ctx, s.read, person, lastChanged, person, most)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", s.noted(err))
	}
	return out, nil
}

// Outbox lists the person's requests that have not arrived, and those of which an
// act has not, or came back: last changed first, with their files. It costs the
// same however many there are besides.
func (s *Store) Outbox(ctx context.Context, person string) ([]desk.Request, error) {
	out, err := s.requests(ctx, s.read, person, underway, person, person)
	if err != nil {
		return nil, fmt.Errorf("list the outbox: %w", s.noted(err))
	}
	return out, nil
}

const (
	lastChanged = "person=? ORDER BY updated_at DESC, seq DESC LIMIT ?"
	underway    = `seq IN (
		SELECT seq FROM request INDEXED BY request_waiting WHERE status<>'received' AND status<>'cancelled' AND person=?
		UNION SELECT request.seq FROM act JOIN request ON request.id=act.request AND request.person=act.person
			WHERE act.person=? AND (act.status NOT IN ('draft', 'to-correct') OR act.reason<>'' AND act.deleted_at IS NULL)) ORDER BY updated_at DESC, seq DESC`
)

// requests lists those of a person that meet a condition, with its arguments.
func (s *Store) requests(ctx context.Context, q querier, person, where string, args ...any) ([]desk.Request, error) {
	listed := " FROM request WHERE " + where
	rows, err := q.QueryContext(ctx, "SELECT "+requestColumns+listed, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.Request{}
	at := map[string]int{}
	for rows.Next() {
		r, err := s.scanRequest(rows)
		if err != nil {
			return nil, err
		}
		at[r.ID.String()] = len(out)
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return out, s.eachFile(ctx, q, "WHERE person=? AND removed_at IS NULL AND item IN (SELECT id"+listed+") ORDER BY seq", append([]any{person}, args...), func(item string, f desk.File) {
		if i, ok := at[item]; ok {
			out[i].Files = append(out[i].Files, f)
		}
	})
}

// Counts are the figures beside the places of the window.
type Counts struct {
	Drafts, Requests, Waiting, ToCorrect int // with requests that the portal has and of which an act waits, or came back
	Sending                              bool
	LastReceived                         time.Time // of a request that left this PC, zero if none
}

// recent is among how many requests, those that changed last, the last one to
// arrive is looked for.
const recent = 50

// Counts counts what the person sees. It is asked for at every change, so it
// goes through what waits and not through everything.
func (s *Store) Counts(ctx context.Context, person string) (Counts, error) {
	var c Counts
	var cancelled int
	var last sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM draft WHERE person IN ('', ?1) AND deleted_at IS NULL),
		(SELECT count(*) FROM request WHERE person=?1),
		count(*) FILTER (WHERE status IN ('queued','sending','unknown','needs-sign-in')),
		count(*) FILTER (WHERE status='to-correct'),
		count(*) FILTER (WHERE status='sending')>0,
		count(*) FILTER (WHERE status='cancelled'),
		(SELECT max(received_at) FROM (SELECT received_at, sent_at FROM request WHERE person=?1 ORDER BY updated_at DESC LIMIT ?2)
			WHERE sent_at IS NOT NULL)
		FROM request INDEXED BY request_waiting WHERE status<>'received' AND person=?1`, person, recent).
		Scan(&c.Drafts, &c.Requests, &c.Waiting, &c.ToCorrect, &c.Sending, &cancelled, &last)
	if err != nil {
		return c, fmt.Errorf("count: %w", s.noted(err))
	}
	acts, back, moving := 0, 0, false
	if err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(DISTINCT act.request) FROM act INDEXED BY act_waiting JOIN request ON request.id=act.request AND request.person=act.person
			WHERE act.status NOT IN ('draft', 'to-correct') AND act.person=?1 AND request.status='received'),
		(SELECT count(DISTINCT request) FROM act WHERE person=?1 AND reason<>'' AND status IN ('draft', 'to-correct') AND deleted_at IS NULL),
		EXISTS (SELECT 1 FROM act INDEXED BY act_waiting WHERE status='sending' AND status NOT IN ('draft', 'to-correct') AND person=?1)`, person).Scan(&acts, &back, &moving); err != nil {
		return c, fmt.Errorf("count acts: %w", s.noted(err))
	}
	c.Waiting += acts // what waits of a request that the portal has
	c.ToCorrect += back
	c.Sending = c.Sending || moving
	c.Requests -= cancelled
	c.LastReceived = fromNull(last)
	return c, nil
}
