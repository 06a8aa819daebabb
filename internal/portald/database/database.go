// Package database is what the portal's rows lie in: SQLite in a folder of one
// machine, or PostgreSQL for several. Statements are written once, in what both
// understand: parameters as ? or ?1, lists of texts as JSON in json_each, times
// and flags as integers. What differs is in one dialect for each.
//
// Both keep the same promises. What Tx has done when it returns is on the disk.
// Of two transactions with a key in common one sees all of the other or nothing.
// Lock is held by one holder in all processes.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// DB is an open database.
type DB struct {
	write, read *sql.DB
	dialect
	near keyed   // one holder of a lock within this process
	held holders // and of what is held for long

	mu   sync.Mutex
	news chan struct{} // closed at the next Changed
}

// dialect is what SQLite and PostgreSQL do each in their own way.
type dialect interface {
	// statement is a query and its parameters as this database takes them.
	statement(query string, args []any) (string, []any)
	// begin makes a transaction wait for others with its keys.
	begin(ctx context.Context, tx *sql.Tx, keys []string) error
	// lock takes a lock of that name among processes.
	lock(ctx context.Context, key string) (unlock func(), err error)
	// hold takes a key for long among processes.
	hold(ctx context.Context, key string) (release func(), err error)
	// tell lets other processes know that something changed.
	tell()
	// snapshot is how a transaction reads at one moment.
	snapshot() *sql.TxOptions
	// scrub takes what was deleted from the disk, as far as that can be.
	scrub(ctx context.Context, db *sql.DB) error
	// tables is a query for whether there is a table.
	tables() string
	// name is what the migrations' folder is called.
	name() string
	// version is the schema's; 0 before the first.
	version(ctx context.Context, db *sql.DB) (int, error)
	// migrated is the statement that notes a version.
	migrated(version int) string
	close() error
}

// Storable is a text as every database takes it: PostgreSQL has no NUL, and nothing
// that is no UTF-8.
func Storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// Querier reads, of the database or within a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is a transaction.
type Tx struct {
	*sql.Tx
	d dialect
}

// ExecContext runs a statement.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, args = t.d.statement(query, args)
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryContext reads rows.
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args = t.d.statement(query, args)
	return t.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext reads one row.
func (t *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	query, args = t.d.statement(query, args)
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// Tx runs what it is given in one transaction; an error undoes all of it. keys
// name what it works on: it waits for transactions that have one of them too.
func (d *DB) Tx(ctx context.Context, do func(*Tx) error, keys ...string) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := errors.Join(d.begin(ctx, tx, keys)); err != nil {
		return undo(tx, fmt.Errorf("begin: %w", err))
	}
	if err := do(&Tx{tx, d.dialect}); err != nil {
		return undo(tx, err)
	}
	return tx.Commit()
}

func undo(tx *sql.Tx, err error) error {
	if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
		err = errors.Join(err, back)
	}
	return err
}

// Snapshot reads what it is asked for at one moment.
func (d *DB) Snapshot(ctx context.Context, do func(Querier) error) error {
	tx, err := d.read.BeginTx(ctx, d.snapshot())
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return do(&Tx{tx, d.dialect})
}

// ExecContext runs a statement by itself.
func (d *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, args = d.statement(query, args)
	return d.write.ExecContext(ctx, query, args...)
}

// QueryContext reads rows.
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args = d.statement(query, args)
	return d.read.QueryContext(ctx, query, args...)
}

// QueryRowContext reads one row.
func (d *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	query, args = d.statement(query, args)
	return d.read.QueryRowContext(ctx, query, args...)
}

// Lock waits until nobody else holds that key, here or in another process.
func (d *DB) Lock(ctx context.Context, key string) (unlock func(), err error) {
	leave, err := d.near.lock(ctx, key)
	if err != nil {
		return nil, err
	}
	release, err := d.lock(ctx, key)
	if err != nil {
		leave()
		return nil, fmt.Errorf("lock: %w", err)
	}
	return func() { release(); leave() }, nil
}

// Scrub takes what was deleted or replaced from the disk, as far as the database lets
// it: PostgreSQL does so at its next vacuum.
func (d *DB) Scrub(ctx context.Context) error { return d.scrub(ctx, d.write) }

// News is closed at the next change, by whichever process.
func (d *DB) News() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.news
}

// Changed wakes whoever waits for News, here and in the other processes. It is
// called behind the commit of what changed.
func (d *DB) Changed() {
	d.wake()
	d.tell()
}

func (d *DB) wake() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.news)
	d.news = make(chan struct{})
}

// Close ends all connections.
func (d *DB) Close() error {
	errs := []error{d.dialect.close()}
	for _, db := range []*sql.DB{d.read, d.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
