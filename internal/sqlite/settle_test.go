package sqlite

import (
	"context"
	"testing"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// A request that was on its way when the backup was made, and whose row is lost
// since: what it becomes follows from what the damaged file still says.
func TestFate(t *testing.T) {
	ctx := context.Background()
	type outcome struct {
		status desk.Status // empty for none
		draft  bool
	}
	for _, c := range []struct {
		name    string
		since   func(t *testing.T, s *Store, q desk.Request)
		also    []string // tables that are lost, too
		want    outcome
		refused bool // by the portal, before the backup
	}{
		{"StillInTheQueueIsAsked", func(*testing.T, *Store, desk.Request) {}, nil, outcome{status: desk.StatusUnknown}, false},
		{"AttemptedIsAsked", func(t *testing.T, s *Store, q desk.Request) {
			tell(t, s, "UPDATE request SET status='sending', sent_at=1 WHERE id=?", q.ID.String())
			tell(t, s, "UPDATE job SET attempt=1, lease_until=99")
			tell(t, s, "INSERT INTO history (person, request, at, what, code) VALUES ('claire',?,?,'sending','')", q.ID.String(), ms(at)+1)
		}, nil, outcome{status: desk.StatusUnknown}, false},
		{"ReceivedStaysReceived", func(t *testing.T, s *Store, q desk.Request) { receive(t, s, q.ID) }, nil, outcome{status: desk.StatusReceived}, false},
		{"CancelledStaysCancelled", func(t *testing.T, s *Store, q desk.Request) {
			if err := s.Cancel(ctx, "claire", q.ID, false, at); err != nil {
				t.Fatal(err)
			}
		}, nil, outcome{status: desk.StatusCancelled}, false},
		{"CancelledWithoutHistoryIsNotSent", func(t *testing.T, s *Store, q desk.Request) {
			if err := s.Cancel(ctx, "claire", q.ID, false, at); err != nil {
				t.Fatal(err)
			}
		}, []string{"history"}, outcome{draft: true}, false},
		{"WithoutAQueueIsNotSent", func(*testing.T, *Store, desk.Request) {}, []string{"job"}, outcome{draft: true}, false},
		{"WithoutHistoryIsNotSent", func(*testing.T, *Store, desk.Request) {}, []string{"history"}, outcome{draft: true}, false},
		{"TakenBackIsItsDraft", func(t *testing.T, s *Store, q desk.Request) { recall(t, s, q.ID) }, nil, outcome{draft: true}, false},
		{"AnotherHasItsPlaceInTheQueue", func(t *testing.T, s *Store, q desk.Request) {
			recall(t, s, q.ID)
			tell(t, s, "DELETE FROM draft WHERE id=?", q.ID.String())
			other := submit(t, s, save(t, s, newDraft(t))) // gets the same row ids
			var n int
			if err := s.write.QueryRow("SELECT count(*) FROM job WHERE id=1 AND request=1").Scan(&n); err != nil || n != 1 || other.ID == q.ID {
				t.Fatalf("%d, %v", n, err)
			}
		}, nil, outcome{draft: true}, false},
		{"QueuedAgainWithAnotherTextIsNotSentAsItWas", func(t *testing.T, s *Store, q desk.Request) {
			recall(t, s, q.ID)
			d, err := s.Draft(ctx, q.ID)
			if err != nil {
				t.Fatal(err)
			}
			d.Values = desk.Values{"subject": "something else"}
			d = save(t, s, d)
			if _, err := s.Submit(ctx, d.ID, d.Revision, at.Add(time.Hour), freeze); err != nil {
				t.Fatal(err)
			}
		}, nil, outcome{draft: true}, false},
		{"TriedAgainIsAsked", func(t *testing.T, s *Store, q desk.Request) {
			tell(t, s, "INSERT INTO history (person, request, at, what, code) VALUES ('claire',?,?,'queued','portal-busy')", q.ID.String(), ms(at)+1)
		}, nil, outcome{status: desk.StatusUnknown}, false},
		{"RefusedThenReceivedIsReceived", func(t *testing.T, s *Store, q desk.Request) { receive(t, s, q.ID) }, nil, outcome{status: desk.StatusReceived}, true},
		{"RefusedStaysToBeCorrected", func(*testing.T, *Store, desk.Request) {}, nil, outcome{status: desk.StatusToCorrect}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := site{dir: t.TempDir()}
			s := open(t, x.dir)
			if err := s.Remember(ctx, desk.Person{ID: "claire"}, at); err != nil {
				t.Fatal(err)
			}
			tell(t, s, "UPDATE person SET cursor='behind'")
			q := submit(t, s, save(t, s, newDraft(t)))
			if c.refused {
				tell(t, s, "UPDATE request SET status='to-correct'")
				tell(t, s, "DELETE FROM job")
				tell(t, s, "INSERT INTO history (person, request, at, what, code) VALUES ('claire',?,?,'to-correct','invalid')", q.ID.String(), ms(at))
			}
			if _, err := s.Backup(ctx, at); err != nil {
				t.Fatal(err)
			}
			c.since(t, s, q)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, table := range append(c.also, "request") {
				at := x.rootOf(t, table)
				x.edit(t, func(b []byte) []byte { clear(b[at : at+pageSize]); return b })
			}
			s, now := healed(t, x.dir)
			sound(t, s)
			_, draft := now.drafts[q.ID]
			if got := (outcome{now.status[q.ID], draft}); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			n, err := s.Recovered(ctx)
			if err != nil || n.Gaps == 0 {
				t.Errorf("%+v, %v", n, err)
			}
			n.counts(t, now)
			if draft && c.name != "TakenBackIsItsDraft" && (n.Reopened != 1 || n.Waiting != 0) {
				t.Errorf("nobody is told to send it: %+v", n)
			}
			if cursor, err := s.Cursor(ctx, "claire"); err != nil || cursor != "" {
				t.Errorf("what the portal has is not asked for again: %q, %v", cursor, err)
			}
			var doubt bool
			if now.status[q.ID] == desk.StatusUnknown {
				if err := s.read.QueryRow("SELECT doubt FROM job").Scan(&doubt); err != nil || !doubt {
					t.Errorf("taken for certain: %v", err)
				}
			}
		})
	}
}

func receive(tb testing.TB, s *Store, id uuid.UUID) {
	tb.Helper()
	err := s.bring(context.Background(), "claire", []desk.Change{{Request: desk.Request{
		ID: id, Number: "G-1", PortalStatus: desk.PortalReceived, ReceivedAt: at, UpdatedAt: at,
	}}}, "behind", at)
	if err != nil {
		tb.Fatal(err)
	}
}

func recall(tb testing.TB, s *Store, id uuid.UUID) {
	tb.Helper()
	if _, err := s.Recall(context.Background(), "claire", id, false, at); err != nil {
		tb.Fatal(err)
	}
}

// A draft that was sent since the backup does not come back beside its request,
// and what was deleted stays deleted where the file can be read.
func TestNothingComesBackFromThePast(t *testing.T) {
	ctx := context.Background()
	x := site{dir: t.TempDir()}
	s := open(t, x.dir)
	sent, thrown := save(t, s, newDraft(t)), save(t, s, newDraft(t))
	q := submit(t, s, save(t, s, newDraft(t)))
	if _, err := s.Backup(ctx, at); err != nil {
		t.Fatal(err)
	}
	submit(t, s, sent)
	tell(t, s, "DELETE FROM draft WHERE id=?", thrown.ID.String())
	tell(t, s, "DELETE FROM request WHERE id=?", q.ID.String())
	kept := save(t, s, newDraft(t))
	x.before = mustState(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, lost := range []string{"draft", "message"} {
		t.Run(lost, func(t *testing.T) {
			x := x.clone(t)
			at := x.rootOf(t, lost)
			x.edit(t, func(b []byte) []byte { clear(b[at : at+pageSize]); return b })
			s, now := healed(t, x.dir)
			sound(t, s)
			if _, there := now.drafts[sent.ID]; there || now.requests[sent.ID] == "" {
				t.Error("what was sent is a draft again")
			}
			if now.requests[q.ID] != "" {
				t.Error("a request that the portal had deleted is back")
			}
			if n, err := s.Recovered(ctx); err != nil || lost == "draft" && n.FromBackup != 1 || lost == "message" && n.FromBackup != 0 {
				t.Errorf("%+v, %v", n, err)
			}
			_, backThen := now.drafts[thrown.ID]
			_, there := now.drafts[kept.ID]
			if lost == "message" && (backThen || !there) || lost == "draft" && !backThen {
				t.Errorf("deleted draft there: %t, kept draft there: %t", backThen, there)
			}
		})
	}
}
