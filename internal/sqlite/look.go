package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/sqlite/dbfile"
)

// found is what lies in the data folder, seen without SQLite, which would
// change it.
type found struct {
	log     bool // of a database that was not closed
	damaged bool
	strange bool // the log is not this database's
}

// noVersion is more than there will ever be migrations: a schema version above
// it is a damage and not a newer program.
const noVersion = 10_000

// look tells what is to be done with the database. It ends a mending that was
// cut short. A database of a newer program or of another one is left as it is:
// desk.ErrTooNew or desk.ErrDamaged.
func (s *Store) look(ctx context.Context) (found, error) {
	var out found
	if _, err := s.resume(ctx); err != nil {
		return out, err
	}
	size, err := sizeOf(s.path())
	logSize, err2 := sizeOf(s.path() + "-wal")
	if err := errors.Join(err, err2); err != nil {
		return out, err
	}
	out.log = logSize > 0
	if size == 0 { // a new one, or all that is left of one
		copies, err := s.copies()
		out.damaged = out.log || len(copies) > 0
		return out, err
	}
	_, err = os.Lstat(s.mark())
	out.damaged = err == nil
	src, err := openSource(ctx, s.path(), true)
	if err != nil {
		return out, err
	}
	defer src.Close()
	out.strange = src.strange()
	header, whole := src.own()
	if whole && src.log != nil && !out.strange {
		header, whole = src.Header()
	}
	if !whole {
		out.damaged = true
		return out, nil
	}
	if out.strange || src.log != nil && src.log.Broken {
		out.damaged = true
	}
	ours, err := src.ours(header)
	if err != nil || !ours {
		out.damaged = true
		return out, err
	}
	return out, s.known(header.Version, &out)
}

// sizeOf is the size of a file, 0 if it is not there.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, desk.ErrReadOnly.With(fmt.Errorf("%s is no file", filepath.Base(path)))
	}
	return info.Size(), nil
}

// known holds that the schema is not newer than this program.
func (s *Store) known(version uint32, out *found) error {
	files, err := steps()
	if err != nil {
		return err
	}
	switch {
	case version > noVersion:
		out.damaged = true
	case int(version) > len(files):
		return desk.ErrTooNew.With(fmt.Errorf("schema %d, this program knows %d", version, len(files)))
	}
	return nil
}

// source is a database to be read without SQLite.
type source struct {
	*dbfile.File
	db    io.ReaderAt
	size  int64
	log   *dbfile.Log // nil if there is none
	files []io.Closer
}

// openSource opens the database at path, with its log or as it is without; one
// that is not there is empty. No connection to it may be open: closing the file
// would take away its locks.
func openSource(ctx context.Context, path string, withLog bool) (_ *source, err error) {
	s := &source{db: bytes.NewReader(nil)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if f, size, err := s.file(ctx, path); err == nil {
		s.db, s.size = f, size
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if withLog {
		if f, size, err := s.file(ctx, path+"-wal"); err == nil {
			s.log = dbfile.ReadLog(f, size, s.pageSize())
		} else if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	s.File = dbfile.New(s.db, s.size, s.log)
	return s, nil
}

func (s *source) file(ctx context.Context, path string) (*os.File, int64, error) {
	f, err := disk.Open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	s.files = append(s.files, f)
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// Close gives the files free.
func (s *source) Close() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// own is the header of the database file, without its log.
func (s *source) own() (dbfile.Header, bool) {
	b := make([]byte, dbfile.HeaderSize)
	if n, _ := s.db.ReadAt(b, 0); n < len(b) {
		return dbfile.Header{}, false
	}
	return dbfile.ReadHeader(b)
}

func (s *source) pageSize() int {
	h, _ := s.own()
	return h.PageSize
}

// ours tells whether the database is Guichet's; an error if it is another
// program's for certain. A database that has nothing in it yet is ours: its
// first start was cut short.
func (s *source) ours(h dbfile.Header) (bool, error) {
	if h.Application == applicationID {
		return true, nil
	}
	has := dbfile.New(s.db, s.size, s.log).Schema()
	switch {
	case len(has.Tables) == 0 && has.Whole && h.Application == 0 && h.Version == 0:
		return true, nil
	case !has.Whole, has.Tables["draft"] > 0 && has.Tables["request"] > 0:
		return false, nil
	}
	return false, desk.ErrDamaged.With(fmt.Errorf("application_id %#x is not Guichet's", h.Application))
}

// strange tells whether the log was written for another database, such as when
// somebody has copied one over ours: SQLite would mix the two. A database only
// grows, and lines of the history stay as they were written.
func (s *source) strange() bool {
	own, ok := s.own()
	if !ok || s.log == nil {
		return false
	}
	if s.log.PageSize != own.PageSize || !own.Logged || int64(s.log.Pages) < s.size/int64(own.PageSize) {
		return true
	}
	newest, ok := s.Header()
	if !ok || newest.Version < own.Version || own.Application != 0 && newest.Application != own.Application {
		return true
	}
	same, others := 0, 0
	s.Replaced(func(before, after []dbfile.Row) {
		now := map[int64]string{}
		for _, r := range after {
			now[r.ID] = historyLine(r)
		}
		for _, r := range before {
			line := historyLine(r)
			switch it, there := now[r.ID]; {
			case line == "" || !there:
			case it == line:
				same++
			default:
				others++
			}
		}
	})
	return others > same
}

// historyLine is a row of the table history as text, "" if it is another
// table's: no other one has a time in that place.
func historyLine(r dbfile.Row) string {
	if len(r.Values) < 6 {
		return ""
	}
	_, person := r.Values[1].(string)
	_, request := r.Values[2].(string)
	if _, at := r.Values[3].(int64); !person || !request || !at {
		return ""
	}
	return fmt.Sprint(r.Values[1:6]...)
}
