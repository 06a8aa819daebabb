package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"guichet/internal/desk"
)

// vocabulary is what the requests of a benchmark are written with.
var vocabulary = []string{
	"facture", "maintenance", "contrat", "agenda", "lecteur", "carte", "ligne", "double", "avoir", "commande", "livraison", "imprimante", "poste", "accueil",
	"prélèvement", "échéance", "adresse", "cabinet", "option", "logiciel", "connexion", "mise", "jour", "résiliation", "attestation", "règlement", "relance",
}

// wordOf is the n-th most frequent word.
func wordOf(n int) string {
	if n < len(vocabulary) {
		return vocabulary[n]
	}
	const vowels, consonants = "aeiou", "bcdfglmnprstv"
	out := ""
	for ; n > 0; n /= len(vowels) * len(consonants) {
		out += string(consonants[n%len(consonants)]) + string(vowels[n/len(consonants)%len(vowels)])
	}
	return out
}

// crowd fills a store with so many requests of Claire's, each with a description of
// about 600 bytes, as a first synchronisation does.
func crowd(tb testing.TB, s *Store, n int) {
	tb.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	states := []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed}
	zipf := rand.NewZipf(r, 1.1, 4, 8000) // most words are rare
	words := func(n int) string {
		out := ""
		for range n {
			out += wordOf(int(zipf.Uint64())) + " "
		}
		return out
	}
	for at := 0; at < n; at += 1000 {
		var page []desk.Change
		for i := at; i < min(n, at+1000); i++ {
			page = append(page, heard(tb, i, func(q *desk.Request) {
				q.Values = desk.Values{"subject": words(5), "description": words(70), "invoice": fmt.Sprintf("FA-2026-%05d", i)}
				q.PortalStatus = states[r.IntN(len(states))]
			}))
		}
		take(tb, s, desk.Changes{Changes: page, Cursor: strconv.Itoa(at), Snapshot: true, More: true, Total: n})
	}
	take(tb, s, desk.Changes{Cursor: "c"})
}

// many is how many requests a benchmark begins with: GUICHET_BENCH_REQUESTS, or
// 2,000 where it only has to run.
func many(tb testing.TB) int {
	tb.Helper()
	n, err := strconv.Atoi(os.Getenv("GUICHET_BENCH_REQUESTS"))
	if err != nil {
		return 2000
	}
	return n
}

// BenchmarkSearch types words letter by letter, each answer a list of fifty
// requests, and beside it asks the bare index for the same fifty: p95 of both, and
// their ratio.
func BenchmarkSearch(b *testing.B) {
	ctx := context.Background()
	s := open(b, b.TempDir())
	crowd(b, s, many(b))
	began := time.Now()
	readable(b, s, "claire")
	reading := time.Since(began)
	var typed []string
	for _, w := range append(slices.Clone(vocabulary), "FA-2026-01", "facture maintenance") {
		letters := []rune(w)
		for n := range letters {
			typed = append(typed, string(letters[:n+1]))
		}
	}
	const bare = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"
	var ours, theirs []time.Duration
	for b.Loop() {
		for _, word := range typed {
			began := time.Now()
			rows, err := s.text.db.QueryContext(ctx, bare, matchOf(word))
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
			}
			if err := rows.Close(); err != nil {
				b.Fatal(err)
			}
			theirs = append(theirs, time.Since(began))
			began = time.Now()
			if _, err := s.Find(ctx, "claire", desk.Query{Text: word}, 0, 50); err != nil {
				b.Fatal(err)
			}
			ours = append(ours, time.Since(began))
		}
	}
	p95 := func(all []time.Duration) time.Duration {
		slices.Sort(all)
		return all[len(all)*95/100]
	}
	us, them := p95(ours), p95(theirs)
	b.ReportMetric(float64(us.Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(them.Microseconds())/1000, "bare-p95-ms")
	b.ReportMetric(float64(us)/float64(them), "ratio")
	b.ReportMetric(reading.Seconds(), "reading-s")
}

// BenchmarkList reads pages of the list of everything, and its last one.
func BenchmarkList(b *testing.B) {
	ctx := context.Background()
	s := open(b, b.TempDir())
	n := many(b)
	crowd(b, s, n)
	for _, c := range []struct {
		name   string
		q      desk.Query
		offset int
	}{
		{"First", desk.Query{}, 0}, {"Middle", desk.Query{}, n / 2}, {"Last", desk.Query{}, n - 100},
		{"TwoStates", desk.Query{States: []string{"waiting", "closed"}}, 0}, {"ByNumber", desk.Query{Sort: desk.SortNumber}, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Find(ctx, "claire", c.q, c.offset, 100); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("Total", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Total(ctx, "claire", desk.Query{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Board", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Board(ctx, "claire", 5, at); err != nil {
				b.Fatal(err)
			}
		}
	})
}
