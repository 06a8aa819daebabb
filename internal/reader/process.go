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
// or what the system tells. So is it where the file could not be read to its end.
func (r *Reader) run(ctx context.Context, o order, file io.Reader, take func(kind byte, payload []byte) error) error {
	fed := make(chan error, 1)
	err := r.turn(ctx, o, file, fed, take)
	// A file on a share that has gone is waited for, but nobody else waits for it.
	return errors.Join(<-fed, err)
}

// turn is one turn of a child. What came of feeding it goes into fed, before or after.
func (r *Reader) turn(ctx context.Context, o order, file io.Reader, fed chan<- error, take func(kind byte, payload []byte) error) error {
	feeding := false
	defer func() {
		if !feeding {
			fed <- nil
		}
	}()
	select {
	case r.turns <- struct{}{}:
		defer func() { <-r.turns }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	o.Cache = r.Cache
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
	feeding = true
	go func() { fed <- feed(in, o, file) }()

	heard := listen(out, take)
	why := context.Cause(ctx)
	kill(heard) // it has nothing more to say
	<-watched
	gone := cmd.Wait()
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
// seen enough: the error is the file's alone.
func feed(in io.WriteCloser, o order, file io.Reader) error {
	defer in.Close()
	head, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := writeMessage(in, sayOrder, head); err != nil {
		return nil
	}
	from := &faulty{Reader: file}
	_, _ = io.Copy(in, from)
	return from.err
}

// faulty keeps what went wrong with a source, apart from what did with the sink.
type faulty struct {
	io.Reader
	err error
}

func (f *faulty) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = fmt.Errorf("read what a child is given: %w", err)
	}
	return n, err
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
