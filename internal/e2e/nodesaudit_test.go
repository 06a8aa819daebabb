package e2e

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/files"

	"github.com/jackc/pgx/v5"
)

// standing is what a client knows of a request.
type standing struct {
	number, status string
	messages       int
}

// shows is what a desk has of each request, read beside it, and how often it has begun
// to follow: more than once, and what it missed would be hidden.
func (c *cluster) shows(s *seat) (out map[string]standing, begun int) {
	c.t.Helper()
	db := deskDB(c.t, s.data)
	defer db.Close()
	_ = db.QueryRow("SELECT snapshot FROM person WHERE id=? AND cursor<>'' AND snapshot_total=0", s.person).Scan(&begun) // 0 before there is a row
	rows, err := db.Query(`SELECT id, number, portal_status, (SELECT count(*) FROM message m WHERE m.request=r.id AND m.person=r.person) FROM request r WHERE person=?`, s.person)
	must(c.t, err)
	defer rows.Close()
	out = map[string]standing{}
	for rows.Next() {
		var id string
		var one standing
		must(c.t, rows.Scan(&id, &one.number, &one.status, &one.messages))
		out[id] = one
	}
	must(c.t, rows.Err())
	return out, begun
}

// caughtUp is how long a client may be behind when nothing changes any more.
const caughtUp = 30 * time.Second

// follow waits until each client has been told of what its person sees at the portal,
// no more and no less, and counts them.
func (c *cluster) follow() (complete int) {
	c.ask()
	for _, s := range c.seats {
		want := c.sees(s.person)
		eventually(c.t.Context(), s.news, caughtUp, func() bool { got, _ := c.shows(s); return maps.Equal(got, want) })
		got, begun := c.shows(s)
		if begun != 1 {
			c.t.Errorf("the desk of %s began to follow %d times", s.person, begun)
		}
		complete += c.compare("the desk of "+s.person, got, want)
	}
	for _, p := range c.pursuers {
		want := c.sees(p.person)
		eventually(c.t.Context(), nil, caughtUp, func() bool { return maps.Equal(p.shows(), want) })
		p.stop()
		if p.stale {
			c.t.Errorf("a node does not know a cursor that %s has of the other one", p.person)
		}
		complete += c.compare("who asks as "+p.person, p.shows(), want)
	}
	return complete
}

func (c *cluster) compare(who string, got, want map[string]standing) (complete int) {
	if maps.Equal(got, want) {
		return 1
	}
	for id, w := range want {
		if g := got[id]; g != w {
			c.t.Errorf("%s knows %s as %+v, the portal as %+v", who, id, g, w)
		}
	}
	for id := range got {
		if _, known := want[id]; !known {
			c.t.Errorf("%s knows %s, which they do not see", who, id)
		}
	}
	return 0
}

// ask reads what each person sees, at either node, and what was said.
func (c *cluster) ask() {
	c.truth, c.said = map[string]map[string]portal.Request{}, map[string][]string{}
	var persons []string
	for _, s := range c.seats {
		persons = append(persons, s.person)
	}
	for _, p := range c.pursuers {
		persons = append(persons, p.person)
	}
	for i, person := range persons {
		all := map[string]portal.Request{}
		for cursor, begun := "", false; cursor != "" || !begun; begun = true {
			var page portal.RequestPage
			askAs(c.t, tokenFor(c.t, person), c.nodes[i%2].URL, portal.RouteRequests+"?limit=200&cursor="+cursor, &page)
			for _, r := range page.Requests {
				all[r.ID] = r
			}
			cursor = page.Next
		}
		c.truth[person] = all
	}
	c.rows("SELECT request, id FROM message WHERE received=1", func(v []string) { c.said[v[0]] = append(c.said[v[0]], v[1]) })
}

// sees is what a client of that person has to know.
func (c *cluster) sees(person string) map[string]standing {
	out := map[string]standing{}
	for id, r := range c.truth[person] {
		out[id] = standing{r.Number, r.Status, len(c.said[id])}
	}
	return out
}

// numbers are those of all that a person sees.
func (c *cluster) numbers(person string) map[string]string {
	out := map[string]string{}
	for id, r := range c.truth[person] {
		out[id] = r.Number
	}
	return out
}

// rows reads texts in the portal's database, beside it.
func (c *cluster) rows(query string, take func(values []string)) {
	c.t.Helper()
	conn, err := pgx.Connect(c.t.Context(), c.postgres)
	must(c.t, err)
	defer func() { must(c.t, conn.Close(c.t.Context())) }()
	rows, err := conn.Query(c.t.Context(), query)
	must(c.t, err)
	defer rows.Close()
	for rows.Next() {
		values := make([]string, len(rows.FieldDescriptions()))
		to := make([]any, len(values))
		for i := range values {
			to[i] = &values[i]
		}
		must(c.t, rows.Scan(to...))
		take(values)
	}
	must(c.t, rows.Err())
}

// audit holds what the portal has, in its rows and its bucket, against what was sent.
func (c *cluster) audit() (bad tallied) {
	wrong := func(count *int, what string, args ...any) {
		*count++
		c.t.Errorf(what, args...)
	}
	byID := map[string]*sentTo{}
	for _, w := range c.sent {
		byID[w.id] = w
	}
	numbers, holds := map[string]string{}, map[string]string{} // by each other
	c.rows("SELECT id, coalesce(number,''), author FROM request", func(v []string) {
		w := byID[v[0]]
		switch {
		case w == nil || w.seat.person != v[2]:
			wrong(&bad.doubled, "the portal holds %s of %s, which nobody sent", v[0], v[2])
		case v[1] == "": // counted below
		case holds[v[1]] != "":
			wrong(&bad.doubled, "%s and %s have one number", v[0], holds[v[1]])
		default:
			numbers[v[0]], holds[v[1]] = v[1], v[0]
		}
	})
	for i, w := range c.sent {
		if numbers[w.id] == "" {
			wrong(&bad.lost, "the portal has no numbered %s", w.id)
			continue
		}
		r := c.truth[w.seat.person][w.id]
		if r.Number != numbers[w.id] || !maps.Equal(r.Values, w.values) || r.Practice != member(w.seat.person).Practices[0].ID {
			wrong(&bad.altered, "%s arrived otherwise than it was sent", w.id)
		}
		if r.Status != cmp.Or(w.ends, "received") {
			wrong(&bad.lost, "%s is %s: what was done with it is lost", w.id, r.Status)
		}
		if _, sees := c.truth[w.seen][w.id]; w.seen != "" && !sees {
			wrong(&bad.lost, "%s is not to be seen by %s, who was let watch it", w.id, w.seen)
		}
		if err := c.same(i, w, r.Files, w.files); err != nil {
			wrong(bad.of(err), "%s: %v", w.id, err)
		}
	}
	c.auditMessages(byID, &bad, wrong)
	c.nothingLeft()
	return bad
}

// auditMessages does so with what was said.
func (c *cluster) auditMessages(byID map[string]*sentTo, bad *tallied, wrong func(*int, string, ...any)) {
	found := map[string]bool{}
	type message struct {
		request, id string
		files       []portal.File
	}
	var all []message
	c.rows("SELECT request, id, files FROM message WHERE received=1", func(v []string) {
		m := message{request: v[0], id: v[1]}
		must(c.t, json.Unmarshal([]byte(v[2]), &m.files))
		all = append(all, m)
	})
	for i, m := range all {
		w := byID[m.request]
		if w == nil {
			continue // told already
		}
		with, known := w.says[m.id]
		if !known {
			wrong(&bad.doubled, "nobody said %s to %s", m.id, m.request)
			continue
		}
		found[m.id] = true
		if err := c.same(i, w, m.files, with); err != nil {
			wrong(bad.of(err), "%s, said to %s: %v", m.id, m.request, err)
		}
	}
	for _, w := range c.sent {
		for id := range w.says {
			if !found[id] {
				wrong(&bad.lost, "the portal does not have %s, said to %s", id, w.id)
			}
		}
	}
}

var errNotThere = errors.New("its bytes are not there")

// of is the count of what is wrong with a file.
func (b *tallied) of(err error) *int {
	if errors.Is(err, errNotThere) {
		return &b.lost
	}
	return &b.altered
}

// same compares names, and the bytes as a node gives them.
func (c *cluster) same(i int, w *sentTo, got []portal.File, want []source) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d files, %d were attached", len(got), len(want))
	}
	for n, f := range got {
		body, err := fetch(c.t.Context(), tokenFor(c.t, w.seat.person), c.nodes[(i+n)%2].URL+portal.RouteRequests+"/"+w.id+"/files/"+f.ID)
		if err != nil {
			return fmt.Errorf("file %d: %w: %w", n+1, errNotThere, err)
		}
		if sum := sha256Of(body); sum != want[n].sum || f.SHA256 != sum || f.Name != want[n].name() {
			return fmt.Errorf("file %d has other bytes or another name", n+1)
		}
	}
	return nil
}

// nothingLeft holds that no number was given and forgotten, nothing is begun and not
// ended, and nothing lies in the bucket that no request has.
func (c *cluster) nothingLeft() {
	c.rows(`SELECT concat((SELECT sum(last) FROM counter), ' ', (SELECT count(number) FROM request)), concat((SELECT count(*) FROM file WHERE received=0)
		+ (SELECT count(*) FROM message_file WHERE received=0) + (SELECT count(*) FROM message WHERE received=0))`, func(v []string) {
		if want := fmt.Sprintf("%d %[1]d", len(c.sent)); v[0] != want || v[1] != "0" {
			c.t.Errorf("numbers given and held: %s, sent %s; %s things were begun and not ended", v[0], want, v[1])
		}
	})
	known := map[string]bool{}
	c.rows("SELECT request, id FROM file UNION ALL SELECT message, id FROM message_file", func(v []string) { known[portal.UploadID(v[0], v[1])] = true })
	store, err := files.OpenS3(c.t.Context(), c.s3)
	must(c.t, err)
	ids, err := store.List(c.t.Context(), "")
	must(c.t, errors.Join(err, store.Close()))
	for _, id := range ids {
		if !known[id] {
			c.t.Errorf("%s lies about in the bucket", id)
		}
	}
	if len(ids) != len(known) {
		c.t.Errorf("%d files in the bucket, %d are known", len(ids), len(known))
	}
}
