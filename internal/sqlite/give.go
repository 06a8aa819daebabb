package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// AllFiles lists the files of a draft, those among them that were removed and
// can still be brought back: what a Gift has to name the new places of.
func (s *Store) AllFiles(ctx context.Context, draft uuid.UUID) ([]desk.File, error) {
	files, err := s.filesOfDraft(ctx, s.read, draft)
	if err != nil {
		return nil, fmt.Errorf("list all files: %w", s.noted(err))
	}
	return files, nil
}

func (s *Store) filesOfDraft(ctx context.Context, q querier, draft uuid.UUID) (out []desk.File, err error) {
	err = s.eachFile(ctx, q, "WHERE item=?1 AND person=(SELECT person FROM draft WHERE id=?1) ORDER BY seq", []any{draft.String()},
		func(_ string, f desk.File) { out = append(out, f) })
	return out, err
}

// Gift is a draft that becomes somebody else's: the PC's that of a person who
// takes it, or a person's that of a colleague.
type Gift struct {
	Draft     uuid.UUID
	Revision  int64 // at which it was looked at
	To        desk.Owner
	Giver     string               // name of the colleague who gives it
	Stored    map[uuid.UUID]string // by file id: where its bytes lie, sealed for the new owner
	Withdrawn bool                 // the portal has said that it takes nothing more under the draft's id
}

// GiveDraft stores a gift and returns the draft as it is then. Another revision,
// or a file that came meanwhile, is desk.ErrConflict. What was the PC's keeps id
// and revision: whoever has it open goes on with it. What was a person's gets a
// new id, since the portal takes nothing from one person under
// an id of another's; what the portal has refused may be there all the same
// (the refusal may have been another's word), so that it has to be withdrawn
// there first: else desk.ErrNotNow.
func (s *Store) GiveDraft(ctx context.Context, g Gift, now time.Time) (out desk.Draft, err error) {
	err = s.withRoom(func() error {
		return s.tx(ctx, func(tx *sql.Tx) error {
			out, err = s.give(ctx, tx, g, now)
			return err
		})
	})
	if err != nil {
		return desk.Draft{}, fmt.Errorf("give draft: %w", err)
	}
	return out, nil
}

func (s *Store) give(ctx context.Context, tx *sql.Tx, g Gift, now time.Time) (desk.Draft, error) {
	d, err := s.draft(ctx, tx, g.Draft)
	if err != nil {
		return d, err
	}
	files, err := s.filesOfDraft(ctx, tx, g.Draft)
	switch {
	case err != nil:
		return d, err
	case d.Revision != g.Revision:
		return d, &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
	case d.Reason != "" && !g.Withdrawn:
		return d, desk.ErrNotNow
	}
	from := d.Owner.Person
	if from != "" {
		if d.ID, err = uuid.NewV7(); err != nil {
			return d, err
		}
		d.GivenBy, d.Reason, d.Problems = g.Giver, "", nil // what was said of the giver's sending
		d.Revision, d.SavedAt, d.DeletedAt = d.Revision+1, now, time.Time{}
	}
	d.Owner, d.Practice = g.To, g.To.Practice
	if _, err := tx.ExecContext(ctx, "DELETE FROM draft WHERE id=?", g.Draft.String()); err != nil {
		return d, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM history WHERE request=? AND person=?", g.Draft.String(), from); err != nil {
		return d, err
	}
	if err := s.giveFiles(ctx, tx, d, files, g); err != nil {
		return d, err
	}
	if err := s.giveStatements(ctx, tx, d, desk.Owner{Person: from}, g); err != nil {
		return d, err
	}
	return d, s.putDraft(ctx, tx, d, d.SavedAt)
}

// giveFiles moves the rows of a gift's files to its new owner.
func (s *Store) giveFiles(ctx context.Context, tx *sql.Tx, d desk.Draft, files []desk.File, g Gift) error {
	for _, f := range files {
		stored, ok := g.Stored[f.ID]
		if !ok {
			return &desk.Error{Code: desk.ErrConflict.Code, Revision: g.Revision}
		}
		name, err := s.seal(d.Owner.Person, f.Name)
		if err != nil {
			return err
		}
		if err := oneRow(tx.ExecContext(ctx, "UPDATE file SET person=?, practice=?, item=?, name=?, stored=? WHERE id=? AND item=?",
			d.Owner.Person, d.Owner.Practice, d.ID.String(), name, stored, f.ID.String(), g.Draft.String())); err != nil {
			return err
		}
	}
	return nil
}

// giveStatements copies what was said of a gift's files into its new owner's papers.
// The giver's keep it: it is what the giver has said. Of the texts, the new owner
// has to say it anew. What stands in the PC's papers, which are read with everybody's,
// moves. What was said there of texts before anybody had signed in is the new owner's
// word then: they send it.
func (s *Store) giveStatements(ctx context.Context, tx *sql.Tx, d desk.Draft, from desk.Owner, g Gift) error {
	moves := from.Person == ""
	var said []desk.Statement
	err := s.eachStatement(ctx, tx, "WHERE item=? AND person=? AND (file<>'' OR ?) ORDER BY seq", []any{g.Draft.String(), from.Person, moves},
		func(st desk.Statement) error { said = append(said, st); return nil })
	if err != nil {
		return err
	}
	if moves {
		if _, err := tx.ExecContext(ctx, "DELETE FROM statement WHERE item=? AND person=''", g.Draft.String()); err != nil {
			return err
		}
	}
	for _, st := range said {
		switch {
		case !moves:
			if st.ID, err = uuid.NewV7(); err != nil {
				return err
			}
		case st.File == uuid.Nil && st.By == "":
			st.By = d.Owner.Person
		}
		st.Owner, st.Item = d.Owner, d.ID
		if err := s.putStatement(ctx, tx, st); err != nil {
			return err
		}
	}
	return nil
}
