//go:build unix

package mailtest

import (
	"os/exec"
	"syscall"
)

// apart gives it a group of its own: whoever ends it ends what it has started, and
// nobody else.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killAll(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
