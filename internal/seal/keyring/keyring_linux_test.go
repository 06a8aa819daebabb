package keyring

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"go.uber.org/goleak"
)

// The library never closes its connection to the bus, which has two goroutines,
// and leaves one for every prompt that it has waited for.
var librarys = []goleak.Option{
	goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.(*Conn).inWorker"),
	goleak.IgnoreTopFunction("github.com/godbus/dbus/v5.newConn.func1"),
	goleak.IgnoreTopFunction("github.com/godbus/dbus/v5.(*signalChannelData).deferredDeliver"),
}

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// inside runs one of the tests below on a session bus of its own, on which
// nothing is started that the script does not start. The script ends with $TEST.
func inside(t *testing.T, test, script string) {
	t.Helper()
	for _, tool := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing (packages dbus and gnome-keyring)", tool)
		}
		t.Skipf("a real keyring needs %s (packages dbus and gnome-keyring)", tool)
	}
	home := t.TempDir()
	conf := filepath.Join(home, "bus.conf")
	if err := os.WriteFile(conf, []byte(busConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--config-file="+conf, "--", "sh", "-ec", script)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home, "DISPLAY=",
		"GUICHET_INSIDE=1", "TEST="+os.Args[0]+" -test.v -test.run=^"+test+"$")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+test+" ") {
		t.Errorf("%v\n%s", err, out)
	}
}

const unlocked = "printf pw | gnome-keyring-daemon --unlock --components=secrets >keyring.env; "

// child is the beginning of a test that inside runs. The daemon comes to the bus
// a moment after its start, if it was started.
func child(t *testing.T, daemon bool) {
	t.Helper()
	if os.Getenv("GUICHET_INSIDE") == "" {
		t.Skip("run by another test, on a bus of its own")
	}
	for end := time.Now().Add(20 * second); daemon; time.Sleep(10 * time.Millisecond) {
		bus, err := dbus.SessionBus()
		if err != nil {
			t.Fatal(err)
		}
		var there bool
		if err := bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the keyring never came to the bus")
		}
	}
}

// Inside lets the tests of the rooms that build on a keyring use a real one.
var Inside, Child, Unlocked = inside, child, unlocked

func TestSecretService(t *testing.T) {
	t.Run("Unlocked", func(t *testing.T) { inside(t, "TestChildUnlocked", "cd $HOME; "+unlocked+"$TEST") })
	t.Run("Locked", func(t *testing.T) {
		inside(t, "TestChildLocked", "cd $HOME; "+unlocked+"$TEST")
	})
	t.Run("NeverUnlocked", func(t *testing.T) {
		inside(t, "TestChildSilent", "cd $HOME; gnome-keyring-daemon --start --components=secrets >keyring.env; $TEST")
	})
	t.Run("NoService", func(t *testing.T) { inside(t, "TestChildNone", "cd $HOME; $TEST") })
	t.Run("BusIsGone", func(t *testing.T) {
		inside(t, "TestChildNoBus", "cd $HOME; DBUS_SESSION_BUS_ADDRESS=unix:path=$HOME/none $TEST")
	})
	t.Run("Stopped", func(t *testing.T) { inside(t, "TestChildStopped", "cd $HOME; "+unlocked+"$TEST") })
}

func TestChildUnlocked(t *testing.T) {
	child(t, true)
	defer goleak.VerifyNone(t, librarys...)
	keeps(t, fresh())
	keepsApart(t)
}

func TestChildNoBus(t *testing.T) {
	child(t, false)
	all(t, fresh(), ErrSilent)
}

func TestChildSilent(t *testing.T) {
	child(t, true)
	defer goleak.VerifyNone(t, librarys...)
	all(t, fresh(), ErrSilent)
}

// What was readable is not missing once the person has locked the keyring.
func TestChildLocked(t *testing.T) {
	child(t, true)
	if err := New("Guichet", 20*second).Set(t.Context(), "a", secret(MinSize)); err != nil {
		t.Fatal(err)
	}
	bus, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	err = bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0,
		[]dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}).Err
	if err != nil {
		t.Fatal(err)
	}
	all(t, fresh(), ErrSilent)
	goleak.VerifyNone(t, librarys...)
}

func TestChildNone(t *testing.T) {
	child(t, false)
	all(t, fresh(), ErrNone)
}

// A daemon that hangs is a stopped one: the bus takes every call for it.
func TestChildStopped(t *testing.T) {
	child(t, true)
	r := New("Guichet", 20*second)
	if err := r.Set(t.Context(), "a", secret(MinSize)); err != nil {
		t.Fatal(err)
	}
	r.deadline = second / 2
	pid := int(daemon(t))
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for range 3 {
		if _, err := r.Get(t.Context(), "a"); !errors.Is(err, ErrSilent) {
			t.Errorf("stopped: %v", err)
		}
	}
	if took := time.Since(begin); took > 5*second {
		t.Errorf("three calls took %v", took)
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := r.Get(t.Context(), "a"); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatalf("it goes on, and yet: %v", err)
		}
	}
	goleak.VerifyNone(t, librarys...)
}

func TestNoBus(t *testing.T) {
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
		t.Skip("this account has a session bus that is found without being named")
	}
	launched := filepath.Join(t.TempDir(), "launched")
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte("#!/bin/sh\ntouch "+launched+"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, address := range []string{"", "autolaunch:", "disabled:"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		all(t, fresh(), ErrNone)
	}
	if _, err := os.Stat(launched); err == nil {
		t.Error("a bus was launched")
	}
}

// daemon finds the keyring's process on our bus.
func daemon(t *testing.T) (pid uint32) {
	t.Helper()
	bus, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	err = bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, "org.freedesktop.secrets").Store(&pid)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
