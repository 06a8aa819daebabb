package main

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// atMost is how many times a blank window's program ours may weigh.
const atMost = 4.0

// bigLibrary is from where on a library has to say what it brings, in bytes.
const bigLibrary = 1e6

// brings says of each library over a megabyte what it is there for.
var brings = map[string]string{
	pdfiumLibrary:                   "reads PDF files: pdfium as WebAssembly, and its bindings",
	"github.com/tetratelabs/wazero": "runs pdfium in a memory of its own",
	"modernc.org/sqlite":            "the store: SQLite, translated to Go",
	"modernc.org/libc":              "what translated SQLite needs of C",
	"github.com/wailsapp/wails/v2":  "the window",
	"golang.org/x/net":              "HTML of answers made harmless, HTTP/2",
	"golang.org/x/text":             "names of files and texts in one form, character sets",
	"golang.org/x/image":            "pictures: thumbnails and formats",
	"codeberg.org/go-pdf/fpdf":      "requests on paper (PDF)",
	"std":                           "Go's standard library and runtime",
	"guichet":                       "our own code and the window's page",
	"frontend: recognising text":    "reads what is written in pictures, on this PC: tesseract and its French model",
	"frontend: the page":            "the window's page, with its typeface",
	"names and lines of functions":  "Go needs them for stack traces; grows with all code",
	"types and tables of Go":        "types, methods, strings that belong to no package alone",
}

// weight is what a part adds to a program, in bytes.
type weight struct {
	part  string
	bytes int64
}

// sizes prints what was built beside blank windows built the same way, and the
// libraries that weigh. It returns what is too heavy, and libraries that nobody explains.
func sizes(ctx context.Context, p product) (faults []string, err error) {
	var errs []error
	ratio := func(file string, blank int64) {
		tooHeavy, err := p.sayRatio(file, blank)
		if tooHeavy {
			faults = append(faults, file)
		}
		errs = append(errs, err)
	}
	say("%-52s %8s %14s %7s", "built", "MB", "blank window", "ratio")
	blanks := map[string]int64{}
	for _, t := range binaries() {
		if t.pkg != "." {
			continue
		}
		if blanks[t.file], err = blankSize(ctx, t); err != nil {
			return nil, err
		}
		ratio(t.file, blanks[t.file])
	}
	ratio(p.deb(), blanks["guichet"])
	ratio(p.setupFile(), blanks[setupFor])
	parts, err := weights(ctx)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	say("what weighs over 1 MB in the program for Linux")
	for _, w := range parts {
		if w.bytes < bigLibrary {
			continue
		}
		what, known := brings[w.part]
		if !known {
			faults = append(faults, w.part)
			what = "please say in build/sizes.go what it brings"
		}
		say("  %-36s %6.1f MB  %s", w.part, mega(w.bytes), what)
	}
	return faults, errors.Join(errs...)
}

// sayRatio prints how big a file is beside a blank window's program, and tells whether
// it is heavier than it may be.
func (p product) sayRatio(file string, blank int64) (tooHeavy bool, err error) {
	info, err := os.Stat(filepath.Join(p.out, file))
	if err != nil {
		return false, err
	}
	ratio := float64(info.Size()) / float64(blank)
	note := ""
	if tooHeavy = ratio > atMost; tooHeavy {
		note = fmt.Sprintf("  over the goal, at most %g", atMost)
	}
	say("%-52s %8.1f %14.1f %7.2f%s", filepath.Join(p.out, file), mega(info.Size()), mega(blank), ratio, note)
	return tooHeavy, nil
}

func mega(bytes int64) float64 { return float64(bytes) / 1e6 }

// blankSize builds the blank window for the same system, with the same flags.
func blankSize(ctx context.Context, t binary) (int64, error) {
	if err := blankPage(ctx); err != nil {
		return 0, err
	}
	out := filepath.Join("build", "tmp", "blank-"+t.file)
	env := []string{"GOOS=" + t.system, "GOARCH=" + t.arch, "CGO_ENABLED=" + cgo(t)}
	err := step{env: env}.do(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", t.tags,
		"-ldflags", strings.TrimSpace(t.flags+" -s -w"), "-o", out, "./internal/e2e/testdata/blank")
	if err != nil {
		return 0, err
	}
	info, err := os.Stat(out)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// blankPage builds the page of the blank window.
func blankPage(ctx context.Context) error {
	return step{dir: "frontend"}.do(ctx, npm(), "exec", "vite", "--", "build", "--config", "e2e/blank/vite.config.ts")
}

// weights are the parts of the program for Linux, heaviest first: symbols, by the
// module of their package, and embedded files. It is linked once more for that, with
// its symbols.
func weights(ctx context.Context) ([]weight, error) {
	program := filepath.Join("build", "tmp", "guichet-symbols")
	tags := windowTags("desktop,production")
	err := step{env: []string{"CGO_ENABLED=1"}}.do(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", tags, "-o", program, ".")
	if err != nil {
		return nil, err
	}
	out, err := step{}.output(ctx, "go", "list", "-deps", "-tags", tags, "-json=ImportPath,Name,Dir,Module,EmbedFiles", ".")
	if err != nil {
		return nil, err
	}
	sums, owner := map[string]int64{}, map[string]string{}
	files := map[string]map[string]int64{} // of each package: what is embedded, by its part
	for d := json.NewDecoder(bytes.NewReader([]byte(out))); ; {
		var pkg struct {
			ImportPath, Name, Dir string
			Module                *struct{ Path string }
			EmbedFiles            []string
		}
		if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if pkg.Name == "main" {
			pkg.ImportPath = pkg.Name // as its symbols call it
		}
		owner[pkg.ImportPath] = "std"
		if pkg.Module != nil {
			owner[pkg.ImportPath] = pkg.Module.Path
		}
		files[pkg.ImportPath] = map[string]int64{}
		for _, f := range pkg.EmbedFiles {
			info, err := os.Stat(filepath.Join(pkg.Dir, f))
			if err != nil {
				return nil, err
			}
			files[pkg.ImportPath][embedded(owner[pkg.ImportPath], f)] += info.Size()
		}
	}
	if err := addSymbols(program, owner, files, sums); err != nil {
		return nil, err
	}
	var parts []weight
	for part, n := range sums {
		parts = append(parts, weight{part, n})
	}
	slices.SortFunc(parts, func(a, b weight) int { return int(b.bytes - a.bytes) })
	return parts, nil
}

// embedded is the part that a file in a package counts for.
func embedded(module, file string) string {
	switch {
	case strings.HasPrefix(file, "pdfium"):
		return pdfiumLibrary
	case !strings.HasPrefix(file, "frontend/dist/"):
		return module
	case strings.Contains(file, "tesseract") || strings.Contains(file, "traineddata"):
		return "frontend: recognising text"
	}
	return "frontend: the page"
}

// addSymbols adds up what lies in the file of a program: symbols by the module of their
// package, and the embedded files of every package that has any, since the linker leaves
// out what nobody uses. What belongs to none (types, method tables, strings that are
// shared) is the rest.
func addSymbols(program string, owner map[string]string, files map[string]map[string]int64, sums map[string]int64) error {
	f, err := elf.Open(program)
	if err != nil {
		return fmt.Errorf("read symbols: %w", err)
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("read symbols: %w", err)
	}
	var all, owned int64
	inFile := func(s *elf.Section) bool { return s.Flags&elf.SHF_ALLOC != 0 && s.Type != elf.SHT_NOBITS }
	for _, s := range f.Sections {
		switch {
		case s.Name == ".gopclntab":
			sums["names and lines of functions"] += int64(s.Size)
		case inFile(s):
			all += int64(s.Size)
		}
	}
	for _, s := range symbols {
		if int(s.Section) >= len(f.Sections) || !inFile(f.Sections[s.Section]) || f.Sections[s.Section].Name == ".gopclntab" {
			continue
		}
		pkg := packageOf(s.Name)
		for part, n := range files[pkg] {
			owned += n
			sums[part] += n
		}
		delete(files, pkg)
		part, ok := owner[pkg]
		if ok && !strings.Contains(s.Name, "..gobytes.") { // those are embedded files
			owned += int64(s.Size)
			sums[part] += int64(s.Size)
		}
	}
	sums["types and tables of Go"] += all - owned
	return nil
}

// packageOf is the import path that the name of a symbol begins with.
func packageOf(symbol string) string {
	pkg := symbol
	if slash := strings.LastIndexByte(strings.SplitN(pkg, "(", 2)[0], '/'); slash >= 0 {
		if dot := strings.IndexByte(pkg[slash:], '.'); dot >= 0 {
			pkg = pkg[:slash+dot]
		}
	} else {
		pkg, _, _ = strings.Cut(pkg, ".")
	}
	// Dots behind the last slash are written as %2e in names of symbols.
	return strings.ReplaceAll(pkg, "%2e", ".")
}
