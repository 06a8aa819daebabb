package portald

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database"
	"guichet/internal/portald/database/pgtest"

	"github.com/google/uuid"
)

// desks is how many requests are under way at once.
const desks = 16

// benchTime is how long each half of a pair is measured.
func benchTime() (pairs int, each time.Duration) {
	if os.Getenv("GUICHET_BENCH") == "" {
		return 1, 200 * time.Millisecond
	}
	return 7, 2 * time.Second
}

// BenchmarkAccept puts requests at a portal by HTTP until each has its number, as
// many desks at once, and beside it writes the same rows by the same number of
// writers with nothing around: as durable, in one transaction each.
func BenchmarkAccept(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{
		"SQLite":     func(testing.TB) string { return "" },
		"PostgreSQL": func(tb testing.TB) string { return pgtest.Run(tb).Database(tb) },
	} {
		b.Run(name, func(b *testing.B) {
			ours := Run(b, func(c *Config) { c.Postgres = address(b) })
			bare, err := openStore(b.Context(), b.TempDir(), address(b))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = bare.Close() })
			for b.Loop() {
				measureAccept(b, ours, bare)
			}
		})
	}
}

func measureAccept(b *testing.B, t *Twin, bare *store) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: desks}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	token := t.Token("demo-sophie")
	body := newFilling(t.Server, newPeople([]Person{t.person("demo-sophie")})[0]).request(1, time.Now(), t.current)
	body.Practice, body.Type, body.Category = "cabinet-tilleuls", "technical", "software"
	put := func(ctx context.Context) error { return putOne(ctx, client, t.URL, token, body) }
	row := func(ctx context.Context) error { return bareOne(ctx, bare, body) }
	pairs, each := benchTime()
	var a, c, ratios []float64
	for range pairs {
		base := perSecond(b, each, row)
		got := perSecond(b, each, put)
		a, c, ratios = append(a, got), append(c, base), append(ratios, got/base)
	}
	for _, list := range [][]float64{a, c, ratios} {
		slices.Sort(list)
	}
	b.ReportMetric(a[len(a)/2], "accepted/s")
	b.ReportMetric(c[len(c)/2], "bare/s")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(0, "ns/op")
}

// perSecond has all desks do something until the time is over.
func perSecond(b *testing.B, each time.Duration, do func(context.Context) error) float64 {
	b.Helper()
	var done atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range desks {
		all.Go(func() {
			for time.Since(began) < each {
				if err := do(b.Context()); err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	return float64(done.Load()) / time.Since(began).Seconds()
}

func putOne(ctx context.Context, client *http.Client, address, token string, body portal.RequestPut) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, address+portal.RouteRequests+"/"+id.String(), bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var got portal.Request
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		return err
	}
	if got.Number == "" {
		return fmt.Errorf("answered %d without a number", res.StatusCode)
	}
	return nil
}

// bareOne writes the rows of a request that has its number.
func bareOne(ctx context.Context, s *store, body portal.RequestPut) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(content{AuthorName: "Sophie Martin", Put: body})
	if err != nil {
		return err
	}
	now := time.Now().UnixMilli()
	return s.Tx(ctx, func(tx *database.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO request (id, revision, author, practice, digest, body, status, held_at, updated_at) VALUES (?,1,'demo-sophie',?,?,?,'received',?,?)",
			id.String(), body.Practice, id.String(), encoded, now, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO watcher (request, person, name) VALUES (?,'demo-sophie','Sophie Martin')", id.String()); err != nil {
			return err
		}
		var n, change int64
		if err := tx.QueryRowContext(ctx, "INSERT INTO counter (year, last) VALUES (2026, 1) ON CONFLICT (year) DO UPDATE SET last=counter.last+1 RETURNING last").Scan(&n); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "UPDATE feed SET change=change+1 RETURNING change").Scan(&change); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE request SET number=?, received_at=?, change=? WHERE id=?", fmt.Sprintf("AS-2026-%06d", n), now, change, id.String())
		return err
	})
}
