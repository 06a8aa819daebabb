//go:build !windows

package attach_test

import (
	"syscall"

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
