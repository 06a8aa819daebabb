package reader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

var (
	errTime   = errors.New("the child took too long")
	errMemory = errors.New("the child took too much memory")
)

// run has a child carry out an order on a file's bytes, and passes on what it says.
// A child that breaks off was killed or has crashed: the error is errTime, errMemory
// or what the system tells.
func (r *Reader) run(ctx context.Context, o order, data []byte, take func(kind byte, payload []byte) error) error {
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	o.Cache, o.Size = r.Cache, len(data)
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	late := time.AfterFunc(r.Time, func() { kill(errTime) })
	defer late.Stop()

	cmd := exec.CommandContext(ctx, r.Program, r.Args...)
	cmd.Env = childEnv()
	cmd.WaitDelay = time.Second
	bind(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start child: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start child: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start child: %w", err)
	}
	release, err := confine(cmd.Process.Pid, r.Memory)
	if err != nil {
		kill(err)
	}
	defer release()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		r.watch(ctx, cmd.Process.Pid, kill)
	}()
	fed := make(chan error, 1)
	go func() { fed <- feed(in, o, data) }()

	heard := listen(out, take)
	why := context.Cause(ctx)
	kill(heard) // it has nothing more to say
	<-watched
	gone := errors.Join(<-fed, cmd.Wait())
	switch {
	case heard == nil:
		return nil
	case errors.Is(heard, ErrCannot), errors.Is(heard, errProtocol):
		return heard
	case why != nil:
		return why
	}
	return errors.Join(heard, gone)
}

// feed gives the child its order and the file. A child that reads no further has
// seen enough.
func feed(in io.WriteCloser, o order, data []byte) error {
	defer in.Close()
	head, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := writeMessage(in, sayOrder, head); err != nil {
		return err
	}
	_, err = in.Write(data)
	return err
}

// watch kills a child that takes too much memory.
func (r *Reader) watch(ctx context.Context, pid int, kill context.CancelCauseFunc) {
	tick := time.NewTicker(r.Look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if n, err := resident(pid); err == nil && n > r.Memory {
				kill(errMemory)
				return
			}
		}
	}
}
