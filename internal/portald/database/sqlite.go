package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"guichet/internal/sqlite/prepared"
)

const applicationID = 0x47554950 // "GUIP"

// sqlite is a file that one process has for itself: its one writer is turn enough
// for every key.
type sqlite struct{}

// OpenSQLite opens a file, or makes it, and brings it to the newest schema.
func OpenSQLite(ctx context.Context, file string, migrations fs.FS) (*DB, error) {
	name := nameOf(file)
	write, err := prepared.Open(name+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_txlock=immediate&_defensive=1&_dqs=0&_error_rc=1&_pragma=secure_delete(1)", 1)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	d := &DB{write: write, dialect: sqlite{}, news: make(chan struct{})}
	if err := d.migrate(ctx, migrations); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if d.read, err = prepared.Open(name+"?mode=ro&_busy_timeout=5000&_query_only=1", 4); err != nil {
		return nil, errors.Join(fmt.Errorf("open database for reading: %w", err), d.Close())
	}
	return d, nil
}

// nameOf is a file as the driver takes it.
func nameOf(file string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()
}

func (sqlite) statement(query string, args []any) (string, []any)     { return query, args }
func (sqlite) begin(context.Context, *sql.Tx, []string) error         { return nil }
func (sqlite) lock(context.Context, string) (unlock func(), _ error)  { return func() {}, nil }
func (sqlite) hold(context.Context, string) (release func(), _ error) { return func() {}, nil }
func (sqlite) tell()                                                  {}
func (sqlite) snapshot() *sql.TxOptions                               { return &sql.TxOptions{ReadOnly: true} }
func (sqlite) name() string                                           { return "sqlite" }
func (sqlite) close() error                                           { return nil }
func (sqlite) tables() string {
	return "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?)"
}

// CopyTo writes all rows as they are at one moment into a new file. It is for SQLite.
func (d *DB) CopyTo(ctx context.Context, file string) error {
	if _, ok := d.dialect.(sqlite); !ok {
		return errors.New("copy database: it is no file")
	}
	if _, err := d.write.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	written, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	if err := errors.Join(written.Chmod(0o600), written.Sync(), written.Close()); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return nil
}

// scrub empties the log, in which pages lie as they were; deleted ones are overwritten.
// While somebody reads, it is done by a later one.
func (sqlite) scrub(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("empty log: %w", err)
	}
	return nil
}

func (sqlite) version(ctx context.Context, db *sql.DB) (version int, err error) {
	var id int
	if err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)").Scan(&id, &version); err != nil {
		return 0, err
	}
	if id != applicationID && (id != 0 || version != 0) {
		return 0, fmt.Errorf("database is of another program (application %#x)", id)
	}
	return version, nil
}

func (sqlite) migrated(version int) string {
	return fmt.Sprintf(";PRAGMA application_id=%d;PRAGMA user_version=%d", applicationID, version)
}
