package disk

import (
	"syscall"

	"guichet/internal/desk"
)

var diskFaults = map[syscall.Errno]error{
	39:   desk.ErrDiskFull, // ERROR_HANDLE_DISK_FULL
	112:  desk.ErrDiskFull, // ERROR_DISK_FULL
	1295: desk.ErrDiskFull, // ERROR_DISK_QUOTA_EXCEEDED
	5:    desk.ErrReadOnly, // ERROR_ACCESS_DENIED
	19:   desk.ErrReadOnly, // ERROR_WRITE_PROTECT
	1117: nil,              // ERROR_IO_DEVICE
}
