package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// tally counts tests.
type tally struct{ passed, failed, skipped int }

func (t *tally) add(o tally) {
	t.passed += o.passed
	t.failed += o.failed
	t.skipped += o.skipped
}

// test does everything that CI runs, and counts.
func test(ctx context.Context, args []string) error {
	var total tally
	var errs []error
	for _, s := range []struct {
		name string
		do   func(context.Context) (tally, error)
	}{
		{"tools", func(ctx context.Context) (tally, error) {
			return tally{}, errors.Join(system(ctx, slices.Concat(forWindow, forTests, forPortal)...), contents(ctx))
		}},
		{"check", func(ctx context.Context) (tally, error) { return tally{}, check(ctx, nil) }},
		{"go", goTests},
		{"portal, on PostgreSQL and S3", postgresTests},
		{"proofs", proofTests},
		{"windows", windowsTests},
		{"benchmarks, once each", func(ctx context.Context) (tally, error) {
			return tally{}, step{}.do(ctx, "go", "test", "-run", "^$", "-bench", ".", "-benchtime", "1x", "./internal/...", "./app")
		}},
		{"fuzz", func(ctx context.Context) (tally, error) { return fuzz(ctx, 2_000) }},
		{"window, units", vitest},
		{"packages", packageTests},
		{"window, end to end", playwright},
	} {
		if len(args) > 0 && !asked(s.name, args[0]) && s.name != "tools" {
			continue // go run ./build test go
		}
		say("== %s", s.name)
		begin := time.Now()
		got, err := s.do(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		total.add(got)
		say("== %s: %s, %d passed, %d failed, %.0f s", s.name, verdict(err), got.passed, got.failed, time.Since(begin).Seconds())
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
			if s.name == "tools" {
				break
			}
		}
	}
	err := errors.Join(errs...)
	if err != nil && total.failed == 0 {
		total.failed = len(errs) // a stage that counts no tests
	}
	say("%d passed, %d failed, %d skipped", total.passed, total.failed, total.skipped)
	return err
}

// asked tells whether a stage is meant: "window" is both stages that begin with
// this word, and not "windows".
func asked(stage, word string) bool {
	return stage == word || strings.HasPrefix(stage, word+",")
}

// rooms of proofs run by themselves: they kill programs and cut lines, and take
// the whole machine.
const proofRoom = "guichet/internal/e2e"

// grids are the proofs whose other half is a line or a program: each has hundreds of
// cells, and what runs in them runs with the race detector in the others (TestStorm,
// TestKill, TestModel, TestToldLate and the portal's own tests of its help desk and nodes).
const grids = "^(TestWire|TestWireWithdraw|TestKillWindow|TestHerd|TestTold|TestNodesKilled)$"

// plainRooms run without the race detector. Most look at bytes and share nothing that
// changes, or only by a channel: their bounds on time and memory are those of the program
// as it is. Updates start hundreds of processes, each of which would take a second more.
var plainRooms = []string{"guichet/internal/reader", "guichet/internal/privacy", "guichet/internal/cmd/release", "guichet/internal/update"}

// goTests runs the Go tests with the race detector, those of the reading rooms without.
func goTests(ctx context.Context) (tally, error) {
	out, err := step{}.output(ctx, "go", "list", "./...")
	if err != nil {
		return tally{}, err
	}
	window, err := goBuild(ctx, "guichet-dev", windowTags("dev"), ".")
	if err != nil {
		return tally{}, err
	}
	env, err := foreignProvider(ctx)
	if err != nil {
		return tally{}, err
	}
	env = withPostgres(append(env, "GUICHET_TEST_DEV="+window))
	if runtime.GOOS == "linux" { // where they were installed
		env = append(env, "GUICHET_TEST_PROXIES=all")
	}
	if env, err = helpdesks(ctx, env); err != nil {
		return tally{}, err
	}
	// Under the race detector, compiling what reads PDF files takes minutes.
	warm := step{env: []string{"CGO_ENABLED=0"}}
	if err := warm.do(ctx, "go", "test", "-count=1", "-run", "^TestCache$", "./internal/reader/pdf"); err != nil {
		return tally{}, err
	}
	var rooms, reading []string
	for _, p := range strings.Fields(out) {
		switch {
		case p == proofRoom:
		case slices.ContainsFunc(plainRooms, func(room string) bool { return strings.HasPrefix(p, room) }):
			reading = append(reading, p)
		default:
			rooms = append(rooms, p)
		}
	}
	plain, plainErr := jsonTests(ctx, []string{"CGO_ENABLED=0"}, reading...)
	raced, err := raceTests(ctx, env, rooms...)
	raced.add(plain)
	return raced, errors.Join(plainErr, err)
}

// postgresTests runs the portal's tests once more, with its rows in PostgreSQL and its
// files on S3. The race detector has seen the same code on SQLite and a folder.
func postgresTests(ctx context.Context) (tally, error) {
	return jsonTests(ctx, []string{"CGO_ENABLED=0", "GUICHET_TEST_STORE=postgres", "GUICHET_TEST_FILES=s3", "GUICHET_TEST_POSTGRES=all"}, "-count=1", "./internal/portald")
}

// proofTests runs the short versions of the proofs that nothing is lost and
// nothing doubled, and shows their figures.
func proofTests(ctx context.Context) (tally, error) {
	portal, err := goBuild(ctx, "portald", "", "./internal/cmd/portald")
	if err != nil {
		return tally{}, err
	}
	env, done, err := windowToKill(ctx)
	if err != nil {
		return tally{}, err
	}
	defer done()
	env = withPostgres(append(env, "GUICHET_TEST_PORTALD="+portal))
	if env, err = helpdesks(ctx, env); err != nil {
		return tally{}, err
	}
	plain, plainErr := jsonTests(ctx, env, "-run", grids, proofRoom)
	raced, err := raceTests(ctx, env, "-skip", grids, proofRoom)
	raced.add(plain)
	return raced, errors.Join(plainErr, err)
}

// unwatched are what the race detector leaves out: the statements of the translated
// SQLite, which nobody here wrote and which would take half of the time, and everywhere
// in that translation the check of each pointer. What calls SQLite is watched all the
// same. Nothing of modernc.org that uses a generic type of the library may be named with
// -race=false, as libc does with sync.Map: the linker keeps one copy of its code, and one
// that is not watched makes races of what sync.Map guards elsewhere.
var unwatched = []string{
	"-gcflags=modernc.org/...=-d=checkptr=0",
	"-gcflags=modernc.org/sqlite/lib=-race=false -d=checkptr=0",
}

func raceTests(ctx context.Context, env []string, args ...string) (tally, error) {
	return jsonTests(ctx, env, slices.Concat([]string{"-race"}, unwatched, args)...)
}

func jsonTests(ctx context.Context, env []string, args ...string) (tally, error) {
	c := &goCounter{output: map[string][]string{}}
	args = append([]string{"test", "-json", "-timeout", "25m"}, args...)
	p, err := step{within: 30 * time.Minute, env: env, out: os.Stderr}.start(ctx, c.line, "go", args...)
	if err != nil {
		return tally{}, err
	}
	<-p.done
	if len(c.slow) > 0 {
		say("   took their time: %s", strings.Join(c.slow, ", "))
	}
	return c.tally, p.err
}

// vitest runs the window's unit tests.
func vitest(ctx context.Context) (tally, error) {
	report, err := filepath.Abs(filepath.Join("build", "tmp", "vitest.json"))
	if err != nil {
		return tally{}, err
	}
	runErr := step{dir: "frontend"}.do(ctx, npm(), "test", "--", "--reporter=default", "--reporter=json", "--outputFile="+report)
	var r struct{ NumPassedTests, NumFailedTests, NumPendingTests int }
	err = readJSON(report, &r)
	return tally{r.NumPassedTests, r.NumFailedTests, r.NumPendingTests}, errors.Join(runErr, err)
}

// playwright drives the real window: the development build by a browser, the
// production build by its inspector.
func playwright(ctx context.Context) (tally, error) {
	env := []string{}
	for name, b := range map[string][3]string{
		"GUICHET_TEST_PORTALD":    {"portald", "", "./internal/cmd/portald"},
		"GUICHET_TEST_ATSPI":      {"atspi", "", "./internal/cmd/atspi"},
		"GUICHET_TEST_DEV":        {"guichet-dev", windowTags("dev"), "."},
		"GUICHET_TEST_PRODUCTION": {"guichet-desktop-production", windowTags("desktop,production"), "."},
	} {
		path, err := goBuild(ctx, b[0], b[1], b[2])
		if err != nil {
			return tally{}, err
		}
		env = append(env, name+"="+path)
	}
	display, screen, err := startDisplay(ctx)
	if err != nil {
		return tally{}, err
	}
	defer screen.stop()
	report, err := filepath.Abs(filepath.Join("build", "tmp", "playwright.json"))
	if err != nil {
		return tally{}, err
	}
	env = append(env, "DISPLAY="+display, "PLAYWRIGHT_JSON_OUTPUT_FILE="+report, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1")
	runErr := step{dir: "frontend", env: env, within: 40 * time.Minute, out: os.Stdout}.
		do(ctx, npm(), "run", "e2e", "--", "--reporter=list,json")
	var r struct {
		Stats struct{ Expected, Unexpected, Flaky, Skipped int }
	}
	err = readJSON(report, &r)
	return tally{r.Stats.Expected, r.Stats.Unexpected + r.Stats.Flaky, r.Stats.Skipped}, errors.Join(runErr, err)
}

func readJSON(path string, v any) error {
	if err := readJSONFile(path, v); err != nil {
		return err
	}
	return os.Remove(path)
}

func readJSONFile(path string, v any) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("read report %s: %w", path, err)
	}
	return nil
}
