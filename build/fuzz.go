package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// target is one fuzz test.
type target struct{ dir, name string }

// fuzz runs every fuzz target of the repository so many times each, beginning
// with the inputs in its testdata. The tests of a room are built once for all its targets,
// since to link them takes longer than to run one. One that finds something leaves the input
// there: it is committed with what mends it. Times are counted, not timed: Go
// before 1.27 may call the end of a time set a failure (golang/go#75804).
func fuzz(ctx context.Context, each int) (tally, error) {
	targets, err := targets(".")
	if err != nil {
		return tally{}, err
	}
	var t tally
	var errs []error
	built := map[string]string{}
	for _, target := range targets {
		if built[target.dir] == "" {
			if built[target.dir], err = target.build(ctx); err != nil {
				return t, err
			}
		}
		ran, err := target.run(ctx, built[target.dir], each)
		if ctx.Err() != nil {
			return t, ctx.Err()
		}
		say("%-28s %-26s %12s executions  %s", target.dir, target.name, ran, verdict(err))
		if err != nil {
			t.failed++
			errs = append(errs, fmt.Errorf("%s: %w", target.name, err))
			continue
		}
		t.passed++
	}
	return t, errors.Join(errs...)
}

// targets finds every fuzz target by its declaration.
func targets(root string) ([]target, error) {
	var found []target
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == "node_modules" || e.Name() == "testdata" || e.Name() == ".git"):
			return filepath.SkipDir
		case e.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				found = append(found, target{"./" + filepath.ToSlash(filepath.Dir(path)), f.Name.Name})
			}
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = errors.New("no fuzz target")
	}
	if err != nil {
		return nil, fmt.Errorf("look for fuzz targets: %w", err)
	}
	return found, nil
}

const fuzzBound = 2 * time.Hour // of one target

// What comes from outside and is shown as it came is tried more often than the
// rest: so many times as often, about 5 s in CI and 10 minutes in the soak.
var oftener = map[string]int{
	"FuzzClean": 12, "FuzzRead": 30, "FuzzLook": 30, "FuzzStrip": 25, "FuzzRedact": 12, "FuzzScan": 25, "FuzzMetadata": 9, "FuzzGuess": 4, "FuzzParse": 4,
}

var executions = regexp.MustCompile(`execs: (\d+)`)

// build builds the tests of a target's room, with what fuzzing wants to know of them.
func (t target) build(ctx context.Context) (string, error) {
	program, err := filepath.Abs(filepath.Join("build", "tmp", "fuzz", filepath.FromSlash(t.dir)) + ".test")
	if err != nil {
		return "", err
	}
	return program, step{}.do(ctx, "go", "test", "-c", "-fuzz", ".", "-o", program, t.dir)
}

// run fuzzes one target and returns how often it was executed. An input of
// interest is made smaller a few times only: a large one would take the whole
// time otherwise.
func (t target) run(ctx context.Context, program string, each int) (string, error) {
	var out bytes.Buffer
	err := step{dir: t.dir, within: fuzzBound, out: &out}.do(ctx, program, "-test.run=^$", "-test.fuzz=^"+t.name+"$",
		fmt.Sprintf("-test.fuzztime=%dx", each*max(1, oftener[t.name])), "-test.fuzzminimizetime=20x", "-test.fuzzcachedir="+program+".inputs")
	ran := "0"
	if all := executions.FindAllStringSubmatch(out.String(), -1); len(all) > 0 {
		ran = all[len(all)-1][1]
	}
	if err == nil && ran == "0" {
		err = errors.New("it passed without being executed")
	}
	if err != nil {
		_, _ = os.Stderr.Write(out.Bytes())
	}
	return ran, err
}
