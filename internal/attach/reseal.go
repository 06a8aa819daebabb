package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"guichet/internal/desk"
	"guichet/internal/disk"
)

// Reseal stores bytes that lie there plain once more, sealed for the person, and
// returns their new name; "" if they are sealed already, if the Sealer leaves
// things as they are, or if there are none here (f.Stored is empty). They are safe
// when it returns, and are those of f.SHA256: others are desk.ErrDamaged, a person
// without a key is desk.ErrLocked, and then nothing has changed. The plain bytes
// stay until no row names them (Sweep).
func (s *Store) Reseal(ctx context.Context, person string, f desk.File) (name string, err error) {
	if f.Stored == "" {
		return "", nil
	}
	plain, err := s.isPlain(ctx, person, f)
	if err == nil && plain {
		name, err = s.again(ctx, person, person, f)
	}
	if err != nil {
		return "", fmt.Errorf("reseal stored file: %w", err)
	}
	return name, nil
}

// Rehome stores bytes of one person once more, sealed for another, under a new
// name. Its errors are those of Reseal; for a key of from that is not open they
// are the Sealer's. What is not here (f.Stored is empty) is "" again.
func (s *Store) Rehome(ctx context.Context, from, to string, f desk.File) (name string, err error) {
	if f.Stored == "" {
		return "", nil
	}
	if name, err = s.again(ctx, from, to, f); err != nil {
		return "", fmt.Errorf("store file for another person: %w", err)
	}
	return name, nil
}

// isPlain tells whether bytes lie there plain although they need not. What is
// sealed is longer than it was.
func (s *Store) isPlain(ctx context.Context, person string, f desk.File) (bool, error) {
	stored, err := disk.Open(ctx, filepath.Join(s.dir, filepath.Base(f.Stored)))
	if err != nil {
		return false, err
	}
	defer stored.Close()
	info, err := stored.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() != f.Size {
		_, err := s.sealer.Reader(person, stored, f.Size)
		if errors.Is(err, desk.ErrLocked) || errors.Is(err, desk.ErrKeyLost) || errors.Is(err, desk.ErrTooNew) {
			err = nil // sealed in any case
		}
		return false, err
	}
	var head counter
	w, err := s.sealer.Writer(person, &head)
	if err != nil {
		return false, err
	}
	err = w.Close()
	return head > 0, err
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// again stores bytes once more and makes sure that they are the same.
func (s *Store) again(ctx context.Context, from, to string, f desk.File) (name string, err error) {
	src, err := s.Open(ctx, from, f.Stored, f.Size)
	if err != nil {
		return "", err
	}
	defer src.Close()
	// A byte more would be another file's.
	stored, err := s.Put(ctx, to, io.LimitReader(src, f.Size+1), f.Size+1, nil)
	if errors.Is(err, desk.ErrInvalid) {
		err = desk.ErrDamaged.With(err) // the person has done nothing wrong
	}
	if err != nil {
		return "", err
	}
	if stored.Size != f.Size || stored.SHA256 != f.SHA256 {
		return "", errors.Join(desk.ErrDamaged.With(errors.New("stored bytes are not those that were attached")), s.Remove(ctx, stored.Name))
	}
	if err := s.opens(ctx, to, stored); err != nil {
		return "", errors.Join(err, s.Remove(ctx, stored.Name))
	}
	return stored.Name, nil
}

// opens reads back what was stored, if the key for it is here.
func (s *Store) opens(ctx context.Context, person string, stored Stored) error {
	f, err := s.Open(ctx, person, stored.Name, stored.Size)
	if errors.Is(err, desk.ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if !s.Holds(ctx, person, stored.Name, stored.Size, stored.SHA256) {
		return desk.ErrDamaged.With(errors.New("what was sealed does not open as it was"))
	}
	return nil
}
