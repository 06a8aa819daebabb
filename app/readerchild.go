package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guichet/internal/reader"
)

// WarmReader is what this program is started with to compile, for the user who starts
// it, what reads PDF files: whoever installs it can, so that the first file waits for
// nothing.
const WarmReader = "--warm-reader"

// IsReader tells whether this program was started to read files and for nothing else,
// mostly by itself, see package reader.
func IsReader(args []string) bool {
	return len(args) == 2 && (args[1] == reader.Argument || args[1] == WarmReader)
}

// ServeReader does what it was started for and returns what the program ends with.
func ServeReader() int {
	if os.Args[1] == reader.Argument {
		return reader.Serve(os.Stdin, os.Stdout)
	}
	if err := newReader(ConfigFromEnv()).Warm(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, safe(err))
		return 1
	}
	return 0
}

func newReader(cfg Config) *reader.Reader {
	r := reader.New(readerCache(cfg.Data))
	r.Program = cmp.Or(cfg.Reader, r.Program)
	return r
}

// readerCache is the folder of what is compiled once on this PC, for all data folders
// of its user.
func readerCache(data string) string {
	if dir, err := reader.UserCache(); err == nil {
		return dir
	}
	return filepath.Join(data, "cache")
}

// warmAfter is how long the window has the PC to itself at the start.
const warmAfter = 10 * time.Second

// warmReader compiles what reads PDF files before the first one comes, once after
// each update.
func (a *App) warmReader(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(warmAfter):
		if err := a.reader.Warm(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn().Str("error", safe(err)).Msg("reader not warmed")
		}
	}
}
