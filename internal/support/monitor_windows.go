package support

import (
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// apart gives a child no console, and keeps it out of reach of the keys of the one that
// this program may have.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP}
}

// quiet does nothing here: Go switches Windows' error reports off by itself.
func quiet() {}

// untilGone waits until the program that is watched has gone, and its locks with it; not
// for ever.
func untilGone(pid int) {
	const most = 10_000 // ms
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return // it has gone
	}
	_, _ = windows.WaitForSingleObject(h, most) // it is going
	_ = windows.CloseHandle(h)
}

// Alert says something to whoever has started a program that has no window, in a box: it
// mostly has no console either.
func Alert(message string) {
	const title = "Guichet"
	if os.Getenv("GUICHET_LOG") == "stderr" { // somebody reads the console
		_, _ = os.Stderr.WriteString(title + ": " + message + "\n")
		return
	}
	const iconError = 0x10
	text, _ := syscall.UTF16PtrFromString(message)
	head, _ := syscall.UTF16PtrFromString(title)
	_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("MessageBoxW").Call(0, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(head)), iconError)
}
