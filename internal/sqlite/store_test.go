package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// at is a fixed moment: what is stored is compared to the millisecond.
var at = time.Date(2026, 3, 2, 14, 32, 0, 0, time.UTC)

func open(tb testing.TB, dir string) *Store {
	tb.Helper()
	s, err := Open(context.Background(), dir, privacy.Plain{})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func newID(tb testing.TB) uuid.UUID {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

func newDraft(tb testing.TB) desk.Draft {
	return desk.Draft{
		ID: newID(tb), Owner: desk.Owner{Person: "claire"},
		Content: desk.Content{
			Road: desk.RoadAssistant, Step: desk.StepDetails, CatalogueVersion: 1, Type: "administrative",
			Practice: "tilleuls", Category: "other", Values: desk.Values{"subject": "Sujet œuf 𝄞", "description": "Ligne 1\nLigne 2"},
		},
	}
}

func save(tb testing.TB, s *Store, d desk.Draft) desk.Draft {
	tb.Helper()
	d, err := s.SaveDraft(context.Background(), d, at)
	if err != nil {
		tb.Fatalf("save: %v", err)
	}
	return d
}

// freeze is what desk.Finalize does, without rules.
func freeze(d desk.Draft) (desk.Request, error) {
	return desk.Request{
		ID: d.ID, Revision: d.Revision, Owner: desk.Owner{Person: "claire", Practice: d.Practice}, CatalogueVersion: d.CatalogueVersion,
		Type: d.Type, Category: d.Category, Road: d.Road, Values: d.Values, Files: d.Files, Status: desk.StatusQueued,
		WrittenAt: d.CreatedAt, SubmittedAt: at, UpdatedAt: at,
	}, nil
}

func submit(tb testing.TB, s *Store, d desk.Draft) desk.Request {
	tb.Helper()
	r, err := s.Submit(context.Background(), d.ID, d.Revision, at, freeze)
	if err != nil {
		tb.Fatalf("submit: %v", err)
	}
	return r
}

func pragma(t *testing.T, c *sql.Conn, name string) string {
	t.Helper()
	var v string
	if err := c.QueryRowContext(context.Background(), "PRAGMA "+name).Scan(&v); err != nil {
		t.Fatalf("pragma %s: %v", name, err)
	}
	return v
}

// The pragmas are read back from every pooled connection: PRAGMA by Exec would
// have reached one of them only.
func TestPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := context.Background()
	for _, pool := range []struct {
		name string
		db   *sql.DB
		n    int
		want map[string]string
	}{
		{"writer", s.write, 1, map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "secure_delete": "1"}},
		{"readers", s.read, 4, map[string]string{"query_only": "1", "busy_timeout": "5000"}},
	} {
		t.Run(pool.name, func(t *testing.T) {
			for range pool.n { // all at a time, so that each is another one
				c, err := pool.db.Conn(ctx)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				for name, want := range pool.want {
					if got := pragma(t, c, name); got != want {
						t.Errorf("%s = %s, want %s", name, got, want)
					}
				}
			}
		})
	}
}

func TestOpen(t *testing.T) {
	ctx := context.Background()
	t.Run("FolderWithBlanksAndAccents", func(t *testing.T) {
		name := "Élodie #1 %20?"
		if runtime.GOOS == "windows" {
			name = "Élodie #1 %20" // no name there has a question mark
		}
		dir := filepath.Join(t.TempDir(), name)
		s := open(t, dir)
		save(t, s, newDraft(t))
		if _, err := os.Stat(filepath.Join(dir, "guichet.db")); err != nil {
			t.Error(err)
		}
	})
	t.Run("ErrInUse", func(t *testing.T) {
		dir := t.TempDir()
		open(t, dir)
		if _, err := Open(ctx, dir, privacy.Plain{}); !errors.Is(err, desk.ErrInUse) {
			t.Errorf("second open: %v, want in-use", err)
		}
	})
}

func TestSaveDraft(t *testing.T) {
	outer := t
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	d := save(t, s, newDraft(t))

	t.Run("RevisionGrows", func(t *testing.T) {
		if d.Revision != 1 {
			t.Errorf("first revision %d", d.Revision)
		}
		d.Values = desk.Values{"subject": "Autre"}
		if d = save(t, s, d); d.Revision != 2 {
			t.Errorf("second revision %d", d.Revision)
		}
	})
	t.Run("RepeatAfterLostAnswer", func(t *testing.T) {
		again := d
		again.Revision = 1 // the window never heard of revision 2
		if got := save(t, s, again); got.Revision != 2 {
			t.Errorf("repeat made revision %d", got.Revision)
		}
	})
	t.Run("ErrConflictKeepsWhatIsStored", func(t *testing.T) {
		other := d
		other.Revision, other.Values = 1, desk.Values{"subject": "d’une autre fenêtre"}
		_, err := s.SaveDraft(ctx, other, at)
		var e *desk.Error
		if !errors.As(err, &e) || e.Code != desk.ErrConflict.Code || e.Revision != 2 {
			t.Fatalf("save: %v", err)
		}
		if got, err := s.Draft(ctx, d.ID); err != nil || got.Values["subject"] != "Autre" {
			t.Errorf("stored %q, %v", got.Values["subject"], err)
		}
	})
	t.Run("CatalogueStaysPinned", func(t *testing.T) {
		d.CatalogueVersion, d.Values = 9, desk.Values{"subject": "Pinned"}
		d = save(t, s, d)
		if got, err := s.Draft(ctx, d.ID); err != nil || got.CatalogueVersion != 1 {
			t.Errorf("catalogue %d, %v", got.CatalogueVersion, err)
		}
	})
	t.Run("ReopenedAsLeft", func(t *testing.T) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(outer, dir)
		got, err := s.Draft(ctx, d.ID)
		if err != nil || got.Values["subject"] != "Pinned" || got.Step != desk.StepDetails || got.Road != desk.RoadAssistant || !got.SavedAt.Equal(at) {
			t.Errorf("step %s road %s saved %s, %v", got.Step, got.Road, got.SavedAt, err)
		}
	})
	t.Run("ErrNotFoundForALaterRevisionOfNothing", func(t *testing.T) {
		ghost := newDraft(t)
		ghost.Revision = 4
		if _, err := s.SaveDraft(ctx, ghost, at); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("save: %v", err)
		}
	})
}

func TestDraftsAreOnesOwn(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	claire, pc, marc := newDraft(t), newDraft(t), newDraft(t)
	pc.Owner.Person, marc.Owner.Person = "", "marc"
	for _, d := range []desk.Draft{claire, pc, marc} {
		save(t, s, d)
	}
	list, err := s.Drafts(ctx, "claire", All)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].ID != pc.ID || list[1].ID != claire.ID {
		t.Errorf("%d drafts", len(list))
	}
}

func TestThrowAndRestore(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	f := file(t, s, d.ID, "a")
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Drafts(ctx, "claire", All); len(list) != 0 {
		t.Error("a thrown draft is still listed")
	}
	if err := s.Purge(ctx, at.Add(ThrownFor-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.RestoreDraft(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	list, err := s.Drafts(ctx, "claire", All)
	if err != nil || len(list) != 1 || len(list[0].Files) != 1 || list[0].Files[0].ID != f.ID {
		t.Fatalf("not restored whole: %v", err)
	}
	if err := s.ThrowDraft(ctx, d.ID, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(ctx, at.Add(ThrownFor+time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.RestoreDraft(ctx, d.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("restore after purge: %v", err)
	}
	if names, err := s.StoredNames(ctx); err != nil || len(names) != 0 {
		t.Errorf("%d rows of files left, %v", len(names), err)
	}
}

func file(tb testing.TB, s *Store, item uuid.UUID, stored string) desk.File {
	tb.Helper()
	f := desk.File{
		ID: newID(tb), Name: stored + ".pdf", Size: 3, Media: "application/pdf", SHA256: "hash-" + stored, Stored: stored,
		Confirmation: desk.Confirmation{By: "claire", At: at, Wording: "fr-1", SHA256: "hash-" + stored},
	}
	d, err := s.Draft(context.Background(), item)
	if err == nil {
		err = s.AddFile(context.Background(), item, d.Owner.Person, f, desk.Statement{})
	}
	if err != nil {
		tb.Fatalf("add file: %v", err)
	}
	return f
}

func TestFiles(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	f := file(t, s, d.ID, "one")

	t.Run("ConfirmationIsKept", func(t *testing.T) {
		got, err := s.Draft(ctx, d.ID)
		if err != nil || len(got.Files) != 1 || got.Files[0] != f {
			t.Errorf("%+v, %v", got.Files, err)
		}
	})
	t.Run("SameBytesWithinOnePersonOnly", func(t *testing.T) {
		if got, err := s.SameBytes(ctx, "claire", f.SHA256); err != nil || got != "one" {
			t.Errorf("own: %q, %v", got, err)
		}
		if got, err := s.SameBytes(ctx, "marc", f.SHA256); err != nil || got != "" {
			t.Errorf("another person's: %q, %v", got, err)
		}
	})
	t.Run("RemoveAndRestore", func(t *testing.T) {
		if err := s.RemoveFile(ctx, d.ID, f.ID, at); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Draft(ctx, d.ID); len(got.Files) != 0 {
			t.Error("still there")
		}
		if err := s.RestoreFile(ctx, d.ID, f.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Draft(ctx, d.ID); len(got.Files) != 1 {
			t.Error("not back")
		}
	})
	t.Run("ErrConflictSealedForAnother", func(t *testing.T) {
		if err := s.AddFile(ctx, d.ID, "denis", f, desk.Statement{}); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("%v", err)
		}
	})
	t.Run("ErrNotFoundWithoutADraft", func(t *testing.T) {
		if err := s.AddFile(ctx, newID(t), "claire", f, desk.Statement{}); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%v", err)
		}
	})
}
