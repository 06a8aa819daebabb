package line_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"guichet/internal/line"
	"guichet/internal/line/linetest"

	"go.uber.org/goleak"
)

// world is the authority that this process's system trusts, where it can be told to.
var (
	world   *linetest.Authority
	trusted bool
)

func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		if err := os.Unsetenv(name); err != nil {
			log.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp("", "line")
	if err != nil {
		log.Fatal(err)
	}
	if world, err = linetest.NewAuthority("World Root", "World Trust Services"); err != nil {
		log.Fatal(err)
	}
	if trusted, err = linetest.AsSystem(dir, world); err != nil {
		log.Fatal(err)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/tus/tusd/v2/pkg/handler.newDelayedContext.func1"), goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// needsSystem skips a test where this process cannot be given another store.
func needsSystem(t *testing.T) {
	t.Helper()
	if !trusted {
		t.Skip("the store of this system cannot be named by the environment")
	}
}

const portalName = "portail.example"

// server answers by TLS on loopback, and returns its address under a name that
// only proxies know.
func server(t *testing.T, cert tls.Certificate, h http.Handler, edit ...func(*tls.Config)) (named string) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	for _, e := range edit {
		e(s.TLS)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	name := portalName
	if leaf, err := x509.ParseCertificate(cert.Certificate[0]); err == nil && len(leaf.DNSNames) > 0 {
		name = leaf.DNSNames[0]
	}
	return "https://" + name + ":" + port
}

// hello says who it is.
var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"portal":true}`)
})

// isHello tells whether hello has answered.
func isHello(a line.Answer) bool {
	return a.Status == http.StatusOK && strings.Contains(string(a.Body), "portal")
}

// to is a client to those addresses.
func to(t *testing.T, l *line.Line, allowed ...string) *http.Client {
	t.Helper()
	by := l.Transport(func() []string { return allowed })
	t.Cleanup(by.Close)
	return &http.Client{Transport: by}
}

// ask makes one call.
func ask(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/ask", strings.NewReader("is anybody there?"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// works makes one call that has to succeed.
func works(t *testing.T, c *http.Client, address string) {
	t.Helper()
	if said, err := ask(t, c, address); err != nil || !strings.Contains(said, "portal") {
		t.Fatalf("said %q, %v", said, err)
	}
}

// fails makes one call that has to fail by that kind, and holds the error to be
// free of the password.
func fails(t *testing.T, c *http.Client, address string, kind error, reason string) *line.Error {
	t.Helper()
	_, err := ask(t, c, address)
	var e *line.Error
	if !errors.Is(err, kind) || line.Reason(err) != reason || !errors.As(err, &e) {
		t.Fatalf("%v (%q), want %v", err, line.Reason(err), kind)
	}
	if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, password) {
		t.Errorf("an error quotes the password: %s", text)
	}
	return e
}

const user, password = "accueil", "mot-de-passe-7f3a"

// secret is a keyring that has one password, and counts how often it is asked.
type secret struct {
	proxy, user, password string
	asked                 []string
}

func (s *secret) give(proxy string) (string, string, bool) {
	s.asked = append(s.asked, proxy)
	return s.user, s.password, proxy == s.proxy
}
