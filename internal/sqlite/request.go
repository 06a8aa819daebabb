package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// requestBody is what of a request is sealed.
type requestBody struct {
	Values   map[string]string `json:"values"`
	Problems []desk.Problem    `json:"problems,omitempty"`
	Author   desk.Author       `json:"author,omitzero"`
	Watchers []desk.Author     `json:"watchers,omitempty"`
}

func requestBodyOf(r desk.Request) requestBody {
	return requestBody{Values: r.Values, Problems: r.Problems, Author: r.Author, Watchers: r.Watchers}
}

// Submit turns a draft into a request and its job, in one transaction: the
// promise to the person at the desk. The draft has to be at that revision;
// freeze (desk.Finalize) makes the request from what is stored. The same id
// twice is the same request, returned as it is.
func (s *Store) Submit(ctx context.Context, id uuid.UUID, revision int64, now time.Time, freeze func(desk.Draft) (desk.Request, error)) (out desk.Request, err error) {
	err = s.withRoom(func() error {
		out, err = s.submit(ctx, id, revision, now, freeze)
		return err
	})
	return out, err
}

func (s *Store) submit(ctx context.Context, id uuid.UUID, revision int64, now time.Time, freeze func(desk.Draft) (desk.Request, error)) (desk.Request, error) {
	var out desk.Request
	err := s.tx(ctx, func(tx *sql.Tx) error {
		d, err := s.draft(ctx, tx, id)
		if errors.Is(err, desk.ErrNotFound) {
			out, err = s.submitted(ctx, tx, id)
			return err
		}
		if err != nil {
			return err
		}
		if d.Revision != revision {
			return &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
		}
		if out, err = freeze(d); err != nil {
			return err
		}
		return s.moveToRequest(ctx, tx, d, out, now)
	})
	if err != nil {
		return desk.Request{}, fmt.Errorf("submit: %w", err)
	}
	return out, nil
}

// submitted finds the request that a draft became, in its writer's partition:
// the oldest row.
func (s *Store) submitted(ctx context.Context, q querier, id uuid.UUID) (desk.Request, error) {
	return s.request(ctx, q, "WHERE id=? ORDER BY seq LIMIT 1", id.String())
}

func (s *Store) moveToRequest(ctx context.Context, tx *sql.Tx, d desk.Draft, r desk.Request, now time.Time) error {
	seq, err := s.putRequest(ctx, tx, r, 0)
	if err != nil {
		return err
	}
	if err := s.reseal(ctx, tx, d, r); err != nil {
		return err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"DELETE FROM file WHERE item=? AND removed_at IS NOT NULL", []any{r.ID.String()}},
		{"DELETE FROM draft WHERE id=?", []any{r.ID.String()}},
		{"INSERT INTO job (request, person, practice, attempt, next_at) VALUES (?,?,?,0,?)", []any{seq, r.Owner.Person, r.Owner.Practice, ms(now)}},
	} {
		if _, err := tx.ExecContext(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return s.note(ctx, tx, r.Owner.Person, r.ID.String(), now, string(desk.StatusQueued), "")
}

// reseal hands the files of a draft to whoever sends it: a draft that the PC
// owned becomes the sender's.
func (s *Store) reseal(ctx context.Context, tx *sql.Tx, d desk.Draft, r desk.Request) error {
	for _, f := range d.Files {
		name, err := s.seal(r.Owner.Person, f.Name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE file SET person=?, practice=?, name=? WHERE id=? AND person=?",
			r.Owner.Person, r.Owner.Practice, name, f.ID.String(), d.Owner.Person); err != nil {
			return err
		}
	}
	return nil
}

// putRequest stores a new request; snapshot is the number of the last one that it
// stood in.
func (s *Store) putRequest(ctx context.Context, tx *sql.Tx, r desk.Request, snapshot int) (seq int64, err error) {
	body, err := s.seal(r.Owner.Person, requestBodyOf(r))
	if err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO request (id, revision, person, practice, catalogue, type, category, road, status, reason,
		number, portal_status, body, written_at, submitted_at, sent_at, received_at, answered_at, updated_at,
		priority, mine, watching, unread, allowed, taken_at, closed_at, snapshot)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.ID.String(), r.Revision, r.Owner.Person, r.Owner.Practice, r.CatalogueVersion, r.Type, r.Category, r.Road, r.Status, r.Reason,
		r.Number, r.PortalStatus, body, ms(r.WrittenAt), ms(r.SubmittedAt), msOrNull(r.SentAt), msOrNull(r.ReceivedAt), msOrNull(r.AnsweredAt), ms(r.UpdatedAt),
		r.Priority, r.Mine(), r.Watching, r.Unread, joinActs(r.Allowed), msOrNull(r.TakenAt), msOrNull(r.ClosedAt), snapshot)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// note adds a line to a request's history.
func (s *Store) note(ctx context.Context, tx *sql.Tx, person, id string, now time.Time, what, code string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO history (person, request, at, what, code) VALUES (?,?,?,?,?)", person, id, ms(now), what, code)
	return err
}

func (s *Store) updateRequest(ctx context.Context, tx *sql.Tx, seq int64, r desk.Request) error {
	body, err := s.seal(r.Owner.Person, requestBodyOf(r))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE request SET status=?, reason=?, number=?, portal_status=?, body=?,
		sent_at=?, received_at=?, answered_at=?, updated_at=?, priority=?, mine=?, watching=?, allowed=?, taken_at=?, closed_at=? WHERE seq=?`,
		r.Status, r.Reason, r.Number, r.PortalStatus, body, msOrNull(r.SentAt), msOrNull(r.ReceivedAt), msOrNull(r.AnsweredAt), ms(r.UpdatedAt),
		r.Priority, r.Mine(), r.Watching, joinActs(r.Allowed), msOrNull(r.TakenAt), msOrNull(r.ClosedAt), seq)
	return err
}

const requestColumns = `id, revision, person, practice, catalogue, type, category, road, status, reason, number, portal_status,
	body, written_at, submitted_at, sent_at, received_at, answered_at, updated_at, priority, watching, unread, allowed, taken_at, closed_at,
	CASE status WHEN 'received' THEN 0 ELSE coalesce((SELECT attempt FROM job WHERE job.request=request.seq), 0) END,
	CASE status WHEN 'received' THEN NULL ELSE (SELECT next_at FROM job WHERE job.request=request.seq) END,
	(SELECT count(*) FROM act WHERE act.request=request.id AND act.person=request.person AND act.status NOT IN ('draft', 'to-correct')),
	(SELECT count(*) FROM act WHERE act.request=request.id AND act.person=request.person AND act.reason<>'' AND act.status IN ('draft', 'to-correct') AND act.deleted_at IS NULL)`

func (s *Store) scanRequest(row interface{ Scan(...any) error }) (desk.Request, error) {
	var r desk.Request
	var id string
	var sealed []byte
	var written, submitted, updated int64
	var sent, received, answered, taken, closed, next sql.NullInt64
	var allowed string
	err := row.Scan(&id, &r.Revision, &r.Owner.Person, &r.Owner.Practice, &r.CatalogueVersion, &r.Type, &r.Category, &r.Road, &r.Status,
		&r.Reason, &r.Number, &r.PortalStatus, &sealed, &written, &submitted, &sent, &received, &answered, &updated,
		&r.Priority, &r.Watching, &r.Unread, &allowed, &taken, &closed, &r.Attempts, &next, &r.ActsWaiting, &r.ActsBack)
	if errors.Is(err, sql.ErrNoRows) {
		return r, desk.ErrNotFound
	}
	if err != nil {
		return r, err
	}
	if r.ID, err = uuid.Parse(id); err != nil {
		return r, desk.ErrDamaged.With(err)
	}
	var b requestBody
	if err := s.unseal(r.Owner.Person, sealed, &b); err != nil {
		return r, err
	}
	r.Values, r.Problems, r.Author, r.Watchers, r.Allowed = b.Values, b.Problems, b.Author, b.Watchers, splitActs(allowed)
	r.WrittenAt, r.SubmittedAt, r.UpdatedAt = fromMS(written), fromMS(submitted), fromMS(updated)
	r.SentAt, r.ReceivedAt, r.AnsweredAt, r.NextAt = fromNull(sent), fromNull(received), fromNull(answered), fromNull(next)
	r.TakenAt, r.ClosedAt = fromNull(taken), fromNull(closed)
	return r, nil
}

func joinActs(acts []desk.ActKind) string {
	out := make([]string, len(acts))
	for i, a := range acts {
		out[i] = string(a)
	}
	return strings.Join(out, ",")
}

func splitActs(joined string) (out []desk.ActKind) {
	for a := range strings.SplitSeq(joined, ",") {
		if a != "" {
			out = append(out, desk.ActKind(a))
		}
	}
	return out
}

func (s *Store) request(ctx context.Context, q querier, where string, args ...any) (desk.Request, error) {
	r, err := s.scanRequest(q.QueryRowContext(ctx, "SELECT "+requestColumns+" FROM request "+where, args...))
	if err != nil {
		return r, err
	}
	r.Files, err = s.files(ctx, q, r.ID, r.Owner.Person)
	return r, err
}

// Dossier is a request with all that is known about it.
type Dossier struct {
	desk.Request
	Messages []desk.Message
	History  []desk.HistoryEntry
	Acts     []desk.Act // that the portal does not have yet
}

// Request reads one request of the person at one moment, or desk.ErrNotFound: a reply
// that arrives meanwhile stands in it once.
func (s *Store) Request(ctx context.Context, person string, id uuid.UUID) (d Dossier, err error) {
	err = s.atOnce(ctx, func(q querier) (err error) {
		d, err = s.dossier(ctx, q, person, id)
		return err
	})
	if err != nil {
		return d, fmt.Errorf("read request: %w", s.noted(err))
	}
	return d, nil
}

// Head reads a request of the person with its files, without what was said and done
// about it, or desk.ErrNotFound.
func (s *Store) Head(ctx context.Context, person string, id uuid.UUID) (desk.Request, error) {
	r, err := s.request(ctx, s.read, "WHERE id=? AND person=?", id.String(), person)
	if err != nil {
		return r, fmt.Errorf("read request: %w", s.noted(err))
	}
	return r, nil
}

func (s *Store) dossier(ctx context.Context, q querier, person string, id uuid.UUID) (Dossier, error) {
	d := Dossier{Messages: []desk.Message{}, History: []desk.HistoryEntry{}}
	var err error
	if d.Request, err = s.request(ctx, q, "WHERE id=? AND person=?", id.String(), person); err != nil {
		return d, err
	}
	if err := s.messages(ctx, q, &d); err != nil {
		return d, err
	}
	if d.Acts, err = s.actsOf(ctx, q, person, id.String()); err != nil {
		return d, err
	}
	rows, err := q.QueryContext(ctx, "SELECT at, what, code FROM history WHERE request=? AND person=? ORDER BY at, seq", id.String(), person)
	if err != nil {
		return d, err
	}
	defer rows.Close()
	for rows.Next() {
		var h desk.HistoryEntry
		var at int64
		if err := rows.Scan(&at, &h.What, &h.Code); err != nil {
			return d, err
		}
		h.At = fromMS(at)
		d.History = append(d.History, h)
	}
	return d, rows.Err()
}

func (s *Store) messages(ctx context.Context, q querier, d *Dossier) error {
	rows, err := q.QueryContext(ctx, "SELECT id, author, support, body, at FROM message WHERE request=? AND person=? ORDER BY at, seq",
		d.ID.String(), d.Owner.Person)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		m := desk.Message{Request: d.ID}
		var id string
		var author, body []byte
		var at int64
		if err := rows.Scan(&id, &author, &m.Support, &body, &at); err != nil {
			return err
		}
		if m.ID, err = uuid.Parse(id); err != nil {
			return desk.ErrDamaged.With(err)
		}
		var b messageBody
		if err := errors.Join(s.unseal(d.Owner.Person, author, &m.Author), s.unseal(d.Owner.Person, body, &b)); err != nil {
			return err
		}
		m.Text, m.HTML = b.Text, b.HTML
		m.At = fromMS(at)
		d.Messages = append(d.Messages, m)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	at := map[string]int{}
	for i, m := range d.Messages {
		at[m.ID.String()] = i
	}
	return s.eachFile(ctx, q, "WHERE person=? AND item IN (SELECT id FROM message WHERE request=? AND person=?) ORDER BY seq",
		[]any{d.Owner.Person, d.ID.String(), d.Owner.Person}, func(item string, f desk.File) {
			i := at[item]
			d.Messages[i].Files = append(d.Messages[i].Files, f)
		})
}

// messageBody is what of a message is sealed. One that has no more than its text
// is stored as that alone.
type messageBody struct{ Text, HTML string }

// MarshalJSON implements json.Marshaler.
func (b messageBody) MarshalJSON() ([]byte, error) {
	if b.HTML == "" {
		return json.Marshal(b.Text)
	}
	return json.Marshal([]string{b.Text, b.HTML})
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *messageBody) UnmarshalJSON(plain []byte) error {
	*b = messageBody{}
	if json.Unmarshal(plain, &b.Text) == nil {
		return nil
	}
	var both []string
	if err := json.Unmarshal(plain, &both); err != nil || len(both) != 2 {
		return errors.New("no body of a message")
	}
	b.Text, b.HTML = both[0], both[1]
	return nil
}
