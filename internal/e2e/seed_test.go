package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/sqlite"

	"github.com/google/uuid"
)

// TestSeedDrafts is a tool of `go run ./build bench`: it fills a data folder
// with drafts. Without GUICHET_SEED_DIR it fills a folder of its own, so that
// the tool is known to work.
func TestSeedDrafts(t *testing.T) {
	dir, n := os.Getenv("GUICHET_SEED_DIR"), 3
	if dir == "" {
		dir = t.TempDir()
	} else {
		var err error
		if n, err = strconv.Atoi(os.Getenv("GUICHET_SEED_DRAFTS")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, now := t.Context(), time.Now()
	store, err := sqlite.Open(ctx, dir, privacy.Plain{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		_, err := store.SaveDraft(ctx, desk.Draft{ID: uuid.Must(uuid.NewV7()), Content: desk.Content{
			Road: desk.RoadForm, Step: desk.StepDetails, CatalogueVersion: 1, Type: "administrative", Category: "invoice-question",
			Values: desk.Values{
				desk.KeySubject:     fmt.Sprintf("Question sur la facture %d", i),
				desk.KeyDescription: strings.Repeat("Une ligne de la facture que nous ne comprenons pas. ", 40), // about 2 kB
			},
		}}, now.Add(time.Duration(i-n)*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
	}
	drafts, err := store.Drafts(ctx, "", sqlite.All)
	if err != nil || len(drafts) != n {
		t.Fatalf("%d drafts stored of %d: %v", len(drafts), n, err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}
