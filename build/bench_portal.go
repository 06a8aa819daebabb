package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// benchPortal measures the portal on both databases: requests taken in a second
// against the bare rows, what calls cost as the table grows, and what desks that wait
// take.
func benchPortal(ctx context.Context) error {
	if err := system(ctx, forPortal...); err != nil {
		return err
	}
	out, err := step{env: []string{"GUICHET_BENCH=1", "CGO_ENABLED=0"}, within: 20 * time.Minute}.
		output(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(Accept|Grow|Waiting)$", "-benchtime", "1x", "-timeout", "20m", "./internal/portald")
	if err != nil {
		return err
	}
	figures := benchFigures(out)
	for _, store := range []string{"SQLite", "PostgreSQL"} {
		a, g, w := figures["Accept/"+store], figures["Grow/"+store], figures["Waiting/"+store]
		if a == nil || g == nil || w == nil {
			return fmt.Errorf("no figures of the portal on %s", store)
		}
		say("portal on %s: %s requests/s taken, 16 at once; the bare rows %s/s: ratio %s (goal: at least 0.5)", store, a["accepted/s"], a["bare/s"], a["ratio"])
		say("  1,000,000 requests against 10,000: a new one %s, all changes %s, a list %s (goal: at most 1.5); %s ms, %s ms and %s ms",
			g["put-ratio"], g["changes-ratio"], g["list-ratio"], milli(g["put-many-us"]), milli(g["changes-many-us"]), milli(g["list-many-us"]))
		say("  2,000 desks wait at one node: %s kB each with both ends of the line, told of a change after %s ms; a look for nothing takes %s ms", w["kB/desk"], w["told-ms"], milli(w["look-us"]))
	}
	return nil
}

func milli(us string) string {
	n, _ := strconv.ParseFloat(us, 64)
	return strconv.FormatFloat(n/1000, 'f', 1, 64)
}

// benchFigures are the metrics of benchmarks by name, without "Benchmark" and the
// number of processors.
func benchFigures(out string) map[string]map[string]string {
	figures := map[string]map[string]string{}
	for line := range strings.Lines(out) {
		name, rest, ok := strings.Cut(line, "\t")
		if !ok || !strings.HasPrefix(name, "Benchmark") {
			continue
		}
		name = strings.TrimSpace(strings.TrimPrefix(name, "Benchmark"))
		if i := strings.LastIndex(name, "-"); i > 0 {
			name = name[:i]
		}
		figures[name] = map[string]string{}
		for _, m := range metric.FindAllStringSubmatch(rest, -1) {
			figures[name][m[2]] = m[1]
		}
	}
	return figures
}
