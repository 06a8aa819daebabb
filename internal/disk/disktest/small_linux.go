package disktest

import (
	"errors"
	"syscall"
	"testing"
)

// Small gives the folder of a disk in memory of that size, such as "8m", until
// the test ends. Where none may be mounted the test is skipped.
func Small(tb testing.TB, size string) (dir string) {
	tb.Helper()
	dir = tb.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		tb.Skipf("no disk of our own without the right to mount: %v", err)
	}
	tb.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			tb.Errorf("unmount: %v", errors.Join(err, syscall.Unmount(dir, syscall.MNT_DETACH)))
		}
	})
	return dir
}
