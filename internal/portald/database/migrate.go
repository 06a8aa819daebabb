package database

import (
	"context"
	"fmt"
	"io/fs"
)

// migrate brings the schema to the newest version that this program has. Other
// processes that start just now wait.
func (d *DB) migrate(ctx context.Context, migrations fs.FS) error {
	files, err := fs.Glob(migrations, d.name()+"/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	unlock, err := d.Lock(ctx, "migrations")
	if err != nil {
		return err
	}
	defer unlock()
	version, err := d.version(ctx, d.write)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if version > len(files) {
		return fmt.Errorf("database is of a newer program (schema %d, this one knows %d)", version, len(files))
	}
	for i := version; i < len(files); i++ {
		script, err := fs.ReadFile(migrations, files[i])
		if err != nil {
			return fmt.Errorf("read migration: %w", err)
		}
		err = d.Tx(ctx, func(tx *Tx) error {
			_, err := tx.Tx.ExecContext(ctx, string(script)+d.migrated(i+1)) // as it is written, for its database
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", i+1, err)
		}
	}
	return nil
}
