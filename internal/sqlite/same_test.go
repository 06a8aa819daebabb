package sqlite

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
)

func same(tb testing.TB, s *Store, person, number string) []string {
	tb.Helper()
	rows, err := s.Same(context.Background(), person, number)
	if err != nil {
		tb.Fatal(err)
	}
	out := []string{}
	for _, r := range rows {
		out = append(out, rowOf(r).subject)
	}
	return out
}

func TestSame(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	take(t, s, desk.Changes{Cursor: "a", Changes: []desk.Change{
		heard(t, 1, about("Facture", "invoice", "FA-2026-0012")),
		heard(t, 2, about("Commande", "order", "CO-2026-0012")),
		heard(t, 3, about("Lettre", "documentReference", "fa 2026/0012")),
		heard(t, 4, about("Contrat", "contract", "12")),
		heard(t, 5, about("Texte", "reference", "FA-2026-0012", "description", "La facture FA-2026-0012")),
	}})
	readable(t, s, "claire")
	for name, c := range map[string]struct {
		number string
		want   []string
	}{
		"AsItIsWritten":      {"FA-2026-0012", []string{"Lettre", "Facture"}},
		"WithoutDashes":      {"fa20260012", []string{"Lettre", "Facture"}},
		"WithBlanks":         {" FA 2026 – 0012 ", []string{"Lettre", "Facture"}},
		"Another":            {"FA-2026-00123", []string{}},
		"APart":              {"FA-2026-001", []string{}},
		"TooShort":           {"12", []string{}},
		"NoDigit":            {"FACTURE", []string{}},
		"Nothing":            {"", []string{}},
		"OrderOfAnotherKind": {"CO20260012", []string{"Commande"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := same(t, s, "claire", c.number); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	t.Run("FollowsADraft", func(t *testing.T) {
		d := newDraft(t)
		d.Values = desk.Values{"subject": "Brouillon", "order": "CO-2026-0012"}
		d = save(t, s, d)
		if got := same(t, s, "claire", "co-2026-0012"); !slices.Equal(got, []string{"Brouillon", "Commande"}) {
			t.Errorf("%q", got)
		}
		d.Values["order"] = "CO-2026-0013"
		save(t, s, d)
		if got := same(t, s, "claire", "co-2026-0012"); !slices.Equal(got, []string{"Commande"}) {
			t.Errorf("%q after it has another number", got)
		}
	})
	t.Run("ErrNotNowForAnother", func(t *testing.T) {
		if _, err := s.Same(ctx, "paul", "FA-2026-0012"); !errors.Is(err, desk.ErrNotNow) {
			t.Errorf("%v", err)
		}
	})
	t.Run("NothingOfWhoeverLeft", func(t *testing.T) {
		readable(t, s, "paul")
		if got := same(t, s, "paul", "FA-2026-0012"); len(got) > 0 {
			t.Errorf("%q", got)
		}
	})
}

// BenchmarkSame asks for a number that two requests have.
func BenchmarkSame(b *testing.B) {
	s := open(b, b.TempDir())
	crowd(b, s, many(b))
	began := time.Now()
	readable(b, s, "claire")
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/read")
	for b.Loop() {
		if got := same(b, s, "claire", "fa 2026 00007"); len(got) != 1 {
			b.Fatalf("%d", len(got))
		}
	}
}
