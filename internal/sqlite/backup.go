package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/disk"
)

const (
	backupsKept = 7
	schemaCopy  = "schema-" // a copy before a migration, by the schema that it has
	part        = ".part"
)

// KeptAside is how long copies before a migration and damaged databases are
// kept.
const KeptAside = 30 * 24 * time.Hour

func (s *Store) backups() string { return filepath.Join(s.dir, "backups") }

// Backup makes the backup of the day, unless there is one, and tells whether it
// did; older ones than the last seven go. Nobody has to wait for it: it reads
// one state of the database while others write. now decides what day it is, in
// UTC; one that is dated ahead of it is none of the seven, and goes when there are
// so many others.
func (s *Store) Backup(ctx context.Context, now time.Time) (made bool, err error) {
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	path := filepath.Join(s.backups(), now.UTC().Format(time.DateOnly)+".db")
	size, err := sizeOf(path)
	if err != nil {
		return false, fmt.Errorf("back up: %w", err)
	}
	if size == 0 {
		if err := s.backUp(ctx, path); err != nil {
			return false, fmt.Errorf("back up: %w", s.noted(err))
		}
		made = true
	}
	if err := s.rotate(ctx, now); err != nil {
		return made, fmt.Errorf("drop old backups: %w", err)
	}
	return made, nil
}

func (s *Store) backUp(ctx context.Context, path string) error {
	db, err := s.gate.pool(dsn(s.path(), "mode=ro&_busy_timeout=5000&_error_rc=1"), 1) // a reader that may not write cannot VACUUM INTO
	if err != nil {
		return err
	}
	return errors.Join(copyTo(ctx, db, path), db.Close())
}

// copyTo writes the database to a file of its own, whole or not at all.
func copyTo(ctx context.Context, db *sql.DB, path string) error {
	if err := disk.MakeDir(filepath.Dir(path)); err != nil {
		return err
	}
	temporary := path + part
	if err := disk.Remove(ctx, temporary, temporary+"-journal"); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", temporary)
	if err == nil {
		err = publish(ctx, temporary, path)
	}
	if err != nil {
		return errors.Join(classify(err), disk.Remove(ctx, temporary, temporary+"-journal"))
	}
	return nil
}

// publish gives a file that SQLite has written its name, safely.
func publish(ctx context.Context, temporary, path string) error {
	if err := disk.Sync(temporary); err != nil {
		return err
	}
	return disk.Publish(ctx, temporary, path)
}

// backup is a copy of the database, as it was.
type backup struct {
	path string
	at   time.Time
}

// copies lists the backups, the newest first, then the copies before
// migrations, the newest first.
func (s *Store) copies() ([]backup, error) {
	entries, err := os.ReadDir(s.backups())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var out []backup
	for _, e := range entries {
		_, _, ok := rank(e.Name())
		info, err := e.Info()
		if !ok || err != nil || !info.Mode().IsRegular() {
			continue
		}
		out = append(out, backup{filepath.Join(s.backups(), e.Name()), info.ModTime()})
	}
	slices.SortFunc(out, func(a, b backup) int {
		day, schema, _ := rank(filepath.Base(a.path))
		otherDay, otherSchema, _ := rank(filepath.Base(b.path))
		if c := otherDay.Compare(day); c != 0 {
			return c
		}
		return otherSchema - schema
	})
	return out, nil
}

// rank reads the name of a backup: its day, or the schema of a copy before a
// migration.
func rank(name string) (day time.Time, schema int, ok bool) {
	base, ok := strings.CutSuffix(name, ".db")
	if !ok {
		return day, 0, false
	}
	if number, ok := strings.CutPrefix(base, schemaCopy); ok {
		schema, err := strconv.Atoi(number)
		return day, schema, err == nil
	}
	day, err := time.Parse(time.DateOnly, base)
	return day, 0, err == nil
}

// rotate drops what is too old. Backups that are dated ahead of now stay until
// there are enough others: either the clock was wrong when they were made, or it
// is wrong now and they are the newest ones.
func (s *Store) rotate(ctx context.Context, now time.Time) error {
	all, err := s.copies()
	if err != nil {
		return err
	}
	past := 0
	for _, b := range all {
		if day, schema, _ := rank(filepath.Base(b.path)); schema == 0 && !day.After(now) {
			past++
		}
	}
	kept := 0
	var errs []error
	for _, b := range all {
		day, schema, _ := rank(filepath.Base(b.path))
		old := false
		switch {
		case schema > 0:
			old = now.Sub(b.at) > KeptAside
		case day.After(now):
			old = past >= backupsKept
		default:
			kept++
			old = kept > backupsKept
		}
		if old {
			errs = append(errs, disk.Remove(ctx, b.path))
		}
	}
	return errors.Join(append(errs, s.dropParts(ctx))...)
}

// dropParts removes what was never finished.
func (s *Store) dropParts(ctx context.Context) error {
	entries, err := os.ReadDir(s.backups())
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if strings.Contains(e.Name(), part) {
			errs = append(errs, disk.Remove(ctx, filepath.Join(s.backups(), e.Name())))
		}
	}
	return errors.Join(errs...)
}
