//go:build !windows

package attach

import "syscall"

// What a system calls a disk without room, and one that takes no writing.
var (
	fullDisk     = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT}
	readOnlyDisk = []syscall.Errno{syscall.EROFS}
)
