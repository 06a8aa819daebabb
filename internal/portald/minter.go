package portald

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// minter makes access tokens for a Twin and serves the key that proves them. It
// signs nobody in: there is no page and no authorization endpoint.
type minter struct {
	tb  testing.TB
	url string
	key jose.JSONWebKey
}

func newMinter(tb testing.TB) *minter {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatalf("make key: %v", err)
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listen: %v", err)
	}
	m := &minter{tb: tb, url: "http://" + listen.Addr().String(), key: jose.JSONWebKey{Key: private, KeyID: "twin", Algorithm: string(jose.ES256), Use: "sig"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": m.url, "jwks_uri": m.url + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{m.key.Public()}})
	})
	server, done := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}, make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listen); !errors.Is(err, http.ErrServerClosed) {
			tb.Errorf("serve keys: %v", err)
		}
	}()
	tb.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return m
}

// mint makes the token that DemoOIDC takes.
func (m *minter) mint(p Person, now time.Time) string {
	m.tb.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: m.key}, (&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		m.tb.Fatalf("make signer: %v", err)
	}
	claims := map[string]any{"scope": "openid guichet", "client_id": "guichet", "name": p.Name, "preferred": p.Preferred, "practices": p.Practices}
	usual := jwt.Claims{Issuer: m.url, Subject: p.ID, Audience: jwt.Audience{"guichet-portal"}, IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute))}
	token, err := jwt.Signed(signer).Claims(usual).Claims(claims).Serialize()
	if err != nil {
		m.tb.Fatalf("mint: %v", err)
	}
	return token
}
