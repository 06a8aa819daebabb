package main

import (
	"syscall"
	"unsafe"
)

// fail shows why the window could not be opened: a program without a console
// has no other way to say it.
func fail(err error) {
	const iconError = 0x10
	text, _ := syscall.UTF16PtrFromString("Guichet : " + err.Error())
	title, _ := syscall.UTF16PtrFromString("Guichet")
	box := syscall.NewLazyDLL("user32.dll").NewProc("MessageBoxW")
	_, _, _ = box.Call(0, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(title)), iconError)
}

// leaveNoCore does nothing here: Go switches Windows' error reports off by itself.
func leaveNoCore() {}
