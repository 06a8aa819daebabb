package line_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/line"
	"guichet/internal/line/linetest"
)

func TestParseProxy(t *testing.T) {
	for typed, want := range map[string]string{
		"http://proxy.example:3128":   "http://proxy.example:3128",
		" PROXY.example:8080 ":        "http://proxy.example:8080",
		"https://proxy.example":       "https://proxy.example:443",
		"http://proxy.example/":       "http://proxy.example:80",
		"[2001:db8::1]:3128":          "http://[2001:db8::1]:3128",
		"":                            "",
		"http://u:secret@proxy:3128":  "",
		"u:secret@proxy:3128":         "",
		"socks5://proxy:1080":         "",
		"http://proxy:3128/somewhere": "",
		"http://proxy:3128?x":         "",
		"http://proxy:port":           "",
		"http://a b:3128":             "",
		"http://u:secret@proxy:%zz":   "",
	} {
		u, err := line.ParseProxy(typed)
		switch {
		case want == "" && (!errors.Is(err, line.ErrSetting) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%q: %v, %v", typed, u, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v, want %s", typed, u, err, want)
		}
	}
}

// Who decides, in which order.
func TestChoose(t *testing.T) {
	const portal = "https://portail.example/v1"
	for name, c := range map[string]struct {
		env     map[string]string
		setting string
		to      string
		proxy   string
		from    string
	}{
		"Nothing":             {nil, "", portal, "", line.FromNothing},
		"Environment":         {map[string]string{"HTTPS_PROXY": "http://e.example:3128"}, "", portal, "http://e.example:3128", line.FromEnvironment},
		"EnvironmentSmall":    {map[string]string{"https_proxy": "e.example:3128"}, "system", portal, "http://e.example:3128", line.FromEnvironment},
		"EnvironmentWithUser": {map[string]string{"HTTPS_PROXY": "http://u:p@e.example:3128"}, "", portal, "http://e.example:3128", line.FromEnvironment},
		"NoProxy":             {map[string]string{"HTTPS_PROXY": "http://e.example:3128", "NO_PROXY": ".example"}, "", portal, "", line.FromEnvironment},
		"NoProxySmall":        {map[string]string{"HTTPS_PROXY": "http://e.example:3128", "no_proxy": "portail.example"}, "", portal, "", line.FromEnvironment},
		"Setting":             {map[string]string{"HTTPS_PROXY": "http://e.example:3128", "NO_PROXY": "*"}, "http://s.example:1", portal, "http://s.example:1", line.FromSetting},
		"None":                {map[string]string{"HTTPS_PROXY": "http://e.example:3128"}, "none", portal, "", line.FromSetting},
		"Loopback":            {map[string]string{"HTTP_PROXY": "http://e.example:3128"}, "http://s.example:1", "http://127.0.0.1:8000", "", line.FromLoopback},
		"LoopbackName":        {nil, "http://s.example:1", "http://Localhost.:8000", "", line.FromLoopback},
		"LoopbackSix":         {nil, "http://s.example:1", "https://[::1]", "", line.FromLoopback},
		"LoopbackMapped":      {nil, "http://s.example:1", "https://[::ffff:127.0.0.1]", "", line.FromLoopback},
	} {
		t.Run(name, func(t *testing.T) {
			if c.from == line.FromNothing && runtime.GOOS == "windows" {
				t.Skip("whoever uses this PC may have set one")
			}
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			got, err := line.New(line.Config{Proxy: c.setting}).Choose(t.Context(), c.to)
			proxy := ""
			if got.Proxy != nil {
				proxy = got.Proxy.String()
			}
			if err != nil || proxy != c.proxy || got.From != c.from {
				t.Errorf("%q from %q, %v", proxy, got.From, err)
			}
		})
	}
	t.Run("ErrSetting", func(t *testing.T) {
		for _, c := range []struct{ setting, env string }{{"http://u:p@s.example:1", ""}, {"ftp://s.example", ""}, {"", "socks5://s.example:1080"}, {"", "http://[bad"}} {
			if c.env != "" {
				t.Setenv("HTTPS_PROXY", c.env)
			}
			if _, err := line.New(line.Config{Proxy: c.setting}).Choose(t.Context(), portal); !errors.Is(err, line.ErrSetting) {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// What an environment says of a password is shown; the address is told without.
func TestEnvironment(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	p := linetest.Start(t, func(p *linetest.Proxy) { p.User, p.Password = user, password })
	t.Setenv("HTTPS_PROXY", "http://"+user+":"+password+"@"+p.Address())
	l := line.New(line.Config{})
	works(t, to(t, l, address), address)
	r := l.Diagnose(t.Context(), address, isHello)
	for _, s := range r.Steps {
		for _, f := range s.Facts {
			if strings.Contains(f.Value, password) {
				t.Errorf("a report has the password: %+v", s)
			}
		}
	}
	if !r.OK() {
		t.Errorf("%+v", r)
	}
}

// A proxy that asks for nothing is shown nothing, and neither is one that asks in
// another way, nor one that the password is not for.
func TestSecretStays(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	for name, c := range map[string]struct {
		edit   func(*linetest.Proxy)
		proxy  string // that the password is for, "" for this one
		kind   error
		reason string
	}{
		"Open":      {func(*linetest.Proxy) {}, "", nil, ""},
		"Negotiate": {func(p *linetest.Proxy) { p.Offers = []string{"Negotiate", "NTLM"} }, "", line.ErrProxyMethod, "proxy-method"},
		"Digest":    {func(p *linetest.Proxy) { p.Offers = []string{`Digest realm="Basic, x", qop="auth", nonce="a"`} }, "", line.ErrProxyMethod, "proxy-method"},
		"Silent":    {func(p *linetest.Proxy) { p.Status = http.StatusProxyAuthRequired }, "", line.ErrProxyMethod, "proxy-method"},
		"Another":   {func(p *linetest.Proxy) { p.User = user }, "proxy.example:3128", line.ErrProxyAuth, "proxy-auth"},
		"Refuses":   {func(p *linetest.Proxy) { p.Status = http.StatusForbidden }, "", line.ErrProxyRefused, "proxy-refused"},
		"Beyond":    {func(p *linetest.Proxy) { p.Status = http.StatusBadGateway }, "", line.ErrBeyondProxy, "beyond-proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			p := linetest.Start(t, c.edit)
			kept := &secret{p.Address(), user, password, nil}
			if c.proxy != "" {
				kept.proxy = c.proxy
			}
			l := line.New(line.Config{Proxy: p.URL(), Secret: kept.give})
			if c.kind == nil {
				works(t, to(t, l, address), address)
			} else {
				fails(t, to(t, l, address), address, c.kind, c.reason)
				step, _ := l.Diagnose(t.Context(), address, isHello).Trouble()
				if step.ID != line.StepConnect || step.Code != c.reason {
					t.Errorf("%+v", step)
				}
			}
			if shown := p.Shown(); len(shown) > 0 {
				t.Errorf("the proxy was shown %v", shown)
			}
		})
	}
	t.Run("Mixed", func(t *testing.T) { // Basic among others
		p := linetest.Start(t, func(p *linetest.Proxy) {
			p.User, p.Password, p.Offers = user, password, []string{"Negotiate", `NTLM, Basic realm="x, y"`}
		})
		l := line.New(line.Config{Proxy: p.URL(), Secret: (&secret{p.Address(), user, password, nil}).give})
		works(t, to(t, l, address), address)
	})
}

// A wrong password is shown once, however many calls there are, and again when it
// is another one, when somebody diagnoses, or after a while: behind a proxy there
// may be a directory that locks accounts.
func TestWrongPasswordIsShownOnce(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	p := linetest.Start(t, func(p *linetest.Proxy) { p.User, p.Password = user, password })
	wrong := func(string) (string, string, bool) { return user, "not-" + password, true }
	l := line.New(line.Config{Proxy: p.URL(), Secret: wrong})
	now := time.Now()
	l.Now = func() time.Time { return now }
	shown := func(want int) {
		t.Helper()
		if got := len(p.Shown()); got != want {
			t.Errorf("shown %d times, want %d", got, want)
		}
	}
	c := to(t, l, address)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := ask(t, c, address); !errors.Is(err, line.ErrProxyAuth) {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	shown(1)
	l.Renew() // another network
	fails(t, c, address, line.ErrProxyAuth, "proxy-auth")
	shown(1)
	l.Diagnose(t.Context(), address, isHello)
	shown(2)
	now = now.Add(l.Hold)
	fails(t, c, address, line.ErrProxyAuth, "proxy-auth")
	shown(3)
	l.Set(line.Config{Proxy: p.URL(), Secret: func(string) (string, string, bool) { return user, password, true }})
	works(t, c, address)
	shown(4)
}

// A proxy that is spoken to by https, whose certificate is looked at too.
func TestSecureProxy(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	p := linetest.StartTLS(t, world, func(p *linetest.Proxy) { p.User, p.Password = user, password })
	l := line.New(line.Config{Proxy: p.URL(), Secret: (&secret{p.Address(), user, password, nil}).give})
	works(t, to(t, l, address), address)
	if r := l.Diagnose(t.Context(), address, isHello); !r.OK() || r.Step(line.StepProxyTLS).Code != line.CodeTrusted {
		t.Errorf("%+v", r)
	}
	fake := linetest.StartTLS(t, linetest.Authorize(t, "Nobody", "Nobody"), func(p *linetest.Proxy) { p.User = user })
	l.Set(line.Config{Proxy: fake.URL(), Secret: (&secret{fake.Address(), user, password, nil}).give})
	if e := fails(t, to(t, l, address), address, line.ErrUntrusted, "intercepted"); e.Proxy != fake.Address() {
		t.Errorf("%+v", e)
	}
	if len(fake.Asked()) > 0 {
		t.Error("a proxy that is not trusted was asked")
	}
}

// A proxy that takes its time, and one that takes too much of it.
func TestSlowProxy(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	p := linetest.Start(t, func(p *linetest.Proxy) { p.Wait = 300 * time.Millisecond })
	l := line.New(line.Config{Proxy: p.URL()})
	works(t, to(t, l, address), address)
	l.Tunnel = 50 * time.Millisecond
	l.Renew()
	fails(t, to(t, l, address), address, line.ErrProxyUnreachable, "proxy-unreachable")
	l.Tunnel, l.Look = time.Minute, 100*time.Millisecond
	r := l.Diagnose(t.Context(), address, isHello)
	if step, _ := r.Trouble(); step.ID != line.StepConnect || r.Duration > 5*time.Second {
		t.Errorf("%+v", r)
	}
	// Whoever gives up is not told of a proxy.
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := to(t, l, address).Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("%v %v", res, err)
	}
}

// What answers in a proxy's place.
func TestNoProxyAtAll(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	for name, says := range map[string]string{
		"Nothing":  "",
		"Noise":    "220 mail.example ESMTP\r\n",
		"NoEnd":    "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 200),
		"TooSoon":  "HTTP/1.1 200 OK\r\n\r\nhello",
		"HalfLine": "HTTP/1.1 20",
	} {
		t.Run(name, func(t *testing.T) {
			listen, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				for conn, err := listen.Accept(); err == nil; conn, err = listen.Accept() {
					_, _ = conn.Read(make([]byte, 512))
					_, _ = conn.Write([]byte(says))
					_ = conn.Close()
				}
			}()
			l := line.New(line.Config{Proxy: listen.Addr().String()})
			e := fails(t, to(t, l, address), address, line.ErrProxyUnreachable, "proxy-unreachable")
			if strings.Contains(e.Error(), "mail.example") {
				t.Errorf("it is quoted: %v", e)
			}
			_ = listen.Close()
			<-done
		})
	}
}

// Whatever is not on the list is refused before any connection is opened, by a
// proxy or without; a redirect there leads nowhere.
func TestOnlyWhatIsAllowed(t *testing.T) {
	needsSystem(t)
	elsewhere := server(t, world.Certify(t, "ailleurs.example", nil), hello)
	address := server(t, world.Certify(t, portalName, nil), http.RedirectHandler(elsewhere, http.StatusTemporaryRedirect))
	p := linetest.Start(t, nil)
	l := line.New(line.Config{Proxy: p.URL()})
	c := to(t, l, address+"/v1")
	fails(t, c, address, line.ErrNotAllowed, "not-allowed") // behind the redirect
	for _, other := range []string{elsewhere, "https://portail.example", "https://portail.example:1", strings.Replace(address, "https", "http", 1), "http://127.0.0.1:1", "https://portail.example.evil.example"} {
		fails(t, c, other, line.ErrNotAllowed, "not-allowed")
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	if asked := p.Asked(); len(asked) != 1 || asked[0] != portalName+":"+port {
		t.Errorf("the proxy was asked for %v", asked)
	}
	if l.Last() == nil || l.Last().Kind != line.ErrNotAllowed {
		t.Errorf("%v", l.Last())
	}
	nobody := to(t, l)
	fails(t, nobody, address, line.ErrNotAllowed, "not-allowed")
	works(t, to(t, l, strings.ToUpper(elsewhere)), elsewhere)
	if l.Last() != nil {
		t.Errorf("%v", l.Last())
	}
}

// Loopback is reached directly, whatever is set.
func TestLoopbackIsDirect(t *testing.T) {
	s := httptest.NewServer(hello)
	defer s.Close()
	p := linetest.Start(t, nil)
	t.Setenv("HTTP_PROXY", p.URL())
	for _, setting := range []string{"", p.URL(), "http://u:p@s.example:1"} {
		l := line.New(line.Config{Proxy: setting})
		works(t, to(t, l, s.URL), s.URL)
	}
	if asked := p.Asked(); len(asked) > 0 {
		t.Errorf("the proxy was asked for %v", asked)
	}
}

// Other settings count for the next call, also for one whose connection was under
// way.
func TestSet(t *testing.T) {
	needsSystem(t)
	hold, held := make(chan struct{}), make(chan struct{}, 1)
	address := server(t, world.Certify(t, portalName, nil), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			held <- struct{}{}
			<-hold
		}
		hello(w, r)
	}))
	first, second := linetest.Start(t, nil), linetest.Start(t, nil)
	l := line.New(line.Config{Proxy: first.URL()})
	c := to(t, l, address)
	works(t, c, address)
	works(t, c, address)
	done := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/wait", nil)
		if err == nil {
			var res *http.Response
			if res, err = c.Do(req); err == nil {
				err = res.Body.Close()
			}
		}
		done <- err
	}()
	<-held
	l.Set(line.Config{Proxy: second.URL()})
	works(t, c, address)
	close(hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
	works(t, c, address)
	if a, b := len(first.Asked()), len(second.Asked()); a != 1 || b != 1 {
		t.Errorf("connections: %d and %d", a, b)
	}
}
