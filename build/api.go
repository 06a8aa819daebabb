package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// oasdiff compares two versions of the portal's API. It is pinned here and built
// from a module of its own, like staticcheck: as a library it would bring a dozen
// modules that nothing else needs, and newer ones than kin-openapi asks for.
const oasdiff = "github.com/oasdiff/oasdiff@v1.38.0"

// levels are where docs/api.md is stricter or milder than oasdiff, by its names of
// changes. Desks and portals of every 1.x meet each other, so what an answer may
// hold can grow, and nothing that either side was told of ever goes.
var levels = map[string]string{
	"response-property-enum-value-added":   "info", // one that a desk does not know is no error to it
	"response-property-enum-value-removed": "err",  // portals of before go on telling it
	"response-optional-property-removed":   "err",
	"response-non-success-status-removed":  "err",
	"api-operation-id-removed":             "err", // what others generate is called after it
}

// portalAPI holds the portal's API to the last one that was released.
func portalAPI(ctx context.Context) error {
	dir := filepath.Join("internal", "portal")
	base, err := lastReleased(filepath.Join(dir, "released"))
	if err != nil {
		return err
	}
	now := filepath.Join(dir, "openapi.yaml")
	released, err1 := os.ReadFile(base)
	current, err2 := os.ReadFile(now)
	history, err3 := os.ReadFile(filepath.Join(dir, "CHANGES.md"))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return errors.Join(versioned(released, current, history), breaking(ctx, base, now))
}

var releasedName = regexp.MustCompile(`^openapi-(\d+\.\d+\.\d+)\.yaml$`)

// lastReleased is the document with the highest version in a folder.
func lastReleased(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("list released APIs: %w", err)
	}
	best := ""
	for _, e := range entries {
		m := releasedName.FindStringSubmatch(e.Name())
		if m == nil {
			return "", fmt.Errorf("%s: want openapi-X.Y.Z.yaml", filepath.Join(dir, e.Name()))
		}
		if best == "" || semver.Compare("v"+m[1], "v"+best) > 0 {
			best = m[1]
		}
	}
	if best == "" {
		return "", fmt.Errorf("no API was released in %s", dir)
	}
	path := filepath.Join(dir, "openapi-"+best+".yaml")
	body, err := os.ReadFile(path)
	if err == nil && versionOf(body) != "v"+best {
		err = fmt.Errorf("%s says that it is %s", path, versionOf(body))
	}
	return path, err
}

var (
	infoVersion = regexp.MustCompile(`(?m)^info:\r?\n(?: .*\r?\n)*?  version: (\d+\.\d+\.\d+)\r?$`)
	dated       = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)\r?\n\s*(\S?)`)
)

// versionOf is info.version of a document, as semver takes it; "" if it has none.
func versionOf(doc []byte) string {
	if m := infoVersion.FindSubmatch(doc); m != nil {
		return "v" + string(m[1])
	}
	return ""
}

// versioned tells whether a document that is not the released one says so: by a
// higher version of the same major, whose dated entry in the history is not empty
// and the newest.
func versioned(released, current, history []byte) error {
	was, is := versionOf(released), versionOf(current)
	if bytes.Equal(released, current) {
		return nil
	}
	if is == "" || semver.Compare(is, was) <= 0 {
		return fmt.Errorf("openapi.yaml is not the released one any more: info.version %s has to be higher than %s", is, was)
	}
	if semver.Major(is) != semver.Major(was) {
		return fmt.Errorf("openapi.yaml is %s: another major than %s is another API, under /v2", is, was)
	}
	entry := dated.FindSubmatch(history)
	if entry == nil || "v"+string(entry[1]) != is || len(entry[3]) == 0 || entry[3][0] == '#' {
		return fmt.Errorf("CHANGES.md does not begin with what is new: ## %s (YYYY-MM-DD)", strings.TrimPrefix(is, "v"))
	}
	return nil
}

// noNotice takes from a document what lets oasdiff pass a removal: no notice makes
// one right within 1.x.
var noNotice = strings.NewReplacer("deprecated: true", "deprecated: false", "x-stability-level:", "x-stability:")

// breaking tells what of an API breaks those that were written for another one.
func breaking(ctx context.Context, base, revision string) error {
	program, err := oasdiffHere(ctx)
	if err != nil {
		return err
	}
	return compareAPI(ctx, program, base, revision)
}

// oasdiffHere builds oasdiff, where it is not there yet, and returns its path.
func oasdiffHere(ctx context.Context) (string, error) {
	dir, err := filepath.Abs(filepath.Join("build", "tmp", "oasdiff"))
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "oasdiff")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	return program, step{env: []string{"GOBIN=" + dir, "CGO_ENABLED=0"}}.do(ctx, "go", "install", oasdiff)
}

// compareAPI is breaking, by an oasdiff that is there.
func compareAPI(ctx context.Context, program, base, revision string) (err error) {
	dir, err := os.MkdirTemp("", "guichet-api-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var severities strings.Builder
	for _, change := range slices.Sorted(maps.Keys(levels)) {
		fmt.Fprintf(&severities, "%s %s\n", change, levels[change])
	}
	files := map[string]string{"levels.txt": severities.String()}
	for name, path := range map[string]string{"released.yaml": base, "openapi.yaml": revision} {
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files[name] = noNotice.Replace(string(body))
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			return err
		}
	}
	in := step{dir: dir, within: time.Minute}
	out, err := in.output(ctx, program, "breaking", "--fail-on", "WARN", "--severity-levels", "levels.txt", "--allow-external-refs=false", "--format", "singleline", "released.yaml", "openapi.yaml")
	if err != nil {
		err = fmt.Errorf("openapi.yaml breaks what was released as %s: %w\n%s", filepath.Base(base), err, out)
	}
	return err
}
