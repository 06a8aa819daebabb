package app

import (
	"os"

	"golang.org/x/sys/windows"
)

// attached is a console that can be written to. A program with a window has none of its
// own: the one that it was started from is taken, unless its output goes elsewhere.
func (c console) attached() console {
	if _, err := os.Stdout.Stat(); err == nil {
		return c
	}
	const parent = 0xFFFFFFFF // ATTACH_PARENT_PROCESS
	ok, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole").Call(parent)
	if ok == 0 {
		return c
	}
	if screen, err := os.OpenFile("CONOUT$", os.O_RDWR, 0); err == nil { // closed with the process
		c.out, c.err = screen, screen
	}
	return c
}
