package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
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
	forWindow  = []string{"gcc", "pkg-config", "libgtk-3-dev", "libwebkit2gtk-4.1-dev"}
	forDisplay = []string{"xvfb"}
	forReading = []string{"poppler-utils", "chromium", "fonts-dejavu-core", "fonts-liberation"}
	forTests   = []string{"xvfb", "chromium", "xdotool", "dbus", "fonts-dejavu-core", "xfsprogs", "gnome-keyring", "binutils", "sqlite3", "poppler-utils"}
	forWindows = []string{"wine64", "gcc-mingw-w64-x86-64-win32"}
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
	apt := []string{"apt-get"}
	if os.Geteuid() != 0 {
		apt = []string{"sudo", "apt-get"}
	}
	s := step{env: []string{"DEBIAN_FRONTEND=noninteractive"}, within: 15 * time.Minute}
	for _, args := range [][]string{{"update"}, append([]string{"install", "-y", "--no-install-recommends"}, missing...)} {
		if err := s.do(ctx, apt[0], append(apt[1:], args...)...); err != nil {
			return fmt.Errorf("%w\nThe packages could not be installed: is there a network, and may you install packages? By hand: apt-get install %s", err, strings.Join(missing, " "))
		}
	}
	return nil
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

// frontend builds the window's page if its sources changed.
func frontend(ctx context.Context) error {
	if err := node(ctx); err != nil {
		return err
	}
	sum, err := hashOf("frontend/index.html", "frontend/package-lock.json", "frontend/vite.config.ts", "frontend/tsconfig.json",
		"frontend/public", "frontend/src", "frontend/wailsjs")
	if err != nil {
		return err
	}
	stamp := filepath.Join("build", "tmp", "frontend")
	have, _ := os.ReadFile(stamp) // no stamp: build
	if _, err := os.Stat("frontend/dist/index.html"); err == nil && string(have) == sum {
		return nil
	}
	say("Building the window's page")
	if err := (step{dir: "frontend"}).do(ctx, npm(), "run", "build"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(stamp), 0o755); err != nil {
		return err
	}
	return os.WriteFile(stamp, []byte(sum), 0o644)
}

// hashOf is a hash of files and folders, names included.
func hashOf(paths ...string) (string, error) {
	hash := sha256.New()
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			body, err := os.ReadFile(path)
			fmt.Fprintf(hash, "%s %d\n", filepath.ToSlash(path), len(body))
			hash.Write(body)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("hash %s: %w", root, err)
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
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
