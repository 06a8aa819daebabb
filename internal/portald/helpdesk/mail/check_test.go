package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(secret, []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		edit    func(*office)
		setting string // of the only finding, "" if there is none
		says    string
	}{
		"OK":               {},
		"OKTLS":            {edit: func(o *office) { o.secure("tls", o.servers.SMTPS, o.servers.IMAPS) }},
		"OKSTARTTLS":       {edit: func(o *office) { o.secure("starttls", o.servers.SMTP, o.servers.IMAP) }},
		"OKLogin":          {edit: func(o *office) { o.cfg.SMTP.Address = o.servers.SMTPLogin }},
		"OKPlus":           {edit: func(o *office) { o.cfg.PlusAddress = true }},
		"ErrAuthority":     {edit: func(o *office) { o.cfg.SMTP.Address, o.cfg.SMTP.TLS = o.servers.SMTPS, "tls" }, setting: "mail.smtp", says: "certificate"},
		"ErrAuthorityIMAP": {edit: func(o *office) { o.cfg.IMAP.Address, o.cfg.IMAP.TLS = o.servers.IMAP, "starttls" }, setting: "mail.imap", says: "certificate"},
		"ErrCAFile":        {edit: func(o *office) { o.secure("tls", o.servers.SMTPS, o.servers.IMAPS); o.cfg.IMAP.CAFile = secret }, setting: "mail.imap", says: "ca_file"},
		"ErrClear":         {edit: func(o *office) { o.cfg.IMAP.Address = "mail.example:143" }, setting: "mail.imap", says: "this machine"},
		"ErrDown":          {edit: func(o *office) { o.cfg.SMTP.Address = "127.0.0.1:1" }, setting: "mail.smtp", says: "connect"},
		"ErrPassword":      {edit: func(o *office) { o.cfg.SMTP.PasswordFile = secret }, setting: "mail.smtp", says: "sign in"},
		"ErrPasswordIMAP":  {edit: func(o *office) { o.cfg.IMAP.PasswordFile = secret }, setting: "mail.imap", says: "sign in"},
		"ErrNoPassword":    {edit: func(o *office) { o.cfg.IMAP.PasswordFile += ".not" }, setting: "mail.imap", says: "password_file"},
		"ErrMailbox":       {edit: func(o *office) { o.cfg.Mailbox = "Demandes" }, setting: "mail.imap", says: "Demandes"},
		"ErrMaxSize":       {edit: func(o *office) { o.cfg.MaxSize *= 2 }, setting: "mail.max_size", says: "4194304"},
		"ErrTo":            {edit: func(o *office) { o.cfg.To = "nobody@mail.example" }, setting: "mail.to", says: "nobody@mail.example"},
		"ErrFrom":          {edit: func(o *office) { o.cfg.From = "nobody@mail.example" }, setting: "mail.from", says: "nobody@mail.example"},
		"ErrAfterReply":    {edit: func(o *office) { o.cfg.AfterReply = "answered" }, setting: "mail.after_reply", says: "waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, c.edit)
			findings, err := o.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if c.setting == "" {
				if len(findings) != 0 {
					t.Fatalf("%+v", findings)
				}
				// What is found good serves.
				tk := ticket()
				o.create(tk)
				o.found(tk.Request)
				return
			}
			if len(findings) != 1 || findings[0].Setting != c.setting || !strings.Contains(findings[0].Problem, c.says) || strings.Contains(findings[0].Problem, "%!") {
				t.Fatalf("%+v", findings)
			}
			if n := len(o.portal.Messages()) + len(o.support.Messages()); n != 0 {
				t.Errorf("%d messages were written", n)
			}
		})
	}
}

func (o *office) secure(how, smtp, imap string) {
	o.cfg.SMTP.Address, o.cfg.IMAP.Address = smtp, imap
	o.cfg.SMTP.TLS, o.cfg.IMAP.TLS = how, how
	o.cfg.SMTP.CAFile, o.cfg.IMAP.CAFile = o.servers.CAFile, o.servers.CAFile
}
