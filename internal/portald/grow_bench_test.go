package portald

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/database/pgtest"
)

const practices = 30_000 // as many as a country has

// spread puts numbered requests of many practices into an empty store, with small
// bodies: what is measured is how they are found.
func spread(tb testing.TB, t *Twin, rows int) {
	tb.Helper()
	body, err := json.Marshal(content{AuthorName: "Sophie Martin", Put: portal.RequestPut{Practice: "p", CatalogueVersion: t.current, Type: "technical", Category: "software",
		Values: map[string]string{"subject": "Agenda lent", "description": strings.Repeat("Depuis ce matin. ", 10)}, Files: []portal.File{}}})
	if err != nil {
		tb.Fatal(err)
	}
	now := t.Now().UnixMilli()
	for _, statement := range []string{
		`INSERT INTO request (id, revision, author, practice, digest, body, number, status, held_at, received_at, updated_at, change)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<CAST(?1 AS bigint))
			SELECT '00000000-0000-7000-8000-' || CAST(100000000000+i AS text), 1, 'a' || CAST(i % ?2 AS text), 'p' || CAST(i % ?2 AS text), CAST(i AS text), ?3,
			'AS-2025-' || CAST(i AS text), 'resolved', ?4, ?4, ?4, i FROM n`,
		`INSERT INTO watcher (request, person, name) SELECT id, author, 'Sophie Martin' FROM request`,
		`UPDATE feed SET change=(SELECT count(*) FROM request)`,
	} {
		args := []any{rows, practices, body, now}
		if !strings.Contains(statement, "?4") {
			args = nil
		}
		if _, err := t.store.ExecContext(tb.Context(), statement, args...); err != nil {
			tb.Fatal(err)
		}
	}
	if _, err := t.store.ExecContext(tb.Context(), "ANALYZE"); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkGrow compares what calls cost at a portal with a hundred times as many
// requests: a new one, the look for what changed, a list.
func BenchmarkGrow(b *testing.B) {
	few, many, times := 1_000, 10_000, 20
	if os.Getenv("GUICHET_BENCH") != "" {
		few, many, times = 10_000, 1_000_000, 400
	}
	for name, address := range map[string]func(testing.TB) string{
		"SQLite":     func(testing.TB) string { return "" },
		"PostgreSQL": func(tb testing.TB) string { return pgtest.Run(tb).Database(tb) },
	} {
		b.Run(name, func(b *testing.B) {
			small := Run(b, func(c *Config) { c.Postgres = address(b) })
			large := Run(b, func(c *Config) { c.Postgres = address(b) })
			spread(b, small, few)
			spread(b, large, many)
			for b.Loop() {
				compare(b, small, large, times)
			}
		})
	}
}

func compare(b *testing.B, small, large *Twin, times int) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: desks}, Timeout: time.Minute}
	defer client.CloseIdleConnections()
	calls := map[string]func(*Twin, string) error{
		"put": func(t *Twin, token string) error {
			body := newFilling(t.Server, newPeople([]Person{t.person("demo-sophie")})[0]).request(1, time.Now(), t.current)
			body.Practice, body.Type, body.Category = "cabinet-tilleuls", "technical", "software"
			return putOne(b.Context(), client, t.URL, token, body)
		},
		"changes": func(t *Twin, token string) error {
			return getOne(b.Context(), client, t.URL+portal.RouteChanges, token)
		},
		"list": func(t *Twin, token string) error {
			return getOne(b.Context(), client, t.URL+portal.RouteRequests, token)
		},
	}
	for _, name := range []string{"put", "changes", "list"} {
		took := map[*Twin][]float64{}
		tokens := map[*Twin]string{small: small.Token("demo-sophie"), large: large.Token("demo-sophie")}
		for range times {
			for t, token := range tokens {
				began := time.Now()
				if err := calls[name](t, token); err != nil {
					b.Fatal(err)
				}
				took[t] = append(took[t], float64(time.Since(began).Microseconds()))
			}
		}
		for _, list := range took {
			slices.Sort(list)
		}
		few, many := took[small][times/2], took[large][times/2]
		b.ReportMetric(few, name+"-few-us")
		b.ReportMetric(many, name+"-many-us")
		b.ReportMetric(many/few, name+"-ratio")
	}
	b.ReportMetric(0, "ns/op")
}

func getOne(ctx context.Context, client *http.Client, address, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var body json.RawMessage
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d: %w", res.StatusCode, err)
	}
	return nil
}

// BenchmarkWaiting has many desks wait at one portal, each of a practice of its own,
// and tells what memory that takes and how soon one of them is told of a change.
func BenchmarkWaiting(b *testing.B) {
	n := 100
	if os.Getenv("GUICHET_BENCH") != "" {
		n = 2_000
	}
	for name, address := range map[string]func(testing.TB) string{
		"SQLite":     func(testing.TB) string { return "" },
		"PostgreSQL": func(tb testing.TB) string { return pgtest.Run(tb).Database(tb) },
	} {
		b.Run(name, func(b *testing.B) {
			people := make([]Person, n)
			for i := range people {
				id := "w" + strconv.Itoa(i)
				people[i] = Person{ID: id, Name: id, Practices: []Practice{{ID: "practice-" + id, Name: id, Town: "Brest", Roles: []string{"user"}}}}
			}
			t := Run(b, func(c *Config) { c.Postgres, c.People = address(b), people })
			for b.Loop() {
				waitTogether(b, t, people)
			}
		})
	}
}

func waitTogether(b *testing.B, t *Twin, people []Person) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(people)}, Timeout: 2 * time.Minute}
	defer client.CloseIdleConnections()
	read := func(ctx context.Context, token, query string) (portal.Changes, error) {
		var out portal.Changes
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+portal.RouteChanges+query, nil)
		if err != nil {
			return out, err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(r)
		if err != nil {
			return out, err
		}
		defer res.Body.Close()
		return out, json.NewDecoder(res.Body).Decode(&out)
	}
	tokens, cursors := make([]string, len(people)), make([]string, len(people))
	for i, p := range people {
		tokens[i] = t.Token(p.ID)
		for more := true; more; {
			c, err := read(b.Context(), tokens[i], "?cursor="+cursors[i])
			if err != nil {
				b.Fatal(err)
			}
			cursors[i], more = c.Cursor, c.More
		}
	}
	looks := make([]float64, 200)
	for i := range looks {
		began := time.Now()
		if _, err := read(b.Context(), tokens[i%len(people)], "?cursor="+cursors[i%len(people)]); err != nil {
			b.Fatal(err)
		}
		looks[i] = float64(time.Since(began).Microseconds())
	}
	slices.Sort(looks)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ctx, cancel := context.WithCancel(b.Context())
	var all sync.WaitGroup
	told := make(chan time.Time, 1)
	for i := range people {
		all.Go(func() {
			c, err := read(ctx, tokens[i], "?wait=60&cursor="+cursors[i])
			if i == 0 && err == nil && len(c.Changes) == 1 {
				told <- time.Now()
			}
		})
	}
	for t.Waiting() < len(people) {
		time.Sleep(10 * time.Millisecond)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	body := newFilling(t.Server, newPeople(people[:1])[0]).request(1, time.Now(), t.current)
	body.Practice, body.Type, body.Category = people[0].Practices[0].ID, "technical", "software"
	began := time.Now()
	if err := putOne(b.Context(), client, t.URL, tokens[0], body); err != nil {
		b.Fatal(err)
	}
	at := <-told
	cancel()
	all.Wait()
	b.ReportMetric(float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse)/1024/float64(len(people)), "kB/desk") // both ends of the line are in it
	b.ReportMetric(looks[len(looks)/2], "look-us")
	b.ReportMetric(float64(at.Sub(began).Milliseconds()), "told-ms")
	b.ReportMetric(0, "ns/op")
}
