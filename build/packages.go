package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"
)

// checks are tests of what was built. Each has a name and counts as one.
type checks struct{ tally }

// that counts one, and says what failed.
func (c *checks) that(name string, err error) bool {
	if err != nil {
		c.failed++
		say("FAIL %s: %v", name, err)
		return false
	}
	c.passed++
	return true
}

func (c *checks) equal(name string, got, want any) bool {
	var err error
	if !reflect.DeepEqual(got, want) {
		err = fmt.Errorf("is %v, should be %v", got, want)
	}
	return c.that(name, err)
}

func (c *checks) holds(name string, ok bool) bool {
	var err error
	if !ok {
		err = errors.New("it does not hold")
	}
	return c.that(name, err)
}

// skip counts one that could not be run here, and says why.
func (c *checks) skip(name, why string) {
	c.skipped++
	say("Not run: %s: %s", name, why)
}

// later is a version that is newer than whatever is built here.
const later = "99.0.0"

// packageTests builds what is given to users, twice, and uses it as users do.
func packageTests(ctx context.Context) (tally, error) {
	c := &checks{}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		c.skip("packages", "they are made on Linux and amd64 only")
		return c.tally, nil
	}
	if err := system(ctx, slices.Concat(forWindow, forPackage, forDebian, forWindows)...); err != nil {
		return tally{}, err
	}
	for _, name := range []string{signPKCS12, signModule, bundledWebView2} { // the tests have their own
		if err := os.Unsetenv(name); err != nil {
			return tally{}, err
		}
	}
	here, err := productHere(ctx)
	if err != nil {
		return tally{}, err
	}
	old, err := newProduct(here.version, here.epoch, filepath.Join("build", "tmp", "packages", "old"))
	if err != nil {
		return tally{}, err
	}
	next, err := newProduct(later, here.epoch+86400, filepath.Join("build", "tmp", "packages", "next"))
	if err != nil {
		return tally{}, err
	}
	var errs []error
	for _, s := range []struct {
		name string
		do   func(context.Context, *checks) error
	}{
		{"built", func(ctx context.Context, c *checks) error { return old.everything(ctx) }},
		{"built again elsewhere, equal", old.testTwice},
		{"versions", testVersions},
		{"lists of parts", old.testLists},
		{"signed", next.testSigned},
		{"Windows programs", old.testPrograms},
		{".deb", func(ctx context.Context, c *checks) error { return testDebian(ctx, c, old, next) }},
		{"archive", old.testArchive},
		{"setup", func(ctx context.Context, c *checks) error { return testSetup(ctx, c, old, next) }},
		{"sizes", func(ctx context.Context, c *checks) error {
			faults, err := sizes(ctx, old)
			c.equal("nothing over 4 times a blank window, each library over 1 MB says what it brings", faults, []string(nil))
			return err
		}},
	} {
		begin, before := time.Now(), c.passed
		err := s.do(ctx, c)
		if ctx.Err() != nil {
			return c.tally, ctx.Err()
		}
		say("  %-32s %3d passed, %3.0f s", s.name, c.passed-before, time.Since(begin).Seconds())
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
			if s.name == "built" {
				break
			}
		}
	}
	if c.failed > 0 {
		errs = append(errs, fmt.Errorf("%d checks failed", c.failed))
	}
	return c.tally, errors.Join(errs...)
}

// testTwice builds all of it from a copy of the tree at another place, with another
// umask, time zone and language, and compares.
func (p product) testTwice(ctx context.Context, c *checks) error {
	top, err := os.MkdirTemp("", "guichet tree") // with a space in its name
	if err != nil {
		return err
	}
	defer os.RemoveAll(top)
	tree := filepath.Join(top, "deeper", "copy")
	if err := copyTree(ctx, tree); err != nil {
		return err
	}
	env := []string{"GUICHET_VERSION=" + p.version, fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.epoch), "TZ=Pacific/Kiritimati", "LC_ALL=C", "LANG=fr_FR.UTF-8"}
	if err := (step{dir: tree, env: env}).do(ctx, "sh", "-c", "umask 077; exec go run ./build package --only"); err != nil {
		return err
	}
	again := filepath.Join(tree, "build", "bin")
	files, err := filesIn(p.out)
	if err != nil {
		return err
	}
	others, err := filesIn(again)
	if err != nil {
		return err
	}
	c.equal("the same files", others, files)
	for _, f := range files {
		one, err := os.ReadFile(filepath.Join(p.out, f))
		if err != nil {
			return err
		}
		two, err := os.ReadFile(filepath.Join(again, f))
		if err == nil && !bytes.Equal(one, two) {
			err = errors.New("differs")
		}
		c.that("equal: "+f, err)
	}
	return nil
}

// filesIn are the names of all files below a folder, sorted.
func filesIn(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files = append(files, name)
		return err
	})
	return files, err
}

// copyTree copies the files that git knows, as they are now, and lends the copy our
// packages of npm.
func copyTree(ctx context.Context, to string) error {
	files, err := tracked(ctx)
	if err != nil {
		return err
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err == nil {
			err = copyFile(f, filepath.Join(to, f), info.Mode().Perm())
		}
		if err != nil {
			return fmt.Errorf("copy the tree: %w", err)
		}
	}
	modules, err := filepath.Abs(filepath.Join("frontend", "node_modules"))
	if err != nil {
		return err
	}
	return os.Symlink(modules, filepath.Join(to, "frontend", "node_modules"))
}

// testVersions checks what becomes of tags.
func testVersions(_ context.Context, c *checks) error {
	for _, v := range []struct{ long, changes, version, four string }{
		{"v1.2.3-0-gabcdef01", "", "1.2.3", "1.2.3.0"},
		{"v1.2.3-0-gabcdef01", " M main.go", "1.2.4-dev.0+gabcdef01.dirty", "1.2.4.0"},
		{"v1.2.3-17-gabcdef01", "", "1.2.4-dev.17+gabcdef01", "1.2.4.17"},
		{"v2.0.0-rc.1-0-gabcdef01", "", "2.0.0-rc.1", "2.0.0.0"},
		{"v2.0.0-rc.1-4-gabcdef01", "", "2.0.0-rc.1.dev.4+gabcdef01", "2.0.0.4"},
		{"v0.1.0-99999-gabcdef01", "", "0.1.1-dev.99999+gabcdef01", "0.1.1.65535"},
	} {
		version, err := fromTag(v.long, v.changes)
		if c.that("version of "+v.long, err) {
			c.equal("version of "+v.long, version, v.version)
			numbers, err := four(version)
			c.that("numbers of "+version, err)
			c.equal("numbers of "+version, numbers, v.four)
		}
	}
	_, err := fromTag("vnext-3-gabcdef01", "")
	c.holds("a tag that is no version is refused", err != nil)
	_, err = four("next")
	c.holds("a version without numbers is refused", err != nil)
	return nil
}

// testLists reads the lists of parts as somebody does who looks for a library.
func (p product) testLists(_ context.Context, c *checks) error {
	for file, want := range map[string][]string{
		"guichet-linux-amd64.cdx.json":   {"pkg:golang/modernc.org/sqlite@", "pkg:golang/std@", "pkg:npm/react@", "pkg:npm/tesseract.js-core@", "pkg:npm/%40fontsource-variable/"},
		"guichet-windows-amd64.cdx.json": {"pkg:golang/github.com/wailsapp/go-webview2@", "pkg:npm/react-aria-components@"},
		"portald-linux-amd64.cdx.json":   {"pkg:golang/github.com/tus/tusd/v2@"},
	} {
		var bom struct {
			BOMFormat, SpecVersion, SerialNumber string
			Metadata                             struct{ Timestamp string }
			Components                           []struct {
				PURL     string
				Licenses []any
			}
		}
		if err := readJSONFile(filepath.Join(p.out, file), &bom); err != nil {
			return err
		}
		c.equal(file+" is CycloneDX", bom.BOMFormat+" "+bom.SpecVersion, "CycloneDX 1.6")
		c.equal(file+" has neither number nor time", bom.SerialNumber+bom.Metadata.Timestamp, "")
		var all, unlicensed []string
		for _, part := range bom.Components {
			all = append(all, part.PURL)
			if len(part.Licenses) == 0 {
				unlicensed = append(unlicensed, part.PURL)
			}
		}
		for _, prefix := range want {
			c.holds(file+" has "+prefix, slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, prefix) }))
		}
		// Tools that only build or test are in no program.
		for _, never := range []string{"pkg:npm/vite@", "pkg:npm/vitest@", "pkg:golang/pgregory.net/rapid@", "pkg:golang/github.com/goreleaser/nfpm"} {
			c.holds(file+" has no "+never, !slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, never) }))
		}
		c.equal(file+": parts without a known licence", unlicensed, []string(nil))
	}
	return nil
}
