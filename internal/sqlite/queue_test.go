package sqlite

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// day is longer than any pause of these tests.
const day = 24 * time.Hour

func claim(tb testing.TB, s *Store, now time.Time, skip ...string) []desk.Job {
	tb.Helper()
	jobs, err := s.Claim(context.Background(), desk.Ask{Now: now, Most: 10, Lease: time.Minute, Longest: day, Skip: skip})
	if err != nil {
		tb.Fatalf("claim: %v", err)
	}
	return jobs
}

func status(tb testing.TB, s *Store, r desk.Request) Dossier {
	tb.Helper()
	d, err := s.Request(context.Background(), r.Owner.Person, r.ID)
	if err != nil {
		tb.Fatalf("read request: %v", err)
	}
	return d
}

func TestSubmit(t *testing.T) {
	ctx := context.Background()
	t.Run("OneTransaction", func(t *testing.T) {
		s := open(t, t.TempDir())
		d := save(t, s, newDraft(t))
		f := file(t, s, d.ID, "one")
		r := submit(t, s, d)
		if _, err := s.Draft(ctx, d.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("the draft is still there: %v", err)
		}
		got := status(t, s, r)
		if got.ID != d.ID || got.Status != desk.StatusQueued || len(got.Files) != 1 || got.Files[0].ID != f.ID {
			t.Errorf("%s %s with %d files", got.ID, got.Status, len(got.Files))
		}
		if jobs := claim(t, s, at); len(jobs) != 1 || jobs[0].Request.ID != d.ID {
			t.Errorf("%d jobs", len(jobs))
		}
	})
	t.Run("TwiceIsOneRequest", func(t *testing.T) {
		s := open(t, t.TempDir())
		d := save(t, s, newDraft(t))
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				if _, err := s.Submit(ctx, d.ID, d.Revision, at, freeze); err != nil {
					t.Errorf("submit: %v", err)
				}
			}()
		}
		group.Wait()
		if list, err := s.Requests(ctx, "claire", All); err != nil || len(list) != 1 {
			t.Errorf("%d requests, %v", len(list), err)
		}
		if jobs := claim(t, s, at); len(jobs) != 1 {
			t.Errorf("%d jobs", len(jobs))
		}
	})
	t.Run("NothingHalfDone", func(t *testing.T) {
		// Every statement of the transaction fails once, by a trigger.
		for _, table := range []string{"INSERT ON request", "UPDATE ON file", "DELETE ON draft", "INSERT ON job", "INSERT ON history"} {
			s := open(t, t.TempDir())
			d := save(t, s, newDraft(t))
			file(t, s, d.ID, "one")
			if _, err := s.write.Exec("CREATE TRIGGER fault BEFORE " + table + " BEGIN SELECT RAISE(ABORT, 'fault'); END"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Submit(ctx, d.ID, d.Revision, at, freeze); err == nil {
				t.Errorf("%s: no error", table)
			}
			if _, err := s.Draft(ctx, d.ID); err != nil {
				t.Errorf("%s: the draft is gone: %v", table, err)
			}
			if list, err := s.Requests(ctx, "claire", All); err != nil || len(list) != 0 {
				t.Errorf("%s: %d requests, %v", table, len(list), err)
			}
		}
	})
	t.Run("ErrConflictWithAnOlderRevision", func(t *testing.T) {
		s := open(t, t.TempDir())
		d := save(t, s, newDraft(t))
		d.Values = desk.Values{"subject": "later"}
		save(t, s, d)
		if _, err := s.Submit(ctx, d.ID, d.Revision, at, freeze); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("%v", err)
		}
	})
	t.Run("LateSaveAfterSubmit", func(t *testing.T) {
		s := open(t, t.TempDir())
		d := save(t, s, newDraft(t))
		submit(t, s, d)
		if _, err := s.SaveDraft(ctx, d, at); !errors.Is(err, desk.ErrNotNow) {
			t.Errorf("%v", err)
		}
	})
}

func TestClaim(t *testing.T) {
	ctx := context.Background()
	t.Run("AttemptIsOnTheDiskBeforeItReturns", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir)
		r := submit(t, s, save(t, s, newDraft(t)))
		claim(t, s, at)
		if err := s.Close(); err != nil { // the process dies here
			t.Fatal(err)
		}
		s = open(t, dir)
		if got := status(t, s, r); got.Status != desk.StatusSending || got.Attempts != 1 || !got.SentAt.Equal(at) {
			t.Fatalf("%s, attempt %d, sent %s", got.Status, got.Attempts, got.SentAt)
		}
		if err := s.Recover(ctx, at.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if got := status(t, s, r); got.Status != desk.StatusUnknown {
			t.Errorf("after a death: %s, want unknown", got.Status)
		}
		jobs := claim(t, s, at.Add(time.Second))
		if len(jobs) != 1 || jobs[0].Attempt != 2 {
			t.Errorf("%d jobs", len(jobs))
		}
	})
	t.Run("OnlyOnce", func(t *testing.T) {
		s := open(t, t.TempDir())
		for range 5 {
			submit(t, s, save(t, s, newDraft(t)))
		}
		seen := map[int64]int{}
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				jobs, err := s.Claim(ctx, desk.Ask{Now: at, Most: 1, Lease: time.Minute, Longest: 15 * time.Minute})
				if err != nil {
					t.Errorf("claim: %v", err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, j := range jobs {
					seen[j.ID]++
				}
			}()
		}
		group.Wait()
		if len(seen) != 5 {
			t.Errorf("%d of 5 jobs claimed", len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("job %d claimed %d times", id, n)
			}
		}
	})
	t.Run("LeaseOver", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := submit(t, s, save(t, s, newDraft(t)))
		first := claim(t, s, at)[0]
		if jobs := claim(t, s, at.Add(30*time.Second)); len(jobs) != 0 {
			t.Error("claimed within the lease")
		}
		if err := s.Renew(ctx, first, at.Add(2*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if jobs := claim(t, s, at.Add(90*time.Second)); len(jobs) != 0 {
			t.Error("claimed within the renewed lease")
		}
		if jobs := claim(t, s, at.Add(3*time.Minute)); len(jobs) != 1 || jobs[0].Attempt != 2 {
			t.Fatalf("%d jobs after the lease", len(jobs))
		}
		out := desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-1", ReceivedAt: at}}
		if err := s.Finish(ctx, []desk.Result{{Job: first, Outcome: out, NextAt: at}}, at); err != nil {
			t.Fatal(err)
		}
		if got := status(t, s, r); got.Status != desk.StatusSending || got.Number != "" {
			t.Errorf("the overtaken attempt made it %s", got.Status)
		}
		if err := s.Renew(ctx, first, at.Add(time.Hour)); !errors.Is(err, desk.ErrNotNow) {
			t.Errorf("the overtaken attempt renewed: %v", err)
		}
	})
	t.Run("SkipsPausedPersons", func(t *testing.T) {
		s := open(t, t.TempDir())
		submit(t, s, save(t, s, newDraft(t)))
		if jobs := claim(t, s, at, "claire", "marc"); len(jobs) != 0 {
			t.Error("claimed for a paused person")
		}
		if jobs := claim(t, s, at, "marc"); len(jobs) != 1 {
			t.Error("not claimed")
		}
	})
}

func TestFinish(t *testing.T) {
	ctx := context.Background()
	later := at.Add(time.Hour)
	for _, c := range []struct {
		name    string
		out     desk.Outcome
		status  desk.Status
		waiting bool
		sent    bool
	}{
		{"Received", desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-2026-000001", Status: desk.PortalReceived, ReceivedAt: at}}, desk.StatusReceived, false, true},
		{"RetryHasNotLeft", desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonNetwork}, desk.StatusQueued, true, false},
		{"LostMayHaveArrived", desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonTimeout}, desk.StatusUnknown, true, true},
		{"Refused", desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid, Problems: []desk.Problem{{Field: "subject", Code: desk.CodeRequired}}}, desk.StatusToCorrect, false, false},
		{"RefusedButHeld", desk.Outcome{Kind: desk.OutcomeRefused, Code: desk.ReasonFileMissing, Arrived: true}, desk.StatusToCorrect, false, true},
		{"SignIn", desk.Outcome{Kind: desk.OutcomeSignIn, Code: desk.ReasonSignIn}, desk.StatusNeedsSignIn, true, false},
		{"SignInBehindTheFirstAnswer", desk.Outcome{Kind: desk.OutcomeSignIn, Code: desk.ReasonSignIn, Arrived: true}, desk.StatusNeedsSignIn, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, t.TempDir())
			r := submit(t, s, save(t, s, newDraft(t)))
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: c.out, NextAt: later}}, at); err != nil {
				t.Fatal(err)
			}
			got := status(t, s, r)
			if got.Status != c.status || got.Reason != c.out.Code || got.Number != c.out.Receipt.Number || len(got.Problems) != len(c.out.Problems) {
				t.Errorf("%s because %q, number %q", got.Status, got.Reason, got.Number)
			}
			if got.SentAt.IsZero() == c.sent {
				t.Errorf("sent at %s", got.SentAt)
			}
			counts, err := s.Counts(ctx, "claire")
			if err != nil || (counts.Waiting == 1) != c.waiting {
				t.Errorf("%d waiting, %v", counts.Waiting, err)
			}
			due, err := s.Due(ctx, desk.Ask{Now: at, Lease: time.Minute, Longest: day})
			if err != nil || (c.status == desk.StatusQueued || c.status == desk.StatusUnknown) != due.Equal(later) {
				t.Errorf("due %s, %v", due, err)
			}
		})
	}
}

func TestSignedIn(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	r := submit(t, s, save(t, s, newDraft(t)))
	if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: desk.Outcome{Kind: desk.OutcomeSignIn}, NextAt: at}}, at); err != nil {
		t.Fatal(err)
	}
	if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 0 {
		t.Error("sent without a sign-in")
	}
	if err := s.SignedIn(ctx, "marc", at); err != nil {
		t.Fatal(err)
	}
	if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 0 {
		t.Error("somebody else's sign-in let it go")
	}
	if err := s.SignedIn(ctx, "claire", at); err != nil {
		t.Fatal(err)
	}
	if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 1 || status(t, s, r).Status != desk.StatusSending {
		t.Error("not let go")
	}
}

func TestApply(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	if err := s.Remember(ctx, desk.Person{ID: "claire"}, at); err != nil {
		t.Fatal(err)
	}
	r := submit(t, s, save(t, s, newDraft(t)))
	job := claim(t, s, at)[0]
	news := desk.Change{
		Request: desk.Request{
			ID: r.ID, Owner: desk.Owner{Practice: "tilleuls"}, Number: "AS-2026-000007", PortalStatus: desk.PortalInProgress,
			ReceivedAt: at, UpdatedAt: at.Add(time.Minute),
		},
		Messages: []desk.Message{{ID: newID(t), Request: r.ID, Author: "Support", Support: true, Text: "Bonjour", At: at.Add(time.Minute)}},
	}
	for range 2 { // the same news twice is the same news
		if err := s.bring(ctx, "claire", []desk.Change{news}, "c7", at); err != nil {
			t.Fatal(err)
		}
	}
	got := status(t, s, r)
	if got.Status != desk.StatusReceived || got.Number != "AS-2026-000007" || len(got.Messages) != 1 || got.AnsweredAt.IsZero() {
		t.Errorf("%s %s, %d messages", got.Status, got.Number, len(got.Messages))
	}
	if got.Values["subject"] != r.Values["subject"] {
		t.Error("the news replaced what was written here")
	}
	t.Run("ReceiptByTheInboxEndsTheJob", func(t *testing.T) {
		if err := s.Finish(ctx, []desk.Result{{Job: job, Outcome: desk.Outcome{Kind: desk.OutcomeLost}, NextAt: at}}, at); err != nil {
			t.Errorf("finish: %v", err)
		}
		if got := status(t, s, r); got.Status != desk.StatusReceived {
			t.Errorf("the late answer made it %s", got.Status)
		}
		if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 0 {
			t.Error("sent again")
		}
	})
	t.Run("CursorIsKept", func(t *testing.T) {
		if c, err := s.Cursor(ctx, "claire"); err != nil || c != "c7" {
			t.Errorf("%q, %v", c, err)
		}
	})
	t.Run("CursorOfSomebodyWhoCouldNotBeSaved", func(t *testing.T) {
		cursor := func(want string) {
			t.Helper()
			if c, err := s.Cursor(ctx, "marc"); err != nil || c != want {
				t.Errorf("cursor %q, %v; want %q", c, err, want)
			}
		}
		if err := s.bring(ctx, "marc", nil, "17", at); err != nil {
			t.Fatal(err)
		}
		cursor("17")
		if p, err := s.People(ctx); err != nil || slices.ContainsFunc(p, func(p desk.Person) bool { return p.ID == "marc" }) {
			t.Errorf("somebody who never signed in is listed: %v", err)
		}
		if err := s.Remember(ctx, desk.Person{ID: "marc", Name: "Marc"}, at); err != nil {
			t.Fatal(err)
		}
		cursor("17")
		if err := s.bring(ctx, "marc", nil, "18", at); err != nil {
			t.Fatal(err)
		}
		cursor("18")
		if p, err := s.People(ctx); err != nil || !slices.ContainsFunc(p, func(p desk.Person) bool { return p.Name == "Marc" }) {
			t.Errorf("%d people, %v", len(p), err)
		}
	})
	t.Run("WrittenElsewhere", func(t *testing.T) {
		other := desk.Request{
			ID: newID(t), Owner: desk.Owner{Practice: "port"}, Type: "administrative", Category: "order", Number: "AS-2026-000008",
			PortalStatus: desk.PortalReceived, Values: desk.Values{"subject": "d’un autre poste"}, ReceivedAt: at, UpdatedAt: at, WrittenAt: at, SubmittedAt: at,
			Files: []desk.File{{ID: newID(t), Name: "a.pdf", Size: 3}},
		}
		if err := s.bring(ctx, "claire", []desk.Change{{Request: other}}, "c8", at); err != nil {
			t.Fatal(err)
		}
		d, err := s.Request(ctx, "claire", other.ID)
		if err != nil || d.Subject() != "d’un autre poste" || len(d.Files) != 1 {
			t.Errorf("%d files, %v", len(d.Files), err)
		}
		if _, err := s.Request(ctx, "marc", other.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("another person sees it: %v", err)
		}
	})
}

// The seal stands between every text and the disk: what is sealed for one
// person opens for no other.
func TestTextsPassTheSealer(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir(), marking{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := save(t, s, newDraft(t))
	file(t, s, d.ID, "one")
	for _, q := range []string{"SELECT body FROM draft", "SELECT name FROM file"} {
		var body []byte
		if err := s.write.QueryRow(q).Scan(&body); err != nil || string(body[:7]) != "claire:" {
			t.Errorf("%s: not sealed for its person, %v", q, err)
		}
	}
	if got, err := s.Draft(ctx, d.ID); err != nil || got.Values["subject"] != d.Values["subject"] {
		t.Errorf("not opened: %v", err)
	}
}

// marking seals by writing the person in front.
type marking struct{ privacy.Plain }

func (marking) Seal(person string, plain []byte) ([]byte, error) {
	return append([]byte(person+":"), plain...), nil
}

func (marking) Open(person string, sealed []byte) ([]byte, error) {
	if len(sealed) <= len(person) || string(sealed[:len(person)]) != person {
		return nil, errors.New("sealed for somebody else")
	}
	return sealed[len(person)+1:], nil
}

// Once the portal may have a request, no later attempt makes that unsaid.
func TestDoubtStays(t *testing.T) {
	ctx := context.Background()
	retry := desk.Outcome{Kind: desk.OutcomeRetry, Code: desk.ReasonNetwork}
	stays := func(t *testing.T, s *Store, r desk.Request) {
		t.Helper()
		if got := status(t, s, r); got.SentAt.IsZero() {
			t.Error("it says that it has not left")
		}
		if err := s.Cancel(ctx, "claire", r.ID, false, at); !errors.Is(err, desk.ErrNotNow) {
			t.Errorf("cancelled: %v", err)
		}
	}
	for name, first := range map[string]desk.Outcome{
		"Lost":                {Kind: desk.OutcomeLost, Code: desk.ReasonTimeout},
		"SignInBehindArrival": {Kind: desk.OutcomeSignIn, Code: desk.ReasonSignIn, Arrived: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			r := submit(t, s, save(t, s, newDraft(t)))
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: first, NextAt: at}}, at); err != nil {
				t.Fatal(err)
			}
			if err := s.SignedIn(ctx, "claire", at); err != nil {
				t.Fatal(err)
			}
			if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: retry, NextAt: at}}, at); err != nil {
				t.Fatal(err)
			}
			stays(t, s, r)
		})
	}
	t.Run("LeaseOver", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := submit(t, s, save(t, s, newDraft(t)))
		late := claim(t, s, at)[0]
		next := claim(t, s, at.Add(time.Hour))[0]
		if err := s.Finish(ctx, []desk.Result{{Job: late, Outcome: desk.Outcome{Kind: desk.OutcomeLost}, NextAt: at}}, at); err != nil {
			t.Fatalf("the late answer: %v", err)
		}
		if err := s.Finish(ctx, []desk.Result{{Job: next, Outcome: retry, NextAt: at}}, at); err != nil {
			t.Fatal(err)
		}
		stays(t, s, r)
	})
	t.Run("Crash", func(t *testing.T) {
		s := open(t, t.TempDir())
		r := submit(t, s, save(t, s, newDraft(t)))
		claim(t, s, at)
		if err := s.Recover(ctx, at); err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(ctx, []desk.Result{{Job: claim(t, s, at)[0], Outcome: retry, NextAt: at}}, at); err != nil {
			t.Fatal(err)
		}
		stays(t, s, r)
	})
}

// What was claimed and has not left is as if it had never been claimed.
func TestRelease(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	fresh := submit(t, s, save(t, s, newDraft(t)))
	doubt := submit(t, s, save(t, s, newDraft(t)))
	lost := claim(t, s, at)[1]
	if err := s.Finish(ctx, []desk.Result{{Job: lost, Outcome: desk.Outcome{Kind: desk.OutcomeLost}, NextAt: at}}, at); err != nil {
		t.Fatal(err)
	}
	stale := claim(t, s, at.Add(time.Hour)) // the first one's lease is over
	if err := s.Release(ctx, stale, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := status(t, s, doubt); got.Status != desk.StatusUnknown || got.SentAt.IsZero() || got.Attempts != 1 {
		t.Errorf("in doubt: %s, %d attempts, sent %s", got.Status, got.Attempts, got.SentAt)
	}
	third := submit(t, s, save(t, s, newDraft(t)))
	jobs := claim(t, s, at.Add(time.Hour))
	if err := s.Release(ctx, jobs, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := status(t, s, third); got.Status != desk.StatusQueued || !got.SentAt.IsZero() || got.Attempts != 0 {
		t.Errorf("never sent: %s, %d attempts, sent %s", got.Status, got.Attempts, got.SentAt)
	}
	if err := s.Release(ctx, stale, at.Add(time.Hour)); err != nil { // of attempts that are none any more
		t.Fatal(err)
	}
	if got := status(t, s, fresh); got.Attempts != 1 {
		t.Errorf("released twice: %d attempts", got.Attempts)
	}
	if jobs := claim(t, s, at.Add(time.Hour)); len(jobs) != 3 {
		t.Errorf("%d of 3 claimed again", len(jobs))
	}
}

// One result that is too late does not keep the others from the disk.
func TestFinishTogether(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	var requests []desk.Request
	var results []desk.Result
	for range 4 {
		requests = append(requests, submit(t, s, save(t, s, newDraft(t))))
	}
	for _, job := range claim(t, s, at) {
		results = append(results, desk.Result{Job: job, Outcome: desk.Outcome{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-1", ReceivedAt: at}}})
	}
	results[1].Job.Attempt = 7
	if err := s.Finish(ctx, results, at); err != nil {
		t.Fatal(err)
	}
	for i, r := range requests {
		if got := status(t, s, r); (got.Status == desk.StatusReceived) == (i == 1) {
			t.Errorf("request %d is %s", i, got.Status)
		}
	}
}

// A clock that was put back a day holds up neither what waits nor what a dead
// sender has claimed.
func TestClockPutBack(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	submit(t, s, save(t, s, newDraft(t)))
	submit(t, s, save(t, s, newDraft(t)))
	retry := claim(t, s, at)[0] // the other is left in sending
	if err := s.Finish(ctx, []desk.Result{{Job: retry, Outcome: desk.Outcome{Kind: desk.OutcomeRetry}, NextAt: at.Add(10 * time.Minute)}}, at); err != nil {
		t.Fatal(err)
	}
	ask := desk.Ask{Now: at.Add(-day), Most: 10, Lease: time.Minute, Longest: 15 * time.Minute}
	if due, err := s.Due(ctx, ask); err != nil || due.After(ask.Now) {
		t.Errorf("due %s, %v", due, err)
	}
	if jobs, err := s.Claim(ctx, ask); err != nil || len(jobs) != 2 {
		t.Errorf("%d claimed, %v", len(jobs), err)
	}
}

func TestHasten(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	later := at.Add(10 * time.Minute)
	for range 2 {
		submit(t, s, save(t, s, newDraft(t)))
	}
	var results []desk.Result
	for i, job := range claim(t, s, at) {
		code := []string{desk.ReasonNetwork, desk.ReasonPortalFault}[i]
		results = append(results, desk.Result{Job: job, NextAt: later, Outcome: desk.Outcome{Kind: desk.OutcomeLost, Code: code}})
	}
	if err := s.Finish(ctx, results, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Hasten(ctx, at, desk.ReasonNetwork, desk.ReasonTimeout); err != nil {
		t.Fatal(err)
	}
	if jobs := claim(t, s, at); len(jobs) != 1 || jobs[0].ID != results[0].Job.ID {
		t.Errorf("%d hastened", len(jobs))
	}
	if err := s.Hasten(ctx, at); err != nil {
		t.Fatal(err)
	}
	if jobs := claim(t, s, at); len(jobs) != 1 {
		t.Errorf("%d of the rest hastened", len(jobs))
	}
}

func TestCounts(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	save(t, s, newDraft(t))
	var results []desk.Result
	for range 7 {
		submit(t, s, save(t, s, newDraft(t)))
	}
	for i, job := range claim(t, s, at) {
		out := []desk.Outcome{
			{Kind: desk.OutcomeReceived, Receipt: desk.Receipt{Number: "AS-1", ReceivedAt: at.Add(time.Hour)}},
			{Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid},
			{Kind: desk.OutcomeRetry, Code: desk.ReasonNetwork},
			{Kind: desk.OutcomeLost, Code: desk.ReasonTimeout},
		}
		if i < len(out) {
			results = append(results, desk.Result{Job: job, Outcome: out[i], NextAt: at.Add(time.Hour)})
		}
	}
	if err := s.Finish(ctx, results, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Cancel(ctx, "claire", results[2].Job.Request.ID, false, at); err != nil {
		t.Fatal(err)
	}
	got, err := s.Counts(ctx, "claire")
	want := Counts{Drafts: 1, Requests: 6, Waiting: 4, ToCorrect: 1, Sending: true, LastReceived: at.Add(time.Hour)}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if got, err := s.Counts(ctx, "marc"); err != nil || got != (Counts{Drafts: 0}) {
		t.Errorf("somebody else has %+v, %v", got, err)
	}
}
