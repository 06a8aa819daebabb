package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"golang.org/x/sys/windows"
)

// hold opens a file as another program would, which shares it as told, until
// release or the end of the test.
func hold(tb testing.TB, path string, share uint32) (release func()) {
	tb.Helper()
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		tb.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		tb.Fatalf("hold: %v", err)
	}
	release = sync.OnceFunc(func() {
		if err := windows.CloseHandle(h); err != nil {
			tb.Errorf("release: %v", err)
		}
	})
	tb.Cleanup(release)
	return release
}

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
		timer := time.AfterFunc(100*time.Millisecond, hold(t, path, 0))
		defer timer.Stop()
		there(t)
	})
	t.Run("ErrHeld", func(t *testing.T) {
		release := hold(t, path, 0)
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
		release = append(release, hold(t, filepath.Join(dir, name), windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE))
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
