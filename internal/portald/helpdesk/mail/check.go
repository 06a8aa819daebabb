package mail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"

	"github.com/emersion/go-imap/v2"
)

// lookBack is how long ago a message that came back is still told by Check.
const lookBack = 7 * 24 * time.Hour

// Check implements helpdesk.Connector. It signs in to both servers and writes to
// nobody.
func (c *Connector) Check(ctx context.Context) ([]helpdesk.Finding, error) {
	var findings []helpdesk.Finding
	if _, known := statusTexts[c.cfg.AfterReply]; !known && c.cfg.AfterReply != "" {
		findings = append(findings, fatal("mail.after_reply", "%q is no status of the portal's: write one of %v, or nothing.", c.cfg.AfterReply, slices.Sorted(maps.Keys(statusTexts))))
	}
	findings = append(findings, c.checkSMTP(ctx)...)
	findings = append(findings, c.checkIMAP(ctx)...)
	return findings, ctx.Err()
}

func fatal(setting, format string, args ...any) helpdesk.Finding {
	return helpdesk.Finding{Setting: setting, Problem: fmt.Sprintf(format, args...), Fatal: true}
}

func (c *Connector) checkSMTP(ctx context.Context) []helpdesk.Finding {
	client, stop, err := c.smtp(ctx)
	if err != nil {
		return []helpdesk.Finding{fatal("mail.smtp", "The server that sends cannot be used: %v. Look at its address, tls, user and password_file.", err)}
	}
	defer stop()
	var out []helpdesk.Finding
	_, announced := client.Extension("SIZE")
	if most, err := strconv.ParseInt(announced, 10, 64); err == nil && most > 0 && most < c.cfg.MaxSize {
		out = append(out, fatal("mail.max_size", "The server that sends takes messages of %d bytes at most, and max_size is %d: set max_size to %d or less.", most, c.cfg.MaxSize, most))
	}
	if err := sender(client, c.cfg.From); err != nil {
		return append(out, fatal("mail.from", "The server that sends does not take messages from %s: %v. Let the user that signs in there write from this address.", c.cfg.From, briefly(err)))
	}
	recipients := [][2]string{{"mail.to", c.cfg.To}, {"mail.from", c.cfg.From}}
	if c.cfg.PlusAddress {
		recipients = append(recipients, [2]string{"mail.plus_address", strings.Trim(c.replyTo("00000000-0000-7000-8000-000000000000"), "<>")})
	}
	for _, r := range recipients {
		if err := client.Rcpt(r[1]); err != nil {
			out = append(out, fatal(r[0], "The server that sends does not take messages to %s: %v. Look whether the address is right.", r[1], briefly(err)))
		}
	}
	_ = client.Reset() // nothing is sent
	_ = client.Quit()
	return out
}

func (c *Connector) checkIMAP(ctx context.Context) []helpdesk.Finding {
	s, err := c.open(ctx)
	if err != nil {
		return []helpdesk.Finding{fatal("mail.imap", "The mailbox %s cannot be read: %v. Look at the server's address, tls, user and password_file, and whether the mailbox exists.", c.cfg.Mailbox, err)}
	}
	defer s.close()
	returned, err := c.returned(s)
	switch {
	case err != nil:
		return []helpdesk.Finding{fatal("mail.imap", "The mailbox %s cannot be searched: %v.", c.cfg.Mailbox, err)}
	case returned > 0:
		return []helpdesk.Finding{fatal("mail.to", "Of what went to %[2]s in the last seven days, %[1]d messages came back: the help desk does not have them. The reasons stand in the mailbox %[3]s.", returned, c.cfg.To, c.cfg.Mailbox)}
	}
	return nil
}

// returned counts the messages that came back.
func (c *Connector) returned(s *session) (n int, err error) {
	uids, err := s.search(&imap.SearchCriteria{
		Since:  time.Now().Add(-lookBack),
		Header: []imap.SearchCriteriaHeaderField{{Key: "Content-Type", Value: "multipart/report"}},
	})
	if err != nil {
		return 0, err
	}
	const enough = 100 // to say that something is wrong
	for _, uid := range uids[max(0, len(uids)-enough):] {
		a, err := s.answer(uid)
		if errors.Is(err, errGone) {
			continue
		}
		if err != nil {
			return n, err
		}
		if _, err := requestOf(a.returned); err == nil && a.failed {
			n++
		}
	}
	return n, nil
}
