package mailtest_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/smtp"
	"os"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk/mailtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	mailtest.Stop()
	os.Exit(code)
}

// hand hands a message in and returns the answer to its end.
func hand(t *testing.T, address string, to ...string) error {
	t.Helper()
	c, err := smtp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Auth(smtp.PlainAuth("", "anne@"+mailtest.Domain, mailtest.Password, "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	if err := c.Mail("anne@" + mailtest.Domain); err != nil {
		t.Fatal(err)
	}
	for _, name := range to {
		if err := c.Rcpt(name + "@" + mailtest.Domain); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte("Subject: x\r\n\r\n" + to[0] + "\r\n"))
	return errors.Join(err, w.Close())
}

func TestServers(t *testing.T) {
	s := mailtest.Shared(t)
	t.Run("OKKilledAndStarted", func(t *testing.T) {
		if err := hand(t, s.SMTP, "kill+more"); err != nil {
			t.Fatal(err)
		}
		s.Kill(t)
		s.Start(t)
		if got := s.Box(t, "kill").Await(1); len(got) != 1 || !bytes.Contains(got[0], []byte("kill+more")) {
			t.Fatalf("%q", got)
		}
	})
	t.Run("OKComesBack", func(t *testing.T) {
		if err := hand(t, s.SMTP, "gone"); err != nil {
			t.Fatal(err)
		}
		if got := s.Box(t, "anne").Await(1); !bytes.Contains(got[0], []byte("Action: failed")) {
			t.Fatalf("%q", got)
		}
	})
	t.Run("ErrNobody", func(t *testing.T) {
		if err := hand(t, s.SMTP, "nobody"); err == nil || !strings.HasPrefix(err.Error(), "550") {
			t.Fatal(err)
		}
	})
	t.Run("OKCertificates", func(t *testing.T) {
		body, err := os.ReadFile(s.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(body)
		for _, address := range []string{s.SMTPS, s.IMAPS} {
			conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
		}
	})
}

func TestLine(t *testing.T) {
	s := mailtest.Shared(t)
	l := mailtest.NewLine(t, s.SMTP)
	fates := []mailtest.Fate{mailtest.LoseDot, mailtest.LoseAnswer, mailtest.Pass}
	l.Decide(func(n int) mailtest.Fate { return fates[n] })
	for i, name := range []string{"dot", "answer", "pass"} {
		if err := hand(t, l.Address, name); (err == nil) != (i == 2) {
			t.Fatalf("%s: %v", name, err)
		}
	}
	s.Box(t, "answer").Await(1)
	s.Box(t, "pass").Await(1)
	if got := s.Box(t, "dot").Messages(); len(got) != 0 {
		t.Fatalf("%q", got)
	}
	l.CutAfter(2)
	if _, err := smtp.Dial(l.Address); err == nil {
		t.Fatal("a line that is cut goes on")
	}
}
