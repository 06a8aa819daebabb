package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// erasure is what has to vanish wherever it lies: the rows of a table that have
// one of these values in a column. All values are ids.
type erasure struct {
	table, column string
	values        []string
}

// Purge drops for good the drafts, replies and files that were thrown away longer than
// ThrownFor ago, from the database and from every copy of it. It leaves the
// bytes of files to the sweep of the attachments. Damaged databases that were
// put aside long ago go as well.
func (s *Store) Purge(ctx context.Context, now time.Time) error {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	before := ms(now.Add(-ThrownFor))
	drafts, err := s.column(ctx, "SELECT id FROM draft WHERE deleted_at < ?", before)
	if err != nil {
		return fmt.Errorf("purge: %w", s.noted(err))
	}
	replies, err := s.column(ctx, "SELECT id FROM act WHERE deleted_at < ?", before)
	if err != nil {
		return fmt.Errorf("purge: %w", s.noted(err))
	}
	files, err := s.column(ctx, "SELECT id FROM file WHERE removed_at < ?", before)
	if err != nil {
		return fmt.Errorf("purge: %w", s.noted(err))
	}
	err = s.erase(ctx, []erasure{{"file", "id", files}, {"file", "item", drafts}, {"draft", "id", drafts}, {"file", "item", replies}, {"act", "id", replies}}, func(tx *sql.Tx) error {
		// What was brought back meanwhile stays.
		for _, stmt := range []string{
			"DELETE FROM file WHERE removed_at < ?",
			"DELETE FROM file WHERE (item, person) IN (SELECT id, person FROM draft WHERE deleted_at < ?)",
			"DELETE FROM draft WHERE deleted_at < ?",
			"DELETE FROM file WHERE (item, person) IN (SELECT id, person FROM act WHERE deleted_at < ?)",
			"DELETE FROM act WHERE deleted_at < ?",
		} {
			if _, err := tx.ExecContext(ctx, stmt, before); err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, s.dropAside(now)); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}

func (s *Store) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// erase is the one way to make something vanish. The copies come first: if it
// is cut short, the database still knows what is to vanish, and the next time
// ends it. here deletes it in the database.
func (s *Store) erase(ctx context.Context, what []erasure, here func(*sql.Tx) error) error {
	what = slices.DeleteFunc(what, func(e erasure) bool { return len(e.values) == 0 })
	if len(what) == 0 {
		return nil
	}
	copies, err := s.copies()
	if err != nil {
		return err
	}
	for _, c := range copies {
		err := classify(eraseCopy(ctx, c, what))
		if errors.Is(err, desk.ErrDamaged) {
			err = disk.Remove(ctx, c.path, c.path+"-journal") // it cannot be cleaned, so it goes
		}
		if err != nil {
			return fmt.Errorf("erase from backup: %w", err)
		}
	}
	if err := errors.Join(s.eraseAside(ctx, what), s.eraseSealed(ctx, what)); err != nil {
		return fmt.Errorf("erase from damaged database: %w", err)
	}
	if err := s.tx(ctx, here); err != nil {
		return err
	}
	// The log still has the pages as they were. Where somebody reads just now,
	// the next time is soon enough.
	var busy, pages, moved int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return s.noted(fmt.Errorf("empty the log: %w", err))
	}
	return nil
}

// copyOptions are those for a backup, which has no log.
const copyOptions = "mode=rw&_journal_mode=DELETE&_synchronous=FULL&_foreign_keys=0&_txlock=immediate&_error_rc=1&_pragma=secure_delete(1)"

// eraseCopy deletes from a backup. It stays as old as it was.
func eraseCopy(ctx context.Context, c backup, what []erasure) error {
	db, err := sql.Open("sqlite", dsn(c.path, copyOptions))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = eraseIn(ctx, db, what)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	return os.Chtimes(c.path, c.at, c.at)
}

// eraseAtOnce is how many ids one statement deletes: SQLite bounds parameters.
const eraseAtOnce = 500

func eraseIn(ctx context.Context, db *sql.DB, what []erasure) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, e := range what {
		var there int
		if err = tx.QueryRowContext(ctx, "SELECT count(*) FROM pragma_table_info(?) WHERE name=?", e.table, e.column).Scan(&there); err != nil || there == 0 {
			if err != nil {
				break
			}
			continue // a copy of an older schema
		}
		for some := range slices.Chunk(e.values, eraseAtOnce) {
			args := make([]any, len(some))
			for i, v := range some {
				args[i] = v
			}
			if _, err = tx.ExecContext(ctx, "DELETE FROM "+e.table+" WHERE "+e.column+" IN ("+strings.TrimSuffix(strings.Repeat("?,", len(some)), ",")+")", args...); err != nil {
				return errors.Join(err, ignoreDone(tx.Rollback()))
			}
		}
	}
	if err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}
