//go:build !windows

package disk

import (
	"errors"
	"os"
	"syscall"
)

// What a system calls a disk without room, and one that takes no writing.
var (
	fullDisk     = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT}
	readOnlyDisk = []syscall.Errno{syscall.EROFS}
)

// SyncDir makes the names in a folder safe, as far as its file system knows how
// to: some keep names themselves and refuse to sync a folder.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err = d.Sync(); errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

func rename(from, to string) error { return os.Rename(from, to) }

// OpenShared opens for reading, without waiting: an open file is in nobody's
// way here.
func OpenShared(path string) (*os.File, error) { return os.Open(path) }

// InUse is never true: nobody holds a file against its owner here.
func InUse(error) bool { return false }

func heldForChange(error) bool { return false }
