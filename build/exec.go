package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// step is one external command, bounded in time.
type step struct {
	dir    string
	env    []string // besides our own
	within time.Duration
	out    io.Writer // nil: shown only when it fails
}

// do runs a command. When it fails its output is shown.
func (s step) do(ctx context.Context, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, s.bound())
	defer cancel()
	cmd := s.command(ctx, name, args...)
	var kept bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Writer(&kept), io.Writer(&kept)
	if s.out != nil {
		cmd.Stdout, cmd.Stderr = s.out, s.out
	}
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("not done within %s", s.bound())
	}
	_, _ = os.Stderr.Write(kept.Bytes())
	return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
}

// output runs a command and returns what it printed.
func (s step) output(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.bound())
	defer cancel()
	out, err := s.command(ctx, name, args...).Output()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}

func (s step) bound() time.Duration {
	if s.within == 0 {
		return 10 * time.Minute
	}
	return s.within
}

func (s step) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Cancel = func() error { return endGroup(cmd) }
	cmd.WaitDelay = 8 * time.Second
	ownGroup(cmd)
	return cmd
}

// process is something that was started and runs beside us.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // of Wait, once done is closed
}

// start starts a process in a group of its own, bounded only if within says so;
// line, if not nil, gets each line of its standard output.
func (s step) start(ctx context.Context, line func(string), name string, args ...string) (*process, error) {
	cancel := func() {}
	if s.within > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.within)
	}
	cmd := s.command(ctx, name, args...)
	cmd.Stderr = s.out
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	var reading sync.WaitGroup
	reading.Add(1)
	go func() {
		defer reading.Done()
		scan := bufio.NewScanner(out)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			if line != nil {
				line(scan.Text())
			}
		}
	}()
	go func() {
		reading.Wait()
		p.err = cmd.Wait()
		cancel()
		close(p.done)
	}()
	return p, nil
}

// stop ends the process and what it started, and waits.
func (p *process) stop() {
	if p == nil {
		return
	}
	select {
	case <-p.done:
		return
	default:
	}
	_ = endGroup(p.cmd)
	select {
	case <-p.done:
	case <-time.After(8 * time.Second):
		killGroup(p.cmd)
		<-p.done
	}
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
