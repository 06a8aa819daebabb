package line

import (
	"context"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPickProxy(t *testing.T) {
	for _, c := range []struct{ list, scheme, want string }{
		{"proxy.example:3128", "https", "proxy.example:3128"},
		{"http=h.example:80;https=s.example:443", "https", "s.example:443"},
		{"HTTP=h.example:80; HTTPS=s.example:443", "http", "h.example:80"},
		{"http=h.example:80;rest.example:8080", "https", "rest.example:8080"},
		{"socks=h.example:1080", "https", ""},
		{"a.example:1;b.example:2", "https", "a.example:1"}, // of a script
		{"a.example:1 b.example:2", "https", "a.example:1"},
		{"", "https", ""},
	} {
		if got := pickProxy(c.list, c.scheme); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestBypassed(t *testing.T) {
	const list = "*.intern.example;10.*;<local>, https://direct.example:8443;[2001:db8::1] exact.example"
	for _, c := range []struct {
		host, port string
		want       bool
	}{
		{"a.intern.example", "443", true},
		{"A.Intern.Example", "443", true},
		{"intern.example", "443", false},
		{"10.1.2.3", "443", true},
		{"110.1.2.3", "443", false},
		{"serveur", "443", true},
		{"direct.example", "8443", true},
		{"direct.example", "443", false},
		{"2001:db8::1", "443", true},
		{"2001:db8::2", "443", false},
		{"exact.example", "1", true},
		{"notexact.example", "1", false},
	} {
		if got := bypassed(list, c.host, c.port); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if bypassed("", "serveur", "443") || bypassed("[", "serveur", "443") {
		t.Error("an empty list, or one that does not read, bypasses")
	}
}

// What the system says counts for a while, and is asked again then, and in
// another network.
func TestAsSystem(t *testing.T) {
	l := New(Config{})
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l.Now = func() time.Time { return now }
	u := &url.URL{Scheme: "https", Host: "portail.example", Path: "/"}
	asked, says := 0, ""
	l.system = func(context.Context, *url.URL) (string, string) { asked++; return says, FromScript }
	look := func(proxy string, times int) {
		t.Helper()
		c, err := l.asSystem(t.Context(), l.now(), u)
		got := ""
		if c.Proxy != nil {
			got = c.Proxy.String()
		}
		if err != nil || got != proxy || c.From != FromScript || asked != times {
			t.Errorf("%q from %q (%v), asked %d times", got, c.From, err, asked)
		}
	}
	look("", 1)
	says = "proxy.example:3128"
	look("", 1)
	now = now.Add(l.Chosen)
	look("http://proxy.example:3128", 2)
	says = "https://other.example"
	l.Renew()
	look("https://other.example:443", 3)
	says = "socks5://other.example"
	l.Renew()
	if _, err := l.asSystem(t.Context(), l.now(), u); Reason(err) != "proxy-setting" {
		t.Error(err)
	}
	// One that hangs is given up, and asked again soon.
	l.Dial = time.Millisecond
	l.system = func(ctx context.Context, _ *url.URL) (string, string) { <-ctx.Done(); asked++; return "", FromNothing }
	l.Renew()
	for _, after := range []time.Duration{0, time.Second, l.Chosen / 10} {
		now = now.Add(after)
		if c, err := l.asSystem(t.Context(), l.now(), u); err != nil || c.From != FromNothing {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if asked != 6 {
		t.Errorf("asked %d times", asked)
	}
}

// Calls that come together have the system asked once.
func TestAsSystemTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, asked := New(Config{}), atomic.Int32{}
		l.system = func(context.Context, *url.URL) (string, string) {
			asked.Add(1)
			time.Sleep(time.Second) // of the bubble
			return "proxy.example:3128", FromScript
		}
		var calls sync.WaitGroup
		for range 8 {
			calls.Go(func() {
				c, err := l.asSystem(t.Context(), l.now(), &url.URL{Scheme: "https", Host: "portail.example", Path: "/"})
				if err != nil || c.Proxy.Host != "proxy.example:3128" {
					t.Error(c, err)
				}
			})
		}
		calls.Wait()
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}
