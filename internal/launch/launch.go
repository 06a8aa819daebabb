// Package launch is how the program is started: once for each data folder, since a
// later start hands over what it was started for and ends, and, where it is wanted, with
// the system's session. What is done with what was handed over is another room's.
package launch

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"guichet/internal/disk"

	"github.com/gofrs/flock"
)

// Message is what a later start hands over.
type Message struct {
	ID     string   `json:"id"`     // one that comes twice, since its answer was lost, counts once
	Args   []string `json:"args"`   // that it was started with
	Folder string   `json:"folder"` // its working folder: relative paths begin there
	Quit   bool     `json:"quit"`   // the program is to save what is typed, and end
}

// ErrBusy is a program that runs on that data folder and does not answer.
var ErrBusy = errors.New("guichet runs already and does not answer")

const (
	lockName   = "program.lock"
	remembered = 100                    // messages
	maxMessage = 1 << 20                // bytes
	answerWait = 5 * time.Second        // for one exchange
	again      = 100 * time.Millisecond // between two tries
)

// Instance is the one program on a data folder. Make it with Claim.
type Instance struct {
	// Deaf is why later starts cannot be heard, nil when they can: better a program that
	// does not come to the front than none.
	Deaf error

	lock *flock.Flock
	ears net.Listener

	mu      sync.Mutex
	handle  func(Message) bool
	early   []Message // that came before there was a handle
	taken   []string  // ids of the last ones
	running sync.WaitGroup
}

// Claim makes this program the one of its data folder; nil when another one is, which
// has taken the message then. ErrBusy: another one is, and does not take it until ctx
// ends. A program that is ending, or has just died, is waited for. Any other error is
// of the folder, which can then not be claimed by anybody.
func Claim(ctx context.Context, data string, m Message) (*Instance, error) {
	if err := disk.MakeDir(data); err != nil {
		return nil, fmt.Errorf("claim data folder: %w", err)
	}
	name, nowhere := meeting(data)
	m.ID = rand.Text()
	lock := flock.New(filepath.Join(data, lockName))
	tick := time.NewTicker(again)
	defer tick.Stop()
	for {
		held, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("claim data folder: %w", err)
		}
		if held {
			return begin(lock, name, nowhere), nil
		}
		if nowhere == nil && hand(ctx, name, m) == nil {
			return nil, nil
		}
		select {
		case <-ctx.Done():
			return nil, ErrBusy
		case <-tick.C:
		}
	}
}

// Tell hands a message to the program that has that data folder; an error where there is
// none that hears it.
func Tell(ctx context.Context, data string, m Message) error {
	name, err := meeting(data)
	if err != nil {
		return err
	}
	m.ID = rand.Text()
	return hand(ctx, name, m)
}

// Gone waits until no program has that data folder; ErrBusy when one still has it at
// the end of ctx. A folder that is not there has none.
func Gone(ctx context.Context, data string) error {
	lock := flock.New(filepath.Join(data, lockName))
	if _, err := os.Stat(lock.Path()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if held, err := lock.TryLockContext(ctx, again); err != nil || !held {
		return ErrBusy
	}
	return lock.Unlock()
}

func begin(lock *flock.Flock, name string, nowhere error) *Instance {
	i := &Instance{lock: lock, Deaf: nowhere}
	if nowhere == nil {
		i.ears, i.Deaf = listen(name)
	}
	if i.Deaf == nil {
		i.running.Go(i.serve)
	}
	return i
}

// Handle has messages handled, one at a time, those that have come already first. Handle
// tells whether it has taken one: a program that is closing leaves it to the next, and
// whoever hands it over asks again until one of them has.
func (i *Instance) Handle(handle func(Message) bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.handle = handle
	for _, m := range i.early {
		handle(m)
	}
	i.early = nil
}

// Close has another program be the one; messages are taken no more.
func (i *Instance) Close() error {
	var err error
	if i.Deaf == nil {
		err = i.ears.Close()
		i.running.Wait()
	}
	return errors.Join(err, i.lock.Unlock())
}

func (i *Instance) serve() {
	for {
		c, err := i.ears.Accept()
		if err != nil {
			return // it was closed
		}
		i.take(c)
	}
}

// take takes one message. Only this user's programs come this far.
func (i *Instance) take(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(answerWait)) // a line that knows none ends with its program
	line, err := bufio.NewReader(io.LimitReader(c, maxMessage)).ReadBytes('\n')
	var m Message
	if err != nil || json.Unmarshal(line, &m) != nil {
		return
	}
	if !i.handled(m) {
		return
	}
	_, _ = c.Write([]byte("taken\n")) // whoever has gone tries again, or not
	// A pipe that is closed at once may lose what was written into it.
	_ = c.SetDeadline(time.Now().Add(again))
	_, _ = io.Copy(io.Discard, c)
}

func (i *Instance) handled(m Message) (taken bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case slices.Contains(i.taken, m.ID):
		return true
	case i.handle == nil:
		i.early = append(i.early, m)
	case !i.handle(m):
		return false
	}
	i.taken = append(i.taken[max(0, len(i.taken)-remembered+1):], m.ID)
	return true
}

// hand hands a message over.
func hand(ctx context.Context, name string, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	c, err := dial(ctx, name)
	if err != nil {
		return err
	}
	defer c.Close()
	if until, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(until)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := c.Write(append(body, '\n')); err != nil {
		return err
	}
	answer, err := bufio.NewReader(io.LimitReader(c, 100)).ReadString('\n')
	if err == nil && answer != "taken\n" {
		err = errors.New("no answer of ours")
	}
	return err
}

// short names a data folder where names have to be short.
func short(data string) (string, error) {
	whole, err := filepath.Abs(data)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(whole); err == nil {
		whole = real
	}
	sum := sha256.Sum256([]byte(whole))
	return "guichet-" + hex.EncodeToString(sum[:10]), nil
}
