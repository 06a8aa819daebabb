package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"testing"
	"time"

	"guichet/internal/portal"
)

// drain has everything sent now, and waits for it.
func (c *clerk) drain(tb testing.TB, b *bridge, within time.Duration) {
	tb.Helper()
	if err := b.call("Outbox.SendNow", nil); err != nil {
		tb.Fatal(err)
	}
	c.awaitReceived(tb, b, within)
}

// awaitReceived waits until every promised request is received.
func (c *clerk) awaitReceived(tb testing.TB, b *bridge, within time.Duration) {
	tb.Helper()
	waiting := ""
	awaitWithin(tb, within, func() string { return waiting }, func() bool {
		items, err := listed(b)
		if err != nil {
			tb.Fatal(err)
		}
		waiting = ""
		for _, p := range c.papers() {
			if p.stage != stagePromised {
				continue
			}
			if err := p.follow(items); err != nil {
				tb.Fatal(err)
			}
			if i := items[p.id]; i.Status != "received" {
				waiting = fmt.Sprintf("request %s is %s (%s)", p.id, i.Status, i.Reason)
			}
		}
		return waiting == ""
	})
}

// awaitWithin polls until ok, or fails with what is missing.
func awaitWithin(tb testing.TB, within time.Duration, missing func() string, ok func() bool) {
	tb.Helper()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for late := time.Now().Add(within); !ok(); <-every.C {
		if time.Now().After(late) {
			tb.Fatalf("waited %s in vain: %s", within, missing())
		}
	}
}

// arrivals is what a portal has, counted against a journal.
type arrivals struct{ received, lost, doubled int }

// count holds the journal against the portal: every promised request stands
// there once, with its number, its answers and the bytes of its files.
func (c *clerk) count(tb testing.TB, url string) (a arrivals) {
	tb.Helper()
	byID, byMark, byNumber := map[string]portal.Request{}, map[string]int{}, map[string]int{}
	for cursor := ""; ; {
		var page portal.RequestPage
		askPortal(tb, url, portal.RouteRequests+"?limit=200&cursor="+cursor, &page)
		for _, r := range page.Requests {
			byID[r.ID] = r
			byMark[r.Values["subject"]]++
			byNumber[r.Number]++
			a.received++
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	promises := map[string]bool{}
	for _, p := range c.papers() {
		if p.stage != stagePromised {
			continue
		}
		promises[p.id] = true
		r, ok := byID[p.id]
		if !ok {
			a.lost++
			tb.Errorf("LOST: request %s is not at the portal", p.id)
			continue
		}
		if byMark[p.mark] != 1 || byNumber[r.Number] != 1 {
			a.doubled++
			tb.Errorf("DOUBLED: request %s stands %d times, its number %d times", p.id, byMark[p.mark], byNumber[r.Number])
		}
		if err := p.arrived(tb, url, r); err != nil {
			a.lost++
			tb.Errorf("LOST: request %s: %v", p.id, err)
		}
	}
	for id := range byID {
		if !promises[id] {
			a.doubled++
			tb.Errorf("DOUBLED: the portal has %s, which nobody submitted", id)
		}
	}
	return a
}

func (p *paper) arrived(tb testing.TB, url string, r portal.Request) error {
	tb.Helper()
	want := p.sent[0].content
	if r.Type != want.Type || r.Category != want.Category || r.Practice != want.Practice || !maps.Equal(r.Values, want.Values) {
		return errors.New("other answers arrived")
	}
	if r.Number == "" || r.Number != p.number {
		return fmt.Errorf("number %q there, %q here", r.Number, p.number)
	}
	if len(r.Files) != len(p.files) {
		return fmt.Errorf("%d files arrived of %d", len(r.Files), len(p.files))
	}
	for _, o := range p.files {
		body := askPortal(tb, url, portal.RouteRequests+"/"+r.ID+"/files/"+o.id, nil)
		if sha256Of(body) != o.sum {
			return errors.New("a file arrived with other bytes")
		}
	}
	return nil
}

// askPortal reads something at the portal, as the clerk; into out if that is
// not nil.
func askPortal(tb testing.TB, url, path string, out any) []byte {
	tb.Helper()
	return askAs(tb, clerkToken(tb, url), url, path, out)
}

// askAs is askPortal of whoever shows that token.
func askAs(tb testing.TB, token, url, path string, out any) []byte {
	tb.Helper()
	body, err := fetch(tb.Context(), token, url+path)
	if err != nil {
		tb.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			tb.Fatal(err)
		}
	}
	return body
}

// fetch reads something at a portal for whoever shows that token.
func fetch(ctx context.Context, token, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the portal answers %d", res.StatusCode), err)
	}
	return body, nil
}
