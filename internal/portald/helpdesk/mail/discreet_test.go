package mail

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mailtest"
)

// TestDiscreet marks everything that a practice writes and walks the ways that
// fail: no error and no notice has a mark.
func TestDiscreet(t *testing.T) {
	const canary = "CANARI"
	marked := func() helpdesk.Ticket {
		f := file(canary+".pdf", canary, []byte(canary))
		tk := ticket(f)
		tk.Subject, tk.Text, tk.Author.Name, tk.Practice.Name, tk.Fields[0].Value = canary, canary, canary, canary, canary
		return tk
	}
	o := openOffice(t, nil)
	var said []string
	note := func(err error) {
		if err == nil {
			t.Error("nothing failed")
			return
		}
		said = append(said, err.Error())
	}
	for _, fate := range []mailtest.Fate{mailtest.LoseAnswer, mailtest.LoseDot} {
		o.smtp.Decide(func(int) mailtest.Fate { return fate })
		_, err := o.Create(t.Context(), marked())
		note(err)
	}
	o.smtp.Decide(nil)
	for _, edit := range []func(*helpdesk.Ticket, *helpdesk.Mail){
		func(tk *helpdesk.Ticket, _ *helpdesk.Mail) { tk.Files[0].Size++ },
		func(tk *helpdesk.Ticket, _ *helpdesk.Mail) {
			tk.Files[0].Open = func(context.Context) (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
		},
		func(tk *helpdesk.Ticket, m *helpdesk.Mail) { m.MaxSize = 1 },
		func(tk *helpdesk.Ticket, m *helpdesk.Mail) {
			m.MaxSize = 100 << 20
			tk.Text = strings.Repeat(canary, 1<<20)
		},
		func(tk *helpdesk.Ticket, m *helpdesk.Mail) { m.To = "nobody" + m.To },
		func(tk *helpdesk.Ticket, m *helpdesk.Mail) { tk.Request = canary },
	} {
		tk, cfg := marked(), o.cfg
		edit(&tk, &cfg)
		_, err := o.connector(cfg).Create(t.Context(), tk)
		note(err)
	}
	at := o.now()
	tk := marked()
	ref := o.create(tk)
	o.say(o.support.Address, canary, canary+"@x", canary, "Content-Type: multipart/mixed; boundary="+canary, "References: <"+ref+">")
	o.say(o.support.Address, canary, "other@x", canary)
	if _, err := o.Open(t.Context(), ref, "1.1"); err != nil {
		note(err)
	}
	events, _ := o.changes(at)
	if len(events) != 1 || len(o.notices) != 2 {
		t.Fatalf("%+v %+v", events, o.notices)
	}
	said = append(said, fmt.Sprintf("%+v", o.notices))
	for _, s := range said {
		if strings.Contains(s, canary) {
			t.Errorf("it says what was written: %s", s)
		}
	}
	t.Logf("%d errors", len(said)-1)
}
