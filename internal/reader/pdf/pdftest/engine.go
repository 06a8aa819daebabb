package pdftest

import (
	"context"
	"sync"
	"testing"

	"guichet/internal/reader/pdf"
)

// Cache is the folder where the tests of all packages keep pdfium's machine code. It
// lies where nobody else can write: what is in it is run.
func Cache(tb testing.TB) string {
	tb.Helper()
	dir, err := pdf.UserCache()
	if err != nil {
		tb.Skip(err)
	}
	if !pdf.Cached(dir) {
		if err := pdf.Warm(context.Background(), dir); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

var (
	mu      sync.Mutex
	started *pdf.Engine
)

// Engine is one engine for all tests of a process. It is never closed.
func Engine(tb testing.TB) *pdf.Engine {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	if started == nil {
		e, err := pdf.Start(context.Background(), Cache(tb))
		if err != nil {
			tb.Fatal(err)
		}
		started = e
	}
	return started
}
