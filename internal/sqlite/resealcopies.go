package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// clean takes away what the database keeps of plain text besides its rows: old
// pages in the log, and whatever was deleted in it without secure_delete. Whoever
// saves waits for the VACUUM.
func (r *reseal) clean(ctx context.Context) error {
	s := r.store
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	c, err := s.write.Conn(ctx)
	if err != nil {
		return s.noted(fmt.Errorf("clean database: %w", err))
	}
	// In memory: a temporary file would lie outside of the data folder.
	for _, stmt := range []string{"PRAGMA temp_store=MEMORY", "VACUUM"} {
		if _, err = c.ExecContext(ctx, stmt); err != nil {
			break
		}
	}
	_, reset := c.ExecContext(context.WithoutCancel(ctx), "PRAGMA temp_store=DEFAULT")
	if err = errors.Join(err, reset, c.Close()); err != nil {
		err = s.noted(fmt.Errorf("clean database: %w", err))
	}
	r.step("vacuumed")
	// A log that was written for nothing gives its place back as well.
	return errors.Join(err, r.emptyLog(ctx))
}

const (
	logTries = 40
	logPause = 50 * time.Millisecond
)

// emptyLog waits for whoever reads an older state, but not with the database
// held, so that saves go on.
func (r *reseal) emptyLog(ctx context.Context) error {
	for range logTries {
		busy, err := r.truncateLog(context.WithoutCancel(ctx))
		if err != nil {
			return r.store.noted(fmt.Errorf("empty the log: %w", err))
		}
		if !busy {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(logPause):
		}
	}
	return errors.New("empty the log: somebody reads all the time")
}

func (r *reseal) truncateLog(ctx context.Context) (busy bool, err error) {
	c, err := r.store.write.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer func() {
		_, reset := c.ExecContext(ctx, "PRAGMA busy_timeout=5000")
		err = errors.Join(err, reset, c.Close())
	}()
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout=0"); err != nil {
		return false, err
	}
	var pages, moved int
	err = c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	return busy, err
}

// copies seals the backups and the copies before migrations.
func (r *reseal) copies(ctx context.Context) error {
	s := r.store
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	if err := s.dropParts(ctx); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop unfinished copies: %w", err)
	}
	all, err := s.copies()
	if err != nil {
		return err
	}
	var errs []error
	var damaged []backup
	var newest time.Time // of those that are whole and sealed
	for _, c := range all {
		whole, err := r.copy(ctx, c)
		switch {
		case err == nil && whole:
			if c.at.After(newest) {
				newest = c.at
			}
		case errors.Is(err, errDamagedCopy):
			damaged = append(damaged, c)
		case err != nil:
			errs = append(errs, fmt.Errorf("reseal backup: %w", classify(err)))
		}
		r.step("copy done")
	}
	for _, c := range damaged {
		if !c.at.Before(newest) { // it may have what no other copy has
			errs = append(errs, fmt.Errorf("reseal backup: %w", errDamagedCopy))
			continue
		}
		errs = append(errs, disk.Remove(ctx, c.path, c.path+"-journal"))
	}
	return errors.Join(errs...)
}

var errDamagedCopy = errors.New("a damaged copy of the database cannot be sealed")

// copy seals one copy of the database: a new file takes its place, so that one of
// the two is whole at any time. Whole is false if plain values stay in it. What
// is damaged is errDamagedCopy and is left as it is, as what can be read of it by
// other ways would not outlive this.
func (r *reseal) copy(ctx context.Context, c backup) (whole bool, err error) {
	temporary := c.path + part
	defer func() {
		if gone := disk.Remove(ctx, temporary, temporary+"-journal"); err == nil {
			err = gone
		}
	}()
	done, err := r.draw(ctx, c, temporary)
	if err != nil || done {
		return done, err
	}
	n, left, err := r.fresh(ctx, temporary)
	if err != nil {
		return false, err
	}
	r.left += left
	if n == 0 && left > 0 {
		return false, nil // nothing has changed
	}
	r.step("copy sealed")
	if err := os.Chtimes(temporary, c.at, c.at); err != nil {
		return false, err
	}
	if err := publish(ctx, temporary, c.path); err != nil {
		return false, err
	}
	r.n += n
	return left == 0, nil
}

// draw copies a copy into a file that may be changed, unless the copy is sealed
// already (done).
func (r *reseal) draw(ctx context.Context, c backup, temporary string) (done bool, err error) {
	db, err := sql.Open("sqlite", dsn(c.path, copyOptions)) // which ends what was cut short there
	if err != nil {
		return false, err
	}
	db.SetMaxOpenConns(1)
	defer func() {
		err = errors.Join(err, db.Close())
		if errors.Is(classify(err), desk.ErrDamaged) {
			err = errors.Join(errDamagedCopy, err)
		}
	}()
	there, err := has(ctx, db, "setting", "value")
	if err != nil {
		return false, err
	}
	if !there {
		return false, errDamagedCopy // it is none, or what led to its tables is lost
	}
	if mark, sealed, err := markIn(ctx, db); err == nil && mark == sealed {
		return true, nil
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return false, err
	}
	if verdict != "ok" {
		return false, errDamagedCopy
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", temporary)
	r.step("copy drawn")
	return false, err
}

// freshOptions are those of a new copy: until it has its name nobody relies on it,
// and what is left of plain values in it goes by the VACUUM at the end.
const freshOptions = "mode=rw&_journal_mode=OFF&_synchronous=OFF&_foreign_keys=0&_txlock=immediate&_error_rc=1&_pragma=temp_store(MEMORY)"

// fresh seals what is plain in a new copy.
func (r *reseal) fresh(ctx context.Context, path string) (n, left int, err error) {
	db, err := sql.Open("sqlite", dsn(path, freshOptions))
	if err != nil {
		return 0, 0, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range sealedColumns() {
		some, stay, err := r.columnOf(ctx, tx, c)
		if err != nil {
			return 0, 0, errors.Join(err, ignoreDone(tx.Rollback()))
		}
		n, left = n+some, left+stay
	}
	_, mark, err := markIn(ctx, tx)
	if err == nil {
		mark.Left = left > 0
		err = mark.store(ctx, tx)
	}
	if err != nil {
		return 0, 0, errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return 0, 0, err
	}
	_, err = db.ExecContext(ctx, "VACUUM")
	return n, left, err
}

func (r *reseal) columnOf(ctx context.Context, tx *sql.Tx, c sealedColumn) (n, left int, err error) {
	if there, err := has(ctx, tx, c.table, c.name); err != nil || !there { // of an older schema
		return 0, 0, err
	}
	for after := int64(-1 << 63); ; {
		plain, err := c.plain(ctx, tx, after)
		if err != nil || len(plain) == 0 {
			return n, left, err
		}
		after = plain[len(plain)-1].row
		values, stay, err := r.seal(plain)
		if err != nil {
			return n, left, err
		}
		left += stay
		some, err := c.exchange(ctx, tx, values)
		if err == nil && some < len(values) {
			err = errors.New("a value in a copy cannot be exchanged")
		}
		if err != nil {
			return n, left, err
		}
		n += some
	}
}

// has tells whether a database has a column.
func has(ctx context.Context, q querier, table, column string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM pragma_table_info(?) WHERE name=?", table, column).Scan(&n)
	return n > 0, err
}
