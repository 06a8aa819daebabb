package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald"
)

// TestStorm lets several faults, drawn at random, happen to a few requests at
// the same time, and holds the same as TestWire.
func TestStorm(t *testing.T) {
	leakless(t)
	random := Rand(t)
	seeds := make([]uint64, Rounds(30, 1500))
	for i := range seeds {
		seeds[i] = random.Uint64()
	}
	portal := runPortal(t, func(c *portald.Config) { c.People = staff("storm", len(seeds)) })
	b := openBooks(t, portal.Folder())
	files := []source{pdfSource(t, random, "Petit.pdf", 900), pdfSource(t, random, "Facture n° 12 – été.pdf", 300<<10)}
	var mu sync.Mutex
	var bad tallied
	var hits int
	inParallel(seeds, func(i int, seed uint64) {
		t.Run(fmt.Sprintf("%04d", i), func(t *testing.T) {
			mu.Lock()
			bad.lost++ // until it is known
			mu.Unlock()
			h, got := storm(t, rand.New(rand.NewPCG(seed, 0)), portal.URL, fmt.Sprintf("storm-%04d", i), b, files)
			mu.Lock()
			defer mu.Unlock()
			hits += h
			bad.lost, bad.doubled, bad.altered = bad.lost+got.lost-1, bad.doubled+got.doubled, bad.altered+got.altered
		})
	})
	b.close(t)
	t.Logf("%d storms with %d faults, %d lost, %d doubled, %d altered", len(seeds), hits, bad.lost, bad.doubled, bad.altered)
}

// storm is one of them; it returns how often a fault hit.
func storm(t *testing.T, random *rand.Rand, portal, person string, b *books, files []source) (hits int, bad tallied) {
	data := t.TempDir()
	watch := witness(t, data)
	line := NewLine(t, portal)
	line.Watch = watch
	s := sit(t, data, line.URL, person)
	s.known()
	var plans []*Plan
	var names []string
	for range 2 + random.IntN(4) {
		f := Faults[random.IntN(len(Faults))]
		for f.Wide {
			f = Faults[random.IntN(len(Faults))]
		}
		p := Plan{Fault: f, Step: f.Steps[random.IntN(len(f.Steps))], Skip: random.IntN(3), Times: 1 + random.IntN(2)}
		plans = append(plans, line.Arm(p))
		names = append(names, fmt.Sprintf("%s/%s after %d, %d times", f.Name, p.Step, p.Skip, p.Times))
	}
	sent := []written{s.write("Premier", files...), s.write("Deuxième"), s.write("Troisième", files[0])}
	for _, w := range sent {
		s.submit(w)
	}
	// Those who wait press « Envoyer maintenant » and do what they are asked to.
	for end := time.Now().Add(20 * time.Second); !s.received(sent...) && time.Now().Before(end); {
		line.Release()
		s.help(sent...)
		if err := s.outbox.SendNow(); err != nil {
			t.Fatalf("send now: %v", err)
		}
		line.rest(100 * time.Millisecond)
	}
	line.Heal()
	if !eventually(t.Context(), s.news, patience, func() bool { s.help(sent...); return s.received(sent...) }) {
		for _, w := range sent {
			t.Log(s.where(w), s.story(w))
		}
		t.Fatalf("waited in vain for %s: everything is received behind %s", patience, strings.Join(names, "; "))
	}
	if _, err := line.Deliver(); err != nil {
		t.Errorf("deliver late: %v", err)
	}
	s.clear()
	s.stop()
	bad, numbers := b.audit(t, person, sent)
	s.settled(numbers)
	if t.Failed() {
		t.Log(strings.Join(names, "; "))
	}
	for _, p := range plans {
		hits += line.Hits(p)
	}
	return hits, bad
}
