package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"
)

// A virus scanner that has the database for a moment delays the start and no
// more. One that keeps it is an error that says nothing against the file, which
// would be set aside: it opens as soon as it is free.
func TestOpenHeld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "guichet.db")
	s := open(t, dir)
	d := save(t, s, newDraft(t))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	there := func(t *testing.T) {
		t.Helper()
		s := open(t, dir)
		if got, err := s.Draft(context.Background(), d.ID); err != nil || got.Revision != d.Revision {
			t.Errorf("read revision %d, %v; want %d", got.Revision, err, d.Revision)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Run("OKReleased", func(t *testing.T) {
		timer := time.AfterFunc(100*time.Millisecond, disktest.Hold(t, path, disktest.Nothing))
		defer timer.Stop()
		there(t)
	})
	t.Run("ErrHeld", func(t *testing.T) {
		release := disktest.Hold(t, path, disktest.Nothing)
		s, err := Open(context.Background(), dir, privacy.Plain{})
		if err == nil {
			t.Fatal("opened what nobody shares", s.Close())
		}
		for _, wrong := range []error{desk.ErrDamaged, desk.ErrTooNew, desk.ErrInUse, desk.ErrDiskFull} {
			if errors.Is(err, wrong) {
				t.Errorf("got %v", err)
			}
		}
		release()
		there(t)
	})
}

// A scanner or a backup program that reads the files of the database meanwhile
// is in the way of no save, and what it keeps from being cleared up at the end
// is found at the next start.
func TestSaveWhileRead(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	d := save(t, s, newDraft(t))
	var release []func()
	for _, name := range []string{"guichet.db", "guichet.db-shm", "guichet.db-wal"} {
		release = append(release, disktest.Hold(t, filepath.Join(dir, name), disktest.AsScanners))
	}
	for range 3 {
		d = save(t, s, d)
	}
	release[1]() // SQLite waits more than a second for each one that it would remove
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	release[2]()
	s = open(t, dir)
	if got, err := s.Draft(context.Background(), d.ID); err != nil || got.Revision != d.Revision {
		t.Errorf("read revision %d, %v; want %d", got.Revision, err, d.Revision)
	}
}
