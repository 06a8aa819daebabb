package mailtest

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Box is a person's mailbox, read and written as that person's program does.
type Box struct {
	Address string

	tb      testing.TB
	servers *Servers
}

// Box is the mailbox of a name at Domain. It need not be made.
func (s *Servers) Box(tb testing.TB, name string) *Box {
	return &Box{Address: name + "@" + Domain, tb: tb, servers: s}
}

// Messages are all of the inbox as they lie there, oldest first.
func (b *Box) Messages() [][]byte {
	b.tb.Helper()
	conn, err := net.Dial("tcp", b.servers.IMAP)
	if err != nil {
		b.tb.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(b.Address, Password).Wait(); err != nil {
		b.tb.Fatalf("sign in to mailbox: %v", err)
	}
	box, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		b.tb.Fatalf("open mailbox: %v", err)
	}
	if box.NumMessages == 0 {
		return nil
	}
	var all imap.SeqSet
	all.AddRange(1, box.NumMessages)
	got, err := c.Fetch(all, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Collect()
	if err != nil {
		b.tb.Fatalf("read mailbox: %v", err)
	}
	var out [][]byte
	for _, m := range got {
		for _, s := range m.BodySection {
			out = append(out, s.Bytes)
		}
	}
	return out
}

// Await waits until there are so many messages, and returns all.
func (b *Box) Await(n int) [][]byte {
	b.tb.Helper()
	ctx, cancel := context.WithTimeout(b.tb.Context(), 30*time.Second)
	defer cancel()
	for every := time.NewTicker(30 * time.Millisecond); ; {
		got := b.Messages()
		if len(got) >= n {
			every.Stop()
			return got
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			b.tb.Fatalf("%d messages in the mailbox, %d awaited", len(got), n)
		}
	}
}

// Delivered waits until Postfix has nothing left to deliver.
func (s *Servers) Delivered(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	for every := time.NewTicker(20 * time.Millisecond); ; {
		left := 0
		for _, queue := range []string{"incoming", "active", "deferred"} {
			// Names of what is deferred stand in folders of one letter.
			_ = filepath.WalkDir(filepath.Join(s.dir, "postfix", "queue", queue), func(_ string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					left++
				}
				return nil
			})
		}
		if left == 0 {
			every.Stop()
			return
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			tb.Fatalf("%d messages are not delivered", left)
		}
	}
}

// Send hands a message in as that person, to whom it is for.
func (b *Box) Send(raw []byte, to ...string) {
	b.tb.Helper()
	c, err := smtp.Dial(b.servers.SMTP)
	if err != nil {
		b.tb.Fatal(err)
	}
	defer c.Close()
	err = errors.Join(c.Auth(smtp.PlainAuth("", b.Address, Password, "127.0.0.1")), c.Mail(b.Address))
	for _, address := range to {
		err = errors.Join(err, c.Rcpt(address))
	}
	w, dataErr := c.Data()
	if err = errors.Join(err, dataErr); err != nil {
		b.tb.Fatalf("send: %v", err)
	}
	_, err = w.Write(raw)
	if err = errors.Join(err, w.Close(), c.Quit()); err != nil {
		b.tb.Fatalf("send: %v", err)
	}
}

// Put lays a message into the inbox as it is, past every server that would better it.
func (b *Box) Put(raw []byte) {
	b.tb.Helper()
	conn, err := net.Dial("tcp", b.servers.IMAP)
	if err != nil {
		b.tb.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(b.Address, Password).Wait(); err != nil {
		b.tb.Fatal(err)
	}
	w := c.Append("INBOX", int64(len(raw)), nil)
	if _, err := w.Write(raw); err != nil {
		b.tb.Fatalf("append: %v", err)
	}
	if err := w.Close(); err != nil {
		b.tb.Fatalf("append: %v", err)
	}
	if _, err := w.Wait(); err != nil {
		b.tb.Fatalf("append: %v", err)
	}
}

// Renumber gives the inbox another UIDVALIDITY, as a restored backup does. Nobody
// may have it open.
func (b *Box) Renumber() {
	b.tb.Helper()
	name, _, _ := strings.Cut(b.Address, "@")
	found, err := filepath.Glob(filepath.Join(b.servers.dir, "mail", name, "dovecot*"))
	if err != nil || len(found) == 0 {
		b.tb.Fatalf("no numbers of mailbox: %v", err)
	}
	for _, path := range found {
		if err := os.Remove(path); err != nil {
			b.tb.Fatal(err)
		}
	}
}
