//go:build !windows

package launch

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A start that was not told where the user's programs meet, as by su, finds the place.
func TestTellFromElsewhere(t *testing.T) {
	runtimeDirs = t.TempDir()
	t.Cleanup(func() { runtimeDirs = "/run/user" })
	own := filepath.Join(runtimeDirs, strconv.Itoa(os.Getuid()))
	if err := os.Mkdir(own, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", own)
	data := t.TempDir()
	first := claim(t, data, Message{})
	var h heard
	first.Handle(h.take)
	t.Setenv("XDG_RUNTIME_DIR", "")
	if err := Tell(t.Context(), data, Message{Quit: true}); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if len(h.all) != 1 || !h.all[0].Quit {
		t.Errorf("%+v", h.all)
	}
}

// Where there is no folder to meet in, there is still one program for each data folder,
// and it tells why nobody can hand it anything.
func TestClaimWithoutAMeeting(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "")
	runtimeDirs = t.TempDir() // which has none for anybody
	t.Cleanup(func() { runtimeDirs = "/run/user" })
	elsewhere := t.TempDir()
	t.Setenv("TMPDIR", elsewhere)
	if err := os.Chmod(elsewhere, 0o500); err != nil { //nolint:gosec // a folder that takes nothing
		t.Fatal(err)
	}
	if os.Getuid() == 0 { // whom no mode keeps out: somebody else's link lies there
		t.Setenv("TMPDIR", "/proc/self")
	}
	data := t.TempDir()
	i, err := Claim(t.Context(), data, Message{})
	if err != nil || i == nil || i.Deaf == nil {
		t.Fatalf("%+v, %v", i, err)
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}
