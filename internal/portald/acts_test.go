package portald_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// theo is an ordinary user of two practices beside those of the demo.
const theo = "theo"

func withTheo(c *portald.Config) {
	c.People = append(c.People, portald.Person{ID: theo, Name: "Théo Blanc", Practices: []portald.Practice{
		{ID: tilleuls, Name: "T", Roles: []string{"user"}}, {ID: michel, Name: "M", Roles: []string{"support-manager"}},
	}})
}

func (b *bench) act(who, id, act string, body portal.ActPut) reply {
	b.t.Helper()
	body.At = time.Date(2026, 3, 2, 9, 45, 0, 0, time.UTC)
	return b.call(who, http.MethodPut, pathOf(id)+"/acts/"+act, body)
}

// do is an act that is allowed.
func (b *bench) do(who, id string, body portal.ActPut) portal.Request {
	b.t.Helper()
	act := newID(b.t)
	out := read[portal.Act](b.act(who, id, act, body).want(http.StatusOK))
	if out.ID != act || out.Kind != body.Kind || out.Request.ID != id {
		b.t.Fatalf("answer is about %s %s of %s", out.Kind, out.ID, out.Request.ID)
	}
	return out.Request
}

var reasoned = []string{portal.KindWithdraw, portal.KindReopen}

func actOf(kind string) portal.ActPut {
	a := portal.ActPut{Kind: kind}
	if slices.Contains(reasoned, kind) {
		a.Reason = "Erreur de notre part " + canary
	}
	return a
}

// TestAllowed tries everything in every status as everybody, and holds Allowed
// to what is done.
func TestAllowed(t *testing.T) {
	b := start(t, withTheo)
	const watch = "watch unwatch"
	mine := map[string]string{
		"received": "reply withdraw " + watch, "in-progress": "reply withdraw close " + watch, "waiting": "reply withdraw close " + watch,
		"resolved": "reply close reopen " + watch, "closed": "reopen " + watch, "withdrawn": watch,
	}
	other := map[string]string{
		"received": "reply " + watch, "in-progress": "reply " + watch, "waiting": "reply " + watch, "resolved": "reply " + watch, "closed": watch, "withdrawn": watch,
	}
	for _, c := range []struct {
		practice, who string
		want          map[string]string
		watchers      bool
	}{
		{tilleuls, sophie, mine, false}, // the author
		{tilleuls, claire, mine, true},  // an Admin
		{tilleuls, theo, nil, false},    // a colleague
		{tilleuls, marc, nil, false},    // a stranger
		{michel, claire, mine, false},   // the author, who is no Admin there
		{michel, theo, other, false},    // a support manager
		{michel, marc, mine, true},
	} {
		author := map[string]string{tilleuls: sophie, michel: claire}[c.practice]
		for status := range mine {
			if c.want == nil && status != "received" {
				continue // who does not see it is told nothing of its status
			}
			t.Run(c.practice+" "+c.who+" "+status, func(t *testing.T) {
				b := b.in(t)
				id := ""
				for _, kind := range []string{"reply", "withdraw", "close", "reopen", "watch", "unwatch", "watchers"} {
					if id == "" {
						id = b.several(author, c.practice, 1)[0]
						if status != "received" {
							b.Says(id, desk.PortalStatus(status), "", "", "")
						}
					}
					try := func() reply {
						if kind == portal.KindReply {
							return b.call(c.who, http.MethodPut, messagePath(id, newID(t)), withText("Bonjour"))
						}
						return b.act(c.who, id, newID(t), actOf(kind))
					}
					if c.want == nil {
						try().refused(portal.CodeNotFound)
						continue
					}
					want := strings.Fields(c.want[status])
					if c.watchers {
						want = append(want, "watchers")
					}
					if got := b.get(c.who, id).Allowed; !slices.Equal(got, want) {
						t.Fatalf("allowed %v, want %v", got, want)
					}
					before := b.get(author, id)
					switch r := try(); {
					case slices.Contains(want, kind):
						r.want(http.StatusOK)
						id = "" // the next one finds another as it was
						continue
					case kind == portal.KindReply || kind != portal.KindWatchers && c.want["received"] == mine["received"]:
						r.refused(portal.CodeNotNow) // it is theirs to do, in another status
					default:
						r.refused(portal.CodeForbidden)
					}
					if !equal(t, b.get(author, id), before) {
						t.Errorf("%s was refused, and something happened", kind)
					}
				}
			})
		}
	}
}

func TestActs(t *testing.T) {
	b := start(t, withTheo)
	open := func(b *bench) string { return b.several(sophie, tilleuls, 1)[0] }
	t.Run("WithdrawTellsItsReason", func(t *testing.T) {
		b := b.in(t)
		id, act := open(b), newID(t)
		body := portal.ActPut{Kind: portal.KindWithdraw, Reason: " Envoyée par erreur " + canary + "\n"}
		w := b.wait(claire, b.caughtUp(claire), 30)
		got := read[portal.Act](b.act(sophie, id, act, body).want(http.StatusOK)).Request
		if got.Status != "withdrawn" || got.ClosedAt == nil || got.TakenAt != nil {
			t.Fatalf("%s, closed %v, taken %v", got.Status, got.ClosedAt, got.TakenAt)
		}
		told := w.changes(t, 10*time.Second)
		said := told.Changes[0].Messages
		if len(said) != 1 || said[0].ID != act || said[0].Text != "Envoyée par erreur "+canary || said[0].Author.ID != sophie || said[0].Author.Support {
			t.Fatalf("the conversation has %d messages", len(said))
		}
	})
	t.Run("ReplyTakesItUpAgain", func(t *testing.T) {
		b := b.in(t)
		for _, status := range []desk.PortalStatus{desk.PortalWaiting, desk.PortalResolved} {
			id := open(b)
			b.Says(id, status, "", "Bonjour", "")
			b.say(claire, id, "Voici")
			if got := b.get(sophie, id); got.Status != "in-progress" || got.ClosedAt != nil || got.TakenAt == nil || got.AnsweredAt == nil {
				t.Fatalf("%s, closed %v", got.Status, got.ClosedAt)
			}
		}
		id := open(b)
		b.say(sophie, id, "J’oubliais")
		if got := b.get(sophie, id); got.Status != "received" {
			t.Fatal(got.Status)
		}
	})
	t.Run("CloseAndReopen", func(t *testing.T) {
		b := b.in(t)
		id := open(b)
		b.Says(id, desk.PortalResolved, portal.PriorityHigh, "C’est fait", "<p>C’est fait</p>")
		resolved := b.get(sophie, id)
		closed := b.do(sophie, id, actOf(portal.KindClose))
		if closed.Status != "closed" || !closed.ClosedAt.Equal(*resolved.ClosedAt) || closed.Priority != "high" {
			t.Fatalf("%s, closed %v, resolved %v", closed.Status, closed.ClosedAt, resolved.ClosedAt)
		}
		again := b.do(claire, id, actOf(portal.KindReopen))
		if said := b.said(sophie, id); again.Status != "in-progress" || again.ClosedAt != nil || len(said) != 2 || said[0].HTML != "<p>C’est fait</p>" || said[1].Author.ID != claire {
			t.Fatalf("%s, closed %v, %d messages", again.Status, again.ClosedAt, len(said))
		}
	})
	t.Run("RepeatIsARead", func(t *testing.T) {
		b := b.in(t)
		id, act := open(b), newID(t)
		b.act(sophie, id, act, actOf(portal.KindWithdraw)).want(http.StatusOK)
		since := b.caughtUp(sophie)
		b.act(sophie, id, newID(t), actOf(portal.KindWithdraw)).refused(portal.CodeNotNow)
		got := read[portal.Act](b.act(sophie, id, act, actOf(portal.KindWithdraw)).want(http.StatusOK))
		if got.Request.Status != "withdrawn" || len(b.said(sophie, id)) != 1 || len(b.changes(sophie, since).Changes) > 0 {
			t.Fatal("it was done twice")
		}
		b.restart()
		b.act(sophie, id, act, actOf(portal.KindWithdraw)).want(http.StatusOK)
	})
	t.Run("ErrMismatch", func(t *testing.T) {
		b := b.in(t)
		id, act := open(b), newID(t)
		b.act(sophie, id, act, actOf(portal.KindWithdraw)).want(http.StatusOK)
		b.act(claire, id, act, actOf(portal.KindWithdraw)).refused(portal.CodeMismatch)
		b.act(sophie, id, act, actOf(portal.KindWatch)).refused(portal.CodeMismatch)
		b.act(sophie, open(b), act, actOf(portal.KindWithdraw)).refused(portal.CodeMismatch)
		other := actOf(portal.KindWithdraw)
		other.Reason += "!"
		b.act(sophie, id, act, other).refused(portal.CodeMismatch)
		taken := open(b)
		b.act(sophie, taken, taken, actOf(portal.KindWithdraw)).refused(portal.CodeMismatch) // the reason would be a message with a request's id
		if got := b.get(sophie, taken); got.Status != "received" {
			t.Fatal(got.Status)
		}
	})
	t.Run("ErrReason", func(t *testing.T) {
		b := b.in(t)
		id := open(b)
		for _, kind := range []string{portal.KindReopen, portal.KindWithdraw} {
			if kind == portal.KindReopen {
				b.Says(id, desk.PortalResolved, "", "", "")
			}
			b.act(sophie, id, newID(t), portal.ActPut{Kind: kind, Reason: " \n"}).wrongWith("reason required")
			long := portal.ActPut{Kind: kind, Reason: strings.Repeat("é", 1001), At: time.Now()}
			b.wrong(sophie, http.MethodPut, pathOf(id)+"/acts/"+newID(t), long).wrongWith("reason too-long")
			long.Reason = strings.Repeat("é", 1000)
			b.act(sophie, id, newID(t), long).want(http.StatusOK)
		}
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		id := open(b)
		for _, kind := range []string{"", "reply", "delete"} {
			b.wrong(sophie, http.MethodPut, pathOf(id)+"/acts/"+newID(t), portal.ActPut{Kind: kind}).refused(portal.CodeBadRequest)
		}
		b.wrong(sophie, http.MethodPut, pathOf(id)+"/acts/1", actOf(portal.KindWatch)).refused(portal.CodeBadRequest)
	})
	t.Run("ErrNotNowBeforeTheNumber", func(t *testing.T) {
		b := b.in(t)
		f, _ := fileOf(t, sophie, 5)
		id := newID(t)
		if got := b.put(sophie, id, withFiles(technical(tilleuls), f), http.StatusCreated); len(got.Allowed) > 0 || len(got.Watchers) > 0 {
			t.Fatalf("allowed %v, watched by %v", got.Allowed, got.Watchers)
		}
		b.act(sophie, id, newID(t), actOf(portal.KindWithdraw)).refused(portal.CodeNotNow)
		b.act(claire, id, newID(t), actOf(portal.KindWithdraw)).refused(portal.CodeNotFound)
	})
	t.Run("ParallelRepeatsAreOne", func(t *testing.T) {
		b := b.in(t)
		id, act := open(b), newID(t)
		since := b.caughtUp(sophie)
		parallel(t, 10, func(int) error {
			r, err := b.try(context.Background(), sophie, http.MethodPut, pathOf(id)+"/acts/"+act, actOf(portal.KindWithdraw))
			if err == nil && r.status != http.StatusOK {
				err = unexpected(r)
			}
			return err
		})
		if n := len(b.said(sophie, id)); n != 1 || len(b.changes(sophie, since).Changes) != 1 {
			t.Fatalf("%d messages", n)
		}
	})
	t.Run("ParallelActsOfTwoAreOne", func(t *testing.T) {
		b := b.in(t)
		id := open(b)
		won := make(chan string, 2)
		parallel(t, 2, func(i int) error {
			who := []string{sophie, claire}[i]
			r, err := b.try(context.Background(), who, http.MethodPut, pathOf(id)+"/acts/"+newID(t), actOf(portal.KindWithdraw))
			switch {
			case err != nil:
				return err
			case r.status == http.StatusOK:
				won <- who
			case r.status != http.StatusConflict:
				return unexpected(r)
			}
			return nil
		})
		if len(won) != 1 || len(b.said(sophie, id)) != 1 {
			t.Fatalf("done by %d", len(won))
		}
	})
}

func TestReopenFor(t *testing.T) {
	c := &clock{}
	b := start(t, nil, c.tune)
	id := b.several(sophie, tilleuls, 1)[0]
	b.Says(id, desk.PortalResolved, "", "", "")
	c.pass(30*24*time.Hour - time.Minute)
	if got := b.get(sophie, id).Allowed; !slices.Contains(got, portal.KindReopen) {
		t.Fatalf("allowed %v", got)
	}
	c.pass(2 * time.Minute)
	if got := b.get(sophie, id).Allowed; slices.Contains(got, portal.KindReopen) {
		t.Fatalf("allowed %v", got)
	}
	b.act(sophie, id, newID(t), actOf(portal.KindReopen)).refused(portal.CodeNotNow)
}

// names are those of a request's watchers.
func names(r portal.Request) string {
	var out []string
	for _, w := range r.Watchers {
		out = append(out, w.Name)
	}
	return strings.Join(out, ", ")
}

func TestWatchers(t *testing.T) {
	b := start(t, withTheo)
	id := b.several(sophie, tilleuls, 1)[0]
	sees := func(b *bench) bool { return b.call(theo, http.MethodGet, pathOf(id), nil).status == http.StatusOK }
	watchers := func(ids ...string) portal.ActPut { return portal.ActPut{Kind: portal.KindWatchers, Watchers: ids} }
	if got := names(b.get(sophie, id)); got != "Sophie Martin" {
		t.Fatalf("the author does not watch: %q", got)
	}
	t.Run("WhoIsMadeOneSeesIt", func(t *testing.T) {
		b := b.in(t)
		f, content := fileOf(t, sophie, 10)
		b.attach(sophie, id, f, content)
		since := b.caughtUp(theo)
		w := b.wait(theo, since, 30)
		if got := names(b.do(claire, id, watchers(theo, sophie, theo))); got != "Sophie Martin, Théo Blanc" {
			t.Fatalf("watched by %q", got)
		}
		if got := w.changes(t, 10*time.Second); !slices.Equal(idsOf(got), []string{id}) || len(got.Changes[0].Messages) != 1 {
			t.Fatalf("told %v", idsOf(got))
		}
		if countOf(b, theo, id) != 3 || !sees(b) {
			t.Fatal("it is not in the lists")
		}
		b.call(theo, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
		b.say(theo, id, "Je regarde")
		b.act(theo, id, newID(t), actOf(portal.KindWithdraw)).refused(portal.CodeForbidden)
	})
	t.Run("AndNoMoreOnceTheyAreNot", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(theo)
		others := b.caughtUp(sophie)
		act := newID(t)
		for range 2 { // the repeat is answered though it is not theirs to see any more
			got := read[portal.Act](b.act(theo, id, act, actOf(portal.KindUnwatch)).want(http.StatusOK)).Request
			if len(got.Values) > 0 || names(got) != "" || len(got.Allowed) > 0 {
				t.Fatalf("shown %+v", got)
			}
		}
		if got := b.changes(theo, since); !slices.Equal(got.Gone, []string{id}) || len(got.Changes) > 0 {
			t.Fatalf("told %v, gone %v", idsOf(got), got.Gone)
		}
		if got := b.changes(sophie, others); len(got.Gone) > 0 || !slices.Equal(idsOf(got), []string{id}) {
			t.Fatalf("the author is told %v, gone %v", idsOf(got), got.Gone)
		}
		if sees(b) || countOf(b, theo, id) != 0 {
			t.Fatal("it is still in the lists")
		}
		b.do(claire, id, watchers(theo))
		if got := b.changes(theo, since); len(got.Gone) > 0 || !slices.Equal(idsOf(got), []string{id}) {
			t.Fatalf("back again: told %v, gone %v", idsOf(got), got.Gone)
		}
		b.do(claire, id, watchers())
		if got := b.changes(theo, since); !slices.Equal(got.Gone, []string{id}) {
			t.Fatalf("taken off: %v", got.Gone)
		}
	})
	t.Run("AnOverseerStaysInSight", func(t *testing.T) {
		b := b.in(t)
		b.do(claire, id, actOf(portal.KindWatch))
		since := b.caughtUp(claire)
		if got := names(b.do(claire, id, actOf(portal.KindUnwatch))); got != "" {
			t.Fatalf("watched by %q", got)
		}
		if got := b.changes(claire, since); len(got.Gone) > 0 || len(got.Changes) != 1 {
			t.Fatalf("gone %v", got.Gone)
		}
	})
	t.Run("NoChangeWithoutEffect", func(t *testing.T) {
		b := b.in(t)
		since := b.caughtUp(claire)
		b.do(claire, id, actOf(portal.KindUnwatch))
		b.do(claire, id, watchers())
		if got := b.changes(claire, since); len(got.Changes) > 0 {
			t.Fatalf("told %v", idsOf(got))
		}
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		b := b.in(t)
		for _, who := range []string{marc, "nobody", ""} { // Marc belongs to another practice
			b.act(claire, id, newID(t), watchers(sophie, who)).wrongWith("watchers unknown")
		}
		var many []string
		for i := range 101 {
			many = append(many, fmt.Sprint(i))
		}
		b.wrong(claire, http.MethodPut, pathOf(id)+"/acts/"+newID(t), watchers(many...)).wrongWith("watchers too-many")
	})
	t.Run("AStrangerDoesNotSeeByWatching", func(t *testing.T) {
		p := newProvider(t)
		b := trusting(t, p)
		mine, admin := newID(t), p.mint(roles("a", "A", tilleuls+" admin"))
		b.with(p.mint(roles("s", "S", tilleuls+" user")), http.MethodGet, portal.RouteMe, nil).want(http.StatusOK) // comes once
		b.with(admin, http.MethodPut, pathOf(mine), technical(tilleuls)).want(http.StatusCreated)
		b.with(admin, http.MethodPut, pathOf(mine)+"/acts/"+newID(t), portal.ActPut{Kind: portal.KindWatchers, Watchers: []string{"s", "a"}, At: time.Now()}).want(http.StatusOK)
		b.with(p.mint(roles("s", "S", tilleuls+" user")), http.MethodGet, pathOf(mine), nil).want(http.StatusOK)
		b.with(p.mint(roles("s", "S", port+" user")), http.MethodGet, pathOf(mine), nil).refused(portal.CodeNotFound) // has left
	})
}

func TestPeople(t *testing.T) {
	b := start(t, withTheo)
	ask := func(who, practice string) reply {
		return b.call(who, http.MethodGet, portal.RoutePeople+"?practice="+practice, nil)
	}
	var got []string
	for _, w := range read[portal.People](ask(claire, tilleuls).want(http.StatusOK)).People {
		got = append(got, w.ID+" "+w.Name)
	}
	if want := []string{claire + " Claire Lefèvre", sophie + " Sophie Martin", theo + " Théo Blanc"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	ask(sophie, tilleuls).refused(portal.CodeForbidden)
	ask(claire, michel).refused(portal.CodeForbidden)
	ask(theo, michel).refused(portal.CodeForbidden)
	ask(marc, tilleuls).refused(portal.CodeNotFound)
	ask(marc, "none").refused(portal.CodeNotFound)
	b.wrong(marc, http.MethodGet, portal.RoutePeople, nil).refused(portal.CodeBadRequest)
	ask("", tilleuls).refused(portal.CodeSignIn)
	t.Run("WhoHasCome", func(t *testing.T) {
		p := newProvider(t)
		b := trusting(t, p)
		b.with(p.mint(roles("z", "zoé", "ours user")), http.MethodGet, portal.RouteMe, nil).want(http.StatusOK)
		admin := p.mint(roles("a", "Anne", "ours super-admin"))
		got := read[portal.People](b.with(admin, http.MethodGet, portal.RoutePeople+"?practice=ours", nil).want(http.StatusOK)).People
		if len(got) != 2 || got[0].ID != "a" || got[1].Name != "zoé" {
			t.Fatalf("%+v", got)
		}
	})
}
