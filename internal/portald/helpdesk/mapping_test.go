package helpdesk_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

const good = `
kind = "rt"
settle = "75s"
[queues]
default = "Accueil"
order = "Commandes"
"technical/other" = "Technique"
[fields]
invoice = "Facture"
[status.to]
withdrawn = "rejected"
closed = "resolved"
in-progress = "open"
[status.from]
open = "in-progress"
[rt]
url = "https://rt.example"
token_file = "/etc/portald/rt"
`

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		old, with string // what is replaced in good
		says      string // "" if it is taken
	}{
		"OK":             {},
		"ErrSyntax":      {`kind = "rt"`, `kind = rt`, "kind = rt"},
		"ErrUnknown":     {`order =`, "\n[queue]\norder =", "queue"},
		"ErrKind":        {`kind = "rt"`, `kind = "jira"`, `"jira"`},
		"ErrNoKind":      {`kind = "rt"`, ``, `"rt" and "mail"`},
		"ErrNoMail":      {`kind = "rt"`, `kind = "mail"`, "no [mail]"},
		"ErrNoDefault":   {`default = "Accueil"`, ``, "queues.default"},
		"ErrDuration":    {`"75s"`, `"75"`, "duration"},
		"ErrNoUnit":      {`"75s"`, `75`, "settle is 75ns"},
		"ErrNoUnitInRT":  {`url =`, "timeout = 20\nurl =", "rt.timeout is 20ns"},
		"ErrNoDuration":  {`"75s"`, `"0s"`, "above 0"},
		"ErrStatusTo":    {`withdrawn =`, `gone =`, "status.to.gone"},
		"ErrNoWithdraw":  {`withdrawn = "rejected"`, ``, "status.to.withdrawn is missing"},
		"ErrNoClose":     {`closed = "resolved"`, `closed = ""`, "status.to.closed is missing"},
		"ErrNoReopen":    {`in-progress = "open"`, ``, "taken up again"},
		"ErrStatusFrom":  {`open = "in-progress"`, `open = "busy"`, "status.from.open"},
		"ErrNotInTable":  {`"https://rt.example"`, `7`, "url"},
		"ErrUnknownInRT": {`token_file`, `token`, "token"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := helpdesk.Parse([]byte(strings.Replace(good, c.old, c.with, 1)))
			switch {
			case c.says == "" && err != nil:
				t.Fatal(err)
			case c.says == "":
				if time.Duration(m.Settle) != 75*time.Second || m.Status.From["open"] != desk.PortalInProgress {
					t.Fatalf("%+v", m)
				}
			case err == nil || !strings.Contains(err.Error(), c.says):
				t.Fatalf("%v does not say %q", err, c.says)
			}
		})
	}
}

func TestQueue(t *testing.T) {
	m, err := helpdesk.Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{
		"administrative/order": "Commandes", "technical/other": "Technique", "administrative/other": "Accueil", "technical/device": "Accueil",
	} {
		kind, category, _ := strings.Cut(of, "/")
		if got := m.Queue(kind, category); got != want {
			t.Errorf("%s goes to %q, want %q", of, got, want)
		}
	}
}

const goodMail = `
kind = "mail"
[mail]
to = "support@editeur.example"
from = "portail@cabinets.example"
after_reply = "waiting"
subject_close = "[résolu]"
senders = ["@editeur.example", "anne@ailleurs.example"]
max_size = 20_000_000
timeout = "30s"
[mail.smtp]
address = "smtp.cabinets.example:587"
tls = "starttls"
user = "portail"
password_file = "/etc/portald/smtp"
[mail.imap]
address = "imap.cabinets.example:993"
tls = "tls"
user = "portail"
password_file = "/etc/portald/imap"
`

func TestParseMail(t *testing.T) {
	for name, c := range map[string]struct{ old, with, says string }{
		"OK":            {},
		"OKStays":       {old: `after_reply = "waiting"`},
		"ErrTo":         {`"support@editeur.example"`, `"Support <support@editeur.example>"`, "mail.to"},
		"ErrNoFrom":     {old: `from = "portail@cabinets.example"`, says: "mail.from"},
		"ErrLineEnd":    {`"portail@cabinets.example"`, `"a@b.example>\r\nRCPT TO:<c@d.example"`, "mail.from"},
		"ErrAfterReply": {`"waiting"`, `"answered"`, "mail.after_reply"},
		"ErrMaxSize":    {`20_000_000`, `-1`, "mail.max_size"},
		"ErrUnknown":    {`senders`, `sender`, "sender"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := helpdesk.Parse([]byte(strings.Replace(goodMail, c.old, c.with, 1)))
			if c.says == "" && (err != nil || m.Mail.SMTP.TLS != "starttls" || len(m.Mail.Senders) != 2) {
				t.Fatalf("%+v %v", m.Mail, err)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Fatalf("%v does not say %q", err, c.says)
			}
		})
	}
}
