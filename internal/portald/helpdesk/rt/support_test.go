package rt_test

import (
	"database/sql"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/helpdesktest"
	"guichet/internal/portald/helpdesk/rt"
	"guichet/internal/portald/helpdesk/rttest"

	_ "modernc.org/sqlite"
)

// said are the messages of some events, with the request that hears each.
func said(events []helpdesk.Event, of ...helpdesk.Ticket) (all []string) {
	for _, e := range events {
		i := slices.IndexFunc(of, func(t helpdesk.Ticket) bool { return t.Request == e.Request })
		if i >= 0 && e.Message != nil {
			all = append(all, string(rune('a'+i))+": "+strings.TrimSpace(e.Message.Text))
		}
	}
	slices.Sort(all)
	return all
}

func changes(t *testing.T, c *rt.Connector, cursor string) ([]helpdesk.Event, string) {
	t.Helper()
	events, next, err := c.Changes(t.Context(), cursor)
	if err != nil {
		t.Fatal(err)
	}
	return events, next
}

func create(t *testing.T, c *rt.Connector) (helpdesk.Ticket, string) {
	t.Helper()
	ticket := helpdesktest.NewTicket()
	ref, err := c.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	return ticket, ref
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// rows are RT's own, for a test to spoil.
func rows(t *testing.T, r *rttest.RT) *sql.DB {
	t.Helper()
	if os.Getenv(rttest.Postgres) != "" {
		t.Skip("what is spoilt lies in a file of SQLite's")
	}
	db, err := sql.Open("sqlite", "file:"+r.Dir+"/rt.sqlite?_pragma=busy_timeout(10000)")
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

// TestLate: what RT shows only after something newer was told is told as well.
func TestLate(t *testing.T) {
	r := rttest.Shared(t)
	db := rows(t, r)
	c, anne := connect(t, r.Mapping(t), nil), r.Agent("anne")
	ticket, ref := create(t, c)
	_, cursor := changes(t, c, "")
	must(t, anne.Answer(t.Context(), ref, "le plus neuf"))
	events, cursor := changes(t, c, cursor)
	if got := said(events, ticket); !slices.Equal(got, []string{"a: le plus neuf"}) {
		t.Fatalf("%q", got)
	}
	must(t, anne.Answer(t.Context(), ref, "en retard"))
	if _, err := db.Exec("UPDATE Transactions SET Created = datetime(Created, '-6 seconds') WHERE id = (SELECT max(id) FROM Transactions WHERE Type = 'Correspond')"); err != nil {
		t.Fatal(err)
	}
	events, cursor = changes(t, c, cursor)
	if got := said(events, ticket); !slices.Equal(got, []string{"a: en retard"}) {
		t.Fatalf("%q", got)
	}
	if events, _ = changes(t, c, cursor); len(events) > 0 {
		t.Fatalf("again: %+v", events)
	}
}

// TestMany: more than one call tells is told by the next ones.
func TestMany(t *testing.T) {
	r := rttest.Shared(t)
	c, anne := connect(t, r.Mapping(t), nil), r.Agent("anne")
	ticket, ref := create(t, c)
	_, cursor := changes(t, c, "")
	const all = 26 // each of two transactions
	for i := range all {
		must(t, anne.Status(t.Context(), ref, []string{"stalled", "open"}[i%2]), anne.Status(t.Context(), ref, "resolved"))
	}
	ids, calls := map[string]bool{}, 0
	for more := true; more; calls++ {
		var events []helpdesk.Event
		events, cursor = changes(t, c, cursor)
		more = len(events) > 0
		for _, e := range events {
			if ids[e.ID] || e.Request != ticket.Request {
				t.Fatalf("again, or of another: %+v", e)
			}
			ids[e.ID] = true
		}
	}
	if len(ids) != 2*all || calls < 3 {
		t.Fatalf("%d told of %d in %d calls", len(ids), 2*all, calls)
	}
}

// TestMergedBySupport: each request hears what was said on its own ticket, and what
// is said on the one that stayed once they are merged; a ticket of support's own,
// moved to another queue, is no end.
func TestMergedBySupport(t *testing.T) {
	r := rttest.Shared(t)
	c, anne := connect(t, r.Mapping(t), nil), r.Agent("anne")
	own, err := anne.Create(t.Context(), "Accueil", "Au téléphone")
	must(t, err)
	a, refA := create(t, c)
	b, refB := create(t, c)
	_, cursor := changes(t, c, "")
	must(t,
		anne.Answer(t.Context(), own, "au téléphone"), anne.Answer(t.Context(), refA, "à A"), anne.Answer(t.Context(), refB, "à B"),
		anne.Put(t.Context(), refA, map[string]any{"MergeInto": own}), anne.Answer(t.Context(), own, "après A"),
		anne.Put(t.Context(), refB, map[string]any{"MergeInto": own}), anne.Put(t.Context(), own, map[string]any{"Queue": "Technique"}),
		anne.Answer(t.Context(), refB, "après B"))
	events, _ := changes(t, c, cursor)
	if got, want := said(events, a, b), []string{"a: après A", "a: après B", "a: à A", "b: après B", "b: à B"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	for _, e := range events {
		if e.Ref != own && (e.Request == a.Request || e.Request == b.Request) {
			t.Errorf("told of ticket %s: %+v", e.Ref, e)
		}
	}
	if refs, err := c.Find(t.Context(), a.Request); err != nil || !slices.Equal(refs, []string{own}) {
		t.Fatalf("found %v, %v", refs, err)
	}
	reply := helpdesktest.NewReply(b)
	must(t, c.Reply(t.Context(), refB, reply))
	for _, ref := range []string{refA, refB, own} {
		if there, err := c.Replied(t.Context(), ref, reply.ID); err != nil || !there {
			t.Errorf("on %s: %v, %v", ref, there, err)
		}
	}
}

// TestDeleted: what support said before it threw a ticket away is told, and that it did.
func TestDeleted(t *testing.T) {
	r := rttest.Shared(t)
	m := r.Mapping(t)
	m.Status.From["deleted"] = desk.PortalClosed
	c, anne := connect(t, m, nil), r.Agent("anne")
	ticket, ref := create(t, c)
	_, cursor := changes(t, c, "")
	must(t, anne.Answer(t.Context(), ref, "en double"), anne.Status(t.Context(), ref, "deleted"))
	events, _ := changes(t, c, cursor)
	if got := said(events, ticket); !slices.Equal(got, []string{"a: en double"}) || events[len(events)-1].Status != desk.PortalClosed {
		t.Fatalf("%q in %+v", got, events)
	}
}

// TestLost: an answer of which RT has lost the bytes of a file is told with what is left
// of it, as is one without a word, and neither stands before what comes behind it.
func TestLost(t *testing.T) {
	r := rttest.Shared(t)
	db := rows(t, r)
	c, anne := connect(t, r.Mapping(t), nil), r.Agent("anne")
	ticket, ref := create(t, c)
	_, cursor := changes(t, c, "")
	file := func(name string) rttest.File {
		return rttest.File{Name: name, Media: "application/pdf", Body: []byte("%PDF-1.7")}
	}
	must(t, anne.Answer(t.Context(), ref, " ", file("seul.pdf")), anne.Answer(t.Context(), ref, "broyé", file("broye.pdf")))
	if _, err := db.Exec("UPDATE Attachments SET Content = NULL WHERE Filename = 'broye.pdf'"); err != nil {
		t.Fatal(err)
	}
	must(t, anne.Answer(t.Context(), ref, "ensuite"))
	events, _ := changes(t, c, cursor)
	if got := said(events, ticket); !slices.Equal(got, []string{"a: ", "a: broyé", "a: ensuite"}) {
		t.Fatalf("%q", got)
	}
	read := map[string]string{}
	for _, e := range events {
		if e.Message == nil {
			continue
		}
		for _, f := range e.Message.Files {
			from, err := c.Open(t.Context(), e.Ref, f.ID)
			if errors.Is(err, helpdesk.ErrGone) {
				read[f.Name] = "gone"
				continue
			}
			must(t, err)
			body, err := io.ReadAll(from)
			must(t, err, from.Close())
			read[f.Name] = string(body)
		}
	}
	if want := map[string]string{"seul.pdf": "%PDF-1.7", "broye.pdf": "gone"}; !maps.Equal(read, want) {
		t.Errorf("read %q", read)
	}
}

// TestMark: a reply whose custom field RT has not set any more is known by its text,
// and one whose field there never was.
func TestMark(t *testing.T) {
	r := rttest.Shared(t)
	m := r.Mapping(t)
	c := connect(t, m, nil)
	ticket, ref := create(t, c)
	m.RT.MessageID = "Rien"
	without := connect(t, m, nil)
	reply := helpdesktest.NewReply(ticket)
	must(t, without.Reply(t.Context(), ref, reply))
	for _, c := range []*rt.Connector{c, without} {
		if there, err := c.Replied(t.Context(), ref, reply.ID); err != nil || !there {
			t.Errorf("%v, %v", there, err)
		}
	}
	// Somebody else who quotes it has not sent it.
	other := helpdesktest.NewReply(ticket)
	must(t, r.Agent("anne").Answer(t.Context(), ref, "Réponse "+other.ID))
	if there, err := c.Replied(t.Context(), ref, other.ID); err != nil || there {
		t.Errorf("quoted: %v, %v", there, err)
	}
}

// TestSetStatus: what RT does not do although it answers 200 is refused.
func TestSetStatus(t *testing.T) {
	r := rttest.Shared(t)
	m := r.Mapping(t)
	m.Status.To = map[desk.PortalStatus]string{desk.PortalClosed: "sans issue"}
	c := connect(t, m, nil)
	_, ref := create(t, c)
	for name, err := range map[string]error{
		"unknown status": c.SetStatus(t.Context(), ref, desk.PortalClosed), "not mapped": c.SetStatus(t.Context(), ref, desk.PortalWithdrawn),
		"no ticket": c.SetStatus(t.Context(), "99999", desk.PortalClosed), "no number": c.SetStatus(t.Context(), "../x", desk.PortalClosed),
		"no ticket to reply to": c.Reply(t.Context(), "99999", helpdesktest.NewReply(helpdesktest.NewTicket())),
	} {
		var refusal *helpdesk.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestKept: what RT drops without a word is told, and the ticket stands.
func TestKept(t *testing.T) {
	r := rttest.Shared(t)
	m := r.Mapping(t)
	m.RT.Requestor = "{practice}@cabinets.test"
	lost := r.Mapping(t)
	lost.RT.RequestID = "Inconnu"
	invalid := helpdesktest.NewTicket()
	invalid.Fields[0].Value = "pas une facture"
	for name, c := range map[string]struct {
		mapping helpdesk.Mapping
		ticket  helpdesk.Ticket
		lacks   []string
	}{
		"OK":           {m, helpdesktest.NewTicket(), nil},
		"ErrField":     {m, invalid, []string{"fields.invoice"}},
		"ErrRequestID": {lost, helpdesktest.NewTicket(), []string{"rt.request_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			ref, err := connect(t, c.mapping, nil).Create(t.Context(), c.ticket)
			var incomplete *helpdesk.Incomplete
			if errors.As(err, &incomplete) != (c.lacks != nil) || incomplete != nil && !slices.Equal(incomplete.Lacks, c.lacks) {
				t.Fatalf("%v", err)
			}
			got, err := r.Agent("anne").Read(t.Context(), ref)
			must(t, err)
			if !strings.Contains(got.Said[0].Text, c.ticket.Fields[0].Value) || got.Queue != "Facturation" {
				t.Errorf("%+v", got)
			}
			if name == "OK" && (got.Fields["Facture"] != "FA-2026-0001" || got.Fields["Demande"] != c.ticket.Request || !slices.Equal(got.Requestors, []string{"cab-lyon@cabinets.test"})) {
				t.Errorf("%+v", got)
			}
		})
	}
}
