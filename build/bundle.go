package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// bundle makes Guichet.app and an archive of it, on a Mac: see build/darwin/README.md.
// No machine without macOS can run it.
func bundle(ctx context.Context) error {
	p, err := productHere(ctx)
	if err != nil {
		return err
	}
	if err := p.begin(ctx); err != nil {
		return err
	}
	contents := filepath.Join(p.out, "Guichet.app", "Contents")
	program := filepath.Join(contents, "MacOS", "guichet")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return err
	}
	var each []string
	for _, arch := range []string{"arm64", "amd64"} {
		one := filepath.Join(p.tmp, "guichet-"+arch)
		env := []string{"GOOS=darwin", "GOARCH=" + arch, "CGO_ENABLED=1", "CGO_CFLAGS=-mmacosx-version-min=" + oldestMac,
			"CGO_LDFLAGS=-framework UniformTypeIdentifiers -mmacosx-version-min=" + oldestMac}
		err := step{env: env}.do(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "desktop,production",
			"-ldflags", "-s -w -X main.version="+p.version, "-o", one, ".")
		if err != nil {
			return err
		}
		each = append(each, one)
	}
	if err := (step{}).do(ctx, "lipo", append([]string{"-create", "-output", program}, each...)...); err != nil {
		return err
	}
	plist, err := os.ReadFile(filepath.Join("build", "darwin", "Info.plist"))
	if err != nil {
		return err
	}
	// Apple wants three numbers.
	short := strings.Join(strings.Split(p.four, ".")[:3], ".")
	filled := strings.NewReplacer("@SHORT@", short, "@OLDEST@", oldestMac).Replace(string(plist))
	err = errors.Join(
		putFile(filepath.Join(contents, "Info.plist"), []byte(filled), 0o644),
		putFile(filepath.Join(contents, "Resources", "install.json"), installed("user", "app"), 0o644),
		p.icns(ctx, filepath.Join(contents, "Resources", "guichet.icns")),
	)
	if err != nil {
		return err
	}
	app := filepath.Dir(contents)
	who := os.Getenv("GUICHET_SIGN_MAC")
	if who == "" {
		who = "-" // by nobody: it runs on this Mac only
	}
	err = step{}.do(ctx, "codesign", "--force", "--options", "runtime", "--entitlements", filepath.Join("build", "darwin", "entitlements.plist"), "--sign", who, app)
	if err != nil {
		return err
	}
	archive := filepath.Join(p.out, "guichet-"+p.version+"-macos.zip")
	if err := (step{}).do(ctx, "ditto", "-c", "-k", "--keepParent", app, archive); err != nil {
		return err
	}
	say("%s and %s: see build/darwin/README.md for notarisation", app, archive)
	return nil
}

// oldestMac is the first macOS with the WebKit that the page is built for (Safari 16).
const oldestMac = "12.0"

// icns makes the icon as macOS wants it.
func (p product) icns(ctx context.Context, to string) error {
	set := filepath.Join(p.tmp, "guichet.iconset")
	var errs []error
	for name, png := range map[string]string{
		"16x16": "16", "16x16@2x": "32", "32x32": "32", "32x32@2x": "64", "128x128": "128", "128x128@2x": "256",
		"256x256": "256", "256x256@2x": "512", "512x512": "512", "512x512@2x": "1024",
	} {
		errs = append(errs, copyFile(filepath.Join(p.icons(), png+".png"), filepath.Join(set, "icon_"+name+".png"), 0o644))
	}
	return errors.Join(append(errs, step{}.do(ctx, "iconutil", "-c", "icns", "-o", to, set))...)
}
