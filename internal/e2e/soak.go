package e2e

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Long tells whether this is the long run, `go run ./build soak`.
func Long() bool { return os.Getenv("GUICHET_SOAK") != "" }

// Rounds is how often a proof is repeated: short in every test run, long in
// the long one.
func Rounds(short, long int) int {
	if Long() {
		return long
	}
	return short
}

// Rand is the randomness of a proof. Its seed is printed; GUICHET_SEED repeats
// a run.
func Rand(tb testing.TB) *rand.Rand {
	tb.Helper()
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	tb.Logf("GUICHET_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// full tells whether a benchmark is to give the figures that are promised.
func full() bool { return os.Getenv("GUICHET_BENCH") != "" }
