package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/sqlite/prepared"

	sqlite "modernc.org/sqlite"
)

// dsn holds every pragma, so that each pooled connection has them. The
// shorthand keys are used because they refuse a value that SQLite would take
// for another in silence.
func dsn(path, options string) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + options
}

// What is deleted is overwritten (secure_delete): it would go on lying in free
// parts of the file, and in every copy of it. An autosave costs the same
// without.
const (
	writerOptions = "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_txlock=immediate&_defensive=1&_dqs=0&_error_rc=1&_pragma=secure_delete(1)"
	readerOptions = "mode=ro&_busy_timeout=5000&_query_only=1"
	readers       = 4
)

// gate is where every connection to the database passes. It is shut while the
// file is exchanged for another one.
type gate struct {
	mu   sync.RWMutex
	shut error // what everybody gets, nil while it is open
}

// pool returns a pool of up to so many connections that pass the gate.
func (g *gate) pool(dsn string, most int) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return prepared.Pool(passing{c, g}, most), nil
}

// passing is a connector behind a gate.
type passing struct {
	driver.Connector
	gate *gate
}

// Connect implements driver.Connector.
func (p passing) Connect(ctx context.Context) (driver.Conn, error) {
	p.gate.mu.RLock()
	defer p.gate.mu.RUnlock()
	if p.gate.shut != nil {
		return nil, p.gate.shut
	}
	return p.Connector.Connect(ctx)
}

func (g *gate) set(shut error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
}

// drainWait is how long what is under way may take to its end.
const drainWait = 10 * time.Second

// drain waits until no connection of the pools is open. The gate is shut, so
// that none is made.
func drain(ctx context.Context, pools ...*sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, drainWait)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for _, db := range pools {
		db.SetMaxIdleConns(0)
		db.SetConnMaxLifetime(1) // one that is handed on is closed instead
		for db.Stats().OpenConnections > 0 {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return fmt.Errorf("wait for open connections: %w", ctx.Err())
			}
		}
	}
	return nil
}

// refill lets pools keep connections again.
func refill(pools map[*sql.DB]int) {
	for db, most := range pools {
		db.SetConnMaxLifetime(0)
		db.SetMaxIdleConns(most)
	}
}

// Mend takes a damaged database out of use and puts a new one in its place, in
// which is everything that could be read of it, and of what could not, what the
// newest backup has. The damaged file is kept for a while. It waits for what is
// under way; whoever comes meanwhile gets desk.ErrDamaged. It answers
// desk.ErrDiskFull or desk.ErrReadOnly when there is no place for a new one;
// then everybody gets that, until another Mend succeeds.
func (s *Store) Mend(ctx context.Context) error {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	s.gate.set(desk.ErrDamaged.With(errMending))
	s.text.turn.Lock() // its words are of rows that may not come through
	err := errors.Join(s.text.forget(), drain(ctx, s.read, s.write))
	s.text.turn.Unlock()
	if err == nil {
		err = s.withRoom(func() error { return classify(s.mend(ctx, false)) })
	}
	refill(map[*sql.DB]int{s.read: readers, s.write: 1})
	if err != nil {
		var known *desk.Error
		if !errors.As(err, &known) {
			known = desk.ErrDamaged.With(errMending)
		}
		s.gate.set(known)
		return fmt.Errorf("mend: %w", err)
	}
	s.gate.set(nil)
	return nil
}
