package sqlite

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// lockable marks what it stores with the person whose it is, and opens nothing
// of whoever is locked.
type lockable struct {
	privacy.Plain
	locked map[string]bool
}

func (l *lockable) Seal(person string, plain []byte) ([]byte, error) {
	return append([]byte(person+"|"), plain...), nil
}

func (l *lockable) Open(person string, sealed []byte) ([]byte, error) {
	if l.locked[person] {
		return nil, desk.ErrLocked
	}
	plain, ok := bytes.CutPrefix(sealed, []byte(person+"|"))
	if !ok {
		return nil, errors.New("sealed for somebody else")
	}
	return plain, nil
}

func openWith(tb testing.TB, dir string, sealer privacy.Sealer) *Store {
	tb.Helper()
	s, err := Open(context.Background(), dir, sealer)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// given is a draft of that person with two files, one of which was removed.
func given(tb testing.TB, s *Store, person string) (desk.Draft, []desk.File) {
	tb.Helper()
	ctx := context.Background()
	d := newDraft(tb)
	d.Owner.Person = person
	d = save(tb, s, d)
	for _, name := range []string{"Facture.pdf", "Devis.pdf"} {
		f := desk.File{ID: newID(tb), Name: name, Size: 9, Media: "application/pdf", SHA256: "aa", Stored: "of-" + person + name,
			Confirmation: desk.Confirmation{By: person, At: at, Wording: "1", SHA256: "aa"}}
		if err := s.AddFile(ctx, d.ID, d.Owner.Person, f, desk.Statement{}); err != nil {
			tb.Fatal(err)
		}
	}
	files, err := s.AllFiles(ctx, d.ID)
	if err != nil || len(files) != 2 {
		tb.Fatalf("%d files, %v", len(files), err)
	}
	if err := s.RemoveFile(ctx, d.ID, files[1].ID, at); err != nil {
		tb.Fatal(err)
	}
	return d, files
}

func gift(d desk.Draft, files []desk.File, to string) Gift {
	g := Gift{Draft: d.ID, Revision: d.Revision, To: desk.Owner{Person: to, Practice: "port"}, Giver: "Claire", Stored: map[uuid.UUID]string{}}
	for _, f := range files {
		g.Stored[f.ID] = "for-" + to + f.Name
	}
	return g
}

// A draft of the PC keeps its id when a person takes it, one of a person gets
// another; all of it is then the new owner's, sealed for them, and what was
// removed can still be brought back.
func TestGiveDraft(t *testing.T) {
	for name, from := range map[string]string{"OKOfThePC": "", "OKOfAPerson": "claire"} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			dir := t.TempDir()
			s := openWith(t, dir, &lockable{})
			d, files := given(t, s, from)
			later := at.Add(time.Hour)
			got, err := s.GiveDraft(ctx, gift(d, files, "marc"), later)
			if err != nil {
				t.Fatal(err)
			}
			kept := from == ""
			if (got.ID == d.ID) != kept || (got.Revision == d.Revision) != kept || got.SavedAt.Equal(later) == kept || got.Owner.Person != "marc" || got.Practice != "port" {
				t.Errorf("got %+v", got)
			}
			if want := map[bool]string{true: "", false: "Claire"}[from == ""]; got.GivenBy != want {
				t.Errorf("given by %q, want %q", got.GivenBy, want)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openWith(t, dir, &lockable{locked: map[string]bool{"claire": true, "": true}})
			list, err := s.Drafts(ctx, "marc", All)
			if err != nil || len(list) != 1 || list[0].ID != got.ID || list[0].Values["subject"] != d.Values["subject"] || len(list[0].Files) != 1 ||
				list[0].Files[0].Stored != "for-marcFacture.pdf" || list[0].Files[0].Confirmation.By != from {
				t.Fatalf("Marc has %+v, %v", list, err)
			}
			if err := s.RestoreFile(ctx, got.ID, files[1].ID); err != nil {
				t.Errorf("bring a file back: %v", err)
			}
			if all, err := s.AllFiles(ctx, got.ID); err != nil || len(all) != 2 || all[1].Name != "Devis.pdf" {
				t.Errorf("%+v, %v", all, err)
			}
		})
	}
}

// Nothing is given that has changed since it was looked at, or that the portal
// may have: all stays where it was.
func TestGiveDraftRefused(t *testing.T) {
	tests := map[string]struct {
		spoil func(*testing.T, *Store, *Gift)
		err   error
	}{
		"ErrConflictSavedMeanwhile": {func(t *testing.T, s *Store, g *Gift) {
			d, err := s.Draft(context.Background(), g.Draft)
			if err != nil {
				t.Fatal(err)
			}
			d.Values = desk.Values{"subject": "autre"}
			save(t, s, d)
		}, desk.ErrConflict},
		"ErrConflictFileCame": {func(t *testing.T, s *Store, g *Gift) {
			d, err := s.Draft(context.Background(), g.Draft)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.AddFile(context.Background(), g.Draft, d.Owner.Person, desk.File{ID: newID(t), Name: "x", SHA256: "bb", Stored: "x"}, desk.Statement{}); err != nil {
				t.Fatal(err)
			}
		}, desk.ErrConflict},
		"ErrConflictFileOfAnother": {func(t *testing.T, _ *Store, g *Gift) {
			for id := range g.Stored {
				delete(g.Stored, id)
				break
			}
			g.Stored[newID(t)] = "x"
		}, desk.ErrConflict},
		"ErrNotFound": {func(t *testing.T, _ *Store, g *Gift) { g.Draft = newID(t) }, desk.ErrNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := openWith(t, t.TempDir(), &lockable{})
			d, files := given(t, s, "claire")
			g := gift(d, files, "marc")
			tt.spoil(t, s, &g)
			before, err := s.Drafts(context.Background(), "claire", All)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.GiveDraft(context.Background(), g, at); !errors.Is(err, tt.err) {
				t.Errorf("got %v, want %v", err, tt.err)
			}
			after, err := s.Drafts(context.Background(), "claire", All)
			if err != nil || len(after) != 1 || after[0].ID != d.ID || after[0].Revision != before[0].Revision ||
				!slices.EqualFunc(after[0].Files, before[0].Files, func(a, b desk.File) bool { return a.ID == b.ID && a.Stored == b.Stored }) {
				t.Errorf("Claire has %+v, %v", after, err)
			}
		})
	}
}

// What the portal has refused may have arrived all the same, if the refusal was
// another's word: it gets no new id before the portal has withdrawn it.
func TestGiveDraftBehindARefusal(t *testing.T) {
	ctx := context.Background()
	s := openWith(t, t.TempDir(), &lockable{})
	d, files := given(t, s, "claire")
	if _, err := s.Submit(ctx, d.ID, d.Revision, at, freeze); err != nil {
		t.Fatal(err)
	}
	jobs, err := s.Claim(ctx, desk.Ask{Now: at, Lease: time.Minute, Longest: time.Hour, Most: 1})
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	refused := desk.Result{Job: jobs[0], Outcome: desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonForbidden}}
	if err := s.Finish(ctx, []desk.Result{refused}, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Correct(ctx, "claire", d.ID, at); err != nil {
		t.Fatal(err)
	}
	d, err = s.Draft(ctx, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	g := gift(d, files[:1], "marc")
	if _, err := s.GiveDraft(ctx, g, at); !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("got %v", err)
	}
	g.Withdrawn = true
	got, err := s.GiveDraft(ctx, g, at)
	if err != nil || got.ID == d.ID || got.Reason != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Whose key is not open loses nothing by it: no list of another person fails,
// theirs says "locked", and it is no damage.
func TestLockedIsNoDamage(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	sealer := &lockable{locked: map[string]bool{}}
	s := openWith(t, dir, sealer)
	given(t, s, "claire")
	marc := newDraft(t)
	marc.Owner.Person = "marc"
	save(t, s, marc)
	sealer.locked["claire"] = true
	if _, err := s.Drafts(ctx, "claire", All); !errors.Is(err, desk.ErrLocked) || errors.Is(err, desk.ErrDamaged) {
		t.Errorf("Claire's: %v", err)
	}
	if list, err := s.Drafts(ctx, "marc", All); err != nil || len(list) != 1 {
		t.Errorf("Marc's: %d, %v", len(list), err)
	}
	select {
	case <-s.Damaged():
		t.Error("taken for damage")
	default:
	}
}

// A database that is damaged while a person's key is not open is mended with
// everything of theirs.
func TestMendWhileLocked(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	sealer := &lockable{locked: map[string]bool{}}
	s := openWith(t, dir, sealer)
	for range 20 {
		given(t, s, "claire")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	x := site{dir: dir}
	root := x.rootOf(t, "draft")
	x.edit(t, func(b []byte) []byte { clear(b[root : root+100]); return b })
	sealer.locked["claire"] = true
	s = openWith(t, dir, sealer)
	if err := s.Check(ctx); !errors.Is(err, desk.ErrDamaged) {
		t.Fatalf("check: %v", err)
	}
	<-s.Damaged()
	if err := s.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	sealer.locked["claire"] = false
	list, err := s.Drafts(ctx, "claire", All)
	if err != nil || len(list) != 20 || len(list[7].Files) != 1 {
		t.Errorf("%d drafts, %v", len(list), err)
	}
}
