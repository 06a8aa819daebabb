package portald_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald"
)

// TestSweepLeavesWhatIsNotThePortals has other programs' files beside the portal's, as
// in a bucket that is shared: they stay.
func TestSweepLeavesWhatIsNotThePortals(t *testing.T) {
	b := start(t, nil)
	foreign := []string{"backup-2026.tar", "notes", newID(t), newID(t) + ".txt", "lost+found"}
	stray := newID(t) + "." + newID(t) // the portal's, and nothing knows of it
	for _, id := range append(slices.Clone(foreign), stray) {
		if _, _, err := b.Files().Put(t.Context(), id, strings.NewReader("de quelqu’un")); err != nil {
			t.Fatal(err)
		}
	}
	b.restart()
	b.Sweep()
	left, err := b.Files().List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range foreign {
		if !slices.Contains(left, id) {
			t.Errorf("%s is gone", id)
		}
	}
	if slices.Contains(left, stray) {
		t.Error("what nothing has announced is kept")
	}
}

// TestSweepTells has one file that cannot be removed: the portal starts, the rest is
// dropped, and the log says what failed.
func TestSweepTells(t *testing.T) {
	b := start(t, nil, func(s *portald.Server) { s.Abandoned = -time.Hour }) // even what is announced just now
	if b.S3() != nil {
		t.Skip("it is a folder's trouble")
	}
	stuck := filepath.Join(b.Folder(), "files", newID(t)+"."+newID(t))
	if err := os.MkdirAll(filepath.Join(stuck, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, _ := fileOf(t, claire, 100)
	id := newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.restart()
	await(t, "the abandoned request is dropped", func() bool {
		return b.call(claire, http.MethodGet, pathOf(id), nil).status == http.StatusNotFound
	})
	await(t, "the log", func() bool { return strings.Contains(b.log.String(), "sweep") })
}
