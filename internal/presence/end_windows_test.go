package presence

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// A window for messages alone hears what is sent to it as the real one does, and needs
// no screen.
const messageOnly = ^uintptr(2) // HWND_MESSAGE, -3

func TestWatchEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	window, done := make(chan windows.HWND, 1), make(chan error, 1)
	var heard []End
	go func() {
		done <- watchEndIn(ctx, messageOnly, func(e End) { heard = append(heard, e) }, func(w windows.HWND) { window <- w })
	}()
	var at windows.HWND
	select {
	case at = <-window:
	case err := <-done:
		t.Fatal(err)
	case <-time.After(10 * time.Second):
		t.Fatal("no window")
	}
	send := user32.NewProc("SendMessageW")
	const resumed = 0x12
	for _, m := range []struct{ message, w, answer uintptr }{
		{wmPowerBroadcast, pbtApmSuspend, 1}, {wmPowerBroadcast, resumed, 1}, {wmQueryEndSession, 0, endSessionAnswer},
	} {
		if answer, _, _ := send.Call(uintptr(at), m.message, m.w, 0); answer != m.answer && m.w != resumed {
			t.Errorf("%#x: %d", m.message, answer)
		}
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	if len(heard) != 2 || heard[0] != Sleeps || heard[1] != Ends {
		t.Errorf("%v", heard)
	}
}
