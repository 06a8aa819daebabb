package reader

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// self is this program even when an update has put another one in its place.
func self() string { return "/proc/self/exe" }

// childEnv is all that a child knows of its surroundings.
func childEnv() []string { return []string{"GOTRACEBACK=none"} }

// bind ends the child with its parent, and out of reach of the terminal's keys.
// The signal comes when the thread that started it ends, which Go's runtime does
// only with a goroutine that was locked to it.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

func confine(int, int64) (release func(), err error) { return func() {}, nil }

// resident is what a process has in memory, in bytes, without what it shares.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 3 {
		return 0, errors.New("statm has too few fields")
	}
	all, err := strconv.ParseInt(string(fields[1]), 10, 64)
	shared, err2 := strconv.ParseInt(string(fields[2]), 10, 64)
	return (all - shared) * int64(os.Getpagesize()), errors.Join(err, err2)
}

// settle takes from this process what a child does not need: it writes no file,
// leaves no core, gains no right, and is the first to go when memory is short.
func settle(op string) {
	if op == opWarm {
		return // it reads nothing of others, and writes what it has compiled
	}
	for _, limit := range []struct {
		which int
		most  uint64
	}{{unix.RLIMIT_CORE, 0}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_NOFILE, 64}} {
		_ = unix.Setrlimit(limit.which, &unix.Rlimit{Cur: limit.most, Max: limit.most})
	}
	_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, 5)
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0o600)
}
