package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// ballastSize is what a full disk gives back: room for the shared memory of the
// log, without which the database does not open, and for some hundred saves.
const ballastSize = 1 << 20

func (s *Store) ballast() string { return filepath.Join(s.dir, "ballast") }

// withRoom does something, and once more without the ballast if the disk is
// full.
func (s *Store) withRoom(do func() error) error {
	err := do()
	if !errors.Is(err, desk.ErrDiskFull) {
		return err
	}
	if gone := os.Remove(s.ballast()); gone != nil {
		return err // there was none any more
	}
	return do()
}

// KeepBallast makes the ballast if it is not there and there is room for it and
// four times as much. Being without one is no error.
func (s *Store) KeepBallast(ctx context.Context) error {
	if size, err := sizeOf(s.ballast()); err != nil || size >= ballastSize {
		return err
	}
	err := write(s.ballast(), ballastSize)
	if err == nil {
		probe := s.ballast() + ".part"
		err = errors.Join(write(probe, 4*ballastSize), disk.Remove(ctx, probe))
	}
	if err != nil {
		err = errors.Join(classify(err), disk.Remove(ctx, s.ballast()))
	}
	if errors.Is(err, desk.ErrDiskFull) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keep ballast: %w", err)
	}
	return nil
}

// write makes a file of so many bytes that no file system can store as fewer.
func write(path string, size int) error {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
