package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

// losing is a line that loses the answer of the n-th call, after the portal has had
// the call; n counts down.
type losing struct {
	http.RoundTripper
	n *int
}

var errLost = errors.New("the answer is lost")

func (l losing) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.RoundTripper.RoundTrip(r)
	if *l.n--; err == nil && *l.n == 0 {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return nil, errLost
	}
	return res, err
}

// conversation is what the portal has of it.
func conversation(tb testing.TB, p *portald.Twin, id string) (held portal.Request, texts []string) {
	tb.Helper()
	get := func(path string, into any) {
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, p.URL+portal.RouteRequests+"/"+id+path, nil)
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+p.Token(claire))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			tb.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			tb.Fatal(err)
		}
	}
	var list portal.MessageList
	get("/messages", &list)
	get("", &held)
	for _, m := range list.Messages {
		texts = append(texts, m.Text)
	}
	return held, texts
}

// Whichever answer the line loses, an act that is sent again happens once.
func TestActOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		act   func(d *desktop) desk.Act
		calls int // of an attempt on a good line
		texts []string
		held  func(portal.Request) bool
	}{
		{"Reply", func(*desktop) desk.Act { return desk.Act{Kind: desk.ActReply, Text: "Bonjour " + canary} }, 1, []string{"Bonjour " + canary}, nil},
		{"ReplyWithFiles", func(d *desktop) desk.Act {
			return desk.Act{Kind: desk.ActReply, Text: "Voici", Files: []desk.File{d.file(t, "un.pdf", noise(t, 5000)), d.file(t, "deux.pdf", noise(t, 10))}}
		}, 8, []string{"Voici"}, nil},
		{"Withdraw", func(*desktop) desk.Act { return desk.Act{Kind: desk.ActWithdraw, Text: "Plus besoin"} }, 1, []string{"Plus besoin"},
			func(r portal.Request) bool { return r.Status == "withdrawn" }},
		{"Unwatch", func(*desktop) desk.Act { return desk.Act{Kind: desk.ActUnwatch} }, 1, nil, func(r portal.Request) bool { return len(r.Watchers) == 0 }},
		{"Watchers", func(*desktop) desk.Act { return desk.Act{Kind: desk.ActWatchers, Watchers: []string{"demo-sophie"}} }, 1, nil,
			func(r portal.Request) bool { return len(r.Watchers) == 1 && r.Watchers[0].ID == "demo-sophie" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for lost := 1; lost <= c.calls; lost++ {
				p := portald.Run(t, nil)
				d := newDesktop(t, p.URL, p.Token(claire))
				r := request(t)
				expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
				act := c.act(d)
				act.ID, act.Request, act.Owner = newID(t), r.ID, r.Owner
				n := lost
				d.http.Transport = losing{d.http.Transport, &n}
				out := d.Act(t.Context(), act, func() {})
				if out.Kind == desk.OutcomeReceived || out.Kind == desk.OutcomeRefused {
					t.Errorf("call %d: %s although an answer was lost", lost, out.Kind)
				}
				discreet(t, out.Err)
				out = d.Act(t.Context(), act, func() {})
				if out.Kind != desk.OutcomeReceived || out.Done == nil {
					t.Fatalf("call %d: %s, %v", lost, out.Kind, out.Err)
				}
				again := d.Act(t.Context(), act, func() {})
				held, texts := conversation(t, p, r.ID.String())
				if again.Kind != desk.OutcomeReceived || !slices.Equal(texts, c.texts) || c.held != nil && !c.held(held) {
					t.Errorf("call %d: again %s, the portal has %d messages, status %s", lost, again.Kind, len(texts), held.Status)
				}
			}
		})
	}
}

// What the portal does not allow is said in a way that the outbox obeys.
func TestActRefused(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	r := request(t)
	expect(t, d.Send(t.Context(), r), wanted{kind: desk.OutcomeReceived})
	p.Says(r.ID.String(), desk.PortalClosed, "", "", "")
	do := func(d *desktop, a desk.Act) desk.Outcome {
		a.ID, a.Request, a.Owner = newID(t), r.ID, r.Owner
		return d.Act(t.Context(), a, func() {})
	}
	for name, c := range map[string]struct {
		act  desk.Act
		want string
	}{
		"NotNow":       {desk.Act{Kind: desk.ActReply, Text: "Encore"}, desk.ReasonNotNow},
		"NotNowEither": {desk.Act{Kind: desk.ActWithdraw, Text: "Non"}, desk.ReasonNotNow},
		"Invalid":      {desk.Act{Kind: desk.ActWatchers, Watchers: []string{"nobody"}}, desk.ReasonInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if out := do(d, c.act); out.Kind != desk.OutcomeRefused || out.Code != c.want {
				t.Errorf("%s %s, want %s", out.Kind, out.Code, c.want)
			}
		})
	}
	t.Run("NotSeen", func(t *testing.T) { // somebody else's, in another practice
		other := newDesktop(t, p.URL, p.Token("demo-marc"))
		if out := do(other, desk.Act{Kind: desk.ActClose}); out.Kind != desk.OutcomeRefused || out.Code != desk.ReasonGone {
			t.Errorf("%s %s", out.Kind, out.Code)
		}
	})
	t.Run("Unreached", func(t *testing.T) {
		fresh := newDesktop(t, p.URL, p.Token(claire)) // without a line that breaks
		p.Down()
		if out := do(fresh, desk.Act{Kind: desk.ActClose}); out.Kind != desk.OutcomeRetry || out.Reach != desk.ReachNetwork {
			t.Errorf("%s %s", out.Kind, out.Reach)
		}
	})
	t.Run("Posed", func(t *testing.T) { // an answer about something else
		posed := fuzzed(t, far(func(r *http.Request) (*http.Response, error) {
			return posing(r, `{"id":"x","kind":"close","request":{}}`), nil
		}))
		if out := do(posed, desk.Act{Kind: desk.ActClose}); out.Kind != desk.OutcomeLost {
			t.Errorf("%s", out.Kind)
		}
	})
}

func posing(r *http.Request, body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}
