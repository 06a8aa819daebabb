package mail

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"

	"github.com/google/uuid"
)

func TestConversation(t *testing.T) {
	o := openOffice(t, nil)
	at := o.now()
	content := map[string][]byte{
		"Capture d’écran « accueil ».png": noise(1, 300_001),
		"lignes.txt":                      []byte("une\ndeux\r\ntrois\r.\n.\r\nfin sans ligne\xe9"),
		"courrier.eml":                    []byte("From: a@b.example\nSubject: x\n\n.\nbody"),
		"vide.pdf":                        {},
		`deux  "mots"; l'un=l'autre.csv`:  []byte("\xef\xbb\xbfa;b\n"),
	}
	media := map[string]string{"lignes.txt": "text/plain", "courrier.eml": "message/rfc822", "vide.pdf": "application/pdf"}
	var files []helpdesk.File
	for name, body := range content {
		files = append(files, file(name, media[name], body))
	}
	tk := ticket(files...)
	ref := o.create(tk)
	checkRequest(t, o, tk, ref)
	same(t, readLetter(t, o.support.Await(1)[0]).files, content)
	o.found(tk.Request)
	if again := o.create(tk); again != ref {
		t.Errorf("reference %q, and then %q", ref, again)
	}
	at = checkAnswer(t, o, tk, ref, at)
	checkActs(t, o, tk, ref, at)
}

// checkRequest is what support reads of a request.
func checkRequest(t *testing.T, o *office, tk helpdesk.Ticket, ref string) {
	t.Helper()
	raw := o.support.Await(1)[0]
	for _, kind := range []string{"text/plain; name", "message/rfc822", "with UTF8SMTP"} {
		if bytes.Contains(raw, []byte(kind)) {
			t.Errorf("the message has %q, which servers on its way may change or refuse", kind)
		}
	}
	got := readLetter(t, raw)
	if want := "[" + tk.Number + "] " + tk.Subject; got.subject != want {
		t.Errorf("subject %q, want %q", got.subject, want)
	}
	if got.id != ref || got.head.Get("X-Guichet-Request") != tk.Request || got.head.Get("X-Guichet-Queue") != "Commandes" || got.head.Get("Auto-Submitted") != "no" {
		t.Errorf("headers %v, reference %q", got.head, ref)
	}
	if date, err := got.head.Date(); err != nil || !date.Equal(tk.Written) {
		t.Errorf("date %v, %v", date, err)
	}
	if from, err := got.head.AddressList("From"); err != nil || from[0].Name != "Claire Martin (Cabinet des Tilleuls)" || from[0].Address != o.portal.Address {
		t.Errorf("from %v, %v", from, err)
	}
	for _, said := range []string{tk.Text, "Cabinet des Tilleuls, Lyon", "Claire Martin", tk.Number, "Poste concerné : Accueil n° 2", "2 mars 2026 à 09:41 (UTC+01:00)"} {
		if !strings.Contains(got.text, said) {
			t.Errorf("the text does not say %q:\n%s", said, got.text)
		}
	}
}

// checkAnswer has support answer with another program.
func checkAnswer(t *testing.T, o *office, tk helpdesk.Ticket, ref, at string) (next string) {
	t.Helper()
	answer := "From: =?iso-8859-1?Q?Zo=E9_du_support?= <" + o.support.Address + ">\r\nTo: " + o.portal.Address + "\r\nSubject: Re: [" + tk.Number + "] =?utf-8?B?w4ljcmFu?=\r\n" +
		"Message-ID: <a1@support.example>\r\nIn-Reply-To: <" + ref + ">\r\nReferences: <" + ref + ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nRed=E9marrez, cela co=FBte 0 =A4.\r\n\r\nLe 2 mars 2026 =E0 09:41, Claire a =E9crit :\r\n> Bonjour,\r\n>\r\n> noir\r\n" +
		"--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Redémarrez</p>\r\n--y--\r\n" +
		"--x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=iso-8859-1''proc%E9dure.pdf\r\n\r\nJVBERi0xLjQK\r\n--x--\r\n"
	o.support.Send([]byte(answer), o.portal.Address)
	o.portal.Await(2)
	events, next := o.changes(at)
	if len(events) != 1 {
		t.Fatalf("%d events: %+v", len(events), events)
	}
	e := events[0]
	if e.Ref != ref || e.Request != tk.Request || e.Status != desk.PortalWaiting || e.Message.Author != "Zoé du support" ||
		e.Message.Text != "Redémarrez, cela coûte 0 €." || e.Message.HTML != "<p>Redémarrez</p>" || time.Since(e.At) > time.Minute {
		t.Errorf("%+v %+v", e, e.Message)
	}
	if len(e.Message.Files) != 1 || e.Message.Files[0].Name != "procédure.pdf" || e.Message.Files[0].Size != 9 {
		t.Fatalf("%+v", e.Message.Files)
	}
	if body := o.read(e.Ref, e.Message.Files[0].ID); string(body) != "%PDF-1.4\n" {
		t.Errorf("file %q", body)
	}
	return next
}

// checkActs has the practice answer, twice the same, close, reopen and withdraw.
func checkActs(t *testing.T, o *office, tk helpdesk.Ticket, ref, at string) {
	t.Helper()
	r := helpdesk.Reply{ID: uuid.NewString(), Request: tk.Request, Author: tk.Author, Text: "Merci, c’est mieux.", Written: time.Now(), Files: []helpdesk.File{file("a.bin", "", noise(2, 999))}}
	if there, err := o.Replied(t.Context(), ref, r.ID); err != nil || there {
		t.Fatal(there, err)
	}
	if err := o.Reply(t.Context(), ref, r); err != nil {
		t.Fatal(err)
	}
	await(t, "the reply is found", func() bool { there, err := o.Replied(t.Context(), ref, r.ID); return err == nil && there })
	if err := o.Reply(t.Context(), ref, r); err != nil {
		t.Fatal(err)
	}
	for i, status := range []desk.PortalStatus{desk.PortalClosed, desk.PortalClosed, desk.PortalInProgress, desk.PortalClosed, desk.PortalWithdrawn} {
		if err := o.SetStatus(t.Context(), ref, status); err != nil {
			t.Fatal(err)
		}
		o.portal.Await([]int{4, 4, 5, 6, 7}[i])
	}
	all := o.support.Await(6)
	last := readLetter(t, all[5])
	if len(all) != 6 || strings.TrimSpace(last.text) != "La demande "+tk.Number+" a été retirée par le cabinet." {
		t.Errorf("%d messages, at last %q", len(all), last.text)
	}
	told := readLetter(t, all[1])
	if !strings.Contains(told.text, r.Text) || !bytes.Equal(told.files["a.bin"], noise(2, 999)) {
		t.Errorf("reply %q", told.text)
	}
	for _, raw := range all[1:] {
		m := readLetter(t, raw)
		if len(m.references) != 1 || m.references[0] != ref || m.subject != "Re: ["+tk.Number+"] "+tk.Subject {
			t.Errorf("not in the thread: %v %q", m.references, m.subject)
		}
	}
	if events, _ := o.changes(at); len(events) != 0 {
		t.Errorf("the portal's own is told: %+v", events)
	}
	if len(o.notices) != 0 {
		t.Errorf("notices %+v", o.notices)
	}
}

func same(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	for name, body := range want {
		if have, ok := got[name]; !ok || !bytes.Equal(have, body) {
			t.Errorf("file %q: there %v, %d bytes of %d", name, ok, len(have), len(body))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

func (o *office) read(ref, id string) []byte {
	o.t.Helper()
	body, err := o.tryRead(ref, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return body
}

func (o *office) tryRead(ref, id string) ([]byte, error) {
	f, err := o.Open(o.t.Context(), ref, id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
