package portald

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/database"
)

// The kinds of what the help desk is told.
const (
	outCreate = "create"
	outReply  = "reply"
	outStatus = "status"
	outMerge  = "merge" // of several tickets; there only once that was refused
)

// outbound is something that the help desk is to be told.
type outbound struct {
	id, request, kind string
	status            desk.PortalStatus // of outStatus
	tried             *time.Time        // an attempt was begun then, and nobody knows how it ended
}

// queue puts something into what the help desk is to be told, with the job that
// does so. Both are there with the rest of the transaction, or not at all.
func (s *Server) queue(ctx context.Context, tx *database.Tx, o outbound, now time.Time) error {
	if s.cfg.Helpdesk == nil {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO outbound (id, request, kind, status, at) VALUES (?,?,?,?,?)",
		o.id, o.request, o.kind, o.status, now.UnixMilli()); err != nil {
		return fmt.Errorf("note what the help desk is to be told: %w", err)
	}
	return s.insert(ctx, tx, forwardArgs{Request: o.request}, nil)
}

// waiting is the first thing of a request that the help desk has not been told;
// nil if there is none, or it was refused: what comes behind it waits for whoever
// mends that. A status or a merge that was refused holds nothing.
func (s *store) waiting(ctx context.Context, request string) (*outbound, error) {
	var o outbound
	var tried sql.NullInt64
	var refused bool
	err := s.QueryRowContext(ctx, "SELECT id, request, kind, status, tried_at, refused FROM outbound WHERE request=? AND done_at IS NULL AND (refused=0 OR kind NOT IN (?,?)) ORDER BY seq LIMIT 1",
		request, outStatus, outMerge).Scan(&o.id, &o.request, &o.kind, &o.status, &tried, &refused)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && refused:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read what waits for the help desk: %w", err)
	}
	o.tried = instant(tried)
	return &o, nil
}

// overdue are the requests of which something waits since before a moment.
func (s *Server) overdue(ctx context.Context, before time.Time) ([]string, error) {
	return s.ids(ctx, "SELECT DISTINCT request FROM outbound WHERE done_at IS NULL AND refused=0 AND at<?", before.UnixMilli())
}

// trying notes an attempt before it is made: whatever happens from here on, the
// help desk is asked for what it has before it is told again.
func (s *store) trying(ctx context.Context, id string, now time.Time) error {
	return s.mark(ctx, "UPDATE outbound SET tried_at=?, attempts=attempts+1 WHERE id=?", now.UnixMilli(), id)
}

// nothingDone notes that the help desk surely has not been told, and why.
func (s *store) nothingDone(ctx context.Context, id, why string, refused bool) error {
	return s.mark(ctx, "UPDATE outbound SET tried_at=NULL, failed=?, refused=? WHERE id=?", database.Storable(why), refused, id)
}

// why notes why the help desk is not told, and leaves what is noted of attempts.
func (s *store) why(ctx context.Context, id, why string) error {
	return s.mark(ctx, "UPDATE outbound SET failed=? WHERE id=?", database.Storable(why), id)
}

// passed notes that the help desk has been told.
func (s *store) passed(ctx context.Context, id string, now time.Time) error {
	return s.mark(ctx, "UPDATE outbound SET tried_at=NULL, failed='', done_at=? WHERE id=?", now.UnixMilli(), id)
}

func (s *store) mark(ctx context.Context, statement string, args ...any) error {
	if _, err := s.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("note what the help desk was told: %w", err)
	}
	return nil
}

// ticketOf is what the help desk calls a request, "" if it has none.
func (s *store) ticketOf(ctx context.Context, request string) (ref string, err error) {
	err = s.QueryRowContext(ctx, "SELECT ref FROM ticket WHERE request=?", request).Scan(&ref)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read ticket: %w", err)
	}
	return ref, nil
}

// requestOf is the request of a ticket, "" if it is of none.
func (s *store) requestOf(ctx context.Context, ref string) (request string, err error) {
	err = s.QueryRowContext(ctx, "SELECT request FROM ticket WHERE ref=?", ref).Scan(&request)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read ticket: %w", err)
	}
	return request, nil
}

// setTicket remembers what the help desk calls a request.
func (s *store) setTicket(ctx context.Context, request, ref string) error {
	return s.mark(ctx, "INSERT INTO ticket (request, ref) VALUES (?,?) ON CONFLICT (request) DO UPDATE SET ref=excluded.ref", request, ref)
}

// moved are the requests that practices have moved on and of which the help desk did
// not know it at some moment: what it told then of their status is older.
type moved struct {
	waiting map[string]bool
	last    int64 // of what was queued by then
}

// movedOn is what practices have moved on without the help desk knowing it yet.
func (s *Server) movedOn(ctx context.Context) (moved, error) {
	m := moved{waiting: map[string]bool{}}
	if err := s.store.QueryRowContext(ctx, "SELECT coalesce(max(seq),0) FROM outbound").Scan(&m.last); err != nil {
		return m, fmt.Errorf("read what waits for the help desk: %w", err)
	}
	requests, err := s.ids(ctx, "SELECT DISTINCT request FROM outbound WHERE done_at IS NULL AND refused=0 AND kind=?", outStatus)
	for _, request := range requests {
		m.waiting[request] = true
	}
	return m, err
}

// movedSince tells whether a practice has moved a request on since a moment, or had
// before and the help desk did not know it.
func (s *store) movedSince(ctx context.Context, q database.Querier, request string, m moved) (bool, error) {
	if m.waiting[request] {
		return true, nil
	}
	return has(ctx, q, "what a practice has moved on", "SELECT 1 FROM outbound WHERE request=? AND kind=? AND (seq>? OR done_at IS NULL AND refused=0)", request, outStatus, m.last)
}

// overtaken tells whether the help desk knows already what a practice has made of a
// request after this.
func (s *store) overtaken(ctx context.Context, o outbound) (bool, error) {
	return has(ctx, s, "what the help desk was told", "SELECT 1 FROM outbound WHERE request=? AND kind=? AND done_at IS NOT NULL AND seq>(SELECT seq FROM outbound WHERE id=?)", o.request, outStatus, o.id)
}

// isTold tells whether an event of the help desk was taken.
func (s *store) isTold(ctx context.Context, event string) (bool, error) {
	return has(ctx, s, "event", "SELECT 1 FROM told WHERE event=?", event)
}

// tell notes that an event is taken; false if it was before.
func (s *store) tell(ctx context.Context, tx *database.Tx, event string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, "INSERT INTO told (event, at) VALUES (?,?) ON CONFLICT (event) DO NOTHING", event, now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("note event: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// helpdeskCursor is where a help desk was read up to, "" at the beginning.
func (s *store) helpdeskCursor(ctx context.Context, kind string) (cursor string, err error) {
	err = s.QueryRowContext(ctx, "SELECT cursor FROM helpdesk WHERE kind=?", kind).Scan(&cursor)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read cursor: %w", err)
	}
	return cursor, nil
}

// asked notes when a help desk was asked what changed, and why that failed, and
// returns why it did the time before.
func (s *store) asked(ctx context.Context, kind, why string, now time.Time) (before string, err error) {
	err = s.QueryRowContext(ctx, "SELECT failed FROM helpdesk WHERE kind=?", kind).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read what was asked: %w", err)
	}
	return before, s.mark(ctx, `INSERT INTO helpdesk (kind, cursor, asked_at, failed) VALUES (?,'',?,?)
		ON CONFLICT (kind) DO UPDATE SET asked_at=excluded.asked_at, failed=excluded.failed`, kind, now.UnixMilli(), why)
}

func (s *store) setHelpdeskCursor(ctx context.Context, kind, cursor string, now time.Time) error {
	if err := s.mark(ctx, "INSERT INTO helpdesk (kind, cursor) VALUES (?,?) ON CONFLICT (kind) DO UPDATE SET cursor=excluded.cursor", kind, cursor); err != nil {
		return err
	}
	return s.mark(ctx, "DELETE FROM told WHERE at<?", now.Add(-toldFor).UnixMilli())
}
