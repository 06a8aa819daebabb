package pdf

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

func reserve(n int) ([]byte, error) {
	at, err := windows.VirtualAlloc(0, uintptr(n), windows.MEM_RESERVE, windows.PAGE_READWRITE)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&at)), n), nil
}

func commit(part []byte) error {
	if len(part) == 0 {
		return nil
	}
	_, err := windows.VirtualAlloc(uintptr(unsafe.Pointer(&part[0])), uintptr(len(part)), windows.MEM_COMMIT, windows.PAGE_READWRITE)
	return err
}

func release(room []byte) {
	if room != nil {
		_ = windows.VirtualFree(uintptr(unsafe.Pointer(&room[0])), 0, windows.MEM_RELEASE)
	}
}
