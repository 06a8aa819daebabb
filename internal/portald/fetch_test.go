package portald_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// odd is a help desk that answers some calls otherwise than desky; nil is desky's own.
type odd struct {
	*desky
	create  func() error
	merge   func(refs []string) (string, error)
	changes func(cursor string) ([]helpdesk.Event, string, error)
	open    func(file string) (io.ReadCloser, error)
}

func (o *odd) Create(ctx context.Context, t helpdesk.Ticket) (string, error) {
	if o.create != nil {
		return "", o.create()
	}
	return o.desky.Create(ctx, t)
}

func (o *odd) Merge(ctx context.Context, refs []string) (string, error) {
	if o.merge != nil {
		return o.merge(refs)
	}
	return o.desky.Merge(ctx, refs)
}

func (o *odd) Changes(ctx context.Context, cursor string) ([]helpdesk.Event, string, error) {
	if o.changes != nil {
		return o.changes(cursor)
	}
	return o.desky.Changes(ctx, cursor)
}

func (o *odd) Open(ctx context.Context, ref, file string) (io.ReadCloser, error) {
	if o.open != nil {
		return o.open(file)
	}
	return o.desky.Open(ctx, ref, file)
}

// forwarded is a request that a help desk has a ticket of.
func (b *bench) forwarded(d *desky) (id string) {
	b.t.Helper()
	id = newID(b.t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(b.t, "the ticket", func() bool { n, _, _ := d.state(id); return n == 1 && b.Unforwarded() == 0 })
	return id
}

func beyond(o *odd) func(*portald.Config) {
	return func(c *portald.Config) {
		c.Helpdesk = &portald.Helpdesk{Connector: o, Kind: "test", Settle: time.Second}
	}
}

// TestFetchPassesTicketsThatStayTwo has the help desk refuse for ever to make one of
// two tickets: what support says is told all the same, of this request and all others.
func TestFetchPassesTicketsThatStayTwo(t *testing.T) {
	o := &odd{desky: newDesky(21), merge: func([]string) (string, error) { return "", &helpdesk.Refusal{Reason: "may not modify both"} }}
	b := start(t, beyond(o), quick)
	id, other := b.forwarded(o.desky), b.forwarded(o.desky)
	o.set(func() { o.tickets = append(o.tickets, o.tickets[0]) })
	o.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "sur l’autre ticket"}})
	o.says(other, helpdesk.Event{Message: &helpdesk.Message{Text: "rien à voir"}})
	await(t, "both answers", func() bool { return len(b.said(claire, id)) == 1 && len(b.said(claire, other)) == 1 })
}

// TestFetchPassesLostFiles has the help desk lose a file of support's for good: what was
// said is told, with what is missing, and what comes behind it too.
func TestFetchPassesLostFiles(t *testing.T) {
	d := newDesky(25)
	b := start(t, behind(d, time.Second), quick)
	id := b.forwarded(d)
	d.set(func() { d.files["a"] = []byte("là") })
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "voici", HTML: "<p>voici</p>", Files: []helpdesk.Attachment{{ID: "lost", Name: "de<vis.pdf"}, {ID: "a", Name: "a.txt"}}}})
	d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "ensuite"}})
	await(t, "both answers", func() bool { return len(b.said(claire, id)) == 2 })
	first := b.said(claire, id)[0]
	const missing = "(Le fichier «\u00a0de_vis.pdf\u00a0» manque\u00a0: l’outil d’assistance ne l’a plus.)"
	if first.Text != "voici\n\n"+missing || first.HTML != "<p>voici</p><p>"+missing+"</p>" || len(first.Files) != 1 || first.Files[0].Name != "a.txt" {
		t.Errorf("%+v", first)
	}
}

// TestFetchWaitsForEmptyFiles has the help desk give a file of support's empty for a while:
// the answer waits for it, but not for ever.
func TestFetchWaitsForEmptyFiles(t *testing.T) {
	var asked atomic.Int64
	o := &odd{desky: newDesky(26)}
	o.open = func(file string) (io.ReadCloser, error) {
		asked.Add(1)
		return o.desky.Open(t.Context(), "", file)
	}
	d := o.desky
	b := start(t, beyond(o), quick)
	id := b.forwarded(d)
	answer := func(text, file string) {
		d.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: text, Files: []helpdesk.Attachment{{ID: file, Name: file, Size: 2}}}})
	}
	answer("bientôt", "late")
	await(t, "two looks", func() bool { return asked.Load() >= 2 })
	if said := b.said(claire, id); len(said) > 0 {
		t.Fatalf("told without its file: %+v", said)
	}
	d.set(func() { d.files["late"] = []byte("là") })
	await(t, "the answer", func() bool { return len(b.said(claire, id)) == 1 })
	answer("jamais", "never")
	d.set(func() { d.events[len(d.events)-1].At = time.Now().Add(-2 * time.Hour) })
	await(t, "the answer without it", func() bool { return len(b.said(claire, id)) == 2 })
	all := b.said(claire, id)
	i := slices.IndexFunc(all, func(m portal.Message) bool { return strings.HasPrefix(m.Text, "jamais") })
	if i < 0 || len(all[i].Files) > 0 || !strings.Contains(all[i].Text, "manque") || len(all[1-i].Files) != 1 || all[1-i].Files[0].Size != 3 {
		t.Errorf("%+v", all)
	}
}

// TestFetchGoesOnBehindPagesOfNothing has pages in which nothing is for a practice,
// such as those of what the portal wrote itself: one turn reads on behind them.
func TestFetchGoesOnBehindPagesOfNothing(t *testing.T) {
	o := &odd{desky: newDesky(22)}
	b := start(t, beyond(o), quick, func(s *portald.Server) { s.FetchEvery = time.Hour })
	id := b.forwarded(o.desky)
	const pages = 5
	b.Down()
	o.changes = func(cursor string) ([]helpdesk.Event, string, error) {
		n, _ := strconv.Atoi(cursor)
		if n++; n < pages {
			return nil, strconv.Itoa(n), nil
		}
		return []helpdesk.Event{{ID: "late", Request: id, Ref: "1", At: time.Now(), Status: desk.PortalWaiting}}, strconv.Itoa(pages), nil
	}
	b.Up()
	await(t, "what stands on the last page", func() bool { return b.get(claire, id).Status == string(desk.PortalWaiting) })
}

// TestFetchLeavesNoFiles has a file of support's that cannot be read for a while: what
// came before it is not kept anew at each turn.
func TestFetchLeavesNoFiles(t *testing.T) {
	var asked, broken atomic.Int64
	broken.Store(1)
	o := &odd{desky: newDesky(23)}
	o.open = func(file string) (io.ReadCloser, error) {
		if file == "b" {
			if asked.Add(1); broken.Load() > 0 {
				return nil, errors.New("not now")
			}
		}
		return io.NopCloser(bytes.NewReader([]byte("les octets de " + file))), nil
	}
	b := start(t, beyond(o), quick)
	id := b.forwarded(o.desky)
	o.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "voici", Files: []helpdesk.Attachment{{ID: "a", Name: "a.pdf"}, {ID: "b", Name: "b.pdf"}}}})
	await(t, "two turns", func() bool { return asked.Load() > 1 })
	await(t, "nothing kept of them", func() bool {
		left, err := b.Files().List(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return len(left) == 0
	})
	broken.Store(0)
	await(t, "the answer", func() bool { said := b.said(claire, id); return len(said) == 1 && len(said[0].Files) == 2 })
}

// TestFetchKnowsOldEvents has a help desk tell again what it told months ago, as a
// mailbox does that its server has numbered anew.
func TestFetchKnowsOldEvents(t *testing.T) {
	c := &clock{}
	var turns atomic.Int64
	o := &odd{desky: newDesky(24)}
	o.changes = func(cursor string) ([]helpdesk.Event, string, error) {
		turns.Add(1)
		return o.desky.Changes(t.Context(), cursor)
	}
	b := start(t, beyond(o), quick, c.tune)
	id := b.forwarded(o.desky)
	o.says(id, helpdesk.Event{Message: &helpdesk.Message{Text: "une seule fois"}}) // and once more at each turn
	await(t, "the answer", func() bool { return len(b.said(claire, id)) == 1 })
	for _, months := range []int{12, 60} {
		c.pass(time.Duration(months) * 30 * 24 * time.Hour)
		n := turns.Load()
		await(t, "more turns", func() bool { return turns.Load() > n+3 })
		if said := b.said(claire, id); len(said) != 1 {
			t.Fatalf("%d months later it was told %d times", months, len(said))
		}
	}
}

// TestFetchTakesWhatNoDatabaseHolds has texts with a NUL and with bytes that are no UTF-8,
// which PostgreSQL does not store: one such message must not keep all others away.
func TestFetchTakesWhatNoDatabaseHolds(t *testing.T) {
	o := &odd{desky: newDesky(25)}
	b := start(t, beyond(o), quick)
	id := b.forwarded(o.desky)
	const bad = "a\x00b\xe9c"
	events := []helpdesk.Event{
		{ID: "<" + bad + ">", Request: id, Ref: "1", At: time.Now(), Message: &helpdesk.Message{
			Author: bad, Text: bad, HTML: "<p>" + bad + "</p>", Files: []helpdesk.Attachment{{ID: "f", Name: bad, Media: bad}},
		}},
		{ID: "next", Request: id, Ref: "1", At: time.Now(), Status: desk.PortalWaiting},
	}
	o.changes = func(string) ([]helpdesk.Event, string, error) { return events, "1", nil }
	await(t, "what comes behind it", func() bool { return b.get(claire, id).Status == string(desk.PortalWaiting) })
	if said := b.said(claire, id); len(said) != 1 || said[0].Text != "ab\ufffdc" || len(said[0].Files) != 1 {
		t.Errorf("%+v", said)
	}
}

// TestResumeAddsNoJobs has a request wait for a help desk that is away: the job that it has
// stays its only one, however often it is looked after. An outage is long enough as it is.
func TestResumeAddsNoJobs(t *testing.T) {
	const requests = 3
	var tried atomic.Int64
	o := &odd{desky: newDesky(26)}
	o.create = func() error { tried.Add(1); return helpdesk.Unknown(io.ErrUnexpectedEOF) }
	late := func(c *portald.Config) { beyond(o)(c); c.Helpdesk.Settle = time.Hour } // nothing is tried again meanwhile
	b := start(t, late, quick, func(s *portald.Server) { s.FetchEvery = time.Hour })
	for range requests {
		b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
	}
	await(t, "they wait for their next attempts", func() bool { return tried.Load() == requests && b.Forwards() == requests })
	b.Resume()
	if n := b.Forwards(); n != requests {
		t.Errorf("%d jobs", n)
	}
}
