package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// staticcheck is pinned here and runs from a module of its own.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.7.0"

// check looks at everything that can be judged without running it.
func check(ctx context.Context, _ []string) error {
	if err := system(ctx, forWindow...); err != nil {
		return err
	}
	if err := contents(ctx); err != nil {
		return err
	}
	var failed []string
	for _, c := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"gofmt", gofmt},
		{"go vet", func(ctx context.Context) error { return step{}.do(ctx, "go", "vet", "./...") }},
		{"go vet, the window", func(ctx context.Context) error {
			return step{}.do(ctx, "go", "vet", "-tags", windowTags("desktop,production"), ".")
		}},
		{"go vet, Windows", func(ctx context.Context) error {
			return step{env: []string{"GOOS=windows", "CGO_ENABLED=0"}}.do(ctx, "go", "vet", "-tags", "desktop,production,wv2runtime.error", "./...")
		}},
		{"staticcheck", func(ctx context.Context) error { return step{}.do(ctx, "go", "run", staticcheck, "./...") }},
		{"build/pack", checkPack},
		{"the portal's API", portalAPI},
		{"go.mod", func(ctx context.Context) error { return step{}.do(ctx, "go", "mod", "tidy", "-diff") }},
		{"types", func(ctx context.Context) error { return step{dir: "frontend"}.do(ctx, npm(), "run", "typecheck") }},
		{"lint", func(ctx context.Context) error { return step{dir: "frontend"}.do(ctx, npm(), "run", "lint") }},
		{"nothing unused in the window", func(ctx context.Context) error { return step{dir: "frontend"}.do(ctx, npm(), "run", "unused") }},
		{"weight of the first page", firstPage},
		{"generated files", generated},
		{"no path or host of a workplace", noPlaces},
	} {
		begin := time.Now()
		err := c.do(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		say("%-32s %6.1f s  %s", c.name, time.Since(begin).Seconds(), verdict(err))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = append(failed, c.name)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("check: %s", strings.Join(failed, ", "))
	}
	return nil
}

func verdict(err error) string {
	if err != nil {
		return "FAILED"
	}
	return "ok"
}

func gofmt(ctx context.Context) error {
	files, err := tracked(ctx, "*.go")
	if err != nil {
		return err
	}
	out, err := step{}.output(ctx, "gofmt", append([]string{"-l"}, files...)...)
	if err == nil && out != "" {
		err = fmt.Errorf("not formatted:\n%s", out)
	}
	return err
}

// checkPack looks at the packaging tools, which are a module of their own.
func checkPack(ctx context.Context) error {
	in := step{dir: filepath.Join("build", "pack")}
	return errors.Join(in.do(ctx, "go", "vet", "./..."), in.do(ctx, "go", "run", staticcheck, "./..."), in.do(ctx, "go", "mod", "tidy", "-diff"))
}

// tracked lists files of the repository by pattern.
func tracked(ctx context.Context, patterns ...string) ([]string, error) {
	out, err := step{}.output(ctx, "git", append([]string{"ls-files", "-z", "--"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	var files []string
	for f := range strings.SplitSeq(out, "\x00") {
		if _, err := os.Stat(f); f != "" && err == nil {
			files = append(files, f)
		}
	}
	return files, nil
}

// generated writes the bindings anew and compares them with what is committed.
func generated(ctx context.Context) error {
	dir := filepath.Join("frontend", "wailsjs")
	before, err := hashOf(dir)
	if err != nil {
		return err
	}
	if err := bindings(ctx); err != nil {
		return err
	}
	after, err := hashOf(dir)
	if err == nil && before != after {
		err = errors.New("frontend/wailsjs was not current; it is now: look at it and commit it")
	}
	return err
}

// bindings writes frontend/wailsjs from the bound services.
func bindings(ctx context.Context) error {
	return step{env: []string{"CGO_ENABLED=0"}}.do(ctx, "go", "run", "-tags", "bindings", ".")
}

// places are paths of one machine and hosts of registries. A path of ours that
// only ends like one ("features/home/") is no such place.
var places = regexp.MustCompile(`(^|[^A-Za-z0-9_.])/(work|root|home)/|registry\.` + `npmjs|proxy\.` + `golang`)

// noPlaces keeps what names this machine out of the repository.
func noPlaces(ctx context.Context) error {
	files, err := tracked(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if found := places.Find(body); found != nil {
			errs = append(errs, fmt.Errorf("%s contains %q", f, found))
		}
	}
	return errors.Join(errs...)
}
