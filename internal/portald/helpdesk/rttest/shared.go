package rttest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
)

// Postgres is the variable with the address of the server on which the RT of a whole
// binary has its database: see Options.
const Postgres = "GUICHET_TEST_RT_POSTGRES"

var shared struct {
	once sync.Once
	rt   *RT
	err  error
}

// Shared is one RT for all tests of a binary, started for the first that asks.
// The binary's TestMain calls Main, which ends it.
func Shared(tb testing.TB) *RT {
	tb.Helper()
	possible(tb)
	shared.once.Do(func() { shared.rt, shared.err = begin(context.Background(), Options{Postgres: os.Getenv(Postgres)}) })
	if shared.err != nil {
		tb.Fatalf("Request Tracker: %v", shared.err)
	}
	return shared.rt
}

// Main runs the tests of a binary that uses Shared.
func Main(m *testing.M) {
	code := m.Run()
	if shared.rt != nil {
		if err := shared.rt.remove(); err != nil {
			fmt.Fprintln(os.Stderr, "end Request Tracker:", err)
		}
	}
	os.Exit(code)
}
