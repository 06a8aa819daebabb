package mailtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Process is a server that can be stopped, killed and started again where it was.
type Process struct {
	args   []string
	listen []string      // addresses by which it is known to run
	before func() error  // each start
	log    string        // file
	within time.Duration // of a start

	cmd  *exec.Cmd
	hold io.Closer // it runs as long as this is open
	done chan struct{}
}

// keeper runs a server until its own input ends, so that a test which panics or is
// killed leaves none behind.
const keeper = `exec 3<&0; "$@" 3<&- & server=$!; { read _ <&3; kill $server; } & wait $server`

// Start starts it again and waits until it listens.
func (p *Process) Start(tb testing.TB) {
	tb.Helper()
	if err := p.start(); err != nil {
		tb.Fatal(err)
	}
}

// Stop ends it as an administrator does. It may be called twice.
func (p *Process) Stop(tb testing.TB) {
	tb.Helper()
	if err := p.end(); err != nil {
		tb.Fatal(err)
	}
}

// Kill ends it and all that it has started, as a power cut does.
func (p *Process) Kill(tb testing.TB) {
	tb.Helper()
	if p.cmd != nil {
		killAll(p.cmd)
		<-p.done
		p.cmd = nil
	}
}

// Log is what it has said so far.
func (p *Process) Log() string {
	text, _ := os.ReadFile(p.log)
	return string(text)
}

func (p *Process) start() error {
	if p.cmd != nil {
		return nil
	}
	if p.before != nil {
		if err := p.before(); err != nil {
			return err
		}
	}
	name := filepath.Base(p.args[0])
	// What was killed takes a moment to go.
	if err := p.await(vacant, nil); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	out, err := os.OpenFile(p.log+".out", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, name}, p.args...)...)
	apart(cmd)
	cmd.Stdout, cmd.Stderr = out, out
	hold, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = cmd.Wait() }()
	p.cmd, p.hold, p.done = cmd, hold, done
	if err := p.await(listens, done); err != nil {
		return errors.Join(fmt.Errorf("start %s: %w", name, err), p.end())
	}
	return nil
}

// await waits until something is so of each address.
func (p *Process) await(so func(address string) bool, done <-chan struct{}) error {
	late := time.NewTimer(p.within)
	defer late.Stop()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for _, address := range p.listen {
		for !so(address) {
			select {
			case <-every.C:
			case <-done:
				return fmt.Errorf("it ended: %s", p.last())
			case <-late.C:
				return fmt.Errorf("%s: too late: %s", address, p.last())
			}
		}
	}
	return nil
}

// last is the end of what it has said.
func (p *Process) last() string {
	out, _ := os.ReadFile(p.log + ".out")
	text := string(out) + p.Log()
	return text[max(0, len(text)-2_000):]
}

// vacant tells whether nobody holds an address.
func vacant(address string) bool {
	l, err := net.Listen("tcp", address)
	if err == nil {
		_ = l.Close()
	}
	return err == nil
}

func listens(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

func (p *Process) end() error {
	if p == nil || p.cmd == nil {
		return nil
	}
	err := p.hold.Close()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		err = errors.New("server does not end")
	}
	// What it left behind still holds its ports.
	killAll(p.cmd)
	<-p.done
	p.cmd = nil
	return err
}
