package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// What Windows calls a disk without room, and one that takes no writing:
// package syscall has ENOSPC and EROFS there, but Windows never answers them.
var (
	fullDisk     = []syscall.Errno{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, 1295} // ERROR_DISK_QUOTA_EXCEEDED
	readOnlyDisk = []syscall.Errno{windows.ERROR_WRITE_PROTECT}
)

// SyncDir does nothing on Windows, which refuses to sync a folder. Rename waits
// for the disk, and what NTFS has journalled before, such as a new folder, is
// then on it as well.
func SyncDir(string) error { return nil }

// rename returns when the new name is on the disk, which os.Rename does not
// wait for.
func rename(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(source, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

// OpenShared opens for reading, without waiting. Other than os.Open it lets
// others remove and rename the file meanwhile.
func OpenShared(path string) (*os.File, error) {
	fault := func(err error) error { return &fs.PathError{Op: "open", Path: path, Err: err} }
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, fault(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil,
		windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, fault(err)
	}
	return os.NewFile(uintptr(h), path), nil
}

// InUse tells whether an error says that another program has the file open: the
// only reason why Windows says so.
func InUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// heldForChange takes "access denied" for held too: Windows says so of a file
// that somebody has mapped, or that is being deleted. One that we may not touch
// is told apart by nothing but time.
func heldForChange(err error) bool {
	return InUse(err) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
