package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
)

// row is what of a draft or a request a list is asked for.
type row struct {
	id, state, number, subject, practice, category string
	priority                                       desk.Priority
	mine, watching, unread                         bool
	at, submitted                                  time.Time
}

func rowOf(f FoundRow) row {
	if d := f.Draft; d != nil {
		return row{id: d.ID.String(), state: desk.StateDraft, subject: d.Values["subject"], practice: d.Practice, category: d.Category, mine: true, at: d.SavedAt, submitted: d.CreatedAt}
	}
	r := f.Request
	state := string(r.Status)
	if r.Status == desk.StatusReceived && r.PortalStatus != "" {
		state = string(r.PortalStatus)
	}
	return row{
		id: r.ID.String(), state: state, number: r.Number, subject: r.Subject(), practice: r.Owner.Practice, category: r.Category,
		priority: cmp.Or(r.Priority, desk.PriorityNormal), mine: r.Mine(), watching: r.Watching, unread: r.Unread, at: r.UpdatedAt, submitted: r.SubmittedAt,
	}
}

// fits is the meaning of a query, said otherwise than in SQL.
func (r row) fits(q desk.Query) bool {
	in := func(values []string, v string) bool { return len(values) == 0 || slices.Contains(values, v) }
	draft := r.state == desk.StateDraft
	return in(q.States, r.state) && in(q.Practices, r.practice) && in(q.Categories, r.category) &&
		(len(q.Priorities) == 0 || !draft && in(q.Priorities, string(r.priority))) &&
		(q.Whose == "" || (q.Whose == desk.WhoseMine) == r.mine) &&
		(!q.Watching || r.watching) && (!q.Unread || r.unread) &&
		(q.Since.IsZero() || !r.at.Before(q.Since)) && (q.Until.IsZero() || r.at.Before(q.Until))
}

func anyOf(r *rand.Rand, of ...string) []string {
	var out []string
	for _, v := range of {
		if r.IntN(3) == 0 {
			out = append(out, v)
		}
	}
	return out
}

// stocked is a store with drafts and requests of all kinds, and others' beside.
func stocked(t *testing.T, r *rand.Rand) *Store {
	t.Helper()
	s := open(t, t.TempDir())
	var changes []desk.Change
	for n := range 60 {
		changes = append(changes, heard(t, n, func(q *desk.Request) {
			q.PortalStatus = []desk.PortalStatus{desk.PortalReceived, desk.PortalInProgress, desk.PortalWaiting, desk.PortalResolved, desk.PortalClosed}[r.IntN(5)]
			q.Priority = []desk.Priority{"", desk.PriorityLow, desk.PriorityNormal, desk.PriorityUrgent}[r.IntN(4)]
			q.Owner.Practice = []string{"tilleuls", "port"}[r.IntN(2)]
			q.Category = []string{"order", "invoice-dispute"}[r.IntN(2)]
			q.Watching = r.IntN(2) == 0
			if r.IntN(3) == 0 {
				q.Author = desk.Author{ID: "marc", Name: "Marc"}
			}
			q.UpdatedAt = at.Add(time.Duration(r.IntN(30)) * time.Minute)
			q.SubmittedAt = at.Add(time.Duration(r.IntN(30)) * time.Minute)
		}))
	}
	take(t, s, desk.Changes{Changes: changes, Cursor: "1", Snapshot: true, Total: 60})
	take(t, s, desk.Changes{Cursor: "2"})
	for _, c := range changes[:10] {
		c.Request.PortalStatus, c.Request.Watching = desk.PortalResolved, true
		take(t, s, desk.Changes{Changes: []desk.Change{c}, Cursor: "3"}) // news
	}
	for range 8 {
		submit(t, s, save(t, s, newDraft(t)))
		save(t, s, newDraft(t))
	}
	if err := s.bring(context.Background(), "marc", []desk.Change{heard(t, 99, by("marc"))}, "1", at); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFind(t *testing.T) {
	ctx := context.Background()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	s := stocked(t, r)
	everything, err := s.Find(ctx, "claire", desk.Query{}, 0, 1000)
	if err != nil || len(everything.Rows) != 76 || everything.More {
		t.Fatalf("%d rows, %v", len(everything.Rows), err)
	}
	for range 300 {
		q := desk.Query{
			States:     anyOf(r, "draft", "queued", "received", "in-progress", "waiting", "resolved", "closed"),
			Priorities: anyOf(r, "low", "normal", "urgent"), Practices: anyOf(r, "tilleuls", "port"), Categories: anyOf(r, "order", "invoice-dispute"),
			Whose:    []desk.Whose{desk.WhoseAny, desk.WhoseAny, desk.WhoseMine, desk.WhoseOthers}[r.IntN(4)],
			Watching: r.IntN(4) == 0, Unread: r.IntN(6) == 0, Sort: desk.Sorts()[r.IntN(len(desk.Sorts()))], Up: r.IntN(2) == 0,
		}
		if q.Sort == desk.SortSubject {
			q.Sort = ""
		}
		if r.IntN(3) == 0 {
			q.Since = at.Add(time.Duration(r.IntN(30)) * time.Minute)
		}
		if r.IntN(3) == 0 {
			q.Until = at.Add(time.Duration(r.IntN(60)) * time.Minute)
		}
		var wanted, got []string
		for _, f := range everything.Rows {
			if row := rowOf(f); row.fits(q) {
				wanted = append(wanted, row.id)
			}
		}
		most := 1 + r.IntN(20)
		var rows []row
		for more := true; more; {
			page, err := s.Find(ctx, "claire", q, len(got), most)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range page.Rows {
				rows, got = append(rows, rowOf(f)), append(got, rowOf(f).id)
			}
			more = page.More
		}
		inOrder(t, q, rows)
		if n, err := s.Total(ctx, "claire", q); err != nil || n != len(wanted) {
			t.Errorf("%+v: total %d, want %d, %v", q, n, len(wanted), err)
		}
		slices.Sort(wanted)
		slices.Sort(got)
		if !slices.Equal(wanted, got) {
			t.Fatalf("%+v: %d rows, want %d", q, len(got), len(wanted))
		}
	}
}

// inOrder holds rows to the order that was asked for.
func inOrder(t *testing.T, q desk.Query, rows []row) {
	t.Helper()
	order := map[desk.Sort]func(a, b row) int{
		"":                 func(a, b row) int { return a.at.Compare(b.at) },
		desk.SortUpdated:   func(a, b row) int { return a.at.Compare(b.at) },
		desk.SortSubmitted: func(a, b row) int { return a.submitted.Compare(b.submitted) },
		desk.SortNumber:    func(a, b row) int { return cmp.Compare(a.number, b.number) },
		desk.SortPractice:  func(a, b row) int { return cmp.Compare(a.practice, b.practice) },
		desk.SortCategory:  func(a, b row) int { return cmp.Compare(a.category, b.category) },
		desk.SortPriority: func(a, b row) int {
			ranks := []desk.Priority{"", desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityUrgent}
			return cmp.Compare(slices.Index(ranks, a.priority), slices.Index(ranks, b.priority))
		},
		desk.SortState: func(a, b row) int {
			states := []string{"draft", "queued", "received", "in-progress", "waiting", "resolved", "closed"}
			return cmp.Compare(slices.Index(states, a.state), slices.Index(states, b.state))
		},
	}[q.Sort]
	if !slices.IsSortedFunc(rows, func(a, b row) int {
		if q.Up {
			return order(a, b)
		}
		return order(b, a)
	}) {
		t.Errorf("%s (up %t) is not in order", q.Sort, q.Up)
	}
}

func TestFindErrors(t *testing.T) {
	s := open(t, t.TempDir())
	for _, q := range []desk.Query{{Sort: "colour"}, {Whose: "nobody"}} {
		if _, err := s.Find(context.Background(), "claire", q, 0, 1); err == nil {
			t.Errorf("%+v was taken", q)
		}
	}
}

// Whatever a list begins with is read from an index: what there is behind it is
// never sorted first.
func TestFindReadsAnIndex(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	for name, q := range map[string]desk.Query{
		"Everything": {},
		"Oldest":     {Up: true},
		"OneState":   {States: []string{"waiting"}},
		"States":     {States: []string{"waiting", "received", "resolved"}},
		"Drafts":     {States: []string{"draft"}},
		"ThisWeek":   {Since: at},
	} {
		t.Run(name, func(t *testing.T) {
			_, sel, err := s.selection(ctx, "claire", q)
			if err != nil {
				t.Fatal(err)
			}
			plan := planOf(t, s, sel.rows(), append(sel.args, 50, 0)...)
			plan = strings.ReplaceAll(plan, "SCAN draft\nUSE TEMP B-TREE FOR ORDER BY", "") // there are few
			if strings.Contains(plan, "B-TREE") || strings.Contains(plan, "SCAN request") {
				t.Errorf("the plan is\n%s", plan)
			}
		})
	}
}

func planOf(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.read.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var id, parent, none int
		var detail string
		if err := rows.Scan(&id, &parent, &none, &detail); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, detail)
	}
	return out.String()
}
