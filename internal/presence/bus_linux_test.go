package presence

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>ADDRESS</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`

// limit bounds every wait here.
const limit = 20 * time.Second

// realBus is a bus of our own, at an address that it keeps when it is started
// anew.
type realBus struct {
	address, conf string
	daemon        *exec.Cmd
}

// newBus says where a bus will be; start starts it.
func newBus(t *testing.T) *realBus {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("dbus-daemon is missing (package dbus)")
		}
		t.Skip("a real bus needs dbus-daemon (package dbus)")
	}
	dir, err := os.MkdirTemp("", "bus") // the name of a test can be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	b := &realBus{address: "unix:path=" + filepath.Join(dir, "socket"), conf: filepath.Join(dir, "bus.conf")}
	if err := os.WriteFile(b.conf, []byte(strings.Replace(busConfig, "ADDRESS", b.address, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.stop()
		_ = os.RemoveAll(dir)
	})
	return b
}

func (b *realBus) start(t *testing.T) *realBus {
	t.Helper()
	b.daemon = exec.Command("dbus-daemon", "--nofork", "--nopidfile", "--nosyslog", "--print-address", "--config-file="+b.conf)
	out, err := b.daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.daemon.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("dbus-daemon did not start: %v", err)
	}
	return b
}

func (b *realBus) stop() {
	if b.daemon != nil {
		_ = b.daemon.Process.Kill()
		_ = b.daemon.Wait()
		b.daemon = nil
	}
}

// watched is a watcher that runs, and what it has told.
type watched struct {
	*watcher
	t    *testing.T
	told chan bool
	quit context.CancelFunc
	done chan error
}

// run runs a watcher with short pauses on two buses, of which either may be nil.
func run(t *testing.T, system, session *realBus, set func(*watcher)) *watched {
	t.Helper()
	setAddresses(t, address(system), address(session))
	ctx, cancel := context.WithCancel(context.Background())
	out := &watched{t: t, told: make(chan bool, 100), quit: cancel, done: make(chan error, 1)}
	w := newWatcher(func(locked bool) { out.told <- locked })
	out.watcher = w
	w.first, w.longest, w.hope = 5*time.Millisecond, 40*time.Millisecond, time.Hour
	if set != nil {
		set(w)
	}
	go func() { out.done <- w.run(ctx) }()
	t.Cleanup(func() { out.stop() })
	return out
}

func address(b *realBus) string {
	if b == nil {
		return "disabled:"
	}
	return b.address
}

func setAddresses(t *testing.T, system, session string) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", session)
}

// tells waits for what is told next.
func (w *watched) tells(want ...bool) {
	w.t.Helper()
	for i, locked := range want {
		select {
		case got := <-w.told:
			if got != locked {
				w.t.Fatalf("told %d of %v: locked is %v", i+1, want, got)
			}
		case <-time.After(limit):
			w.t.Fatalf("told %d of %v: nothing", i+1, want)
		}
	}
}

// hears waits until the word of a source has arrived that changes nothing by
// itself.
func (w *watched) hears(source string, locked bool) {
	w.t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		w.mu.Lock()
		says := w.says[source]
		w.mu.Unlock()
		if says == locked {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s was not heard: locked is %v", source, locked)
		}
	}
}

// fence locks once more, and is sure then that nothing else was told: states
// alternate, so one too many looks like the next.
func (w *watched) fence(source string, lock func()) {
	w.t.Helper()
	lock()
	w.hears(source, true)
	w.tells(true)
	select {
	case locked := <-w.told:
		w.t.Errorf("told besides: locked is %v", locked)
	default:
	}
}

// stop ends it, and checks that nothing more was told.
func (w *watched) stop() {
	w.t.Helper()
	w.quit()
	select {
	case err := <-w.done:
		if err != nil {
			w.t.Errorf("it ended with %v", err)
		}
	case <-time.After(limit):
		w.t.Fatal("it does not end")
	}
	w.done <- nil
	select {
	case locked := <-w.told:
		w.t.Errorf("told besides: locked is %v", locked)
	default:
	}
}

// noLeaks is called first, so that it looks last.
func noLeaks(t *testing.T) {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
}
