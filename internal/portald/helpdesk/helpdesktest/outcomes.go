package helpdesktest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

// plain tells that surely nothing was done.
func plain(err error) bool {
	var refusal *helpdesk.Refusal
	return err != nil && !errors.Is(err, helpdesk.ErrUnknown) && !errors.As(err, &refusal)
}

// discreet tells that an error says nothing that was written in a request.
func discreet(t *testing.T, err error, ticket helpdesk.Ticket) {
	t.Helper()
	for _, word := range []string{ticket.Subject, "double", ticket.Author.Name, ticket.Practice.Name, "FA-2026-0001"} {
		if err != nil && strings.Contains(err.Error(), word) {
			t.Errorf("an error says %q: %v", word, err)
		}
	}
}

// testDown: where nobody is, nothing is done, and it can be tried again.
func testDown(t *testing.T, h Harness) {
	c, ticket := h.Down(t), NewTicket(hard()[0])
	_, created := c.Create(t.Context(), ticket)
	_, merged := c.Merge(t.Context(), []string{"1", "2"})
	for what, err := range map[string]error{
		"create": created, "merge": merged, "reply": c.Reply(t.Context(), "1", NewReply(ticket)),
		"status": c.SetStatus(t.Context(), "1", desk.PortalWithdrawn),
	} {
		if !plain(err) {
			t.Errorf("%s: %v", what, err)
		}
		discreet(t, err, ticket)
	}
	if refs, err := c.Find(t.Context(), ticket.Request); err == nil {
		t.Errorf("found %v, of a help desk that is down", refs)
	}
	if _, _, err := c.Changes(t.Context(), ""); err == nil {
		t.Error("changes, of a help desk that is down")
	}
}

// testLostCreate: it is not known whether the ticket was made, and later it is found.
func testLostCreate(t *testing.T, h Harness) {
	c, lost := h.LosesCreate(t)
	ticket := NewTicket(hard()[0])
	ref, err := c.Create(t.Context(), ticket)
	if !lost() || ref != "" || !errors.Is(err, helpdesk.ErrUnknown) {
		t.Fatalf("lost %v, ref %q, %v", lost(), ref, err)
	}
	discreet(t, err, ticket)
	Await(t, "the ticket", func() bool {
		refs, err := c.Find(t.Context(), ticket.Request)
		if err != nil || len(refs) > 1 {
			t.Fatalf("%v, %v", refs, err)
		}
		return len(refs) == 1
	})
}

// testLostReply: the same of a reply.
func testLostReply(t *testing.T, h Harness) {
	ticket := NewTicket()
	ref := create(t, h.Connect(t), ticket)
	c, lost := h.LosesReply(t)
	r := NewReply(ticket, hard()[0])
	err := c.Reply(t.Context(), ref, r)
	if !lost() || !errors.Is(err, helpdesk.ErrUnknown) {
		t.Fatalf("lost %v, %v", lost(), err)
	}
	discreet(t, err, ticket)
	Await(t, "the reply", func() bool {
		there, err := c.Replied(t.Context(), ref, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		return there
	})
}

// testRefused: what the help desk will not take is said to be so.
func testRefused(t *testing.T, h Harness) {
	c, ticket := h.Refuses(t), NewTicket()
	ref, err := c.Create(t.Context(), ticket)
	var refusal *helpdesk.Refusal
	if ref != "" || !errors.As(err, &refusal) || errors.Is(err, helpdesk.ErrUnknown) || refusal.Reason == "" {
		t.Fatalf("ref %q, %v", ref, err)
	}
	discreet(t, err, ticket)
}

// testFile: a file that cannot be read, or is not what it was, leaves no ticket.
func testFile(t *testing.T, h Harness) {
	c := h.Connect(t)
	for name, edit := range map[string]func(*helpdesk.File){
		"gone": func(f *helpdesk.File) {
			f.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("gone") }
		},
		"short":   func(f *helpdesk.File) { f.Size++ },
		"changed": func(f *helpdesk.File) { f.SHA256 = strings.Repeat("0", 64) },
	} {
		ticket := NewTicket(hard()[:2]...)
		edit(&ticket.Files[1])
		if ref, err := c.Create(t.Context(), ticket); !plain(err) || ref != "" {
			t.Errorf("%s: ref %q, %v", name, ref, err)
		}
		if refs, err := c.Find(t.Context(), ticket.Request); err != nil || len(refs) > 0 {
			t.Errorf("%s: made %v, %v", name, refs, err)
		}
	}
}
