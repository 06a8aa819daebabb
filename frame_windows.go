package main

import (
	"context"
	"os"
	"unsafe"

	"guichet/app"

	"golang.org/x/sys/windows"
)

var (
	user32              = windows.NewLazySystemDLL("user32.dll")
	findWindowEx        = user32.NewProc("FindWindowExW")
	getWindowPlacement  = user32.NewProc("GetWindowPlacement")
	setWindowPlacement  = user32.NewProc("SetWindowPlacement")
	enumDisplayMonitors = user32.NewProc("EnumDisplayMonitors")
)

// Ways to show a window (winuser.h).
const (
	showNormal    = 1
	showMinimised = 2
	showMaximised = 3
)

type rect struct{ left, top, right, bottom int32 }

func (r rect) rect() app.Rect {
	return app.Rect{X: int(r.left), Y: int(r.top), W: int(r.right - r.left), H: int(r.bottom - r.top)}
}

// placement is WINDOWPLACEMENT. Its rectangle is that of the window when it is neither
// minimised nor maximised.
type placement struct {
	length, flags, show uint32
	minimised           [2]int32
	maximised           [2]int32
	normal              rect
}

// own is this program's window, 0 while there is none.
func own() windows.HWND {
	title, err := windows.UTF16PtrFromString("Guichet")
	if err != nil {
		return 0
	}
	for at := uintptr(0); ; {
		at, _, _ = findWindowEx.Call(0, at, 0, uintptr(unsafe.Pointer(title)))
		if at == 0 {
			return 0
		}
		var process uint32
		if _, err := windows.GetWindowThreadProcessId(windows.HWND(at), &process); err == nil && int(process) == os.Getpid() && windows.IsWindowVisible(windows.HWND(at)) {
			return windows.HWND(at)
		}
	}
}

// screensNow is filled while the system lists its screens; there is one list at a time.
var screensNow []app.Rect

var oneScreen = windows.NewCallback(func(_, _ uintptr, at *rect, _ uintptr) uintptr {
	screensNow = append(screensNow, at.rect())
	return 1
})

// frameNow is where the window is, and on which screens; false while it is not there.
func frameNow(context.Context) (app.Frame, []app.Rect, bool) {
	window := own()
	var p placement
	p.length = uint32(unsafe.Sizeof(p))
	if window == 0 {
		return app.Frame{}, nil, false
	}
	if ok, _, _ := getWindowPlacement.Call(uintptr(window), uintptr(unsafe.Pointer(&p))); ok == 0 || p.show == showMinimised {
		return app.Frame{}, nil, false
	}
	screensNow = nil
	if ok, _, _ := enumDisplayMonitors.Call(0, 0, oneScreen, 0); ok == 0 {
		return app.Frame{}, nil, false
	}
	return app.Frame{Rect: p.normal.rect(), Maximised: p.show == showMaximised}, screensNow, len(screensNow) > 0
}

func placeFrame(f app.Frame) {
	p := placement{show: showNormal, normal: rect{int32(f.X), int32(f.Y), int32(f.X + f.W), int32(f.Y + f.H)}}
	p.length = uint32(unsafe.Sizeof(p))
	if f.Maximised {
		p.show = showMaximised
	}
	if window := own(); window != 0 {
		_, _, _ = setWindowPlacement.Call(uintptr(window), uintptr(unsafe.Pointer(&p)))
	}
}
