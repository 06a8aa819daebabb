package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// What lies inside the program beside its code, and is made before it is built.

// contents makes all of it, where it is not there yet.
func contents(ctx context.Context) error {
	return errors.Join(frontend(ctx), pdfium(ctx))
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

// pdfiumLibrary is the module that has pdfium as WebAssembly.
const pdfiumLibrary = "github.com/klippa-app/go-pdfium"

// pdfium packs what reads PDF files, as the library of go.mod has it, for the programs
// that are given to users.
func pdfium(ctx context.Context) error {
	out, err := step{}.output(ctx, "go", "mod", "download", "-json", pdfiumLibrary)
	if err != nil {
		return err
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(out), &module); err != nil {
		return fmt.Errorf("go mod download: %w", err)
	}
	packed := filepath.Join("internal", "reader", "pdf", "pdfium.wasm.gz")
	stamp := filepath.Join("build", "tmp", "pdfium")
	have, _ := os.ReadFile(stamp) // no stamp: pack
	if _, err := os.Stat(packed); err == nil && string(have) == module.Sum {
		return nil
	}
	body, err := os.ReadFile(filepath.Join(module.Dir, "internal", "pdfium_wasm", "pdfium.wasm"))
	if err != nil {
		return fmt.Errorf("pack pdfium: %w", err)
	}
	small, err := packedBytes(body)
	if err != nil {
		return fmt.Errorf("pack pdfium: %w", err)
	}
	return errors.Join(putFile(packed, small, 0o644), putFile(stamp, []byte(module.Sum), 0o644))
}

// firstPageMost is what the window may load before its first page is there, in bytes,
// packed by gzip. What is opened later comes later.
const firstPageMost = 200_000

var loaded = regexp.MustCompile(`assets/[\w.-]+\.(?:js|css)`)

// firstPage says how much that is, and what it may be.
func firstPage(context.Context) error {
	page, err := os.ReadFile(filepath.Join("frontend", "dist", "index.html"))
	if err != nil {
		return fmt.Errorf("weigh the first page: %w", err)
	}
	var plain, packed int
	for _, name := range loaded.FindAllString(string(page), -1) {
		body, err := os.ReadFile(filepath.Join("frontend", "dist", filepath.FromSlash(name)))
		if err != nil {
			return fmt.Errorf("weigh the first page: %w", err)
		}
		small, err := packedBytes(body)
		if err != nil {
			return fmt.Errorf("weigh the first page: %w", err)
		}
		plain, packed = plain+len(body), packed+len(small)
	}
	say("  scripts and styles of the first page: %d kB, %d kB packed, at most %d", plain/1000, packed/1000, firstPageMost/1000)
	if packed > firstPageMost {
		return errors.New("the first page loads too much: what is opened later is to come later (see frontend/src/shell/App.tsx)")
	}
	return nil
}

func packedBytes(body []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	return buf.Bytes(), err
}
