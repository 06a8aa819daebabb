package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/sqlite/dbfile"
)

// A file of a damaged database is sealed as a whole, for the PC: nobody can tell
// what of it is whose, and not a byte of it may be lost. Its name has its size,
// without which it does not open.
const asideSealed = ".sealed"

func sealedName(path string, size int64) string {
	return path + "." + strconv.FormatInt(size, 10) + asideSealed
}

// asideName reads such a name: what the file was called, and its size.
func asideName(name string) (base string, size int64, ok bool) {
	base, ok = strings.CutSuffix(name, asideSealed)
	if !ok {
		return "", 0, false
	}
	size, err := strconv.ParseInt(strings.TrimPrefix(filepath.Ext(base), "."), 10, 64)
	return strings.TrimSuffix(base, filepath.Ext(base)), size, err == nil
}

// asides seals the damaged databases that lie aside.
func (r *reseal) asides(ctx context.Context) error {
	s := r.store
	s.upkeep.Lock()
	defer s.upkeep.Unlock()
	files, err := s.asideFiles()
	if err != nil {
		return fmt.Errorf("list damaged databases: %w", err)
	}
	var errs []error
	for _, path := range files {
		if _, _, sealed := asideName(filepath.Base(path)); sealed {
			continue
		}
		var err error
		if strings.HasSuffix(path, part) {
			err = disk.Remove(ctx, path)
		} else {
			err = r.asideFile(ctx, path)
		}
		if closed(err) {
			r.left++
		} else if err != nil {
			errs = append(errs, fmt.Errorf("seal damaged database: %w", classify(err)))
		}
	}
	return errors.Join(errs...)
}

func (s *Store) asideFiles() (out []string, err error) {
	folders, err := s.damagedFolders()
	if err != nil {
		return nil, err
	}
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				out = append(out, filepath.Join(folder, e.Name()))
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// asideFile seals one file. The plain one goes once the other is safe and was
// read back.
func (r *reseal) asideFile(ctx context.Context, path string) error {
	f, err := disk.Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sealed := sealedName(path, info.Size())
	sum := sha256.New()
	if err := r.store.sealFile(ctx, io.TeeReader(f, sum), sealed, info); err != nil {
		return err
	}
	r.step("aside sealed")
	again := sha256.New()
	err = r.store.openAside(ctx, sealed, func(plain io.Reader) error {
		_, err := io.Copy(again, plain)
		return err
	})
	if err == nil && !bytes.Equal(sum.Sum(nil), again.Sum(nil)) {
		err = errors.New("a sealed file does not open as it was")
	}
	if err != nil && !errors.Is(err, desk.ErrLocked) {
		return err
	}
	if err := errors.Join(f.Close(), disk.Remove(ctx, path)); err != nil {
		return err
	}
	r.step("aside removed")
	return disk.SyncDir(filepath.Dir(path))
}

// sealFile writes a file sealed for the PC, whole or not at all, as old as info
// says.
func (s *Store) sealFile(ctx context.Context, plain io.Reader, path string, info fs.FileInfo) error {
	temporary := path + part
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w, err := s.sealer.Writer(thePC, f)
	if err == nil {
		if _, err = io.Copy(w, plain); err == nil {
			err = w.Close()
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Chtimes(temporary, info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = disk.Publish(ctx, temporary, path)
	}
	if err != nil {
		return errors.Join(err, disk.Remove(ctx, temporary))
	}
	return nil
}

// openAside reads a file that was sealed aside.
func (s *Store) openAside(ctx context.Context, path string, do func(io.Reader) error) error {
	_, size, _ := asideName(filepath.Base(path))
	f, err := disk.Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	plain, err := s.sealer.Reader(thePC, f, size)
	if err != nil {
		return err
	}
	return do(plain)
}

// eraseSealed is eraseAside for damaged databases that were sealed. What cannot
// be opened by anybody any more has nothing to erase.
func (s *Store) eraseSealed(ctx context.Context, what []erasure) error {
	files, err := s.asideFiles()
	if err != nil || len(files) == 0 {
		return err
	}
	tables, err := tablesOf(ctx, s.read)
	if err != nil {
		return err
	}
	gone, marks := picks(tables, what)
	for _, path := range files {
		base, size, sealed := asideName(filepath.Base(path))
		if !sealed {
			continue
		}
		var all []byte
		err := s.openAside(ctx, path, func(plain io.Reader) error {
			all = make([]byte, size)
			_, err := io.ReadFull(plain, all)
			return err
		})
		switch {
		case errors.Is(err, desk.ErrKeyLost):
			continue
		case err != nil:
			return err
		case !slices.ContainsFunc(marks, func(m []byte) bool { return bytes.Contains(all, m) }):
			continue
		case base != filepath.Base(s.path()): // a log, as in eraseAside
			err = disk.Remove(ctx, path)
		default:
			err = s.eraseInSealed(ctx, path, all, gone, marks)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) eraseInSealed(ctx context.Context, path string, all []byte, gone func([]any) bool, marks [][]byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if _, err := dbfile.Wipe(inMemory(all), int64(len(all)), gone, marks); err != nil {
		return err
	}
	return s.sealFile(ctx, bytes.NewReader(all), path, info)
}

// inMemory is a file that Wipe can work on.
type inMemory []byte

func (m inMemory) ReadAt(p []byte, at int64) (int, error) { return bytes.NewReader(m).ReadAt(p, at) }

func (m inMemory) WriteAt(p []byte, at int64) (int, error) { return copy(m[at:], p), nil }
