package presence

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32            = windows.NewLazySystemDLL("user32.dll")
	registerClass     = user32.NewProc("RegisterClassExW")
	createWindow      = user32.NewProc("CreateWindowExW")
	destroyWindow     = user32.NewProc("DestroyWindow")
	defWindowProc     = user32.NewProc("DefWindowProcW")
	getMessage        = user32.NewProc("GetMessageW")
	dispatchMessage   = user32.NewProc("DispatchMessageW")
	postMessage       = user32.NewProc("PostMessageW")
	postQuitMessage   = user32.NewProc("PostQuitMessage")
	blockReasonCreate = user32.NewProc("ShutdownBlockReasonCreate")
)

// Messages and words of Windows (winuser.h).
const (
	wmDestroy         = 0x0002
	wmClose           = 0x0010
	wmQueryEndSession = 0x0011
	wmPowerBroadcast  = 0x0218
	pbtApmSuspend     = 0x0004
	endSessionAnswer  = 1
)

// watchEnd has a window of its own that nobody sees: only windows are told that a
// session ends, and the one that is seen belongs to the library that made it. Its thread
// answers when ending has returned, and Windows waits for that about five seconds.
func watchEnd(ctx context.Context, ending func(End)) error {
	return watchEndIn(ctx, 0, ending, func(windows.HWND) {})
}

// told is what the window tells; there is one at a time.
var told struct {
	sync.Mutex
	ending func(End)
}

var endProc = windows.NewCallback(func(window windows.HWND, message uint32, w, l uintptr) uintptr {
	switch {
	case message == wmQueryEndSession:
		reason, _ := windows.UTF16PtrFromString("Guichet")
		_, _, _ = blockReasonCreate.Call(uintptr(window), uintptr(unsafe.Pointer(reason))) // shown if it takes long
		told.ending(Ends)
		return endSessionAnswer
	case message == wmPowerBroadcast && w == pbtApmSuspend:
		told.ending(Sleeps)
		return 1
	case message == wmClose:
		_, _, _ = destroyWindow.Call(uintptr(window))
		return 0
	case message == wmDestroy:
		_, _, _ = postQuitMessage.Call(0)
		return 0
	}
	out, _, _ := defWindowProc.Call(uintptr(window), uintptr(message), w, l)
	return out
})

// class is WNDCLASSEXW.
type class struct {
	size, style                        uint32
	proc                               uintptr
	classExtra, windowExtra            int32
	instance, icon, cursor, background uintptr
	menu, name                         *uint16
	smallIcon                          uintptr
}

// message is MSG.
type message struct {
	window         windows.HWND
	message        uint32
	wParam, lParam uintptr
	time           uint32
	x, y           int32
	private        uint32
}

// watchEndIn makes the window below another one, 0 for the desktop, and tells which it
// is.
func watchEndIn(ctx context.Context, parent uintptr, ending func(End), made func(windows.HWND)) error {
	told.Lock()
	defer told.Unlock()
	told.ending = ending
	runtime.LockOSThread() // the thread that made a window hears for it
	defer runtime.UnlockOSThread()
	name, err := windows.UTF16PtrFromString("GuichetEnd")
	if err != nil {
		return err
	}
	c := class{proc: endProc, name: name}
	c.size = uint32(unsafe.Sizeof(c))
	if made, _, err := registerClass.Call(uintptr(unsafe.Pointer(&c))); made == 0 && !errors.Is(err, windows.ERROR_CLASS_ALREADY_EXISTS) {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	window, _, err := createWindow.Call(0, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, parent, 0, 0, 0)
	if window == 0 {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	made(windows.HWND(window))
	stop := context.AfterFunc(ctx, func() { _, _, _ = postMessage.Call(window, wmClose, 0, 0) })
	defer stop()
	var m message
	for {
		more, _, err := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		switch int32(more) {
		case 0:
			return nil
		case -1:
			return fmt.Errorf("%w: %w", ErrNone, err)
		}
		_, _, _ = dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}
