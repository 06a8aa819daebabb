package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/helpdesktest"
	"guichet/internal/portald/helpdesk/mailtest"

	"github.com/google/uuid"
)

func TestConnector(t *testing.T) { helpdesktest.Run(t, openOffice(t, nil).harness()) }

// harness is a help desk that is a mailbox. Nobody there takes a request or
// comments on one where the portal could hear of it, and who resolves says so in
// an answer.
func (o *office) harness() helpdesktest.Harness {
	with := func(edit func(*helpdesk.Mail)) func(testing.TB) helpdesk.Connector {
		return func(testing.TB) helpdesk.Connector {
			cfg := o.cfg
			edit(&cfg)
			return o.connector(cfg)
		}
	}
	loses := func(tb testing.TB) (helpdesk.Connector, func() bool) {
		line, lost := mailtest.NewLine(tb, o.servers.SMTP), make(chan bool, 10)
		line.Decide(func(n int) mailtest.Fate { lost <- true; return mailtest.LoseAnswer })
		return with(func(m *helpdesk.Mail) { m.SMTP.Address = line.Address; m.AfterReply = "" })(tb), func() bool { return len(lost) == 1 }
	}
	return helpdesktest.Harness{
		Connect:     with(func(m *helpdesk.Mail) { m.AfterReply = "" }),
		Down:        with(func(m *helpdesk.Mail) { m.SMTP.Address, m.IMAP.Address = "127.0.0.1:1", "127.0.0.1:1" }),
		Refuses:     with(func(m *helpdesk.Mail) { m.MaxSize = 1_000 }),
		LosesCreate: loses, LosesReply: loses,
		Answer: func(_ context.Context, ref, text string) error {
			o.answer(ref, "Content-Type: text/plain; charset=utf-8\r\n\r\n"+text)
			return nil
		},
		AnswerHTML: func(_ context.Context, ref, html string, f helpdesktest.File) error {
			o.answer(ref, "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+html+
				"\r\n--x\r\nContent-Type: "+f.Media+"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"=?utf-8?B?"+
				base64.StdEncoding.EncodeToString([]byte(f.Name))+"?=\"\r\n\r\n"+wrapped(base64.StdEncoding.EncodeToString(f.Body))+"\r\n--x--")
			return nil
		},
		ReadTicket: o.readTicket,
		Withdrawn:  string(desk.PortalWithdrawn),
	}
}

func wrapped(b64 string) string {
	var out bytes.Buffer
	for ; len(b64) > 76; b64 = b64[76:] {
		out.WriteString(b64[:76] + "\r\n")
	}
	return out.String() + b64
}

func (o *office) answer(ref, body string) {
	o.support.Send([]byte(fmt.Sprintf("From: Anne <%s>\r\nTo: %s\r\nMessage-ID: <%s@support.example>\r\nIn-Reply-To: <%s>\r\nMIME-Version: 1.0\r\n%s\r\n",
		o.support.Address, o.portal.Address, uuid.NewString(), ref, body)), o.portal.Address)
}

// readTicket is the thread of a reference in the mailbox of support.
func (o *office) readTicket(_ context.Context, ref string) (out helpdesktest.Ticket, _ error) {
	o.servers.Delivered(o.t)
	for _, raw := range o.support.Messages() {
		m := readLetter(o.t, raw)
		if m.id != ref && !strings.Contains(strings.Join(m.references, " "), ref) {
			continue
		}
		if status := m.head.Get(headStatus); status != "" {
			out.Status = status
			continue
		}
		said := helpdesktest.Said{Text: m.text}
		for name, body := range m.files {
			said.Files = append(said.Files, helpdesktest.File{Name: name, Body: body})
		}
		if out.Said = append(out.Said, said); len(out.Said) == 1 {
			out.Subject = m.subject
		}
	}
	return out, nil
}
