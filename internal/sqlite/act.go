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

// actBody is what of an act is sealed.
type actBody struct {
	Text     string         `json:"text,omitempty"`
	Watchers []string       `json:"watchers,omitempty"`
	Problems []desk.Problem `json:"problems,omitempty"`
}

const actColumns = "act.id, act.person, act.practice, act.request, act.kind, act.body, act.status, act.reason, act.created_at, act.updated_at, act.attempt, act.next_at"

func (s *Store) scanAct(row interface{ Scan(...any) error }) (desk.Act, error) {
	var a desk.Act
	var id, request string
	var sealed []byte
	var created, updated, next int64
	err := row.Scan(&id, &a.Owner.Person, &a.Owner.Practice, &request, &a.Kind, &sealed, &a.Status, &a.Reason, &created, &updated, &a.Attempts, &next)
	if errors.Is(err, sql.ErrNoRows) {
		return a, desk.ErrNotFound
	}
	if err != nil {
		return a, err
	}
	var b actBody
	if err := s.unseal(a.Owner.Person, sealed, &b); err != nil {
		return a, err
	}
	a.Text, a.Watchers, a.Problems = b.Text, b.Watchers, b.Problems
	if a.ID, err = uuid.Parse(id); err != nil {
		return a, desk.ErrDamaged.With(err)
	}
	if a.Request, err = uuid.Parse(request); err != nil {
		return a, desk.ErrDamaged.With(err)
	}
	a.At, a.SavedAt = fromMS(created), fromMS(updated)
	if a.Status.Waiting() {
		a.NextAt = fromMS(next)
	}
	return a, nil
}

// actsOf lists what a person does with a request and the portal does not have yet,
// in the order in which it was done, with its files.
func (s *Store) actsOf(ctx context.Context, q querier, person, request string) ([]desk.Act, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+actColumns+" FROM act WHERE act.request=? AND act.person=? AND act.deleted_at IS NULL ORDER BY act.seq", request, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []desk.Act{}
	for rows.Next() {
		a, err := s.scanAct(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, a := range out {
		if out[i].Files, err = s.files(ctx, q, a.ID, person); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Do queues an act to be sent, in one transaction; a reply that was being written
// under its ID goes, and takes its files along. The same id twice is the same act. A
// request of which the person has nothing here is desk.ErrNotFound.
func (s *Store) Do(ctx context.Context, a desk.Act, now time.Time) error {
	a.Status = desk.StatusQueued
	return s.saveAct(ctx, "act", a, now)
}

func (s *Store) saveAct(ctx context.Context, op string, a desk.Act, now time.Time) error {
	err := s.withRoom(func() error {
		return s.tx(ctx, func(tx *sql.Tx) error { return s.putAct(ctx, tx, a, now) })
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

func (s *Store) putAct(ctx context.Context, tx *sql.Tx, a desk.Act, now time.Time) error {
	err := tx.QueryRowContext(ctx, "SELECT practice FROM request WHERE id=? AND person=?", a.Request.String(), a.Owner.Person).Scan(&a.Owner.Practice)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.ErrNotFound
	}
	if err != nil {
		return err
	}
	before, err := s.scanAct(tx.QueryRowContext(ctx, "SELECT "+actColumns+" FROM act WHERE id=? AND person=?", a.ID.String(), a.Owner.Person))
	switch {
	case errors.Is(err, desk.ErrNotFound):
		sent, err := wasDone(ctx, tx, a.Owner.Person, a.Request.String(), a.ID.String())
		if err != nil {
			return err
		}
		if sent && a.Status == desk.StatusDraft {
			return desk.ErrNotNow
		}
		if sent {
			return nil
		}
	case err != nil:
		return err
	case before.Status == desk.StatusDraft:
	case a.Status == desk.StatusDraft:
		return desk.ErrNotNow
	default:
		return nil // the same one
	}
	a.Problems = nil // what was told of an attempt stands as long as it is written on
	if a.Status == desk.StatusDraft {
		a.Problems = before.Problems
	} else if _, err := tx.ExecContext(ctx, "DELETE FROM file WHERE item=? AND person=? AND removed_at IS NOT NULL", a.ID.String(), a.Owner.Person); err != nil {
		return err
	}
	body, err := s.seal(a.Owner.Person, actBody{a.Text, a.Watchers, a.Problems})
	if err != nil {
		return err
	}
	// What is sent last has the highest seq, whenever it was begun.
	_, err = tx.ExecContext(ctx, `INSERT INTO act (id, person, practice, request, kind, body, status, reason, created_at, updated_at, attempt, doubt, next_at)
		VALUES (?1,?2,?3,?4,?5,?6,?7,'',?8,?8,0,0,?8)
		ON CONFLICT (id, person) DO UPDATE SET seq=(SELECT max(seq)+(act.seq<max(seq)) FROM act AS a), body=excluded.body, status=excluded.status,
		reason=iif(excluded.status='draft', reason, ''), updated_at=excluded.updated_at, next_at=excluded.next_at, deleted_at=NULL`,
		a.ID.String(), a.Owner.Person, a.Owner.Practice, a.Request.String(), a.Kind, body, a.Status, ms(now))
	return err
}

// wasDone tells whether the portal has an act already: it is a message, or a line of
// its request's history.
func wasDone(ctx context.Context, tx *sql.Tx, person, request, id string) (done bool, err error) {
	err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM message WHERE id=?1 AND person=?2) OR EXISTS (SELECT 1 FROM history WHERE request=?3 AND person=?2 AND code=?1)",
		id, person, request).Scan(&done)
	return done, err
}

// TakeBackAct takes back what has not left: a reply is written on, anything else
// was never done. desk.ErrNotNow when the portal may have it.
func (s *Store) TakeBackAct(ctx context.Context, person string, id uuid.UUID, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		const mine = " WHERE id=? AND person=?"
		var kind desk.ActKind
		var status desk.Status
		var doubt bool
		err := tx.QueryRowContext(ctx, "SELECT kind, status, doubt FROM act"+mine, id.String(), person).Scan(&kind, &status, &doubt)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return desk.ErrNotFound
		case err != nil:
			return err
		case doubt, status != desk.StatusQueued && status != desk.StatusNeedsSignIn && status != desk.StatusToCorrect:
			return desk.ErrNotNow
		case kind == desk.ActReply:
			_, err = tx.ExecContext(ctx, "UPDATE act SET status='draft', reason='', attempt=0, updated_at=?"+mine, ms(now), id.String(), person)
		default:
			_, err = tx.ExecContext(ctx, "DELETE FROM act"+mine, id.String(), person)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("take back act: %w", err)
	}
	return nil
}

// DropAct forgets an act that was refused. A reply that was being written is thrown
// away with its files: until ThrownFor, what is saved under its ID, or a file of it
// that is restored, brings it back. desk.ErrNotNow when it waits to be sent.
func (s *Store) DropAct(ctx context.Context, person string, id uuid.UUID, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		const mine = " WHERE id=? AND person=?"
		var status desk.Status
		err := tx.QueryRowContext(ctx, "SELECT status FROM act"+mine, id.String(), person).Scan(&status)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil // it is gone already
		case err != nil:
			return err
		case status == desk.StatusDraft:
			_, err = tx.ExecContext(ctx, "UPDATE act SET deleted_at=?, updated_at=?"+mine+" AND deleted_at IS NULL", ms(now), ms(now), id.String(), person)
		case status == desk.StatusToCorrect:
			_, err = tx.ExecContext(ctx, "DELETE FROM act"+mine, id.String(), person)
		default:
			return desk.ErrNotNow
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("drop act: %w", err)
	}
	return nil
}
