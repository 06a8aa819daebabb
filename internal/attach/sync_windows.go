package attach

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/windows"
)

// syncDir does nothing on Windows, where a folder cannot be synced:
// renameSafely waits for the disk, and what NTFS has journalled before, such as
// a new folder, is then on it as well.
func syncDir(string) error { return nil }

// renameSafely returns when the rename is on the disk, which os.Rename does not
// wait for.
func renameSafely(from, to string) error {
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

// openShared opens for reading. Other than os.Open it lets others remove and
// rename the file meanwhile.
func openShared(path string) (*os.File, error) {
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

// What Windows answers when somebody else has the file open.
var inUse = []syscall.Errno{windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION}

func heldForReading(err error) bool {
	return slices.ContainsFunc(inUse, func(e syscall.Errno) bool { return errors.Is(err, e) })
}

// heldForChange takes "access denied" for held too: Windows says so of a file
// that somebody has mapped, or that is being deleted. One that we may not touch
// is told apart by nothing but time.
func heldForChange(err error) bool {
	return heldForReading(err) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
