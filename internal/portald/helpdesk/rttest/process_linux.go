package rttest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// process is a server with everything it has started: a group.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// launch starts the server. It ends with the program that started it, if that
// does not end it before.
func (r *RT) launch() (*process, error) {
	log, err := os.OpenFile(r.path("server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer log.Close()
	host, port := "127.0.0.1", r.address[len("127.0.0.1:"):]
	cmd := exec.Command(server, "--server", "Starlet", "--host", host, "--port", port, "--max-workers", "4")
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.Dir, r.env, log, log
	lower(cmd)
	cmd.SysProcAttr.Setpgid, cmd.SysProcAttr.Pdeathsig = true, syscall.SIGTERM // its workers end with it
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", server, err)
	}
	p := &process{cmd, make(chan struct{})}
	go func() { defer close(p.done); _ = cmd.Wait() }()
	return p, nil
}

func (p *process) stop() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
	}
	p.kill()
}

func (p *process) kill() {
	if p == nil {
		return
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // of the group, if any of it is left
	<-p.done
}

// lower has a program run as the web server does, not as root.
func lower(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if uid, gid, err := www(); err == nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}

// own gives a folder to the web server's user.
func own(dir string) error {
	uid, gid, err := www()
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	})
}

func www() (uid, gid int, err error) {
	u, err := user.Lookup("www-data")
	if err != nil {
		return 0, 0, fmt.Errorf("find the web server's user: %w", err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return uid, gid, errors.Join(err1, err2)
}
