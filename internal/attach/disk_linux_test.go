package attach_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"
)

func TestPutErrDiskFull(t *testing.T) {
	dir := filepath.Join(disktest.Small(t, "256k"), "files")
	s := attach.New(dir, privacy.Plain{})
	before := noise(t, 64<<10)
	stored := put(t, s, before)
	for range 2 { // what the first one took is free again
		_, err := s.Put(t.Context(), "claire", io.LimitReader(zeros{}, 400<<10), mega, nil)
		if !errors.Is(err, desk.ErrDiskFull) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("got %v", err)
		}
		if got := names(t, dir); !slices.Equal(got, []string{stored.Name}) {
			t.Errorf("folder holds %q", got)
		}
	}
	if got := read(t, s, stored); !bytes.Equal(got, before) {
		t.Error("what was there before is others now")
	}
	put(t, s, noise(t, 64<<10)) // what has room still finds it
}

func TestPutErrReadOnly(t *testing.T) {
	root := disktest.Small(t, "256k")
	dir := filepath.Join(root, "files")
	s := attach.New(dir, privacy.Plain{})
	stored := put(t, s, []byte("before"))
	s.Settled(stored.Name)
	if err := syscall.Mount("", root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot remount: %v", err)
	}
	if _, err := s.Put(t.Context(), "claire", some(nil), mega, nil); !errors.Is(err, desk.ErrReadOnly) {
		t.Errorf("file: got %v", err)
	}
	if _, err := attach.New(filepath.Join(root, "new"), privacy.Plain{}).Put(t.Context(), "", some(nil), mega, nil); !errors.Is(err, desk.ErrReadOnly) {
		t.Errorf("folder: got %v", err)
	}
	if n, err := s.Sweep(nil, time.Now(), 0); n != 0 || !errors.Is(err, syscall.EROFS) {
		t.Errorf("sweep: removed %d, %v", n, err)
	}
	if got := read(t, s, stored); string(got) != "before" {
		t.Errorf("read %q", got)
	}
}

// A pipe without a writer blocks whoever opens it.
func TestLookPipe(t *testing.T) {
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "b.pdf")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, link, "/dev/zero"} {
		done := make(chan *desk.Problem, 1)
		go func() {
			_, problem := attach.Look(path)
			done <- problem
		}()
		select {
		case problem := <-done:
			if problem == nil || problem.Code != desk.CodeUnreadable {
				t.Errorf("%s: %+v", filepath.Base(path), problem)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: still waiting", filepath.Base(path))
		}
	}
}
