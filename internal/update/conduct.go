package update

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"guichet/internal/disk"
)

// prepare copies both programs beside this one.
func (s *swap) prepare(ctx context.Context, r Release, tries int) (journal, error) {
	j := journal{Format: format, Nonce: rand.Text(), Exe: s.Exe, Version: r.Version, SHA256: r.SHA256, Tries: tries, At: time.Now()}
	info, err := os.Stat(s.Exe)
	if err == nil {
		j.Old, _, err = sumOf(ctx, s.Exe)
	}
	if err == nil {
		err = s.enter(ctx, &j, phasePrepared)
	}
	if err != nil {
		return j, err
	}
	sum, err := copyFile(ctx, s.dir.path(stagedDir+"/"+stagedPackage), j.newExe(), info.Mode().Perm())
	if err == nil && sum != r.SHA256 {
		err = ErrPackage // changed since it was verified
	}
	if err != nil {
		return j, fmt.Errorf("place the new program: %w", err)
	}
	s.step("new")
	if sum, err = copyFile(ctx, s.Exe, j.oldExe(), info.Mode().Perm()); err == nil && sum != j.Old {
		err = ErrPackage
	}
	if err != nil {
		return j, fmt.Errorf("keep the old program: %w", err)
	}
	s.step("old")
	return j, nil
}

// handOver starts the conductor and returns once it has come up: where it cannot, or
// something ends it at once, this process is the one that goes on.
func (s *swap) handOver(ctx context.Context, j journal) error {
	if err := disk.Remove(ctx, s.dir.path(signFile)); err != nil {
		return err
	}
	c, err := s.start(j.oldExe(), roleConduct+":"+j.Nonce)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }() // ends with the conductor, or with this process
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	late := time.NewTimer(s.patience)
	defer late.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("the conductor ended: %w", errors.Join(err, errEarly))
		case <-late.C:
			return errors.Join(errEarly, c.Process.Kill(), <-ended)
		case <-look.C:
			if said, err := s.dir.readAll(ctx, signFile, 100); err == nil && string(said) == j.Nonce {
				s.step("handed over")
				return nil
			}
		}
	}
}

var errEarly = errors.New("it did not come up")

// start starts one of our programs.
func (s *swap) start(exe, what string) (*exec.Cmd, error) {
	for {
		c := s.command(exe, what)
		if err := c.Start(); err == nil || !s.unborn(err) {
			return c, err
		}
	}
}

// command is one of our programs, with the arguments of this one and what it is for.
func (s *swap) command(exe, what string) *exec.Cmd {
	c := exec.Command(exe, s.Args...)
	c.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, role+"=") }), role+"="+what)
	// A program with a window may have none of them.
	if _, err := os.Stdin.Stat(); err == nil {
		c.Stdin = os.Stdin
	}
	for from, to := range map[*os.File]*io.Writer{os.Stdout: &c.Stdout, os.Stderr: &c.Stderr} {
		if _, err := from.Stat(); err == nil {
			*to = from
		}
	}
	return c
}

// Relaunch starts a program again, which waits until this process has ended.
func Relaunch(exe string, args []string) error {
	s := newSwap(Program{Args: args})
	return s.startAndLeave(exe, roleAfter)
}

func (s *swap) startAndLeave(exe, what string) error {
	c, err := s.start(exe, what)
	if err != nil {
		return err
	}
	return c.Process.Release()
}

// conduct is the part of guichet.old. It returns what the process ends with.
func (s *swap) conduct(ctx context.Context, nonce string) int {
	err := s.dir.put(ctx, signFile, []byte(nonce))
	if err != nil {
		s.Report("conduct an update", err)
		return 1
	}
	s.step("conductor")
	turn, err := s.lock(ctx, swapLock, s.patience)
	if err != nil {
		s.Report("conduct an update", err)
		return 1
	}
	defer s.unlock(turn)
	j, err := s.journal(ctx)
	if err != nil || j.Nonce != nonce || j.Phase == phaseDone {
		return 0 // another start was faster, and goes on without us
	}
	if s.change(ctx, j) {
		return 0 // the new program is there
	}
	s.unlock(turn)
	if err := s.startAndLeave(j.Exe, rolePlain); err != nil {
		s.Report("start the program", err)
		return 1
	}
	return 0
}

// change goes on with a swap from the phase that it is in, and tells whether a program
// runs now; if not, one is to be started: mostly the old one.
func (s *swap) change(ctx context.Context, j journal) (runs bool) {
	own, err := s.lock(ctx, programLock, s.patience)
	if err != nil {
		s.Report("wait for the end of the program", err)
		return true // somebody's program runs, and the journal is the next start's
	}
	if j.Phase == phasePrepared || j.Phase == phaseSwapping {
		if err := s.swap(ctx, &j); err != nil {
			s.Report("put a program in place", err)
			if err := s.giveUp(ctx, j, err); err != nil {
				s.Report("give up an update", err)
			}
			s.unlock(own)
			return false
		}
		s.unlock(own)
		if j.Why = s.try(ctx, j); j.Why == "" {
			if err := s.finish(ctx, j); err != nil {
				s.Report("end an update", err) // the next start does
			}
			return true
		}
		if own, err = s.lock(ctx, programLock, s.patience); err != nil {
			s.Report("wait for the end of the new program", err)
			return true
		}
	}
	if j.Why == "" {
		j.Why = WhyInterrupted
	}
	err = s.back(ctx, &j)
	if err != nil {
		s.Report("put the old program back", err)
	}
	s.unlock(own)
	return false
}

// swap copies the data and gives the new program its name.
func (s *swap) swap(ctx context.Context, j *journal) error {
	open, err := s.lockFile(ctx, s.Lock, s.patience)
	if err != nil {
		return err
	}
	defer s.unlock(open)
	sum, _, err := sumOf(ctx, j.Exe)
	if err == nil && sum != j.Old && sum != j.SHA256 {
		err = errInstalledOver
	}
	if err != nil {
		return err
	}
	if err := s.keepData(ctx, j); err != nil {
		return err
	}
	if err := s.enter(ctx, j, phaseSwapping); err != nil {
		return err
	}
	if there(j.newExe()) {
		if err := s.name(ctx, *j); err != nil {
			return err
		}
	}
	if sum, _, err = sumOf(ctx, j.Exe); err == nil && sum != j.SHA256 {
		err = ErrPackage
	}
	if err != nil {
		return err
	}
	return s.enter(ctx, j, phaseTrial)
}

// errInstalledOver is a program under the name that is neither the old nor the new one:
// somebody has installed it since, and it stays.
var errInstalledOver = errors.New("another program was installed meanwhile")

// name gives guichet.new the name of the program. On Windows nobody may run from
// there meanwhile: whoever does for a moment is waited for, and whoever stays keeps
// the old program under another name, though between the two renames there is none.
func (s *swap) name(ctx context.Context, j journal) (err error) {
	for end := time.Now().Add(s.patience / 3); ; {
		err = disk.Publish(ctx, j.newExe(), j.Exe)
		if !errors.Is(err, disk.ErrHeld) || time.Now().After(end) {
			break
		}
	}
	if errors.Is(err, disk.ErrHeld) {
		if err = disk.Rename(ctx, j.Exe, j.goneExe()); err != nil {
			return disk.Classify(err)
		}
		if err = disk.Publish(ctx, j.newExe(), j.Exe); err != nil {
			err = errors.Join(err, disk.Rename(ctx, j.goneExe(), j.Exe))
		}
	}
	s.step("named")
	return disk.Classify(err)
}

// try starts the new program and waits until it is healthy; why says that it is not
// and was ended.
func (s *swap) try(ctx context.Context, j journal) (why string) {
	c, err := s.start(j.Exe, roleTrial+":"+j.Nonce)
	if err != nil {
		s.Report("start the new program", err)
		return s.verdictOr(ctx, j, WhyStart)
	}
	s.step("started")
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	late := time.NewTimer(s.trialFor)
	defer late.Stop()
	for why == "" {
		select {
		case err := <-ended:
			ended <- err
			if why = WhyEnded; err == nil {
				why = WhyInterrupted // somebody has closed it
			}
		case <-late.C:
			why = WhySilent
		case <-look.C:
			if s.verdict(ctx, j) == healthy {
				return ""
			}
		}
	}
	if why = s.verdictOr(ctx, j, why); why == "" {
		return ""
	}
	s.step("unhealthy")
	if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.Report("end the new program", err)
	}
	<-ended
	// Where nothing could be decided, it may have gone on until this moment.
	if s.verdict(ctx, j) == healthy {
		if err := s.startAndLeave(j.Exe, rolePlain); err != nil {
			s.Report("start the program", err)
		}
		return ""
	}
	return why
}

// verdictOr says that a trial was not well, for that reason; "" if it was well after
// all.
func (s *swap) verdictOr(ctx context.Context, j journal, why string) string {
	for end := time.Now().Add(s.patience / 3); ; time.Sleep(20 * time.Millisecond) {
		said, err := s.dir.decide(ctx, j.verdictFile(), refused)
		switch {
		case said == healthy:
			return ""
		case said == refused && err == nil:
			return why
		case time.Now().After(end):
			// Who was about to say so has not come to its end: it has not gone on
			// either, or it would have said so.
			s.Report("decide on the new program", err)
			return why
		}
	}
}

// back puts the old program in the place of the new one, and its data back in any case,
// and notes why.
func (s *swap) back(ctx context.Context, j *journal) error {
	open, err := s.lockFile(ctx, s.Lock, s.patience)
	if err != nil {
		return err
	}
	defer s.unlock(open)
	if err := s.enter(ctx, j, phaseBack); err != nil {
		return err
	}
	sum, _, err := sumOf(ctx, j.Exe)
	if err != nil {
		return err
	}
	if sum == j.SHA256 {
		info, err := os.Stat(j.oldExe())
		if err != nil {
			return err
		}
		if sum, err = copyFile(ctx, j.oldExe(), j.newExe(), info.Mode().Perm()); err == nil && sum != j.Old {
			err = ErrPackage
		}
		if err == nil {
			s.step("old again")
			err = s.name(ctx, *j)
		}
		if err != nil {
			return err
		}
	}
	if err := s.putDataBack(ctx, *j); err != nil {
		return err
	}
	if err := s.refuse(ctx, *j); err != nil {
		return err
	}
	return s.finish(ctx, *j)
}

// refuse notes why a release is not tried again; one whose trial was cut short is,
// some times.
func (s *swap) refuse(ctx context.Context, j journal) error {
	k, err := s.dir.load(ctx, time.Now())
	if err != nil || k.refusedOnes()[j.Version] {
		return err
	}
	if j.Why == WhyInterrupted && j.Tries < mostTries {
		return nil
	}
	k.refuse(j.Version, j.Why, time.Now())
	return errors.Join(s.dir.save(ctx, k), s.dir.dropStaged())
}

// giveUp ends a swap that could not be done: the old program is the one that has the
// name. It is not held against the new one.
func (s *swap) giveUp(ctx context.Context, j journal, why error) error {
	sum, _, err := sumOf(ctx, j.Exe)
	if err != nil {
		return err
	}
	if sum == j.SHA256 { // it has the name, and has never run
		j.Why = WhyInterrupted
		return s.back(ctx, &j)
	}
	if errors.Is(why, errInstalledOver) {
		return s.finish(ctx, j)
	}
	k, err := s.dir.load(ctx, time.Now())
	if err == nil && k.Staged != nil && k.Staged.Version == j.Version {
		k.Staged.Tries, k.Outcome = max(k.Staged.Tries-1, 0), codeOf(why)
		err = s.dir.save(ctx, k)
	}
	return errors.Join(err, s.finish(ctx, j))
}
