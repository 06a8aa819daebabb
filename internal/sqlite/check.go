package sqlite

import (
	"context"
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
	var verdict string
	err := s.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = desk.ErrDamaged.With(errors.New("the check found a fault")) // its words may quote a row
	}
	if err != nil {
		return fmt.Errorf("check database: %w", s.noted(err))
	}
	return nil
}
