// Command pack does for build what needs libraries: icons, resources of Windows
// programs, the .deb, the list of parts (SBOM) and their licences. It is a module of its own, so
// that neither the desktop nor the build commands know what it needs.
//
// Same input, same bytes: nothing here reads the clock, the user or a random number.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("pack icons | resources | deb | sbom | notices")
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	in := f.String("in", "", "file that is read")
	out := f.String("out", "", "file or folder that is written")
	version := f.String("version", "", "version of Guichet")
	switch args[0] {
	case "icons":
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		return icons(*in, *out)
	case "resources":
		four := f.String("four", "", "version as Windows wants it, a.b.c.d")
		manifest := f.String("manifest", "", "application manifest")
		icon := f.String("icon", "", "icon, .ico")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		return resources(*in, *out, *manifest, *icon, *version, *four)
	case "deb":
		stage := f.String("stage", "", "folder with what the package holds, as it will lie below /")
		arch := f.String("arch", "", "architecture, as Go calls it")
		epoch := f.Int64("epoch", 0, "time that the files bear, Unix seconds")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		return deb(*in, *stage, *out, *arch, *version, *epoch)
	case "notices":
		npm := f.String("npm", "", "packages in the window's page, JSON")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		return notices(*in, *npm, *out)
	case "sbom":
		name := f.String("name", "", "name of the program")
		npm := f.String("npm", "", "packages in the window's page, JSON")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		return sbom(*in, *npm, *out, *name, *version)
	}
	return fmt.Errorf("unknown: %s", args[0])
}

// write makes a file by what fill writes into it.
func write(path string, fill func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(f), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
