package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/disk"
)

// A damaged database is mended in steps that can be cut short anywhere:
//
//  1. what can be saved goes into mending.db, which is dropped if it was not
//     finished;
//  2. it is synced and named recovered-<time>.db: from here on it counts;
//  3. the damaged file is moved into damaged/<time>, with its log;
//  4. recovered-<time>.db becomes guichet.db.
//
// resume does what is left of 3 and 4.
const (
	unfinished = "mending.db"
	recovered  = "recovered-"
	asideStamp = "20060102T150405Z"
)

// companions are the files that SQLite keeps beside a database.
var companions = []string{"-wal", "-shm", "-journal"}

// aside is where damaged databases are kept, each in a folder named by the
// time of its mending.
func (s *Store) aside() string { return filepath.Join(s.dir, "damaged") }

// mend does what Mend promises; no connection is open. A log that is strange is
// another database's and is put aside unread.
func (s *Store) mend(ctx context.Context, strange bool) error {
	if done, err := s.resume(ctx); done || err != nil {
		return err
	}
	now := time.Now().UTC()
	stamp := now.Format(asideStamp)
	for { // two in one second
		if _, err := os.Lstat(filepath.Join(s.aside(), stamp)); err != nil {
			break
		}
		now = now.Add(time.Second)
		stamp = now.Format(asideStamp)
	}
	path := filepath.Join(s.dir, unfinished)
	if err := s.dropUnfinished(ctx); err != nil {
		return err
	}
	notice := Recovered{At: now}
	if size, err := sizeOf(s.path()); err != nil {
		return err
	} else if size > 0 {
		notice.Folder = stamp
	}
	err := s.rescue(ctx, path, strange, &notice)
	if err == nil {
		err = publish(ctx, path, filepath.Join(s.dir, recovered+stamp+".db"))
	}
	if err != nil {
		return errors.Join(err, s.dropUnfinished(ctx))
	}
	if err := s.exchange(ctx, stamp); err != nil {
		return err
	}
	_ = s.dropAside(now) // it is tried again by the next Purge
	select {
	case <-s.damage: // what was found before
	default:
	}
	return nil
}

func (s *Store) dropUnfinished(ctx context.Context) error {
	path := filepath.Join(s.dir, unfinished)
	paths := []string{path}
	for _, c := range companions {
		paths = append(paths, path+c)
	}
	return disk.Remove(ctx, paths...)
}

// resume ends a mending that was cut short after its second step, and tells
// whether there was one.
func (s *Store) resume(ctx context.Context) (bool, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if stamp, ok := cutBoth(e.Name(), recovered, ".db"); ok {
			return true, s.exchange(ctx, stamp)
		}
	}
	return false, nil
}

func cutBoth(name, prefix, suffix string) (string, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, suffix)
}

// exchange puts a mended database in the place of the damaged one.
func (s *Store) exchange(ctx context.Context, stamp string) error {
	into := filepath.Join(s.aside(), stamp)
	for _, c := range append([]string{""}, companions...) {
		from := s.path() + c
		if _, err := os.Lstat(from); err != nil {
			continue
		}
		if err := disk.MakeDir(into); err != nil {
			return err
		}
		if err := disk.Rename(ctx, from, filepath.Join(into, filepath.Base(from))); err != nil {
			return fmt.Errorf("put damaged database aside: %w", err)
		}
	}
	if _, err := os.Lstat(into); err == nil {
		if err := errors.Join(disk.SyncDir(into), disk.SyncDir(s.dir)); err != nil {
			return err
		}
	}
	if err := disk.Remove(ctx, s.mark()); err != nil {
		return err
	}
	if err := disk.Publish(ctx, filepath.Join(s.dir, recovered+stamp+".db"), s.path()); err != nil {
		return fmt.Errorf("name mended database: %w", err)
	}
	return nil
}
