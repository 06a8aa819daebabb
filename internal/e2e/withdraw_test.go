package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// takeBack is a fault at « Annuler l’envoi » of a request of which the portal
// holds the announcement; its attempt has failed, or its file is midway. Behind a
// failure the person presses again, or leaves it and lets the request go.
type takeBack struct {
	fault  Fault
	again  bool
	midway bool
}

func (c takeBack) String() string {
	name := c.fault.Name + map[bool]string{true: "/again", false: "/leave"}[c.again]
	return name + map[bool]string{true: "/midway"}[c.midway]
}

// TestWireWithdraw makes every fault at the call that takes a request back, and
// holds that it is then either cancelled at the desk and nowhere at the portal,
// or at the portal exactly once.
func TestWireWithdraw(t *testing.T) {
	leakless(t)
	var cells []takeBack
	for _, f := range Faults {
		if (f.At(StepMe) || f.At(StepOffset)) && !f.Wide && f.Name != "replay" {
			for _, midway := range []bool{false, true} {
				cells = append(cells, takeBack{f, true, midway}, takeBack{f, false, midway})
			}
		}
	}
	twin := runPortal(t, func(c *portald.Config) { c.People = staff("back", len(cells)) })
	b := openBooks(t, twin.Folder())
	file := pdfSource(t, Rand(t), "Petit.pdf", 900)
	var mu sync.Mutex
	came := map[string][]string{} // to what, under which faults
	inParallel(cells, func(i int, c takeBack) {
		t.Run(c.String(), func(t *testing.T) {
			to := c.run(t, twin.URL, fmt.Sprintf("back-%04d", i), b, file)
			mu.Lock()
			defer mu.Unlock()
			came[to] = append(came[to], c.String())
		})
	})
	b.close(t)
	n := 0
	for to, names := range came {
		n += len(names)
		slices.Sort(names)
		t.Logf("%s: %s", to, strings.Join(names, " "))
	}
	t.Logf("%d cells", n)
}

// run returns what the first press said and what it came to in the end.
func (c takeBack) run(t *testing.T, address, person string, b *books, file source) string {
	line := NewLine(t, address)
	s := sit(t, t.TempDir(), line.URL, person)
	s.known()
	w := s.write("À reprendre", file)
	before, held := Plan{Fault: faultNamed("502"), Step: StepCreate, Request: w.id, Times: 1 << 20}, desk.StatusUnknown
	if c.midway {
		before, held = Plan{Fault: faultNamed("stall"), Step: StepBytes, Request: w.id}, desk.StatusSending
	}
	attempt := line.Arm(before)
	s.submit(w)
	s.await("the portal holds it and nothing more", patience, func() bool {
		return closed(attempt.Hit) && line.Holds(w.id) && s.where(w)[0] == held
	})
	plan := line.Arm(Plan{Fault: c.fault, Step: StepWithdraw})
	pressed := make(chan error, 1)
	go func() { pressed <- s.outbox.Cancel(w.id) }()
	var err error
	s.await("the press is answered", patience, func() bool {
		if closed(plan.Hit) {
			line.Release()
		}
		select {
		case err = <-pressed:
			return true
		default:
			return false
		}
	})
	line.Heal()
	said := "cancelled at once"
	if err != nil {
		var e *desk.Error
		if !errors.As(err, &e) {
			t.Fatalf("the press says %v", err)
		}
		said = e.Code
		if errors.Is(err, desk.ErrNotNow) && c.fault.Says != portal.CodeMismatch {
			t.Error("it is to wait for the end of the attempt")
		}
		w = c.goOn(s, w)
	}
	if _, err := line.Deliver(); err != nil {
		t.Errorf("deliver late: %v", err)
	}
	status := s.where(w)[0]
	s.clear()
	s.stop()
	sent := []written{w}
	if status == desk.StatusCancelled {
		sent = nil
	}
	_, numbers := b.audit(t, person, sent)
	if sent != nil {
		s.settled(numbers)
	}
	return said + ", then " + string(status)
}

// goOn presses again, or lets it go, until that has come to something. What is
// sent again may have a new id.
func (c takeBack) goOn(s *seat, w written) written {
	s.tb.Helper()
	sent, rounds := []written{w}, 0
	s.await("it is cancelled or received", patience, func() bool {
		status := s.where(sent...)[0]
		if status == desk.StatusReceived || status == desk.StatusCancelled {
			return true
		}
		if s.help(sent...) == "sent again" {
			rounds++
		}
		if rounds > 3 {
			s.tb.Fatalf("sent again %d times, and always refused: %v", rounds, s.story(sent[0]))
		}
		if err := s.outbox.SendNow(); err != nil {
			s.tb.Fatalf("send now: %v", err)
		}
		return c.again && s.outbox.Cancel(sent[0].id) == nil
	})
	return sent[0]
}
