package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/privacy"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// benchRequests is how many requests a benchmark has: GUICHET_BENCH_REQUESTS, or so
// many where it only has to run.
func benchRequests(short int) int {
	if n, err := strconv.Atoi(os.Getenv("GUICHET_BENCH_REQUESTS")); err == nil {
		return n
	}
	return short
}

// rounds is how often the sides of a comparison take turns.
func benchRounds() int {
	if os.Getenv("GUICHET_BENCH_REQUESTS") != "" {
		return 5
	}
	return 1
}

// BenchmarkFirstSync brings everything that a portal has to a new desk, beside plain
// reads of the same pages: medians of interleaved rounds, and their ratio.
func BenchmarkFirstSync(b *testing.B) {
	n := benchRequests(300)
	p := portald.Run(b, nil)
	p.Fill(n, claire)
	var ours, base, ratios []float64
	for b.Loop() {
		for range benchRounds() {
			began := time.Now()
			plainly(b, p, n)
			plain := time.Since(began).Seconds()
			began = time.Now()
			o := open(b, b.TempDir(), p.URL, p.Token(claire))
			await(b, "everything is here", func() bool {
				sync := must(o.app.store.Sync(b.Context(), claire))(b) // what the window would read takes its time
				return !sync.At.IsZero() && sync.Total == 0
			})
			whole := time.Since(began).Seconds()
			if got := must(o.lists.Total(Query{}))(b); got != n {
				b.Fatalf("%d of %d are here", got, n)
			}
			o.app.Stop()
			ours, base, ratios = append(ours, whole), append(base, plain), append(ratios, whole/plain)
		}
	}
	b.ReportMetric(middle(ours), "sync-s")
	b.ReportMetric(middle(base), "plain-s")
	b.ReportMetric(middle(ratios), "ratio")
}

// plainly reads the pages of a snapshot, and nothing more.
func plainly(tb testing.TB, p *portald.Twin, n int) {
	tb.Helper()
	got, cursor := 0, ""
	for more := true; more; {
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, p.URL+portal.RouteChanges+"?"+url.Values{"cursor": {cursor}, "limit": {"200"}}.Encode(), nil)
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+p.Token(claire))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			tb.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		var page portal.Changes
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil {
			tb.Fatal(err)
		}
		got, cursor, more = got+len(page.Changes), page.Cursor, page.More
	}
	http.DefaultClient.CloseIdleConnections()
	if got != n {
		tb.Fatalf("%d of %d were read", got, n)
	}
}

// BenchmarkDashboard is a start until everything that the first page and the
// dashboard show has been read, with many requests and with a hundred: medians of
// interleaved rounds, and their ratio.
func BenchmarkDashboard(b *testing.B) {
	many, few := stocked(b, benchRequests(2000)), stocked(b, 100)
	var ours, base, ratios []float64
	for b.Loop() {
		for range 3 * benchRounds() {
			f, m := started(b, few), started(b, many)
			ours, base, ratios = append(ours, m), append(base, f), append(ratios, m/f)
		}
	}
	b.ReportMetric(middle(ours), "many-ms")
	b.ReportMetric(middle(base), "few-ms")
	b.ReportMetric(middle(ratios), "ratio")
}

// started is the milliseconds of a start.
func started(tb testing.TB, data string) float64 {
	tb.Helper()
	began := time.Now()
	o := wire(New(Config{Data: data, Portal: nobody}))
	o.app.Start(o.shell)
	must(o.window.Settings())(tb)
	must(o.session.State())(tb)
	must(o.requests.Latest())(tb)
	must(o.outbox.State())(tb)
	must(o.bell.Notices())(tb)
	if board := must(o.lists.Board("2026-01-01T00:00:00Z"))(tb); len(board.Latest) == 0 {
		tb.Fatal("the board is empty")
	}
	took := float64(time.Since(began).Microseconds()) / 1000
	o.app.Stop()
	return took
}

// stocked is a data folder with so many requests of Claire's, who is at the desk.
func stocked(tb testing.TB, n int) string {
	tb.Helper()
	ctx, data := context.Background(), tb.TempDir()
	s, err := sqlite.Open(ctx, data, privacy.Plain{})
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Now()
	person := desk.Person{ID: claire, Name: "Claire Lefèvre", Practices: []desk.Practice{{ID: tilleuls, Name: "Cabinet des Tilleuls", Roles: []desk.Role{desk.RoleAdmin}}}}
	if err := s.Remember(ctx, person, now); err != nil {
		tb.Fatal(err)
	}
	if err := s.SetAtDesk(ctx, claire); err != nil {
		tb.Fatal(err)
	}
	states := []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed}
	for at := 0; at < n; at += 1000 {
		in := desk.Changes{Cursor: strconv.Itoa(at), Snapshot: true, More: true, Total: n}
		for i := at; i < min(n, at+1000); i++ {
			id, err := uuid.NewV7()
			if err != nil {
				tb.Fatal(err)
			}
			when := now.Add(-time.Duration(n-i) * time.Minute)
			in.Changes = append(in.Changes, desk.Change{Request: desk.Request{
				ID: id, Revision: 1, Owner: desk.Owner{Practice: tilleuls}, CatalogueVersion: 1, Type: "technical", Category: "software", Number: fmt.Sprintf("AS-2026-%06d", i),
				Values: desk.Values{"subject": fmt.Sprintf("Demande %d", i), "description": "L’agenda met une minute à s’ouvrir."}, Author: desk.Author{ID: claire, Name: "Claire Lefèvre"},
				PortalStatus: states[i%len(states)], Priority: desk.PriorityNormal, Watching: true,
				WrittenAt: when, SubmittedAt: when, ReceivedAt: when, UpdatedAt: when,
			}})
		}
		if _, _, err := s.Apply(ctx, claire, in, now); err != nil {
			tb.Fatal(err)
		}
	}
	_, _, err = s.Apply(ctx, claire, desk.Changes{Cursor: "end"}, now)
	if err := errors.Join(err, s.Close()); err != nil {
		tb.Fatal(err)
	}
	return data
}
