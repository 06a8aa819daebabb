package issuer_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/issuer"

	"github.com/coreos/go-oidc/v3/oidc"
)

func (d *desk) code(code, verifier, redirect string) (string, map[string]any) {
	d.t.Helper()
	_, refusal, body := d.post("/oauth/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "client_id": {"guichet"}, "code_verifier": {verifier}, "redirect_uri": {redirect},
	})
	return refusal, body
}

func TestCode(t *testing.T) {
	begin := time.Now()
	now := begin
	d := run(t, func(c *issuer.Config) { c.Now = func() time.Time { return now } })
	t.Run("ErrReplayEndsTheSignIn", func(t *testing.T) {
		code := d.answer(d.authorize(), "claire").Get("code")
		refusal, body := d.code(code, d.verifier, redirect)
		if refusal != "" {
			t.Fatal(refusal)
		}
		token := body["refresh_token"].(string)
		if token = d.refresh(token); token == "" {
			t.Fatal("the sign-in does not hold")
		}
		if refusal, _ := d.code(code, d.verifier, redirect); refusal != "invalid_grant" {
			t.Fatalf("a replayed code: %q", refusal)
		}
		if d.refresh(token) != "" {
			t.Fatal("the sign-in outlives the replay of its code")
		}
	})
	t.Run("ErrVerifier", func(t *testing.T) {
		for _, verifier := range []string{"", strings.Repeat("x", 43)} {
			code := d.answer(d.authorize(), "claire").Get("code")
			if refusal, _ := d.code(code, verifier, redirect); refusal != "invalid_grant" && refusal != "invalid_request" {
				t.Fatalf("verifier %q: %q", verifier, refusal)
			}
			if refusal, _ := d.code(code, d.verifier, redirect); refusal != "invalid_grant" {
				t.Fatalf("the code is good for another try: %q", refusal)
			}
		}
	})
	t.Run("ErrOtherRedirect", func(t *testing.T) {
		code := d.answer(d.authorize(), "claire").Get("code")
		if refusal, _ := d.code(code, d.verifier, "http://127.0.0.1:1/callback"); refusal != "invalid_grant" {
			t.Fatalf("%q", refusal)
		}
	})
	t.Run("ErrTooLate", func(t *testing.T) {
		code := d.answer(d.authorize(), "claire").Get("code")
		now = begin.Add(61 * time.Second)
		defer func() { now = begin }()
		if refusal, _ := d.code(code, d.verifier, redirect); refusal != "invalid_grant" {
			t.Fatalf("%q", refusal)
		}
	})
	t.Run("ErrInTheAddress", func(t *testing.T) {
		code := d.answer(d.authorize(), "claire").Get("code")
		_, refusal, _ := d.post("/oauth/token?code="+code, url.Values{"grant_type": {"authorization_code"}, "client_id": {"guichet"}, "code_verifier": {d.verifier}, "redirect_uri": {redirect}})
		if refusal != "invalid_request" {
			t.Fatalf("%q", refusal)
		}
	})
	t.Run("ErrGrantType", func(t *testing.T) {
		for _, kind := range []string{"", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"} {
			if status, refusal, _ := d.post("/oauth/token", url.Values{"grant_type": {kind}, "client_id": {"guichet"}}); refusal != "unsupported_grant_type" || status != http.StatusBadRequest {
				t.Errorf("%q: %d %q", kind, status, refusal)
			}
		}
	})
	t.Run("WithoutOfflineAccess", func(t *testing.T) {
		code := d.answer(d.authorize("scope", "openid guichet"), "claire").Get("code")
		if _, body := d.code(code, d.verifier, redirect); body["access_token"] == nil || body["refresh_token"] != nil {
			t.Fatalf("%v", body)
		}
	})
}

func TestRefresh(t *testing.T) {
	now := time.Now()
	d := run(t, func(c *issuer.Config) { c.Now = func() time.Time { return now } })
	t.Run("EachOnce", func(t *testing.T) {
		first := d.signIn("claire").RefreshToken
		second := d.refresh(first)
		third := d.refresh(second)
		if d.refresh(first) != "" {
			t.Fatal("an old token is good")
		}
		if d.refresh(third) != "" {
			t.Fatal("the family outlives the use of an old token")
		}
	})
	t.Run("FamiliesAreApart", func(t *testing.T) {
		mine, other := d.signIn("claire").RefreshToken, d.signIn("claire").RefreshToken
		d.refresh(mine)
		d.refresh(mine)
		if d.refresh(other) == "" {
			t.Fatal("another sign-in ended with it")
		}
	})
	t.Run("ErrInvented", func(t *testing.T) {
		token := d.signIn("claire").RefreshToken
		family, _, _ := strings.Cut(token, ".")
		for _, invented := range []string{"", "x", family + ".1.x", family + ".2.x", family + ".0." + token[len(token)-43:], token + "x"} {
			if status, code, _ := d.post("/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {invented}, "client_id": {"guichet"}}); status != http.StatusBadRequest {
				t.Errorf("%q: %d %s", invented, status, code)
			}
		}
		if d.refresh(token) == "" {
			t.Fatal("an invented token ended the sign-in")
		}
	})
	t.Run("AtOnce", func(t *testing.T) {
		token := d.signIn("claire").RefreshToken
		got := make(chan string, 8)
		for range cap(got) {
			go func() {
				form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"guichet"}}
				res, err := d.http.PostForm(d.URL+"/oauth/token", form)
				if err != nil {
					got <- err.Error()
					return
				}
				res.Body.Close()
				got <- res.Status
			}()
		}
		good := 0
		for range cap(got) {
			switch s := <-got; s {
			case "200 OK":
				good++
			case "400 Bad Request":
			default:
				t.Error(s)
			}
		}
		if good != 1 {
			t.Fatalf("one token was good %d times", good)
		}
	})
	t.Run("ErrExpired", func(t *testing.T) {
		token := d.signIn("claire").RefreshToken
		begin := now
		defer func() { now = begin }()
		now = now.Add(29 * 24 * time.Hour)
		if token = d.refresh(token); token == "" {
			t.Fatal("expired early")
		}
		now = now.Add(31 * 24 * time.Hour)
		if d.refresh(token) != "" {
			t.Fatal("good although nobody used it for 31 days")
		}
	})
}

func TestRevoke(t *testing.T) {
	d := run(t, func(c *issuer.Config) {
		c.Clients = append(c.Clients, issuer.DesktopClient(), issuer.Client{ID: "other"})
	})
	revoke := func(client, token string, hint ...string) int {
		status, _, _ := d.post("/revoke", url.Values{"token": {token}, "client_id": {client}, "token_type_hint": hint})
		return status
	}
	for name, of := range map[string]func(access, refresh string) []string{
		"RefreshToken":         func(_, refresh string) []string { return []string{refresh} },
		"RefreshTokenWithHint": func(_, refresh string) []string { return []string{refresh, "refresh_token"} },
		"AccessToken":          func(access, _ string) []string { return []string{access} },
	} {
		t.Run(name, func(t *testing.T) {
			token := d.signIn("claire")
			what := of(token.AccessToken, token.RefreshToken)
			for range 2 { // again is nothing
				if status := revoke("guichet", what[0], what[1:]...); status != http.StatusOK {
					t.Fatalf("answered %d", status)
				}
			}
			if d.refresh(token.RefreshToken) != "" {
				t.Fatal("still good")
			}
		})
	}
	t.Run("ErrOtherClient", func(t *testing.T) {
		token := d.signIn("claire").RefreshToken
		if status := revoke("other", token); status == http.StatusOK {
			t.Fatal("another client was let")
		}
		if status := revoke("nobody", token); status != http.StatusUnauthorized {
			t.Fatalf("an unknown client is answered with %d", status)
		}
		if d.refresh(token) == "" {
			t.Fatal("another client ended it")
		}
	})
}

// TestRestart stops and starts it, as people who play with the demo do.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new folder", "issuer.json")
	d := run(t, func(c *issuer.Config) { c.File = file })
	restart := func() {
		d.Down()
		d.http.CloseIdleConnections() // a POST on a line that is gone is not repeated
		d.Up()
	}
	token := d.signIn("claire")
	restart()
	next := d.refresh(token.RefreshToken)
	if next == "" {
		t.Fatal("signed out by a restart")
	}
	provider, err := oidc.NewProvider(d.ctx(), d.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Verifier(&oidc.Config{ClientID: "guichet-portal"}).Verify(d.ctx(), token.AccessToken); err != nil {
		t.Errorf("another key signs: %v", err)
	}
	restart()
	if d.refresh(token.RefreshToken) != "" || d.refresh(next) != "" {
		t.Error("a restart forgets which tokens were used")
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is for %v: %v", info.Mode(), err)
	}
	t.Run("ErrDamaged", func(t *testing.T) {
		d.Down()
		for _, body := range []string{"", "{}", "{", `{"keys":[{"kty":"oct","k":"AAAA"}],"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`} {
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := issuer.New(issuer.Config{URL: d.URL, Audience: "a", People: people(), File: file}); err == nil {
				t.Errorf("%q was taken", body)
			}
			if after, err := os.ReadFile(file); err != nil || string(after) != body {
				t.Errorf("the file was written over: %v", err)
			}
		}
	})
}

func TestRotate(t *testing.T) {
	d := run(t, nil)
	verify := func(token string) error {
		provider, err := oidc.NewProvider(d.ctx(), d.URL)
		if err != nil {
			t.Fatal(err)
		}
		_, err = provider.Verifier(&oidc.Config{ClientID: "guichet-portal"}).Verify(d.ctx(), token)
		return err
	}
	old := d.signIn("claire").AccessToken
	if err := d.Rotate(); err != nil {
		t.Fatal(err)
	}
	fresh := d.signIn("claire").AccessToken
	if err := verify(old); err != nil {
		t.Errorf("the old key is gone already: %v", err)
	}
	if err := verify(fresh); err != nil {
		t.Error(err)
	}
	before, _ := parts(t, old)
	after, _ := parts(t, fresh)
	if before["kid"] == after["kid"] {
		t.Error("the old key signs")
	}
	if err := d.Forget(); err != nil {
		t.Fatal(err)
	}
	if verify(old) == nil || verify(fresh) != nil {
		t.Error("the wrong key was forgotten")
	}
}
