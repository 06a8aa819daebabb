package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A disk that fails: the child asks the kernel to ask us before each system
// call that writes (seccomp's user notification), and we say which of them
// fails. Nothing of the program is replaced, and calls are counted over all of
// its threads.

const childFaults = "GUICHET_TEST_FAULTS" // number of the socket that the listener goes through

// writing are the calls that are counted.
var writing = map[int32]string{
	unix.SYS_WRITE: "write", unix.SYS_PWRITE64: "pwrite", unix.SYS_FSYNC: "fsync", unix.SYS_FDATASYNC: "fdatasync",
	unix.SYS_FTRUNCATE: "ftruncate", unix.SYS_RENAMEAT: "rename",
}

// installFaults puts this process under the eyes of whoever started it, if
// that is wanted.
func installFaults(t *testing.T) {
	if os.Getenv(childFaults) == "" {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	listener, err := notifyOf(writing)
	if err != nil {
		t.Fatalf("seccomp: %v", err)
	}
	if err := unix.Sendmsg(3, []byte{1}, unix.UnixRights(listener), nil, 0); err != nil {
		t.Fatalf("hand over the listener: %v", err)
	}
	_ = unix.Close(listener) // whoever started us has it
	_ = unix.Close(3)
}

// What x/sys does not name of seccomp.
const (
	filterTSync, filterListener, filterTSyncESRCH, filterKillable = 1, 8, 16, 32
	notifyReceive, notifySend                                     = 0xc0502100, 0xc0182101
	notifyContinue                                                = 1
)

// notifyOf has the kernel ask before each of the calls, in every thread.
func notifyOf(calls map[int32]string) (listener int, err error) {
	program := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the call's number
	left := len(calls)
	for nr := range calls {
		program = append(program, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: uint8(left), K: uint32(nr)})
		left--
	}
	program = append(program,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	filter := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		filterTSync|filterListener|filterTSyncESRCH|filterKillable, uintptr(unsafe.Pointer(&filter)))
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil
}

// fault is what happens to the disk: the call that makes Nth fails, and if it
// is lasting every one after it.
type fault struct {
	nth     int
	errno   unix.Errno
	lasting bool
}

func (f fault) String() string {
	if f.lasting {
		return fmt.Sprintf("%s from call %d on", unix.ErrnoName(f.errno), f.nth)
	}
	return fmt.Sprintf("%s at call %d", unix.ErrnoName(f.errno), f.nth)
}

// failing answers for the calls of one process below a folder.
type failing struct {
	folder string
	fd     int
	group  sync.WaitGroup

	mu    sync.Mutex
	plan  fault
	calls int // since the plan
	hit   string
}

// startFailing starts a desk whose disk fails on demand.
func startFailing(tb testing.TB, data, portal string) (*deskProcess, *failing) {
	tb.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer unix.Close(pair[0])
	theirs := os.NewFile(uintptr(pair[1]), "listener")
	defer theirs.Close()
	d := startDeskWith(tb, data, portal, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, childFaults+"=3")
		cmd.ExtraFiles = []*os.File{theirs}
	})
	theirs.Close()
	rights := make([]byte, unix.CmsgSpace(4))
	n, oob, _, _, err := unix.Recvmsg(pair[0], make([]byte, 1), rights, 0)
	if err != nil || n != 1 {
		d.kill()
		tb.Skipf("no system call can be watched here: %v, %s", err, d.said.String())
	}
	messages, err := unix.ParseSocketControlMessage(rights[:oob])
	if err != nil {
		tb.Fatal(err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		tb.Fatal(err)
	}
	f := &failing{folder: data, fd: fds[0]}
	f.group.Go(f.answer)
	tb.Cleanup(func() {
		d.kill()
		f.group.Wait()
	})
	return d, f
}

// arm makes a plan; counting starts anew.
func (f *failing) arm(plan fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan, f.calls, f.hit = plan, 0, ""
}

// heal ends the plan and tells how many calls were made under it and what was
// the first that failed, "" for none.
func (f *failing) heal() (calls int, hit string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = fault{}
	return f.calls, f.hit
}

// notification and response are struct seccomp_notif and its answer.
type notification struct {
	id         uint64
	pid, flags uint32
	nr         int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

type response struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// answer answers until the process is dead.
func (f *failing) answer() {
	defer unix.Close(f.fd)
	for {
		poll := []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			if poll[0].Revents != 0 {
				return
			}
			continue
		}
		var n notification
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(f.fd), notifyReceive, uintptr(unsafe.Pointer(&n))); errno != 0 {
			continue // its thread is dead, and soon all are
		}
		r := response{id: n.id, flags: notifyContinue}
		if errno := f.verdict(n); errno != 0 {
			r.errno, r.flags = -int32(errno), 0
		}
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(f.fd), notifySend, uintptr(unsafe.Pointer(&r))) // or it is dead
	}
}

// verdict counts a call and tells with what it fails, 0 if it does not.
func (f *failing) verdict(n notification) unix.Errno {
	path := "rename"
	if writing[n.nr] != path {
		path, _ = os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", n.pid, n.args[0]))
		inside, ok := strings.CutPrefix(path, f.folder+string(filepath.Separator))
		if !ok && path != f.folder || strings.HasPrefix(inside, "logs") {
			return 0 // a pipe, a connection, or the log, which promises nothing
		}
		path = writing[n.nr] + " " + kindOf(inside)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.plan.nth == 0 || f.calls < f.plan.nth || f.calls > f.plan.nth && !f.plan.lasting {
		return 0
	}
	if f.hit == "" {
		f.hit = path
	}
	return f.plan.errno
}

// kindOf names a file of the data folder for a table.
func kindOf(inside string) string {
	switch {
	case inside == "files" || inside == "":
		return "folder"
	case strings.HasPrefix(inside, "files"):
		return "attachment"
	case strings.HasSuffix(inside, "-wal"):
		return "log of the database"
	}
	return "database"
}

// settled waits until no more calls are made, as when all work is done.
func (f *failing) settled() {
	last, since := -1, time.Now()
	until(2*time.Second, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.calls != last {
			last, since = f.calls, time.Now()
		}
		return time.Since(since) > 30*time.Millisecond
	})
}

// awaitHit waits until what should meet the fault is over. A fault that lasts
// keeps it from ever being over: then its coming about is enough.
func (f *failing) awaitHit(over func() bool) {
	until(2*time.Second, func() bool {
		f.mu.Lock()
		enough := f.plan.lasting && f.hit != ""
		f.mu.Unlock()
		return enough || over()
	})
}

// until polls, so long at the most.
func until(most time.Duration, ok func() bool) {
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for late := time.Now().Add(most); !ok() && time.Now().Before(late); {
		<-every.C
	}
}
