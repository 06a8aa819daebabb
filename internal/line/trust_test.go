package line_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/line"
	"guichet/internal/line/linetest"
)

// A device that looks into connections is refused and named, until its
// certificate is given; then connections work, and the report says how.
func TestIntercepted(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	device := linetest.Authorize(t, "FG100F-4821", "Fortinet")
	p := linetest.Start(t, func(p *linetest.Proxy) { p.Looks = device })
	l := line.New(line.Config{Proxy: p.URL()})
	if e := fails(t, to(t, l, address), address, line.ErrIntercepted, "intercepted"); e.Issuer != "FG100F-4821 (Fortinet)" {
		t.Errorf("%+v", e)
	}
	r := l.Diagnose(t.Context(), address, isHello)
	step, failed := r.Trouble()
	if !failed || step.ID != line.StepTLS || step.Code != "intercepted" || step.Fact("issuer") != "FG100F-4821 (Fortinet)" || r.Step(line.StepHTTP).State != line.Skipped {
		t.Errorf("%+v", r)
	}
	l.Set(line.Config{Proxy: p.URL(), CAFile: device.File(t)})
	works(t, to(t, l, address), address)
	r = l.Diagnose(t.Context(), address, isHello)
	if s := r.Step(line.StepTLS); !r.OK() || s.Code != line.CodeTrustedFile || s.Fact("issuer") != "FG100F-4821 (Fortinet)" {
		t.Errorf("%+v", r)
	}
	// The file adds to the system's, and takes nothing away.
	open := linetest.Start(t, nil)
	l.Set(line.Config{Proxy: open.URL(), CAFile: device.File(t)})
	works(t, to(t, l, address), address)
	if s := l.Diagnose(t.Context(), address, isHello).Step(line.StepTLS); s.Code != line.CodeTrusted || s.Fact("version") != "TLS 1.3" {
		t.Errorf("%+v", s)
	}
}

func TestCertificates(t *testing.T) {
	needsSystem(t)
	cases := map[string]struct {
		cert   tls.Certificate
		edit   func(*tls.Config)
		now    time.Duration // by which this PC's clock is off
		kind   error
		reason string
		code   string // of the step tls
		clock  string // state of the step clock
	}{
		"OK":    {world.Certify(t, portalName, nil), nil, 0, nil, "", line.CodeTrusted, line.OK},
		"TLS12": {world.Certify(t, portalName, nil), func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, 0, nil, "", line.CodeTrusted, line.OK},
		"TLS11": {world.Certify(t, portalName, nil), func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, 0,
			line.ErrOldTLS, "tls-old", "tls-old", line.Skipped},
		"SelfSigned": {selfSigned(t), nil, 0, line.ErrUntrusted, "untrusted", "untrusted", line.Skipped},
		"Expired": {world.Certify(t, portalName, func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -1) }), nil, 0,
			line.ErrClock, "clock", line.CodeExpired, line.OK},
		"NotYet": {world.Certify(t, portalName, func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(0, 0, 2) }), nil, 0,
			line.ErrClock, "clock", line.CodeExpired, line.OK},
		"ClockBehind":  {world.Certify(t, portalName, nil), nil, -400 * 24 * time.Hour, line.ErrClock, "clock", "clock", line.Failed},
		"ClockAhead":   {world.Certify(t, portalName, nil), nil, 400 * 24 * time.Hour, line.ErrClock, "clock", "clock", line.Failed},
		"ClockALittle": {world.Certify(t, portalName, nil), nil, time.Hour, nil, "", line.CodeTrusted, line.Failed},
	}
	p := linetest.Start(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			edit := []func(*tls.Config){}
			if c.edit != nil {
				edit = append(edit, c.edit)
			}
			address := server(t, c.cert, hello, edit...)
			l := line.New(line.Config{Proxy: p.URL()})
			l.Now = func() time.Time { return time.Now().Add(c.now) }
			if c.kind == nil {
				works(t, to(t, l, address), address)
			} else {
				fails(t, to(t, l, address), address, c.kind, c.reason)
			}
			r := l.Diagnose(t.Context(), address, isHello)
			if s := r.Step(line.StepTLS); s.Code != c.code || (s.State == line.OK) != (c.kind == nil) {
				t.Errorf("%+v", s)
			}
			if s := r.Step(line.StepClock); s.State != c.clock {
				t.Errorf("%+v", s)
			}
		})
	}
}

// selfSigned is what a device has that was never set up.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	return s.TLS.Certificates[0]
}

func TestWrongNameAndNoTLS(t *testing.T) {
	needsSystem(t)
	p := linetest.Start(t, nil)
	l := line.New(line.Config{Proxy: p.URL()})
	captive := strings.Replace(server(t, world.Certify(t, "ailleurs.example", nil), hello), "ailleurs.example", portalName, 1)
	if e := fails(t, to(t, l, captive), captive, line.ErrUntrusted, "untrusted"); e.Issuer != "World Root (World Trust Services)" {
		t.Errorf("%+v", e)
	}
	if s := l.Diagnose(t.Context(), captive, isHello).Step(line.StepTLS); s.Code != line.CodeWrongName || s.Fact("name") != "ailleurs.example" {
		t.Errorf("%+v", s)
	}
	plain := httptest.NewServer(hello)
	defer plain.Close()
	address := strings.Replace(plain.URL, "http://127.0.0.1", "https://"+portalName, 1)
	fails(t, to(t, l, address), address, line.ErrNotTLS, "no-tls")
}

func TestCAFile(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	p := linetest.Start(t, nil)
	dir := t.TempDir()
	empty, late := filepath.Join(dir, "empty.pem"), filepath.Join(dir, "late.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{empty, late, dir} {
		if err := line.CheckCAFile(name); line.Reason(err) != "ca-file" {
			t.Errorf("%v", err)
		}
		l := line.New(line.Config{Proxy: p.URL(), CAFile: name})
		works(t, to(t, l, address), address) // the system's own are trusted all the same
		if step, _ := l.Diagnose(t.Context(), address, isHello).Trouble(); step.ID != line.StepSettings || step.Code != "ca-file" {
			t.Errorf("%+v", step)
		}
	}
	// A file that comes later, and one with several in it.
	device, other := linetest.Authorize(t, "Zscaler", ""), linetest.Authorize(t, "Other", "")
	looking := linetest.Start(t, func(p *linetest.Proxy) { p.Looks = device })
	l := line.New(line.Config{Proxy: looking.URL(), CAFile: late})
	fails(t, to(t, l, address), address, line.ErrIntercepted, "intercepted")
	if err := os.WriteFile(late, append(other.PEM(), device.PEM()...), 0o600); err != nil {
		t.Fatal(err)
	}
	works(t, to(t, l, address), address)
	if err := line.CheckCAFile(late); err != nil {
		t.Error(err)
	}
}

// Direct connections: what is told of a host that nobody knows, or where nothing
// listens, or that is somebody else.
func TestDiagnoseDirect(t *testing.T) {
	l := line.New(line.Config{Proxy: "none"})
	gone := httptest.NewServer(nil)
	gone.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Bienvenue")) }))
	defer page.Close()
	leads := httptest.NewServer(http.RedirectHandler("http://captive.example/login?for=you", http.StatusFound))
	defer leads.Close()
	for name, c := range map[string]struct{ address, step, code string }{
		"Unknown":  {"https://nobody.invalid/v1", line.StepDNS, line.CodeUnknownName},
		"Closed":   {gone.URL, line.StepTCP, line.CodeClosed},
		"Foreign":  {page.URL, line.StepHTTP, line.CodeForeign},
		"Redirect": {leads.URL, line.StepHTTP, line.CodeRedirect},
	} {
		t.Run(name, func(t *testing.T) {
			r := l.Diagnose(t.Context(), c.address, isHello)
			step, failed := r.Trouble()
			if !failed || step.ID != c.step || step.Code != c.code && (name != "Unknown" || step.Code != line.CodeBroken && step.Code != line.CodeTimeout) {
				t.Errorf("%+v", r)
			}
			if len(r.Steps) != 9 || r.Duration > l.Look {
				t.Errorf("%d steps in %v", len(r.Steps), r.Duration)
			}
			if name == "Redirect" && step.Fact("location") != "captive.example" {
				t.Errorf("%+v", step)
			}
		})
	}
	for _, address := range []string{"", "portal", "https://", "http://[bad", "ftp://portail.example"} {
		if step, _ := l.Diagnose(t.Context(), address, isHello).Trouble(); step.ID != line.StepSettings || step.Code != line.CodeAddress {
			t.Errorf("%q: %+v", address, step)
		}
	}
}
