package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// consoleCommands are what guichet.exe is asked on a console, after it was installed:
// its arguments, how it has to end, and what it has to say.
var consoleCommands = []struct {
	args []string
	code int
	says []string // @VERSION@ stands for the version
}{
	{[]string{"--version"}, 0, []string{"Guichet @VERSION@"}},
	{[]string{"self-test"}, 0, []string{"store    ok", "file     ok", "guard    ok", "reopen   ok", "check    ok"}},
	{[]string{"doctor"}, 1, []string{"WebView2"}}, // which is missing here
	{[]string{"doctor", "--json"}, 1, []string{`"version": "@VERSION@"`}},
	{[]string{"config", "show"}, 0, []string{"update-channel  stable"}},
	{[]string{"--quit"}, 0, nil}, // nobody runs
	{[]string{"--nonsense"}, 2, nil},
}

// What setup writes to the registry, below HKCU or HKLM.
const (
	regGuichet = `Software\Guichet`
	regEntry   = `Software\Microsoft\Windows\CurrentVersion\Uninstall\Guichet`
	regLink    = `Software\Classes\guichet`
	regSendTo  = `Software\Classes\*\shell\Guichet`
	regRun     = `Software\Microsoft\Windows\CurrentVersion\Run`
	regEdge    = `Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}`
	regEdgePC  = `Software\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}`
)

// What setup ends with: see build/windows/guichet.nsi.
const (
	setupDone        = 0
	setupNoWebView2  = 20
	setupStillRuns   = 21
	setupNotWritten  = 31
	uninstallRefused = 32
)

// desktop is a Windows on which Guichet is installed, used and removed.
type desktop struct {
	*wine
	c         *checks
	old, next product
	home      string // of the user
	local     string // AppData\Local
	user      string // where setup puts Guichet for one user
	pc        string // and for all
}

// testSetup runs setup in Wine, in silence, as an IT provider does.
func testSetup(ctx context.Context, c *checks, old, next product) (err error) {
	w, err := startWine(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.stop(ctx)) }()
	d := &desktop{wine: w, c: c, old: old, next: next}
	if err := d.clear(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.clear(context.WithoutCancel(ctx))) }()
	for name, source := range map[string]string{"desk.exe": "desk.c", "webview2.exe": "webview2.c"} {
		err := step{}.do(ctx, "x86_64-w64-mingw32-gcc-win32", "-O2", "-Wall", "-Wextra", "-Werror", "-mwindows",
			"-o", filepath.Join(w.dir, name), filepath.Join("build", "wine", source), "-ladvapi32")
		if err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context) error{
		d.installs, d.upgrades, d.putsWebView2, d.bundlesWebView2, d.endsWhatRuns, d.leavesWhatHangs, d.changesNothing, d.uninstalls, d.purges, d.forAll, d.elsewhere,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// clear takes away what an earlier run left.
func (d *desktop) clear(ctx context.Context) error {
	drive := filepath.Join(d.dir, "prefix", "drive_c")
	homes, err := filepath.Glob(filepath.Join(drive, "users", "*", "AppData", "Local"))
	if err != nil {
		return err
	}
	homes = slices.DeleteFunc(homes, func(s string) bool { return strings.Contains(s, "Public") })
	if len(homes) != 1 {
		return fmt.Errorf("homes in Wine: %v", homes)
	}
	d.local = homes[0]
	d.home = filepath.Dir(filepath.Dir(d.local))
	d.user = filepath.Join(d.local, "Programs", "Guichet")
	d.pc = filepath.Join(drive, "Program Files", "Guichet")
	for _, path := range []string{d.user, d.pc, d.data(), filepath.Join(drive, "apps"), d.link(false), d.link(true), d.sendTo()} {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	for _, root := range []string{"HKCU", "HKLM"} {
		for _, key := range []string{regGuichet, regEntry, regLink, regSendTo, regEdge, regEdgePC} {
			if _, err := d.code(ctx, "reg", "delete", root+`\`+key, "/f"); err != nil {
				return err
			}
		}
	}
	_, err = d.code(ctx, "reg", "delete", `HKCU\`+regRun, "/v", "Guichet", "/f")
	return err
}

func (d *desktop) data() string { return filepath.Join(d.local, "Guichet") }
func (d *desktop) sendTo() string {
	return filepath.Join(d.home, "AppData", "Roaming", "Microsoft", "Windows", "SendTo", "Guichet.lnk")
}

// link is the entry in the menu, of the user or of all.
func (d *desktop) link(all bool) string {
	if all {
		return filepath.Join(d.dir, "prefix", "drive_c", "ProgramData", "Microsoft", "Windows", "Start Menu", "Programs", "Guichet.lnk")
	}
	return filepath.Join(d.home, "AppData", "Roaming", "Microsoft", "Windows", "Start Menu", "Programs", "Guichet.lnk")
}

// code runs a Windows program and returns how it ended.
func (d *desktop) code(ctx context.Context, program string, args ...string) (int, error) {
	_, err := d.run(ctx, ".", 2*time.Minute, program, args...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// setup runs that of a version and checks how it ends.
func (d *desktop) setup(ctx context.Context, what string, p product, want int, args ...string) error {
	got, err := d.code(ctx, filepath.Join(p.out, p.setupFile()), append([]string{"/S"}, args...)...)
	if err == nil {
		d.c.equal(what+": how setup ended", got, want)
	}
	return err
}

// value reads the registry; "" if there is nothing.
func (d *desktop) value(ctx context.Context, key, name string) (string, error) {
	args := []string{"query", key, "/v", name}
	if name == "" {
		args = []string{"query", key, "/ve"}
	}
	if code, err := d.code(ctx, "reg", args...); code != 0 || err != nil {
		return "", err
	}
	out, err := os.ReadFile(filepath.Join(d.dir, "reg.log"))
	for line := range strings.Lines(string(out)) {
		for _, kind := range []string{"REG_SZ", "REG_DWORD"} {
			if _, value, ok := strings.Cut(line, "    "+kind+"    "); ok {
				return strings.TrimRight(value, "\r\n"), err
			}
		}
	}
	return "", err
}

// values checks what stands in the registry below root.
func (d *desktop) values(ctx context.Context, what, root string, want map[[2]string]string) error {
	for _, at := range slices.SortedFunc(maps.Keys(want), func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }) {
		got, err := d.value(ctx, root+`\`+at[0], at[1])
		if err != nil {
			return err
		}
		d.c.equal(fmt.Sprintf(`%s: %s\%s %s`, what, root, at[0], at[1]), got, want[at])
	}
	return nil
}

// written is what setup writes for a version in a folder.
func written(p product, scope, folder string) map[[2]string]string {
	w := windowsPath(folder)
	exe := w + `\guichet.exe`
	return map[[2]string]string{
		{regGuichet, "Scope"}:                 scope,
		{regEntry, "DisplayName"}:             "Guichet",
		{regEntry, "DisplayVersion"}:          p.version,
		{regEntry, "Publisher"}:               "Guichet",
		{regEntry, "InstallLocation"}:         w,
		{regEntry, "UninstallString"}:         `"` + w + `\uninstall.exe"`,
		{regEntry, "QuietUninstallString"}:    `"` + w + `\uninstall.exe" /S`,
		{regLink, "URL Protocol"}:             "",
		{regLink, ""}:                         "URL:Guichet",
		{regLink + `\shell\open\command`, ""}: `"` + exe + `" "%1"`,
	}
}

// nothing is that all of it is gone.
func nothing() map[[2]string]string {
	gone := written(product{}, "", "")
	for at := range gone {
		gone[at] = ""
	}
	gone[[2]string{regGuichet, "WebView2"}] = ""
	gone[[2]string{regSendTo + `\command`, ""}] = ""
	return gone
}

// windowsPath is a path below drive_c as Windows writes it.
func windowsPath(path string) string {
	_, below, _ := strings.Cut(filepath.ToSlash(path), "/drive_c/")
	return `C:\` + strings.ReplaceAll(below, "/", `\`)
}

// holdsFiles checks which files are in a folder.
func (d *desktop) holdsFiles(what, folder string, want ...string) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if d.c.that(what+": files", err) {
		d.c.equal(what+": files in "+filepath.Base(folder), got, want)
	}
}

// sameFile checks that a file was installed as it was built.
func (d *desktop) sameFile(what, one, two string) {
	a, errA := os.ReadFile(one)
	b, errB := os.ReadFile(two)
	if d.c.that(what, errors.Join(errA, errB)) {
		d.c.holds(what+" is the one that was built", bytes.Equal(a, b))
	}
}

// awaitFile waits until a file is there, or gone.
func awaitFile(ctx context.Context, path string, there bool) error {
	late := time.After(30 * time.Second)
	for {
		if _, err := os.Stat(path); (err == nil) == there {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return fmt.Errorf("%s: waited 30 s for there=%v", path, there)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// begin starts the stand-in for an older guichet.exe, and waits until it runs.
func (d *desktop) begin(ctx context.Context, name string) (*process, error) {
	p, err := step{env: d.env}.start(context.WithoutCancel(ctx), nil, filepath.Join(wineDir, "wine64"), filepath.Join(d.user, name))
	if err != nil {
		return nil, err
	}
	if err := awaitFile(ctx, filepath.Join(d.user, "runs"), true); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}
