package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Cancel takes back a request that the portal does not have for certain: no
// attempt was made, none can have arrived, or withdrawn: the portal itself has
// said that it will never take it. Anything else is desk.ErrNotNow.
func (s *Store) Cancel(ctx context.Context, person string, id uuid.UUID, withdrawn bool, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		seq, r, err := s.notArrived(ctx, tx, person, id, withdrawn)
		if err != nil {
			return err
		}
		r.Status, r.UpdatedAt = desk.StatusCancelled, now
		if err := s.updateRequest(ctx, tx, seq, r); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM job WHERE request=?", seq); err != nil {
			return err
		}
		return s.note(ctx, tx, r.Owner.Person, r.ID.String(), now, string(r.Status), "")
	})
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	return nil
}

// Recall turns a request that may be cancelled back into a draft and returns
// the draft's id: the same one at the next revision, or a new one if it was
// withdrawn at the portal, which takes nothing more under the old one. What the
// portal has refused because of its id needs that too.
func (s *Store) Recall(ctx context.Context, person string, id uuid.UUID, withdrawn bool, now time.Time) (uuid.UUID, error) {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		seq, r, err := s.notArrived(ctx, tx, person, id, withdrawn)
		if err != nil {
			return err
		}
		if !withdrawn && r.IDRefused() {
			return desk.ErrNotNow
		}
		if withdrawn {
			if err := anew(ctx, tx, &r); err != nil {
				return err
			}
		}
		id = r.ID
		return s.backToDraft(ctx, tx, seq, r, now)
	})
	if err != nil {
		return id, fmt.Errorf("recall: %w", err)
	}
	return id, nil
}

// notArrived reads a request that can be taken back.
func (s *Store) notArrived(ctx context.Context, tx *sql.Tx, person string, id uuid.UUID, withdrawn bool) (int64, desk.Request, error) {
	var seq int64
	r, err := s.request(ctx, tx, "WHERE id=? AND person=?", id.String(), person)
	if err != nil {
		return seq, r, err
	}
	if !withdrawn && !r.SentAt.IsZero() {
		return seq, r, desk.ErrNotNow // the portal may have it: only it can say
	}
	if _, err := r.Status.Next(desk.EventCancel); err != nil {
		return seq, r, err
	}
	err = tx.QueryRowContext(ctx, "SELECT seq FROM request WHERE id=? AND person=?", id.String(), person).Scan(&seq)
	return seq, r, err
}

// anew gives a request, and what belongs to it, an id that the portal does not
// know.
func anew(ctx context.Context, tx *sql.Tx, r *desk.Request) (err error) {
	old := r.ID
	r.Revision = 0
	if r.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	for _, stmt := range []string{"UPDATE file SET item=? WHERE item=? AND person=?", "UPDATE history SET request=? WHERE request=? AND person=?",
		"UPDATE statement SET item=? WHERE item=? AND person=?"} {
		if _, err := tx.ExecContext(ctx, stmt, r.ID.String(), old.String(), r.Owner.Person); err != nil {
			return err
		}
	}
	return nil
}

// Correct turns a request that the portal refused back into a draft under the
// same id, at the next revision, with the portal's problems. What it refused
// because of its id is for Recall: desk.ErrNotNow.
func (s *Store) Correct(ctx context.Context, person string, id uuid.UUID, now time.Time) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		var seq int64
		r, err := s.request(ctx, tx, "WHERE id=? AND person=?", id.String(), person)
		if err != nil {
			return err
		}
		if r.Status != desk.StatusToCorrect || r.IDRefused() {
			return desk.ErrNotNow
		}
		if err := tx.QueryRowContext(ctx, "SELECT seq FROM request WHERE id=? AND person=?", id.String(), person).Scan(&seq); err != nil {
			return err
		}
		return s.backToDraft(ctx, tx, seq, r, now)
	})
	if err != nil {
		return fmt.Errorf("correct: %w", err)
	}
	return nil
}

// backToDraft puts a draft in the place of a request; its job goes with it.
func (s *Store) backToDraft(ctx context.Context, tx *sql.Tx, seq int64, r desk.Request, now time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM request WHERE seq=?", seq); err != nil {
		return err
	}
	reason := ""
	if r.Status == desk.StatusToCorrect {
		reason = r.Reason
	}
	return s.putDraft(ctx, tx, desk.Draft{
		Reason: reason, ID: r.ID, Revision: r.Revision + 1, Owner: r.Owner, CreatedAt: r.WrittenAt, Problems: r.Problems,
		Content: desk.Content{
			Road: r.Road, Step: desk.FirstStep(r.Problems), CatalogueVersion: r.CatalogueVersion,
			Type: r.Type, Practice: r.Owner.Practice, Category: r.Category, Values: r.Values,
		},
	}, now)
}
