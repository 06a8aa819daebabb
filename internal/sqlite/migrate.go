package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
)

// applicationID marks the file as Guichet's ("GUIC").
const applicationID = 0x47554943

//go:embed migrations/*.sql
var migrations embed.FS

// steps lists the migrations: the n-th leads to schema n. They are never
// altered once they were released, and there is no way back.
func steps() ([]string, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	return files, nil
}

// migrate brings the schema up to date, one transaction per step. Before the
// first one the database is copied; without a copy nothing is changed.
func (s *Store) migrate(ctx context.Context) error {
	files, err := steps()
	if err != nil {
		return err
	}
	var version int
	if err := s.write.QueryRowContext(ctx, "SELECT user_version FROM pragma_user_version").Scan(&version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if version > 0 && version < len(files) {
		name := fmt.Sprintf("%s%d.db", schemaCopy, version)
		if err := copyTo(ctx, s.write, filepath.Join(s.backups(), name)); err != nil {
			return fmt.Errorf("copy before migration: %w", err)
		}
	}
	for i := version; i < len(files); i++ {
		script, err := migrations.ReadFile(files[i])
		if err != nil {
			return fmt.Errorf("read migration: %w", err)
		}
		err = s.tx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, string(script)+fmt.Sprintf(";PRAGMA application_id=%d;PRAGMA user_version=%d", applicationID, i+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", i+1, err)
		}
	}
	return nil
}
