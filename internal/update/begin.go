package update

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// How a program is put in the place of another. Three processes of it have a part,
// and none can run while the one before it does:
//
//	start      the old program, as somebody has started it. It finds a package that
//	           lies ready, verifies it, copies it beside itself (guichet.new) and
//	           itself as well (guichet.old), starts that copy and ends.
//	conductor  guichet.old. It copies the data, renames guichet.new to guichet,
//	           starts that, and waits until it is healthy.
//	trial      the new program. It does nothing that cannot be undone until it has
//	           called Healthy: it sends nothing and takes nothing in.
//
// Not healthy in time, or ended before: the conductor ends it, renames a copy of
// itself to guichet, puts the data back, and starts that. There is a program under
// the name at every moment: it is only ever replaced by a rename, and on Windows too,
// since no process runs from that name while it is replaced.
//
// What is done is written down before, in swap.json (journal). A program that starts
// and finds it there goes on with it: see resume. Two locks say who is at it, and the
// system gives them free whenever a process ends:
//
//	swap.lock     whoever changes programs
//	alive.lock    whoever has the program open for work, on trial too
//
// Whether a trial was well is decided once, by who makes the file verdict-…: the
// trial, or the conductor that has waited long enough.

// role tells a program of ours what it was started for by another.
const role = "GUICHET_UPDATE_ROLE"

// The roles. What is behind the colon is the nonce of the journal.
const (
	roleConduct = "conduct"
	roleTrial   = "trial"
	roleWait    = "wait"  // start the program behind the colon once a swap is over
	roleAgain   = "again" // a start that had to wait begins anew, once
	roleAfter   = "after" // somebody wants the program to end and start again: wait for that end
	rolePlain   = "plain" // a trial or a swap came to nothing: just start
)

const (
	swapLock    = "swap.lock"
	programLock = "alive.lock"
	signFile    = "conductor" // the nonce, by a conductor that has come up
)

// Program is the one that starts, as Begin has to know it.
type Program struct {
	Version string
	Exe     string   // full path, links resolved, asked for before anything was renamed
	Args    []string // it was started with, without its name
	Dir     string   // where everything of updates is kept
	Install Install
	Policy  func() Policy // what was chosen; asked where something lies ready
	Keys    []string

	Data string   // folder of what the program writes
	Keep []string // patterns of the names in it that a roll-back puts back as they were
	Drop []string // and of those that it removes
	Lock string   // the file that whoever has Data open has locked

	// Report is told what went wrong; nil for nobody.
	Report func(op string, err error)

	TrialFor time.Duration // a new program has that long to become healthy; 0 for 90 s
	step     func(string)  // tests end the process in it
	// unborn tells of an error that a program was not started by a fault of what the
	// tests run on: it is started again. nil, as in every program that is shipped, for none.
	unborn func(error) bool
}

// Start is how a program goes on behind Begin.
type Start struct {
	Done  bool   // another process goes on: end now, with Code
	Code  int    //
	Err   error  // why it cannot go on, for the person: the data can be neither put back nor left as it is
	Trial *Trial // it is on trial; nil if it is not
	lock  *flock.Flock
}

// Begin is called before the program opens anything. It goes on with what was begun,
// begins what is due, and tells whether this process is to go on. Whoever goes on
// keeps Start, and with it a lock, until the end.
func Begin(ctx context.Context, p Program) *Start {
	what, nonce, _ := strings.Cut(os.Getenv(role), ":")
	_ = os.Unsetenv(role) // what this process starts has another part, or none
	s := newSwap(p)
	switch what {
	case roleConduct:
		return &Start{Done: true, Code: s.conduct(ctx, nonce)}
	case roleTrial:
		return s.beginTrial(ctx, nonce)
	case roleWait:
		return s.startBehind(ctx, nonce, "")
	}
	return s.begin(ctx, what)
}

// swap is one process' part in the change of programs.
type swap struct {
	Program
	dir      place
	trialFor time.Duration
	patience time.Duration // for locks that others are about to give free
}

func newSwap(p Program) *swap {
	if p.Report == nil {
		p.Report = func(string, error) {}
	}
	if p.step == nil {
		p.step = func(string) {}
	}
	if p.unborn == nil {
		p.unborn = func(error) bool { return false }
	}
	s := &swap{Program: p, dir: place(p.Dir), trialFor: p.TrialFor, patience: 30 * time.Second}
	if s.trialFor == 0 {
		s.trialFor = 90 * time.Second
	}
	return s
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// begin is the part of a program that somebody has started.
func (s *swap) begin(ctx context.Context, what string) *Start {
	if s.Install.Scope == ScopeNone && !there(s.dir.path(journalFile)) {
		return &Start{}
	}
	turn, err := s.lock(ctx, swapLock, 0)
	if errors.Is(err, errLocked) || err == nil && what == "" && s.replaced() {
		if err == nil {
			s.unlock(turn)
		}
		return s.inTheMiddle(ctx, what)
	}
	if err != nil {
		return s.blind(err)
	}
	defer s.unlock(turn)
	var wait time.Duration
	if what == roleAfter {
		wait = s.patience
	}
	own, err := s.lock(ctx, programLock, wait)
	switch {
	case errors.Is(err, errLocked): // another one runs on this data: the person wants that one
		return &Start{}
	case err != nil:
		return s.blind(err)
	}
	done, err := s.resume(ctx, what == rolePlain)
	if err != nil { // the next start would put older data over what is written now
		s.unlock(own)
		return &Start{Done: true, Code: 1, Err: err}
	}
	if !done && what != rolePlain {
		if done, err = s.apply(ctx); err != nil {
			s.Report("update", err)
		}
	}
	if done {
		s.unlock(own)
		return &Start{Done: true}
	}
	return &Start{lock: own}
}

// blind is a start that cannot tell what others do: it goes on, unless something was begun.
func (s *swap) blind(err error) *Start {
	s.Report("look for an update", err)
	if !there(s.dir.path(journalFile)) || errors.Is(err, syscall.ENOTDIR) {
		return &Start{}
	}
	return &Start{Done: true, Code: 1, Err: err}
}

// inTheMiddle is a start while programs are being changed. This process may run from
// the one that goes, and on Windows it would be in its way: guichet.old, which is
// there by then, waits in its place, and starts what has the name at the end.
func (s *swap) inTheMiddle(ctx context.Context, what string) *Start {
	if old := beside(s.Exe, "old"); what == "" && there(old) {
		err := s.startAndLeave(old, roleWait+":"+s.Exe)
		if err == nil {
			return &Start{Done: true}
		}
		s.Report("wait for an update", err)
	}
	return s.startBehind(ctx, s.Exe, what)
}

// startBehind starts a program once nobody changes programs any more.
func (s *swap) startBehind(ctx context.Context, exe, what string) *Start {
	turn, err := s.lock(ctx, swapLock, s.trialFor+4*s.patience)
	if err != nil {
		return &Start{Done: true, Code: 1, Err: err}
	}
	s.unlock(turn)
	if what == "" {
		what = roleAgain
	}
	if err := s.startAndLeave(exe, what); err != nil {
		return &Start{Done: true, Code: 1, Err: err}
	}
	return &Start{Done: true}
}

// replaced tells whether another program has got the name since this one was started
// by it. On Windows it cannot while this one runs.
func (s *swap) replaced() bool {
	if runtime.GOOS != "linux" {
		return false
	}
	own, err := os.Stat("/proc/self/exe")
	if err != nil {
		return false
	}
	now, err := os.Stat(s.Exe)
	return err == nil && !os.SameFile(own, now)
}

// apply begins a swap, if one is due. done: a conductor goes on with it.
func (s *swap) apply(ctx context.Context) (done bool, err error) {
	if s.Install.Scope != ScopeUser || !there(s.dir.path(stagedDir)) {
		return false, nil
	}
	policy := s.Policy().For(s.Install)
	if policy == PolicyOff {
		return false, nil
	}
	k, err := s.dir.load(ctx, time.Now())
	if err != nil || k.Staged == nil || policy != PolicyAuto && !k.Staged.Asked || !newer(k.Staged.Version, s.Version) {
		return false, err
	}
	open, err := s.lockFile(ctx, s.Lock, 0)
	if err != nil {
		return false, nil // somebody has the data open: at another start
	}
	defer s.unlock(open)
	if k.Staged.Tries >= mostTries {
		k.refuse(k.Staged.Version, WhyInterrupted, time.Now())
		return false, errors.Join(s.dir.save(ctx, k), s.dir.dropStaged())
	}
	r, err := s.dir.verifyStaged(ctx, k.Staged.Version, s.Keys)
	if err != nil { // what lies there is not what was brought: it is brought anew
		k.Staged, k.Outcome = nil, codeOf(err)
		return false, errors.Join(err, s.dir.save(ctx, k), s.dir.dropStaged())
	}
	k.Staged.Tries++
	if err := s.dir.save(ctx, k); err != nil {
		return false, err
	}
	j, err := s.prepare(ctx, r, k.Staged.Tries)
	if err == nil {
		s.unlock(open)
		err = s.handOver(ctx, j)
	}
	if err != nil {
		return false, errors.Join(err, s.giveUp(ctx, j, err))
	}
	return true, nil
}

// mostTries is how often a swap that nobody is to blame for is begun again.
const mostTries = 3
