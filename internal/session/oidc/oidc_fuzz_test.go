package oidc_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/session/oidc"
)

// FuzzCallback sends any request to the listener. Only a GET of /callback at its
// own address, with the state once, is taken, and no answer says the state.
// STATE stands for it.
func FuzzCallback(f *testing.F) {
	const host = "127.0.0.1:49152"
	for _, line := range []string{
		"GET /callback?code=c&state=STATE", "GET /callback?code=c&state=STATE&iss=x", "GET /callback?error=access_denied&state=STATE",
		"GET /callback?code=c&state=STATEx", "GET /callback?code=c", "GET /callback?state=STATE&state=STATE", "GET /callback?state=%53TATE",
		"POST /callback?code=c&state=STATE", "GET /callback/?code=c&state=STATE", "GET /fini", "GET //callback?state=STATE", "GET /%63allback?state=STATE",
		"GET http://evil.example/callback?state=STATE", "GET /callback?code=c;state=STATE", "GET /callback?code=%zz&state=STATE", "OPTIONS *",
	} {
		f.Add(line+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n", "fr")
	}
	f.Add("GET /callback?code=c&state=STATE HTTP/1.1\r\nHost: evil.example\r\n\r\n", "en;q=0.5,fr;q=zz")
	f.Fuzz(func(t *testing.T, raw, accepted string) {
		door, state, taken := oidc.Door(host)
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(raw, "STATE", state))))
		if err != nil {
			return
		}
		r.Header.Set("Accept-Language", accepted)
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		// What a browser that follows the RFC would have sent, read in another way.
		values, bad := url.ParseQuery(r.URL.RawQuery)
		right := bad == nil && r.Method == "GET" && r.Host == host && r.RequestURI != "" && r.URL.Path == "/callback" && r.URL.RawPath == "" &&
			len(values["state"]) == 1 && values["state"][0] == state
		code, ok := taken()
		if ok && (!right || code != values.Get("code")) {
			t.Errorf("taken: %q", raw)
		}
		if ok != (w.Code == http.StatusSeeOther) {
			t.Errorf("answered %d", w.Code)
		}
		all := w.Body.String()
		for name, values := range w.Header() {
			all += name + strings.Join(values, " ")
		}
		if strings.Contains(all, state) {
			t.Errorf("the state is told: %s", all)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("unguarded: %v", w.Header())
		}
		if ok {
			again := httptest.NewRecorder()
			door.ServeHTTP(again, r)
			if _, twice := taken(); twice || again.Code != http.StatusGone {
				t.Errorf("a second use: %d", again.Code)
			}
		}
	})
}

// FuzzTokenAnswer reads any answer of a token endpoint. What comes of it can be
// sent, lasts a while and no longer than is believed; what does not is told
// without a word of the answer.
func FuzzTokenAnswer(f *testing.F) {
	for _, body := range []string{
		`{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r","id_token":"i"}`, `{"error":"invalid_grant"}`,
		`{"error":"canary-of-the-answer"}`, `{"access_token":"a\r\n","token_type":"Bearer"}`, `{"access_token":"a","token_type":"Bearer","expires_in":"1e99"}`,
		`{"access_token":"a","token_type":"Bearer","expires_in":-1}`, `{"access_token":"a","token_type":"Bearer","expires_in":{"a":[]}}`,
		`<html>canary-of-the-answer`, ``, `null`, `[]`, `{"access_token":1}`, `{"access_token":"é","token_type":"Bearer"}`, `{"ACCESS_TOKEN":"a","token_type":"bearer"}`,
	} {
		f.Add(200, body)
		f.Add(400, body)
	}
	now := time.Date(2026, 3, 2, 9, 45, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, status int, body string) {
		tokens, err := oidc.Understand(now, status, []byte(body))
		if err != nil {
			var e *oidc.Error
			if !errors.As(err, &e) || e.Kind == nil || len(err.Error()) > 120 || strings.Contains(err.Error(), "canary") {
				t.Errorf("told as %v", err)
			}
			return
		}
		if status != http.StatusOK {
			t.Errorf("taken with %d", status)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+tokens.Access.Reveal())
		var sent strings.Builder
		if err := r.Write(&sent); err != nil || !strings.Contains(sent.String(), "Authorization: Bearer "+tokens.Access.Reveal()+"\r\n") {
			t.Errorf("cannot be sent: %q", tokens.Access.Reveal())
		}
		if lasts := tokens.Expiry.Sub(now); lasts <= 0 || lasts > 24*time.Hour || !tokens.Fresh(now) {
			t.Errorf("lasts %v", lasts)
		}
	})
}
