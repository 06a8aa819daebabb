package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// unreleased is what counts as the version before the first tag.
const unreleased = "0.1.0"

var semantic = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// described is what git describe --long says of a commit at or behind a tag of a version.
var described = regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+?)?-(\d+)-g([0-9a-f]+)$`)

// versionHere is the semantic version of what is packaged: that of the tag v1.2.3, or,
// behind a tag, one that stands before the next: 1.2.4-dev.5+gHASH. GUICHET_VERSION
// stands above both. What is not committed is named: "dirty".
func versionHere(ctx context.Context) (string, error) {
	if v := os.Getenv("GUICHET_VERSION"); v != "" {
		if !semantic.MatchString(v) {
			return "", fmt.Errorf("GUICHET_VERSION=%s is no version like 1.2.3 or 1.2.3-rc.1", v)
		}
		return v, nil
	}
	git := func(args ...string) (string, error) {
		out, err := step{}.output(ctx, "git", args...)
		return strings.TrimSpace(out), err
	}
	changes, err := git("status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return "", fmt.Errorf("%w\nWithout git please say GUICHET_VERSION and SOURCE_DATE_EPOCH", err)
	}
	long, err := git("describe", "--tags", "--long", "--abbrev=8", "--match", "v[0-9]*")
	if err != nil { // no tag yet
		n, errN := git("rev-list", "--count", "HEAD")
		hash, errHash := git("rev-parse", "--short=8", "HEAD")
		if err := errors.Join(errN, errHash); err != nil {
			return "", err
		}
		return marked(unreleased+"-dev."+n, hash, changes), nil
	}
	return fromTag(long, changes)
}

// fromTag makes a version of what git describe --long says.
func fromTag(long, changes string) (string, error) {
	m := described.FindStringSubmatch(long)
	if m == nil {
		return "", fmt.Errorf("the tag of %s is no version like v1.2.3", long)
	}
	number, pre, n, hash := m[1]+"."+m[2]+"."+m[3], m[4], m[5], m[6]
	switch {
	case n == "0" && changes == "":
		return number + pre, nil
	case pre != "": // 1.2.0-rc.1.dev.5 stands between rc.1 and rc.2
		return marked(number+pre+".dev."+n, hash, changes), nil
	}
	patch, err := strconv.Atoi(m[3])
	return marked(fmt.Sprintf("%s.%s.%d-dev.%s", m[1], m[2], patch+1, n), hash, changes), err
}

func marked(version, hash, changes string) string {
	if changes != "" {
		return version + "+g" + hash + ".dirty"
	}
	return version + "+g" + hash
}

var devCount = regexp.MustCompile(`-(?:.*\.)?dev\.(\d+)`)

// four is a version as Windows wants it: four numbers of 16 bits.
func four(version string) (string, error) {
	m := semantic.FindStringSubmatch(version)
	if m == nil {
		return "", fmt.Errorf("%s is no version", version)
	}
	numbers := m[1:4:4]
	last := "0"
	if d := devCount.FindStringSubmatch(m[4]); d != nil {
		last = d[1]
	}
	for i, n := range append(numbers, last) {
		v, err := strconv.Atoi(n)
		if err != nil {
			return "", fmt.Errorf("version %s: %w", version, err)
		}
		numbers = append(numbers[:i:i], strconv.Itoa(min(v, 65535)))
	}
	return strings.Join(numbers, "."), nil
}

// epochHere is the time that all files of a package bear, in Unix seconds:
// SOURCE_DATE_EPOCH, or when the commit was made.
func epochHere(ctx context.Context) (int64, error) {
	said := os.Getenv("SOURCE_DATE_EPOCH")
	if said == "" {
		out, err := step{}.output(ctx, "git", "log", "-1", "--format=%ct")
		if err != nil {
			return 0, err
		}
		said = strings.TrimSpace(out)
	}
	epoch, err := strconv.ParseInt(said, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("time of the package: %w", err)
	}
	return epoch, nil
}
