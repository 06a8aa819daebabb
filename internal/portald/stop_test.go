package portald_test

import (
	"bytes"
	"runtime"
	"testing"

	"go.uber.org/goleak"
)

// TestStopWhileItComesUp stops a portal at once, and when so many of River's own
// services run: they come up one by one for seconds behind the first answer. None
// outlives the portal.
func TestStopWhileItComesUp(t *testing.T) {
	b := start(t, nil)
	b.Down()
	before := goleak.IgnoreCurrent()
	for up := range 4 {
		b.Up()
		await(t, "River's services", func() bool { return maintaining() >= up })
		b.Down()
		goleak.VerifyNone(t, before)
	}
}

// maintaining counts River's services that run.
func maintaining() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return bytes.Count(stacks, []byte("\ncreated by github.com/riverqueue/river/internal/maintenance.("))
}
