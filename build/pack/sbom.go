package main

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	classifier "github.com/google/licenseclassifier/v2"
	"github.com/google/licenseclassifier/v2/assets"
)

// npmPackage is one whose code or files are in the window's page, as build/npm.mjs says.
type npmPackage struct{ Name, Version, License, Integrity, Dir string }

// sbom lists what a program is made of: the Go modules that it says it was linked
// from, the Go release with its standard library, and the npm packages in its page.
// It has no serial number and no date, so that the same program has the same list.
func sbom(binary, npm, out, name, version string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("read what %s was built from: %w", binary, err)
	}
	modules, err := goModules(info)
	if err != nil {
		return err
	}
	packages, err := npmPackages(npm)
	if err != nil {
		return err
	}
	parts := append(modules, packages...)
	slices.SortFunc(parts, func(a, b cdx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	root := cdx.Component{
		BOMRef: "guichet", Type: cdx.ComponentTypeApplication, Name: name, Version: version,
		Licenses: licences([]string{"MIT"}), Properties: &[]cdx.Property{},
	}
	for _, s := range info.Settings {
		if slices.Contains([]string{"GOOS", "GOARCH", "CGO_ENABLED", "-tags"}, s.Key) {
			*root.Properties = append(*root.Properties, cdx.Property{Name: "guichet:build:" + s.Key, Value: s.Value})
		}
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &root}
	bom.Components = &parts
	direct := []string{}
	for _, c := range parts {
		direct = append(direct, c.BOMRef)
	}
	bom.Dependencies = &[]cdx.Dependency{{Ref: root.BOMRef, Dependencies: &direct}}
	return write(out, func(f *os.File) error {
		e := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON)
		e.SetPretty(true)
		return e.EncodeVersion(bom, cdx.SpecVersion1_6)
	})
}

// goModules are those in the program. Their licences are read where Go keeps them.
func goModules(info *debug.BuildInfo) ([]cdx.Component, error) {
	linked := linkedModules(info)
	dirs, err := moduleDirs(slices.Sorted(maps.Keys(linked)))
	if err != nil {
		return nil, err
	}
	known, err := assets.DefaultClassifier()
	if err != nil {
		return nil, fmt.Errorf("read known licences: %w", err)
	}
	release := strings.TrimPrefix(info.GoVersion, "go")
	parts := []cdx.Component{part("golang", "std", release, licences([]string{"BSD-3-Clause"}))}
	for path, m := range linked {
		found, err := licencesOf(known, dirs[path])
		if err != nil {
			return nil, err
		}
		c := part("golang", path, m.Version, licences(found))
		c.Properties = &[]cdx.Property{{Name: "guichet:go.sum", Value: m.Sum}}
		parts = append(parts, c)
	}
	return parts, nil
}

// linkedModules are those in a program, by path.
func linkedModules(info *debug.BuildInfo) map[string]*debug.Module {
	linked := map[string]*debug.Module{}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		linked[m.Path] = m
	}
	return linked
}

// moduleDirs tells where the code of modules lies.
func moduleDirs(paths []string) (map[string]string, error) {
	out, err := exec.Command("go", append([]string{"list", "-m", "-json"}, paths...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m: %w", err)
	}
	dirs := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Dir string }
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return dirs, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list -m: %w", err)
		}
		dirs[m.Path] = m.Dir
	}
}

// licenceFile has the text of a licence in the top folder of a module.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([.-].*)?$`)

// licencesOf are the SPDX ids of the licences whose text lies in a folder.
func licencesOf(known *classifier.Classifier, dir string) ([]string, error) {
	if dir == "" {
		return nil, nil
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		for _, m := range known.Match(body).Matches {
			if m.MatchType == "License" && m.Confidence >= 0.9 {
				found[m.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// readNPM reads the list of npm packages; a program without a page has none.
func readNPM(list string) (packages []npmPackage, err error) {
	if list == "" {
		return nil, nil
	}
	body, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &packages); err != nil {
		return nil, fmt.Errorf("read %s: %w", list, err)
	}
	return packages, nil
}

// npmPackages are the parts of the page.
func npmPackages(list string) ([]cdx.Component, error) {
	packages, err := readNPM(list)
	if err != nil {
		return nil, err
	}
	var parts []cdx.Component
	for _, p := range packages {
		// What npm calls a licence may be an expression: "(MIT OR Apache-2.0)".
		var l *cdx.Licenses
		switch {
		case strings.ContainsAny(p.License, " ("):
			l = &cdx.Licenses{{Expression: p.License}}
		case p.License != "":
			l = licences([]string{p.License})
		}
		c := part("npm", p.Name, p.Version, l)
		c.Properties = &[]cdx.Property{{Name: "guichet:integrity", Value: p.Integrity}}
		parts = append(parts, c)
	}
	return parts, nil
}

func part(kind, name, version string, l *cdx.Licenses) cdx.Component {
	// A purl has the scope's @ written as %40.
	at := "pkg:" + kind + "/" + strings.ReplaceAll(name, "@", "%40") + "@" + url.PathEscape(version)
	return cdx.Component{BOMRef: at, PackageURL: at, Type: cdx.ComponentTypeLibrary, Name: name, Version: version, Licenses: l}
}

func licences(ids []string) *cdx.Licenses {
	if len(ids) == 0 {
		return nil
	}
	l := cdx.Licenses{}
	for _, id := range ids {
		l = append(l, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	return &l
}
