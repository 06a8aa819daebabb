//go:build !windows

package support

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// apart keeps a child out of reach of the keys of the terminal, and alive beyond the end
// of the program that has started it.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// quiet leaves no memory on the disk.
func quiet() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 1, Max: 1}) }

// untilGone waits until the program that is watched has gone, and its locks with it; not
// for ever. It is this one's parent as long as it is there.
func untilGone(pid int) {
	for until := time.Now().Add(10 * time.Second); os.Getppid() == pid && time.Now().Before(until); {
		time.Sleep(20 * time.Millisecond)
	}
}

// Alert says something to whoever has started a program that has no window: on the
// console, and in a box of whatever this desktop has for it.
func Alert(message string) {
	const title = "Guichet"
	fmt.Fprintln(os.Stderr, title+": "+message)
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return
	}
	for _, box := range [][]string{
		{"zenity", "--error", "--no-markup", "--title", title, "--text", message}, {"kdialog", "--title", title, "--error", message}, {"xmessage", "-center", message},
	} {
		if path, err := exec.LookPath(box[0]); err == nil {
			cmd := exec.Command(path, box[1:]...)
			apart(cmd)
			if cmd.Start() == nil {
				_ = cmd.Process.Release() // it stays until somebody has read it
				return
			}
		}
	}
}
