package helpdesktest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

type event = helpdesk.Event

// testSupport: a request from the first look to the last word, and nothing of what
// support says among themselves, or of what the portal did.
func testSupport(t *testing.T, h Harness) {
	c := h.Connect(t)
	cursor := begin(t, c)
	ticket := NewTicket(hard()[0])
	ref := create(t, c, ticket)
	file := File{"Réponse n° 1.pdf", "application/pdf", append([]byte("%PDF-1.7\n\x00\xff\r\n"), bytes.Repeat([]byte("é\n"), 9000)...)}
	before := time.Now().Add(-time.Minute)
	act := func(what func(context.Context, string) error) {
		t.Helper()
		if what == nil {
			return
		}
		if err := what(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	comment := func(text string) func(context.Context, string) error {
		if h.Comment == nil {
			return nil
		}
		return func(ctx context.Context, ref string) error { return h.Comment(ctx, ref, text) }
	}
	act(h.Take)
	act(comment("entre nous, avant"))
	act(func(ctx context.Context, ref string) error {
		return h.AnswerHTML(ctx, ref, "<p>Bonjour <b>Marie</b>,</p><p>voici&nbsp;: &lt;ici&gt;</p>", file)
	})
	if err := c.Reply(t.Context(), ref, NewReply(ticket)); err != nil {
		t.Fatal(err)
	}
	act(comment("entre nous, après"))
	act(h.Resolve)

	events, next := follow(t, c, cursor, func(e []event) bool {
		own := told(e, ticket.Request)
		return len(messages(own)) > 0 && (h.Resolve == nil || slices.Contains(statuses(own), desk.PortalResolved))
	})
	own := told(events, ticket.Request)
	said := messages(own)
	if len(said) != 1 || said[0].Ref != ref || said[0].At.Before(before) || said[0].At.Location() != time.UTC {
		t.Fatalf("%d told as said: %+v", len(said), said)
	}
	m := said[0].Message
	if text := strings.Join(strings.Fields(m.Text), " "); text != "Bonjour Marie, voici : <ici>" && text != "Bonjour Marie, voici\u00a0: <ici>" || !strings.Contains(m.HTML, "<b>Marie</b>") {
		t.Errorf("text %q, HTML %q", m.Text, m.HTML)
	}
	checkFile(t, c, said[0], file)
	if got := statuses(own); h.Take != nil && (len(got) == 0 || got[0] != desk.PortalInProgress) {
		t.Errorf("statuses %v", got)
	}
	if h.Resolve != nil {
		if got := statuses(own); got[len(got)-1] != desk.PortalResolved {
			t.Errorf("statuses %v", got)
		}
	}
	if more, _, err := c.Changes(t.Context(), next); err != nil || slices.ContainsFunc(more, func(e event) bool {
		return e.Request == ticket.Request && !slices.ContainsFunc(own, func(o event) bool { return o.ID == e.ID })
	}) {
		t.Errorf("then %+v, %v", more, err)
	}
}

func checkFile(t *testing.T, c helpdesk.Connector, e event, want File) {
	t.Helper()
	if len(e.Message.Files) != 1 {
		t.Fatalf("%d files", len(e.Message.Files))
	}
	f := e.Message.Files[0]
	if f.Name != want.Name || f.Media != want.Media || f.Size != int64(len(want.Body)) {
		t.Errorf("file %+v", f)
	}
	in, err := c.Open(t.Context(), e.Ref, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if got, err := io.ReadAll(in); err != nil || !bytes.Equal(got, want.Body) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// testCursor: several of support write while changes are read, and each of their
// answers is told, under one ID.
func testCursor(t *testing.T, h Harness) {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("GUICHET_SEED=%d", seed)
	c := h.Connect(t)
	cursor := begin(t, c)
	const persons, answers = 3, 5
	refs, requests := []string{}, map[string]bool{}
	for range persons {
		ticket := NewTicket()
		requests[ticket.Request] = true
		refs = append(refs, create(t, c, ticket))
	}
	var all sync.WaitGroup
	for p := range persons {
		random := rand.New(rand.NewPCG(seed, uint64(p)))
		all.Go(func() {
			for i := range answers {
				if err := h.Answer(t.Context(), refs[random.IntN(len(refs))], fmt.Sprintf("réponse %d-%d", p, i)); err != nil {
					t.Errorf("answer: %v", err)
				}
			}
		})
	}
	defer all.Wait()
	events, _ := follow(t, c, cursor, func(e []event) bool { return len(texts(e, requests)) >= persons*answers || t.Failed() })
	got := texts(events, requests)
	slices.Sort(got)
	if all := slices.Compact(slices.Clone(got)); len(all) != persons*answers || len(got) != len(all) {
		t.Errorf("%d told, %d of them different, of %d: %q", len(got), len(all), persons*answers, got)
	}
}

func texts(events []event, requests map[string]bool) (all []string) {
	for _, e := range messages(events) {
		if requests[e.Request] {
			all = append(all, strings.TrimSpace(e.Message.Text))
		}
	}
	return all
}

// testBegin: what was said before the first call is not told, what is said between
// two calls is, and it can be asked for again.
func testBegin(t *testing.T, h Harness) {
	c := h.Connect(t)
	first := begin(t, c)
	ticket := NewTicket()
	ref := create(t, c, ticket)
	for _, text := range []string{"un", "deux"} {
		if err := h.Answer(t.Context(), ref, text); err != nil {
			t.Fatal(err)
		}
	}
	both := func(e []event) bool { return len(messages(told(e, ticket.Request))) == 2 }
	events, _ := follow(t, c, first, both)
	again, _ := follow(t, h.Connect(t), first, both)
	for i, e := range told(events, ticket.Request) {
		if other := told(again, ticket.Request); len(other) <= i || other[i].ID != e.ID {
			t.Fatalf("told as %q, and again as %+v", e.ID, other)
		}
	}
	if more, _, err := c.Changes(t.Context(), begin(t, c)); err != nil || len(told(more, ticket.Request)) > 0 {
		t.Fatalf("from now: %+v, %v", more, err)
	}
}
