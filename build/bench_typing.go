package main

import (
	"context"
	"errors"
	"regexp"
	"time"
)

var typed = regexp.MustCompile(`typing: (\d+) keys, ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)`)

// benchTyping measures how long a key takes to be seen in a long description, with the
// autosave and the guard against without them, in turns.
func benchTyping(ctx context.Context) error {
	env := []string{"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"}
	for name, b := range map[string][3]string{
		"GUICHET_TEST_PORTALD":    {"portald", "", "./internal/cmd/portald"},
		"GUICHET_TEST_PRODUCTION": {"guichet-desktop-production", windowTags("desktop,production"), "."},
	} {
		path, err := goBuild(ctx, b[0], b[1], b[2])
		if err != nil {
			return err
		}
		env = append(env, name+"="+path)
	}
	out, err := step{dir: "frontend", env: env, within: 10 * time.Minute}.
		output(ctx, npm(), "exec", "playwright", "--", "test", "--config", "playwright.bench.config.ts", "typing.bench")
	if err != nil {
		return err
	}
	m := typed.FindStringSubmatch(out)
	if m == nil {
		return errors.New("no figures of the benchmark of typing")
	}
	say("typing in 10,000 characters, from keydown to the second frame after it, %s keys each way, in turns", m[1])
	say("  autosave and guard on    median %5.5s ms, p95 %5.5s ms", m[2], m[3])
	say("  both off                 median %5.5s ms, p95 %5.5s ms", m[4], m[5])
	say("  ratio of medians %s, of p95 %s (goal: at most 1.2)", m[6], m[7])
	return nil
}
