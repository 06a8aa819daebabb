package sqlite

import (
	"context"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
)

// BenchmarkReseal seals 100,000 requests and messages of 600 bytes, once: how
// long it takes, how long its parts hold the database, how long saves wait
// meanwhile, and how long it takes when there is nothing to do.
func BenchmarkReseal(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		s := openWith(b, dir, privacy.Plain{})
		large(b, s, 50_000)
		if _, err := s.Backup(ctx, at); err != nil {
			b.Fatal(err)
		}
		safe, err := seal.Open(ctx, dir, &keyring.Memory{})
		if err != nil {
			b.Fatal(err)
		}
		for _, who := range []string{thePC, "claire"} {
			if err := safe.Enrol(ctx, who); err != nil {
				b.Fatal(err)
			}
		}
		s.sealer = safe
		stop, waited := make(chan struct{}), make(chan []time.Duration)
		d := save(b, s, newDraft(b))
		go func() {
			var out []time.Duration
			for {
				select {
				case <-stop:
					waited <- out
					return
				case <-time.After(20 * time.Millisecond):
				}
				began := time.Now()
				var err error
				if d, err = s.SaveDraft(ctx, d, at); err != nil {
					b.Error(err)
				}
				out = append(out, time.Since(began))
			}
		}()
		var last time.Time
		var rows, vacuum, whole time.Duration
		began := time.Now()
		b.StartTimer()
		r := &reseal{store: s, step: func(what string) {
			switch what {
			case "read":
				last = time.Now()
			case "exchanged":
				rows = max(rows, time.Since(last))
				last = time.Now()
			case "vacuumed":
				vacuum = time.Since(last)
			}
		}}
		n, err := r.run(ctx)
		b.StopTimer()
		whole = time.Since(began)
		close(stop)
		if err != nil || n < 200_000 {
			b.Fatalf("%d, %v", n, err)
		}
		var longest time.Duration
		waits := <-waited
		over := 0
		for _, w := range waits {
			longest = max(longest, w)
			if w > 100*time.Millisecond {
				over++
			}
		}
		began = time.Now()
		if n, err := s.Reseal(ctx); n != 0 || err != nil {
			b.Fatalf("%d, %v", n, err)
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "idle-ms")
		tell(b, s, "DELETE FROM setting WHERE key=?", resealedKey)
		scan := &reseal{store: s, step: func(string) {}}
		began = time.Now()
		if err := scan.rows(ctx); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "scan-ms")
		b.ReportMetric(float64(whole.Milliseconds()), "whole-ms")
		b.ReportMetric(float64(rows.Microseconds())/1000, "longest-tx-ms")
		b.ReportMetric(float64(vacuum.Milliseconds()), "scan+vacuum-ms")
		b.ReportMetric(float64(longest.Milliseconds()), "longest-save-ms")
		b.ReportMetric(float64(over), "saves>100ms")
		b.ReportMetric(float64(len(waits)), "saves")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// large fills a database with so many requests, each with a message.
func large(tb testing.TB, s *Store, n int) {
	tb.Helper()
	body, err := s.seal("claire", requestBody{Values: desk.Values{"subject": "Double facturation", "description": text[:520]}})
	if err != nil {
		tb.Fatal(err)
	}
	tell(tb, s, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<?)
		INSERT INTO request (id, revision, person, practice, catalogue, type, category, road, status, reason, number, portal_status, body, written_at, submitted_at, updated_at)
		SELECT printf('00000000-0000-7000-8000-%012x', i), 1, 'claire', 'p', 1, 't', 'c', 'assistant', 'received', '', 'G', 'received', ?, i, i, i FROM n`, n, body)
	author, err := s.seal("claire", "Support")
	if err != nil {
		tb.Fatal(err)
	}
	message, err := s.seal("claire", text[:600])
	if err != nil {
		tb.Fatal(err)
	}
	tell(tb, s, `INSERT INTO message (id, person, practice, request, author, support, body, at)
		SELECT id, person, practice, id, ?, 1, ?, updated_at FROM request`, author, message)
}
