package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	pairs  = 20
	drafts = 100
)

// benches are the figures that are promised, each a ratio against a baseline that runs
// beside it.
var benches = []struct {
	name    string
	measure func(context.Context) error
}{
	{"start", benchStart}, {"autosave", benchAutosave}, {"typing", benchTyping}, {"sealing", benchSealing}, {"outbox", benchOutbox},
	{"many", benchManyRequests}, {"list", benchList}, {"follow", benchFollow}, {"reading", benchReading}, {"scans", benchScans}, {"portal", benchPortal},
}

// bench prints them, or the one that is named.
func bench(ctx context.Context, args []string) error {
	if err := system(ctx, slices.Concat(forWindow, forDisplay, forTyping, forReading)...); err != nil {
		return err
	}
	if err := contents(ctx); err != nil {
		return err
	}
	var errs []error
	measured := false
	for _, b := range benches {
		if len(args) > 0 && args[0] != b.name {
			continue
		}
		measured = true
		errs = append(errs, b.measure(ctx))
	}
	if !measured {
		return fmt.Errorf("there is no benchmark of the name %q", args[0])
	}
	return errors.Join(errs...)
}

// benchStart measures from the start of the program until its page is painted,
// against a blank window with a React page, built the same way.
func benchStart(ctx context.Context) error {
	guichet, err := goBuild(ctx, "guichet-desktop-production", windowTags("desktop,production"), ".")
	if err != nil {
		return err
	}
	if err := blankPage(ctx); err != nil {
		return err
	}
	blank, err := goBuild(ctx, "blank", windowTags("desktop,production"), "./internal/e2e/testdata/blank")
	if err != nil {
		return err
	}
	data, err := seeded(ctx, "Drafts", drafts)
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	display, leave, err := displayed(ctx)
	if err != nil {
		return err
	}
	defer leave()
	env := []string{"DISPLAY=" + display, "GUICHET_LOG=stderr", "GUICHET_DATA=" + data, "GUICHET_PORTAL=http://127.0.0.1:9"}
	var ours, base, ratios []float64
	for range pairs + 1 {
		b, err := painted(ctx, env, blank)
		if err != nil {
			return fmt.Errorf("blank window: %w", err)
		}
		o, err := painted(ctx, env, guichet)
		if err != nil {
			return fmt.Errorf("window with drafts: %w", err)
		}
		ours, base, ratios = append(ours, o), append(base, b), append(ratios, o/b)
	}
	// The first pair warms the machine's caches.
	say("start, %d interleaved pairs, %d drafts stored", pairs, drafts)
	say("  blank window painted   median %6.0f ms", median(base[1:]))
	say("  home page painted      median %6.0f ms", median(ours[1:]))
	say("  ratio of medians %.2f, median of ratios %.2f (goal: at most 1.25)", median(ours[1:])/median(base[1:]), median(ratios[1:]))
	return nil
}

// displayed is the display that windows go to, one of its own where there is none.
func displayed(ctx context.Context) (display string, leave func(), err error) {
	if display = os.Getenv("DISPLAY"); display != "" {
		return display, func() {}, nil
	}
	number, screen, err := startDisplay(ctx)
	if err != nil {
		return "", nil, err
	}
	return number, func() { screen.stop() }, nil
}

const fewRequests, manyRequests = 100, 100_000

// benchManyRequests measures the same start, of somebody who has very many requests
// against somebody who has a few.
func benchManyRequests(ctx context.Context) error {
	guichet, err := goBuild(ctx, "guichet-desktop-production", windowTags("desktop,production"), ".")
	if err != nil {
		return err
	}
	display, leave, err := displayed(ctx)
	if err != nil {
		return err
	}
	defer leave()
	env := map[int][]string{}
	for _, n := range []int{fewRequests, manyRequests} {
		data, err := seeded(ctx, "Requests", n)
		if err != nil {
			return err
		}
		defer os.RemoveAll(data)
		env[n] = []string{"DISPLAY=" + display, "GUICHET_LOG=stderr", "GUICHET_KEYRING=none", "GUICHET_DATA=" + data, "GUICHET_PORTAL=http://127.0.0.1:9"}
	}
	var few, many, ratios []float64
	for range pairs + 1 {
		f, err := painted(ctx, env[fewRequests], guichet)
		if err != nil {
			return fmt.Errorf("window with a few requests: %w", err)
		}
		m, err := painted(ctx, env[manyRequests], guichet)
		if err != nil {
			return fmt.Errorf("window with many requests: %w", err)
		}
		few, many, ratios = append(few, f), append(many, m), append(ratios, m/f)
	}
	say("start, %d interleaved pairs", pairs)
	say("  home page with %7d requests   median %6.0f ms", fewRequests, median(few[1:]))
	say("  home page with %7d requests   median %6.0f ms", manyRequests, median(many[1:]))
	say("  ratio of medians %.2f, median of ratios %.2f (goal: at most 1.2)", median(many[1:])/median(few[1:]), median(ratios[1:]))
	return nil
}

var listed = regexp.MustCompile(`memory (page|nodes|desk) ([\d.]+) ([\d.]+)`)

// benchList measures the memory of the list of very many requests, once it has been
// gone through, against an empty one.
func benchList(ctx context.Context) error {
	dev, err := goBuild(ctx, "guichet-dev", windowTags("dev"), ".")
	if err != nil {
		return err
	}
	display, leave, err := displayed(ctx)
	if err != nil {
		return err
	}
	defer leave()
	env := []string{"DISPLAY=" + display, "GUICHET_TEST_DEV=" + dev, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"}
	for name, n := range map[string]int{"EMPTY": 0, "MANY": manyRequests} {
		data, err := seeded(ctx, "Requests", n)
		if err != nil {
			return err
		}
		defer os.RemoveAll(data)
		env = append(env, "GUICHET_BENCH_"+name+"="+data)
	}
	out, err := step{dir: "frontend", env: env, within: 10 * time.Minute}.output(ctx, npm(), "exec", "playwright", "--", "test", "--config", "playwright.bench.config.ts", "list.bench")
	if err != nil {
		return err
	}
	say("list of %d requests, gone through from end to end, against an empty one", manyRequests)
	for _, m := range listed.FindAllStringSubmatch(out, -1) {
		say("  %s %s, empty %s", map[string]string{"page": "MB of the page", "nodes": "nodes of the page", "desk": "MB of the program"}[m[1]], m[3], m[2])
	}
	return nil
}

// seeded is a data folder with so many of what: Drafts, or Requests of somebody who is
// at the desk.
func seeded(ctx context.Context, what string, n int) (string, error) {
	data, err := os.MkdirTemp("", "guichet-bench")
	if err != nil {
		return "", err
	}
	err = (step{env: []string{"GUICHET_SEED_DIR=" + data, fmt.Sprintf("GUICHET_SEED_%s=%d", strings.ToUpper(what), n)}}).
		do(ctx, "go", "test", "-count=1", "-run", "^TestSeed"+what+"$", "./internal/e2e")
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(data))
	}
	return data, nil
}

// painted starts a window and returns the milliseconds until it says that its
// page is painted.
func painted(ctx context.Context, env []string, program string) (float64, error) {
	said := make(chan time.Time, 1)
	begin := time.Now()
	p, err := step{env: env, within: time.Minute, out: watch{said}}.start(ctx, nil, program)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	select {
	case at := <-said:
		return float64(at.Sub(begin).Microseconds()) / 1000, nil
	case <-p.done:
		return 0, errors.New("ended before its page was painted")
	case <-time.After(30 * time.Second):
		return 0, errors.New("not painted within 30 s")
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// watch notes when a line says "painted".
type watch struct{ said chan time.Time }

func (w watch) Write(p []byte) (int, error) {
	if strings.Contains(string(p), `"painted"`) {
		select {
		case w.said <- time.Now():
		default:
		}
	}
	return len(p), nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

var perOp = regexp.MustCompile(`Benchmark(Autosave|Append)\S*\s+\d+\s+([\d.]+) ns/op`)

// benchAutosave measures the commit of an autosave against an append and
// fdatasync of the same bytes.
func benchAutosave(ctx context.Context) error {
	out, err := step{}.output(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(Autosave|Append)$", "-count", "9", "-benchtime", "500x", "./internal/sqlite")
	if err != nil {
		return err
	}
	took := map[string][]float64{}
	for _, m := range perOp.FindAllStringSubmatch(out, -1) {
		ns, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return err
		}
		took[m[1]] = append(took[m[1]], ns/1000)
	}
	if len(took["Autosave"]) == 0 || len(took["Append"]) == 0 {
		return errors.New("no figures of the autosave benchmark in " + filepath.Join("internal", "sqlite"))
	}
	save, base := median(took["Autosave"]), median(took["Append"])
	say("autosave commit %.0f us, append and fdatasync of the same bytes %.0f us: ratio %.2f", save, base, save/base)
	return nil
}

var (
	sealedSave = regexp.MustCompile(`([\d.]+) median\s+([\d.]+) plain-us\s+([\d.]+) sealed/plain`)
	sealedFile = regexp.MustCompile(`BenchmarkFile/(Alone|Attached)\S*.*?([\d.]+) best/best\s+([\d.]+) plain-ms\s+([\d.]+) sealed/plain`)
)

// benchSealing measures what sealing costs, against the same without it in turns.
func benchSealing(ctx context.Context) error {
	out, err := step{}.output(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkSealedAutosave$", "-benchtime", "2000x", "./app")
	if err != nil {
		return err
	}
	m := sealedSave.FindStringSubmatch(out)
	if m == nil {
		return errors.New("no figures of the benchmark SealedAutosave")
	}
	say("sealed autosave: plain %s us, ratio of all %s, median of ratios %s (goal: at most 1.1)", m[2], m[3], m[1])
	if out, err = (step{}).output(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkFile$", "-benchtime", "20x", "./internal/seal"); err != nil {
		return err
	}
	found := sealedFile.FindAllStringSubmatch(out, -1)
	if len(found) != 2 {
		return errors.New("no figures of the benchmark File")
	}
	for _, m := range found {
		what := map[string]string{"Alone": "written by itself", "Attached": "attached to a draft"}[m[1]]
		say("sealed file of 20 MB, %s: plain %s ms, ratio of all %s, of the best %s (goal: at most 1.5)", what, m[3], m[4], m[2])
	}
	return nil
}

var metric = regexp.MustCompile(`([\d.]+) (\S+)`)

// benchOutbox measures how fast a full outbox is emptied, against a plain loop
// of the same calls, and what memory a big file takes on its way.
func benchOutbox(ctx context.Context) error {
	portald, err := goBuild(ctx, "portald", "", "./internal/cmd/portald")
	if err != nil {
		return err
	}
	out, err := step{env: []string{"GUICHET_BENCH=1", "GUICHET_TEST_PORTALD=" + portald}, within: 20 * time.Minute}.
		output(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(Drain|Memory)$", "-benchtime", "1x", "-timeout", "20m", "./internal/e2e")
	if err != nil {
		return err
	}
	figures := benchFigures(out)
	for name, what := range map[string]string{"Drain/Requests2kB": "1,000 requests of 2 kB", "Drain/Files1MB": "100 requests with a file of 1 MB"} {
		f := figures[name]
		if f == nil {
			return errors.New("no figures of the benchmark " + name)
		}
		say("outbox, %s: %s/s, plain loop of the same calls %s/s: ratio %s (goal: at least 0.9)", what, f["app/s"], f["loop/s"], f["ratio"])
	}
	f := figures["Memory"]
	if f == nil {
		return errors.New("no figures of the benchmark Memory")
	}
	say("a file of 100 MB: memory %s MB at rest, at most %s MB more while it is attached, %s MB more while it is sent (goal: at most 32)", f["rest-MB"], f["attach-MB"], f["send-MB"])
	return nil
}

var followed = regexp.MustCompile(`Benchmark(Search|FirstSync|Dashboard|Table)\S*\s+1\s+\d+ ns/op(.*)`)

// benchFollow measures what following requests costs: a first synchronisation
// against plain reads of the same pages, words as they are typed against the bare
// index, and a start until the dashboard with 100,000 requests against one with a
// hundred.
func benchFollow(ctx context.Context) error {
	var failed []error
	for _, b := range []struct {
		name, pkg, goal string
		requests        int
	}{
		{"FirstSync", "./app", "ratio at most 1.5", 10_000},
		{"Search", "./internal/sqlite", "ratio at most 1.5", 10_000},
		{"Search", "./internal/sqlite", "printed only", 100_000},
		{"Dashboard", "./app", "printed only: the window's own start is not in it", 100_000},
	} {
		out, err := step{env: []string{fmt.Sprintf("GUICHET_BENCH_REQUESTS=%d", b.requests)}, within: 20 * time.Minute}.
			output(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark"+b.name+"$", "-benchtime", "1x", "-timeout", "20m", b.pkg)
		m := followed.FindStringSubmatch(out)
		if err != nil || m == nil {
			failed = append(failed, errors.Join(err, errors.New("no figures of the benchmark "+b.name)))
			continue
		}
		say("%s, %d requests (%s)", b.name, b.requests, b.goal)
		say("  %s", strings.Join(strings.Fields(m[2]), " "))
	}
	return errors.Join(failed...)
}
