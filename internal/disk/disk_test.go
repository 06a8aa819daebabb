package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"guichet/internal/desk"
)

func write(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestPublish(t *testing.T) {
	dir := t.TempDir()
	temporary, path := filepath.Join(dir, "a.part"), filepath.Join(dir, "a")
	for _, content := range []string{"new", "newer"} {
		write(t, temporary, content)
		if err := errors.Join(Sync(temporary), Publish(t.Context(), temporary, path)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != content || err != nil {
			t.Errorf("holds %q, %v; want %q", got, err, content)
		}
	}
	if err := Publish(t.Context(), temporary, path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("published what is gone: %v", err)
	}
	if err := Sync(temporary); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("synced what is gone: %v", err)
	}
}

// A file that is written has the new content or, after an error, the one before; what
// was begun does not stay.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	write(t, path+".new", "of a write that was cut short, and longer than what comes")
	if err := os.Chmod(path+".new", 0o644); err != nil { //nolint:gosec // what is not to stay so
		t.Fatal(err)
	}
	for _, content := range []string{"new", "newer", ""} {
		if err := Write(t.Context(), path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != content || err != nil {
			t.Errorf("holds %q, %v; want %q", got, err, content)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	}
	folder := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(folder, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), folder, []byte("x"), 0o600); err == nil {
		t.Error("written over a folder")
	}
	if err := Write(t.Context(), filepath.Join(dir, "gone", "a"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("written into a folder that is not there: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

func TestMakeDir(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "a", "b", "c")
	for range 2 {
		if err := MakeDir(dir); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "file"), "stays")
	}
	for _, in := range []string{"file", "file/d"} {
		if err := MakeDir(filepath.Join(dir, in)); err == nil {
			t.Errorf("%s: made a folder of a file", in)
		}
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	gone, folder, file := filepath.Join(dir, "gone"), filepath.Join(dir, "folder"), filepath.Join(dir, "file")
	write(t, file, "")
	if err := MakeDir(filepath.Join(folder, "full")); err != nil {
		t.Fatal(err)
	}
	// The one that cannot be removed does not save those behind it.
	if err := Remove(t.Context(), gone, folder, file); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
}

func TestOpenErrNotExist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "facture")
	if _, err := Open(t.Context(), path); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("got %v", err)
	}
}

// A fault of the disk has the code that a person can do something about; what
// nobody can is no such error. diskFaults is each system's own list.
func TestClassify(t *testing.T) {
	codes := []*desk.Error{desk.ErrDiskFull, desk.ErrReadOnly}
	check := func(t *testing.T, err error, want error) {
		t.Helper()
		got := Classify(err)
		if !errors.Is(got, err) {
			t.Errorf("the cause is lost: %v", got)
		}
		for _, e := range codes {
			if errors.Is(got, e) != (error(e) == want) {
				t.Errorf("%v is %v: %t", got, e, errors.Is(got, e))
			}
		}
	}
	for fault, want := range diskFaults {
		t.Run(fault.Error(), func(t *testing.T) {
			check(t, &os.PathError{Op: "write", Path: "x", Err: fault}, want)
		})
	}
	t.Run("OKHeld", func(t *testing.T) { check(t, fmt.Errorf("%w: %w", ErrHeld, fs.ErrPermission), nil) })
	t.Run("OKKnown", func(t *testing.T) {
		known := desk.ErrDamaged.With(fs.ErrPermission)
		if got := Classify(known); got != error(known) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("OKNil", func(t *testing.T) {
		if err := Classify(nil); err != nil {
			t.Error(err)
		}
	})
}
