package attach_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"

	"golang.org/x/sys/windows"
)

// original is a file of the person.
func original(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "Courrier n° 3.txt")
	if err := os.WriteFile(path, []byte("Bonjour"), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// An original that another program shares with nobody is unreadable, and says
// so; one that it shares for reading, as Word does, can be attached.
func TestOriginalHeld(t *testing.T) {
	path := original(t)
	for _, share := range []uint32{windows.FILE_SHARE_READ, disktest.AsScanners, disktest.Everything} {
		release := disktest.Hold(t, path, share)
		if c, problem := attach.Look(path); problem != nil || c != (desk.Candidate{Name: "Courrier n° 3.txt", Size: 7, Media: "text/plain"}) {
			t.Errorf("shared as %d: %+v, %+v", share, c, problem)
		}
		if f, err := attach.Open(path); err != nil {
			t.Errorf("shared as %d: %v", share, err)
		} else if err := f.Close(); err != nil {
			t.Error(err)
		}
		release()
	}
	release := disktest.Hold(t, path, disktest.Nothing)
	if c, problem := attach.Look(path); problem == nil || *problem != (desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable}) || c.Name != "Courrier n° 3.txt" {
		t.Errorf("held: %+v, %+v", c, problem)
	}
	if _, err := attach.Open(path); !errors.Is(err, desk.ErrInvalid) || codeOf(err) != desk.CodeUnreadable || !errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		t.Errorf("held: %v", err)
	}
	release()
	if _, problem := attach.Look(path); problem != nil {
		t.Errorf("released: %+v", problem)
	}
}

// A program may open its file for all and lock its bytes: then nobody reads
// them, but for systems that take a lock for advice, as Wine does.
func TestOriginalLocked(t *testing.T) {
	path := original(t)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, mega, 0, &windows.Overlapped{}); err != nil {
		t.Fatal(err)
	}
	want := ""
	if _, err := os.ReadFile(path); errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		want = desk.CodeUnreadable
	}
	t.Logf("what is locked is %q", want)
	got := ""
	if _, problem := attach.Look(path); problem != nil {
		got = problem.Code
	}
	if got != want {
		t.Errorf("look: %q, want %q", got, want)
	}
	opened, err := attach.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	s, dir := newStore(t, privacy.Plain{})
	stored, err := s.Put(t.Context(), "claire", opened, mega, nil)
	if codeOf(err) != want {
		t.Errorf("copy: %v, want %q", err, want)
	}
	if left := names(t, dir); (err == nil) != slices.Equal(left, []string{stored.Name}) {
		t.Errorf("folder holds %q", left)
	}
}

// While an original is copied its owner may still rename or replace it, as
// programs do that save; what is copied is what was chosen.
func TestOriginalShared(t *testing.T) {
	path := original(t)
	f, err := attach.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Rename(path, path+".old"); err != nil {
		t.Errorf("rename while it is copied: %v", err)
	}
	if err := os.WriteFile(path, []byte("saved anew"), 0o600); err != nil {
		t.Error(err)
	}
	if b, err := io.ReadAll(f); string(b) != "Bonjour" || err != nil {
		t.Errorf("copied %q, %v", b, err)
	}
}
