package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mailtest"

	gomail "github.com/emersion/go-message/mail"
	"github.com/google/uuid"
)

func TestMain(m *testing.M) {
	code := m.Run()
	mailtest.Stop()
	os.Exit(code)
}

// office is a portal with its mailbox, and support with its own.
type office struct {
	*Connector
	t               *testing.T
	servers         *mailtest.Servers
	portal, support *mailtest.Box
	smtp, imap      *mailtest.Line
	notices         []Notice
	cfg             helpdesk.Mail
}

// open opens one with mailboxes of its own. edit may be nil.
func openOffice(t *testing.T, edit func(*office)) *office {
	t.Helper()
	s := mailtest.Shared(t)
	name := fmt.Sprintf("%x", rand.Uint64())
	o := &office{t: t, servers: s, portal: s.Box(t, "portail"+name), support: s.Box(t, "support"+name),
		smtp: mailtest.NewLine(t, s.SMTP), imap: mailtest.NewLine(t, s.IMAP)}
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte(mailtest.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := func(l *mailtest.Line) helpdesk.Server {
		return helpdesk.Server{Address: l.Address, TLS: "none", User: o.portal.Address, PasswordFile: secret}
	}
	o.cfg = helpdesk.Mail{To: o.support.Address, From: o.portal.Address, SMTP: server(o.smtp), IMAP: server(o.imap),
		MaxSize: s.MaxSize, AfterReply: "waiting", SubjectClose: "[résolu]", Timeout: helpdesk.Duration(10 * time.Second)}
	if edit != nil {
		edit(o)
	}
	o.Connector = o.connector(o.cfg)
	return o
}

func (o *office) connector(cfg helpdesk.Mail) *Connector {
	o.t.Helper()
	c, err := New(helpdesk.Mapping{Kind: "mail", Mail: &cfg, Queues: map[string]string{"order": "Commandes"}}, func(n Notice) { o.notices = append(o.notices, n) })
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// ticket is a request with files.
func ticket(files ...helpdesk.File) helpdesk.Ticket {
	id := uuid.Must(uuid.NewV7()).String()
	return helpdesk.Ticket{
		Request: id, Number: "AS-2026-" + id[30:], Subject: "Écran noir à l’accueil", Type: "technical", Category: "order",
		Practice: helpdesk.Party{ID: "cabinet-tilleuls", Name: "Cabinet des Tilleuls", Town: "Lyon"},
		Author:   helpdesk.Party{ID: "c", Name: "Claire Martin"},
		Text:     "Bonjour,\n\nl’écran reste noir.\n.\nUne ligne qui commence par un point.",
		Fields:   []helpdesk.Field{{Key: "device", Label: "Poste concerné", Value: "Accueil n° 2"}},
		Written:  time.Date(2026, 3, 2, 9, 41, 0, 0, time.FixedZone("", 3600)), Files: files,
	}
}

func file(name, media string, content []byte) helpdesk.File {
	sum := sha256.Sum256(content)
	return helpdesk.File{ID: uuid.NewString(), Name: name, Media: media, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// noise is a file's content that nothing else has.
func noise(seed byte, n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(out)
	return out
}

// letterOf is a message as another program than ours reads it.
type letterOf struct {
	subject, id, text string
	references        []string
	head              gomail.Header
	files             map[string][]byte
}

func readLetter(t *testing.T, raw []byte) letterOf {
	t.Helper()
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := letterOf{head: r.Header, files: map[string][]byte{}}
	var errs [3]error
	out.subject, errs[0] = r.Header.Subject()
	out.id, errs[1] = r.Header.MessageID()
	out.references, errs[2] = r.Header.MsgIDList("References")
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch h := p.Header.(type) {
		case *gomail.AttachmentHeader:
			name, err := h.Filename()
			if err != nil {
				t.Fatal(err)
			}
			out.files[name] = body
		default:
			out.text += strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}

// create makes a ticket that nothing hinders.
func (o *office) create(tk helpdesk.Ticket) (ref string) {
	o.t.Helper()
	ref, err := o.Create(o.t.Context(), tk)
	if err != nil {
		o.t.Fatal(err)
	}
	return ref
}

// now is a cursor of this moment.
func (o *office) now() string {
	o.t.Helper()
	_, at, err := o.Changes(o.t.Context(), "")
	if err != nil {
		o.t.Fatal(err)
	}
	return at
}

// changes are all events since a cursor, over as many calls as it takes.
func (o *office) changes(from string) (events []helpdesk.Event, next string) {
	o.t.Helper()
	for {
		got, next, err := o.Changes(o.t.Context(), from)
		if err != nil {
			o.t.Fatal(err)
		}
		events = append(events, got...)
		if next == from {
			return events, next
		}
		from = next
	}
}

// await asks until something is so, as the portal does.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for every := time.NewTicker(30 * time.Millisecond); !so(); {
		select {
		case <-every.C:
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		}
	}
}

// found waits until a request is found.
func (o *office) found(request string) {
	o.t.Helper()
	await(o.t, "the request is found", func() bool {
		refs, err := o.Find(o.t.Context(), request)
		return err == nil && len(refs) == 1
	})
}
