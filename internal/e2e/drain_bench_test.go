package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/google/uuid"
)

// BenchmarkDrain empties a full outbox of the whole app, beside a plain loop
// that makes the same calls at the same parallelism, without a queue and a
// store, to the same portal. It reports the ratio of their speeds (1 is as fast
// as the loop) and the requests per second of both, medians of interleaved
// pairs. GUICHET_BENCH=1 makes it as long as the figure asks for.
func BenchmarkDrain(b *testing.B) {
	for _, c := range []struct {
		name     string
		short, n int // requests
		size     int // bytes of the file of each, 0 for none
	}{
		{"Requests2kB", 20, 1000, 0},
		{"Files1MB", 4, 100, 1 << 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			n, pairs := c.short, 1
			if full() {
				n, pairs = c.n, 5
			}
			// Each run has a person of its own: a desk that is new to somebody who has
			// sent thousands of requests would first fetch them all.
			people := staff("drain", 2*pairs)
			p := newPortalProcess(b, portaldBinary(b, ""))
			random := rand.New(rand.NewPCG(1, 2))
			var ours, base, ratios []float64
			for b.Loop() {
				for i := range pairs {
					o := drainApp(b, p, people[2*i], random, n, c.size)
					l := drainLoop(b, p, people[2*i+1], random, n, c.size)
					ours, base, ratios = append(ours, o), append(base, l), append(ratios, o/l)
				}
			}
			b.ReportMetric(middle(ours), "app/s")
			b.ReportMetric(middle(base), "loop/s")
			b.ReportMetric(middle(ratios), "ratio")
		})
	}
}

func middle(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// drainApp fills an outbox while the portal is away and returns the requests
// per second of the drain, the start of the app included.
func drainApp(b *testing.B, p *portalProcess, who portald.Person, random *rand.Rand, n, size int) float64 {
	b.Helper()
	data := b.TempDir()
	up(b, p)
	s := sit(b, data, p.URL, who.ID)
	s.known()
	p.kill()
	text := strings.Repeat("Une ligne de la facture que nous ne comprenons pas. ", 36) // about 2 kB
	for i := range n {
		var files []source
		if size > 0 {
			files = append(files, pdfSource(b, random, "facture.pdf", size))
		}
		s.submit(s.write(fmt.Sprintf("Question %d. %s", i, text[:100]), files...))
	}
	s.stop()
	up(b, p)
	begin := time.Now()
	s = sit(b, data, p.URL, who.ID)
	s.drained(begin, n)
	took := time.Since(begin)
	s.stop()
	p.kill()
	return float64(n) / took.Seconds()
}

// drained waits until nothing is left of n requests. It looks seldom, and
// closely only at the end: looking costs the desk time.
func (s *seat) drained(begin time.Time, n int) {
	s.tb.Helper()
	for {
		state, err := s.outbox.State()
		if err != nil {
			s.tb.Fatal(err)
		}
		if state.Waiting == 0 {
			return
		}
		left := time.Since(begin) * time.Duration(state.Waiting) / time.Duration(max(1, n-state.Waiting))
		<-time.After(min(max(2*time.Millisecond, left/2), 50*time.Millisecond))
	}
}

func up(b *testing.B, p *portalProcess) {
	b.Helper()
	if !p.up("") {
		b.Fatal("the portal does not start")
	}
}

// looper is the plain loop: nothing is kept, nothing is checked but statuses.
type looper struct {
	b      *testing.B
	url    string
	who    portald.Person
	token  string
	client *http.Client
}

func drainLoop(b *testing.B, p *portalProcess, who portald.Person, random *rand.Rand, n, size int) float64 {
	b.Helper()
	up(b, p)
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	l := &looper{b: b, url: p.URL, who: who, token: tokenFor(b, who.ID), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	defer l.client.CloseIdleConnections()
	work := make(chan int)
	var group sync.WaitGroup
	begin := time.Now()
	for range 4 {
		group.Go(func() {
			for i := range work {
				own := bytes.Clone(content)
				if size > 0 {
					own[0], own[1], own[2] = byte(i), byte(i>>8), 0
				}
				l.send(i, own)
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	group.Wait()
	took := time.Since(begin)
	p.kill()
	return float64(n) / took.Seconds()
}

func (l *looper) send(i int, content []byte) {
	id, file := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String()
	now := time.Now().UTC()
	put := portal.RequestPut{
		Revision: 1, Practice: l.who.Practices[0].ID, CatalogueVersion: own, Type: "technical", Category: "software",
		Values: map[string]string{
			desk.KeySubject:     fmt.Sprintf("Question %d", i),
			desk.KeyDescription: strings.Repeat("Une ligne de la facture que nous ne comprenons pas. ", 36),
		},
		Files: []portal.File{}, WrittenAt: now, SubmittedAt: now,
	}
	if len(content) > 0 {
		sum := sha256.Sum256(content)
		hash := hex.EncodeToString(sum[:])
		put.Files = []portal.File{{ID: file, Name: "facture.pdf", Size: int64(len(content)), Media: "application/pdf", SHA256: hash, Confirmation: &portal.Confirmation{
			By: l.who.ID, At: now, Wording: "2026-1", SHA256: hash,
		}}}
	}
	body, err := json.Marshal(put)
	if err != nil {
		l.b.Error(err)
	}
	l.call(http.MethodPut, portal.RouteRequests+"/"+id, http.StatusCreated, body, nil)
	if len(content) == 0 {
		return
	}
	at := portal.RouteUploads + "/" + portal.UploadID(id, file)
	name := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	l.call(http.MethodHead, at, http.StatusNotFound, nil, http.Header{})
	l.call(http.MethodPost, portal.RouteUploads, http.StatusCreated, nil, http.Header{
		"Upload-Length": {strconv.Itoa(len(content))}, "Upload-Metadata": {"request " + name(id) + ",file " + name(file)},
	})
	l.call(http.MethodPatch, at, http.StatusNoContent, content, http.Header{"Content-Type": {"application/offset+octet-stream"}, "Upload-Offset": {"0"}})
	l.call(http.MethodPut, portal.RouteRequests+"/"+id, http.StatusOK, body, nil)
}

func (l *looper) call(method, path string, want int, body []byte, tus http.Header) {
	req, err := http.NewRequestWithContext(l.b.Context(), method, l.url+path, bytes.NewReader(body))
	if err != nil {
		l.b.Error(err)
		return
	}
	if tus != nil {
		req.Header = tus
		req.Header.Set("Tus-Resumable", "1.0.0")
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+l.token)
	res, err := l.client.Do(req)
	if err != nil {
		l.b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if res.StatusCode != want {
		l.b.Errorf("%s %s: %d", method, path, res.StatusCode)
	}
}
