package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"

	"golang.org/x/sys/windows"
)

// A virus scanner that has the file for a moment is waited for; one that keeps
// it is a matter for another attempt. The clock stands still while there is
// something to do: the tries are at 0, 10 and 30 ms. Windows answers "access
// denied", and not "in use", when the file that a rename replaces is held.
func TestHeld(t *testing.T) {
	for op, do := range map[string]struct {
		share  uint32
		answer error
		do     func(ctx context.Context, dir string) error
	}{
		"Open": {disktest.Nothing, windows.ERROR_SHARING_VIOLATION, func(ctx context.Context, dir string) error {
			f, err := Open(ctx, filepath.Join(dir, "held"))
			if err == nil {
				err = f.Close()
			}
			return err
		}},
		"RenameHeld": {disktest.AsScanners, windows.ERROR_SHARING_VIOLATION, func(ctx context.Context, dir string) error {
			return Rename(ctx, filepath.Join(dir, "held"), filepath.Join(dir, "other"))
		}},
		"RenameOverHeld": {disktest.AsScanners, windows.ERROR_ACCESS_DENIED, func(ctx context.Context, dir string) error {
			return Rename(ctx, filepath.Join(dir, "free"), filepath.Join(dir, "held"))
		}},
		"Remove": {disktest.AsScanners, windows.ERROR_SHARING_VIOLATION, func(ctx context.Context, dir string) error {
			return Remove(ctx, filepath.Join(dir, "held"))
		}},
	} {
		for outcome, tt := range map[string]struct {
			lets, within, took time.Duration
			want               error
		}{
			"OKReleased":   {firstPause + time.Millisecond, time.Hour, 3 * firstPause, nil},
			"ErrHeld":      {time.Hour, 2 * time.Hour, patience, ErrHeld},
			"ErrCancelled": {time.Hour, 15 * time.Millisecond, 15 * time.Millisecond, context.DeadlineExceeded},
		} {
			t.Run(op+"/"+outcome, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					dir := t.TempDir()
					write(t, filepath.Join(dir, "held"), "old")
					write(t, filepath.Join(dir, "free"), "new")
					ctx, cancel := context.WithTimeout(t.Context(), tt.within)
					defer cancel()
					defer time.AfterFunc(tt.lets, disktest.Hold(t, filepath.Join(dir, "held"), do.share)).Stop()
					begin := time.Now()
					err := do.do(ctx, dir)
					if took := time.Since(begin); took != tt.took {
						t.Errorf("took %s, want %s", took, tt.took)
					}
					if got, err := os.ReadFile(filepath.Join(dir, "held")); op == "RenameOverHeld" && (err != nil || string(got) == "new" != (tt.want == nil)) {
						t.Errorf("holds %q, %v", got, err)
					}
					if tt.want == nil {
						if err != nil {
							t.Error(err)
						}
						return
					}
					if !errors.Is(err, tt.want) || !errors.Is(err, ErrHeld) || !errors.Is(err, do.answer) || errors.Is(err, fs.ErrNotExist) {
						t.Errorf("got %v", err)
					}
					if errors.Is(Classify(err), desk.ErrReadOnly) {
						t.Error("a folder that takes files counts as read-only")
					}
					if op == "Open" && strings.Contains(err.Error(), dir) {
						t.Errorf("names the folder: %v", err)
					}
				})
			})
		}
	}
}

// Bytes that are being read, for an upload or a thumbnail, are in the way of
// nobody who removes or replaces them.
func TestOpenShared(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "file"), filepath.Join(dir, "other")
	write(t, path, "facture")
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(Rename(t.Context(), path, other), Remove(t.Context(), other)); err != nil {
		t.Errorf("while it is read: %v", err)
	}
	if b, err := io.ReadAll(f); string(b) != "facture" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
}

func TestInUse(t *testing.T) {
	for err, want := range map[error][2]bool{ // for reading, for change
		windows.ERROR_SHARING_VIOLATION: {true, true},
		windows.ERROR_LOCK_VIOLATION:    {true, true},
		windows.ERROR_ACCESS_DENIED:     {false, true},
		windows.ERROR_FILE_NOT_FOUND:    {false, false},
		windows.ERROR_DISK_FULL:         {false, false},
		windows.ERROR_WRITE_PROTECT:     {false, false},
	} {
		err = &os.PathError{Op: "x", Path: "x", Err: err}
		if got := [2]bool{InUse(err), heldForChange(err)}; got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}
