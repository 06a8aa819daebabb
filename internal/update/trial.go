package update

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Trial is a program that is on trial: until Healthy has returned nil it does
// nothing that cannot be undone by putting its data back.
type Trial struct {
	dir  place
	name string

	mu   sync.Mutex
	said bool
}

// ErrGivenUp is a trial that took too long: the old program is being put back, and
// this one is to end.
var ErrGivenUp = errors.New("the trial of this program was given up")

// beginTrial is the part of a program that a conductor has started.
func (s *swap) beginTrial(ctx context.Context, nonce string) *Start {
	// Held by a start that found the conductor gone, and puts the old program back.
	own, err := s.lock(ctx, programLock, time.Second)
	if err != nil {
		return &Start{Done: true, Code: 1}
	}
	j, err := s.journal(ctx)
	if err != nil || j.Phase != phaseTrial || j.Nonce != nonce || there(s.dir.path(j.verdictFile())) {
		s.unlock(own)
		return &Start{Done: true, Code: 1}
	}
	s.step("on trial")
	return &Start{lock: own, Trial: &Trial{dir: s.dir, name: j.verdictFile()}}
}

// Healthy says that the program has come up: its data is open and its first page was
// drawn. From then on it stays. ErrGivenUp if it is too late for that.
func (t *Trial) Healthy(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.said {
		return nil
	}
	said, err := t.dir.decide(ctx, t.name, healthy)
	if err != nil {
		return err
	}
	if said != healthy {
		return ErrGivenUp
	}
	t.said = true
	return nil
}
