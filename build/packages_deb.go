package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// testDebian judges the .deb, installs it, starts it, upgrades and removes it.
func testDebian(ctx context.Context, c *checks, old, next product) error {
	deb := filepath.Join(old.out, old.deb())
	if err := old.judgeDebian(ctx, c, deb); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		c.skip(".deb installed", "this takes root")
		return nil
	}
	if out, err := (step{}).output(ctx, "dpkg-query", "-W", "-f=${db:Status-Status}", "guichet"); err == nil && out != "not-installed" {
		c.skip(".deb installed", "Guichet is installed here, and stays as it is")
		return nil
	}
	data, err := seeded(ctx, "Drafts", 5)
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	// The installed files go, whatever happens.
	defer func() {
		_ = step{}.do(context.WithoutCancel(ctx), "dpkg", "--purge", "guichet")
	}()
	path, err := filepath.Abs(deb)
	if err != nil {
		return err
	}
	apt := step{env: []string{"DEBIAN_FRONTEND=noninteractive"}}
	if !c.that("apt installs it with what it needs", apt.do(ctx, "apt-get", "install", "-y", "--no-install-recommends", path)) {
		return errors.New("not installed")
	}
	listed, err := step{}.output(ctx, "dpkg", "-L", "guichet")
	if err != nil {
		return err
	}
	out, err := step{}.output(ctx, "guichet", "--version")
	c.that("/usr/bin/guichet runs", err)
	c.equal("/usr/bin/guichet says its version", strings.TrimSpace(out), "Guichet "+old.version)
	out, err = step{}.output(ctx, "sh", "-c", "grep '^x-scheme-handler/guichet=' /usr/share/applications/mimeinfo.cache")
	c.that("guichet: links are known to the system", err)
	c.equal("guichet: links open Guichet", strings.TrimSpace(out), "x-scheme-handler/guichet=guichet.desktop;")
	c.that("it starts", startsInstalled(ctx, data))
	before, err := draftsIn(ctx, data)
	c.that("its database opens", err)
	c.equal("drafts", before, "5")

	c.that("dpkg upgrades it", step{}.do(ctx, "dpkg", "-i", filepath.Join(next.out, next.deb())))
	out, err = step{}.output(ctx, "guichet", "--version")
	c.that("the upgraded program runs", err)
	c.equal("the upgraded program says its version", strings.TrimSpace(out), "Guichet "+next.version)
	c.that("it starts with the same data", startsInstalled(ctx, data))
	after, err := draftsIn(ctx, data)
	c.that("its database opens after the upgrade", err)
	c.equal("drafts after the upgrade", after, before)

	c.that("dpkg removes it", step{}.do(ctx, "dpkg", "--remove", "guichet"))
	var left []string
	for f := range strings.Lines(listed) {
		f = strings.TrimSpace(f)
		if info, err := os.Lstat(f); err == nil && !info.IsDir() {
			left = append(left, f)
		}
	}
	c.equal("files that are left", left, []string(nil))
	_, err = os.Stat("/usr/lib/guichet")
	c.holds("its folder is gone", errors.Is(err, fs.ErrNotExist))
	kept, err := draftsIn(ctx, data)
	c.that("its data is there", err)
	c.equal("drafts after the removal", kept, before)
	return nil
}

// startsInstalled starts what is installed on a display of its own, and waits until
// its log says that the page is painted.
func startsInstalled(ctx context.Context, data string) error {
	display, screen, err := startDisplay(ctx)
	if err != nil {
		return err
	}
	defer screen.stop()
	log := filepath.Join(data, "logs", "guichet.log")
	if err := os.RemoveAll(log); err != nil {
		return err
	}
	env := []string{"DISPLAY=" + display, "GUICHET_DATA=" + data, "GUICHET_KEYRING=none", "GUICHET_PORTAL=http://127.0.0.1:9"}
	p, err := step{env: env, within: 2 * time.Minute}.start(ctx, nil, "/usr/bin/guichet")
	if err != nil {
		return err
	}
	defer p.stop()
	late := time.After(time.Minute)
	for {
		body, _ := os.ReadFile(log) // not there yet
		if strings.Contains(string(body), `"painted"`) {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("ended before its page was painted: %w\n%s", p.err, body)
		case <-late:
			return fmt.Errorf("not painted within a minute\n%s", body)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// draftsIn counts the drafts in a data folder, and has SQLite look through all of it.
func draftsIn(ctx context.Context, data string) (string, error) {
	found, err := filepath.Glob(filepath.Join(data, "*.db"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("databases: %v %w", found, err)
	}
	out, err := step{}.output(ctx, "sqlite3", found[0], "PRAGMA integrity_check; SELECT count(*) FROM draft")
	whole, count, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if err == nil && whole != "ok" {
		err = errors.New(whole)
	}
	return count, err
}

// allowed is where a package may put files.
var allowed = regexp.MustCompile(`^\./(usr/(bin/guichet|lib/guichet/(guichet|install\.json)|share/(applications/guichet\.desktop|doc/guichet/(copyright|licences\.txt\.gz)|` +
	`icons/hicolor/(\d+x\d+|scalable)/apps/guichet\.(png|svg)|man/(fr/)?man1/guichet\.1\.gz|metainfo/fr\.guichet\.Guichet\.metainfo\.xml)))$`)

// judgeDebian looks at the package as lintian does: names, modes, owners, texts.
func (p product) judgeDebian(ctx context.Context, c *checks, deb string) error {
	field := func(name string) string {
		out, err := step{}.output(ctx, "dpkg-deb", "-f", deb, name)
		c.that("field "+name, err)
		return strings.TrimSpace(out)
	}
	c.equal("name", field("Package"), "guichet")
	c.equal("version", field("Version"), p.debVersion())
	c.that("older than a release", step{}.do(ctx, "dpkg", "--compare-versions", field("Version"), "lt", later))
	c.equal("needs", field("Depends"), "libc6 (>= 2.34), libgtk-3-0 (>= 3.24) | libgtk-3-0t64 (>= 3.24), libwebkit2gtk-4.1-0 (>= 2.40)")
	c.equal("suggests", field("Suggests"), "hunspell-fr")
	for _, name := range []string{"Maintainer", "Section", "Priority", "Installed-Size"} {
		c.holds("has a "+name, field(name) != "")
	}
	dir, err := filepath.Abs(filepath.Join(p.tmp, "unpacked"))
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(dir), step{}.do(ctx, "dpkg-deb", "-R", deb, dir)); err != nil {
		return err
	}
	c.that("sums of files", step{dir: dir}.do(ctx, "md5sum", "--quiet", "-c", "DEBIAN/md5sums"))
	scripts, err := filepath.Glob(filepath.Join(dir, "DEBIAN", "p*"))
	c.equal("scripts that run as root", scripts, []string(nil))
	c.that("scripts that run as root", err)
	list, err := step{env: []string{"TZ=UTC", "LC_ALL=C"}}.output(ctx, "dpkg-deb", "-c", deb)
	if err != nil {
		return err
	}
	at := time.Unix(p.epoch, 0).UTC().Format("2006-01-02 15:04")
	for line := range strings.Lines(list) {
		f := strings.Fields(line) // mode owner size date time name
		name := f[5]
		want := map[byte]string{'d': "drwxr-xr-x", 'l': "lrwxrwxrwx", '-': "-rw-r--r--"}[line[0]]
		if name == "./usr/lib/guichet/guichet" {
			want = "-rwxr-xr-x"
		}
		c.equal("mode, owner and time of "+name, []string{f[0], f[1], f[3] + " " + f[4]}, []string{want, "root/root", at})
		c.holds("place of "+name, line[0] == 'd' || allowed.MatchString(name))
	}
	usr := filepath.Join(dir, "usr")
	c.that("desktop file", step{}.do(ctx, "desktop-file-validate", filepath.Join(usr, "share", "applications", "guichet.desktop")))
	c.that("AppStream data", step{}.do(ctx, "appstreamcli", "validate", "--no-net", filepath.Join(usr, "share", "metainfo", "fr.guichet.Guichet.metainfo.xml")))
	body, err := os.ReadFile(filepath.Join(usr, "lib", "guichet", "install.json"))
	c.that("install.json", err)
	c.equal("install.json", string(body), `{"scope":"machine","kind":"deb"}`+"\n")
	return p.judgeLibraries(ctx, c, filepath.Join(usr, "lib", "guichet", "guichet"))
}

var glibc = regexp.MustCompile(`GLIBC_2\.(\d+)`)

// judgeLibraries holds what the program needs of the system to what the package says.
func (p product) judgeLibraries(ctx context.Context, c *checks, program string) error {
	out, err := step{}.output(ctx, "readelf", "-dVW", program)
	if err != nil {
		return err
	}
	newest := "0"
	for _, m := range glibc.FindAllStringSubmatch(out, -1) {
		if len(m[1]) > len(newest) || len(m[1]) == len(newest) && m[1] > newest {
			newest = m[1]
		}
	}
	c.holds("needs glibc 2."+newest+", the package says 2.34", len(newest) < 2 || newest <= "34")
	var libraries []string
	for _, m := range regexp.MustCompile(`\(NEEDED\).*\[(.*)\]`).FindAllStringSubmatch(out, -1) {
		libraries = append(libraries, m[1])
	}
	for _, l := range []string{"libwebkit2gtk-4.1.so.0", "libgtk-3.so.0", "libc.so.6"} {
		c.holds("is linked with "+l, slices.Contains(libraries, l))
	}
	c.holds("no path of the machine that built it", !strings.Contains(out, "RPATH") && !strings.Contains(out, "RUNPATH"))
	return nil
}

// testArchive unpacks the archive as somebody without root does.
func (p product) testArchive(ctx context.Context, c *checks) error {
	dir := filepath.Join(p.tmp, "home")
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return err
	}
	name := fmt.Sprintf("guichet-%s-linux-amd64", p.version)
	if err := (step{}).do(ctx, "tar", "-xzf", filepath.Join(p.out, name+".tar.gz"), "-C", dir); err != nil {
		return err
	}
	out, err := step{}.output(ctx, filepath.Join(dir, name, "bin", "guichet"), "--version")
	c.that("archive: runs", err)
	c.equal("archive: says its version", strings.TrimSpace(out), "Guichet "+p.version)
	body, err := os.ReadFile(filepath.Join(dir, name, "lib", "guichet", "install.json"))
	c.that("archive: install.json", err)
	c.equal("archive: install.json", string(body), `{"scope":"user","kind":"tar"}`+"\n")
	for _, f := range []string{"INSTALL.md", "share/applications/guichet.desktop", "share/icons/hicolor/48x48/apps/guichet.png", "share/man/fr/man1/guichet.1.gz"} {
		_, err := os.Stat(filepath.Join(dir, name, f))
		c.that("archive: has "+f, err)
	}
	return nil
}
