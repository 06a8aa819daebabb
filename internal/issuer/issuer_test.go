package issuer_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/issuer"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const redirect = "http://127.0.0.1:49152/callback"

func people() []issuer.Person {
	return []issuer.Person{
		{ID: "claire", Name: "Claire Lefèvre", Note: "Admin <b>de</b> deux cabinets", Preferred: "tilleuls",
			Practices: []issuer.Practice{{ID: "tilleuls", Name: "Les Tilleuls", Town: "Nantes", Roles: []string{"admin"}}}},
		{ID: "sophie", Name: "Sophie Martin", Practices: []issuer.Practice{{ID: "tilleuls", Name: "Les Tilleuls", Town: "Nantes", Roles: []string{"user"}}}},
	}
}

// desk is a client as a desktop would be.
type desk struct {
	*issuer.Twin
	t        *testing.T
	http     *http.Client
	config   oauth2.Config
	verifier string
	nonce    string
}

func run(t *testing.T, edit func(*issuer.Config)) *desk {
	t.Helper()
	d := &desk{t: t, verifier: oauth2.GenerateVerifier(), nonce: "a-nonce"}
	d.Twin = issuer.Run(t, func(c *issuer.Config) {
		c.People = people()
		if edit != nil {
			edit(c)
		}
	})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	d.http = &http.Client{Transport: plain, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.config = oauth2.Config{
		ClientID: "guichet", RedirectURL: redirect, Scopes: []string{"openid", "profile", "offline_access", "guichet"},
		Endpoint: oauth2.Endpoint{AuthURL: d.URL + "/authorize", TokenURL: d.URL + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	return d
}

func (d *desk) ctx() context.Context { return oidc.ClientContext(d.t.Context(), d.http) }

// authorize is a good authorization address, with parameters changed: a value
// "-" takes one out.
func (d *desk) authorize(change ...string) string {
	d.t.Helper()
	u, err := url.Parse(d.config.AuthCodeURL("a-state", oauth2.S256ChallengeOption(d.verifier), oauth2.SetAuthURLParam("nonce", d.nonce)))
	if err != nil {
		d.t.Fatal(err)
	}
	q := u.Query()
	for i := 0; i < len(change); i += 2 {
		if q.Set(change[i], change[i+1]); change[i+1] == "-" {
			q.Del(change[i])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// answer signs a person in and returns what the desk would be told.
func (d *desk) answer(authorize, person string) url.Values {
	d.t.Helper()
	to, err := issuer.Answer(d.t.Context(), authorize, person)
	if err != nil {
		d.t.Fatal(err)
	}
	if got := to.Query(); got.Get("iss") != d.URL || got.Get("state") != "a-state" {
		d.t.Fatalf("answer %s: iss and state do not belong to it", to)
	}
	return to.Query()
}

func (d *desk) signIn(person string) *oauth2.Token {
	d.t.Helper()
	token, err := d.config.Exchange(d.ctx(), d.answer(d.authorize(), person).Get("code"), oauth2.VerifierOption(d.verifier))
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

// post sends a form and returns status and error code.
func (d *desk) post(path string, form url.Values) (status int, code string, body map[string]any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := d.http.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	_ = json.Unmarshal(raw, &body)
	code, _ = body["error"].(string)
	return res.StatusCode, code, body
}

// refresh exchanges a refresh token; "" is a refusal as invalid_grant.
func (d *desk) refresh(token string) string {
	d.t.Helper()
	status, code, body := d.post("/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"guichet"}})
	if status == http.StatusBadRequest && code == "invalid_grant" {
		return ""
	}
	next, _ := body["refresh_token"].(string)
	if status != http.StatusOK || next == "" || next == token {
		d.t.Fatalf("refresh answered %d: %v", status, body)
	}
	return next
}

// parts reads a token without a check.
func parts(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	for i, part := range strings.Split(token, ".")[:2] {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, []any{&header, &claims}[i]); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

func TestSignIn(t *testing.T) {
	d := run(t, nil)
	provider, err := oidc.NewProvider(d.ctx(), d.URL)
	if err != nil {
		t.Fatal(err)
	}
	token := d.signIn("claire")
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: "guichet"}).Verify(d.ctx(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if id.Subject != "claire" || id.Nonce != d.nonce || !slices.Equal(id.Audience, []string{"guichet"}) {
		t.Errorf("ID token for %s, nonce %q, audience %q", id.Subject, id.Nonce, id.Audience)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		t.Error(err)
	}
	header, claims := parts(t, token.AccessToken)
	if header["typ"] != "at+jwt" || header["alg"] != "ES256" || header["kid"] == "" {
		t.Errorf("header %v", header)
	}
	for name, want := range map[string]any{
		"iss": d.URL, "aud": "guichet-portal", "sub": "claire", "client_id": "guichet", "name": "Claire Lefèvre", "preferred": "tilleuls",
		"scope": "openid profile offline_access guichet",
	} {
		got := claims[name]
		if list, ok := got.([]any); ok && len(list) == 1 {
			got = list[0]
		}
		if got != want {
			t.Errorf("claim %s is %v, want %v", name, got, want)
		}
	}
	practices, _ := json.Marshal(claims["practices"])
	if string(practices) != `[{"id":"tilleuls","name":"Les Tilleuls","roles":["admin"],"town":"Nantes"}]` {
		t.Errorf("practices %s", practices)
	}
	for _, name := range []string{"nonce", "at_hash", "c_hash"} {
		if _, there := claims[name]; there {
			t.Errorf("the access token has %s, as an ID token would", name)
		}
	}
	// What the keys say is what it was signed with.
	access, err := provider.Verifier(&oidc.Config{ClientID: "guichet-portal"}).Verify(d.ctx(), token.AccessToken)
	if err != nil || time.Until(access.Expiry) > 5*time.Minute {
		t.Errorf("access token until %v: %v", access.Expiry, err)
	}
}

// TestArrival goes the whole way to a desk that listens.
func TestArrival(t *testing.T) {
	d := run(t, nil)
	for _, host := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(host, func(t *testing.T) {
			address, got := listen(t, host)
			arrival := d.SignIn(t.Context(), d.authorize("redirect_uri", address+"/callback"), "sophie")
			if arrival.Status != http.StatusOK || arrival.Body != "vous pouvez fermer cet onglet" {
				t.Fatalf("arrived at %v", arrival)
			}
			if q := <-got; q.Get("code") == "" || q.Get("state") != "a-state" || q.Get("iss") != d.URL {
				t.Fatalf("the desk was told %v", q)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	d := run(t, nil)
	res, err := d.http.Get(d.URL + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"issuer": `"` + d.URL + `"`, "authorization_response_iss_parameter_supported": "true", "code_challenge_methods_supported": `["S256"]`,
		"response_types_supported": `["code"]`, "grant_types_supported": `["authorization_code","refresh_token"]`,
		"token_endpoint_auth_methods_supported": `["none"]`, "id_token_signing_alg_values_supported": `["ES256"]`,
		"scopes_supported": `["openid","profile","offline_access","guichet"]`, "revocation_endpoint": `"` + d.URL + `/revoke"`,
		"introspection_endpoint": "null", "userinfo_endpoint": "null", "device_authorization_endpoint": "null", "end_session_endpoint": "null",
	} {
		if text, _ := json.Marshal(got[name]); string(text) != want {
			t.Errorf("%s is %s, want %s", name, text, want)
		}
	}
	// Nothing that zitadel could do besides is reachable.
	for _, path := range []string{"/userinfo", "/oauth/introspect", "/device_authorization", "/end_session", "/authorize/callback?id=1"} {
		res, err := d.http.Get(d.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, res.StatusCode)
		}
	}
}

func TestNew(t *testing.T) {
	good := issuer.Config{URL: "http://127.0.0.1:1/demo", Audience: "a", People: people()}
	if _, err := issuer.New(good); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*issuer.Config){
		"ErrNoURL":         func(c *issuer.Config) { c.URL = "" },
		"ErrTrailingSlash": func(c *issuer.Config) { c.URL += "/" },
		"ErrNotLoopback":   func(c *issuer.Config) { c.URL = "https://sign-in.example" },
		"ErrNoAudience":    func(c *issuer.Config) { c.Audience = "" },
		"ErrNobody":        func(c *issuer.Config) { c.People = nil },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			edit(&c)
			if _, err := issuer.New(c); err == nil {
				t.Fatal("made")
			}
		})
	}
}
