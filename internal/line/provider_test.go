package line_test

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guichet/internal/line"
	"guichet/internal/line/linetest"
	"guichet/internal/privacy"
	"guichet/internal/session/oidc"
)

// A provider whose document names another host: that one is reached too, by the
// proxy, and nothing else; a redirect of either leads nowhere.
func TestProvider(t *testing.T) {
	needsSystem(t)
	astray := false
	var issuer, elsewhere string
	elsewhere = server(t, world.Certify(t, "ailleurs.example", nil), hello)
	tokens := server(t, world.Certify(t, "jetons.example", nil), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if astray {
			http.Redirect(w, r, elsewhere+"/token", http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
	}))
	issuer = server(t, world.Certify(t, "identite.example", nil), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": issuer, "authorization_endpoint": elsewhere + "/authorize", "token_endpoint": tokens + "/token", "jwks_uri": tokens + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	}))
	p := linetest.Start(t, nil)
	l := line.New(line.Config{Proxy: p.URL()})
	var made *oidc.Provider
	by := l.Transport(func() []string { return made.Origins() })
	defer by.Close()
	made, err := oidc.New(oidc.Config{Issuer: issuer, ClientID: "guichet"}, &http.Client{Transport: by})
	if err != nil {
		t.Fatal(err)
	}
	old := oidc.Tokens{Issuer: issuer, Refresh: privacy.Hide("a-refresh-token")}
	if _, err := made.Refresh(t.Context(), old); !errors.Is(err, oidc.ErrSignedOut) {
		t.Errorf("%v", err)
	}
	astray = true
	if _, err := made.Refresh(t.Context(), old); !errors.Is(err, oidc.ErrNonsense) {
		t.Errorf("led elsewhere: %v", err)
	}
	want := []string{hostPort(t, issuer), hostPort(t, tokens)}
	for _, host := range p.Asked() {
		if !slices.Contains(want, host) {
			t.Errorf("contacted: %s", host)
		}
	}
	// A proxy that asks is told for what it is.
	l.Set(line.Config{Proxy: linetest.Start(t, func(p *linetest.Proxy) { p.User = user }).URL()})
	if _, err := made.Refresh(t.Context(), old); !errors.Is(err, oidc.ErrUnreachable) || !strings.Contains(err.Error(), "proxy-auth") {
		t.Errorf("%v", err)
	}
}

func hostPort(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := net.SplitHostPort(u.Host); err != nil {
		t.Fatal(err)
	}
	return u.Host
}
