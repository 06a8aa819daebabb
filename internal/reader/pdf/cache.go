package pdf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/cpu"
)

// Warm compiles pdfium into the folder of a cache. It takes seconds and about 350 MB,
// and reads nothing of anybody: it may have a larger memory than what reads.
func Warm(ctx context.Context, cacheDir string) error {
	e, err := Start(ctx, cacheDir)
	if err != nil {
		// A file of the cache that is damaged stays in its place: without it
		// the next try compiles.
		if folders, globErr := filepath.Glob(filepath.Join(cacheDir, "wazero-*")); globErr == nil {
			for _, folder := range folders {
				err = errors.Join(err, os.RemoveAll(folder))
			}
		}
		if e, err = Start(ctx, cacheDir); err != nil {
			return fmt.Errorf("warm pdfium's cache: %w", err)
		}
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("warm pdfium's cache: %w", err)
	}
	if err := os.WriteFile(mark(cacheDir), nil, 0o600); err != nil {
		return fmt.Errorf("mark pdfium's cache as warm: %w", err)
	}
	return nil
}

// UserCache is the folder for machine code of whoever runs this program: nobody else
// can write there, since what is in it is run.
func UserCache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for machine code: %w", err)
	}
	return filepath.Join(dir, "Guichet", "reader"), nil
}

// Cached tells whether Warm has filled the folder, for this build and this machine.
func Cached(cacheDir string) bool {
	_, err := os.Stat(mark(cacheDir))
	return cacheDir != "" && err == nil
}

// cool makes a folder be warmed again: what is in it could not be used.
func cool(cacheDir string) {
	if cacheDir != "" {
		_ = os.Remove(mark(cacheDir)) // whoever starts hears of the failure anyway
	}
}

// mark is the file that stands for a full cache. Another version, or a processor that
// knows other instructions, needs other machine code.
func mark(cacheDir string) string {
	of := []string{runtime.GOOS, runtime.GOARCH, fmt.Sprint(cpu.X86, cpu.ARM64)}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/klippa-app/go-pdfium" || m.Path == "github.com/tetratelabs/wazero" {
				of = append(of, m.Path, m.Version)
			}
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(of, "\n")))
	return filepath.Join(cacheDir, "pdfium-"+hex.EncodeToString(sum[:8]))
}
