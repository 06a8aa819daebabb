// Package attach keeps the bytes of attachments on the disk. A stored file has
// a random name and never changes; the row that names it (package sqlite) is
// the truth, and a file without a row is an orphan for Sweep. It looks at a
// file before anything is stored (Look), stores it (Store.Put), and gives it
// back (Store.Open). It knows nothing of drafts or of who may see what.
package attach

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/privacy"
)

// Store is a folder of stored files.
type Store struct {
	dir    string
	sealer privacy.Sealer

	mu      sync.Mutex
	between map[string]bool // names of bytes that are written, or wait for their row
}

// New returns the store in the folder dir; it does no I/O.
func New(dir string, sealer privacy.Sealer) *Store {
	return &Store{dir: dir, sealer: sealer, between: map[string]bool{}}
}

// Stored is what is known of bytes once they are on the disk.
type Stored struct {
	Name   string // random, in the store
	Size   int64  // plain bytes
	SHA256 string // of the plain bytes, lower-case hex
}

// temporary marks files that are being written.
const temporary = ".part"

// Put copies at most limit bytes from r to the disk, sealed for the person,
// and returns when they are safe: written, synced, renamed, folder synced. More
// than limit bytes is desk.CodeTooBig as ErrInvalid, none is
// desk.CodeEmptyFile; a full disk is desk.ErrDiskFull. On any error nothing
// stays, but for what another program holds, which Sweep takes later. What is
// stored Sweep leaves alone until Settled says that its row is written, or that
// none will be. progress, if not nil, is told the bytes copied so far.
func (s *Store) Put(ctx context.Context, person string, r io.Reader, limit int64, progress func(int64)) (Stored, error) {
	if err := disk.MakeDir(s.dir); err != nil {
		return Stored{}, fmt.Errorf("make attachment folder: %w", disk.Classify(err))
	}
	name := rand.Text()
	s.mu.Lock()
	s.between[name] = true
	s.mu.Unlock()
	out, err := s.put(ctx, name, person, r, limit, progress)
	if err != nil {
		s.Settled(name)
	}
	return out, err
}

// Settled tells that stored bytes wait for their row no longer.
func (s *Store) Settled(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.between, name)
}

func (s *Store) put(ctx context.Context, name, person string, r io.Reader, limit int64, progress func(int64)) (Stored, error) {
	path := filepath.Join(s.dir, name)
	out, err := s.write(ctx, path+temporary, person, r, limit, progress)
	if err != nil {
		return Stored{}, errors.Join(err, discard(ctx, path+temporary))
	}
	if err := disk.Publish(ctx, path+temporary, path); err != nil {
		return Stored{}, errors.Join(fmt.Errorf("name stored file: %w", disk.Classify(err)), discard(ctx, path+temporary, path))
	}
	out.Name = name
	return out, nil
}

func (s *Store) write(ctx context.Context, path, person string, r io.Reader, limit int64, progress func(int64)) (_ Stored, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Stored{}, fmt.Errorf("make stored file: %w", disk.Classify(err))
	}
	defer func() { err = errors.Join(err, closeOnce(f)) }()
	sealed, err := s.sealer.Writer(person, f)
	if err != nil {
		return Stored{}, fmt.Errorf("seal stored file: %w", err)
	}
	hash := sha256.New()
	src := &source{ctx: ctx, r: io.LimitReader(r, limit+1), progress: progress}
	n, err := io.CopyBuffer(io.MultiWriter(sealed, hash), src, make([]byte, 256<<10))
	switch {
	case src.err != nil:
		return Stored{}, src.err
	case err != nil:
		return Stored{}, fmt.Errorf("store file: %w", disk.Classify(err))
	case n == 0:
		return Stored{}, desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeEmptyFile})
	case n > limit:
		return Stored{}, desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeTooBig, Max: limit, Actual: n})
	}
	if err := sealed.Close(); err != nil {
		return Stored{}, fmt.Errorf("seal stored file: %w", disk.Classify(err))
	}
	if err := f.Sync(); err != nil {
		return Stored{}, fmt.Errorf("sync stored file: %w", disk.Classify(err))
	}
	return Stored{Size: n, SHA256: hex.EncodeToString(hash.Sum(nil))}, f.Close()
}

// closeOnce closes a file that may be closed already.
func closeOnce(f *os.File) error {
	if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// source reads the original, tells faults of reading from faults of storing,
// and stops when nobody waits any more.
type source struct {
	ctx      context.Context
	r        io.Reader
	n        int64
	err      error
	progress func(int64)
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	if s.progress != nil && n > 0 {
		s.progress(s.n)
	}
	if err != nil && err != io.EOF {
		s.err = desk.Invalid(desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable}).With(err)
	}
	return n, err
}

// File is an open stored file: its plain bytes.
type File struct {
	io.ReadSeeker
	file *os.File
}

// Close gives the file free.
func (f File) Close() error { return f.file.Close() }

// Open opens stored bytes of the person. A file that is gone is an error that
// errors.Is fs.ErrNotExist. One that another program holds is waited for, two
// seconds at the most and until ctx ends; it is no such error.
func (s *Store) Open(ctx context.Context, person, name string, size int64) (File, error) {
	f, err := disk.Open(ctx, filepath.Join(s.dir, filepath.Base(name)))
	if err != nil {
		return File{}, fmt.Errorf("open stored file: %w", err)
	}
	r, err := s.sealer.Reader(person, f, size)
	if err != nil {
		return File{}, errors.Join(fmt.Errorf("open seal of stored file: %w", err), f.Close())
	}
	return File{ReadSeeker: r, file: f}, nil
}

// Holds tells whether stored bytes of the person are there and have that size
// (bytes) and hash.
func (s *Store) Holds(ctx context.Context, person, name string, size int64, sum string) bool {
	f, err := s.Open(ctx, person, name, size)
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	return err == nil && n == size && hex.EncodeToString(hash.Sum(nil)) == sum
}

// Remove deletes stored bytes that no row speaks of. What another program holds
// is waited for as in Open, and then left to Sweep.
func (s *Store) Remove(ctx context.Context, name string) error {
	s.Settled(name)
	return discard(ctx, filepath.Join(s.dir, filepath.Base(name)))
}

// waits tells a name in the folder of bytes that are written, or wait for their row.
func (s *Store) waits(entry string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.between[strings.TrimSuffix(entry, temporary)]
}

// Sweep removes what no row speaks of and what was never finished, if it is
// older than age, or whatever its age is for 0. What waits for its row stays, and
// what another program holds is left for the next time. rows are those after
// which nothing was settled. It returns how many it removed.
func (s *Store) Sweep(rows map[string]bool, now time.Time, age time.Duration) (int, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		// Windows says "not there" of a file in the folder's place, too.
		if _, there := os.Lstat(s.dir); errors.Is(there, fs.ErrNotExist) {
			return 0, nil
		}
		return 0, fmt.Errorf("sweep attachments: %w", err)
	}
	removed := 0
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || e.IsDir() || rows[e.Name()] || s.waits(e.Name()) || age > 0 && now.Sub(info.ModTime()) < age {
			continue
		}
		switch err := os.Remove(filepath.Join(s.dir, e.Name())); {
		case err == nil, errors.Is(err, fs.ErrNotExist):
			removed++
		case !disk.InUse(err):
			errs = append(errs, fmt.Errorf("sweep attachments: %w", err))
		}
	}
	return removed, errors.Join(errs...)
}

// discard removes files. What another program holds is left to Sweep.
func discard(ctx context.Context, paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := disk.Remove(ctx, path); !errors.Is(err, disk.ErrHeld) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
