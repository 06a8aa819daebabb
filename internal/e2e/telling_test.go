package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk/rttest"
)

// telling are the places at which the portal is killed while it tells a help desk of a
// request, then of a reply, and is told an answer.
var telling = []string{"helpdesk-trying", "helpdesk-told", "helpdesk-trying:2", "helpdesk-told:2", "events-taken"}

// TestPortalKilledTelling kills the real portal between any two of its steps with a
// real Request Tracker, starts it again, and holds that everything was said once. The
// short run takes two of the places.
func TestPortalKilledTelling(t *testing.T) {
	leakless(t)
	r := rttest.Own(t, rttest.Options{})
	binary := portaldBinary(t, "faultpoints")
	mapping := filepath.Join(t.TempDir(), "helpdesk.toml")
	if err := os.WriteFile(mapping, []byte(r.TOML()), 0o600); err != nil {
		t.Fatal(err)
	}
	var all tallied
	random := Rand(t)
	random.Shuffle(len(telling), func(i, j int) { telling[i], telling[j] = telling[j], telling[i] })
	taken := telling[:Rounds(2, len(telling))]
	seen := make(chan tallied, len(taken))
	inParallel(taken, func(_ int, place string) {
		t.Run(place, func(t *testing.T) {
			p := newPortalProcess(t, binary)
			p.args = []string{"--helpdesk", mapping}
			seen <- killedTelling(t, p, r.Agent("anne"), place)
		})
	})
	close(seen)
	for got := range seen {
		all.lost, all.doubled, all.altered = all.lost+got.lost, all.doubled+got.doubled, all.altered+got.altered
	}
	t.Logf("%d places, %d lost, %d doubled, %d altered", len(taken), all.lost, all.doubled, all.altered)
}

func killedTelling(t *testing.T, p *portalProcess, anne rttest.Agent, place string) (bad tallied) {
	if !p.up(place) {
		t.Fatal("the portal does not start")
	}
	kills := 0
	again := func() {
		if closed(p.dead) {
			if kills++; !p.up("") {
				t.Fatal("the portal does not start again")
			}
		}
	}
	s := sit(t, t.TempDir(), p.URL, "portal-0000")
	s.known()
	f := pdfSource(t, Rand(t), "Facture n° 12 – été.pdf", 300<<10)
	w := s.writeAs(dispute(), f)
	s.submit(w)
	s.await("the ticket", patience, func() bool { again(); return len(tickets(t, anne, w.id)) > 0 })
	id := s.ticket(anne, w)
	said := func(n int) func() bool {
		return func() bool { again(); return len(s.read(anne, id).Said) >= n }
	}
	s.await("the number", patience, func() bool { again(); return s.received(w) })
	s.reply(w, "Voici la suite.")
	s.await("the reply", patience, said(2))
	must(t, anne.Answer(t.Context(), id, "Bien reçu."))
	s.await("the answer", patience, func() bool { again(); return len(s.look(w).Messages) > 1 })
	// What is told late, and what is told twice, is there behind another turn.
	must(t, anne.Answer(t.Context(), id, "À demain."))
	s.await("the next answer", patience, func() bool { again(); return len(s.look(w).Messages) > 2 })
	if kills != 1 {
		t.Errorf("killed %d times", kills)
	}
	got := s.read(anne, id)
	texts := []string{}
	for _, m := range s.look(w).Messages {
		texts = append(texts, strings.TrimSpace(m.Text))
	}
	switch n := len(tickets(t, anne, w.id)); {
	case n != 1 || len(got.Said) > 4 || len(texts) > 3:
		bad.doubled++
		t.Errorf("%d tickets, said there %d, here %q", n, len(got.Said), texts)
	case len(got.Said) < 4 || len(slices.Compact(slices.Sorted(slices.Values(texts)))) != 3:
		bad.lost++
		t.Errorf("said there %d, here %q", len(got.Said), texts)
	case differ(got.Said[0].Files, []source{f}) != "":
		bad.altered++
		t.Error(differ(got.Said[0].Files, []source{f}))
	}
	return bad
}
