package client

import (
	"bufio"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
)

func TestNoConnection(t *testing.T) {
	t.Run("Refused", func(t *testing.T) {
		s := httptest.NewServer(nil)
		s.Close()
		d := newDesktop(t, s.URL, secret)
		expect(t, d.Send(t.Context(), request(t)), wanted{desk.OutcomeRetry, desk.ReachNetwork, desk.ReasonNetwork})
		if got := d.told(); len(got) != 1 || got[0] != ContactOffline {
			t.Errorf("told %v", got)
		}
	})
	t.Run("DroppedAtOnce", func(t *testing.T) { // it may have been read
		listen, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for conn, err := listen.Accept(); err == nil; conn, err = listen.Accept() {
				_, _ = bufio.NewReader(conn).ReadString('\n')
				_ = conn.Close()
			}
		}()
		d := newDesktop(t, "http://"+listen.Addr().String(), secret)
		expect(t, d.Send(t.Context(), request(t)), lost)
		_ = listen.Close()
		<-done
	})
	t.Run("AddressThatIsNone", func(t *testing.T) {
		for _, base := range []string{"", "portal", "http://[", "http://"} {
			out := newDesktop(t, base, secret).Send(t.Context(), request(t))
			if out.Kind != desk.OutcomeRetry {
				t.Errorf("%q came to %s", base, out.Kind)
			}
			discreet(t, out.Err)
		}
	})
	t.Run("RedirectsAreNotFollowed", func(t *testing.T) {
		var reached atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
		defer other.Close()
		for _, status := range []int{301, 302, 303, 307, 308} {
			s := httptest.NewServer(http.RedirectHandler(other.URL, status))
			d := newDesktop(t, s.URL, secret)
			expect(t, d.Send(t.Context(), request(t)), foreign)
			if _, err := d.Me(t.Context(), secret); err == nil {
				t.Error("a redirect says who I am")
			}
			s.Close()
		}
		if n := reached.Load(); n > 0 {
			t.Errorf("the token went elsewhere, %d times", n)
		}
	})
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(answering(nil))
	s.Config.ErrorLog = quiet(t)
	s.StartTLS()
	defer s.Close()
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		base   string
		roots  string
		want   wanted
		told   string
		reason string
	}{
		"OK":           {"https://127.0.0.1:" + port, roots, wanted{kind: desk.OutcomeReceived}, ContactOnline, ""},
		"AnotherName":  {"https://localhost:" + port, roots, foreign, ContactForeign, "untrusted"},
		"UnknownRoot":  {"https://127.0.0.1:" + port, "", foreign, ContactForeign, "untrusted"},
		"TLSWithPlain": {"", roots, foreign, ContactForeign, "no-tls"},
		"WrongDate":    {"https://127.0.0.1:" + port, roots, wanted{desk.OutcomeRetry, desk.ReachNetwork, desk.ReasonClock}, ContactOffline, "clock"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.base == "" {
				plain := httptest.NewServer(answering(nil))
				defer plain.Close()
				c.base = strings.Replace(plain.URL, "http:", "https:", 1)
			}
			d := newDesktop(t, c.base, secret)
			by := line.New(line.Config{CAFile: c.roots})
			if name == "WrongDate" {
				by.Now = func() time.Time { return time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC) }
			}
			d.http.Transport = by.Transport(func() []string { return []string{c.base} })
			expect(t, d.Send(t.Context(), request(t)), c.want)
			if got := d.told(); len(got) != 1 || got[0] != c.told {
				t.Errorf("told %v, want %s", got, c.told)
			}
			if got := d.reason(); got != c.reason {
				t.Errorf("because of %q, want %q", got, c.reason)
			}
		})
	}
}
