package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/rttest"
)

// TestToldLate has Request Tracker do the first call for a ticket only when the portal
// has given it up and made the next: it finds both behind that, and makes them one.
func TestToldLate(t *testing.T) {
	r := rttest.Own(t, rttest.Options{})
	random := Rand(t)
	w := newWay(t, r.URL, random)
	k := &keeping{way: w}
	server := httptest.NewServer(k)
	t.Cleanup(server.Close)
	h := throughRT(t, r, func(m *helpdesk.Mapping) { m.RT.URL = server.URL }, nil)
	h.Settle = time.Second
	p := portalBefore(t, h, staff("late", 1))
	s := sit(t, t.TempDir(), p.URL, "late-0000")
	s.known()
	sent := s.write("En retard", pdfSource(t, random, "Petit.pdf", 900))
	s.submit(sent)
	await(t, "all of it", func() bool { k.mu.Lock(); defer k.mu.Unlock(); return k.calls >= 2 && p.Unforwarded() == 0 })
	anne := r.Agent("anne")
	id := s.ticket(anne, sent)
	if all, err := search(t.Context(), anne, sent.id, " AND EffectiveId > 0"); err != nil || len(all) != 2 {
		t.Fatalf("tickets %v, %v", all, err)
	}
	for _, said := range s.read(anne, id).Said {
		sameFiles(t, said.Files, sent.files...)
	}
	s.reply(sent, "Une suite")
	s.await("the reply", patience, func() bool { return len(s.read(anne, id).Said) == 3 })
}

// keeping is a way that keeps the first call for a ticket back until the next is done.
type keeping struct {
	way   *way
	mu    sync.Mutex
	calls int
	kept  []byte
}

func (k *keeping) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/ticket") {
		k.way.ServeHTTP(out, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.calls++; k.calls == 1 || err != nil {
		k.kept = body
		breakOff(out)
		return
	}
	a, err := k.way.pass(r.Context(), r, body, func() {})
	if err == nil && k.calls == 2 {
		_, err = k.way.pass(r.Context(), r, k.kept, func() {})
	}
	if err != nil {
		breakOff(out)
		return
	}
	k.way.answer(out, "", a)
}
