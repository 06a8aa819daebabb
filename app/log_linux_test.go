package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/disk/disktest"
)

// A disk that is full in the middle of a log stops nothing; there is a log again once
// there is room.
func TestLogOnAFullDisk(t *testing.T) {
	data, small := t.TempDir(), disktest.Small(t, "1m")
	if err := os.Symlink(small, filepath.Join(data, "logs")); err != nil {
		t.Fatal(err)
	}
	o := open(t, data, nobody, "")
	filler := filepath.Join(small, "filler")
	put(t, filler, make([]byte, 900<<10))
	for range 3000 {
		o.app.log.Info().Msg(strings.Repeat("x", 1000))
	}
	id, _ := o.write(t, content())
	must(o.drafts.Open(id))(t)
	for _, path := range must(filepath.Glob(filepath.Join(small, "*")))(t) {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	for range 1100 {
		o.app.log.Info().Msg(strings.Repeat("y", 1000))
	}
	o.app.log.Info().Msg("after the flood")
	body, err := os.ReadFile(filepath.Join(data, "logs", "guichet.log"))
	if err != nil || !strings.Contains(string(body), "after the flood") {
		t.Errorf("no log again: %v", err)
	}
}
