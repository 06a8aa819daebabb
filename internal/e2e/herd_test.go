package e2e

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// each is how many requests a desk of the herd has to send.
const each = 3

// TestHerd lets many desks, each the whole app with its own store, meet a
// portal that comes back after an outage, each with some requests that wait.
// All are received once, no desk is left behind, and the portal's memory stays
// within bounds.
func TestHerd(t *testing.T) {
	desks := Rounds(100, 1000)
	p := newPortalProcess(t, portaldBinary(t, ""))
	if !p.up("") {
		t.Fatal("the portal does not start")
	}
	h := gather(t, p, desks)
	connected := p.memory(t)
	p.kill()
	h.write()
	outage := time.Duration(Rounds(5, 90)) * time.Second
	pass(t.Context(), outage)

	back := time.Now()
	if !p.up("") {
		t.Fatal("the portal does not start again")
	}
	stopWatching := p.watchMemory(t)
	took := h.drain(back)
	resident := stopWatching()
	for _, s := range h.seats {
		s.stop()
	}
	peak := p.memory(t).peak

	b := openBooks(t, p.Folder)
	bad := h.audit(b)
	t.Logf("%d desks with %d requests each, away for %s: %d lost, %d doubled, %d altered", desks, each, outage, bad.lost, bad.doubled, bad.altered)
	t.Logf("from the portal's return until a desk has sent all: median %.1f s, p95 %.1f s, longest %.1f s; %.0f requests/s over all",
		took[desks/2].Seconds(), took[desks*95/100].Seconds(), took[desks-1].Seconds(), float64(desks*each)/b.span(t).Seconds())
	t.Logf("memory of the portal: %d MB with the desks connected, while they sent %s MB, at its peak %d MB", connected.resident>>20, resident, peak>>20)
	if limit := int64(64<<20) + int64(desks)*(256<<10); peak > limit {
		t.Errorf("the portal took %d MB, more than %d", peak>>20, limit>>20)
	}
}

// herd is the desks, and what each has written.
type herd struct {
	t     *testing.T
	seats []*seat
	sent  [][]written
}

// gather starts the desks; each knows its person.
func gather(t *testing.T, p *portalProcess, desks int) *herd {
	h := &herd{t: t, seats: make([]*seat, desks), sent: make([][]written, desks)}
	for i := range desks {
		h.seats[i] = sit(t, t.TempDir(), p.URL, fmt.Sprintf("herd-%04d", i))
	}
	for _, s := range h.seats {
		s.known()
	}
	return h
}

// write submits the requests of every desk.
func (h *herd) write() {
	for i, s := range h.seats {
		for n := range each {
			w := s.write(fmt.Sprintf("Demande %d", n+1))
			s.submit(w)
			h.sent[i] = append(h.sent[i], w)
		}
	}
}

// drain waits until nothing waits anywhere, and returns how long it took each
// desk, in order of length.
func (h *herd) drain(since time.Time) []time.Duration {
	took := make([]time.Duration, len(h.seats))
	var group sync.WaitGroup
	for i, s := range h.seats {
		group.Go(func() {
			// All of them may be on this one machine.
			if !eventually(h.t.Context(), s.news, patience+time.Duration(len(h.seats))*300*time.Millisecond, s.idle) {
				h.t.Errorf("desk %d is left behind", i)
			}
			took[i] = time.Since(since)
		})
	}
	group.Wait()
	slices.Sort(took)
	return took
}

func (h *herd) audit(b *books) (bad tallied) {
	for i, s := range h.seats {
		got, numbers := b.audit(h.t, fmt.Sprintf("herd-%04d", i), h.sent[i])
		s.settled(numbers)
		bad.lost, bad.doubled, bad.altered = bad.lost+got.lost, bad.doubled+got.doubled, bad.altered+got.altered
	}
	b.close(h.t)
	return bad
}

// idle tells whether nothing waits at the desk any more.
func (s *seat) idle() bool {
	state, err := s.outbox.State()
	return err == nil && state.Waiting == 0
}

// span is the time from the first receipt to the last.
func (b *books) span(t *testing.T) time.Duration {
	t.Helper()
	var ms int64
	if err := b.db.QueryRowContext(t.Context(), "SELECT max(received_at)-min(received_at) FROM request").Scan(&ms); err != nil {
		t.Errorf("read the portal's books: %v", err)
	}
	return time.Duration(max(ms, 1)) * time.Millisecond
}

// memory is what the system says of a process, in bytes; zero where the system
// is another one than Linux.
type memory struct{ resident, peak int64 }

func (p *portalProcess) memory(t *testing.T) (m memory) {
	t.Helper()
	p.mu.Lock()
	pid := p.cmd.Process.Pid
	p.mu.Unlock()
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m
	}
	for line := range bytes.Lines(body) {
		field := strings.Fields(string(line))
		if len(field) < 2 {
			continue
		}
		kb, _ := strconv.ParseInt(field[1], 10, 64) // of other fields it is no number
		switch field[0] {
		case "VmRSS:":
			m.resident = kb << 10
		case "VmHWM:":
			m.peak = kb << 10
		}
	}
	return m
}

// watchMemory looks at the portal's memory over and over until the returned
// function is called, which gives what was seen in up to eight figures, in MB.
func (p *portalProcess) watchMemory(t *testing.T) (stop func() string) {
	over, done := make(chan struct{}), make(chan struct{})
	var seen []int64
	go func() {
		defer close(done)
		every := time.NewTicker(100 * time.Millisecond)
		defer every.Stop()
		for {
			seen = append(seen, p.memory(t).resident>>20)
			select {
			case <-over:
				return
			case <-every.C:
			}
		}
	}()
	return func() string {
		close(over)
		<-done
		var out []string
		for i := range min(8, len(seen)) {
			out = append(out, strconv.FormatInt(seen[i*(len(seen)-1)/max(min(8, len(seen))-1, 1)], 10))
		}
		return strings.Join(out, " ")
	}
}
