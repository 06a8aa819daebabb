// Package disk is what every room that keeps files does to them: names and
// folders that survive a power cut, patience with another program that holds a
// file, and codes for the faults that a person can do something about. It does
// not write or read what is in a file, and does not know whose files they are:
// a room syncs its own bytes before it gives them a name here.
//
// On Unix a new name is safe once its folder is synced. On Windows a folder
// cannot be synced, and a rename waits for the disk itself.
//
// What takes a context waits for a file that another program holds, two seconds
// at the most and until the context ends, and then answers ErrHeld (and the
// context's error). It tries once in any case, so that clearing up works after
// the end of a context too.
package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"guichet/internal/desk"
)

// Rename gives a closed file another name, over one that has it. The name is
// safe once both folders are synced (SyncDir).
func Rename(ctx context.Context, from, to string) error {
	return patiently(ctx, heldForChange, func() error { return rename(from, to) })
}

// Publish gives a file that was written under a temporary name in the same
// folder, synced and closed, its own, over one that has it: after a power cut
// either all of it is there or nothing. After an error it may have either name.
func Publish(ctx context.Context, temporary, path string) error {
	if err := Rename(ctx, temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// Write gives a file that content, over one that has its name: after a power cut it is
// the one before or the one after, and after an error the one before unless its folder
// could not be synced. Who may read it is as mode says. One writes it at a time: what is
// begun has the name with ".new" behind it, and goes after an error.
func Write(ctx context.Context, path string, content []byte, mode os.FileMode) error {
	temporary := path + ".new"
	var f *os.File
	err := patiently(ctx, InUse, func() (err error) {
		f, err = os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
		return err
	})
	if err != nil {
		return err
	}
	err = f.Chmod(mode) // one that was left over may have another
	if err == nil {
		_, err = f.Write(content)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = Publish(ctx, temporary, path)
	}
	if err != nil {
		err = errors.Join(err, Remove(context.WithoutCancel(ctx), temporary))
	}
	return err
}

// Sync brings a closed file that somebody else has written to the disk.
func Sync(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // Windows syncs no file that may not be written
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// MakeDir makes a folder for this account alone, with those above it that are
// missing; what is there stays as it is. All of them survive a power cut.
func MakeDir(dir string) error {
	var changed []string
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		changed = append(changed, filepath.Dir(d))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, d := range slices.Backward(changed) {
		if err := SyncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// Remove deletes files, all that it can. One that is gone is what was wanted. A
// power cut may bring them back.
func Remove(ctx context.Context, paths ...string) error {
	var errs []error
	for _, path := range paths {
		err := patiently(ctx, heldForChange, func() error { return os.Remove(path) })
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Open opens one of our files for reading, shared as OpenShared does. Its error
// does not name the path, which has the name of the account in it and goes to a
// log; a file that is gone is fs.ErrNotExist.
func Open(ctx context.Context, path string) (f *os.File, err error) {
	err = patiently(ctx, InUse, func() error {
		f, err = OpenShared(path)
		var named *fs.PathError
		if errors.As(err, &named) {
			err = named.Err
		}
		return err
	})
	return f, err
}

// Classify gives a fault of the disk its code: desk.ErrDiskFull when there is no
// room or the person's share of it is used up, desk.ErrReadOnly when nothing may
// be written. Any other error comes back as it is, nil too, and one that has a
// code keeps it. ErrHeld has none: the place is good, and the next try may be.
func Classify(err error) error {
	var known *desk.Error
	is := func(e syscall.Errno) bool { return errors.Is(err, e) }
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case slices.ContainsFunc(fullDisk, is):
		return desk.ErrDiskFull.With(err)
	case errors.Is(err, ErrHeld): // Windows says "access denied" of it as well
		return err
	case errors.Is(err, fs.ErrPermission), slices.ContainsFunc(readOnlyDisk, is):
		return desk.ErrReadOnly.With(err)
	}
	return err
}
