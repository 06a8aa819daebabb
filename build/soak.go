package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"
)

// proof is one stage of the long run: tests of internal/e2e or of another room, with
// what they need of the system.
type proof struct {
	name     string
	room     string // "" for internal/e2e
	tests    string // pattern
	race     bool
	packages []string
	prepare  func(context.Context) (env []string, done func(), err error)
}

var proofs = []proof{
	{name: "wire", tests: "^(TestLine|TestWire|TestStorm)", race: true},
	{name: "portal", tests: "^(TestPortal|TestFaultpoints)", race: true, prepare: portals},
	{name: "herd", tests: "^TestHerd", prepare: portals}, // a thousand desks are too many for the race detector
	{name: "nodes", tests: "^TestNodes", packages: forPortal, prepare: portalsOnPostgres},
	{name: "helpdesk", tests: "^(TestTold|TestHelpdesk)", prepare: realHelpdesks},
	{name: "kill", tests: "^TestKill", packages: append(forWindow, forTests...), prepare: windowToKill},
	{name: "power", tests: "^TestPower", packages: []string{"xfsprogs"}},
	{name: "disk", tests: "^TestDisk", race: true},
	{name: "clock", tests: "^TestClock", race: true},
	{name: "model", tests: "^TestModel", race: true},
	{name: "corpus", room: "./internal/reader/corpus", tests: "^TestCorpus"},
}

const (
	fuzzEach  = 200_000        // executions: from two minutes to half an hour a target
	soakBound = 12 * time.Hour // of one proof
)

// soak runs the long version of every proof that nothing is lost, nothing doubled and
// nothing overlooked, or of those that are named, and of fuzzing.
func soak(ctx context.Context, args []string) error {
	seed := os.Getenv("GUICHET_SEED")
	if seed == "" {
		seed = fmt.Sprint(rand.Uint64())
	}
	say("GUICHET_SEED=%s repeats this run", seed)
	var total tally
	var errs []error
	var summary []string
	stage := func(name string, do func() (tally, error)) {
		if len(args) > 0 && args[0] != name || ctx.Err() != nil {
			return
		}
		say("== %s", name)
		begin := time.Now()
		got, err := do()
		if err == nil && got.passed == 0 {
			err = errors.New("no test ran")
		}
		total.add(got)
		line := fmt.Sprintf("%-8s %s, %d passed, %d failed, %d skipped, %s", name, verdict(err), got.passed, got.failed, got.skipped,
			time.Since(begin).Round(time.Second))
		summary = append(summary, line)
		say("== %s", line)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, p := range proofs {
		stage(p.name, func() (tally, error) { return p.run(ctx, seed) })
	}
	stage("fuzz", func() (tally, error) { return fuzz(ctx, fuzzEach) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if len(summary) == 0 {
		return fmt.Errorf("there is no proof of the name %q", args[0])
	}
	say("%s\n%d passed, %d failed, %d skipped, GUICHET_SEED=%s", strings.Join(summary, "\n"), total.passed, total.failed, total.skipped, seed)
	return errors.Join(errs...)
}

func (p proof) run(ctx context.Context, seed string) (tally, error) {
	if err := system(ctx, p.packages...); err != nil {
		return tally{}, err
	}
	env := []string{"GUICHET_SOAK=1", "GUICHET_SEED=" + seed}
	if p.prepare != nil {
		more, done, err := p.prepare(ctx)
		if err != nil {
			return tally{}, err
		}
		defer done()
		env = append(env, more...)
	}
	args := []string{"test", "-json", "-count=1", "-timeout", soakBound.String(), "-run", p.tests, cmp.Or(p.room, "./internal/e2e")}
	if p.race {
		args = append(args, "-race")
	}
	c := &soakCounter{}
	run, err := step{within: soakBound + 10*time.Minute, out: os.Stderr, env: env}.start(ctx, c.line, "go", args...)
	if err != nil {
		return tally{}, err
	}
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for begin := time.Now(); ; {
		select {
		case <-run.done:
			return c.read(), run.err
		case <-minute.C:
			so := c.read()
			say("   %.0f min: %d passed, %d failed so far", time.Since(begin).Minutes(), so.passed, so.failed)
		}
	}
}

// soakCounter counts the events of go test -json and shows what the tests say.
type soakCounter struct {
	mu    sync.Mutex
	tally tally
}

func (c *soakCounter) read() tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tally
}

func (c *soakCounter) line(line string) {
	var e struct{ Action, Test, Output string }
	if json.Unmarshal([]byte(line), &e) != nil {
		say("%s", line)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case e.Action == "output" || e.Action == "build-output":
		if text := strings.TrimSpace(e.Output); !strings.HasPrefix(text, "=== ") && !strings.HasPrefix(text, "--- PASS") {
			fmt.Print(e.Output)
		}
	case e.Test == "":
	case e.Action == "pass":
		c.tally.passed++
	case e.Action == "fail":
		c.tally.failed++
	case e.Action == "skip":
		c.tally.skipped++
	}
}

// portals builds the portal, as it is and as one that can end itself at a
// place.
func portals(ctx context.Context) (env []string, done func(), err error) {
	for name, tag := range map[string]string{"GUICHET_TEST_PORTALD": "", "GUICHET_TEST_PORTALD_FAULTPOINTS": "faultpoints"} {
		path, err := goBuild(ctx, strings.TrimRight("portald-"+tag, "-"), tag, "./internal/cmd/portald")
		if err != nil {
			return nil, nil, err
		}
		env = append(env, name+"="+path)
	}
	return env, func() {}, nil
}

// portalsOnPostgres is portals, for tests that may not miss PostgreSQL where it was
// installed.
func portalsOnPostgres(ctx context.Context) (env []string, done func(), err error) {
	env, done, err = portals(ctx)
	return withPostgres(env), done, err
}

// realHelpdesks installs what a portal stands before.
func realHelpdesks(ctx context.Context) (env []string, done func(), err error) {
	env, err = helpdesks(ctx, nil)
	return env, func() {}, err
}

// windowToKill builds the window and gives it a display.
func windowToKill(ctx context.Context) (env []string, done func(), err error) {
	if err := contents(ctx); err != nil {
		return nil, nil, err
	}
	path, err := goBuild(ctx, "guichet-dev", windowTags("dev"), ".")
	if err != nil {
		return nil, nil, err
	}
	display, screen, err := startDisplay(ctx)
	if err != nil {
		return nil, nil, err
	}
	return []string{"GUICHET_TEST_DEV=" + path, "DISPLAY=" + display}, screen.stop, nil
}
