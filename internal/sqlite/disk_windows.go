package sqlite

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// What Windows calls a disk without room, and one that takes no writing:
// package syscall has ENOSPC and EROFS there, but Windows never answers them.
var (
	fullDisk     = []syscall.Errno{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, 1295} // ERROR_DISK_QUOTA_EXCEEDED
	readOnlyDisk = []syscall.Errno{windows.ERROR_WRITE_PROTECT}
)

// syncDir does nothing on Windows, where a folder cannot be synced: moveSafely
// waits for the disk.
func syncDir(string) error { return nil }

// moveSafely returns when the new name is on the disk, which os.Rename does not
// wait for.
func moveSafely(from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(old, name, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// heldForReading tells whether somebody else has the file open.
func heldForReading(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// heldForChange takes "access denied" for held too: Windows says so of a file
// that somebody has mapped.
func heldForChange(err error) bool {
	return heldForReading(err) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
