package portald_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func (b *bench) changes(who, cursor string) portal.Changes {
	b.t.Helper()
	return read[portal.Changes](b.call(who, http.MethodGet, portal.RouteChanges+"?cursor="+cursor, nil).want(http.StatusOK))
}

// caughtUp is the cursor behind everything that has happened.
func (b *bench) caughtUp(who string) string {
	b.t.Helper()
	cursor := ""
	for range 1000 {
		got := b.changes(who, cursor)
		if cursor = got.Cursor; !got.More {
			return cursor
		}
	}
	b.t.Fatal("no end of changes")
	return ""
}

func idsOf(c portal.Changes) []string {
	ids := []string{}
	for _, one := range c.Changes {
		ids = append(ids, one.Request.ID)
	}
	return ids
}

func TestChanges(t *testing.T) {
	b := start(t, nil)
	empty := b.changes(claire, "")
	if len(empty.Changes) != 0 || !empty.Snapshot || empty.Total != 0 || !empty.More {
		t.Fatalf("an empty portal says %+v", empty)
	}
	var ids []string
	for range 3 {
		id := newID(t)
		b.put(claire, id, technical(tilleuls), http.StatusCreated)
		ids = append(ids, id)
	}
	t.Run("InTheOrderInWhichItHappened", func(t *testing.T) {
		b := b.in(t)
		if got := b.changes(claire, empty.Cursor); !slices.Equal(idsOf(got), ids) || got.Snapshot || got.More {
			t.Fatalf("got %v, want %v", idsOf(got), ids)
		}
	})
	t.Run("TheLastChangedFirstInASnapshot", func(t *testing.T) {
		b := b.in(t)
		got := b.changes(claire, "")
		if !slices.Equal(idsOf(got), []string{ids[2], ids[1], ids[0]}) || !got.Snapshot || got.Total != 3 || !got.More {
			t.Fatalf("got %v of %d", idsOf(got), got.Total)
		}
		if behind := b.changes(claire, got.Cursor); len(behind.Changes) != 0 || behind.Snapshot || behind.Total != 0 || behind.More {
			t.Fatalf("behind it: %+v", behind)
		}
	})
	t.Run("EachOnceInItsNewestForm", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(claire)
		for i := range 3 {
			b.call(claire, http.MethodPut, pathOf(ids[0])+"/messages/"+newID(t), portal.MessagePut{Text: fmt.Sprint("message ", i)}).want(http.StatusOK)
		}
		got := b.changes(claire, since)
		if !slices.Equal(idsOf(got), ids[:1]) || len(got.Changes[0].Messages) != 3 || got.Changes[0].Messages[2].Text != "message 2" {
			t.Fatalf("got %v", idsOf(got))
		}
		if all := idsOf(b.changes(claire, empty.Cursor)); !slices.Equal(all, []string{ids[1], ids[2], ids[0]}) {
			t.Fatalf("from the beginning: %v", all)
		}
		if again := b.changes(claire, got.Cursor); len(again.Changes) != 0 || again.Cursor != got.Cursor {
			t.Fatalf("told again: %v", idsOf(again))
		}
	})
	t.Run("NothingOfWhatHasNoNumber", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(claire)
		f, content := fileOf(t, claire, 10)
		id := newID(t)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		if got := b.changes(claire, since); len(got.Changes) != 0 {
			t.Fatalf("told: %v", idsOf(got))
		}
		b.send(claire, id, f, content)
		if got := b.changes(claire, since); !slices.Equal(idsOf(got), []string{id}) || !got.Changes[0].Request.Files[0].Received {
			t.Fatalf("told: %v", idsOf(got))
		}
	})
	t.Run("HoldsOverARestart", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(claire)
		b.restart()
		if got := b.changes(claire, since); len(got.Changes) != 0 {
			t.Fatalf("told again: %v", idsOf(got))
		}
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		for _, query := range []string{"?cursor=%00", "?cursor=%ff", "?cursor=" + strings.Repeat("x", 1001), "?wait=x", "?wait=-1", "?limit=0", "?limit=501", "?limit=x"} {
			b.wrong(claire, http.MethodGet, portal.RouteChanges+query, nil).refused(portal.CodeBadRequest)
		}
	})
}

// traced is a context of which sent is closed when the call is on the line.
func traced(ctx context.Context) (own context.Context, sent chan struct{}) {
	sent = make(chan struct{})
	var once sync.Once // the transport may write a call again
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { once.Do(func() { close(sent) }) },
	}), sent
}

// waiting is a long poll that has left.
type waiting struct {
	answer chan reply
	failed chan error
}

// wait starts a long poll and returns when its call is on the line.
func (b *bench) wait(who, cursor string, seconds int) waiting {
	b.t.Helper()
	w := waiting{answer: make(chan reply, 1), failed: make(chan error, 1)}
	ctx, sent := traced(b.t.Context())
	go func() {
		r, err := b.try(ctx, who, http.MethodGet, fmt.Sprintf("%s?cursor=%s&wait=%d", portal.RouteChanges, cursor, seconds), nil)
		if err != nil {
			w.failed <- err
			return
		}
		w.answer <- r
	}()
	<-sent
	return w
}

func (w waiting) changes(t *testing.T, within time.Duration) portal.Changes {
	t.Helper()
	select {
	case r := <-w.answer:
		return read[portal.Changes](r.want(http.StatusOK))
	case err := <-w.failed:
		t.Fatal(err)
	case <-time.After(within):
		t.Fatalf("no answer within %v", within)
	}
	return portal.Changes{}
}

func TestLongPoll(t *testing.T) {
	b := start(t, nil)
	t.Run("WakesForANumber", func(t *testing.T) {
		b := b.in(t)
		f, content := fileOf(t, claire, 100)
		id := newID(t)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		w := b.wait(claire, b.caughtUp(claire), 60)
		b.patch(claire, id, f, 0, content).want(http.StatusNoContent)
		if got := w.changes(t, 10*time.Second); !slices.Equal(idsOf(got), []string{id}) {
			t.Fatalf("woken by %v", idsOf(got))
		}
	})
	t.Run("WakesForAMessage", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		b.put(sophie, id, technical(tilleuls), http.StatusCreated)
		w := b.wait(claire, b.caughtUp(claire), 60)
		b.call(sophie, http.MethodPut, pathOf(id)+"/messages/"+newID(t), portal.MessagePut{Text: "Bonjour"}).want(http.StatusOK)
		if got := w.changes(t, 10*time.Second); len(got.Changes) != 1 || len(got.Changes[0].Messages) != 1 {
			t.Fatalf("woken by %v", idsOf(got))
		}
	})
	t.Run("SleepsOnWhenItIsNotForThem", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(marc)
		w := b.wait(marc, since, 60)
		b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
		id := newID(t)
		b.put(marc, id, technical(michel), http.StatusCreated)
		if got := w.changes(t, 10*time.Second); !slices.Equal(idsOf(got), []string{id}) {
			t.Fatalf("woken by %v", idsOf(got))
		}
	})
	t.Run("EndsWithItsTime", func(t *testing.T) {
		b := b.in(t)
		began := time.Now()
		if got := b.wait(claire, b.caughtUp(claire), 1).changes(t, 20*time.Second); len(got.Changes) != 0 || got.Cursor == "" {
			t.Fatalf("told of %v, cursor %q", idsOf(got), got.Cursor)
		}
		if took := time.Since(began); took < time.Second {
			t.Fatalf("ended after %v", took)
		}
	})
	t.Run("GivesUpWithWhoAsked", func(t *testing.T) {
		b := b.in(t)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		own, sent := traced(ctx)
		go func() {
			_, err := b.try(own, claire, http.MethodGet, portal.RouteChanges+"?wait=60&cursor="+b.caughtUp(claire), nil)
			failed <- err
		}()
		<-sent
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	})
	t.Run("EndsWithThePortal", func(t *testing.T) {
		b := b.in(t)
		// A portal that stops may do so before it has read the call: then the
		// line is closed, and it is tried again.
		for range 20 {
			w := b.wait(claire, b.caughtUp(claire), 60)
			b.call(claire, http.MethodGet, portal.RouteMe, nil).want(http.StatusOK)
			began := time.Now()
			b.Twin.Down()
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("stop took %v", took)
			}
			b.Up()
			select {
			case r := <-w.answer:
				r.want(http.StatusOK)
				return
			case <-w.failed:
			case <-time.After(10 * time.Second):
				t.Fatal("the poll did not end")
			}
		}
		t.Fatal("no poll was answered by a portal that stops")
	})
}

func TestWaitIsCapped(t *testing.T) {
	b := start(t, nil, func(s *portald.Server) { s.MaxWait = 50 * time.Millisecond })
	if got := b.wait(claire, b.caughtUp(claire), 3600).changes(t, 10*time.Second); len(got.Changes) != 0 {
		t.Fatalf("told of %v", idsOf(got))
	}
}

// TestSupport runs the demo's agent at a hurried pace.
func TestSupport(t *testing.T) {
	hurry := func(s *portald.Server) { s.Acknowledge, s.Reply = time.Millisecond, 2*time.Millisecond }
	demo := func(c *portald.Config) { c.Demo = true }
	answered := func(b *bench, id string) bool {
		r := b.get(claire, id)
		return r.Status == string(desk.PortalResolved) || r.Status == string(desk.PortalWaiting)
	}
	t.Run("AcknowledgesAndAnswersOnce", func(t *testing.T) {
		b := start(t, demo, hurry)
		for category, edit := range map[string]func(*portal.RequestPut){
			"other": func(*portal.RequestPut) {}, "invoice-dispute": invoice("FA-2026-0007"),
		} {
			id, body := newID(t), administrative(tilleuls)
			edit(&body)
			b.put(claire, id, body, http.StatusCreated)
			await(t, "support answers "+category, func() bool { return answered(b, id) })
			b.restart()
			list := read[portal.MessageList](b.call(claire, http.MethodGet, pathOf(id)+"/messages", nil).want(http.StatusOK))
			if len(list.Messages) != 1 || !list.Messages[0].Author.Support || !strings.HasPrefix(list.Messages[0].Text, "Bonjour") {
				t.Fatalf("%d messages", len(list.Messages))
			}
		}
	})
	t.Run("TakesItUpBehindARestart", func(t *testing.T) {
		pace := time.Hour
		b := start(t, demo, func(s *portald.Server) { s.Acknowledge, s.Reply = pace, pace })
		id := newID(t)
		b.put(claire, id, administrative(tilleuls), http.StatusCreated)
		b.Down()
		pace = time.Millisecond
		b.Up()
		await(t, "support answers", func() bool { return answered(b, id) })
	})
	status := func(b *bench, id string, want desk.PortalStatus, messages int) {
		b.t.Helper()
		await(b.t, "support does what is next", func() bool {
			return b.get(claire, id).Status == string(want) && len(b.said(claire, id)) == messages
		})
	}
	t.Run("GoesOnWithTheConversation", func(t *testing.T) {
		b := start(t, demo, hurry)
		id, body := newID(t), administrative(tilleuls)
		body.Category, body.Values["dataKind"] = "practice-data", "address"
		b.put(claire, id, body, http.StatusCreated)
		status(b, id, desk.PortalWaiting, 1)
		b.restart()
		b.say(claire, id, "Voici le justificatif")
		status(b, id, desk.PortalResolved, 3)
		b.do(claire, id, actOf(portal.KindReopen))
		status(b, id, desk.PortalResolved, 5)
		b.do(claire, id, actOf(portal.KindClose))
		b.restart()
		other := newID(t)
		b.put(claire, other, administrative(tilleuls), http.StatusCreated)
		status(b, other, desk.PortalResolved, 1) // it had its turn
		status(b, id, desk.PortalClosed, 5)
		said := b.said(claire, id)
		for i, m := range said {
			if m.Author.Support != (i%2 == 0) || m.Author.Support != (m.HTML != "") {
				t.Errorf("message %d: support %t, HTML %q", i, m.Author.Support, m.HTML)
			}
		}
		if got := b.get(claire, id); got.TakenAt == nil || !got.AnsweredAt.Equal(said[0].At) || got.ClosedAt == nil {
			t.Errorf("taken %v, answered %v, closed %v", got.TakenAt, got.AnsweredAt, got.ClosedAt)
		}
	})
	t.Run("ConfirmsAWithdrawalOnce", func(t *testing.T) {
		b := start(t, demo, func(s *portald.Server) { s.Acknowledge, s.Reply = time.Millisecond, time.Hour })
		id := newID(t)
		b.put(claire, id, administrative(tilleuls), http.StatusCreated)
		status(b, id, desk.PortalInProgress, 0)
		b.do(claire, id, actOf(portal.KindWithdraw))
		status(b, id, desk.PortalWithdrawn, 2)
		b.restart()
		other := newID(t)
		b.put(claire, other, administrative(tilleuls), http.StatusCreated)
		status(b, other, desk.PortalInProgress, 0)
		status(b, id, desk.PortalWithdrawn, 2)
	})
	t.Run("GoesOnWithAStagedOneOnceThePracticeDoes", func(t *testing.T) {
		b := start(t, demo, hurry)
		for _, c := range b.changes(claire, "").Changes {
			if c.Request.Author.ID == claire && c.Request.Status == string(desk.PortalWaiting) {
				b.say(claire, c.Request.ID, "Voici la réponse")
				status(b, c.Request.ID, desk.PortalResolved, len(c.Messages)+2)
			}
		}
	})
	t.Run("LeavesTheStagedOnesAlone", func(t *testing.T) {
		b := start(t, demo, hurry)
		before := b.caughtUp(claire)
		id := newID(t)
		b.put(claire, id, administrative(tilleuls), http.StatusCreated)
		await(t, "support answers", func() bool { return answered(b, id) })
		if after := b.changes(claire, before); !slices.Equal(idsOf(after), []string{id}) {
			t.Fatalf("changed: %v", idsOf(after))
		}
	})
}

func TestDemoData(t *testing.T) {
	b := start(t, func(c *portald.Config) { c.Demo = true }, func(s *portald.Server) { s.Acknowledge = time.Hour })
	statuses, practices, numbers, priorities := map[string]int{}, map[string]int{}, map[string]bool{}, map[string]int{}
	for _, who := range []string{claire, marc, sophie} {
		seen := read[portal.RequestPage](b.call(who, http.MethodGet, portal.RouteRequests, nil).want(http.StatusOK)).Requests
		if len(seen) == 0 {
			t.Errorf("%s sees an empty list", who)
		}
		for _, r := range seen {
			if numbers[r.Number] {
				continue
			}
			numbers[r.Number] = true
			statuses[r.Status]++
			practices[r.Practice]++
			priorities[r.Priority]++
			if taken, ended := r.Status != string(desk.PortalReceived), slices.Contains([]string{"resolved", "closed", "withdrawn"}, r.Status); (r.TakenAt != nil) != taken || (r.ClosedAt != nil) != ended {
				t.Errorf("%s is %s, taken %v, closed %v", r.Number, r.Status, r.TakenAt, r.ClosedAt)
			}
			if r.ReceivedAt.After(time.Now()) || r.UpdatedAt.Before(*r.ReceivedAt) || r.UpdatedAt.After(time.Now()) {
				t.Errorf("%s: received %v, updated %v", r.Number, r.ReceivedAt, r.UpdatedAt)
			}
		}
	}
	if len(numbers) != 12 || len(statuses) != 6 || len(practices) != 3 || len(priorities) != 5 {
		t.Errorf("%d requests, statuses %v, practices %v, priorities %v", len(numbers), statuses, practices, priorities)
	}
	b.restart()
	again := read[portal.RequestPage](b.call(claire, http.MethodGet, portal.RouteRequests, nil).want(http.StatusOK)).Requests
	for _, r := range again {
		if !numbers[r.Number] {
			t.Errorf("%s was staged by the second start", r.Number)
		}
	}
}
