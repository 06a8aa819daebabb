package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// cell is one fault at one step: once, for several calls in a row, or, with
// zero times, until the desk itself gives up.
type cell struct {
	fault Fault
	step  Step
	times int
}

func (c cell) name() string {
	return fmt.Sprintf("%s/%s/%d", c.fault.Name, c.step, c.times)
}

// matrix is every fault at every step, once; and for several calls in a row,
// in the short run at one step of each fault.
func matrix(random *rand.Rand) (cells []cell) {
	for _, f := range Faults {
		again := f.Steps[random.IntN(len(f.Steps))]
		for _, s := range f.Steps {
			cells = append(cells, cell{f, s, 1})
			// A whole line stays away anyhow, what is late comes once, and the
			// catalogue is not asked for over and over.
			if (Long() || s == again) && !f.Wide && f.Name != "late" && s != StepCatalogue {
				cells = append(cells, cell{f, s, 3})
			}
			if Long() && strings.HasPrefix(f.Name, "stall") && slices.Contains(sendSteps, s) {
				cells = append(cells, cell{f, s, 0})
			}
		}
	}
	return cells
}

// inParallel does the same with all, so many at a time.
func inParallel[T any](all []T, do func(int, T)) {
	var group sync.WaitGroup
	var next atomic.Int64
	for range cellsAtOnce {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				do(i, all[i])
			}
		})
	}
	group.Wait()
}
