package portald_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestFill(t *testing.T) {
	const n = 120
	look := func() (ids []string, all []portal.Change) {
		b := start(t, nil)
		ids = b.Fill(n, claire)
		cursor := ""
		for more := true; more; {
			page := b.page(claire, cursor, 50)
			all, cursor, more = append(all, page.Changes...), page.Cursor, page.More
		}
		return ids, all
	}
	ids, all := look()
	if len(ids) != n || len(all) != n {
		t.Fatalf("%d filled, %d told, want %d", len(ids), len(all), n)
	}
	statuses, priorities, practices, messages := map[string]int{}, map[string]int{}, map[string]int{}, map[int]int{}
	for i, c := range all {
		if c.Request.ID != ids[n-1-i] || c.Request.Author.ID != claire {
			t.Fatalf("%d is %s", i, c.Request.ID)
		}
		statuses[c.Request.Status]++
		priorities[c.Request.Priority]++
		practices[c.Request.Practice]++
		messages[len(c.Messages)]++
	}
	if len(statuses) != 6 || len(priorities) != 5 || len(practices) != 3 || len(messages) != 4 {
		t.Errorf("statuses %v, priorities %v, practices %v, messages %v", statuses, priorities, practices, messages)
	}
	_, again := look()
	if !slices.EqualFunc(all, again, func(a, b portal.Change) bool {
		return a.Request.Values["subject"] == b.Request.Values["subject"] && a.Request.Status == b.Request.Status && len(a.Messages) == len(b.Messages)
	}) {
		t.Error("another filling is another one")
	}
}

// BenchmarkFirstSynchronisation reads 10,000 requests with their conversations
// as a desk does that begins.
func BenchmarkFirstSynchronisation(b *testing.B) {
	p := portald.Run(b, nil)
	const n = 10000
	p.Fill(n, claire)
	token := p.Token(claire)
	for b.Loop() {
		told, cursor := 0, ""
		for more := true; more; {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, p.URL+portal.RouteChanges+"?limit=500&cursor="+cursor, nil)
			if err != nil {
				b.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			var page portal.Changes
			if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
				b.Fatal(err)
			}
			if err := res.Body.Close(); err != nil {
				b.Fatal(err)
			}
			told, cursor, more = told+len(page.Changes), page.Cursor, page.More
		}
		if told != n {
			b.Fatalf("told of %d", told)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
