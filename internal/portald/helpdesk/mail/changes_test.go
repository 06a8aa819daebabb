package mail

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
)

// say has support answer, with headers of its own.
func (o *office) say(from, subject, id, body string, headers ...string) {
	o.t.Helper()
	n := len(o.portal.Messages())
	o.support.Send([]byte("From: "+from+"\r\nTo: "+o.portal.Address+"\r\nSubject: "+subject+"\r\nMessage-ID: <"+id+">\r\n"+
		strings.Join(append(headers, ""), "\r\n")+"\r\n"+body+"\r\n"), o.portal.Address)
	o.portal.Await(n + 1)
}

// TestThreading has what belongs to a request, and what does not.
func TestThreading(t *testing.T) {
	o := openOffice(t, func(o *office) { o.cfg.PlusAddress = true })
	at := o.now()
	tk := ticket()
	tk.Subject = "Message [résolu] qui revient"
	ref := o.create(tk)
	o.found(tk.Request)
	support, stranger := o.support.Address, "x@ailleurs.example"
	for i, c := range []struct {
		name, from, subject string
		headers             []string
		status              desk.PortalStatus // "" if nothing is told
		notice              string
	}{
		{"References", stranger, "Re: rien", []string{"References: <x@y> <" + ref + "> <z@y>"}, "waiting", ""},
		{"AnswerToReply", support, "Re: rien", []string{"In-Reply-To: <" + strings.Replace(ref, "@", ".r-0190f5fe-0000-7000-8000-000000000000@", 1) + ">"}, "waiting", ""},
		{"AnswerToPart", support, "Re: rien", []string{"In-Reply-To: <" + strings.Replace(ref, "@", ".2@", 1) + ">"}, "waiting", ""},
		{"Number", "Support <" + strings.ToUpper(support) + ">", "[SUP-77] " + tk.Number + " : suite", nil, "waiting", ""},
		{"NumberOfStranger", stranger, "Re: [" + tk.Number + "]", nil, "", NoticeStranger},
		{"NumberUnknown", support, "Re: [AS-2026-999999]", nil, "", NoticeStranger},
		{"Plus", stranger, "Re: rien", []string{"Cc: " + strings.Replace(o.portal.Address, "@", "+"+tk.Request+"@", 1)}, "waiting", ""},
		{"NoReference", support, "Bonjour", nil, "", NoticeStranger},
		{"UUIDOfOther", support, "Bonjour", []string{"In-Reply-To: <" + tk.Request + "@mail.example>"}, "", NoticeStranger},
		{"Resolved", support, "Re: [" + tk.Number + "] " + "=?utf-8?Q?Message_[r=C3=A9solu]_qui_revient_[R=C3=89SOLU]?=", []string{"References: <" + ref + ">"}, "resolved", ""},
		{"PracticesWord", support, "Re: [" + tk.Number + "] " + "=?utf-8?Q?Message_[r=C3=A9solu]_qui_revient?=", []string{"References: <" + ref + ">"}, "waiting", ""},
		{"Decomposed", support, "=?utf-8?Q?[re=CC=81solu]_Message_[r=C3=A9solu]?=", []string{"References: <" + ref + ">"}, "resolved", ""},
		{"Absence", support, "Absent", []string{"References: <" + ref + ">", "Auto-Submitted: auto-replied (vacation)"}, "", NoticeAutomatic},
		{"AbsenceOld", support, "Absent", []string{"References: <" + ref + ">", "Precedence: auto_reply"}, "", NoticeAutomatic},
		{"BulkByPerson", support, "Re: rien", []string{"References: <" + ref + ">", "Precedence: bulk", "Auto-Submitted: no"}, "waiting", ""},
		{"Receipt", support, "Lu", []string{"References: <" + ref + ">", "Content-Type: multipart/report; report-type=disposition-notification; boundary=x"}, "", NoticeAutomatic},
	} {
		name := "OK"
		if c.status == "" {
			name = "Err"
		}
		t.Run(name+c.name, func(t *testing.T) {
			o.t, o.notices = t, nil
			o.say(c.from, c.subject, fmt.Sprintf("m%d@support.example", i), "texte", c.headers...)
			var events []helpdesk.Event
			events, at = o.changes(at)
			if c.status == "" {
				if len(events) != 0 || len(o.notices) != 1 || o.notices[0].What != c.notice {
					t.Fatalf("%+v %+v", events, o.notices)
				}
				return
			}
			if len(events) != 1 || events[0].Status != c.status || events[0].Request != tk.Request || events[0].Ref != ref || events[0].Message.Text != "texte" || len(o.notices) != 0 {
				t.Fatalf("%+v %+v", events, o.notices)
			}
		})
	}
	if n := len(o.portal.Messages()); n != 17 {
		t.Errorf("%d messages are left of 17", n)
	}
}

// TestReturned has a request come back.
func TestReturned(t *testing.T) {
	o := openOffice(t, func(o *office) { o.cfg.To = "gone" + o.cfg.To })
	at := o.now()
	tk := ticket()
	o.create(tk)
	o.portal.Await(2)
	if events, _ := o.changes(at); len(events) != 0 || len(o.notices) != 1 || o.notices[0].What != NoticeReturned || o.notices[0].Request != tk.Request {
		t.Fatalf("%+v %+v", events, o.notices)
	}
	findings, err := o.Check(t.Context())
	if err != nil || len(findings) != 1 || findings[0].Setting != "mail.to" || !findings[0].Fatal || !strings.Contains(findings[0].Problem, "1 messages came back") {
		t.Fatalf("%+v %v", findings, err)
	}
}

// TestCut has the line end at every so many bytes: what is told in the end is all,
// each event under one ID, and every file whole.
func TestCut(t *testing.T) {
	o := openOffice(t, nil)
	at := o.now()
	ref := o.create(ticket())
	for i := range 3 {
		o.say(o.support.Address, "Re", fmt.Sprintf("c%d@support.example", i), "--x\r\n\r\n"+fmt.Sprint(i)+"\r\n--x\r\nContent-Disposition: attachment; filename=a\r\n\r\n"+strings.Repeat("ligne\r\n", 500)+"\r\n--x--",
			"References: <"+ref+">", "Content-Type: multipart/mixed; boundary=x")
	}
	told := map[string]bool{}
	from, failed := at, 0
	for cut := int64(200); ; cut += 173 {
		o.imap.CutAfter(cut)
		events, next, err := o.Changes(t.Context(), from)
		if err != nil {
			if failed++; len(events) != 0 || next != from {
				t.Fatalf("%d events with %v", len(events), err)
			}
			continue
		}
		for _, e := range events {
			if len(e.Message.Files) != 1 || e.Message.Files[0].Size != 3_500 {
				t.Fatalf("cut after %d: %+v", cut, e.Message)
			}
			told[e.ID] = true
		}
		if from = next; len(told) == 3 {
			break
		}
	}
	if failed < 5 {
		t.Errorf("only %d calls failed", failed)
	}
	o.imap.CutAfter(0)
	events, _ := o.changes(at)
	if len(events) != 3 {
		t.Fatalf("%d events", len(events))
	}
	file := events[2].Message.Files[0].ID
	whole := string(o.read(ref, file))
	if !strings.HasPrefix(whole, "ligne\r\nligne") || len(whole) != 3_500 {
		t.Fatalf("%d bytes", len(whole))
	}
	for cut := int64(500); cut < 6_000; cut += 431 {
		o.imap.CutAfter(cut)
		if got, err := o.tryRead(ref, file); err == nil && string(got) != whole {
			t.Fatalf("cut after %d: %d bytes and no error", cut, len(got))
		}
	}
}

// TestRenumbered has the mailbox numbered anew.
func TestRenumbered(t *testing.T) {
	o := openOffice(t, nil)
	at := o.now()
	ref := o.create(ticket())
	for i := range 60 { // over one page
		o.portal.Put([]byte(fmt.Sprintf("From: a@b.example\r\nMessage-ID: <n%d@support.example>\r\nReferences: <%s>\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfichier %d", i, ref, i)))
	}
	before, at := o.changes(at)
	file := before[0].Message.Files[0].ID
	o.portal.Renumber()
	o.portal.Put([]byte(fmt.Sprintf("From: a@b.example\r\nMessage-ID: <n60@support.example>\r\nReferences: <%s>\r\n\r\nneuf", ref)))
	after, next := o.changes(at)
	if strings.Split(next, ".")[0] == strings.Split(at, ".")[0] {
		t.Fatal("the numbers are the same")
	}
	seen := map[string]bool{}
	for _, e := range before {
		seen[e.ID] = true
	}
	fresh := 0
	for _, e := range after {
		if !seen[e.ID] {
			fresh++
		}
		delete(seen, e.ID)
	}
	if len(before) != 60 || fresh != 1 || len(seen) != 0 {
		t.Fatalf("%d before, %d new, %d not told again", len(before), fresh, len(seen))
	}
	if body := o.read(ref, file); string(body) != "fichier 0" {
		t.Fatalf("file %q", body)
	}
}

// TestSameMessageID has two messages that say they are the same.
func TestSameMessageID(t *testing.T) {
	o := openOffice(t, nil)
	at := o.now()
	ref := o.create(ticket())
	for _, text := range []string{"un", "deux", "deux"} {
		o.portal.Put([]byte("From: a@b.example\r\nMessage-ID: <same@support.example>\r\nReferences: <" + ref + ">\r\n\r\n" + text))
	}
	events, _ := o.changes(at)
	if len(events) != 3 || events[0].ID == events[1].ID || events[1].ID != events[2].ID {
		t.Fatalf("%+v", events)
	}
}

// TestAbandoned has a reader of a large file go away in the middle of it.
func TestAbandoned(t *testing.T) {
	o := openOffice(t, nil)
	at := o.now()
	ref := o.create(ticket())
	o.portal.Put([]byte("Message-ID: <l@support.example>\r\nReferences: <" + ref + ">\r\nContent-Type: image/png\r\n\r\n" + strings.Repeat("ligne\r\n", 1<<20)))
	events, _ := o.changes(at)
	f, err := o.Open(t.Context(), ref, events[0].Message.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(f, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if f, err = o.Open(ctx, ref, events[0].Message.Files[0].ID); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, f); err == nil {
		t.Error("a file that was given up is whole")
	}
	_ = f.Close()
}
