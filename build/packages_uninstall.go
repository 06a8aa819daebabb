package main

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// uninstall runs the uninstaller as Windows does, and waits for the copy of itself
// that does the work.
func (d *desktop) uninstall(ctx context.Context, what, folder string, args ...string) error {
	uninstaller := filepath.Join(folder, "uninstall.exe")
	if _, err := d.code(ctx, uninstaller, append([]string{"/S"}, args...)...); err != nil {
		return err
	}
	d.c.that(what+": the program is gone", awaitFile(ctx, filepath.Join(folder, "guichet.exe"), false))
	root := "HKCU"
	if folder == d.pc {
		root = "HKLM"
	}
	for late := time.Now().Add(30 * time.Second); time.Now().Before(late); { // its last step but for the data
		if left, err := d.value(ctx, root+`\`+regGuichet, "Scope"); err != nil || left == "" {
			break
		}
	}
	d.c.that(what+": the uninstaller is gone", awaitFile(ctx, uninstaller, false))
	return d.values(ctx, what, root, nothing())
}

// uninstalls: what setup has put there goes, and nothing else.
func (d *desktop) uninstalls(ctx context.Context) error {
	// As the program itself leaves things: by an update, and to start with the session.
	for _, name := range []string{"guichet.old.exe", "guichet.gone.exe", "guichet.new.exe.part"} {
		if err := putFile(filepath.Join(d.user, name), nil, 0o644); err != nil {
			return err
		}
	}
	if err := d.startsWith(ctx, `"`+windowsPath(d.user)+`\guichet.exe" --minimised`); err != nil {
		return err
	}
	if err := d.uninstall(ctx, "uninstalled", d.user); err != nil {
		return err
	}
	d.holdsFiles("uninstalled", d.user, "notes.txt")
	d.holdsFiles("uninstalled", d.data(), "kept.txt")
	left, err := d.value(ctx, `HKCU\`+regRun, "Guichet")
	d.c.that("uninstalled: it starts with no session", err)
	d.c.equal("uninstalled: it starts with no session", left, "")
	for _, link := range []string{d.link(false), d.sendTo()} {
		d.c.that("uninstalled: link", awaitFile(ctx, link, false))
	}
	return os.Remove(filepath.Join(d.user, "notes.txt"))
}

// startsWith has the user's session start something as Guichet.
func (d *desktop) startsWith(ctx context.Context, command string) error {
	_, err := d.code(ctx, "reg", "add", `HKCU\`+regRun, "/v", "Guichet", "/d", command, "/f")
	return err
}

// purges: the data goes only if that is asked for; an empty folder goes too.
func (d *desktop) purges(ctx context.Context) error {
	neighbour := filepath.Join(d.local, "Guichet of others", "kept.txt")
	if err := putFile(neighbour, nil, 0o644); err != nil {
		return err
	}
	if err := d.setup(ctx, "installed again", d.old, setupDone); err != nil {
		return err
	}
	d.holdsFiles("installed again: the data was kept", d.data(), "kept.txt")
	const another = `"C:\elsewhere\guichet.exe" --minimised`
	if err := d.startsWith(ctx, another); err != nil {
		return err
	}
	if err := d.uninstall(ctx, "purged", d.user, "/PURGE"); err != nil {
		return err
	}
	left, err := d.value(ctx, `HKCU\`+regRun, "Guichet")
	d.c.that("purged: another Guichet starts with the session", err)
	d.c.equal("purged: another Guichet starts with the session", left, another)
	d.c.that("purged: the data is gone", awaitFile(ctx, d.data(), false))
	d.c.that("purged: the folder is gone", awaitFile(ctx, d.user, false))
	_, err = os.Stat(neighbour)
	d.c.that("purged: what lies beside the data stays", err)
	return os.RemoveAll(filepath.Dir(neighbour))
}

// forAll: for all users of the PC.
func (d *desktop) forAll(ctx context.Context) error {
	if err := d.setup(ctx, "for all", d.old, setupDone, "/AllUsers"); err != nil {
		return err
	}
	d.holdsFiles("for all", d.pc, "guichet.exe", "install.json", "licences.txt", "uninstall.exe")
	body, err := os.ReadFile(filepath.Join(d.pc, "install.json"))
	d.c.that("for all: install.json", err)
	d.c.equal("for all: install.json", string(body), `{"scope":"machine","kind":"nsis"}`+"\n")
	want := written(d.old, "machine", d.pc)
	want[[2]string{regSendTo + `\command`, ""}] = `"` + windowsPath(d.pc) + `\guichet.exe" --new "%1"`
	if err := d.values(ctx, "for all", "HKLM", want); err != nil {
		return err
	}
	if err := d.values(ctx, "for all", "HKCU", map[[2]string]string{{regEntry, "DisplayName"}: "", {regGuichet, "Scope"}: ""}); err != nil {
		return err
	}
	_, err = os.Stat(d.link(true))
	d.c.that("for all: in everybody's menu", err)
	for _, link := range []string{d.link(false), d.sendTo()} {
		d.c.that("for all: nothing in one user's folders", awaitFile(ctx, link, false))
	}
	if err := d.setup(ctx, "for all, upgraded", d.next, setupDone, "/AllUsers"); err != nil {
		return err
	}
	d.sameFile("for all, upgraded: guichet.exe", filepath.Join(d.pc, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	if err := putFile(filepath.Join(d.data(), "kept.txt"), nil, 0o644); err != nil {
		return err
	}
	if err := d.uninstall(ctx, "for all, uninstalled", d.pc); err != nil {
		return err
	}
	d.c.that("for all, uninstalled: the menu", awaitFile(ctx, d.link(true), false))
	d.holdsFiles("for all, uninstalled: the data stays", d.data(), "kept.txt")
	return nil
}

// elsewhere: in a folder of one's choice, which an upgrade finds again.
func (d *desktop) elsewhere(ctx context.Context) error {
	folder := filepath.Join(d.dir, "prefix", "drive_c", "apps", "du cabinet", "Guichet")
	if err := d.setup(ctx, "elsewhere", d.old, setupDone, "/D="+windowsPath(folder)); err != nil {
		return err
	}
	if err := d.values(ctx, "elsewhere", "HKCU", written(d.old, "user", folder)); err != nil {
		return err
	}
	if err := d.setup(ctx, "elsewhere, upgraded", d.next, setupDone); err != nil {
		return err
	}
	d.sameFile("elsewhere, upgraded: guichet.exe", filepath.Join(folder, "guichet.exe"), filepath.Join(d.next.out, setupFor))
	d.holdsFiles("elsewhere, upgraded: nothing where it would be by itself", d.user)
	return d.uninstall(ctx, "elsewhere, uninstalled", folder)
}
