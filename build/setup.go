package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// setupFor is the system that the setup program is made for.
const setupFor = "guichet.exe"

// setupFile is the name of the setup program.
func (p product) setupFile() string { return fmt.Sprintf("guichet-%s-setup.exe", p.version) }

// bundledWebView2 is the variable for whoever puts WebView2 into the setup program.
const bundledWebView2 = "GUICHET_WEBVIEW2"

// setup makes the program that installs Guichet on Windows. GUICHET_WEBVIEW2 is the
// path of MicrosoftEdgeWebView2RuntimeInstallerX64.exe, if that shall be in it: the
// setup grows by about 180 MB and needs no connection on any PC.
func (p product) setup(ctx context.Context) error {
	// NSIS keeps the times of files.
	stage, err := filepath.Abs(filepath.Join(p.tmp, "windows"))
	if err != nil {
		return err
	}
	program := filepath.Join(stage, setupFor)
	if err := copyFile(filepath.Join(p.out, setupFor), program, 0o644); err != nil {
		return err
	}
	texts := filepath.Join(stage, "licences.txt")
	if err := p.notices(ctx, setupFor, texts); err != nil {
		return err
	}
	return p.nsis(ctx, program, texts)
}

// nsis makes the setup program of a program and the licences that go with it.
func (p product) nsis(ctx context.Context, program, texts string) error {
	stage := filepath.Dir(program)
	if err := errors.Join(p.bear(program), p.bear(texts)); err != nil {
		return err
	}
	info, err := os.Stat(program)
	if err != nil {
		return err
	}
	icon, err := filepath.Abs(filepath.Join(p.icons(), "guichet.ico"))
	if err != nil {
		return err
	}
	out, err := filepath.Abs(filepath.Join(p.out, p.setupFile()))
	if err != nil {
		return err
	}
	args := []string{"-V2", "-WX", "-INPUTCHARSET", "UTF8",
		"-DVERSION=" + p.version, "-DFOUR=" + p.four, "-DPROGRAM=" + program, "-DLICENCES=" + texts, "-DICON=" + icon, "-DOUT=" + out,
		fmt.Sprintf("-DKILOBYTES=%d", info.Size()/1024),
	}
	if w := os.Getenv(bundledWebView2); w != "" {
		bundled := filepath.Join(stage, "webview2.exe")
		if err := copyFile(w, bundled, 0o644); err != nil {
			return fmt.Errorf("%s: %w", bundledWebView2, err)
		}
		if err := p.bear(bundled); err != nil {
			return err
		}
		args = append(args, "-DWEBVIEW2="+bundled)
	}
	who, err := signer(os.Getenv)
	if err != nil {
		return err
	}
	if who != nil {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		args = append(args, "-DSIGN="+self)
	}
	env := []string{fmt.Sprintf("SOURCE_DATE_EPOCH=%d", p.epoch)}
	if err := (step{env: env}).do(ctx, "makensis", append(args, filepath.Join("build", "windows", "guichet.nsi"))...); err != nil {
		return err
	}
	return p.sign(ctx, out)
}
