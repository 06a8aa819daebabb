//go:build !windows

package sqlite

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

// syncDir makes the names in a folder safe.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// moveSafely gives a file another name; syncDir makes it safe.
func moveSafely(from, to string) error { return os.Rename(from, to) }

// Nobody holds a file against its owner here.
func heldForReading(error) bool { return false }

func heldForChange(error) bool { return false }
