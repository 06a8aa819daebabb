package client

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
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
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		base  string
		roots *x509.CertPool
		want  wanted
	}{
		"OK":           {"https://127.0.0.1:" + port, roots, wanted{kind: desk.OutcomeReceived}},
		"AnotherName":  {"https://localhost:" + port, roots, foreign},
		"UnknownRoot":  {"https://127.0.0.1:" + port, x509.NewCertPool(), foreign},
		"TLSWithPlain": {"", roots, foreign},
		"WrongDate":    {"https://127.0.0.1:" + port, roots, wanted{desk.OutcomeRetry, desk.ReachNetwork, desk.ReasonClock}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.base == "" {
				plain := httptest.NewServer(answering(nil))
				defer plain.Close()
				c.base = strings.Replace(plain.URL, "http:", "https:", 1)
			}
			d := newDesktop(t, c.base, secret)
			d.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: c.roots, Time: func() time.Time {
				if name == "WrongDate" {
					return time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC)
				}
				return time.Now()
			}}
			expect(t, d.Send(t.Context(), request(t)), c.want)
			want := ContactForeign
			switch name {
			case "OK":
				want = ContactOnline
			case "WrongDate":
				want = ContactOffline
			}
			if got := d.told(); len(got) != 1 || got[0] != want {
				t.Errorf("told %v, want %s", got, want)
			}
		})
	}
}
