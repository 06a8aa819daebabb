package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guichet/internal/disk"
	"guichet/internal/sqlite/dbfile"
)

// damagedFolders lists where damaged databases lie, with the time of each.
func (s *Store) damagedFolders() (map[string]time.Time, error) {
	entries, err := os.ReadDir(s.aside())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := map[string]time.Time{}
	for _, e := range entries {
		if at, err := time.Parse(asideStamp, e.Name()); err == nil && e.IsDir() {
			out[filepath.Join(s.aside(), e.Name())] = at
		}
	}
	return out, nil
}

// asidesKept is how many damaged databases are kept: a disk that is dying makes
// new ones all the time.
const asidesKept = 10

// dropAside removes damaged databases that were put aside long ago, and the
// oldest of too many.
func (s *Store) dropAside(now time.Time) error {
	folders, err := s.damagedFolders()
	errs := []error{err}
	newest := slices.SortedFunc(maps.Keys(folders), func(a, b string) int { return folders[b].Compare(folders[a]) })
	for i, folder := range newest {
		if i >= asidesKept || now.Sub(folders[folder]) > KeptAside {
			errs = append(errs, os.RemoveAll(folder))
		}
	}
	return errors.Join(errs...)
}

// eraseAside wipes damaged databases, which SQLite cannot be trusted with. A log
// that has one of the ids in it goes as a whole: what could be read of it was
// brought over. What lies in a page that no row leads to any more, and without
// an id, stays until the file is dropped.
func (s *Store) eraseAside(ctx context.Context, what []erasure) error {
	folders, err := s.damagedFolders()
	if err != nil || len(folders) == 0 {
		return err
	}
	tables, err := tablesOf(ctx, s.read)
	if err != nil {
		return err
	}
	gone, marks := picks(tables, what)
	for folder := range folders {
		path := filepath.Join(folder, filepath.Base(s.path()))
		if err := wipe(path, gone, marks); err != nil {
			return err
		}
		for _, c := range companions {
			there, err := contains(path+c, marks)
			if err == nil && there {
				err = disk.Remove(ctx, path+c)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// picks returns what tells whether a row is to vanish, by as many of its values
// as there are, and the ids as they stand in a file.
func picks(tables []*table, what []erasure) (gone func([]any) bool, marks [][]byte) {
	wanted := map[string]map[string]bool{} // by table and column
	for _, e := range what {
		ids := map[string]bool{}
		for _, v := range e.values {
			ids[v] = true
			marks = append(marks, []byte(v))
		}
		wanted[e.table+"."+e.column] = ids
	}
	return func(values []any) bool {
		for _, t := range tables {
			if !t.begins(values) {
				continue
			}
			for i, c := range t.columns[:len(values)] {
				if v, ok := values[i].(string); ok && wanted[t.name+"."+c.name][v] {
					return true
				}
			}
		}
		return false
	}, marks
}

func wipe(path string, gone func([]any) bool, marks [][]byte) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = dbfile.Wipe(f, info.Size(), gone, marks)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// contains tells whether one of the marks stands in a file.
func contains(path string, marks [][]byte) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	longest := 0
	for _, m := range marks {
		longest = max(longest, len(m))
	}
	b := make([]byte, 1<<20)
	for kept := 0; ; {
		n, err := io.ReadFull(f, b[kept:])
		part := b[:kept+n]
		if slices.ContainsFunc(marks, func(m []byte) bool { return bytes.Contains(part, m) }) {
			return true, nil
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return false, err
		}
		kept = copy(b, part[max(0, len(part)-longest):])
	}
}
