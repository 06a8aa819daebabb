package sqlite

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

func saidOf(t *testing.T, f desk.File, by string) desk.Statement {
	nir := desk.Finding{Kind: "nir", Place: desk.Place{Page: 2, Line: 7}, Tail: "42"}
	return desk.Statement{
		ID: newID(t), By: by, At: at, Wording: "2026-11", SHA256: f.SHA256,
		Screened: desk.Screened{
			Name: f.Name, Size: f.Size, Findings: []desk.Finding{nir},
			Unread:  []desk.Unread{{Reason: desk.UnreadScan, Place: desk.Place{Page: 3}}},
			Answers: []desk.Answer{{Finding: nir, Reason: "n° de série"}}, Changes: []string{desk.ChangeStripped},
		},
	}
}

// confirmed is a file that claire has answered for.
func confirmed(t *testing.T) desk.File {
	return desk.File{ID: newID(t), Name: "devis.pdf", Size: 3, Media: "application/pdf", SHA256: "ab", Stored: "one",
		Confirmation: desk.Confirmation{By: "claire", At: at, Wording: "2026-11", SHA256: "ab"}}
}

func ledger(t *testing.T, s *Store, person string) (out []desk.Statement) {
	t.Helper()
	if err := s.EachStatement(context.Background(), person, func(st desk.Statement, _ string) error { out = append(out, st); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// What was said of a file is kept with its row, in one transaction, and stays when
// the file and its draft are gone.
func TestStatementStays(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	f := confirmed(t)
	said := saidOf(t, f, "claire")
	if err := s.AddFile(ctx, d.ID, "claire", f, said); err != nil {
		t.Fatal(err)
	}
	said.Owner, said.Item, said.File = desk.Owner{Person: "claire", Practice: "tilleuls"}, d.ID, f.ID
	if got := ledger(t, s, "claire"); len(got) != 1 || !reflect.DeepEqual(got[0], said) {
		t.Fatalf("%+v\nand not\n%+v", got, said)
	}
	if err := s.AddFile(ctx, newID(t), "claire", f, saidOf(t, f, "claire")); !errors.Is(err, desk.ErrNotFound) {
		t.Fatal(err)
	}
	if err := errors.Join(s.RemoveFile(ctx, d.ID, f.ID, at), s.Purge(ctx, at.Add(ThrownFor+time.Hour))); err != nil {
		t.Fatal(err)
	}
	if got := ledger(t, s, "claire"); len(got) != 1 || got[0].Name != f.Name {
		t.Errorf("%+v", got)
	}
	if got := ledger(t, s, "marc"); len(got) != 0 {
		t.Errorf("somebody else's: %+v", got)
	}
}

// Of a draft that is given, what was said of its files comes along, and what was said
// of its texts does not; whoever vouches for the files says it anew, upon the
// same, but what somebody else has answered is not theirs.
func TestStatementGiven(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	d := save(t, s, newDraft(t))
	f := confirmed(t)
	text := desk.Statement{ID: newID(t), Owner: d.Owner, Item: d.ID, Field: "subject", By: "claire", At: at}
	if err := errors.Join(s.AddFile(ctx, d.ID, "claire", f, saidOf(t, f, "claire")), s.AddStatement(ctx, text)); err != nil {
		t.Fatal(err)
	}
	given, err := s.GiveDraft(ctx, Gift{Draft: d.ID, Revision: d.Revision, To: desk.Owner{Person: "sophie"}, Stored: map[uuid.UUID]string{f.ID: "new"}}, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Vouch(ctx, given.ID, desk.Confirmation{By: "sophie", At: at.Add(time.Hour), Wording: "2026-12"}); err != nil {
		t.Fatal(err)
	}
	hers := ledger(t, s, "sophie")
	if len(hers) != 2 || hers[0].By != "claire" || hers[1].By != "sophie" || hers[1].Wording != "2026-12" || hers[1].SHA256 != f.SHA256 ||
		len(hers[0].Answers) != 1 || hers[1].Item != given.ID {
		t.Errorf("%+v", hers)
	}
	seen := hers[0].Screened
	if seen.Answers = nil; !reflect.DeepEqual(seen, hers[1].Screened) {
		t.Errorf("she has seen what there was, and answered nothing of it: %+v", hers[1])
	}
	if kept := ledger(t, s, "claire"); len(kept) != 2 {
		t.Errorf("the giver's: %+v", kept)
	}
	if again := s.Vouch(ctx, given.ID, desk.Confirmation{By: "sophie", At: at, Wording: "2026-12"}); again != nil || len(ledger(t, s, "sophie")) != 2 {
		t.Error("said twice", again)
	}
}

// What was said in the PC's papers of a draft goes with it to whoever takes it, and is
// in no other papers then: what nobody had signed of its texts is their word, or they
// could not send it.
func TestStatementTaken(t *testing.T) {
	ctx := context.Background()
	s := openWith(t, t.TempDir(), &lockable{locked: map[string]bool{}})
	d := newDraft(t)
	d.Owner.Person = ""
	d = save(t, s, d)
	other := newDraft(t)
	other.Owner.Person = ""
	other = save(t, s, other)
	f := confirmed(t)
	f.Confirmation.By = ""
	said := saidOf(t, f, "")
	text := desk.Statement{ID: newID(t), Owner: d.Owner, Item: d.ID, Field: "subject", At: at, Screened: desk.Screened{Answers: said.Answers}}
	hers := desk.Statement{ID: newID(t), Owner: d.Owner, Item: d.ID, Field: "subject", By: "sophie", At: at}
	stays := desk.Statement{ID: newID(t), Owner: other.Owner, Item: other.ID, Field: "subject", At: at.Add(time.Minute)}
	if err := errors.Join(s.AddFile(ctx, d.ID, "", f, said), s.AddStatement(ctx, text), s.AddStatement(ctx, hers), s.AddStatement(ctx, stays)); err != nil {
		t.Fatal(err)
	}
	to := desk.Owner{Person: "marc", Practice: "port"}
	if _, err := s.GiveDraft(ctx, Gift{Draft: d.ID, Revision: d.Revision, To: to, Stored: map[uuid.UUID]string{f.ID: "new"}}, at); err != nil {
		t.Fatal(err)
	}
	said.Owner, said.Item, said.File = to, d.ID, f.ID
	text.Owner, text.By, hers.Owner = to, "marc", to
	if got := ledger(t, s, "marc"); !reflect.DeepEqual(got, []desk.Statement{said, text, hers, stays}) {
		t.Errorf("%+v", got)
	}
	if k, err := s.Kept(ctx, "marc"); err != nil || k.Statements != 4 {
		t.Errorf("%d are counted, %v", k.Statements, err)
	}
	if got := ledger(t, s, "claire"); !reflect.DeepEqual(got, []desk.Statement{stays}) {
		t.Errorf("anybody's: %+v", got)
	}
}
