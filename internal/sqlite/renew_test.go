package sqlite

import (
	"context"
	"errors"
	"testing"
	"time"

	"guichet/internal/desk"
)

// renewed is a draft as it is carried over, with an answer that has no place.
func renewed(d desk.Draft) (desk.Draft, bool) {
	due := d.CatalogueVersion < 2
	d.CatalogueVersion, d.Renewed = 2, true
	d.Orphans = []desk.Orphan{{Key: "reference", Label: desk.Text{FR: "Votre référence"}, Shown: &desk.Text{FR: "Oui"}}}
	return d, due
}

func TestRenewDraft(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	d := save(t, s, newDraft(t))
	got, err := s.RenewDraft(ctx, d.ID, renewed)
	if err != nil || got.Revision != d.Revision+1 || !got.SavedAt.Equal(d.SavedAt) {
		t.Fatalf("revision %d at %v, %v", got.Revision, got.SavedAt, err)
	}
	t.Run("NothingToDoWritesNothing", func(t *testing.T) {
		if again, err := s.RenewDraft(ctx, d.ID, renewed); err != nil || again.Revision != got.Revision {
			t.Errorf("revision %d, %v", again.Revision, err)
		}
	})
	t.Run("ErrConflictForWhoHoldsTheOlderForm", func(t *testing.T) {
		if _, err := s.SaveDraft(ctx, d, at); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		if _, err := s.RenewDraft(ctx, newID(t), renewed); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	stored, err := s.Draft(ctx, d.ID)
	if err != nil || !stored.Renewed || stored.CatalogueVersion != 2 || len(stored.Orphans) != 1 || stored.Orphans[0].Shown.FR != "Oui" {
		t.Fatalf("stored %+v, %v", stored.Orphans, err)
	}
	t.Run("ASaveKeepsTheOrphansAndEndsTheNews", func(t *testing.T) {
		next := stored
		next.Values = desk.Values{"subject": "x"}
		saved, err := s.SaveDraft(ctx, next, at.Add(time.Minute))
		if err != nil || saved.Renewed || len(saved.Orphans) != 1 {
			t.Errorf("renewed %v, %d orphans, %v", saved.Renewed, len(saved.Orphans), err)
		}
		next.Revision = stored.Revision
		if again, err := s.SaveDraft(ctx, next, at.Add(2*time.Minute)); err != nil || again.Revision != saved.Revision {
			t.Errorf("its repeat: revision %d, %v", again.Revision, err)
		}
		next.Orphans = nil // another content
		if _, err := s.SaveDraft(ctx, next, at); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("got %v", err)
		}
	})
}
