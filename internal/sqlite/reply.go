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

// SaveReply keeps a reply that is being written: its Text, under its ID and
// Request. One that was thrown away comes back. A request of which the person has
// nothing here is desk.ErrNotFound, a reply that was sent meanwhile desk.ErrNotNow.
func (s *Store) SaveReply(ctx context.Context, a desk.Act, now time.Time) error {
	a.Kind, a.Status = desk.ActReply, desk.StatusDraft
	return s.saveAct(ctx, "save reply", a, now)
}

// beingWritten is the condition of replies that can still be written on, those that
// were thrown away among them.
const beingWritten = "kind='reply' AND status='draft'"

// Reply reads a person's reply that is being written, or was thrown away, with its
// files. desk.ErrNotFound if there is none, or it was sent.
func (s *Store) Reply(ctx context.Context, person string, id uuid.UUID) (desk.Act, error) {
	a, err := s.scanAct(s.read.QueryRowContext(ctx, "SELECT "+actColumns+" FROM act WHERE id=? AND person=? AND "+beingWritten, id.String(), person))
	if err == nil {
		a.Files, err = s.files(ctx, s.read, id, person)
	}
	if err != nil {
		return a, fmt.Errorf("read reply: %w", s.noted(err))
	}
	return a, nil
}

// bringBack has a reply that a file is for be written on, whatever became of it, and
// tells whose it is.
func bringBack(ctx context.Context, tx *sql.Tx, person string, id uuid.UUID) (owner desk.Owner, err error) {
	owner.Person = person
	err = tx.QueryRowContext(ctx, "UPDATE act SET deleted_at=NULL WHERE id=? AND person=? AND "+beingWritten+" RETURNING practice", id.String(), person).Scan(&owner.Practice)
	if errors.Is(err, sql.ErrNoRows) {
		err = desk.ErrNotFound
	}
	return owner, err
}

// replyBack keeps a reply that the portal did not take, to be written on. Where the
// portal holds something else under its id, or what it holds can never be whole, it
// goes on under another one, and so do its files.
func (s *Store) replyBack(ctx context.Context, tx *sql.Tx, res desk.Result, now time.Time) (err error) {
	a, out := res.Job.Act, res.Outcome
	id, problems := a.ID, out.Problems
	if out.Code == desk.ReasonMismatch || out.Code == desk.ReasonFileMissing {
		if id, err = uuid.NewV7(); err != nil {
			return err
		}
		moved, err := moveFiles(ctx, tx, a.Owner.Person, a.ID, id)
		if err != nil {
			return err
		}
		for i, p := range problems {
			problems[i].File = moved[p.File]
		}
	}
	body, err := s.seal(a.Owner.Person, actBody{a.Text, a.Watchers, problems})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE act SET id=?, body=?, status='draft', reason=?, doubt=0, next_at=?, lease_until=NULL, updated_at=? WHERE seq=?",
		id.String(), body, out.Code, ms(res.NextAt), ms(now), res.Job.ID)
	return err
}
