// Package sqlite is the store of the desk: drafts, requests, jobs, files' rows,
// messages, catalogues, settings. It is the only place with SQL. What a method
// has done when it returns is on the disk (synchronous=FULL): that is the
// promise which « Enregistré » makes. It does not send, word or decide.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/gofrs/flock"
	sqlite "modernc.org/sqlite"
)

// applicationID marks the file as Guichet's ("GUIC").
const applicationID = 0x47554943

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the desk's database. The zero value is not usable; call Open.
type Store struct {
	write  *sql.DB // one connection
	read   *sql.DB
	lock   *flock.Flock
	sealer privacy.Sealer
}

// Open opens or makes guichet.db in the folder dir, which is made as well. It
// answers desk.ErrInUse when another Guichet has it, desk.ErrTooNew when a
// newer one wrote it, desk.ErrDamaged, desk.ErrReadOnly or desk.ErrDiskFull.
func Open(ctx context.Context, dir string, sealer privacy.Sealer) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", desk.ErrReadOnly.With(err))
	}
	lock := flock.New(filepath.Join(dir, "guichet.lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", desk.ErrReadOnly.With(err))
	}
	if !locked {
		return nil, desk.ErrInUse
	}
	s := &Store{lock: lock, sealer: sealer}
	if err := s.open(ctx, filepath.Join(dir, "guichet.db")); err != nil {
		return nil, errors.Join(classify(err), s.Close())
	}
	return s, nil
}

// dsn holds every pragma, so that each pooled connection has them. The
// shorthand keys are used because they refuse a value that SQLite would take
// for another in silence.
func dsn(path, options string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + options
}

const (
	writerOptions = "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_txlock=immediate&_defensive=1&_dqs=0&_error_rc=1"
	readerOptions = "mode=ro&_busy_timeout=5000&_query_only=1"
)

func (s *Store) open(ctx context.Context, path string) (err error) {
	if s.write, err = sql.Open("sqlite", dsn(path, writerOptions)); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	s.write.SetMaxOpenConns(1)
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", dsn(path, readerOptions)); err != nil {
		return fmt.Errorf("open database for reading: %w", err)
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	return nil
}

// Close closes the database and gives the folder free.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.lock.Unlock())...)
}

// migrate brings the schema up to date, one transaction per step.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	var id, version int
	if err := s.write.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version)").Scan(&id, &version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	switch {
	case id != applicationID && (id != 0 || version != 0):
		return desk.ErrDamaged.With(fmt.Errorf("application_id %#x is not Guichet's", id))
	case version > len(files):
		return desk.ErrTooNew.With(fmt.Errorf("schema %d, this program knows %d", version, len(files)))
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

// tx runs one writing transaction.
func (s *Store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return classify(fmt.Errorf("begin: %w", err))
	}
	if err := do(tx); err != nil {
		return classify(errors.Join(err, ignoreDone(tx.Rollback())))
	}
	if err := tx.Commit(); err != nil {
		return classify(fmt.Errorf("commit: %w", err))
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// SQLite's primary result codes, and the extended one that a full disk gives
// when there is no room for the shared memory of the WAL.
const (
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
	codeNoShm    = 8714
)

// classify gives errors that a person can do something about their code.
func classify(err error) error {
	var known *desk.Error
	var e *sqlite.Error
	if err == nil || errors.As(err, &known) || !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Code() == codeNoShm, e.Code()&0xff == codeFull:
		return desk.ErrDiskFull.With(err)
	case e.Code()&0xff == codeReadOnly, e.Code()&0xff == codeCantOpen:
		return desk.ErrReadOnly.With(err)
	case e.Code()&0xff == codeCorrupt, e.Code()&0xff == codeNotADB:
		return desk.ErrDamaged.With(err)
	}
	return err
}

// seal stores a value as sealed JSON.
func (s *Store) seal(person string, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	sealed, err := s.sealer.Seal(person, plain)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// unseal reads a value that seal stored.
func (s *Store) unseal(person string, sealed []byte, v any) error {
	plain, err := s.sealer.Open(person, sealed)
	if err != nil {
		return desk.ErrDamaged.With(fmt.Errorf("open seal: %w", err))
	}
	if err := json.Unmarshal(plain, v); err != nil {
		// The decoder's message may quote the text.
		return desk.ErrDamaged.With(errors.New("stored row is not the JSON it was"))
	}
	return nil
}

func ms(t time.Time) int64 { return t.UnixMilli() }

// msOrNull stores a zero time as NULL.
func msOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromMS(v int64) time.Time { return time.UnixMilli(v).UTC() }

func fromNull(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return fromMS(v.Int64)
}
