package helpdesktest

import (
	"slices"
	"strings"
	"testing"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// testCreate: support reads all that was written, and each file to its last byte.
func testCreate(t *testing.T, h Harness) {
	c := h.Connect(t)
	ticket := NewTicket(hard()...)
	got, err := h.ReadTicket(t.Context(), create(t, c, ticket))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.Subject, ticket.Subject) || len(got.Said) != 1 {
		t.Fatalf("subject %q, %d said", got.Subject, len(got.Said))
	}
	text := lines(got.Said[0].Text)
	for _, part := range []string{
		ticket.Number, ticket.Practice.Name, ticket.Practice.Town, ticket.Author.Name, "3 mars 2026",
		"Numéro de facture : FA-2026-0001", "Votre référence : L'été n° 3", ticket.Text,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("support does not read %q in %q", part, text)
		}
	}
	if diff := same(got.Said[0].Files, hard()); diff != "" {
		t.Error(diff)
	}
}

func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// testFind: a request is found by its id, and nothing else is.
func testFind(t *testing.T, h Harness) {
	c := h.Connect(t)
	ticket := NewTicket()
	ref := create(t, c, ticket)
	for _, other := range []string{uuid.Must(uuid.NewV7()).String(), "", "x' OR id > 0 OR 'a'='", `x\`, "%", ticket.Request[:35]} {
		if refs, err := c.Find(t.Context(), other); err != nil || len(refs) > 0 {
			t.Errorf("%q finds %v, %v", other, refs, err)
		}
	}
	Await(t, "the ticket", func() bool {
		refs, err := c.Find(t.Context(), ticket.Request)
		return err == nil && len(refs) == 1 && refs[0] == ref
	})
}

// testMerge: what was made twice becomes one, and what support said on either is told.
func testMerge(t *testing.T, h Harness) {
	c := h.Connect(t)
	cursor := begin(t, c)
	ticket := NewTicket()
	first, second := create(t, c, ticket), create(t, c, ticket)
	if first != second && h.Answer != nil {
		if err := h.Answer(t.Context(), second, "Avant"); err != nil {
			t.Fatal(err)
		}
	}
	var refs []string
	Await(t, "both tickets", func() (so bool) {
		var err error
		refs, err = c.Find(t.Context(), ticket.Request)
		return err == nil && (len(refs) == 2 || first == second && len(refs) == 1)
	})
	keep, err := c.Merge(t.Context(), refs)
	if err != nil || keep != refs[0] {
		t.Fatalf("%v merge to %q, %v", refs, keep, err)
	}
	for _, again := range [][]string{refs, {refs[len(refs)-1], refs[0]}, {keep}, {refs[len(refs)-1]}} {
		if got, err := c.Merge(t.Context(), again); err != nil || got != keep {
			t.Fatalf("again, %v merge to %q, %v", again, got, err)
		}
	}
	if got, err := c.Find(t.Context(), ticket.Request); err != nil || len(got) != 1 || got[0] != keep {
		t.Fatalf("after merging, found %v, %v", got, err)
	}
	if h.Answer == nil {
		return
	}
	if err := h.Answer(t.Context(), keep, "Après"); err != nil {
		t.Fatal(err)
	}
	if err := h.Answer(t.Context(), second, "Encore"); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"Après": true, "Encore": true}
	if first != second {
		want["Avant"] = true
	}
	events, _ := follow(t, c, cursor, func(e []event) bool { return len(messages(told(e, ticket.Request))) >= len(want) })
	for _, e := range messages(told(events, ticket.Request)) {
		if text := strings.TrimSpace(e.Message.Text); e.Ref != keep || !want[text] {
			t.Errorf("told on %s: %q", e.Ref, text)
		} else {
			delete(want, text)
		}
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

// testReply: support reads it with its files, and it is known to be there.
func testReply(t *testing.T, h Harness) {
	c := h.Connect(t)
	ticket := NewTicket()
	ref := create(t, c, ticket)
	with, without := NewReply(ticket, hard()...), NewReply(ticket)
	if there, err := c.Replied(t.Context(), ref, with.ID); err != nil || there {
		t.Fatalf("there before: %v, %v", there, err)
	}
	if err := c.Reply(t.Context(), ref, with); err != nil {
		t.Fatal(err)
	}
	Await(t, "the reply", func() bool {
		there, err := c.Replied(t.Context(), ref, with.ID)
		return err == nil && there
	})
	if there, err := c.Replied(t.Context(), ref, without.ID); err != nil || there {
		t.Fatalf("another is there: %v, %v", there, err)
	}
	if err := c.Reply(t.Context(), ref, without); err != nil {
		t.Fatal(err)
	}
	got, err := h.ReadTicket(t.Context(), ref)
	if err != nil || len(got.Said) != 3 {
		t.Fatalf("%d said, %v", len(got.Said), err)
	}
	for _, said := range got.Said[1:] {
		if text := lines(said.Text); !strings.Contains(text, with.Text) || !strings.Contains(text, with.Author.Name) {
			t.Errorf("support reads %q", text)
		}
	}
	if diff := same(got.Said[1].Files, hard()); diff != "" {
		t.Error(diff)
	}
}

// testSetStatus: it may be asked for twice.
func testSetStatus(t *testing.T, h Harness) {
	c := h.Connect(t)
	ref := create(t, c, NewTicket())
	for range 2 {
		if err := c.SetStatus(t.Context(), ref, desk.PortalWithdrawn); err != nil {
			t.Fatal(err)
		}
		if h.Withdrawn == "" {
			continue
		}
		if got, err := h.ReadTicket(t.Context(), ref); err != nil || got.Status != h.Withdrawn {
			t.Fatalf("support sees %q, %v", got.Status, err)
		}
	}
}

// testOvertaken: a status of support's is not told once the practice has moved the
// ticket on from it, and what support says is.
func testOvertaken(t *testing.T, h Harness) {
	c := h.Connect(t)
	cursor := begin(t, c)
	ticket := NewTicket()
	ref := create(t, c, ticket)
	if err := h.Take(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	if err := h.Answer(t.Context(), ref, "au revoir"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetStatus(t.Context(), ref, desk.PortalWithdrawn); err != nil {
		t.Fatal(err)
	}
	events, _ := follow(t, c, cursor, func(e []event) bool { return len(messages(told(e, ticket.Request))) > 0 })
	if got := statuses(told(events, ticket.Request)); slices.Contains(got, desk.PortalInProgress) {
		t.Errorf("statuses %v, of which the practice has overtaken the first", got)
	}
}
