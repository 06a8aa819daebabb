package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// bring applies changes of the feed.
func (s *Store) bring(ctx context.Context, person string, changes []desk.Change, cursor string, now time.Time) error {
	_, _, err := s.Apply(ctx, person, desk.Changes{Changes: changes, Cursor: cursor}, now)
	return err
}

// heard is a request as the portal tells of it to Claire.
func heard(tb testing.TB, n int, edit func(*desk.Request)) desk.Change {
	tb.Helper()
	r := desk.Request{
		ID: newID(tb), Revision: 1, Owner: desk.Owner{Practice: "tilleuls"}, CatalogueVersion: 1, Type: "administrative", Category: "invoice-dispute",
		Values: desk.Values{"subject": fmt.Sprintf("Demande %d", n), "description": "Une ligne de trop."}, Number: fmt.Sprintf("AS-2026-%06d", n),
		PortalStatus: desk.PortalReceived, Author: desk.Author{ID: "claire", Name: "Claire"}, Watching: true, Priority: desk.PriorityNormal,
		WrittenAt: at, SubmittedAt: at, ReceivedAt: at, UpdatedAt: at.Add(time.Duration(n) * time.Second),
	}
	if edit != nil {
		edit(&r)
	}
	return desk.Change{Request: r}
}

func by(who string) func(*desk.Request) {
	return func(r *desk.Request) { r.Author, r.Watching = desk.Author{ID: who, Name: who}, false }
}

// numbers are those of the person's requests, sorted.
func numbers(tb testing.TB, s *Store, person string) []string {
	tb.Helper()
	list, err := s.Requests(context.Background(), person, All)
	if err != nil {
		tb.Fatal(err)
	}
	out := []string{}
	for _, r := range list {
		out = append(out, r.Number)
	}
	slices.Sort(out)
	return out
}

func want[T comparable](tb testing.TB, what string, got, want []T) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("%s: %v, want %v", what, got, want)
	}
}

// take applies an answer to Claire's question.
func take(tb testing.TB, s *Store, in desk.Changes) []desk.Notice {
	tb.Helper()
	told, _, err := s.Apply(context.Background(), "claire", in, at)
	if err != nil {
		tb.Fatal(err)
	}
	return told
}

// arrives ends an attempt with a number.
func arrives(tb testing.TB, s *Store, job desk.Job, number string) {
	tb.Helper()
	out := desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: number, Status: desk.PortalReceived, ReceivedAt: at}}
	if err := s.Finish(context.Background(), []desk.Result{{Job: job, Outcome: out}}, at); err != nil {
		tb.Fatal(err)
	}
}

func TestSnapshot(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	old := []desk.Change{heard(t, 1, nil), heard(t, 2, by("marc")), heard(t, 3, nil)}
	take(t, s, desk.Changes{Changes: old, Cursor: "s0", Snapshot: true, More: true, Total: 3})
	if sync, err := s.Sync(ctx, "claire"); err != nil || sync.Total != 3 || sync.Done != 3 || sync.Again {
		t.Errorf("the first one: %+v, %v", sync, err)
	}
	take(t, s, desk.Changes{Cursor: "c0"})

	// Another one, after the portal has forgotten the cursor: one is gone, one was
	// sent from here and is not there any more, one waits here.
	sent := submit(t, s, save(t, s, newDraft(t)))
	arrives(t, s, claim(t, s, at)[0], "AS-2026-000009")
	waits := submit(t, s, save(t, s, newDraft(t)))
	if err := s.Restart(ctx, "claire"); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Cursor(ctx, "claire"); err != nil || c != "" {
		t.Errorf("cursor %q, %v", c, err)
	}
	news := heard(t, 4, by("marc"))
	old[2].Request.PortalStatus = desk.PortalInProgress // while nobody looked
	if told := take(t, s, desk.Changes{Changes: []desk.Change{news, old[2]}, Cursor: "s1", Snapshot: true, More: true, Total: 3}); len(told) > 0 {
		t.Errorf("a snapshot tells %v", told)
	}
	want(t, "while it is under way", numbers(t, s, "claire"), []string{"", "AS-2026-000001", "AS-2026-000002", "AS-2026-000003", "AS-2026-000004", "AS-2026-000009"})
	if sync, err := s.Sync(ctx, "claire"); err != nil || sync.Total != 3 || sync.Done != 2 || !sync.Again {
		t.Errorf("another one: %+v, %v", sync, err)
	}
	take(t, s, desk.Changes{Changes: []desk.Change{old[0]}, Cursor: "s2", Snapshot: true, More: true, Total: 3})
	fresh := submit(t, s, save(t, s, newDraft(t))) // sent while it is under way: on none of its pages
	for _, job := range claim(t, s, at) {
		if job.Request.ID == fresh.ID {
			arrives(t, s, job, "AS-2026-000010")
		}
	}
	take(t, s, desk.Changes{Changes: []desk.Change{heard(t, 5, by("marc"))}, Cursor: "c1", More: true})
	want(t, "before all is here", numbers(t, s, "claire")[1:3], []string{"AS-2026-000001", "AS-2026-000002"})
	take(t, s, desk.Changes{Cursor: "c2"})
	want(t, "behind it", numbers(t, s, "claire"), []string{"", "AS-2026-000001", "AS-2026-000003", "AS-2026-000004", "AS-2026-000005", "AS-2026-000009", "AS-2026-000010"})
	if sync, err := s.Sync(ctx, "claire"); err != nil || sync.Total != 0 || !sync.At.Equal(at) {
		t.Errorf("%+v, %v", sync, err)
	}
	for id, reason := range map[uuid.UUID]string{sent.ID: desk.ReasonMissing, fresh.ID: "", old[0].Request.ID: ""} {
		if d, err := s.Request(ctx, "claire", id); err != nil || d.Reason != reason || d.Status != desk.StatusReceived {
			t.Errorf("%s: %s %q, %v", d.Number, d.Status, d.Reason, err)
		}
	}
	if d, err := s.Request(ctx, "claire", waits.ID); err != nil || !d.Status.Waiting() {
		t.Errorf("what waits is %s, %v", d.Status, err)
	}
	take(t, s, desk.Changes{Gone: []uuid.UUID{sent.ID, waits.ID, newID(t)}, Cursor: "c3"}) // the portal's own word
	want(t, "what the portal deleted", numbers(t, s, "claire"), []string{"", "AS-2026-000001", "AS-2026-000003", "AS-2026-000004", "AS-2026-000005", "AS-2026-000010"})
}

// A page that comes twice, since the program was killed before it asked for the
// next one, is the same page.
func TestSnapshotResumes(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	page := desk.Changes{Changes: []desk.Change{heard(t, 1, nil)}, Cursor: "s0", Snapshot: true, More: true, Total: 2}
	take(t, s, page)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if c, err := s.Cursor(context.Background(), "claire"); err != nil || c != "s0" {
		t.Errorf("cursor %q, %v", c, err)
	}
	take(t, s, desk.Changes{Changes: []desk.Change{heard(t, 2, nil)}, Cursor: "s1", Snapshot: true, More: true, Total: 2})
	for i, cursor := range []string{"c0", "c1"} {
		if _, changed, err := s.Apply(context.Background(), "claire", desk.Changes{Cursor: cursor}, at); err != nil || changed != (i == 0) {
			t.Errorf("%s: what is shown is another: %t, %v", cursor, changed, err)
		}
	}
	want(t, "both pages", numbers(t, s, "claire"), []string{"AS-2026-000001", "AS-2026-000002"})
}

// One that begins anew before it was whole is still the first.
func TestFirstSnapshotAnew(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	page := desk.Changes{Changes: []desk.Change{heard(t, 1, nil)}, Cursor: "s0", Snapshot: true, More: true, Total: 2}
	take(t, s, page)
	for _, again := range []bool{false, true} {
		if err := s.Restart(ctx, "claire"); err != nil {
			t.Fatal(err)
		}
		take(t, s, page)
		if sync, err := s.Sync(ctx, "claire"); err != nil || sync.Total != 2 || sync.Again != again {
			t.Errorf("%+v, %v, want again %v", sync, err, again)
		}
		take(t, s, desk.Changes{Cursor: "c0"})
	}
}

func TestNotices(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	mine, others, watched := heard(t, 1, nil), heard(t, 2, by("marc")), heard(t, 3, by("marc"))
	take(t, s, desk.Changes{Changes: []desk.Change{mine, others, watched}, Cursor: "s", Snapshot: true, Total: 3})
	take(t, s, desk.Changes{Cursor: "c0"})
	say := func(c desk.Change, status desk.PortalStatus, m *desk.Message) desk.Change {
		c.Request.PortalStatus, c.Request.UpdatedAt = status, c.Request.UpdatedAt.Add(time.Hour)
		if m != nil {
			m.ID, m.At, m.Text = newID(t), at, "Bonjour"
			c.Messages = []desk.Message{*m}
		}
		return c
	}
	watched.Request.Watching = true
	kinds := func(told []desk.Notice) (out []string) {
		for _, n := range told {
			out = append(out, n.Number+" "+string(n.Kind)+" "+string(n.Status))
		}
		return out
	}
	answered := say(mine, desk.PortalWaiting, &desk.Message{Author: "Support", Support: true})
	told := take(t, s, desk.Changes{Cursor: "c1", Changes: []desk.Change{
		answered,
		say(others, desk.PortalResolved, &desk.Message{Author: "Support", Support: true}), // neither hers nor watched
		watched,
	}})
	want(t, "told", kinds(told), []string{"AS-2026-000001 status waiting", "AS-2026-000001 answer ", "AS-2026-000003 watcher "})
	if told := take(t, s, desk.Changes{Cursor: "c2", Changes: []desk.Change{answered}}); len(told) > 0 {
		t.Errorf("the same news twice: %v", kinds(told))
	}
	if told := take(t, s, desk.Changes{Cursor: "c3", Changes: []desk.Change{say(answered, desk.PortalWaiting, &desk.Message{Author: "Claire", Mine: true})}}); len(told) > 0 {
		t.Errorf("her own words: %v", kinds(told))
	}
	moved := say(answered, desk.PortalInProgress, &desk.Message{Author: "Claire", Mine: true})
	moved.Request.UpdatedAt = moved.Request.UpdatedAt.Add(time.Minute)
	moved.Messages[0].At = moved.Request.UpdatedAt
	if told := take(t, s, desk.Changes{Cursor: "c4", Changes: []desk.Change{moved}}); len(told) > 0 {
		t.Errorf("what her own reply led to: %v", kinds(told))
	}
	list, err := s.Notices(ctx, "claire")
	if err != nil || len(list) != 3 || list[0].Kind != desk.NoticeWatcher || list[0].Read {
		t.Errorf("%v, %v", list, err)
	}
	if was, err := s.Seen(ctx, "claire", mine.Request.ID, at); err != nil || !was {
		t.Errorf("seen %t, %v", was, err)
	}
	if was, err := s.Seen(ctx, "claire", mine.Request.ID, at); err != nil || was {
		t.Errorf("seen again %t, %v", was, err)
	}
	found, err := s.Find(ctx, "claire", desk.Query{Unread: true}, 0, 10)
	if err != nil || len(found.Rows) != 1 || found.Rows[0].Request.Number != "AS-2026-000003" {
		t.Errorf("unread %v, %v", found.Rows, err)
	}
	if err := s.ReadNotices(ctx, "claire", told0(list), at); err != nil {
		t.Fatal(err)
	}
	if list, err = s.Notices(ctx, "claire"); err != nil || slices.ContainsFunc(list, func(n desk.Notice) bool { return !n.Read }) {
		t.Errorf("%v, %v", list, err)
	}
	t.Run("KeepsTheNewest", func(t *testing.T) {
		status := []desk.PortalStatus{desk.PortalInProgress, desk.PortalWaiting}
		for i := range keptNotices + 20 {
			take(t, s, desk.Changes{Cursor: fmt.Sprint("d", i), Changes: []desk.Change{say(mine, status[i%2], nil)}})
		}
		if list, err = s.Notices(ctx, "claire"); err != nil || len(list) != keptNotices || list[0].Status != desk.PortalWaiting {
			t.Errorf("%d, %v", len(list), err)
		}
	})
}

func told0(list []desk.Notice) int64 { return list[0].Seq }

// What a person reads of a message is what support wrote, with its files.
// Rows of files that were lost with a damaged file come back with the next word of
// the portal; those that are here stay as they are.
func TestFilesComeBack(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	c := heard(t, 1, nil)
	file := desk.File{ID: newID(t), Name: "Facture.pdf", Size: 3, Media: "application/pdf", SHA256: "ab"}
	c.Request.Files = []desk.File{file}
	said := desk.Message{ID: newID(t), Request: c.Request.ID, Author: "Service client", Support: true, Text: "Voici.", At: at}
	said.Files = []desk.File{{ID: newID(t), Name: "Avoir.pdf", Size: 4, Media: "application/pdf", SHA256: "cd"}}
	c.Messages = []desk.Message{said}
	take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "1"})
	names := func() (out []string) {
		d, err := s.Request(ctx, "claire", c.Request.ID)
		if err != nil || len(d.Messages) != 1 {
			t.Fatalf("%+v, %v", d, err)
		}
		for _, f := range append(d.Files, d.Messages[0].Files...) {
			out = append(out, f.Name)
		}
		return out
	}
	want(t, "before", names(), []string{"Facture.pdf", "Avoir.pdf"})
	if _, err := s.write.ExecContext(ctx, "DELETE FROM file WHERE id<>?", file.ID.String()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(ctx, "UPDATE file SET stored='here'"); err != nil {
		t.Fatal(err)
	}
	take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "2"})
	want(t, "then", names(), []string{"Facture.pdf", "Avoir.pdf"})
	if d, err := s.Request(ctx, "claire", c.Request.ID); err != nil || d.Files[0].Stored != "here" {
		t.Errorf("%+v, %v", d.Files, err)
	}
	if _, err := s.write.ExecContext(ctx, "DELETE FROM file"); err != nil {
		t.Fatal(err)
	}
	take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "3"})
	want(t, "in the end", names(), []string{"Facture.pdf", "Avoir.pdf"})
}

func TestMessageBody(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	c := heard(t, 1, nil)
	file := desk.File{ID: newID(t), Name: "avoir.pdf", Size: 12, Media: "application/pdf", SHA256: "ab"}
	c.Messages = []desk.Message{
		{ID: newID(t), Author: "Support", Support: true, Text: "Bonjour", HTML: "<p>Bonjour</p>", Files: []desk.File{file}, At: at},
		{ID: newID(t), Author: "Claire", Mine: true, Text: "Merci", At: at.Add(time.Minute)},
	}
	take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "c"})
	d, err := s.Request(ctx, "claire", c.Request.ID)
	if err != nil || len(d.Messages) != 2 {
		t.Fatalf("%d messages, %v", len(d.Messages), err)
	}
	first, second := d.Messages[0], d.Messages[1]
	if first.Text != "Bonjour" || first.HTML != "<p>Bonjour</p>" || len(first.Files) != 1 || first.Files[0].Name != file.Name || second.Text != "Merci" || second.HTML != "" {
		t.Errorf("%+v", d.Messages)
	}
	if len(d.Files) != 0 {
		t.Errorf("%d files of the request", len(d.Files))
	}
}

func TestViewsAndContracts(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	one := desk.NamedQuery{ID: newID(t).String(), Name: "À relancer", Query: desk.Query{States: []string{"waiting"}, Sort: desk.SortNumber, Up: true}}
	two := desk.NamedQuery{ID: newID(t).String(), Name: "Factures", Query: desk.Query{Text: "facture"}}
	for _, v := range []desk.NamedQuery{one, two} {
		if err := s.SaveView(ctx, "claire", v); err != nil {
			t.Fatal(err)
		}
	}
	one.Name = "Vous avez la main"
	if err := s.SaveView(ctx, "claire", one); err != nil {
		t.Fatal(err)
	}
	list, err := s.Views(ctx, "claire")
	if err != nil || len(list) != 2 || list[0].Name != one.Name || list[0].Query.Sort != desk.SortNumber || list[1].Query.Text != "facture" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = s.Views(ctx, "marc"); err != nil || len(list) != 0 {
		t.Errorf("somebody else has %v, %v", list, err)
	}
	if err := s.DropView(ctx, "claire", one.ID); err != nil {
		t.Fatal(err)
	}
	if list, err = s.Views(ctx, "claire"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	for range 2 {
		if err := s.SaveContracts(ctx, "claire", []desk.Contract{{ID: "k", Number: "CT-1", Topics: []desk.Topic{{Key: "invoice"}}}}, 1); err != nil {
			t.Fatal(err)
		}
	}
	contracts, err := s.Contracts(ctx, "claire")
	if err != nil || len(contracts) != 1 || contracts[0].Number != "CT-1" || contracts[0].Topics[0].Key != "invoice" {
		t.Errorf("%+v, %v", contracts, err)
	}
}

// Whatever a snapshot and the feed bring, in whatever pages, what is here at the
// end is what the portal has.
func TestSnapshotProperty(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		s := open(t, t.TempDir())
		portal := map[string]desk.Change{}
		n, cursor := 0, 0
		next := func(in desk.Changes) {
			cursor++
			in.Cursor = fmt.Sprint(cursor)
			take(t, s, in)
		}
		for range 3 { // snapshots
			for range r.IntN(12) {
				n++
				c := heard(t, n, by("marc"))
				portal[c.Request.ID.String()] = c
			}
			for id := range portal {
				if r.IntN(4) == 0 {
					delete(portal, id)
				}
			}
			if err := s.Restart(context.Background(), "claire"); err != nil {
				t.Fatal(err)
			}
			pages := [][]desk.Change{{}}
			for _, c := range portal {
				if len(pages[len(pages)-1]) == 3 {
					pages = append(pages, nil)
				}
				pages[len(pages)-1] = append(pages[len(pages)-1], c)
			}
			for _, p := range pages {
				next(desk.Changes{Changes: p, Snapshot: true, More: true, Total: len(portal)})
			}
			for more := r.IntN(3); more >= 0; more-- {
				n++
				c := heard(t, n, by("marc"))
				portal[c.Request.ID.String()] = c
				next(desk.Changes{Changes: []desk.Change{c}, More: more > 0})
			}
		}
		wanted := []string{}
		for _, c := range portal {
			wanted = append(wanted, c.Request.Number)
		}
		slices.Sort(wanted)
		want(t, "at the end", numbers(t, s, "claire"), wanted)
	}
}
