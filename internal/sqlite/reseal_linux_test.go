package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
)

// Whenever the disk becomes full, nothing is lost, and the next run ends it.
func TestResealOnFullDisk(t *testing.T) {
	ctx := context.Background()
	p := newPlainDesk(t, random(t), 20)
	p.enrol(t, thePC, "claire", "marc")
	from := snapshot(t, p.dir)
	full := map[string]bool{}
	for stop := range 24 {
		root := disktest.Small(t, "16m")
		dir := filepath.Join(root, "Guichet")
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		k := p.again(t, dir)
		var free func()
		var where string
		at := 0
		_, _, err := k.steps(ctx, func(what string) {
			if at == stop {
				where, free = what, stuff(t, root)
			}
			at++
		})
		if err != nil {
			full[where] = true
			if !errors.Is(err, desk.ErrDiskFull) {
				t.Errorf("full after %s: %v", where, err)
			}
		}
		if free != nil {
			free()
		}
		k.whole(t)
		k.resealAll(t)
		k.sealedWhole(t)
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("full after step %d, %s", stop, where)
		}
	}
	t.Logf("it had no room after %v", full)
	if !full["read"] || !full["copy done"] || !full["aside sealed"] && !full["marked"] {
		t.Errorf("the disk was full after %v only", full)
	}
}
