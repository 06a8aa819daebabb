package database

import (
	"context"
	"fmt"
	"os"

	"guichet/internal/sqlite/prepared"

	"github.com/jackc/pgx/v5/stdlib"
)

// GlanceAtSQLite opens a file for reading only, with the schema that it has; os.ErrNotExist if
// there is none. It may be another process's.
func GlanceAtSQLite(file string) (*DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("look at database: %w", err)
	}
	how := "?mode=ro&_busy_timeout=5000&_query_only=1"
	if _, err := os.Stat(file + "-wal"); os.IsNotExist(err) {
		how += "&immutable=1" // nobody has it open, and nothing is made beside it
	}
	read, err := prepared.Open(nameOf(file)+how, 1)
	if err != nil {
		return nil, fmt.Errorf("look at database: %w", err)
	}
	return &DB{read: read, dialect: sqlite{}}, nil
}

// glancing is a PostgreSQL to which nobody listens.
type glancing struct{ *postgres }

func (glancing) close() error { return nil }

// GlanceAtPostgres opens a database for reading only, with the schema that it has.
func GlanceAtPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := readAddress(address)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["default_transaction_read_only"] = "on"
	d := &DB{read: stdlib.OpenDB(*config), dialect: glancing{&postgres{}}}
	if err := reached(d.read.PingContext(ctx)); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Has tells whether there is a table.
func (d *DB) Has(ctx context.Context, table string) (has bool, err error) {
	if err := d.QueryRowContext(ctx, d.tables(), table).Scan(&has); err != nil {
		return false, fmt.Errorf("look for table %s: %w", table, err)
	}
	return has, nil
}
