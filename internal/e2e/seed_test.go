package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/catalogue"
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
			Road: desk.RoadForm, Step: desk.StepDetails, CatalogueVersion: own, Type: "administrative", Category: "invoice-question",
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

// TestSeedRequests is another one: it fills GUICHET_SEED_DIR with GUICHET_SEED_REQUESTS
// requests of somebody who is at the desk.
func TestSeedRequests(t *testing.T) {
	dir, n := os.Getenv("GUICHET_SEED_DIR"), 30
	if dir == "" {
		dir = t.TempDir()
	} else {
		var err error
		if n, err = strconv.Atoi(os.Getenv("GUICHET_SEED_REQUESTS")); err != nil {
			t.Skip("drafts are asked for")
		}
	}
	ctx, now := t.Context(), time.Now()
	store, err := sqlite.Open(ctx, dir, privacy.Plain{})
	if err != nil {
		t.Fatal(err)
	}
	const who = "demo-claire"
	practice := desk.Practice{ID: "cabinet-tilleuls", Name: "Cabinet des Tilleuls", Town: "Nantes", Roles: []desk.Role{desk.RoleAdmin}}
	if err := store.Remember(ctx, desk.Person{ID: who, Name: "Claire Lefèvre", Practices: []desk.Practice{practice}}, now); err != nil {
		t.Fatal(err)
	}
	if err := store.SetAtDesk(ctx, who); err != nil {
		t.Fatal(err)
	}
	states := []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed}
	for from := 0; from < n; from += 1000 {
		in := desk.Changes{Cursor: strconv.Itoa(from), Snapshot: true, More: true, Total: n}
		for i := from; i < min(n, from+1000); i++ {
			at := now.Add(-time.Duration(n-i) * time.Minute)
			in.Changes = append(in.Changes, desk.Change{Request: desk.Request{
				ID: uuid.Must(uuid.NewV7()), Revision: 1, Owner: desk.Owner{Practice: practice.ID}, CatalogueVersion: own, Type: "administrative", Category: "invoice-question",
				Values: desk.Values{
					desk.KeySubject:     fmt.Sprintf("Question sur la facture %d", i),
					desk.KeyDescription: strings.Repeat("Une ligne de la facture que nous ne comprenons pas. ", 12), // about 600 bytes
				},
				Number: fmt.Sprintf("AS-2026-%06d", i+1), PortalStatus: states[i%len(states)], Author: desk.Author{ID: who, Name: "Claire Lefèvre"}, Watching: true,
				WrittenAt: at, SubmittedAt: at, ReceivedAt: at, UpdatedAt: at,
			}})
		}
		if _, _, err := store.Apply(ctx, who, in, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := store.Apply(ctx, who, desk.Changes{Cursor: "end"}, now); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Total(ctx, who, desk.Query{}); err != nil || got != n {
		t.Fatalf("%d requests stored of %d: %v", got, n, err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// own is the version of the catalogue that comes with the program.
var own = func() int {
	c, err := catalogue.Default()
	if err != nil {
		panic(err)
	}
	return c.Version
}()
