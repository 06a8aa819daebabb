package app

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/issuer"
	"guichet/internal/line"
	"guichet/internal/line/linetest"
	"guichet/internal/portald"
	"guichet/internal/seal/keyring"
)

// town is a portal behind TLS, under a name that only a proxy knows, and some
// other hosts. Its provider is on loopback, where no proxy is in between.
type town struct {
	by                         *linetest.Authority
	portal, updates, elsewhere string
	asked                      atomic.Int64 // how often elsewhere was
	astray                     atomic.Bool  // the portal leads elsewhere
}

// gate serves by TLS under a name on loopback.
func (w *town) gate(t *testing.T, name string, h http.Handler) (address string) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{w.by.Certify(t, name, nil)}}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "https://" + name + ":" + port
}

// before is what stands before a server: it passes everything on, or leads
// elsewhere.
func (w *town) before(to *atomic.Pointer[url.URL]) http.Handler {
	pass := &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(to.Load()); r.Out.Host = r.In.Host },
		ErrorLog: log.New(io.Discard, "", 0), FlushInterval: -1, Transport: &http.Transport{DisableKeepAlives: true},
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.astray.Load() {
			http.Redirect(rw, r, w.elsewhere+r.URL.Path, http.StatusTemporaryRedirect)
			return
		}
		pass.ServeHTTP(rw, r)
	})
}

func settle(t *testing.T) *town {
	t.Helper()
	w := &town{by: linetest.Authorize(t, "Town Root", "Town")}
	w.elsewhere = w.gate(t, "ailleurs.example", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.asked.Add(1) }))
	w.updates = w.gate(t, "majs.example", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(rw, r, w.elsewhere+"/releases", http.StatusFound)
		}
	}))
	var toPortal atomic.Pointer[url.URL]
	w.portal = w.gate(t, "portail.example", w.before(&toPortal))
	provider := issuer.Run(t, func(c *issuer.Config) {
		c.People = nil
		for _, p := range portald.DemoPeople() {
			one := issuer.Person{ID: p.ID, Name: p.Name, Preferred: p.Preferred}
			for _, pr := range p.Practices {
				one.Practices = append(one.Practices, issuer.Practice(pr))
			}
			c.People = append(c.People, one)
		}
	})
	p := portald.Run(t, func(c *portald.Config) {
		c.Demo = true
		c.OIDC = portald.DemoOIDC(provider.URL)
	}, func(s *portald.Server) { s.Acknowledge, s.Reply = 20*time.Millisecond, 40*time.Millisecond })
	toPortal.Store(must(url.Parse(p.URL))(t))
	return w
}

func (w *town) desk(t *testing.T, data string, p *linetest.Proxy, edit ...func(*Config)) *office {
	t.Helper()
	o := browses(t, data, w.portal, append([]func(*Config){func(c *Config) { c.Proxy, c.CAFile = p.URL(), w.by.File(t) }}, edit...)...)
	o.walk(t, claire)
	return o
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	return must(url.Parse(address))(t).Host
}

// A day at the desk, by a proxy that writes down whom it was asked for: the portal,
// where updates are, and an address that somebody has typed; nobody else, wherever
// these lead.
func TestNobodyElseIsContacted(t *testing.T) {
	w := settle(t)
	p := linetest.Start(t, nil)
	o := w.desk(t, t.TempDir(), p)
	if got := must(o.session.SignIn())(t); got.ID != claire || !got.SignedIn {
		t.Fatalf("%+v", got)
	}
	path, _ := pdf(t, "Facture.pdf", 200<<10)
	id, _ := o.write(t, content())
	o.attach(t, id, path)
	must(o.drafts.Submit(id, must(o.drafts.Open(id))(t).Revision))(t)
	o.received(t, id)
	await(t, "support has answered", func() bool { return len(must(o.requests.Open(id))(t).Messages) > 0 })

	by := o.app.line.Transport(func() []string { return []string{w.updates} })
	defer by.Close()
	updates := &http.Client{Transport: by}
	call := func(address string) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		res, err := updates.Do(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	if err := call(w.updates + "/releases"); err != nil {
		t.Error(err)
	}
	if err := call(w.updates + "/moved"); !errors.Is(err, line.ErrNotAllowed) {
		t.Errorf("led elsewhere: %v", err)
	}

	w.astray.Store(true)
	again, revision := o.write(t, content())
	must(o.drafts.Submit(again, revision))(t)
	await(t, "the portal is known to lead elsewhere", func() bool { return must(o.outbox.State())(t).Connection == "foreign" })
	fails(t, must2(o.portal.Check("https://portail.example:1")), desk.ErrOffline)
	o.app.Stop()

	want := []string{hostOf(t, w.portal), hostOf(t, w.updates), "portail.example:1"}
	asked := p.Asked()
	for _, host := range asked {
		if !slices.Contains(want, host) {
			t.Errorf("contacted: %s", host)
		}
	}
	for _, host := range want {
		if !slices.Contains(asked, host) {
			t.Errorf("not seen: %s", host)
		}
	}
	if n := w.asked.Load(); n > 0 {
		t.Errorf("elsewhere was asked %d times", n)
	}
}

// A proxy that asks: the window is told, is given a name and a password, and keeps
// them in the keyring; they are shown to that proxy only, and lie nowhere else.
func TestProxySecret(t *testing.T) {
	const secret = mark + "-secret"
	w, ring, data := settle(t), &keyring.Memory{}, t.TempDir()
	p := linetest.Start(t, func(p *linetest.Proxy) { p.User, p.Password = "accueil", secret })
	o := w.desk(t, data, p, with(ring))
	told := func(connection, reason string) {
		t.Helper()
		await(t, connection+" "+reason, func() bool {
			_, _ = o.app.client.Config(t.Context()) // as whatever comes next does
			s := must(o.outbox.State())(t)
			return (s.Connection == connection || s.Connection == "signed-out") && s.Reason == reason
		})
	}
	told("offline", "proxy-auth")
	if s := must(o.line.State())(t); s.Reason != "proxy-auth" || s.Proxy != p.Address() || s.From != line.FromSetting || s.User != "" {
		t.Errorf("%+v", s)
	}
	report := must(o.line.Diagnose(""))(t)
	if i := slices.IndexFunc(report.Steps, func(s LineStep) bool { return s.State == line.Failed }); report.OK || report.Steps[i].ID != line.StepConnect || report.Steps[i].Code != "proxy-auth" {
		t.Errorf("%+v", report)
	}
	for _, bad := range [][2]string{{"", "x"}, {"a:b", "x"}, {"a", "x\n"}, {"a", strings.Repeat("x", 4000)}} {
		fails(t, o.line.SetProxySecret(bad[0], bad[1]), desk.ErrInvalid)
	}
	if err := o.line.SetProxySecret("accueil", "not-"+secret); err != nil {
		t.Fatal(err)
	}
	told("offline", "proxy-auth")
	// A person may insist: the same is shown once more, though it is held back else.
	before := len(p.Shown())
	if err := o.line.SetProxySecret("accueil", "not-"+secret); err != nil {
		t.Fatal(err)
	}
	_, _ = o.app.client.Config(t.Context())
	if now := len(p.Shown()); now != before+1 {
		t.Errorf("shown %d times more", now-before)
	}
	if err := o.line.SetProxySecret("accueil", secret); err != nil {
		t.Fatal(err)
	}
	told("online", "")
	if s := must(o.line.State())(t); s.Reason != "" || s.User != "accueil" || s.For != p.Address() || !s.Kept {
		t.Errorf("%+v", s)
	}
	if r := must(o.line.Diagnose(w.portal))(t); !r.OK || len(r.Steps) != 9 {
		t.Errorf("%+v", r)
	}
	must(o.session.SignIn())(t)
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	o.app.Stop()

	// Another start has it from the keyring; another proxy is not shown it.
	o = w.desk(t, data, p, with(ring))
	told("online", "")
	o.app.Stop()
	other := linetest.Start(t, func(p *linetest.Proxy) { p.User = "accueil" })
	o = w.desk(t, data, other, with(ring))
	told("offline", "proxy-auth")
	if shown := other.Shown(); len(shown) > 0 {
		t.Errorf("another proxy was shown %v", shown)
	}
	if err := o.line.ForgetProxySecret(); err != nil {
		t.Fatal(err)
	}
	if s := must(o.line.State())(t); s.User != "" || s.Kept {
		t.Errorf("%+v", s)
	}
	if _, err := ring.Get(context.Background(), proxyAccount); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the keyring still has it: %v", err)
	}
	o.app.Stop()
	if found := hits(t, data, secret); len(found) > 0 {
		t.Errorf("the password lies in %v", found)
	}
}

// Without a keyring a password counts until the program ends, and the window can
// say so.
func TestProxySecretWithoutKeyring(t *testing.T) {
	w := settle(t)
	p := linetest.Start(t, func(p *linetest.Proxy) { p.User, p.Password = "accueil", "secret" })
	o := w.desk(t, t.TempDir(), p)
	fails(t, must2(o.portal.Check(w.portal)), desk.ErrOffline)
	if err := o.line.SetProxySecret("accueil", "secret"); err != nil {
		t.Fatal(err)
	}
	must(o.portal.Check(w.portal))(t)
	if s := must(o.line.State())(t); s.User != "accueil" || s.Kept {
		t.Errorf("%+v", s)
	}
}

// A setting that cannot be used says so, and stops nobody from writing.
func TestLineSettings(t *testing.T) {
	o := browses(t, t.TempDir(), "https://portail.example", func(c *Config) { c.Proxy = "http://u:" + mark + "@proxy.example:3128" })
	o.write(t, content())
	await(t, "the reason is told", func() bool {
		return must(o.outbox.State())(t).Reason == "proxy-setting" || must(o.line.State())(t).Reason == "proxy-setting"
	})
	report := must(o.line.Diagnose(""))(t)
	if report.OK || report.Steps[0].ID != line.StepSettings || report.Steps[0].Code != "proxy-setting" {
		t.Errorf("%+v", report)
	}
	fails(t, must2(o.line.Diagnose("http://far.example")), desk.ErrAddress)
	fails(t, o.line.SetProxySecret("a", "b"), desk.ErrNotNow)
	o.app.Stop()
	if found := hits(t, o.data, mark); len(found) > 0 {
		t.Errorf("the address lies in %v", found)
	}
}
