package oidc_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/session/oidc"

	"github.com/go-jose/go-jose/v4"
)

const page400 = "<html><title>Proxy</title>" + accessMark

// refusals are the sign-ins that must come to nothing: how the provider
// misbehaves, what is told, and how often a code may have left for the token
// endpoint.
var refusals = []struct {
	name string
	rig  func(h *hostile)
	want error
	asks int
}{
	{"nonce of another sign-in", claim("nonce", strings.Repeat("n", 43)), oidc.ErrUntrusted, 1},
	{"no nonce", claim("nonce", nil), oidc.ErrUntrusted, 1},
	{"ID token of another issuer", claim("iss", "https://other.invalid"), oidc.ErrUntrusted, 1},
	{"ID token of another audience", claim("aud", "another"), oidc.ErrUntrusted, 1},
	{"no audience", claim("aud", nil), oidc.ErrUntrusted, 1},
	{"azp wrong", claim("azp", "another"), oidc.ErrUntrusted, 1},
	{"two audiences without azp", claim("aud", []string{"guichet", "another"}), oidc.ErrUntrusted, 1},
	{"at_hash wrong", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), oidc.ErrUntrusted, 1},
	{"no subject", claim("sub", nil), oidc.ErrUntrusted, 1},
	{"no time of issue", claim("iat", nil), oidc.ErrUntrusted, 1},
	{"no expiry", claim("exp", nil), oidc.ErrUntrusted, 1},
	{"expired ID token", claim("exp", time.Now().Add(-oidc.Leeway-time.Minute).Unix()), oidc.ErrUntrusted, 1},
	{"ID token from the future", claim("iat", time.Now().Add(oidc.Leeway+time.Minute).Unix()), oidc.ErrClock, 1},
	{"ID token not valid yet", claim("nbf", time.Now().Add(oidc.Leeway+time.Minute).Unix()), oidc.ErrClock, 1},
	{"ID token never valid", claim("nbf", 1e300), oidc.ErrClock, 1},
	{"alg none", func(h *hostile) { h.sign = unsigned }, oidc.ErrUntrusted, 1},
	{"alg none, announced", func(h *hostile) {
		h.sign = unsigned
		h.document = field("id_token_signing_alg_values_supported", []string{"none"})
	}, oidc.ErrUntrusted, 1},
	{"HS256 with the client id", shared([]byte("guichet-guichet-guichet-guichet-")), oidc.ErrUntrusted, 1},
	{"HS256 with the public key", func(h *hostile) {
		der, err := x509.MarshalPKIXPublicKey(h.key.Public().(*ecdsa.PublicKey))
		if err != nil {
			panic(err)
		}
		shared(der)(h)
	}, oidc.ErrUntrusted, 1},
	{"HS256 with a key in the JWKS", func(h *hostile) {
		secret := []byte("guichet-guichet-guichet-guichet-")
		shared(secret)(h)
		h.path["/jwks"] = func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: secret, KeyID: "one"}}})
		}
	}, oidc.ErrUntrusted, 1},
	{"key not in JWKS", foreignKey("two"), oidc.ErrUntrusted, 1},
	{"key not in JWKS, under its name", foreignKey("one"), oidc.ErrUntrusted, 1},
	{"signature of another text", func(h *hostile) {
		h.sign = func(c map[string]any) string {
			parts := strings.Split(signed(jose.ES256, h.key, "one", map[string]any{"sub": "x"}), ".")
			return parts[0] + "." + strings.Split(unsigned(c), ".")[1] + "." + parts[2]
		}
	}, oidc.ErrUntrusted, 1},
	{"ID token that is none", func(h *hostile) { h.sign = func(map[string]any) string { return "a.b" } }, oidc.ErrUntrusted, 1},
	{"no ID token", grants("id_token", nil), oidc.ErrUntrusted, 1},

	{"iss of another", sends("iss", "https://other.invalid"), oidc.ErrUntrusted, 0},
	{"iss missing though announced", sends("iss", ""), oidc.ErrUntrusted, 0},
	{"error with the iss of another", func(h *hostile) {
		h.redirect = func(a url.Values) { a.Set("iss", "https://other.invalid"); a.Set("error", "access_denied") }
	}, oidc.ErrUntrusted, 0},
	{"access denied", sends("error", "access_denied"), oidc.ErrCancelled, 0},
	{"login required", sends("error", "login_required"), oidc.ErrRefused, 0},
	{"an error of its own", sends("error", accessMark), oidc.ErrRefused, 0},
	{"cannot now", sends("error", "temporarily_unavailable"), oidc.ErrUnreachable, 0},
	{"no code", sends("code", ""), oidc.ErrNonsense, 0},

	{"discovery of another issuer", func(h *hostile) { h.document = field("issuer", "https://other.invalid") }, oidc.ErrNonsense, 0},
	{"discovery is a page", func(h *hostile) { h.path["/.well-known/openid-configuration"] = says(200, "text/html", page400) }, oidc.ErrNonsense, 0},
	{"discovery not found", func(h *hostile) { h.path["/.well-known/openid-configuration"] = says(404, "text/html", page400) }, oidc.ErrNonsense, 0},
	{"discovery down", func(h *hostile) { h.path["/.well-known/openid-configuration"] = says(503, "text/html", page400) }, oidc.ErrUnreachable, 0},
	{"discovery without end", func(h *hostile) {
		h.path["/.well-known/openid-configuration"] = endless(`{"issuer":"` + h.issuer + `"`)
	}, oidc.ErrNonsense, 0},
	{"sign-in would start a program", func(h *hostile) { h.document = field("authorization_endpoint", "file:///C:/Windows/System32/calc.exe") }, oidc.ErrNonsense, 0},
	{"sign-in is a script", func(h *hostile) { h.document = field("authorization_endpoint", "javascript:alert(1)") }, oidc.ErrNonsense, 0},
	{"sign-in in clear", func(h *hostile) { h.document = field("authorization_endpoint", "http://other.invalid/auth") }, oidc.ErrNonsense, 0},
	{"token endpoint in clear", func(h *hostile) { h.document = field("token_endpoint", "http://other.invalid/token") }, oidc.ErrNonsense, 0},
	{"keys in clear", func(h *hostile) { h.document = field("jwks_uri", "http://other.invalid/jwks") }, oidc.ErrNonsense, 0},
	{"revocation in clear", func(h *hostile) { h.document = field("revocation_endpoint", "http://other.invalid/revoke") }, oidc.ErrNonsense, 0},
	{"revocation endpoint is a number", func(h *hostile) { h.document = field("revocation_endpoint", 5) }, oidc.ErrNonsense, 0},
	{"no token endpoint", func(h *hostile) { h.document = field("token_endpoint", nil) }, oidc.ErrNonsense, 0},

	{"code refused", func(h *hostile) {
		h.path["/token"] = says(400, "application/json", `{"error":"invalid_grant","error_description":"`+codeMark+`"}`)
	}, oidc.ErrRefused, 1},
	{"client refused", func(h *hostile) { h.path["/token"] = says(401, "application/json", `{"error":"invalid_client"}`) }, oidc.ErrRefused, 1},
	{"token endpoint says a page", func(h *hostile) { h.path["/token"] = says(200, "text/html", page400) }, oidc.ErrNonsense, 1},
	{"token endpoint refuses with a page", func(h *hostile) { h.path["/token"] = says(400, "text/html", page400) }, oidc.ErrNonsense, 1},
	{"token endpoint down", func(h *hostile) { h.path["/token"] = says(502, "text/html", page400) }, oidc.ErrUnreachable, 1},
	{"token endpoint busy", func(h *hostile) { h.path["/token"] = says(429, "application/json", `{"error":"slow_down"}`) }, oidc.ErrUnreachable, 1},
	{"token answer without end", func(h *hostile) { h.path["/token"] = endless(`{"access_token":"` + accessMark + `"`) }, oidc.ErrNonsense, 1},
	{"token answer cut off", func(h *hostile) {
		h.path["/token"] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"access_token":"` + accessMark))
		}
	}, oidc.ErrUnreachable, 1},
	{"token of another type", grants("token_type", "DPoP"), oidc.ErrNonsense, 1},
	{"no access token", grants("access_token", nil), oidc.ErrNonsense, 1},
	{"access token that breaks a header", grants("access_token", "a\r\nX-Evil: 1"), oidc.ErrNonsense, 1},
	{"refresh token that breaks a line", grants("refresh_token", "a\nb"), oidc.ErrNonsense, 1},
	{"keys down", func(h *hostile) { h.path["/jwks"] = says(503, "text/html", page400) }, oidc.ErrUnreachable, 1},
	{"keys are a page", func(h *hostile) { h.path["/jwks"] = says(200, "text/html", page400) }, oidc.ErrNonsense, 1},
	{"keys without end", func(h *hostile) { h.path["/jwks"] = endless(`{"keys":[]`) }, oidc.ErrNonsense, 1},
}

func claim(name string, value any) func(h *hostile) {
	return func(h *hostile) { h.claims = field(name, value) }
}

func grants(name string, value any) func(h *hostile) {
	return func(h *hostile) { h.token = func(_ url.Values, a answered) { field(name, value)(a) } }
}

func sends(name, value string) func(h *hostile) {
	return func(h *hostile) {
		h.redirect = func(a url.Values) {
			if a.Set(name, value); value == "" {
				a.Del(name)
			}
		}
	}
}

// field sets or, with nil, takes out.
func field(name string, value any) func(map[string]any) {
	return func(m map[string]any) {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
}

func shared(secret []byte) func(h *hostile) {
	return func(h *hostile) {
		h.document = field("id_token_signing_alg_values_supported", []string{"HS256", "ES256"})
		h.sign = func(c map[string]any) string { return signed(jose.HS256, secret, "one", c) }
	}
}

func foreignKey(kid string) func(h *hostile) {
	return func(h *hostile) {
		h.sign = func(c map[string]any) string { return signed(jose.ES256, foreign, kid, c) }
	}
}

func TestRefused(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			h := newHostile(t).serve(t)
			c.rig(h)
			tokens, page, err := h.signIn(t, h.desk(t))
			if !errors.Is(err, c.want) {
				t.Fatalf("sign in: %v, want %v", err, c.want)
			}
			if tokens.Access.Reveal() != "" || tokens.Refresh.Reveal() != "" {
				t.Error("there are tokens")
			}
			if got := h.called("/token"); got != c.asks {
				t.Errorf("the token endpoint was asked %d times", got)
			}
			if page.at != nil && (page.at.Path != "/fini" || !strings.Contains(page.body, "fermer cet onglet") || strings.Contains(page.body, "réussi")) {
				t.Errorf("the browser shows %d at %s: %s", page.status, page.at, page.body)
			}
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err), page.body} {
				if strings.Contains(text, "canary") {
					t.Errorf("a secret is told: %s", text)
				}
			}
		})
	}
}

func TestHonestHostileIsTaken(t *testing.T) {
	h := newHostile(t).serve(t)
	h.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"another", "guichet"}, "guichet" }
	tokens, page, err := h.signIn(t, h.desk(t))
	if err != nil || tokens.Identity.Name.Reveal() != "Claire Martin" || !strings.Contains(page.body, "réussie") {
		t.Fatalf("sign in: %v, the browser shows %s", err, page.body)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", tokens, tokens, tokens, encoded(tokens)); strings.Contains(text, "canary") || strings.Contains(text, "Claire") || strings.Contains(text, "claire") {
		t.Errorf("it prints: %s", text)
	}
}

// The provider changes its keys while the program runs.
func TestKeysRotate(t *testing.T) {
	h := newHostile(t).serve(t)
	p := h.desk(t)
	if _, _, err := h.signIn(t, p); err != nil {
		t.Fatal(err)
	}
	h.key = foreign
	h.sign = func(c map[string]any) string { return signed(jose.ES256, foreign, "two", c) }
	h.path["/jwks"] = func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: foreign.Public(), KeyID: "two"}}})
	}
	if _, _, err := h.signIn(t, p); err != nil {
		t.Error(err)
	}
}

// A code goes to the token endpoint of the document, whatever that answers.
func TestCodeFollowsNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			got := make(chan struct{}, 9)
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got <- struct{}{} }))
			defer elsewhere.Close()
			h := newHostile(t).serve(t)
			for _, target := range []string{elsewhere.URL, "/elsewhere"} {
				h.path["/token"] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, status) }
				if _, _, err := h.signIn(t, h.desk(t)); !errors.Is(err, oidc.ErrNonsense) {
					t.Errorf("sign in: %v", err)
				}
			}
			if len(got) > 0 || h.called("/elsewhere") > 0 {
				t.Error("it was followed")
			}
		})
	}
}

// The document may have moved on its own host, and nowhere else.
func TestDiscoveryRedirected(t *testing.T) {
	h := newHostile(t).serve(t)
	inner := newHostile(t)
	inner.issuer = h.issuer
	h.path["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/moved", http.StatusFound)
	}
	h.path["/moved"] = func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/.well-known/openid-configuration"
		inner.ServeHTTP(w, r)
	}
	if _, _, err := h.signIn(t, h.desk(t)); err != nil {
		t.Errorf("on its host: %v", err)
	}
	other := httptest.NewServer(inner)
	defer other.Close()
	h.path["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
	}
	if _, _, err := h.signIn(t, h.desk(t)); !errors.Is(err, oidc.ErrNonsense) {
		t.Errorf("elsewhere: %v", err)
	}
	if inner.called("/.well-known/openid-configuration") != 1 {
		t.Error("the other host was asked")
	}
}
