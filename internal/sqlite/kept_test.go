package sqlite

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Only what the portal has for certain is given up, whatever the clock says and
// however long it is to be kept: not what is in a draft, in the outbox or in a
// reply, nor what was received after now.
func TestReleaseFilesOnlyOfWhatWasReceived(t *testing.T) {
	ctx := context.Background()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	s := open(t, t.TempDir())
	received := map[uuid.UUID]time.Time{} // by file
	add := func(item uuid.UUID, name string) desk.File { return file(t, s, item, name) }
	for n := range 40 {
		d := save(t, s, newDraft(t))
		f := add(d.ID, d.ID.String())
		if n%4 == 0 {
			continue // stays a draft
		}
		q := submit(t, s, d).ID
		status := []desk.Status{desk.StatusQueued, desk.StatusSending, desk.StatusUnknown, desk.StatusNeedsSignIn, desk.StatusToCorrect, desk.StatusReceived, desk.StatusReceived}[r.IntN(7)]
		number, when := []string{"", "AS-1"}[r.IntN(2)], at.Add(time.Duration(r.IntN(2000)-1000)*time.Hour)
		if status == desk.StatusReceived && number != "" {
			received[f.ID] = when
		}
		if _, err := s.write.ExecContext(ctx, "UPDATE request SET status=?, number=?, received_at=? WHERE id=?", status, number, ms(when), q.String()); err != nil {
			t.Fatal(err)
		}
	}
	// A choice of days that cannot be, and a clock that was set back.
	if n, err := s.ReleaseFiles(ctx, "claire", at.Add(100_000*time.Hour), at.Add(-2000*time.Hour)); n != 0 || err != nil {
		t.Errorf("%d were given up before they were received, %v", n, err)
	}
	for range 30 {
		now := at.Add(time.Duration(r.IntN(4000)-2000) * time.Hour)
		before := now.Add(-time.Duration(r.IntN(200)-100) * 24 * time.Hour)
		was := releasedFiles(t, s)
		n, err := s.ReleaseFiles(ctx, "claire", before, now)
		if err != nil {
			t.Fatal(err)
		}
		is := releasedFiles(t, s)
		for id := range is {
			if was[id] {
				continue
			}
			n--
			when, ok := received[id]
			if !ok || when.After(now) || !when.Before(before) && !when.Before(now) {
				t.Errorf("file %s was given up at %s: received %v at %s, to be kept from %s", id, now, ok, when, before)
			}
		}
		if n != 0 {
			t.Errorf("%d rows more than told", n)
		}
	}
	late := at.Add(100_000 * time.Hour)
	if _, err := s.ReleaseFiles(ctx, "claire", late, late); err != nil {
		t.Fatal(err)
	}
	if got := releasedFiles(t, s); len(got) != len(received) {
		t.Errorf("%d are given up in the end, want %d", len(got), len(received))
	}
	k, err := s.Kept(ctx, "claire")
	if err != nil || k.Files != 40-len(received) || k.Here != k.Files || k.Drafts != 10 {
		t.Errorf("%+v, %v", k, err)
	}
}

// releasedFiles are those whose bytes are not here any more.
func releasedFiles(t *testing.T, s *Store) map[uuid.UUID]bool {
	t.Helper()
	out := map[uuid.UUID]bool{}
	err := s.eachFile(context.Background(), s.read, "", nil, func(_ string, f desk.File) {
		if f.Stored == "" {
			out[f.ID] = true
		}
		if (f.Stored == "") != !f.ReleasedAt.IsZero() {
			t.Errorf("%q is stored, released %s", f.Stored, f.ReleasedAt)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
