package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald/files"
)

// places are where the portal is killed while it receives two requests, the
// first without a file, the second with a small and a larger one. behind names
// a place at which the healing start is killed as well.
var places = []struct{ at, behind string }{
	{at: "request-written"}, {at: "request-held"}, {at: "number-written"}, {at: "number-given"}, // of the first
	{at: "request-written:2"}, {at: "request-held:2"},
	{at: "upload-announced"}, {at: "upload-created"}, {at: "bytes-read"}, {at: "bytes-complete"}, {at: "file-synced"}, {at: "file-verified"}, {at: "file-received"},
	{at: "upload-announced:2"}, {at: "upload-created:2"}, {at: "bytes-read:7"}, {at: "bytes-complete:2"},
	{at: "file-synced:2"}, {at: "file-verified:2"}, {at: "file-received:2"}, {at: "number-written:2"}, {at: "number-given:2"},
	{at: "bytes-complete:2", behind: "file-synced"}, {at: "bytes-complete:2", behind: "file-verified"},
	{at: "file-synced:2", behind: "file-received"}, {at: "file-received:2", behind: "number-written"}, {at: "number-written:2", behind: "number-given"},
	// Killed from outside, behind the answer to a call.
	{at: "answered " + string(StepAnnounce)}, {at: "answered " + string(StepOffset)}, {at: "answered " + string(StepCreate)},
	{at: "answered " + string(StepBytes)}, {at: "answered " + string(StepReceipt)},
}

// TestPortalKilled kills the real portal at every place of receiving a
// request, starts it again, and holds that everything is there exactly once.
func TestPortalKilled(t *testing.T) {
	leakless(t)
	binary := portaldBinary(t, "faultpoints")
	random := Rand(t)
	files := []source{pdfSource(t, random, "Petit.pdf", 900), pdfSource(t, random, "Facture n° 12 – été.pdf", 300<<10)}
	var mu sync.Mutex
	lines := make([]string, len(places))
	var bad tallied
	inParallel(places, func(i int, at struct{ at, behind string }) {
		t.Run(strings.Trim(at.at+" "+at.behind, " "), func(t *testing.T) {
			mu.Lock()
			bad.lost++ // until it is known
			mu.Unlock()
			line, got := killedAt(t, newPortalProcess(t, binary), at.at, at.behind, files)
			mu.Lock()
			defer mu.Unlock()
			lines[i] = line
			bad.lost, bad.doubled, bad.altered = bad.lost+got.lost-1, bad.doubled+got.doubled, bad.altered+got.altered
		})
	})
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	t.Logf("place, what was in the portal's books, what the desk said\n%s\n%d places, %d lost, %d doubled, %d altered",
		strings.Join(lines, "\n"), len(lines), bad.lost, bad.doubled, bad.altered)
}

func killedAt(t *testing.T, p *portalProcess, place, behind string, files []source) (line string, bad tallied) {
	inside := place
	step, outside := strings.CutPrefix(place, "answered ")
	if outside {
		inside = ""
	}
	if !p.up(inside) {
		t.Fatal("the portal does not start")
	}
	way := NewLine(t, p.URL)
	s := sit(t, t.TempDir(), way.URL, "portal-0000")
	s.known()
	sent := []written{s.write("Sans fichier"), s.write("Avec deux fichiers", files...)}
	if outside {
		way.Arm(Plan{Step: Step(step), Request: sent[1].id, Fault: Fault{do: func(c *lineCall) bool { passOn(c); p.kill(); return false }}})
	}
	s.submit(sent[0])
	if !eventually(t.Context(), s.news, patience, func() bool { return s.received(sent[0]) || closed(p.dead) }) {
		t.Fatal("neither received nor killed")
	}
	s.submit(sent[1])
	s.await("the portal is killed", patience, func() bool { return closed(p.dead) })
	books := openBooks(t, p.Folder)
	found := books.stand(t, "portal-0000")
	if behind != "" && p.up(behind) {
		t.Fatal("the healing start was not killed")
	}
	if behind != "" {
		<-p.dead
	}
	if !p.up("") {
		t.Fatal("the portal does not start again")
	}
	s.await("everything is received", patience, func() bool { return s.received(sent...) })
	said := strings.Join(s.story(sent[1]), " ")
	if before := strings.Join(s.story(sent[0]), " "); before != "sending received" { // it was the one that met it
		said = before
	}
	s.stop()
	bad, numbers := books.audit(t, "portal-0000", sent)
	s.settled(numbers)
	books.close(t)
	return fmt.Sprintf("  %-38s %-42s %s", strings.TrimRight(place+" "+behind, " "), found, said), bad
}

// stand is what the books hold of a person, in short.
func (b *books) stand(t *testing.T, person string) string {
	t.Helper()
	var requests, numbers, received int
	if err := b.db.QueryRowContext(t.Context(), `SELECT count(*), count(number), (SELECT coalesce(sum(received),0) FROM file)
		FROM request WHERE author=?`, person).Scan(&requests, &numbers, &received); err != nil {
		t.Errorf("read the portal's books: %v", err)
	}
	stored, err := os.ReadDir(b.dir + "/files")
	if err != nil {
		t.Errorf("read the portal's folder: %v", err)
	}
	var size int64
	for _, f := range stored {
		if info, err := f.Info(); err == nil && !strings.HasSuffix(f.Name(), ".info") && f.Name() != files.Mark {
			size += info.Size()
		}
	}
	return fmt.Sprintf("%d held, %d files, %d numbers, %d bytes", requests, received, numbers, size)
}

// TestPortalKilledAtRandom kills the portal from outside at moments drawn at
// random, while two desks send.
func TestPortalKilledAtRandom(t *testing.T) {
	random := Rand(t)
	p := newPortalProcess(t, portaldBinary(t, ""))
	if !p.up("") {
		t.Fatal("the portal does not start")
	}
	file := pdfSource(t, random, "Facture.pdf", 300<<10)
	seats := []*seat{sit(t, t.TempDir(), p.URL, "portal-0000"), sit(t, t.TempDir(), p.URL, "portal-0001")}
	sent := make([][]written, len(seats))
	kills := Rounds(12, 400)
	for range kills {
		for i, s := range seats {
			s.known()
			for _, w := range []written{s.write("Sans fichier"), s.write("Avec un fichier", file)} {
				s.submit(w)
				sent[i] = append(sent[i], w)
			}
			if err := s.outbox.SendNow(); err != nil {
				t.Fatal(err)
			}
		}
		pass(t.Context(), time.Duration(random.IntN(150))*time.Millisecond)
		p.kill()
		if !p.up("") {
			t.Fatal("the portal does not start again")
		}
	}
	b := openBooks(t, p.Folder)
	var bad tallied
	for i, s := range seats {
		if err := s.outbox.SendNow(); err != nil {
			t.Fatal(err)
		}
		s.await("everything is received", patience, func() bool { return s.received(sent[i]...) })
		s.stop()
		got, numbers := b.audit(t, fmt.Sprintf("portal-%04d", i), sent[i])
		s.settled(numbers)
		bad.lost, bad.doubled, bad.altered = bad.lost+got.lost, bad.doubled+got.doubled, bad.altered+got.altered
	}
	b.close(t)
	t.Logf("%d kills, %d requests, %d lost, %d doubled, %d altered", kills, len(sent[0])+len(sent[1]), bad.lost, bad.doubled, bad.altered)
}

// pass lets some time pass.
func pass(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// What a build ends itself at is in no other build.
func TestFaultpointsStayOut(t *testing.T) {
	for tag, want := range map[string]bool{"": false, "faultpoints": true} {
		body, err := os.ReadFile(portaldBinary(t, tag))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"GUICHET_FAULTPOINT", "request-written", "file-verified"} {
			if bytes.Contains(body, []byte(word)) != want {
				t.Errorf("built with the tags %q, %q stands in it: %t", tag, word, !want)
			}
		}
	}
}
