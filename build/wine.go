package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// wineDir is where Debian and Ubuntu put Wine.
const wineDir = "/usr/lib/wine"

// onWindows are the packages that keep what was written and sent. Their tests
// run as Windows programs too: files are held, renamed and removed by other
// rules there.
var onWindows = []string{"internal/desk", "internal/disk", "internal/sqlite", "internal/attach", "internal/outbox", "internal/seal", "internal/seal/keyring",
	"internal/presence", "internal/session/oidc", "internal/update", "internal/line", "internal/launch", "internal/settings", "internal/privacy"}

// windowsTests builds tests for Windows and runs them in Wine, which needs no
// screen for them.
func windowsTests(ctx context.Context) (total tally, err error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		say("Not run: Wine runs these tests on Linux and amd64 only")
		return tally{}, nil
	}
	if err := system(ctx, forWindows...); err != nil {
		return tally{}, err
	}
	w, err := startWine(ctx)
	if err != nil {
		return tally{}, err
	}
	defer func() { err = errors.Join(err, w.stop(ctx)) }()
	var errs []error
	for _, pkg := range onWindows {
		t, err := w.test(ctx, pkg)
		errs = append(errs, err)
		total.add(t)
	}
	return total, errors.Join(errs...)
}

// wine is a Windows of our own: a folder with its drive C, and the server of
// its processes.
type wine struct {
	dir    string
	env    []string
	server *process
}

// startWine starts it, and makes it where there is none of this version.
func startWine(ctx context.Context) (*wine, error) {
	dir, err := filepath.Abs(filepath.Join("build", "tmp", "wine"))
	if err != nil {
		return nil, err
	}
	w := &wine{dir: dir, env: []string{
		"WINEPREFIX=" + filepath.Join(dir, "prefix"), "WINEARCH=win64", "WINEDEBUG=-all", "DISPLAY=",
		// No dialogs that offer Mono and Gecko, no entries in the menus of
		// whoever runs this, and our shim even where Wine has one.
		"WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe=d;bcryptprimitives=n,b",
	}}
	_ = w.end(ctx) // one that an earlier run left behind
	want, err := hashOf(filepath.Join("build", "wine"), filepath.Join(wineDir, "wineserver64"))
	if err != nil {
		return nil, err
	}
	stamp := filepath.Join(dir, "made")
	have, _ := os.ReadFile(stamp) // no stamp: make it
	made := string(have) == want
	if !made {
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("remove old Wine: %w", err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// An end of ctx must not end the server before its processes.
	w.server, err = step{env: w.env}.start(context.WithoutCancel(ctx), nil, filepath.Join(wineDir, "wineserver64"), "-f", "-p")
	if err != nil || made {
		return w, err
	}
	if err = w.make(ctx); err == nil {
		err = os.WriteFile(stamp, []byte(want), 0o644)
	}
	if err != nil {
		return nil, errors.Join(err, w.stop(ctx))
	}
	return w, nil
}

// make fills drive C and puts our shim into it.
func (w *wine) make(ctx context.Context) error {
	say("Making a Windows in build/tmp/wine")
	if log, err := w.run(ctx, ".", 3*time.Minute, "wineboot", "-i"); err != nil {
		return fmt.Errorf("make a Windows: %w\n%s", err, tail(log))
	}
	shim := filepath.Join(w.dir, "prefix", "drive_c", "windows", "system32", "bcryptprimitives.dll")
	return step{within: time.Minute}.do(ctx, "x86_64-w64-mingw32-gcc-win32", "-shared", "-O2", "-Wall", "-Wextra", "-Werror",
		"-o", shim, filepath.Join("build", "wine", "shim.c"), "-ladvapi32")
}

// run runs a Windows program and returns the file that holds its output. It is
// no pipe, since the services of Windows, which outlive the program, would keep
// that open.
func (w *wine) run(ctx context.Context, dir string, within time.Duration, program string, args ...string) (string, error) {
	log := filepath.Join(w.dir, strings.TrimSuffix(filepath.Base(program), ".exe")+".log")
	f, err := os.Create(log)
	if err != nil {
		return log, err
	}
	err = step{dir: dir, env: w.env, within: within, out: f}.do(ctx, filepath.Join(wineDir, "wine64"), append([]string{program}, args...)...)
	return log, errors.Join(err, f.Close())
}

// test builds the tests of a package, runs them in its folder, and counts.
func (w *wine) test(ctx context.Context, pkg string) (tally, error) {
	program := filepath.Join(w.dir, filepath.Base(pkg)+".exe")
	forWindows := step{env: []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}}
	if err := forWindows.do(ctx, "go", "test", "-c", "-o", program, "./"+pkg); err != nil {
		return tally{}, err
	}
	log, runErr := w.run(ctx, pkg, 4*time.Minute, program, "-test.v=test2json", "-test.timeout=230s")
	out, err := os.Open(log)
	if err != nil {
		return tally{}, errors.Join(runErr, err)
	}
	defer out.Close()
	convert := step{}.command(ctx, "go", "tool", "test2json", "-p", pkg)
	convert.Stdin = out
	events, err := convert.Output()
	c := &goCounter{output: map[string][]string{}}
	for line := range strings.Lines(string(events)) {
		c.line(strings.TrimSuffix(line, "\n"))
	}
	switch {
	case runErr != nil && c.tally.failed == 0: // it ended before it could say why
		runErr = fmt.Errorf("%w\n%s", runErr, tail(log))
	case runErr == nil && c.tally == tally{}:
		runErr = fmt.Errorf("%s: no tests ran", pkg)
	}
	return c.tally, errors.Join(runErr, err)
}

// end ends every process of this Windows.
func (w *wine) end(ctx context.Context) error {
	return step{env: w.env, within: 30 * time.Second, out: io.Discard}.do(context.WithoutCancel(ctx), filepath.Join(wineDir, "wineserver64"), "-k")
}

// stop is end, and waits for the server.
func (w *wine) stop(ctx context.Context) error {
	err := w.end(ctx)
	w.server.stop()
	return err
}

// tail is the end of a log.
func tail(path string) string {
	body, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(body[max(0, len(body)-4000):])
}
