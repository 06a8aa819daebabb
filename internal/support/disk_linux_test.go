package support

import (
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/disk/disktest"
)

func TestDiskThatIsSmall(t *testing.T) {
	dir := disktest.Small(t, "900m")
	if f := Disk(t.Context(), dir); f.Code != "low" {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 750<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := Disk(t.Context(), dir); f.Code != "full" {
		t.Errorf("%+v", f)
	}
	if err := os.WriteFile(filepath.Join(dir, "more"), make([]byte, 200<<20), 0o600); err == nil {
		t.Fatal("it is not full")
	}
	if f := Disk(t.Context(), dir); f.Code != "full" {
		t.Errorf("%+v", f)
	}
}
