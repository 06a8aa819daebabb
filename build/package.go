package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// pack builds what is given to users: stripped binaries for Linux and Windows.
func pack(ctx context.Context, _ []string) error {
	if err := system(ctx, forWindow...); err != nil {
		return err
	}
	if err := frontend(ctx); err != nil {
		return err
	}
	version := "dev"
	if out, err := (step{}).output(ctx, "git", "describe", "--tags", "--always", "--dirty"); err == nil {
		version = strings.TrimSpace(out)
	}
	dir := filepath.Join("build", "bin")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	flags := "-s -w -X main.version=" + version
	for _, b := range []struct {
		file, tags, flags, pkg string
		env                    []string
	}{
		{"guichet", windowTags("desktop,production"), flags, ".", nil},
		{"guichet.exe", "desktop,production,wv2runtime.error", "-H windowsgui " + flags, ".", []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}},
		{"portald", "", flags, "./internal/cmd/portald", []string{"CGO_ENABLED=0"}},
	} {
		path := filepath.Join(dir, b.file)
		if err := (step{env: b.env}).do(ctx, "go", "build", "-trimpath", "-tags", b.tags, "-ldflags", b.flags, "-o", path, b.pkg); err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("package: %w", err)
		}
		say("%-28s %6.1f MB", path, float64(info.Size())/1e6)
	}
	return nil
}
