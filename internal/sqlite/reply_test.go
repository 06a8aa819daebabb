package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// replying is a reply of Claire's that is being written, with a file for each name.
func replying(tb testing.TB, s *Store, request uuid.UUID, text string, stored ...string) desk.Act {
	tb.Helper()
	a := desk.Act{ID: newID(tb), Request: request, Owner: desk.Owner{Person: "claire"}, Kind: desk.ActReply, Text: text}
	if err := s.SaveReply(context.Background(), a, at); err != nil {
		tb.Fatal(err)
	}
	for _, name := range stored {
		f := of(tb, name)
		if err := s.AddFile(context.Background(), a.ID, "claire", f, desk.Statement{}); err != nil {
			tb.Fatal(err)
		}
		a.Files = append(a.Files, f)
	}
	return a
}

// of is a file of Claire's whose bytes have that name.
func of(tb testing.TB, stored string) desk.File {
	return desk.File{
		ID: newID(tb), Name: stored + ".pdf", Size: 3, Media: "application/pdf", SHA256: "hash-" + stored, Stored: stored,
		Confirmation: desk.Confirmation{By: "claire", At: at, Wording: "fr-1", SHA256: "hash-" + stored},
	}
}

// filesOf are the names of the files that a reply has.
func filesOf(files []desk.File) (names []string) {
	for _, f := range files {
		names = append(names, f.Stored)
	}
	return names
}

func storedNames(tb testing.TB, s *Store) (out []string) {
	tb.Helper()
	names, err := s.StoredNames(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	for n := range names {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func holds(tb testing.TB, what string, got []string, want ...string) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestFilesOfReplies(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	id := received(t, s)
	a := replying(t, s, id, "Voici", "un", "deux", "trois")
	if err := errors.Join(s.RemoveFile(ctx, a.ID, a.Files[0].ID, at), s.RemoveFile(ctx, a.ID, a.Files[2].ID, at), s.RestoreFile(ctx, a.ID, a.Files[2].ID)); err != nil {
		t.Fatal(err)
	}
	holds(t, "written", filesOf(acts(t, s, id)[0].Files), "deux", "trois")
	for name, err := range map[string]error{
		"SomebodyElses": s.AddFile(ctx, a.ID, "marc", of(t, "x"), desk.Statement{}),
		"ReadByMarc":    must2(s.Reply(ctx, "marc", a.ID)),
		"Unknown":       s.AddFile(ctx, newID(t), "claire", of(t, "x"), desk.Statement{}),
	} {
		if !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Do(ctx, a, at); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Added":    s.AddFile(ctx, a.ID, "claire", of(t, "x"), desk.Statement{}),
		"Removed":  s.RemoveFile(ctx, a.ID, a.Files[1].ID, at),
		"Restored": s.RestoreFile(ctx, a.ID, a.Files[0].ID),
		"Read":     must2(s.Reply(ctx, "claire", a.ID)),
	} {
		if !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s once it waits: %v", name, err)
		}
	}
	holds(t, "kept for what waits", storedNames(t, s), "deux", "trois")
	job := claim(t, s, at)[0]
	holds(t, "sent", filesOf(job.Act.Files), "deux", "trois")
	message := desk.Message{ID: a.ID, Author: "Claire", Mine: true, Text: "Voici", At: at, Files: job.Act.Files}
	ends(t, s, job, desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: desk.Request{ID: id}, Messages: []desk.Message{message}}})
	d, err := s.Request(ctx, "claire", id)
	if err != nil || len(d.Acts) != 0 || len(d.Messages) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	holds(t, "of the message", filesOf(d.Messages[0].Files), "deux", "trois")
}

func must2[T any](_ T, err error) error { return err }

// A reply that was thrown away can be brought back with its files for a week. Then
// nothing of it is left, in no copy either, and its bytes are free.
func TestReplyThrownAway(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	id := received(t, s)
	thrown, kept, waits := replying(t, s, id, secret("Bernard"), "bernard"), replying(t, s, id, "Alice", "alice"), replying(t, s, id, "Chloe", "chloe")
	loose := of(t, "loose")
	if err := errors.Join(s.Do(ctx, waits, at), s.AddFile(ctx, kept.ID, "claire", loose, desk.Statement{}), s.RemoveFile(ctx, kept.ID, loose.ID, at)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	drop := func(when time.Time) {
		t.Helper()
		if err := s.DropAct(ctx, "claire", thrown.ID, when); err != nil {
			t.Fatal(err)
		}
	}
	there := func(want int) {
		t.Helper()
		if got := acts(t, s, id); len(got) != want {
			t.Errorf("%d acts, want %d", len(got), want)
		}
	}
	for name, back := range map[string]func() error{
		"Saved":    func() error { return s.SaveReply(ctx, thrown, at) },
		"Restored": func() error { return s.RestoreFile(ctx, thrown.ID, thrown.Files[0].ID) },
		"Added":    func() error { return s.AddFile(ctx, thrown.ID, "claire", thrown.Files[0], desk.Statement{}) },
	} {
		drop(at)
		there(2)
		if err := back(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		there(3)
	}
	drop(at)
	drop(at.Add(time.Hour)) // and once more: it stays thrown away when it was
	if err := s.Purge(ctx, at.Add(ThrownFor-time.Minute)); err != nil {
		t.Fatal(err)
	}
	holds(t, "within a week", storedNames(t, s), "alice", "bernard", "chloe", "loose")
	if err := s.Purge(ctx, at.Add(ThrownFor+time.Minute)); err != nil {
		t.Fatal(err)
	}
	holds(t, "after a week", storedNames(t, s), "alice", "chloe")
	there(2)
	for _, gone := range []string{"Secret de Bernard", `"bernard.pdf"`} {
		if got := holding(t, dir, gone); len(got) > 0 {
			t.Errorf("%q stands in %v", gone, got)
		}
	}
	if err := s.DropAct(ctx, "claire", thrown.ID, at); err != nil {
		t.Errorf("it is gone already: %v", err)
	}
}

// What the portal did not take stays with its files. If it holds something else under
// that id, or can never have the whole of it, what is sent next is another reply.
func TestReplyBack(t *testing.T) {
	for code, another := range map[string]bool{
		desk.ReasonNotNow: false, desk.ReasonInvalid: false, desk.ReasonForbidden: false, desk.ReasonMismatch: true, desk.ReasonFileMissing: true,
	} {
		t.Run(code, func(t *testing.T) {
			ctx := context.Background()
			s := open(t, t.TempDir())
			id := received(t, s)
			a := replying(t, s, id, "Voici", "un", "deux")
			if err := s.Do(ctx, a, at); err != nil {
				t.Fatal(err)
			}
			told := []desk.Problem{{Field: desk.KeyFiles, Code: desk.CodeFileMissing, File: a.Files[1].ID.String()}}
			ends(t, s, claim(t, s, at)[0], desk.Outcome{Kind: desk.OutcomeRefused, Code: code, Problems: told})
			got := acts(t, s, id)
			if len(got) != 1 || got[0].Status != desk.StatusDraft || got[0].Reason != code || got[0].Text != "Voici" || (got[0].ID != a.ID) != another {
				t.Fatalf("%+v", got)
			}
			b := got[0]
			holds(t, "kept", filesOf(b.Files), "un", "deux")
			if len(b.Problems) != 1 || b.Problems[0].File != b.Files[1].ID.String() || (b.Files[0].ID != a.Files[0].ID) != another {
				t.Errorf("%+v of %+v", b.Problems, b.Files)
			}
			b.Text = "Voici, sans l’autre"
			if err := errors.Join(s.SaveReply(ctx, b, at), s.RemoveFile(ctx, b.ID, b.Files[1].ID, at)); err != nil {
				t.Fatal(err)
			}
			if got := acts(t, s, id); len(got) != 1 || len(got[0].Problems) != 1 {
				t.Errorf("what was told is forgotten while it is written on: %+v", got)
			}
			if err := s.Do(ctx, b, at); err != nil {
				t.Fatal(err)
			}
			job := claim(t, s, at)[0]
			if job.Act.ID != b.ID || len(job.Act.Problems) != 0 {
				t.Errorf("%+v", job.Act)
			}
			holds(t, "sent again", filesOf(job.Act.Files), "un")
		})
	}
}

// A request that is not to be seen any more takes along what was thrown away of it,
// and stays as long as something is written.
func TestForgottenReplies(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	id := received(t, s)
	a := replying(t, s, id, "Voici", "un")
	take(t, s, desk.Changes{Gone: []uuid.UUID{id}, Cursor: "2"})
	holds(t, "while it is written", storedNames(t, s), "un")
	if err := s.DropAct(ctx, "claire", a.ID, at); err != nil {
		t.Fatal(err)
	}
	take(t, s, desk.Changes{Gone: []uuid.UUID{id}, Cursor: "3"})
	if _, err := s.Request(ctx, "claire", id); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("it is still seen: %v", err)
	}
	holds(t, "afterwards", storedNames(t, s))
	if _, err := s.Reply(ctx, "claire", a.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("its reply is left: %v", err)
	}
}

// What a damage took of the files of a reply comes from a backup, as the reply does.
func TestDamagedReplyFiles(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	id := received(t, s)
	replying(t, s, id, "Voici", "un", "deux")
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "guichet.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[100:])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ = healed(t, dir)
	got := acts(t, s, id)
	if len(got) != 1 || got[0].Text != "Voici" {
		t.Fatalf("%+v", got)
	}
	holds(t, "files", filesOf(got[0].Files), "un", "deux")
}

// What a damage took of replies is written on as a backup has it, unless it was sent
// since: none goes by itself.
func TestDamagedReplies(t *testing.T) {
	ctx := context.Background()
	x := site{dir: t.TempDir()}
	s := open(t, x.dir)
	id := received(t, s)
	sent, written := replying(t, s, id, "Voici"), replying(t, s, id, "Encore")
	other := received(t, s)
	waits := replying(t, s, other, "Plus tard", "un")
	if err := s.Do(ctx, waits, at); err != nil {
		t.Fatal(err)
	}
	do(t, s, other, desk.ActClose, "")
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Do(ctx, sent, at); err != nil {
		t.Fatal(err)
	}
	message := desk.Message{ID: sent.ID, Author: "Claire", Mine: true, Text: "Voici", At: at}
	for _, job := range claim(t, s, at) {
		if job.Act.ID == sent.ID {
			ends(t, s, job, desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: desk.Request{ID: id}, Messages: []desk.Message{message}}})
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	root := x.rootOf(t, "act")
	x.edit(t, func(b []byte) []byte { clear(b[root : root+pageSize]); return b })
	s, _ = healed(t, x.dir)
	if got := acts(t, s, id); len(got) != 1 || got[0].ID != written.ID {
		t.Errorf("%+v", got)
	}
	got := acts(t, s, other)
	if len(got) != 1 || got[0].ID != waits.ID || got[0].Status != desk.StatusDraft || got[0].Text != "Plus tard" {
		t.Fatalf("what waited: %+v", got)
	}
	holds(t, "its files", filesOf(got[0].Files), "un")
	if n, err := s.Recovered(ctx); err != nil || n.Gaps == 0 || n.FromBackup != 2 {
		t.Errorf("nobody is told: %+v, %v", n, err)
	}
}

// A reply that arrives while its request is read stands in it once, with its files:
// as what waits, or as what was said.
func TestReplyArrivesWhileRead(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	id := received(t, s)
	for range 50 {
		a := replying(t, s, id, "Voici", "un")
		if err := s.Do(ctx, a, at); err != nil {
			t.Fatal(err)
		}
		job := claim(t, s, at)[0]
		read := func() Dossier {
			d, err := s.Request(ctx, "claire", id)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		before := len(read().Messages)
		over := make(chan struct{})
		go func() {
			defer close(over)
			message := desk.Message{ID: a.ID, Author: "Claire", Mine: true, Text: "Voici", At: at, Files: a.Files}
			ends(t, s, job, desk.Outcome{Kind: desk.OutcomeReceived, Done: &desk.Change{Request: desk.Request{ID: id}, Messages: []desk.Message{message}}})
		}()
		for reading := true; reading; {
			select {
			case <-over:
				reading = false
			default:
			}
			d := read()
			if n := len(d.Messages) + len(d.Acts); n != before+1 {
				t.Fatalf("%d messages and acts, want %d", n, before+1)
			}
			for _, m := range d.Messages {
				holds(t, "files of a message", filesOf(m.Files), "un")
			}
		}
	}
}
