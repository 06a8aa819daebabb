package attach

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"

	"golang.org/x/sys/windows"
)

// Windows answers "access denied", and not "in use", when the file that a
// rename replaces is open elsewhere: it passes as well.
func TestRenameReplacesHeld(t *testing.T) {
	for name, tt := range map[string]struct {
		lets, took time.Duration
		want       string
	}{
		"OKFree":     {0, 0, "new"},
		"OKReleased": {firstPause + time.Millisecond, 3 * firstPause, "new"},
		"ErrHeld":    {time.Hour, patience, "old"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
				for path, content := range map[string]string{from: "new", to: "old"} {
					if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				f, err := os.Open(to) // as Go opens it: nobody renames or replaces it
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if tt.lets == 0 {
					_ = f.Close()
				} else {
					defer time.AfterFunc(tt.lets, func() { _ = f.Close() }).Stop()
				}
				begin := time.Now()
				err = rename(t.Context(), from, to)
				if held := errors.Is(err, errHeld) && errors.Is(err, windows.ERROR_ACCESS_DENIED); held != (tt.want == "old") || !held && err != nil {
					t.Errorf("got %v", err)
				}
				if errors.Is(classify(err), desk.ErrReadOnly) {
					t.Error("a folder that takes files counts as read-only")
				}
				if took := time.Since(begin); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
				if got, err := os.ReadFile(to); string(got) != tt.want || err != nil {
					t.Errorf("holds %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

func TestHeld(t *testing.T) {
	for err, want := range map[error][2]bool{ // for reading, for change
		windows.ERROR_SHARING_VIOLATION: {true, true},
		windows.ERROR_LOCK_VIOLATION:    {true, true},
		windows.ERROR_ACCESS_DENIED:     {false, true},
		windows.ERROR_FILE_NOT_FOUND:    {false, false},
		windows.ERROR_DISK_FULL:         {false, false},
		windows.ERROR_WRITE_PROTECT:     {false, false},
	} {
		err = &os.PathError{Op: "x", Path: "x", Err: err}
		if got := [2]bool{heldForReading(err), heldForChange(err)}; got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}
