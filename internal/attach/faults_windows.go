package attach

import "syscall"

// What Windows calls a disk without room, and one that takes no writing:
// package syscall has ENOSPC and EROFS there, but Windows never answers them.
var (
	fullDisk     = []syscall.Errno{112, 39, 1295} // ERROR_DISK_FULL, _HANDLE_DISK_FULL, _DISK_QUOTA_EXCEEDED
	readOnlyDisk = []syscall.Errno{19}            // ERROR_WRITE_PROTECT
)
