package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"guichet/internal/desk"
)

// patience is how long an operation on a file waits for another program, most
// often a virus scanner, to let go of it.
const patience = 2 * time.Second

func patiently(held func(error) bool, do func() error) error {
	end := time.Now().Add(patience)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 250*time.Millisecond) {
		err := do()
		if err == nil || !held(err) || time.Now().After(end) {
			return err
		}
		time.Sleep(pause)
	}
}

// move gives a closed file another name, over one that has it. It is safe once
// the folders are synced.
func move(from, to string) error {
	return patiently(heldForChange, func() error { return moveSafely(from, to) })
}

// remove deletes files. One that is gone is what was wanted.
func remove(paths ...string) error {
	var errs []error
	for _, path := range paths {
		err := patiently(heldForChange, func() error { return os.Remove(path) })
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// publish gives a file that was written under a temporary name its own, such
// that a power cut leaves either all of it or nothing.
func publish(temporary, path string) error {
	f, err := os.OpenFile(temporary, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := move(temporary, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// makeDir makes a folder, safely.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
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
