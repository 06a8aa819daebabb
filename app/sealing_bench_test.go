package app

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// BenchmarkSealedAutosave is what sealing costs an autosave of about 2 kB until it
// is committed: a sealed store against a plain one, in turns.
func BenchmarkSealedAutosave(b *testing.B) {
	ctx := b.Context()
	keys, err := seal.Open(ctx, b.TempDir(), &keyring.Memory{})
	if err != nil {
		b.Fatal(err)
	}
	for _, person := range []string{"", claire} {
		if err := keys.Enrol(ctx, person); err != nil {
			b.Fatal(err)
		}
	}
	sealed, plain := saving(b, keys), saving(b, privacy.Plain{})
	var took [2]time.Duration
	var ratios []float64
	for b.Loop() {
		p, s := timed(b, plain), timed(b, sealed)
		took[0], took[1] = took[0]+p, took[1]+s
		ratios = append(ratios, float64(s)/float64(p))
	}
	b.ReportMetric(float64(took[1])/float64(took[0]), "sealed/plain")
	b.ReportMetric(middle(ratios), "median")
	b.ReportMetric(float64(took[0].Microseconds())/float64(b.N), "plain-us")
}

// saving returns what saves a draft once more.
func saving(b *testing.B, sealer privacy.Sealer) func() error {
	b.Helper()
	store, err := sqlite.Open(context.Background(), b.TempDir(), sealer)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	d := desk.Draft{ID: uuid.Must(uuid.NewV7()), Owner: desk.Owner{Person: claire}}
	d.Values = desk.Values{"description": strings.Repeat("La facture de mars compte deux fois la maintenance. ", 40)}
	n := 0
	return func() (err error) {
		n++
		d.Values[desk.KeySubject] = []string{"Double facturation", "Double facturation de mars"}[n%2]
		d, err = store.SaveDraft(context.Background(), d, time.Now())
		return err
	}
}

func timed(b *testing.B, do func() error) time.Duration {
	begin := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

func middle(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
