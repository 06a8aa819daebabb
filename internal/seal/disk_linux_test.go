package seal

import (
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/seal/keyring"
)

// A full disk keeps a key from being made, and no key from being used.
func TestFullDisk(t *testing.T) {
	dir := disktest.Small(t, "1m")
	ring := &keyring.Memory{}
	s := openSafe(t, dir, ring)
	enrol(t, s, "claire")
	sealed := mustSeal(t, s, "claire", "text")
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	_ = f.Close()
	is(t, "enrol", s.Enrol(t.Context(), "denis"), desk.ErrDiskFull)
	is(t, "use code", s.UseRecovery(t.Context(), NewCode().Reveal(), ""), desk.ErrDiskFull)
	again := openSafe(t, dir, ring)
	enrol(t, again, "claire")
	opens(t, again, "claire", sealed, "text")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	enrol(t, again, "denis")
	mustUse(t, again)
}
