package presence

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var query = windows.NewLazySystemDLL("wtsapi32.dll").NewProc("WTSQuerySessionInformationW")

// The state is asked for again and again. Being told would take a window with a
// thread of its own, and what is missed once stays missed; the two seconds
// pass behind the lock screen, where nobody sees the window anyway. The desktop
// that has the keyboard is no measure: a question for an administrator's
// password takes it too.
func watch(ctx context.Context, changed func(bool)) error {
	return poll(ctx, changed, state, 2*time.Second)
}

// poll tells what ask says. A system that answers at the start is asked until
// ctx ends: what it cannot say for a while is as it was.
func poll(ctx context.Context, changed func(bool), ask func() (bool, error), every time.Duration) error {
	locked, err := ask()
	if err != nil && !errors.Is(err, errUnknown) {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for told := false; ; locked, err = ask() {
		if err == nil && locked != told {
			told = locked
			changed(told)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// errUnknown is Windows' own word for "I do not know", which it may say while a
// session begins.
var errUnknown = errors.New("the state of the session is unknown")

// What Windows calls them. Windows 7 has the flags the wrong way round; this
// program does not start there.
const (
	wtsCurrentSession = 0xFFFFFFFF
	wtsSessionInfoEx  = 25
	wtsDisconnected   = 4
	wtsLocked         = 0
	wtsUnlocked       = 1
)

// sessionInfo is the beginning of WTSINFOEXW at its level 1. The gap is there
// on 32 bits as well, since times follow.
type sessionInfo struct {
	level   uint32
	_       uint32
	session uint32
	state   uint32
	flags   uint32
}

// state asks for the session of this process.
func state() (locked bool, err error) {
	body, err := information(wtsSessionInfoEx)
	if err != nil {
		return false, err
	}
	return meaning(body)
}

// meaning reads a WTSINFOEXW. A session without a screen (another person's turn
// at this PC, a remote desktop that was left) is as good as locked.
func meaning(body []byte) (locked bool, err error) {
	var info sessionInfo
	if len(body) < int(unsafe.Sizeof(info)) {
		return false, fmt.Errorf("state of the session: %d bytes", len(body))
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&info)), unsafe.Sizeof(info)), body)
	switch {
	case info.level != 1:
		return false, fmt.Errorf("state of the session: level %d", info.level)
	case info.state == wtsDisconnected, info.flags == wtsLocked:
		return true, nil
	case info.flags == wtsUnlocked:
		return false, nil
	}
	return false, errUnknown
}

// information asks for one class of facts on the session of this process.
func information(class uint32) ([]byte, error) {
	if err := query.Find(); err != nil {
		return nil, fmt.Errorf("state of the session: %w", err)
	}
	var at *byte
	var size uint32
	ok, _, err := query.Call(0, wtsCurrentSession, uintptr(class), uintptr(unsafe.Pointer(&at)), uintptr(unsafe.Pointer(&size)))
	if ok == 0 {
		return nil, fmt.Errorf("state of the session: class %d: %w", class, err)
	}
	defer windows.WTSFreeMemory(uintptr(unsafe.Pointer(at)))
	return append([]byte(nil), unsafe.Slice(at, size)...), nil
}
