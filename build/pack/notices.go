package main

import (
	"cmp"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// noticeFile has a text that has to go with a program: licences, and what Apache's calls a notice.
var noticeFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|notice|patents)([.-].*)?$`)

// notices writes the licences of all that is in a program, word for word, as most of
// them ask for.
func notices(binary, npm, out string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("read what %s was built from: %w", binary, err)
	}
	modules := linkedModules(info)
	var paths []string
	for path := range modules {
		paths = append(paths, path)
	}
	dirs, err := moduleDirs(paths)
	if err != nil {
		return err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	type owner struct{ name, dir, licence string }
	owners := []owner{{"Go " + info.GoVersion, strings.TrimSpace(string(root)), ""}}
	for path, m := range modules {
		owners = append(owners, owner{path + " " + m.Version, dirs[path], ""})
	}
	packages, err := readNPM(npm)
	if err != nil {
		return err
	}
	for _, p := range packages {
		owners = append(owners, owner{p.Name + " " + p.Version, p.Dir, p.License})
	}
	slices.SortFunc(owners, func(a, b owner) int { return cmp.Compare(a.name, b.name) })
	return write(out, func(f *os.File) error {
		fmt.Fprintf(f, "Guichet contains the following works of others.\n")
		for _, o := range owners {
			fmt.Fprintf(f, "\n%s\n%s\n\n", strings.Repeat("=", 78), o.name)
			if o.licence != "" {
				fmt.Fprintf(f, "Licence: %s\n\n", o.licence)
			}
			files, err := os.ReadDir(o.dir)
			if err != nil {
				return err
			}
			for _, e := range files {
				if e.IsDir() || !noticeFile.MatchString(e.Name()) {
					continue
				}
				body, err := os.ReadFile(filepath.Join(o.dir, e.Name()))
				if err != nil {
					return err
				}
				fmt.Fprintf(f, "%s\n\n", strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")))
			}
		}
		return nil
	})
}
