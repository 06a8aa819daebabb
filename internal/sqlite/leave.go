package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"guichet/internal/desk"
)

// partitions are the tables that have rows of persons, and the column that says
// whose. What was said of files and texts is not among them.
var partitions = [][2]string{
	{"job", "person"}, {"draft", "person"}, {"file", "person"}, {"act", "person"}, {"message", "person"}, {"history", "person"},
	{"notice", "person"}, {"view", "person"}, {"contract", "person"}, {"request", "person"}, {"person", "id"},
}

// ErasePerson has all that is of a person vanish, from the database and from every
// copy of it; what was said of files and of texts only if statements is set. It
// leaves the bytes of files to the caller. desk.ErrNotNow, and the database is as it
// was, while something of theirs is being sent: the portal may have half of it.
func (s *Store) ErasePerson(ctx context.Context, person string, statements bool) error {
	if person == thePC {
		return fmt.Errorf("erase person: %w", desk.ErrInvalid)
	}
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	if err := sending(ctx, s.read, person); err != nil {
		return fmt.Errorf("erase person: %w", s.noted(err))
	}
	tables := partitions
	if statements {
		tables = append(tables[:len(tables):len(tables)], [2]string{"statement", "person"})
	}
	var what []erasure
	for _, t := range tables {
		what = append(what, erasure{t[0], t[1], []string{person}})
	}
	err := s.erase(ctx, what, func(tx *sql.Tx) error {
		// An attempt may have begun meanwhile; from here on none can.
		if err := sending(ctx, tx, person); err != nil {
			return err
		}
		for _, t := range tables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+t[0]+" WHERE "+t[1]+"=?", person); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM setting WHERE substr(key, -length(?1))=?1", "@"+person); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE setting SET value='' WHERE key=? AND value=?", settingAtDesk, person)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase person: %w", err)
	}
	return nil
}

// sending is desk.ErrNotNow while an attempt of a person's is under way.
func sending(ctx context.Context, q querier, person string) error {
	var under bool
	err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM request WHERE person=?1 AND status='sending')
		OR EXISTS (SELECT 1 FROM act WHERE person=?1 AND status='sending')`, person).Scan(&under)
	if err == nil && under {
		err = desk.ErrNotNow
	}
	return err
}
