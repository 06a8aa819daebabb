package update

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A release that comes up stays; the next start removes what is left of the old one.
func TestSwap(t *testing.T) {
	key := newSigner(t)
	for _, does := range []string{doesWell, doesSlow} {
		t.Run(does, func(t *testing.T) {
			s := newSite(t, key)
			s.stage(t, key, nature{"2.0.0", does})
			s.start(t, "--new", "un fichier.pdf")
			s.has(t, "2.0.0")
			if log := s.lines("log"); !slices.Contains(log, "running_2.0.0") || slices.Contains(log, "running_1.0.0") {
				t.Errorf("log %q", log)
			}
			s.start(t)
			s.tidy(t)
			s.has(t, "2.0.0")
		})
	}
}

// Whatever keeps a release from coming up, the old program goes on with the data as
// it was, and does not try again.
func TestRollBack(t *testing.T) {
	key := newSigner(t)
	for does, why := range map[string]string{doesExit: WhyEnded, doesCrash: WhyEnded, doesHang: WhySilent} {
		t.Run(does, func(t *testing.T) {
			s := newSite(t, key)
			if does == doesHang {
				put(t, s.at("impatient"), "")
			}
			s.stage(t, key, nature{"2.0.0", does})
			s.start(t)
			s.has(t, "1.0.0")
			if log := s.lines("log"); !slices.Contains(log, "running_1.0.0") || slices.Contains(log, "running_2.0.0") {
				t.Errorf("log %q", log)
			}
			k, err := s.update().load(t.Context(), time.Now())
			if err != nil || len(k.Refused) != 1 || k.Refused[0].Version != "2.0.0" || k.Refused[0].Why != why || k.Staged != nil {
				t.Errorf("kept %+v, %v", k, err)
			}
			before := len(s.lines("steps"))
			s.start(t)
			s.tidy(t)
			s.has(t, "1.0.0")
			for _, step := range s.lines("steps")[before:] {
				if step != "tidy" {
					t.Errorf("at the next start it does %q again", step)
				}
			}
		})
	}
	t.Run("NotAProgram", func(t *testing.T) {
		s := newSite(t, key)
		s.stage(t, key, nature{"2.0.0", doesWell})
		program := []byte("This is no program.")
		r := release(t, "2.0.0", program)
		body := encode(t, manifest(7, r))
		dir := s.update()
		put(t, dir.path(filepath.Join(stagedDir, stagedManifest)), string(body))
		put(t, dir.path(filepath.Join(stagedDir, stagedSignature)), string(key.sign(body)))
		put(t, dir.path(filepath.Join(stagedDir, stagedPackage)), string(program))
		s.start(t)
		s.has(t, "1.0.0")
		k, err := dir.load(t.Context(), time.Now())
		if err != nil || len(k.Refused) != 1 || k.Refused[0].Why != WhyStart {
			t.Errorf("kept %+v, %v", k, err)
		}
	})
	t.Run("ClosedByAPersonIsTriedAgain", func(t *testing.T) {
		s := newSite(t, key)
		s.stage(t, key, nature{"2.0.0", doesClose})
		for i := range mostTries + 1 {
			s.start(t)
			s.has(t, "1.0.0")
			k, err := s.update().load(t.Context(), time.Now())
			if err != nil || len(k.Refused) > 0 != (i >= mostTries-1) {
				t.Errorf("after %d trials: kept %+v, %v", i+1, k, err)
			}
		}
	})
}

// What must not be put in place is not.
func TestApplyNot(t *testing.T) {
	key := newSigner(t)
	dropped := map[string]Fault{"PackageAltered": ErrPackage, "SignedByAnother": ErrKey, "NoKey": ErrKey, "Unsigned": ErrUnsigned}
	for name, change := range map[string]func(t *testing.T, s site){
		"PackageAltered": func(t *testing.T, s site) {
			f, err := os.OpenFile(s.update().path(filepath.Join(stagedDir, stagedPackage)), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt([]byte{0}, 5000); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"SignedByAnother": func(t *testing.T, s site) { put(t, s.at("keys"), newSigner(t).public) },
		"NoKey":           func(t *testing.T, s site) { put(t, s.at("keys"), "") },
		"Unsigned": func(t *testing.T, s site) {
			put(t, s.update().path(filepath.Join(stagedDir, stagedSignature)), "")
		},
		"PerMachineAsked": func(t *testing.T, s site) {
			put(t, s.at("bin", installFile), `{"scope":"machine","kind":"deb"}`)
			k, err := s.update().load(t.Context(), time.Now())
			if err == nil {
				k.Staged.Asked = true
				err = s.update().save(t.Context(), k)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"PerMachine":   func(t *testing.T, s site) { put(t, s.at("bin", installFile), `{"scope":"machine","kind":"deb"}`) },
		"NotInstalled": func(t *testing.T, s site) { _ = os.Remove(s.at("bin", installFile)) },
		"OlderThanThis": func(t *testing.T, s site) {
			s.stage(t, key, nature{"0.9.0", doesWell})
		},
		"StateUnreadable": func(t *testing.T, s site) { put(t, s.update().path(stateFile), "{") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, key)
			s.stage(t, key, nature{"2.0.0", doesWell})
			change(t, s)
			s.start(t)
			s.has(t, "1.0.0")
			if log := s.lines("log"); !slices.Contains(log, "running_1.0.0") {
				t.Errorf("log %q", log)
			}
			if there(s.update().path(journalFile)) || there(beside(s.exe(), "new")) {
				t.Error("something was begun")
			}
			k, err := s.update().load(t.Context(), time.Now())
			if why, ok := dropped[name]; ok && (err != nil || k.Staged != nil || k.Outcome != string(why) || there(s.update().path(stagedDir))) {
				t.Errorf("kept %+v, %v", k, err)
			}
		})
	}
	t.Run("DataInUse", func(t *testing.T) {
		s := newSite(t, key)
		s.stage(t, key, nature{"2.0.0", doesWell})
		if err := os.Remove(s.at("stop")); err != nil {
			t.Fatal(err)
		}
		// One without updates holds the data.
		put(t, s.at("bin", "other", installFile), `{"scope":"machine","kind":"deb"}`)
		if err := copyOf(s.exe(), s.at("bin", "other", "guichet"+exeSuffix)); err != nil {
			t.Fatal(err)
		}
		other := s.command()
		other.Path = s.at("bin", "other", "guichet"+exeSuffix)
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		s.await(t, "running_1.0.0")
		s.start(t)
		if log := s.lines("log"); !slices.Contains(log, "in_use") || natureOf(s.exe()).Version != "1.0.0" {
			t.Errorf("log %q", log)
		}
		put(t, s.at("stop"), "")
		if err := other.Wait(); err != nil {
			t.Error(err)
		}
		s.start(t)
		s.has(t, "2.0.0")
	})
}

// await waits for a line of the log.
func (s site) await(t *testing.T, line string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !slices.Contains(s.lines("log"), line); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s; log %q", line, s.lines("log"))
		}
	}
}

// Who starts the program again while a trial is under way is in nobody's way.
func TestSecondStart(t *testing.T) {
	key := newSigner(t)
	for _, does := range []string{doesSlow, doesCrash} {
		t.Run(does, func(t *testing.T) {
			s := newSite(t, key)
			s.stage(t, key, nature{"2.0.0", does})
			first := s.leaveOpen(t)
			s.awaitStep(t, phaseTrial)
			version := map[string]string{doesSlow: "2.0.0", doesCrash: "1.0.0"}[does]
			second := s.command()
			if err := second.Start(); err != nil {
				t.Fatal(err)
			}
			s.await(t, "running_"+version) // whichever of the two it was that waited
			s.await(t, "in_use")
			put(t, s.at("stop"), "")
			_, _ = first.Wait(), second.Wait() // they have handed over long ago
			s.awaitEnd(t)
			s.start(t)
			s.has(t, version)
			s.tidy(t)
		})
	}
}

func (s site) awaitStep(t *testing.T, step string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !slices.Contains(s.lines("steps"), step); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for step %s; steps %q", step, s.lines("steps"))
		}
	}
}

// awaitEnd waits until nobody has the program open.
func (s site) awaitEnd(t *testing.T) {
	t.Helper()
	own, err := newSwap(Program{Dir: string(s.update())}).lock(t.Context(), programLock, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Unlock(); err != nil {
		t.Fatal(err)
	}
}

// A program that somebody restarts ends first.
func TestRelaunch(t *testing.T) {
	key := newSigner(t)
	s := newSite(t, key)
	first := s.leaveOpen(t)
	s.await(t, "running_1.0.0")
	s.stage(t, key, nature{"2.0.0", doesWell})
	t.Setenv(siteEnv, s.dir)
	if err := Relaunch(s.exe(), nil); err != nil {
		t.Fatal(err)
	}
	put(t, s.at("stop"), "")
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	s.await(t, "running_2.0.0")
	s.awaitEnd(t)
	s.start(t)
	s.has(t, "2.0.0")
	s.tidy(t)
}

// A process that is killed at any step leaves a program that starts and the data that
// it opens, and the next starts bring the swap to its end.
func TestKillAtEachStep(t *testing.T) {
	key := newSigner(t)
	for _, does := range []string{doesWell, doesCrash} {
		s := newSite(t, key)
		s.stage(t, key, nature{"2.0.0", does})
		s.start(t)
		s.start(t)
		all := s.lines("steps")
		t.Logf("%s: %d steps: %s", does, len(all), strings.Join(all, " "))
		every, from := 1, 0
		if runtime.GOOS == "windows" { // where a process takes its time
			every, from = 3, int(seed(t)%3)
		}
		for n, step := range all {
			if n%every != from {
				continue
			}
			t.Run(fmt.Sprintf("%s/%02d-%s", does, n+1, step), func(t *testing.T) {
				if runtime.GOOS != "windows" { // Wine mistakes processes that are started at once
					t.Parallel()
				}
				s := newSite(t, key)
				s.stage(t, key, nature{"2.0.0", does})
				s.kills(t, does, n+1)
				trials := 0
				for _, step := range s.lines("steps") {
					if step == "on_trial" {
						trials++
					}
				}
				if at := slices.Index(all, phaseBack); does == doesCrash && at >= 0 && n >= at && trials != 1 {
					t.Errorf("%d trials, although it is known that it does not come up", trials)
				}
			})
		}
	}
}

// What is kept of the data as it was goes when somebody wants that, unless the next start
// may have to put it back.
func TestForget(t *testing.T) {
	key := newSigner(t)
	forget := func(s site) error {
		return New(Config{Dir: string(s.update())}).Forget(t.Context())
	}
	s := newSite(t, key)
	if err := forget(s); err != nil || there(string(s.update())) {
		t.Errorf("%v, or a folder was made", err)
	}
	copies := func(s site) []string {
		all, err := filepath.Glob(s.update().path("*"))
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(all, func(path string) bool {
			name := filepath.Base(path)
			return !strings.HasPrefix(name, asidePrefix) && !strings.HasPrefix(name, beforeDir)
		})
	}
	for _, dir := range []string{asidePrefix + "X", beforeDir, beforeDir + partial} {
		put(t, s.update().path(filepath.Join(dir, "guichet.db")), "schema 0.9.0")
	}
	if err := forget(s); err != nil || len(copies(s)) > 0 {
		t.Errorf("%v, left %q", err, copies(s))
	}
	s.stage(t, key, nature{"2.0.0", doesCrash})
	s.start(t)
	n := slices.Index(s.lines("steps"), phaseTrial) + 1
	s = newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesCrash})
	put(t, s.at("faults"), strconv.Itoa(n))
	s.start(t)
	if err := forget(s); !errors.Is(err, ErrState) || len(copies(s)) != 1 {
		t.Errorf("in the middle of a swap: %v, left %q", err, copies(s))
	}
}

// In the middle of a swap nobody opens the data who cannot tell whether another program
// has it open: what they wrote might be put back to what it was.
func TestLockUnreadable(t *testing.T) {
	key := newSigner(t)
	s := newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesCrash})
	s.start(t)
	n := slices.Index(s.lines("steps"), phaseTrial) + 1
	s = newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesCrash})
	put(t, s.at("faults"), strconv.Itoa(n))
	s.start(t)
	lock := s.update().path(programLock)
	if err := errors.Join(os.Remove(s.at("faults")), os.Remove(lock), os.Mkdir(lock, 0o700)); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	if log := s.lines("log"); slices.ContainsFunc(log, func(line string) bool { return strings.HasPrefix(line, "running_") }) {
		t.Errorf("log %q", log)
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	s.start(t)
	s.has(t, "1.0.0")
	s.tidy(t)
}

// A journal that cannot be read leaves the data as it is, and the copy aside.
func TestJournalUnreadable(t *testing.T) {
	s := newSite(t, newSigner(t))
	put(t, s.update().path(journalFile), "{")
	put(t, s.update().path(filepath.Join(beforeDir, "guichet.db")), "schema 0.9.0")
	s.start(t)
	s.start(t)
	s.has(t, "1.0.0")
	aside, err := filepath.Glob(s.update().path(asidePrefix + "*/guichet.db"))
	if err != nil || len(aside) != 1 || there(s.update().path(beforeDir)) {
		t.Errorf("aside %q, %v", aside, err)
	}
}

// Who wants nobody to change programs waits for the end of a swap, and for nothing else.
func TestSettled(t *testing.T) {
	key := newSigner(t)
	settled := func(s site) bool {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		waited, err := Settled(ctx, string(s.update()))
		if err != nil {
			t.Error(err)
		}
		return waited
	}
	s := newSite(t, key)
	if settled(s) || there(s.update().path(swapLock)) {
		t.Error("waited where no update ever was, or left something there")
	}
	s.stage(t, key, nature{"2.0.0", doesCrash})
	first := s.leaveOpen(t)
	s.awaitStep(t, phasePrepared)
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Settled(short, string(s.update())); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it is settled in the middle: %v", err)
	}
	if !settled(s) {
		t.Error("not waited for")
	}
	if j, err := newSwap(Program{Dir: string(s.update())}).journal(t.Context()); err == nil && j.Phase != phaseDone {
		t.Errorf("settled at %s", j.Phase)
	}
	put(t, s.at("stop"), "")
	_ = first.Wait() // it has handed over long ago
	s.awaitEnd(t)
	s = newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesWell})
	put(t, s.at("faults"), "4")
	s.start(t)
	if settled(s) {
		t.Error("waited for a swap that nobody goes on with")
	}
}

// A program that somebody installs over a swap that was cut short stays, with the data as
// it was: nothing is put in its place.
func TestInstalledOver(t *testing.T) {
	key := newSigner(t)
	s := newSite(t, key)
	s.stage(t, key, nature{"2.0.0", doesCrash})
	s.start(t)
	s.start(t)
	all := s.lines("steps")
	for n, step := range all {
		if !slices.Contains([]string{"new", "old", "copied", phaseSwapping, "named", phaseTrial, "on_trial", "migrated_guichet.db-wal", "unhealthy", phaseBack, "old_again", phaseDone}, step) ||
			slices.Contains(all[:n], step) {
			continue
		}
		t.Run(fmt.Sprintf("%02d-%s", n+1, step), func(t *testing.T) {
			if runtime.GOOS != "windows" {
				t.Parallel()
			}
			s := newSite(t, key)
			s.stage(t, key, nature{"2.0.0", doesCrash})
			put(t, s.at("faults"), strconv.Itoa(n+1))
			s.start(t)
			if err := errors.Join(os.Remove(s.at("faults")), os.Remove(s.exe()), copyOf(build(t, nature{"3.0.0", doesWell}), s.exe())); err != nil {
				t.Fatal(err)
			}
			s.start(t)
			s.start(t)
			s.has(t, "3.0.0")
			s.tidy(t)
			if t.Failed() {
				t.Logf("log %q", s.lines("log"))
			}
		})
	}
}

// kills has the program killed at these steps, each counted from the beginning, and
// started again behind each kill.
func (s site) kills(t *testing.T, does string, at ...int) {
	t.Helper()
	for _, n := range at {
		put(t, s.at("faults"), strconv.Itoa(n))
		for range 2 { // the second start has the step that comes behind the first's end
			s.start(t)
			if v := natureOf(s.exe()).Version; v != "1.0.0" && v != "2.0.0" {
				t.Fatalf("the program is %q", v)
			}
		}
	}
	if err := os.Remove(s.at("faults")); err != nil {
		t.Fatal(err)
	}
	// One start is the person's; it has to end in a program that works.
	before := len(s.lines("log"))
	s.start(t)
	ran := false
	for _, line := range s.lines("log")[before:] {
		ran = ran || strings.HasPrefix(line, "running_")
	}
	if !ran {
		t.Errorf("a start ended in no program; log %q", s.lines("log"))
	}
	for range 3 {
		s.start(t)
	}
	version := natureOf(s.exe()).Version
	k, err := s.update().load(t.Context(), time.Now())
	refused := err == nil && len(k.Refused) == 1
	switch {
	case err != nil:
		t.Error(err)
	case does == doesWell && version == "1.0.0" && !(refused && (s.killedOnTrial() || k.Refused[0].Why == WhyInterrupted && len(at) >= mostTries)):
		t.Errorf("a good release is not in place: kept %+v", k)
	case does != doesWell && (version != "1.0.0" || !refused):
		t.Errorf("a bad release: kept %+v", k)
	}
	s.has(t, version)
	s.tidy(t)
	if t.Failed() {
		t.Logf("log %q", s.lines("log"))
		t.Logf("steps %q", s.lines("steps"))
	}
}

// seed is printed, and can be given again.
func seed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if given, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("GUICHET_SEED=%d", seed)
	return seed
}

// killedOnTrial tells whether the new program itself was killed before it was
// healthy: the conductor takes that for its fault.
func (s site) killedOnTrial() bool {
	return slices.ContainsFunc(s.lines("log"), func(line string) bool {
		at, ok := strings.CutPrefix(line, "killed_at_")
		return ok && (at == "on_trial" || at == "healthy?" || strings.HasPrefix(at, "migrated_"))
	})
}

// The same with several kills, one behind the other.
func TestKillStorm(t *testing.T) {
	key := newSigner(t)
	r := rand.New(rand.NewPCG(seed(t), 7))
	rounds := 12
	if runtime.GOOS == "windows" {
		rounds = 4
	}
	for i := range rounds {
		does := []string{doesWell, doesCrash, doesExit}[r.IntN(3)]
		var at []int
		for n := 0; len(at) < 2+r.IntN(3); {
			n += 1 + r.IntN(15)
			at = append(at, n)
		}
		t.Run(fmt.Sprintf("%02d-%s-%v", i, does, at), func(t *testing.T) {
			s := newSite(t, key)
			s.stage(t, key, nature{"2.0.0", does})
			s.kills(t, does, at...)
		})
	}
}

// Where a file stands in the place of the folder no update was ever begun.
func TestBeginBelowAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Guichet")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Begin(t.Context(), Program{Version: "1.0.0", Exe: file, Dir: filepath.Join(file, "update"), Install: Install{Scope: ScopeUser}})
	if s.Done {
		t.Errorf("it does not start: %v", s.Err)
	}
}
