package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// product is what one run of package makes: of one version, with one time in all of
// its files, in one folder. The same commit makes the same bytes, wherever and
// whenever it is built with the same Go, gcc and makensis.
type product struct {
	version, four string
	epoch         int64  // Unix seconds
	out           string // folder for what is given to users
	tmp           string // folder for what lies between
}

// binary is a program for one system.
type binary struct {
	file, system, arch, tags, flags, pkg string
}

// binaries are all programs that can be built on this system.
func binaries() []binary {
	const forWindows = "desktop,production,wv2runtime.error"
	all := []binary{
		{"guichet.exe", "windows", "amd64", forWindows, "-H windowsgui", "."},
		{"guichet-arm64.exe", "windows", "arm64", forWindows, "-H windowsgui", "."},
		{"portald", runtime.GOOS, runtime.GOARCH, "", "", "./internal/cmd/portald"},
	}
	if runtime.GOOS == "linux" {
		all = append(all, binary{"guichet", "linux", runtime.GOARCH, windowTags("desktop,production"), "", "."})
	}
	return all
}

// pack builds what is given to users, lists what is in it, and says how big it is;
// with --only it does not weigh.
func pack(ctx context.Context, args []string) error {
	if err := system(ctx, append(forWindow, forPackage...)...); err != nil {
		return err
	}
	if runtime.GOOS == "darwin" {
		return bundle(ctx)
	}
	p, err := productHere(ctx)
	if err != nil {
		return err
	}
	if strings.HasSuffix(p.version, "dirty") {
		say("This package is of a tree with changes that are not committed: nobody can build it again.")
	}
	if err := p.everything(ctx); err != nil {
		return err
	}
	if updateKeys() == "" {
		say("These programs do not update themselves: %s names no key (see \"go run ./build release\").", updateKeysIn)
	}
	if runtime.GOOS != "linux" {
		say("Setup program, .deb and archive are made on Linux only.")
		return nil
	}
	if slices.Contains(args, "--only") {
		return nil
	}
	_, err = sizes(ctx, p)
	return err
}

// productHere is that of the commit that is checked out.
func productHere(ctx context.Context) (product, error) {
	version, err := versionHere(ctx)
	if err != nil {
		return product{}, err
	}
	epoch, err := epochHere(ctx)
	if err != nil {
		return product{}, err
	}
	return newProduct(version, epoch, filepath.Join("build", "bin"))
}

// newProduct is one of another version, or in another folder.
func newProduct(version string, epoch int64, out string) (product, error) {
	numbers, err := four(version)
	return product{version, numbers, epoch, out, filepath.Join("build", "tmp", "package", filepath.Base(out))}, err
}

// everything makes all that there is, and what lists it.
func (p product) everything(ctx context.Context) error {
	if err := p.begin(ctx); err != nil {
		return err
	}
	if err := p.programs(ctx, binaries()...); err != nil {
		return err
	}
	if runtime.GOOS == "linux" {
		if err := together(func() error { return p.linux(ctx) }, func() error { return p.setup(ctx) }); err != nil {
			return err
		}
	}
	if err := p.lists(ctx); err != nil {
		return err
	}
	return errors.Join(p.sums(), p.releases())
}

// begin makes room, and what every program needs.
func (p product) begin(ctx context.Context) error {
	for _, dir := range []string{p.out, p.tmp} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("make room: %w", err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make room: %w", err)
		}
	}
	if err := contents(ctx); err != nil {
		return err
	}
	tool, err := filepath.Abs(tool())
	if err != nil {
		return err
	}
	if err := (step{}).do(ctx, "go", "build", "-C", filepath.Join("build", "pack"), "-buildvcs=false", "-trimpath", "-o", tool, "."); err != nil {
		return fmt.Errorf("%w\nThe packaging tools could not be built: is there a network?", err)
	}
	npm, err := step{dir: "frontend"}.output(ctx, "node", filepath.Join("..", "build", "npm.mjs"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.npm(), []byte(npm), 0o644); err != nil {
		return err
	}
	return step{}.do(ctx, tool, "icons", "-in", filepath.Join("build", "icon", "guichet.svg"), "-out", p.icons())
}

// tool is the program in build/pack, which has the libraries.
func tool() string {
	path := filepath.Join("build", "tmp", "pack")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	return path
}

func (p product) icons() string { return filepath.Join(p.tmp, "icons") }

// programs builds some, two at a time: linking is done by one processor.
func (p product) programs(ctx context.Context, some ...binary) error {
	for pair := range slices.Chunk(some, 2) {
		var builds []func() error
		for _, b := range pair {
			builds = append(builds, func() error { return p.program(ctx, b) })
		}
		if err := together(builds...); err != nil {
			return err
		}
	}
	return nil
}

// together runs all of them at once, and waits for all.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i, f := range all {
		wait.Go(func() { errs[i] = f() })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// program builds one; a Windows program gets its icon, manifest and version, and is
// signed if there is a certificate.
func (p product) program(ctx context.Context, t binary) error {
	path := filepath.Join(p.out, t.file)
	linked := path
	env := []string{"GOOS=" + t.system, "GOARCH=" + t.arch, "CGO_ENABLED=" + cgo(t)}
	if t.system == "windows" {
		linked = filepath.Join(p.tmp, t.file)
	}
	flags := strings.TrimSpace(t.flags + " -s -w -X main.version=" + p.version)
	if keys := updateKeys(); keys != "" && t.pkg == "." {
		flags += " -X guichet/internal/update.pinned=" + keys
	}
	// No stamp of git's: what a tarball builds is the same, and the version has the commit.
	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", t.tags, "-ldflags", flags, "-o", linked, t.pkg}
	if err := (step{env: env}).do(ctx, "go", args...); err != nil {
		return err
	}
	if t.system != "windows" {
		return os.Chmod(path, 0o755)
	}
	err := step{}.do(ctx, tool(), "resources", "-in", linked, "-out", path, "-version", p.version, "-four", p.four,
		"-manifest", filepath.Join("build", "windows", "guichet.manifest"), "-icon", filepath.Join(p.icons(), "guichet.ico"))
	if err != nil {
		return err
	}
	return p.sign(ctx, path)
}

// updateKeysIn names the public keys whose releases the programs take, with commas
// between them: lines of minisign, without their comments.
const updateKeysIn = "GUICHET_UPDATE_KEYS"

func updateKeys() string {
	return strings.Join(strings.FieldsFunc(os.Getenv(updateKeysIn), isBlank), ",")
}

func isBlank(r rune) bool { return r == ',' || r == ' ' || r == '\n' }

// releases lays the programs out under the names that "release sign" takes.
func (p product) releases() error {
	dir := filepath.Join(p.out, "update")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, b := range binaries() {
		if b.pkg != "." {
			continue
		}
		name := "guichet-" + p.version + "-" + b.system + "-" + b.arch + filepath.Ext(b.file)
		if err := os.Link(filepath.Join(p.out, b.file), filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("lay out releases: %w", err)
		}
	}
	return nil
}

// cgo says whether a program needs a C compiler: only the window on Linux and macOS does.
func cgo(t binary) string {
	if t.pkg == "." && t.system != "windows" {
		return "1"
	}
	return "0"
}

// npm is the file that names what is in the window's page.
func (p product) npm() string { return filepath.Join(p.tmp, "npm.json") }

// notices writes the licences of what is in a program.
func (p product) notices(ctx context.Context, program, to string) error {
	return step{}.do(ctx, tool(), "notices", "-in", filepath.Join(p.out, program), "-npm", p.npm(), "-out", to)
}

// lists writes what each program is made of (CycloneDX).
func (p product) lists(ctx context.Context) error {
	for _, t := range binaries() {
		name := cmp.Or(strings.TrimSuffix(filepath.Base(t.pkg), "."), "guichet")
		args := []string{"sbom", "-in", filepath.Join(p.out, t.file), "-name", name, "-version", p.version,
			"-out", filepath.Join(p.out, fmt.Sprintf("%s-%s-%s.cdx.json", name, t.system, t.arch))}
		if t.pkg == "." {
			args = append(args, "-npm", p.npm())
		}
		if err := (step{}).do(ctx, tool(), args...); err != nil {
			return err
		}
	}
	return nil
}

// sums writes SHA256SUMS over all that was made, for sha256sum -c.
func (p product) sums() error {
	files, err := os.ReadDir(p.out)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, f := range files { // sorted by name
		body, err := os.ReadFile(filepath.Join(p.out, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(body), f.Name())
	}
	return os.WriteFile(filepath.Join(p.out, "SHA256SUMS"), []byte(lines.String()), 0o644)
}

// bear gives a file the time of the package.
func (p product) bear(path string) error {
	at := time.Unix(p.epoch, 0)
	return os.Chtimes(path, at, at)
}
