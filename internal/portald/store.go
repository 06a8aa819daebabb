package portald

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"guichet/internal/disk"

	_ "modernc.org/sqlite" // the driver
)

const applicationID = 0x47554950 // "GUIP"

//go:embed migrations/*.sql
var migrations embed.FS

// store is the portal's database. What a method has done when it returns is on
// the disk: a number is given once and never forgotten.
type store struct {
	write, read *sql.DB
}

func openStore(ctx context.Context, dir string) (*store, error) {
	if err := disk.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	name := "file:" + (&url.URL{Path: filepath.ToSlash(filepath.Join(dir, "portald.db"))}).EscapedPath()
	write, err := sql.Open("sqlite", name+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_txlock=immediate&_defensive=1&_dqs=0&_error_rc=1")
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	write.SetMaxOpenConns(1)
	s := &store{write: write}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.read, err = sql.Open("sqlite", name+"?mode=ro&_busy_timeout=5000&_query_only=1"); err != nil {
		return nil, errors.Join(fmt.Errorf("open database for reading: %w", err), s.close())
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	return s, nil
}

func (s *store) close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (s *store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	var id, version int
	if err := s.write.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)").Scan(&id, &version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if id != applicationID && (id != 0 || version != 0) || version > len(files) {
		return fmt.Errorf("database is of another program or of a newer one (application %#x, schema %d)", id, version)
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

func (s *store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, back)
		}
		return err
	}
	return tx.Commit()
}

// querier is a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// keepCatalogue remembers a catalogue that is served from now on.
func (s *store) keepCatalogue(ctx context.Context, version int, body []byte, now time.Time) error {
	if _, err := s.write.ExecContext(ctx, "INSERT INTO catalogue (version, body, served_at) VALUES (?,?,?) ON CONFLICT (version) DO UPDATE SET body=excluded.body",
		version, body, now.UnixMilli()); err != nil {
		return fmt.Errorf("keep catalogue: %w", err)
	}
	return nil
}

// catalogues reads every catalogue that was ever served.
func (s *store) catalogues(ctx context.Context) (bodies [][]byte, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT body FROM catalogue")
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read catalogues: %w", err)
		}
		bodies = append(bodies, body)
	}
	return bodies, rows.Err()
}
