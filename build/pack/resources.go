package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// wailsIcon is the id under which the window asks for its icon.
const wailsIcon = winres.ID(3)

// French and English, as Windows numbers them.
const (
	french  = 0x40c
	english = 0x409
)

// resources copies a program and puts icon, manifest and version information into
// the copy. They are put into the linked program, and not linked as .syso files: such
// a file would have to lie beside main.go while it is built.
func resources(in, out, manifest, icon, full, four string) error {
	rs := &winres.ResourceSet{}
	body, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	if err := rs.Set(winres.RT_MANIFEST, winres.ID(1), english, body); err != nil {
		return fmt.Errorf("set manifest: %w", err)
	}
	ico, err := os.Open(icon)
	if err != nil {
		return err
	}
	defer ico.Close()
	images, err := winres.LoadICO(ico)
	if err == nil {
		err = rs.SetIcon(wailsIcon, images)
	}
	if err != nil {
		return fmt.Errorf("set icon: %w", err)
	}
	info := version.Info{}
	info.SetFileVersion(four)
	info.SetProductVersion(four)
	info.Flags.Prerelease = strings.Contains(full, "-")
	for lang, what := range map[uint16]string{french: "Guichet, demandes à l'éditeur", english: "Guichet, requests to the vendor"} {
		for key, value := range map[string]string{
			version.ProductName: "Guichet", version.CompanyName: "Guichet", version.FileDescription: what,
			version.InternalName: "guichet", version.OriginalFilename: "guichet.exe", version.LegalCopyright: "MIT",
			version.FileVersion: full, version.ProductVersion: full,
		} {
			err = errors.Join(err, info.Set(lang, key, value))
		}
	}
	if err != nil {
		return fmt.Errorf("set version information: %w", err)
	}
	rs.SetVersionInfo(info)
	src, err := os.Open(in)
	if err != nil {
		return err
	}
	defer src.Close()
	return write(out, func(f *os.File) error { return rs.WriteToEXE(f, src) })
}
