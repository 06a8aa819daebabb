package update

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
)

// On a full disk the package gives back the room that it took, and says why.
func TestDiskFull(t *testing.T) {
	key := newSigner(t)
	s := newShelf(t, key)
	program := someBytes(6<<20, 9)
	s.publish(manifest(3, release(t, "1.1.0", program)), program)
	small := disktest.Small(t, "4m")
	u := s.reader(t, func(c *Config) { c.Dir = filepath.Join(small, "update") })
	err := u.Check(t.Context())
	if !errors.Is(err, desk.ErrDiskFull) {
		t.Errorf("got %v", err)
	}
	if got := u.status(t); got.Outcome != desk.ErrDiskFull.Code || got.Staged != "" {
		t.Errorf("status %+v", got)
	}
	if err := os.WriteFile(filepath.Join(small, "draft"), make([]byte, 3<<20), 0o600); err != nil {
		t.Errorf("no room for a draft: %v", err)
	}
}

// Where there is no room for a copy of the data, the old program goes on.
func TestDiskFullAtTheStart(t *testing.T) {
	key := newSigner(t)
	s := newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesWell})
	small := disktest.Small(t, "200m")
	data := filepath.Join(small, "data")
	if err := os.CopyFS(data, os.DirFS(s.data())); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(s.data()), os.Symlink(data, s.data())); err != nil {
		t.Fatal(err)
	}
	fill(t, filepath.Join(small, "ballast"))
	s.start(t)
	if err := os.Remove(filepath.Join(small, "ballast")); err != nil {
		t.Fatal(err)
	}
	if log := s.lines("log"); !slices.Contains(log, "running_1.0.0") || natureOf(s.exe()).Version != "1.0.0" {
		t.Errorf("log %q", log)
	}
	s.start(t)
	s.has(t, "2.0.0")
	s.start(t)
	s.tidy(t)
}

// fill leaves no byte on a disk.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
