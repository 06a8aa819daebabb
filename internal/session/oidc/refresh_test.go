package oidc_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/privacy"
	"guichet/internal/session/oidc"
)

// held are tokens of an earlier sign-in.
func held(h *hostile) oidc.Tokens {
	return oidc.Tokens{
		Issuer: h.issuer, Access: privacy.Hide("old-access-canary"), Refresh: privacy.Hide("old-refresh-canary"),
		Identity: oidc.Identity{Subject: privacy.Hide("claire"), Name: privacy.Hide("Claire")},
	}
}

func answers(status int, text string) func(h *hostile) {
	return func(h *hostile) { h.path["/token"] = says(status, "application/json", text) }
}

func TestRefresh(t *testing.T) {
	hour := time.Hour.Seconds()
	for _, c := range []struct {
		name string
		rig  func(h *hostile)
		want error // nil: it succeeds
	}{
		{"rotated", func(*hostile) {}, nil},
		{"without an ID token", grants("id_token", nil), nil},
		{"ID token that has expired", claim("exp", float64(time.Now().Unix())-hour), nil},
		{"ID token from the future", claim("iat", float64(time.Now().Unix())+hour), nil},
		{"keys down", func(h *hostile) { h.path["/jwks"] = says(503, "text/html", page400) }, nil},
		{"keys are a page", func(h *hostile) { h.path["/jwks"] = says(200, "text/html", page400) }, nil},
		{"lifetime in words", grants("expires_in", "one hour"), nil},

		{"invalid_grant", answers(400, `{"error":"invalid_grant","error_description":"old-refresh-canary"}`), oidc.ErrSignedOut},
		{"invalid_grant as 401", answers(401, `{"error":"invalid_grant"}`), oidc.ErrSignedOut},
		{"invalid_client", answers(401, `{"error":"invalid_client"}`), oidc.ErrRefused},
		{"invalid_scope", answers(400, `{"error":"invalid_scope"}`), oidc.ErrRefused},
		{"an error of its own", answers(400, `{"error":"old-refresh-canary"}`), oidc.ErrRefused},
		{"400 with a page", answers(400, page400), oidc.ErrNonsense},
		{"400 without a reason", answers(400, `{}`), oidc.ErrNonsense},
		{"403 of a proxy", answers(403, page400), oidc.ErrNonsense},
		{"404", answers(404, page400), oidc.ErrNonsense},
		{"captive portal", answers(200, page400), oidc.ErrNonsense},
		{"redirect to a captive portal", answers(302, page400), oidc.ErrNonsense},
		{"nothing", answers(200, ``), oidc.ErrNonsense},
		{"a list", answers(200, `[]`), oidc.ErrNonsense},
		{"429", answers(429, `{"error":"invalid_grant"}`), oidc.ErrUnreachable},
		{"500", answers(500, `{"error":"invalid_grant"}`), oidc.ErrUnreachable},
		{"503", answers(503, page400), oidc.ErrUnreachable},
		{"server_error as 400", answers(400, `{"error":"server_error"}`), oidc.ErrUnreachable},
		{"cut off", func(h *hostile) {
			h.path["/token"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}, oidc.ErrUnreachable},
		{"without end", func(h *hostile) { h.path["/token"] = endless(`{"access_token":"x"`) }, oidc.ErrNonsense},
		{"another person", claim("sub", "paul"), oidc.ErrUntrusted},
		{"another person, keys down", func(h *hostile) {
			claim("sub", "paul")(h)
			h.path["/jwks"] = says(503, "text/html", page400)
		}, oidc.ErrUntrusted},
		{"another issuer, keys down", func(h *hostile) {
			claim("iss", "https://other.invalid")(h)
			h.path["/jwks"] = says(503, "text/html", page400)
		}, oidc.ErrUntrusted},
		{"another audience", claim("aud", "another"), oidc.ErrUntrusted},
		{"another key", foreignKey("one"), oidc.ErrUntrusted},
		{"alg none", func(h *hostile) { h.sign = unsigned }, oidc.ErrUntrusted},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHostile(t).serve(t)
			c.rig(h)
			fresh, err := h.desk(t).Refresh(t.Context(), held(h))
			if !errors.Is(err, c.want) {
				t.Fatalf("refresh: %v, want %v", err, c.want)
			}
			if c.want != nil {
				if fresh.Access.Reveal() != "" || fresh.Refresh.Reveal() != "" || strings.Contains(err.Error(), "canary") {
					t.Errorf("refresh: %v, %q %q", err, fresh.Access.Reveal(), fresh.Refresh.Reveal())
				}
			} else if fresh.Access.Reveal() != accessMark || fresh.Refresh.Reveal() != refreshMark || fresh.Identity.Name.Reveal() != "Claire" || !fresh.Fresh(time.Now()) {
				t.Errorf("refresh brought %q %q %q", fresh.Access.Reveal(), fresh.Refresh.Reveal(), fresh.Identity.Name.Reveal())
			}
			if h.called("/token") != 1 {
				t.Errorf("the refresh token was sent %d times", h.called("/token"))
			}
			if form := h.posted[0]; form.Get("grant_type") != "refresh_token" || form.Get("refresh_token") != "old-refresh-canary" || form.Get("client_id") != "guichet" {
				t.Errorf("asked with %v", form)
			}
		})
	}
}

func TestRefreshKeepsTheOldToken(t *testing.T) {
	h := newHostile(t).serve(t)
	grants("refresh_token", nil)(h)
	fresh, err := h.desk(t).Refresh(t.Context(), held(h))
	if err != nil || fresh.Refresh.Reveal() != "old-refresh-canary" || fresh.Access.Reveal() != accessMark {
		t.Errorf("refresh: %v, %q", err, fresh.Refresh.Reveal())
	}
}

// A portal that names another provider does not lead it to this one's tokens.
func TestTokensOfAnotherIssuer(t *testing.T) {
	h := newHostile(t).serve(t)
	other := held(h)
	other.Issuer = "https://other.invalid"
	without := held(h)
	without.Refresh = privacy.Hide("")
	for _, tokens := range []oidc.Tokens{other, without} {
		if _, err := h.desk(t).Refresh(t.Context(), tokens); !errors.Is(err, oidc.ErrSignedOut) {
			t.Errorf("refresh: %v", err)
		}
	}
	if err := h.desk(t).Revoke(t.Context(), other); err != nil {
		t.Errorf("revoke: %v", err)
	}
	if len(h.calls) != 0 {
		t.Errorf("it was asked for %v", h.calls)
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(nil)
	h := newHostile(t)
	h.issuer = server.URL
	server.Close()
	p := h.desk(t)
	if _, err := p.Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrUnreachable) || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("refresh: %v", err)
	}
	if _, _, err := h.signIn(t, p); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("sign in: %v", err)
	}
	if err := p.Revoke(t.Context(), held(h)); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("revoke: %v", err)
	}
	h.issuer = "https://nobody.invalid"
	if _, err := h.desk(t).Refresh(t.Context(), held(h)); !errors.Is(err, oidc.ErrUnreachable) || strings.Contains(err.Error(), "nobody.invalid") {
		t.Errorf("a name that is not known: %v", err)
	}
}

// The document is asked for when it is needed, once, again after a failure, and
// again after a day; what cannot be asked for again serves on.
func TestDiscoveryKept(t *testing.T) {
	const path = "/.well-known/openid-configuration"
	h := newHostile(t).serve(t)
	p := h.desk(t)
	refresh := func(want error, times int) {
		t.Helper()
		if _, err := p.Refresh(t.Context(), held(h)); !errors.Is(err, want) {
			t.Errorf("refresh: %v, want %v", err, want)
		}
		if h.called(path) != times {
			t.Errorf("asked %d times, want %d", h.called(path), times)
		}
	}
	if h.called(path) != 0 {
		t.Error("asked at once")
	}
	down := says(503, "text/html", page400)
	h.path[path] = down
	refresh(oidc.ErrUnreachable, 1)
	h.path[path] = nil
	refresh(nil, 2)
	refresh(nil, 2)
	oidc.Aged(p, 25*time.Hour)
	refresh(nil, 3)
	refresh(nil, 3)
	h.path[path] = down
	oidc.Aged(p, 25*time.Hour)
	refresh(nil, 4)
	h.path[path] = nil
	oidc.Aged(p, -72*time.Hour) // the clock was set back
	refresh(nil, 5)
}

func TestRevokeOrder(t *testing.T) {
	h := newHostile(t).serve(t)
	if err := h.desk(t).Revoke(t.Context(), held(h)); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, form := range h.posted {
		kinds = append(kinds, form.Get("token_type_hint")+" "+form.Get("token")+" "+form.Get("client_id"))
	}
	if want := []string{"refresh_token old-refresh-canary guichet", "access_token old-access-canary guichet"}; !slices.Equal(kinds, want) {
		t.Errorf("revoked %v, want %v", kinds, want)
	}
	only := held(h)
	only.Refresh = privacy.Hide("")
	if err := h.desk(t).Revoke(t.Context(), only); err != nil || len(h.posted) != 3 {
		t.Errorf("without a refresh token: %v, %d calls", err, len(h.posted))
	}
}

func TestRevokeRefused(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a token went elsewhere") }))
	defer elsewhere.Close()
	for _, c := range []struct {
		name string
		rig  func(h *hostile)
		want error
	}{
		{"not supported", func(h *hostile) { h.document = field("revocation_endpoint", nil) }, nil},
		{"not for this type", func(h *hostile) {
			h.path["/revoke"] = says(400, "application/json", `{"error":"unsupported_token_type"}`)
		}, nil},
		{"no content", func(h *hostile) { h.path["/revoke"] = says(204, "", "") }, nil},
		{"refused", func(h *hostile) { h.path["/revoke"] = says(401, "application/json", `{"error":"invalid_client"}`) }, oidc.ErrRefused},
		{"a page", func(h *hostile) { h.path["/revoke"] = says(403, "text/html", page400) }, oidc.ErrNonsense},
		{"down", func(h *hostile) { h.path["/revoke"] = says(503, "text/html", page400) }, oidc.ErrUnreachable},
		{"redirected", func(h *hostile) {
			h.path["/revoke"] = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
			}
		}, oidc.ErrNonsense},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHostile(t).serve(t)
			c.rig(h)
			err := h.desk(t).Revoke(t.Context(), held(h))
			if !errors.Is(err, c.want) || err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("revoke: %v, want %v", err, c.want)
			}
		})
	}
}

// The resource is named in all three calls.
func TestResource(t *testing.T) {
	h := newHostile(t).serve(t)
	cfg := h.config()
	cfg.Resource = "https://portail.invalid/api"
	p, err := oidc.New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var authorized url.Values
	h.redirect = func(a url.Values) { authorized = a }
	tokens, _, err := h.signIn(t, p)
	if err != nil || authorized == nil {
		t.Fatal(err)
	}
	if _, err := p.Refresh(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	for _, form := range h.posted {
		if form.Get("resource") != cfg.Resource {
			t.Errorf("%s without the resource", form.Get("grant_type"))
		}
	}
}
