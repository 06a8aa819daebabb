package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// RenewDraft stores what carry makes of a draft, as its next revision, so that
// whoever still holds the older form cannot save over it. Carry tells whether
// there is anything to do. It is not a save of the person's: SavedAt stays.
func (s *Store) RenewDraft(ctx context.Context, id uuid.UUID, carry func(desk.Draft) (desk.Draft, bool)) (desk.Draft, error) {
	var d desk.Draft
	err := s.tx(ctx, func(tx *sql.Tx) (err error) {
		if d, err = s.draft(ctx, tx, id); err != nil {
			return err
		}
		next, due := carry(d)
		if !due {
			return nil
		}
		d = next
		d.Revision++
		body, err := s.seal(d.Owner.Person, bodyOf(d))
		if err != nil {
			return err
		}
		return oneRow(tx.ExecContext(ctx, "UPDATE draft SET revision=?, body=? WHERE id=?", d.Revision, body, id.String()))
	})
	if err != nil {
		return desk.Draft{}, fmt.Errorf("renew draft: %w", err)
	}
	return d, nil
}
