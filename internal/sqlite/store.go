// Package sqlite is the store of the desk: drafts, requests, jobs, files' rows,
// messages, catalogues, settings. It is the only place with SQL. What a method
// has done when it returns is on the disk (synchronous=FULL): that is the
// promise which « Enregistré » makes. It does not send, word or decide.
package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/privacy"

	"github.com/gofrs/flock"
)

// Store is the desk's database. The zero value is not usable; call Open.
type Store struct {
	dir    string
	write  *sql.DB // one connection
	read   *sql.DB
	gate   gate
	lock   *flock.Flock
	sealer privacy.Sealer
	text   texts

	unclean bool          // it was not closed the last time
	damage  chan struct{} // something was found to be damaged
	upkeep  sync.Mutex    // held by what goes through whole files: Check, Backup, Purge, Mend
}

// Open opens or makes guichet.db in the folder dir, which is made as well. A
// database that is damaged is mended on the way (see Mend, and Recovered for
// what became of it). It answers desk.ErrInUse when another Guichet has the
// folder, desk.ErrTooNew when a newer one wrote the database, desk.ErrDamaged
// when it is another program's, desk.ErrReadOnly or desk.ErrDiskFull; then the
// database is as it was.
func Open(ctx context.Context, dir string, sealer privacy.Sealer) (*Store, error) {
	return OpenWith(ctx, dir, func() (privacy.Sealer, error) { return sealer, nil })
}

// OpenWith is Open with a Sealer that is made once the folder is ours: what it
// keeps in the folder is changed by one Guichet at a time. Its errors are
// returned as they are.
func OpenWith(ctx context.Context, dir string, sealer func() (privacy.Sealer, error)) (*Store, error) {
	if err := disk.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("make data folder: %w", folderFault(err))
	}
	lock := flock.New(filepath.Join(dir, "guichet.lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", folderFault(err))
	}
	if !locked {
		return nil, desk.ErrInUse
	}
	s := &Store{dir: dir, lock: lock, damage: make(chan struct{}, 1)}
	if s.sealer, err = sealer(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.withRoom(func() error { return s.open(ctx) }); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// path is where the database lies.
func (s *Store) path() string { return filepath.Join(s.dir, "guichet.db") }

// open looks at what is there before SQLite does, which would change it.
func (s *Store) open(ctx context.Context) error {
	found, err := s.look(ctx)
	if err != nil {
		return classify(fmt.Errorf("look at database: %w", err))
	}
	s.unclean = found.log
	if found.damaged {
		if err := s.mend(ctx, found.strange); err != nil {
			return classify(fmt.Errorf("mend database: %w", err))
		}
	}
	err = classify(s.connect(ctx))
	if errors.Is(err, desk.ErrDamaged) {
		if err = errors.Join(s.disconnect(), s.mend(ctx, false)); err == nil {
			err = s.connect(ctx)
		}
	}
	if err != nil {
		return classify(errors.Join(err, s.disconnect()))
	}
	return nil
}

// connect opens the connections and brings the schema up to date.
func (s *Store) connect(ctx context.Context) (err error) {
	if s.write, err = s.gate.pool(dsn(s.path(), writerOptions), 1); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.read, err = s.gate.pool(dsn(s.path(), readerOptions), readers); err != nil {
		return fmt.Errorf("open database for reading: %w", err)
	}
	return nil
}

// disconnect closes the connections, if there are any. The writer's is the
// last: it takes the log back into the database.
func (s *Store) disconnect() error {
	var errs []error
	s.text.turn.Lock()
	errs = append(errs, s.text.forget())
	s.text.turn.Unlock()
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	s.read, s.write = nil, nil
	return errors.Join(errs...)
}

// Close closes the database and gives the folder free.
func (s *Store) Close() error { return errors.Join(s.disconnect(), s.lock.Unlock()) }

// Unclean tells whether the database had not been closed when it was opened:
// the program was killed, or the power went. Check should have a look at it.
func (s *Store) Unclean() bool { return s.unclean }

// tx runs one writing transaction.
func (s *Store) tx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.noted(fmt.Errorf("begin: %w", err))
	}
	if err := do(tx); err != nil {
		return s.noted(errors.Join(err, ignoreDone(tx.Rollback())))
	}
	if err := tx.Commit(); err != nil {
		return s.noted(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// atOnce runs queries that all see the database as it is at one moment.
func (s *Store) atOnce(ctx context.Context, do func(querier) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(do(tx), ignoreDone(tx.Rollback())) // nothing was written
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
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

// unseal reads a value that seal stored. That its key is not open is no damage.
func (s *Store) unseal(person string, sealed []byte, v any) error {
	plain, err := s.sealer.Open(person, sealed)
	if closed(err) {
		return err
	}
	if err != nil {
		return desk.ErrDamaged.With(fmt.Errorf("open seal: %w", err))
	}
	if err := strictly(plain, v); err != nil {
		// The decoder's message may quote the text.
		return desk.ErrDamaged.With(errors.New("stored row is not the JSON it was"))
	}
	return nil
}

// closed tells that a key is not at hand, or of a newer Guichet, so that what it
// seals can be judged neither right nor damaged.
func closed(err error) bool {
	for _, why := range []error{desk.ErrLocked, desk.ErrKeyring, desk.ErrKeyLost, desk.ErrTooNew} {
		if errors.Is(err, why) {
			return true
		}
	}
	return false
}

// strictly reads JSON that this program wrote: a key that it does not know is a
// damaged one, and null is no value that was ever stored.
func strictly(plain []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF || bytes.Equal(bytes.TrimSpace(plain), []byte("null")) {
		return errors.New("more than one value, or none")
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
