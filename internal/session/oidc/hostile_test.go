package oidc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"guichet/internal/session/oidc"

	"github.com/go-jose/go-jose/v4"
)

// Marks that no error, page or print may show.
const (
	accessMark  = "access-canary-7d1f"
	refreshMark = "refresh-canary-93ab"
	codeMark    = "code-canary-55c0"
)

// hostile is a provider that does what a test tells it to. Its zero hooks make
// an honest one.
type hostile struct {
	issuer string
	key    *ecdsa.PrivateKey
	now    func() time.Time

	document func(doc map[string]any)
	redirect func(answer url.Values)                // what the browser takes back
	claims   func(claims map[string]any)            // of the ID token
	sign     func(claims map[string]any) string     // instead of with the key
	token    func(form url.Values, answer answered) // of the token endpoint
	path     map[string]http.HandlerFunc            // instead of what is there

	mu     sync.Mutex
	nonce  string
	calls  []string     // paths, in order
	posted []url.Values // to the token and the revocation endpoint
}

// answered is a JSON answer.
type answered map[string]any

func newHostile(tb testing.TB) *hostile {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return &hostile{key: key, now: time.Now, path: map[string]http.HandlerFunc{}}
}

// serve listens on this machine.
func (h *hostile) serve(tb testing.TB) *hostile {
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	h.issuer = server.URL
	return h
}

func (h *hostile) config() oidc.Config {
	return oidc.Config{Issuer: h.issuer, ClientID: "guichet", Scopes: []string{"profile"}}
}

// desk is one that speaks to it, with a browser.
func (h *hostile) desk(tb testing.TB) *oidc.Provider {
	p, err := oidc.New(h.config(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.Close)
	return p
}

// signIn signs in with a browser of its own.
func (h *hostile) signIn(tb testing.TB, p *oidc.Provider) (oidc.Tokens, shown, error) {
	b, pages := newBrowser(tb, nil), make(chan shown, 1)
	opened := false
	tokens, err := p.SignIn(context.Background(), oidc.SignInOptions{Open: func(address string) error {
		opened = true
		go func() {
			page, err := b.walk(address, "")
			if err != nil {
				page.body = err.Error()
			}
			pages <- page
		}()
		return nil
	}})
	if !opened {
		return tokens, shown{}, err
	}
	return tokens, <-pages, err
}

func (h *hostile) called(path string) (times int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.calls {
		if c == path {
			times++
		}
	}
	return times
}

// ServeHTTP implements http.Handler.
func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	h.mu.Lock()
	h.calls = append(h.calls, r.URL.Path)
	if r.Method == http.MethodPost {
		h.posted = append(h.posted, maps.Clone(r.PostForm))
	}
	h.mu.Unlock()
	if handler := h.path[r.URL.Path]; handler != nil {
		handler(w, r)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		doc := map[string]any{
			"issuer": h.issuer, "authorization_endpoint": h.issuer + "/authorize", "token_endpoint": h.issuer + "/token",
			"jwks_uri": h.issuer + "/jwks", "revocation_endpoint": h.issuer + "/revoke",
			"id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true,
		}
		if h.document != nil {
			h.document(doc)
		}
		reply(w, http.StatusOK, doc)
	case "/authorize":
		h.mu.Lock()
		h.nonce = r.FormValue("nonce")
		h.mu.Unlock()
		back := url.Values{"code": {codeMark}, "state": {r.FormValue("state")}, "iss": {h.issuer}}
		if h.redirect != nil {
			h.redirect(back)
		}
		http.Redirect(w, r, r.FormValue("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	case "/jwks":
		reply(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: h.key.Public(), KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	case "/token":
		h.grant(w, r)
	case "/revoke":
		w.WriteHeader(http.StatusOK)
	default:
		http.NotFound(w, r)
	}
}

func (h *hostile) grant(w http.ResponseWriter, r *http.Request) {
	claims := map[string]any{
		"iss": h.issuer, "sub": "claire", "aud": "guichet", "name": "Claire Martin", "iat": h.now().Unix(), "exp": h.now().Add(time.Hour).Unix(),
	}
	if r.PostForm.Get("grant_type") == "authorization_code" {
		h.mu.Lock()
		claims["nonce"] = h.nonce
		h.mu.Unlock()
	}
	if h.claims != nil {
		h.claims(claims)
	}
	sign := h.sign
	if sign == nil {
		sign = func(c map[string]any) string { return signed(jose.ES256, h.key, "one", c) }
	}
	answer := answered{
		"access_token": accessMark, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refreshMark, "id_token": sign(claims),
	}
	if h.token != nil {
		h.token(r.PostForm, answer)
	}
	status := http.StatusOK
	if answer["error"] != nil {
		status = http.StatusBadRequest
	}
	reply(w, status, answer)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// signed returns claims as a JWT.
func signed(alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(encoded(claims))
	if err != nil {
		panic(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return token
}

// unsigned returns claims as a JWT that says that it is not signed.
func unsigned(claims map[string]any) string {
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"none"}`)) + "." + b64(encoded(claims)) + "."
}

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// foreign is a key that no provider here publishes.
var foreign = func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}()

// says answers with a status and a text of that type.
func says(status int, kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}
}

// endless answers with more than anybody should read.
func endless(start string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(start))
		blank := make([]byte, 64<<10)
		for i := range blank {
			blank[i] = ' '
		}
		for {
			if _, err := w.Write(blank); err != nil {
				return
			}
		}
	}
}
