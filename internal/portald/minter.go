package portald

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Minter makes access tokens for the tests of other rooms, and serves the key that
// proves them. It signs nobody in: there is no page and no authorization
// endpoint.
type Minter struct {
	URL string // the issuer of DemoOIDC

	key    jose.JSONWebKey
	server *http.Server
	done   chan struct{}
}

// NewMinter starts one on loopback, until Close.
func NewMinter() (*Minter, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	m := &Minter{URL: "http://" + listen.Addr().String(), done: make(chan struct{}), key: jose.JSONWebKey{Key: private, KeyID: "twin", Algorithm: string(jose.ES256), Use: "sig"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": m.URL, "jwks_uri": m.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{m.key.Public()}})
	})
	m.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(m.done)
		_ = m.server.Serve(listen) // until Close; a portal that misses it says so
	}()
	return m, nil
}

// Close stops it.
func (m *Minter) Close() {
	_ = m.server.Close() // nothing that it serves matters any more
	<-m.done
}

// Mint makes a token that DemoOIDC takes from now on for so long.
func (m *Minter) Mint(p Person, now time.Time, holds time.Duration) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: m.key}, (&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		return "", fmt.Errorf("make signer: %w", err)
	}
	claims := map[string]any{"scope": "openid guichet", "client_id": "guichet", "name": p.Name, "preferred": p.Preferred, "practices": p.Practices}
	usual := jwt.Claims{Issuer: m.URL, Subject: p.ID, Audience: jwt.Audience{"guichet-portal"}, IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(holds))}
	token, err := jwt.Signed(signer).Claims(usual).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("mint: %w", err)
	}
	return token, nil
}

// newMinter is one until the test ends.
func newMinter(tb testing.TB) *Minter {
	tb.Helper()
	m, err := NewMinter()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(m.Close)
	return m
}

// mint is Mint within a test.
func (m *Minter) mint(tb testing.TB, p Person, now time.Time, holds time.Duration) string {
	tb.Helper()
	token, err := m.Mint(p, now, holds)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}
