package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// installs: for one user, on a PC that knows nothing of Guichet and has no WebView2.
func (d *desktop) installs(ctx context.Context) error {
	if err := d.setup(ctx, "installed", d.old, setupNoWebView2); err != nil {
		return err
	}
	d.holdsFiles("installed", d.user, "guichet.exe", "install.json", "licences.txt", "uninstall.exe")
	d.sameFile("installed guichet.exe", filepath.Join(d.user, "guichet.exe"), filepath.Join(d.old.out, setupFor))
	body, err := os.ReadFile(filepath.Join(d.user, "install.json"))
	d.c.that("install.json", err)
	d.c.equal("install.json", string(body), `{"scope":"user","kind":"nsis"}`+"\n")
	want := written(d.old, "user", d.user)
	want[[2]string{regGuichet, "WebView2"}] = "missing"
	want[[2]string{regSendTo + `\command`, ""}] = "" // only for all users
	if err := d.values(ctx, "installed", "HKCU", want); err != nil {
		return err
	}
	if err := d.values(ctx, "installed for one user", "HKLM", nothing()); err != nil {
		return err
	}
	size, err := d.value(ctx, `HKCU\`+regEntry, "EstimatedSize")
	d.c.that("size for the list of programs", err)
	d.c.holds("size for the list of programs, in KB: "+size, len(size) >= len("0x2710") && size != "0x0")
	for link, has := range map[string]string{d.link(false): `Programs\Guichet\guichet.exe`, d.sendTo(): "--new"} {
		body, err := os.ReadFile(link)
		if d.c.that("link "+filepath.Base(filepath.Dir(link)), err) {
			d.c.holds(filepath.Base(filepath.Dir(link))+" leads to "+has, strings.Contains(string(body), wide(has)) || strings.Contains(string(body), has))
		}
	}
	return d.console(ctx, d.old)
}

// console asks the installed program what it can be asked on a console.
func (d *desktop) console(ctx context.Context, p product) error {
	for _, command := range consoleCommands {
		name := "guichet.exe " + strings.Join(command.args, " ")
		code, err := d.code(ctx, filepath.Join(d.user, "guichet.exe"), command.args...)
		if err != nil {
			return err
		}
		d.c.equal(name+": how it ended", code, command.code)
		out, err := os.ReadFile(filepath.Join(d.dir, "guichet.log"))
		d.c.that(name, err)
		for _, says := range command.says {
			says = strings.ReplaceAll(says, "@VERSION@", p.version)
			d.c.holds(name+" says "+says, strings.Contains(string(out), says))
		}
	}
	return nil
}

// upgrades: the next version over it, with files that are not Guichet's, and data.
func (d *desktop) upgrades(ctx context.Context) error {
	err := errors.Join(
		putFile(filepath.Join(d.user, "notes.txt"), []byte("of somebody else"), 0o644),
		putFile(filepath.Join(d.data(), "kept.txt"), []byte("a draft"), 0o644),
	)
	if err != nil {
		return err
	}
	if err := d.setup(ctx, "upgraded", d.next, setupNoWebView2); err != nil {
		return err
	}
	d.holdsFiles("upgraded", d.user, "guichet.exe", "install.json", "licences.txt", "notes.txt", "uninstall.exe")
	d.sameFile("upgraded guichet.exe", filepath.Join(d.user, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	if err := d.values(ctx, "upgraded", "HKCU", written(d.next, "user", d.user)); err != nil {
		return err
	}
	certificate := filepath.Join(d.next.tmp, "cert.pem")
	d.c.that("signature of the installed program", verifySigned(ctx, certificate, filepath.Join(d.user, "guichet.exe")))
	d.c.that("signature of the uninstaller", verifySigned(ctx, certificate, filepath.Join(d.user, "uninstall.exe")))
	return d.console(ctx, d.next)
}

// putsWebView2: an installer that lies beside setup is run if nothing is there.
func (d *desktop) putsWebView2(ctx context.Context) error {
	if _, err := d.code(ctx, "reg", "add", `HKLM\`+regEdgePC, "/v", "pv", "/d", "0.0.0.0", "/f"); err != nil {
		return err
	}
	if err := d.setup(ctx, "WebView2 0.0.0.0 is none", d.next, setupNoWebView2); err != nil {
		return err
	}
	beside := filepath.Join(d.dir, "beside")
	err := errors.Join(os.RemoveAll(beside),
		copyFile(filepath.Join(d.next.out, d.next.setupFile()), filepath.Join(beside, d.next.setupFile()), 0o755),
		copyFile(filepath.Join(d.dir, "webview2.exe"), filepath.Join(beside, "MicrosoftEdgeWebView2RuntimeInstallerX64.exe"), 0o755))
	if err != nil {
		return err
	}
	from := d.next
	from.out = beside
	called := filepath.Join(beside, "MicrosoftEdgeWebView2RuntimeInstallerX64.exe.called")
	for _, what := range []string{"WebView2 beside setup", "WebView2 is there"} {
		if err := d.setup(ctx, what, from, setupDone); err != nil {
			return err
		}
		// Called once, and not again when it is there.
		body, err := os.ReadFile(called)
		d.c.that(what+": its installer", err)
		d.c.equal(what+": how its installer was called", string(body), "/silent /install ")
		if err := d.values(ctx, what, "HKCU", map[[2]string]string{{regGuichet, "WebView2"}: ""}); err != nil {
			return err
		}
	}
	return nil
}

// bundlesWebView2: one that was put into setup is run from there. Setup is made of the
// small stand-in for this, since nothing else of it matters.
func (d *desktop) bundlesWebView2(ctx context.Context) error {
	stage := filepath.Join(d.dir, "bundled")
	program, texts := filepath.Join(stage, setupFor), filepath.Join(stage, "licences.txt")
	err := errors.Join(copyFile(filepath.Join(d.dir, "desk.exe"), program, 0o644), putFile(texts, nil, 0o644),
		os.Setenv(bundledWebView2, filepath.Join(d.dir, "webview2.exe")))
	if err != nil {
		return err
	}
	bundled := d.next
	bundled.out = filepath.Join(stage, "out")
	err = errors.Join(os.MkdirAll(bundled.out, 0o755), bundled.nsis(ctx, program, texts), os.Unsetenv(bundledWebView2))
	if err != nil {
		return err
	}
	if _, err := d.code(ctx, "reg", "delete", `HKCU\`+regEdge, "/f"); err != nil {
		return err
	}
	if err := d.setup(ctx, "bundled WebView2", bundled, setupDone); err != nil {
		return err
	}
	version, err := d.value(ctx, `HKCU\`+regEdge, "pv")
	d.c.that("bundled WebView2", err)
	d.c.holds("bundled WebView2 was installed", version != "")
	return d.values(ctx, "bundled WebView2", "HKCU", map[[2]string]string{{regGuichet, "WebView2"}: ""})
}

// endsWhatRuns: an older version is asked to save and end, and setup waits for it; so
// does it for guichet.old.exe, which puts an update in place.
func (d *desktop) endsWhatRuns(ctx context.Context) error {
	for _, name := range []string{"guichet.exe", "guichet.old.exe"} {
		if err := d.endsOne(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (d *desktop) endsOne(ctx context.Context, name string) error {
	for _, to := range []string{"guichet.exe", name} {
		if err := copyFile(filepath.Join(d.dir, "desk.exe"), filepath.Join(d.user, to), 0o755); err != nil {
			return err
		}
	}
	running, err := d.begin(ctx, name)
	if err != nil {
		return err
	}
	defer running.stop()
	if err := d.setup(ctx, "over a running "+name, d.next, setupDone); err != nil {
		return err
	}
	select {
	case <-running.done:
		d.c.that("the running "+name+" ended by itself", running.err)
	default:
		d.c.that("the running "+name+" ended by itself", errors.New("it still runs"))
	}
	_, err = os.Stat(filepath.Join(d.user, "saved"))
	d.c.that("the running "+name+" saved before it ended", err)
	d.sameFile("guichet.exe over a running "+name, filepath.Join(d.user, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	if name != "guichet.exe" {
		err = os.Remove(filepath.Join(d.user, name))
	}
	d.holdsFiles("over a running "+name, d.user, "guichet.exe", "install.json", "licences.txt", "notes.txt", "runs", "saved", "uninstall.exe")
	return errors.Join(err, os.Remove(filepath.Join(d.user, "runs")), os.Remove(filepath.Join(d.user, "saved")))
}

// leavesWhatHangs: a version that does not end goes on running, beside the new one,
// and whoever installs is told. It cannot be uninstalled while it runs.
func (d *desktop) leavesWhatHangs(ctx context.Context) error {
	stubborn := filepath.Join(d.user, "stubborn")
	err := errors.Join(
		copyFile(filepath.Join(d.dir, "desk.exe"), filepath.Join(d.user, "guichet.exe"), 0o755),
		putFile(stubborn, nil, 0o644),
	)
	if err != nil {
		return err
	}
	running, err := d.begin(ctx, "guichet.exe")
	if err != nil {
		return err
	}
	defer running.stop()
	uninstaller := filepath.Join(d.user, "uninstall.exe")
	code, err := d.code(ctx, uninstaller, "/S", "_?="+windowsPath(d.user))
	if err != nil {
		return err
	}
	d.c.equal("uninstalled while it runs: how it ended", code, uninstallRefused)
	d.holdsFiles("uninstalled while it runs", d.user, "guichet.exe", "install.json", "licences.txt", "notes.txt", "runs", "stubborn", "uninstall.exe")
	if err := d.setup(ctx, "over a version that does not end", d.next, setupStillRuns); err != nil {
		return err
	}
	d.holdsFiles("over a version that does not end", d.user, "guichet-old-1.exe", "guichet.exe", "install.json", "licences.txt", "notes.txt", "runs", "stubborn", "uninstall.exe")
	d.sameFile("guichet.exe over a version that does not end", filepath.Join(d.user, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	select {
	case <-running.done:
		d.c.that("the version that does not end is not killed", fmt.Errorf("it is gone: %w", running.err))
	default:
		d.c.that("the version that does not end is not killed", nil)
	}
	if err := os.Remove(stubborn); err != nil {
		return err
	}
	select {
	case <-running.done:
	case <-time.After(30 * time.Second):
		return errors.New("the stand-in did not end")
	}
	if err := d.setup(ctx, "after it has ended", d.next, setupDone); err != nil {
		return err
	}
	d.holdsFiles("after it has ended", d.user, "guichet.exe", "install.json", "licences.txt", "notes.txt", "runs", "uninstall.exe")
	return os.Remove(filepath.Join(d.user, "runs"))
}

// changesNothing: a program that cannot be written leaves the old one as it was.
func (d *desktop) changesNothing(ctx context.Context) error {
	blocked := filepath.Join(d.user, "guichet-new.exe")
	if err := putFile(filepath.Join(blocked, "x"), nil, 0o644); err != nil {
		return err
	}
	if err := d.setup(ctx, "cannot be written", d.old, setupNotWritten); err != nil {
		return err
	}
	if err := os.RemoveAll(blocked); err != nil {
		return err
	}
	d.sameFile("guichet.exe after setup failed", filepath.Join(d.user, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	return d.values(ctx, "cannot be written", "HKCU", written(d.next, "user", d.user))
}
