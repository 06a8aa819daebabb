package e2e

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mail"
	"guichet/internal/portald/helpdesk/mailtest"
	"guichet/internal/portald/helpdesk/rttest"

	gomail "github.com/emersion/go-message/mail"
)

// TestHelpdeskMail has one request go from a desk to the mailbox of support, its
// answer come back, and the practice answer in the same thread.
func TestHelpdeskMail(t *testing.T) {
	servers := mailtest.Shared(t)
	support, own := servers.Box(t, "support-e2e"), servers.Box(t, "portail-e2e")
	p := portalBefore(t, throughMail(t, servers, support, own), staff("mail", 1))
	s := sit(t, t.TempDir(), p.URL, "mail-0000")
	s.known()
	random := Rand(t)
	w := s.writeAs(dispute(), pdfSource(t, random, "Petit.pdf", 900), pdfSource(t, random, "Facture n° 12 – été.pdf", 300<<10))
	s.submit(w)
	first := letter(t, support.Await(1)[0])
	s.await("the number", patience, func() bool { return s.received(w) })
	number := s.look(w).Item.Number
	if first.subject != "["+number+"] "+w.values[desk.KeySubject] {
		t.Errorf("subject %q", first.subject)
	}
	for _, said := range []string{w.values[desk.KeyDescription], w.values["reference"], "FA-2026-0042", "Cabinet des Tilleuls, Nantes"} {
		if !strings.Contains(first.text, said) {
			t.Errorf("the message does not say %q:\n%s", said, first.text)
		}
	}
	sameFiles(t, first.files, w.files...)

	answer := pdfSource(t, random, "Avoir n° 7.pdf", 40<<10)
	support.Send(answerTo(t, first, support.Address, own.Address, answer), own.Address)
	s.await("it is answered", patience, func() bool { return s.stands(w) == "resolved" && len(s.look(w).Messages) > 0 })
	s.answered(w, 1, "Zoé du support", "Voici l’avoir.", answer)
	if html := s.look(w).Messages[0].HTML; !strings.Contains(html, "<strong>l’avoir</strong>") || strings.Contains(html, "alert") {
		t.Errorf("HTML %q", html)
	}

	file := pdfSource(t, random, "Relevé.pdf", 5000)
	s.reply(w, "Merci. Voici le relevé.\n\n.\nÀ bientôt", file)
	second := letter(t, support.Await(2)[1])
	if !strings.Contains(second.text, "Merci. Voici le relevé.\n\n.\nÀ bientôt") || !slices.Contains(second.references, first.id) {
		t.Errorf("%q answers %v", second.text, second.references)
	}
	sameFiles(t, second.files, file)
	s.does(w, "", "withdraw", "C’était une erreur")
	s.await("the desk knows", patience, func() bool { return s.stands(w) == "withdrawn" })
	await(t, "nothing waits", func() bool { return p.Unforwarded() == 0 })
	servers.Delivered(t)
	all := support.Messages()
	if last := letter(t, all[len(all)-1]); len(all) != 4 || !strings.Contains(last.text, "retirée") || !strings.Contains(letter(t, all[2]).text, "C’était une erreur") {
		t.Errorf("%d messages, the last says %q", len(all), last.text)
	}
}

// throughMail is a mailbox of support's as the portal reaches it.
func throughMail(t *testing.T, servers *mailtest.Servers, support, own *mailtest.Box) portald.Helpdesk {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte(mailtest.Password), 0o600); err != nil {
		t.Fatal(err)
	}
	server := func(address string) helpdesk.Server {
		return helpdesk.Server{Address: address, TLS: "starttls", CAFile: servers.CAFile, User: own.Address, PasswordFile: secret}
	}
	c, err := mail.New(helpdesk.Mapping{Kind: "mail", Mail: &helpdesk.Mail{
		To: support.Address, From: own.Address, SMTP: server(servers.SMTP), IMAP: server(servers.IMAP), MaxSize: servers.MaxSize,
		AfterReply: "waiting", SubjectClose: "[résolu]", Timeout: helpdesk.Duration(10 * time.Second),
	}}, func(n mail.Notice) { t.Errorf("not told: %+v", n) })
	if err != nil {
		t.Fatal(err)
	}
	return portald.Helpdesk{Connector: c, Kind: "mail", Settle: settle}
}

// answerTo is what another mail program makes of an answer in HTML with a file.
func answerTo(t *testing.T, to letterOf, from, at string, f source) []byte {
	t.Helper()
	body, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	word := func(s string) string { return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
	var out bytes.Buffer
	fmt.Fprintf(&out, "From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <answer@support.example>\r\nIn-Reply-To: <%s>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+
		"<p onclick=\"alert(1)\">Voici <strong>l’avoir</strong>.</p><script>alert(2)</script>\r\n"+
		"--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\n",
		word("Zoé du support"), from, at, word("Re: [résolu]"), to.id, word(f.name()))
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(body)), 76) {
		out.Write(append(line[:len(line):len(line)], "\r\n"...))
	}
	out.WriteString("--x--\r\n")
	return out.Bytes()
}

// letterOf is a message as support's program reads it.
type letterOf struct {
	subject, id, text string
	references        []string
	files             []rttest.File
}

func letter(t *testing.T, raw []byte) (out letterOf) {
	t.Helper()
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var errs [3]error
	out.subject, errs[0] = r.Header.Subject()
	out.id, errs[1] = r.Header.MessageID()
	out.references, errs[2] = r.Header.MsgIDList("References")
	must(t, errors.Join(errs[:]...))
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		must(t, err)
		body, err := io.ReadAll(part.Body)
		must(t, err)
		if h, attached := part.Header.(*gomail.AttachmentHeader); attached {
			name, err := h.Filename()
			must(t, err)
			out.files = append(out.files, rttest.File{Name: name, Body: body})
			continue
		}
		out.text += strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}
