package update

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
)

// resume goes on with what another process has begun. done: a conductor does. alone
// is without one, which has just failed. Once it has returned false and no error,
// nothing of the swap is left that could put older data over newer.
func (s *swap) resume(ctx context.Context, alone bool) (done bool, err error) {
	j, err := s.journal(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		// Of what was begun nothing is known any more. There is a program, and what
		// was written stays as it is.
		s.Report("read what an update has begun", err)
		return false, errors.Join(s.setAside(rand.Text()), os.Rename(s.dir.path(journalFile), s.dir.path("swap.damaged.json")))
	}
	switch j.Phase {
	case phaseDone:
		s.tidy(ctx, j)
		return false, nil
	case phasePrepared: // nothing was changed yet
		return false, s.finish(ctx, j)
	case phaseTrial: // of a program that is not about any more, or will find the door locked
		if said, err := s.dir.decide(ctx, j.verdictFile(), refused); err == nil && said == healthy {
			return false, s.finish(ctx, j)
		}
	}
	if !alone {
		err := s.handOver(ctx, j)
		if err == nil {
			return true, nil
		}
		s.Report("start the conductor of an update", err)
	}
	if err := s.withoutConductor(ctx, j); err != nil {
		s.Report("end an update without a conductor", err)
		return false, s.abandon(ctx, j)
	}
	return false, nil
}

// withoutConductor does what can be done where guichet.old cannot do it: where the new
// program has the name it is all there is, and stays; for any other one the data is put
// back.
func (s *swap) withoutConductor(ctx context.Context, j journal) error {
	sum, _, err := sumOf(ctx, j.Exe)
	if err != nil {
		return err
	}
	if sum == j.SHA256 || j.Phase == phaseSwapping {
		return s.finish(ctx, j)
	}
	open, err := s.lockFile(ctx, s.Lock, 0)
	if err != nil {
		return err
	}
	defer s.unlock(open)
	if err := s.putDataBack(ctx, j); err != nil {
		return err
	}
	if j.Why == "" {
		j.Why = WhyInterrupted
	}
	return errors.Join(s.refuse(ctx, j), s.finish(ctx, j))
}

// abandon leaves the data as it is, for good: somebody is about to write to it. The
// copy is set aside, for whoever can make something of it.
func (s *swap) abandon(ctx context.Context, j journal) error {
	if err := s.setAside(j.Nonce); err != nil {
		return err
	}
	return s.finish(ctx, j)
}

// setAside keeps the copy of the data from being put back.
func (s *swap) setAside(name string) error {
	err := os.Rename(s.dir.path(beforeDir), s.dir.path(asidePrefix+name))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}
