package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the commands need of Debian or Ubuntu.
var (
	forWindow   = []string{"gcc", "pkg-config", "libgtk-3-dev", "libwebkit2gtk-4.1-dev"}
	forDisplay  = []string{"xvfb"}
	forTyping   = []string{"xdotool"}
	forReading  = []string{"poppler-utils", "chromium-headless-shell", "fonts-dejavu-core", "fonts-liberation"}
	forTests    = []string{"xvfb", "chromium-headless-shell", "xdotool", "dbus", "fonts-dejavu-core", "xfsprogs", "gnome-keyring", "binutils", "sqlite3", "poppler-utils", "tinyproxy", "squid", "openssl", "minisign", "at-spi2-core"}
	forHelpdesk = []string{"postfix", "dovecot-imapd", "dovecot-lmtpd", "dbconfig-no-thanks", "request-tracker5", "rt5-standalone", "rt5-db-sqlite", "libdbd-pg-perl"} // which a portal stands before
	forPortal   = []string{"postgresql"}
	forPackage  = []string{"nsis", "osslsigncode"}
	forDebian   = []string{"desktop-file-utils", "appstream", "openssl", "binutils", "sqlite3", "xvfb"} // what judges packages
	forWindows  = []string{"wine64", "gcc-mingw-w64-x86-64-win32"}
)

// system installs the packages of the operating system that are missing.
func system(ctx context.Context, packages ...string) error {
	if runtime.GOOS != "linux" {
		return byHand()
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this needs the packages %s (names of Debian); there is no apt-get here to install them: please install them by hand", strings.Join(packages, ", "))
	}
	missing := []string{}
	for _, p := range packages {
		out, err := step{within: time.Minute}.output(ctx, "dpkg-query", "-W", "-f=${Status}", p)
		if (err != nil || !strings.Contains(out, "install ok installed")) && !slices.Contains(missing, p) {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	say("Installing with apt-get: %s", strings.Join(missing, ", "))
	var root []string
	if os.Geteuid() != 0 {
		root = []string{"sudo"}
	}
	s := step{env: []string{"DEBIAN_FRONTEND=noninteractive"}, within: 15 * time.Minute}
	for _, args := range [][]string{
		{"dpkg", "--configure", "-a"}, // where an installation was broken off
		{"apt-get", "update"}, append([]string{"apt-get", "install", "-y", "--no-install-recommends"}, missing...),
	} {
		args = slices.Concat(root, args)
		if err := s.do(ctx, args[0], args[1:]...); err != nil {
			return fmt.Errorf("%w\nThe packages could not be installed: is there a network, and may you install packages? By hand: apt-get install %s", err, strings.Join(missing, " "))
		}
	}
	return nil
}

// withPostgres adds to env that PostgreSQL may not be missing, where it was installed.
func withPostgres(env []string) []string {
	if runtime.GOOS == "linux" {
		env = append(env, "GUICHET_TEST_POSTGRES=all")
	}
	return env
}

// helpdesks installs the help desks that the portal's tests start, and adds to env what
// says so to them. They run as root only, so that only root has a use for them.
func helpdesks(ctx context.Context, env []string) ([]string, error) {
	_, missing := exec.LookPath("apt-get")
	if missing != nil || os.Geteuid() != 0 {
		say("Skipped: the tests against a real Request Tracker and real mail servers, which need root and apt-get of Debian")
		return env, nil
	}
	if err := system(ctx, forHelpdesk...); err != nil {
		return nil, err
	}
	return append(env, "GUICHET_TEST_RT=all", "GUICHET_TEST_MAIL=all"), nil
}

// byHand says what to install where nothing is installed by itself.
func byHand() error {
	switch runtime.GOOS {
	case "windows":
		if _, err := exec.LookPath("node"); err == nil {
			return nil
		}
		return errors.New("please install by hand: Node.js 20 or newer, and the WebView2 runtime (part of Windows 11)")
	case "darwin":
		if _, err := exec.LookPath("clang"); err == nil {
			return nil
		}
		return errors.New("please install by hand: Node.js 20 or newer, and Xcode's command line tools (xcode-select --install)")
	}
	return fmt.Errorf("%s is not known here", runtime.GOOS)
}

// node makes sure of Node and of the packages that the lock file names.
func node(ctx context.Context) error {
	out, err := step{within: time.Minute}.output(ctx, "node", "--version")
	major, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(out), "v"), ".")
	if n, convErr := strconv.Atoi(major); err != nil || convErr != nil || n < 20 {
		return errors.New("this needs Node.js 20 or newer, with npm: please install it (nodejs.org, or your system's packages)")
	}
	return packages(ctx, "frontend", "the window")
}

// packages installs what the lock file in a folder names, if that is not there.
func packages(ctx context.Context, dir, of string, args ...string) error {
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("read lock file: %w", err)
	}
	sum := sha256.Sum256(lock)
	want := []byte(hex.EncodeToString(sum[:]))
	stamp := filepath.Join(dir, "node_modules", ".installed")
	if have, err := os.ReadFile(stamp); err == nil && bytes.Equal(have, want) {
		return nil
	}
	say("Installing the packages of %s (npm ci)", of)
	if err := (step{dir: dir}).do(ctx, npm(), append([]string{"ci", "--no-audit", "--no-fund"}, args...)...); err != nil {
		return fmt.Errorf("%w\nThe packages of %s could not be fetched: is there a network?", err, of)
	}
	return os.WriteFile(stamp, want, 0o644)
}

// foreignProvider installs the OpenID provider that the tests of signing in
// start beside ours, and returns where it is for them.
func foreignProvider(ctx context.Context) (env []string, err error) {
	dir, err := filepath.Abs(filepath.Join("build", "tmp", "oidc-provider"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for packages: %w", err)
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		body, err := os.ReadFile(filepath.Join("internal", "session", "oidc", "testdata", "provider", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), body, 0o644)
		}
		if err != nil {
			return nil, fmt.Errorf("copy %s: %w", name, err)
		}
	}
	if err := packages(ctx, dir, "the other OpenID provider", "--ignore-scripts"); err != nil {
		return nil, err
	}
	return []string{"GUICHET_OIDC_PROVIDER=" + dir}, nil
}

func npm() string {
	if runtime.GOOS == "windows" {
		return "npm.cmd"
	}
	return "npm"
}

// windowTags are the build tags of the window on this system.
func windowTags(kind string) string {
	switch runtime.GOOS {
	case "linux":
		return kind + ",webkit2_41"
	default:
		return kind
	}
}

// goBuild builds a Go program into build/tmp and returns its path.
func goBuild(ctx context.Context, name, tags, pkg string) (string, error) {
	out := filepath.Join("build", "tmp", name)
	if runtime.GOOS == "windows" {
		out += ".exe"
	}
	args := []string{"build", "-trimpath", "-o", out}
	if tags != "" {
		args = append(args, "-tags", tags)
	}
	if strings.Contains(tags, "production") {
		args = append(args, "-ldflags", "-s -w")
	}
	if err := (step{}).do(ctx, "go", append(args, pkg)...); err != nil {
		return "", err
	}
	path, err := filepath.Abs(out)
	if err == nil && pkg == "." && tags != "" {
		// What reads PDF files is compiled once: a test must not wait for that.
		err = step{within: 5 * time.Minute}.do(ctx, path, "--warm-reader")
	}
	return path, err
}
