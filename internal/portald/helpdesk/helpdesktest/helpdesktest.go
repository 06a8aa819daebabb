// Package helpdesktest is what every connector to a help desk must do, asked of it
// against its real help desk. It knows none of them.
package helpdesktest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"

	"github.com/google/uuid"
)

// Harness is a running help desk, as seen from both sides. What is nil or empty the
// help desk cannot do, and is not asked for.
type Harness struct {
	// Connect makes a connector, of the same mapping each time.
	Connect func(tb testing.TB) helpdesk.Connector
	// Down makes one where nobody answers.
	Down func(tb testing.TB) helpdesk.Connector
	// LosesCreate and LosesReply make one that loses the answer to its next act of
	// that kind, after the help desk has got it. lost tells that this has happened.
	LosesCreate, LosesReply func(tb testing.TB) (c helpdesk.Connector, lost func() bool)
	// Refuses makes one that the help desk takes no ticket of.
	Refuses func(tb testing.TB) helpdesk.Connector

	// What support does with a ticket. Resolve is the last of it.
	Take    func(ctx context.Context, ref string) error
	Answer  func(ctx context.Context, ref, text string) error
	Comment func(ctx context.Context, ref, text string) error
	Resolve func(ctx context.Context, ref string) error
	// AnswerHTML answers in HTML, with a file.
	AnswerHTML func(ctx context.Context, ref, html string, f File) error
	// ReadTicket is a ticket as support sees it.
	ReadTicket func(ctx context.Context, ref string) (Ticket, error)

	// Withdrawn is the status that ReadTicket tells after SetStatus(withdrawn).
	Withdrawn string
}

// Ticket is what support sees of one.
type Ticket struct {
	Subject, Status string
	Said            []Said // the request first
}

// Said is a request, or a reply of the practice.
type Said struct {
	Text  string
	Files []File
}

// File is a file as support reads or sends it.
type File struct {
	Name, Media string
	Body        []byte
}

// Run asks everything of a connector.
func Run(t *testing.T, h Harness) {
	for _, c := range []struct {
		name string
		ask  func(*testing.T, Harness)
		can  bool
	}{
		{"Create", testCreate, true},
		{"Find", testFind, true},
		{"Merge", testMerge, true},
		{"Reply", testReply, true},
		{"SetStatus", testSetStatus, true},
		{"StatusOvertaken", testOvertaken, h.Take != nil && h.Answer != nil},
		{"Support", testSupport, h.AnswerHTML != nil},
		{"Cursor", testCursor, h.Answer != nil},
		{"Begin", testBegin, h.Answer != nil},
		{"ErrDown", testDown, h.Down != nil},
		{"ErrUnknownCreate", testLostCreate, h.LosesCreate != nil},
		{"ErrUnknownReply", testLostReply, h.LosesReply != nil},
		{"ErrRefused", testRefused, h.Refuses != nil},
		{"ErrFile", testFile, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !c.can {
				t.Skip("the help desk cannot do that")
			}
			c.ask(t, h)
		})
	}
}

// NewTicket is a request such as practices write.
func NewTicket(files ...File) helpdesk.Ticket {
	id := uuid.Must(uuid.NewV7()).String()
	return helpdesk.Ticket{
		Request: id, Number: "P-" + id[len(id)-6:], Practice: helpdesk.Party{ID: "cab-lyon", Name: `Cabinet "Été" & fils`, Town: "Lyon"},
		Author: helpdesk.Party{ID: "marie", Name: "Marie Lefèvre"}, Type: "administrative", Category: "invoice-question",
		Subject: "Facture : 2 × 50 € ?", Text: "Bonjour,\n\nla ligne <3> compte « double ».\nMerci 日本 🧾\n.\nFin",
		Fields:  []helpdesk.Field{{Key: "invoice", Label: "Numéro de facture", Value: "FA-2026-0001"}, {Key: "reference", Label: "Votre référence", Value: "L'été n° 3"}},
		Written: time.Date(2026, time.March, 3, 14, 5, 0, 0, time.UTC), Files: Upload(files...),
	}
}

// NewReply is an answer of a practice.
func NewReply(t helpdesk.Ticket, files ...File) helpdesk.Reply {
	return helpdesk.Reply{
		ID: uuid.Must(uuid.NewV7()).String(), Request: t.Request, Author: t.Author, Text: "Voilà, c’est joint.\n.\nÀ bientôt",
		Written: time.Date(2026, time.March, 4, 9, 0, 0, 0, time.UTC), Files: Upload(files...),
	}
}

// Upload is files on their way to the help desk.
func Upload(files ...File) (all []helpdesk.File) {
	for i, f := range files {
		sum := sha256.Sum256(f.Body)
		all = append(all, helpdesk.File{
			ID: fmt.Sprintf("file-%d", i), Name: f.Name, Media: f.Media, Size: int64(len(f.Body)), SHA256: hex.EncodeToString(sum[:]),
			Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(string(f.Body))), nil
			},
		})
	}
	return all
}

// hard are files that programs on the way like to change.
func hard() []File {
	all := make([]byte, 70_000)
	for i := range all {
		all[i] = byte(i * 7 >> 3)
	}
	return []File{
		{"Facture été n° 1.pdf", "application/pdf", append([]byte("%PDF-1.4\r\n"), all...)},
		{"日本 🧾.txt", "text/plain", []byte("un\r\ndeux\nFrom trois\n.\n\xff\xfe quatre  ")},
		{`page "test" \ é.html`, "text/html; charset=iso-8859-1", []byte("<html><body>\xe9t\xe9</body></html>")},
		{"message.eml", "message/rfc822", []byte("From: a@b.test\r\nSubject: =?utf-8?q?=C3=A9?=\r\nContent-Type: text/html\r\n\r\n<p>é\r\n")},
		{"vide.csv", "text/csv", nil},
	}
}

// same tells what is different between files, whose order does not matter.
func same(got, want []File) string {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(f File) bool { return f.Name == w.Name })
		switch {
		case i < 0:
			return fmt.Sprintf("%q is not among %q", w.Name, names(left))
		case string(left[i].Body) != string(w.Body):
			return fmt.Sprintf("%q has %d bytes and is not as it was, of %d", w.Name, len(left[i].Body), len(w.Body))
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return fmt.Sprintf("there is more: %q", names(left))
	}
	return ""
}

func names(files []File) (all []string) {
	for _, f := range files {
		all = append(all, f.Name)
	}
	return all
}

// told are the events of one request.
func told(events []helpdesk.Event, request string) (own []helpdesk.Event) {
	for _, e := range events {
		if e.Request == request {
			own = append(own, e)
		}
	}
	return own
}

// follow reads changes until enough of them are there, and each but once by its ID.
func follow(t *testing.T, c helpdesk.Connector, cursor string, enough func([]helpdesk.Event) bool) (all []helpdesk.Event, next string) {
	t.Helper()
	seen := map[string]bool{}
	Await(t, "the changes", func() bool {
		events, to, err := c.Changes(t.Context(), cursor)
		if err != nil {
			t.Fatalf("changes: %v", err)
		}
		for _, e := range events {
			if !seen[e.ID] {
				seen[e.ID] = true
				all = append(all, e)
			}
		}
		cursor = to
		return enough(all)
	})
	return all, cursor
}

// begin is a cursor of now.
func begin(t *testing.T, c helpdesk.Connector) string {
	t.Helper()
	events, cursor, err := c.Changes(t.Context(), "")
	if err != nil || len(events) > 0 || cursor == "" {
		t.Fatalf("begin: %d events, cursor %q, %v", len(events), cursor, err)
	}
	return cursor
}

// create makes a ticket that is as it should be.
func create(t *testing.T, c helpdesk.Connector, ticket helpdesk.Ticket) (ref string) {
	t.Helper()
	ref, err := c.Create(t.Context(), ticket)
	if err != nil || ref == "" {
		t.Fatalf("create: ref %q, %v", ref, err)
	}
	return ref
}

func statuses(events []helpdesk.Event) (all []desk.PortalStatus) {
	for _, e := range events {
		if e.Status != "" {
			all = append(all, e.Status)
		}
	}
	return all
}

func messages(events []helpdesk.Event) (all []helpdesk.Event) {
	for _, e := range events {
		if e.Message != nil {
			all = append(all, e)
		}
	}
	return all
}

// Await waits until something is so.
func Await(t testing.TB, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for !so() {
		select {
		case <-every.C:
		case <-ctx.Done():
			t.Fatalf("%s did not come within a minute", what)
		}
	}
}
