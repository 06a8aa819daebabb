package mail

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/mailtest"
)

// settle is how long a caller waits before it sends again. Both servers stand on
// this machine; the bound is for one that is busy.
const settle = 5 * time.Second

// forward makes a ticket as the portal does: after an unknown outcome it looks
// until it is found or settle is over, and only then sends again.
func (o *office) forward(ctx context.Context, tk helpdesk.Ticket) (unknown int, err error) {
	for {
		_, err := o.Create(ctx, tk)
		if err == nil || !errors.Is(err, helpdesk.ErrUnknown) {
			return unknown, err
		}
		unknown++
		over := time.NewTimer(settle)
		every := time.NewTicker(50 * time.Millisecond)
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return unknown, ctx.Err()
			case <-over.C:
				waiting = false
			case <-every.C:
				if refs, err := o.Find(ctx, tk.Request); err == nil && len(refs) > 0 {
					return unknown, nil
				}
			}
		}
		every.Stop()
	}
}

// once checks that support has each of the requests, and none of them twice.
func (o *office) once(tickets []helpdesk.Ticket) {
	o.t.Helper()
	count := map[string]int{}
	all := o.support.Await(len(tickets))
	for _, raw := range all {
		m := readLetter(o.t, raw)
		count[m.head.Get(headRequest)]++
	}
	lost, double := 0, 0
	for _, tk := range tickets {
		switch n := count[tk.Request]; {
		case n == 0:
			lost++
		case n > 1:
			double++
		}
	}
	o.t.Logf("%d requests, %d messages at support: %d lost, %d double", len(tickets), len(all), lost, double)
	if lost > 0 || double > 0 || len(all) != len(tickets) {
		o.t.Errorf("%d lost, %d double, %d messages", lost, double, len(all))
	}
}

func TestLostAnswers(t *testing.T) {
	o := openOffice(t, nil)
	const n, workers = 40, 8
	dice := rand.New(rand.NewPCG(1, 2))
	fates := make([]mailtest.Fate, 20*n) // by message, the same each time
	for i := range fates {
		switch p := dice.Float64(); {
		case p < 0.5:
			fates[i] = mailtest.LoseAnswer
		case p < 0.55:
			fates[i] = mailtest.LoseDot
		}
	}
	o.smtp.Decide(func(i int) mailtest.Fate { return fates[i] })
	var tickets []helpdesk.Ticket
	for i := range n {
		tickets = append(tickets, ticket(file("a.bin", "", noise(byte(i), 5_000))))
	}
	work := make(chan helpdesk.Ticket)
	var unknown atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for tk := range work {
				times, err := o.forward(t.Context(), tk)
				if err != nil {
					t.Error(err)
				}
				unknown.Add(int64(times))
			}
		})
	}
	for _, tk := range tickets {
		work <- tk
	}
	close(work)
	wg.Wait()
	t.Logf("%d answers unknown", unknown.Load())
	if unknown.Load() < n/4 {
		t.Error("hardly an answer was lost")
	}
	o.once(tickets)
}

func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		fate    mailtest.Fate
		timeout time.Duration
		there   bool // the message reaches support
	}{
		"ErrAnswerLost": {mailtest.LoseAnswer, 10 * time.Second, true},
		"ErrDotLost":    {mailtest.LoseDot, 10 * time.Second, false},
		"ErrSlow":       {mailtest.HoldAnswer, 500 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, func(o *office) { o.cfg.Timeout = helpdesk.Duration(c.timeout) })
			o.smtp.Decide(func(int) mailtest.Fate { return c.fate })
			tk := ticket()
			ref, err := o.Create(t.Context(), tk)
			if !errors.Is(err, helpdesk.ErrUnknown) {
				t.Fatalf("%q %v", ref, err)
			}
			o.smtp.Decide(nil)
			if c.there {
				o.found(tk.Request)
			}
			o.create(tk)
			o.found(tk.Request)
			o.once([]helpdesk.Ticket{tk})
		})
	}
}

func TestSurelyNothing(t *testing.T) {
	body := noise(3, 10_000)
	bad := file("a.bin", "", body)
	bad.SHA256 = strings.Repeat("0", 64)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context
		files []helpdesk.File
		edit  func(*office)
		says  string
	}{
		"ErrFileChanged":   {files: []helpdesk.File{bad}, says: "bytes"},
		"ErrNoServer":      {edit: func(o *office) { o.cfg.SMTP.Address = "127.0.0.1:1" }, says: "smtp: connect"},
		"ErrNoMailbox":     {edit: func(o *office) { o.cfg.IMAP.Address = "127.0.0.1:1" }, says: "imap: connect"},
		"ErrRecipient":     {edit: func(o *office) { o.cfg.To = "nobody" + o.cfg.To }, says: "recipient nobody"},
		"ErrOwnRecipient":  {edit: func(o *office) { o.cfg.From = "nobody" + o.cfg.From }, says: "recipient nobody"},
		"ErrPassword":      {edit: func(o *office) { o.cfg.SMTP.PasswordFile = os.DevNull }, says: "sign in"},
		"ErrEnded":         {ctx: ended, says: "cancel"},
		"ErrTooNewTLS":     {edit: func(o *office) { o.cfg.SMTP.TLS = "ssl" }, says: `"ssl"`},
		"ErrClearElswhere": {edit: func(o *office) { o.cfg.SMTP.Address = "mail.example:25" }, says: "this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, c.edit)
			if c.ctx == nil {
				c.ctx = t.Context()
			}
			_, err := o.Create(c.ctx, ticket(c.files...))
			var refusal *helpdesk.Refusal
			if err == nil || errors.Is(err, helpdesk.ErrUnknown) || errors.As(err, &refusal) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v does not say %q", err, c.says)
			}
			if got := o.support.Messages(); len(got) != 0 {
				t.Fatalf("support has %d messages", len(got))
			}
		})
	}
}

func TestKilled(t *testing.T) {
	o := openOffice(t, nil)
	var tickets []helpdesk.Ticket
	for i := range 8 {
		tickets = append(tickets, ticket(file("a.bin", "", noise(byte(i), 200_000))))
	}
	o.create(tickets[0])
	var wg sync.WaitGroup
	for _, tk := range tickets[1:] {
		wg.Go(func() {
			for t.Context().Err() == nil {
				_, err := o.forward(t.Context(), tk)
				if err == nil {
					return
				}
			}
		})
	}
	for range 3 {
		o.servers.Kill(t)
		o.servers.Start(t)
	}
	wg.Wait()
	for _, tk := range tickets {
		o.found(tk.Request)
	}
	o.once(tickets)
}
