//go:build !windows

package disk

import (
	"runtime"
	"syscall"
	"testing"

	"guichet/internal/desk"
)

var diskFaults = map[syscall.Errno]error{
	syscall.ENOSPC: desk.ErrDiskFull,
	syscall.EDQUOT: desk.ErrDiskFull, // this person's share of it
	syscall.EROFS:  desk.ErrReadOnly,
	syscall.EACCES: desk.ErrReadOnly,
	syscall.EPERM:  desk.ErrReadOnly,
	syscall.EIO:    nil,
}

// A file system that refuses to sync a folder is no reason to take its names
// for lost.
func TestSyncDir(t *testing.T) {
	if err := SyncDir(t.TempDir()); err != nil {
		t.Error(err)
	}
	if runtime.GOOS == "linux" {
		if err := SyncDir("/proc"); err != nil {
			t.Errorf("refused: %v", err)
		}
	}
	if err := SyncDir(t.TempDir() + "/gone"); err == nil {
		t.Error("synced what is not there")
	}
}
