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

// AddFile writes the row of a file whose bytes are stored, sealed for that person,
// for a draft of theirs, or for a reply that they are writing, and keeps what was said
// of it; a zero statement is none. What is gone or was
// sent is desk.ErrNotFound, a draft that has become somebody else's
// desk.ErrConflict, and the bytes are an orphan for the sweep.
func (s *Store) AddFile(ctx context.Context, item uuid.UUID, person string, f desk.File, said desk.Statement) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		d, err := s.draft(ctx, tx, item)
		switch {
		case errors.Is(err, desk.ErrNotFound):
			d.Owner, err = bringBack(ctx, tx, person, item)
		case err == nil && d.Owner.Person != person:
			err = &desk.Error{Code: desk.ErrConflict.Code, Revision: d.Revision}
		}
		if err != nil {
			return err
		}
		if err := s.putFile(ctx, tx, d.Owner, item, f); err != nil || said.ID == uuid.Nil {
			return err
		}
		said.Owner, said.Item, said.File = d.Owner, item, f.ID
		return s.putStatement(ctx, tx, said)
	})
	if err != nil {
		return fmt.Errorf("add file: %w", err)
	}
	return nil
}

func (s *Store) putFile(ctx context.Context, tx *sql.Tx, owner desk.Owner, item uuid.UUID, f desk.File) error {
	name, err := s.seal(owner.Person, f.Name)
	if err != nil {
		return err
	}
	c := f.Confirmation
	_, err = tx.ExecContext(ctx, `INSERT INTO file (id, person, practice, item, name, size, media, sha256, stored,
		confirmed_by, confirmed_at, confirmed_as, confirmed_sha256) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id, person) DO NOTHING`,
		f.ID.String(), owner.Person, owner.Practice, item.String(), name, f.Size, f.Media, f.SHA256, f.Stored,
		c.By, ms(c.At), c.Wording, c.SHA256)
	return err
}

// Vouch has somebody answer for all files of a draft for which another one did, or
// somebody before anybody had signed in: they came with it. Their bytes are those
// that were confirmed.
func (s *Store) Vouch(ctx context.Context, draft uuid.UUID, c desk.Confirmation) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		d, err := s.draft(ctx, tx, draft)
		if err != nil {
			return err
		}
		if err := s.sayAgain(ctx, tx, d, c); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE file SET confirmed_by=?, confirmed_at=?, confirmed_as=?
			WHERE item=? AND person=? AND removed_at IS NULL AND confirmed_by<>?`,
			c.By, ms(c.At), c.Wording, draft.String(), d.Owner.Person, c.By)
		return err
	})
	if err != nil {
		return fmt.Errorf("vouch: %w", err)
	}
	return nil
}

// sayAgain keeps for each file that somebody else answered for that this person does
// now, upon what was seen then. Why what was found is none stays in the words of whoever
// said so: theirs is the statement before it, of the same bytes.
func (s *Store) sayAgain(ctx context.Context, tx *sql.Tx, d desk.Draft, c desk.Confirmation) error {
	last := map[uuid.UUID]desk.Statement{}
	err := s.eachStatement(ctx, tx, "WHERE item=? AND person=? AND file<>'' ORDER BY seq",
		[]any{d.ID.String(), d.Owner.Person}, func(st desk.Statement) error { last[st.File] = st; return nil })
	if err != nil {
		return err
	}
	for _, f := range d.Files {
		if f.Confirmation.By == c.By {
			continue
		}
		said := last[f.ID]
		if said.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		said.Owner, said.Item, said.File, said.Field = d.Owner, d.ID, f.ID, ""
		said.By, said.At, said.Wording, said.SHA256 = c.By, c.At, c.Wording, f.SHA256
		said.Name, said.Size, said.Answers = f.Name, f.Size, nil
		if err := s.putStatement(ctx, tx, said); err != nil {
			return err
		}
	}
	return nil
}

// RemoveFile takes a file from a draft, or from a reply being written; RestoreFile
// brings it back within ThrownFor.
func (s *Store) RemoveFile(ctx context.Context, item, file uuid.UUID, now time.Time) error {
	return s.markFile(ctx, "remove file", item, file, ms(now))
}

// RestoreFile brings back what RemoveFile took, and the reply that it was of.
func (s *Store) RestoreFile(ctx context.Context, item, file uuid.UUID) error {
	return s.markFile(ctx, "restore file", item, file, nil)
}

func (s *Store) markFile(ctx context.Context, op string, item, file uuid.UUID, removed any) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		err := oneRow(tx.ExecContext(ctx, `UPDATE file SET removed_at=? WHERE id=? AND item=?
			AND (item, person) IN (SELECT id, person FROM draft UNION ALL SELECT id, person FROM act WHERE `+beingWritten+")",
			removed, file.String(), item.String()))
		if err == nil && removed == nil {
			_, err = tx.ExecContext(ctx, "UPDATE act SET deleted_at=NULL WHERE (id, person) IN (SELECT item, person FROM file WHERE id=? AND item=?)", file.String(), item.String())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// SameBytes returns the stored name of bytes that the person has attached
// already, or "".
func (s *Store) SameBytes(ctx context.Context, person, sha256 string) (string, error) {
	var stored string
	err := s.read.QueryRowContext(ctx, "SELECT stored FROM file WHERE person=? AND sha256=? AND stored<>'' AND removed_at IS NULL LIMIT 1",
		person, sha256).Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("find same bytes: %w", s.noted(err))
	}
	return stored, nil
}

// StoredNames lists every name in the store of attachments that a row speaks
// of, for the sweep of orphans.
func (s *Store) StoredNames(ctx context.Context) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT stored FROM file WHERE stored<>''")
	if err != nil {
		return nil, fmt.Errorf("list stored names: %w", s.noted(err))
	}
	defer rows.Close()
	names := map[string]bool{}
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("list stored names: %w", err)
		}
		names[n] = true
	}
	return names, s.noted(rows.Err())
}

// moveFiles gives the files of one item to another, each under an id that the portal
// does not know, and tells which one by the old.
func moveFiles(ctx context.Context, tx *sql.Tx, person string, from, to uuid.UUID) (map[string]string, error) {
	moved := map[string]string{}
	for {
		var old string
		err := tx.QueryRowContext(ctx, "SELECT id FROM file WHERE item=? AND person=? ORDER BY seq LIMIT 1", from.String(), person).Scan(&old)
		if errors.Is(err, sql.ErrNoRows) {
			return moved, moveStatements(ctx, tx, person, from, to, moved)
		}
		if err != nil {
			return nil, err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE file SET item=?, id=? WHERE id=? AND person=?", to.String(), id.String(), old, person); err != nil {
			return nil, err
		}
		moved[old] = id.String()
	}
}

// File reads the row of one file and whose it is, or desk.ErrNotFound.
func (s *Store) File(ctx context.Context, id uuid.UUID) (desk.File, desk.Owner, error) {
	var f desk.File
	var owner desk.Owner
	found := false
	err := s.eachFileOwned(ctx, s.read, "WHERE id=? AND stored<>'' LIMIT 1", []any{id.String()}, func(_ string, o desk.Owner, file desk.File) {
		f, owner, found = file, o, true
	})
	if err == nil && !found {
		err = desk.ErrNotFound
	}
	if err != nil {
		return f, owner, fmt.Errorf("read file row: %w", s.noted(err))
	}
	return f, owner, nil
}

// files lists the files of one draft, request or act in one person's partition.
func (s *Store) files(ctx context.Context, q querier, item uuid.UUID, person string) ([]desk.File, error) {
	var out []desk.File
	err := s.eachFile(ctx, q, "WHERE item=? AND person=? AND removed_at IS NULL ORDER BY seq", []any{item.String(), person},
		func(_ string, f desk.File) { out = append(out, f) })
	return out, err
}

func (s *Store) eachFile(ctx context.Context, q querier, where string, args []any, do func(item string, f desk.File)) error {
	return s.eachFileOwned(ctx, q, where, args, func(item string, _ desk.Owner, f desk.File) { do(item, f) })
}

func (s *Store) eachFileOwned(ctx context.Context, q querier, where string, args []any, do func(string, desk.Owner, desk.File)) error {
	rows, err := q.QueryContext(ctx, `SELECT id, item, person, practice, name, size, media, sha256, stored,
		confirmed_by, confirmed_at, confirmed_as, confirmed_sha256, released_at FROM file `+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f desk.File
		var owner desk.Owner
		var id, item string
		var name []byte
		var at int64
		var released sql.NullInt64
		c := &f.Confirmation
		if err := rows.Scan(&id, &item, &owner.Person, &owner.Practice, &name, &f.Size, &f.Media, &f.SHA256, &f.Stored,
			&c.By, &at, &c.Wording, &c.SHA256, &released); err != nil {
			return err
		}
		f.ReleasedAt = fromNull(released)
		if f.ID, err = uuid.Parse(id); err != nil {
			return desk.ErrDamaged.With(err)
		}
		if err := s.unseal(owner.Person, name, &f.Name); err != nil {
			return err
		}
		if at != 0 {
			c.At = fromMS(at)
		}
		do(item, owner, f)
	}
	return rows.Err()
}
