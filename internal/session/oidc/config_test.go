package oidc_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/internal/privacy"
	"guichet/internal/session/oidc"
)

func TestConfig(t *testing.T) {
	for issuer, good := range map[string]bool{
		"https://id.example": true, "https://id.example/realms/desk": true, "https://id.example:8443/": true,
		"http://127.0.0.1:9998": true, "http://localhost:9998": true, "http://[::1]:9998": true,
		"": false, "id.example": false, "http://id.example": false, "http://10.0.0.1": false, "http://127.0.0.1.evil.example": false,
		"http://localhost.evil.example": false, "ftp://id.example": false, "file:///etc": false, "https://": false, "https:id.example": false,
		"https://user:pass@id.example": false, "https://id.example?a=b": false, "https://id.example#a": false, "https://id.example?": false,
		"http://localhost@evil.example": false, "https://[": false,
	} {
		_, err := oidc.New(oidc.Config{Issuer: issuer, ClientID: "guichet"}, nil)
		if good && err != nil || !good && !errors.Is(err, oidc.ErrConfig) {
			t.Errorf("%q: %v", issuer, err)
		}
	}
	if _, err := oidc.New(oidc.Config{Issuer: "https://id.example"}, nil); !errors.Is(err, oidc.ErrConfig) {
		t.Errorf("no client id: %v", err)
	}
	for _, resource := range []string{"/api", "portail", "https://portail.example/api#a", "%"} {
		if _, err := oidc.New(oidc.Config{Issuer: "https://id.example", ClientID: "guichet", Resource: resource}, nil); !errors.Is(err, oidc.ErrConfig) {
			t.Errorf("resource %q: %v", resource, err)
		}
	}
}

func TestTLS(t *testing.T) {
	h := newHostile(t)
	server := httptest.NewTLSServer(h)
	server.Config.ErrorLog = nil
	defer server.Close()
	h.issuer = server.URL
	desk := func(client *http.Client) *oidc.Provider {
		p, err := oidc.New(h.config(), client)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		return p
	}
	if _, err := desk(server.Client()).Refresh(t.Context(), held(h)); err != nil {
		t.Errorf("trusted: %v", err)
	}
	if _, err := desk(nil).Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrUnreachable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("not trusted: %v", err)
	}
	// A PC whose clock began again.
	past := func() time.Time { return time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Add(-24 * time.Hour) }
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.Time = past
	p := desk(&http.Client{Transport: transport})
	p.Now = past
	if _, err := p.Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrClock) {
		t.Errorf("a clock that began again: %v", err)
	}
	transport = server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.MaxVersion = tls.VersionTLS11
	if _, err := desk(&http.Client{Transport: transport}).Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("no common version: %v", err)
	}
	// What is https is not led into the clear, not even on this machine.
	clear := newHostile(t).serve(t)
	h.document = field("token_endpoint", clear.issuer+"/token")
	if _, err := desk(server.Client()).Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrNonsense) || clear.called("/token") != 0 {
		t.Errorf("led into the clear: %v", err)
	}
}

// Cookies and redirects of the caller's client are not used.
func TestClientIsOwn(t *testing.T) {
	h := newHostile(t).serve(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { t.Error("asked"); return nil }}
	p, err := oidc.New(h.config(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	h.path["/token"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
	}
	if _, err := p.Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrNonsense) || h.called("/other") != 0 {
		t.Error(err)
	}
}

func TestLifetime(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for said, want := range map[string]time.Duration{
		`3600`: time.Hour - 30*time.Second, `"3600"`: time.Hour - 30*time.Second, `3599.5`: time.Hour - 30500*time.Millisecond,
		`60`: 45 * time.Second, `20`: 15 * time.Second, `1e9`: 24*time.Hour - 30*time.Second,
		`null`: 270 * time.Second, `0`: 270 * time.Second, `-5`: 270 * time.Second, `"soon"`: 270 * time.Second, `{}`: 270 * time.Second,
		`"NaN"`: 270 * time.Second, `"Inf"`: 24*time.Hour - 30*time.Second, `1e999`: 270 * time.Second,
	} {
		tokens, err := oidc.Understand(now, 200, []byte(`{"access_token":"a","token_type":"bearer","expires_in":`+said+`}`))
		if got := tokens.Expiry.Sub(now); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", said, err, got, want)
		}
	}
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	tokens := oidc.Tokens{Access: privacy.Hide("a"), Obtained: now, Expiry: now.Add(time.Hour)}
	for ago, want := range map[time.Duration]bool{
		0: true, time.Hour - time.Second: true, time.Hour: false, 48 * time.Hour: false,
		-10 * time.Second: true, -time.Minute: false, -48 * time.Hour: false, // the clock was set back
	} {
		if got := tokens.Fresh(now.Add(ago)); got != want {
			t.Errorf("after %v: %v", ago, got)
		}
	}
	if (oidc.Tokens{}).Fresh(now) {
		t.Error("nothing is fresh")
	}
}

func TestPlainAndRestore(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	tokens := oidc.Tokens{
		Issuer: "https://id.example", Access: privacy.Hide(accessMark), Refresh: privacy.Hide(refreshMark),
		Identity: oidc.Identity{Subject: privacy.Hide("claire"), Name: privacy.Hide("Claire")}, Obtained: now, Expiry: now.Add(time.Hour),
	}
	plain, err := tokens.Plain()
	if err != nil {
		t.Fatal(err)
	}
	back, err := oidc.Restore(plain)
	if err != nil || back.Issuer != tokens.Issuer || back.Access.Reveal() != accessMark || back.Refresh.Reveal() != refreshMark ||
		back.Identity.Subject.Reveal() != "claire" || back.Identity.Name.Reveal() != "Claire" || !back.Obtained.Equal(now) || !back.Expiry.Equal(tokens.Expiry) {
		t.Errorf("%v: %s", err, plain)
	}
	for _, broken := range []string{"", "{", `{"access":5}`, `"` + accessMark + `"`, accessMark, `{"obtained":"` + accessMark + `"}`} {
		if _, err := oidc.Restore([]byte(broken)); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", broken, err)
		}
	}
}
