package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"guichet/internal/desk"
)

// Check lets SQLite go through the whole database, on a connection that is in
// nobody's way. desk.ErrDamaged, told by Damaged as well, only if SQLite itself
// says so. It takes seconds for a large database, a third to a half more than
// quick_check, which overlooks an index that says something else than its table.
func (s *Store) Check(ctx context.Context) error {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	if err := integrity(ctx, s.read); err != nil {
		return fmt.Errorf("check database: %w", s.noted(err))
	}
	return nil
}

// CheckIn is Check for the database of a data folder, beside whoever has it: nothing is
// changed, and nothing mended. False where there is none. desk.ErrTooNew: a newer
// Guichet has written it.
func CheckIn(ctx context.Context, dir string) (found bool, err error) {
	found, err = peek(dir, func(db *sql.DB) error {
		if err := integrity(ctx, db); err != nil {
			return err
		}
		var version int
		if err := db.QueryRowContext(ctx, "SELECT user_version FROM pragma_user_version").Scan(&version); err != nil {
			return err
		}
		if files, err := steps(); err != nil || version > len(files) {
			return errors.Join(desk.ErrTooNew, err)
		}
		return nil
	})
	if err != nil {
		return found, fmt.Errorf("check database: %w", classify(err))
	}
	return found, nil
}

func integrity(ctx context.Context, q querier) error {
	var verdict string
	err := q.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = desk.ErrDamaged.With(errors.New("the check found a fault")) // its words may quote a row
	}
	return err
}
