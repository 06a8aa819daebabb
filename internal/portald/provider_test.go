package portald_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/database/pgtest"
	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"
)

// TestMain lets go what tus keeps for its grace of five seconds behind a call.
func TestMain(m *testing.M) {
	portald.TestDatabase, portald.TestFiles = databaseOf, bucketOf
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/tus/tusd/v2/pkg/handler.newDelayedContext.func1"), goleak.Cleanup(func(code int) {
		pgtest.Stop()
		os.Exit(code)
	}))
}

var databases, buckets sync.Map // by folder

// databaseOf runs all of it on PostgreSQL when it is asked to. The environment is looked at
// while tests run, or go would take what it found on SQLite for the answer.
func databaseOf(tb testing.TB, folder string) string {
	if !onPostgres() {
		return ""
	}
	if known, ok := databases.Load(folder); ok {
		return known.(string)
	}
	address := pgtest.Address(tb)
	databases.Store(folder, address)
	return address
}

func onPostgres() bool { return os.Getenv("GUICHET_TEST_STORE") == "postgres" }

func inBucket() bool { return os.Getenv("GUICHET_TEST_FILES") == "s3" }

// bucketOf has all files lie on S3 when it is asked to.
func bucketOf(tb testing.TB, folder string) *files.S3Config {
	if !inBucket() {
		return nil
	}
	if known, ok := buckets.Load(folder); ok {
		return known.(*files.S3Config)
	}
	bucket := aBucket(tb)
	buckets.Store(folder, bucket)
	return bucket
}

// aBucket is of a real server where there is one.
func aBucket(tb testing.TB) *files.S3Config {
	tb.Helper()
	if real := s3test.Versity(tb); real != nil {
		return real
	}
	bucket := s3test.Bucket(tb)
	return &bucket
}

// provider is an issuer that can fail in every way: of it a portal sees the
// metadata and the keys.
type provider struct {
	t      *testing.T
	server *httptest.Server
	asked  atomic.Int64 // for keys

	mu       sync.Mutex
	keys     []jose.JSONWebKey
	metadata map[string]any
	serve    http.HandlerFunc // in the place of the keys
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, keys: []jose.JSONWebKey{es256(t, "first")}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = json.NewEncoder(w).Encode(p.metadata)
	})
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, _ *http.Request) {
		key := p.signer()
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		p.mu.Lock()
		serve, set := p.serve, jose.JSONWebKeySet{}
		for _, k := range p.keys {
			set.Keys = append(set.Keys, k.Public())
		}
		p.mu.Unlock()
		if serve != nil {
			serve(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(set)
	})
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	p.metadata = map[string]any{"issuer": p.server.URL, "jwks_uri": p.server.URL + "/keys"}
	return p
}

func (p *provider) config() *portald.OIDC {
	return &portald.OIDC{
		Issuer: p.server.URL, Audience: "portal", ClientID: "guichet", Scopes: []string{"openid", "profile", "offline_access", "portal"}, Scope: "portal",
		Claims: portald.Claims{Practices: "practices", Preferred: "preferred"},
	}
}

// publish serves these keys from now on; the first one signs.
func (p *provider) publish(keys ...jose.JSONWebKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = keys
}

// instead serves this in the place of the keys, nil for the keys.
func (p *provider) instead(serve http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serve = serve
}

func (p *provider) signer() jose.JSONWebKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys[0]
}

// claims is a good access token for Sophie, with claims changed; nil takes one
// out.
func (p *provider) claims(now time.Time, change map[string]any) map[string]any {
	out := map[string]any{
		"iss": p.server.URL, "aud": []string{"portal"}, "sub": "sophie", "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nbf": now.Unix(),
		"scope": "openid portal", "client_id": "guichet", "name": "Sophie Martin",
		"practices": []map[string]any{{"id": tilleuls, "name": "Cabinet des Tilleuls", "town": "Nantes", "roles": []string{"user"}}},
	}
	maps.Copy(out, change)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// mint signs a good access token with claims changed.
func (p *provider) mint(change map[string]any) string {
	p.t.Helper()
	return sign(p.t, p.signer(), "at+jwt", p.claims(time.Now(), change))
}

func sign(t *testing.T, key jose.JSONWebKey, typ string, claims any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func es256(t *testing.T, id string) jose.JSONWebKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: string(jose.ES256), Use: "sig"}
}

func rsaKey(t *testing.T, id string, alg jose.SignatureAlgorithm) jose.JSONWebKey {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: string(alg), Use: "sig"}
}

func ed25519Key(t *testing.T, id string) jose.JSONWebKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: private, KeyID: id, Algorithm: string(jose.EdDSA), Use: "sig"}
}

// trusting is a portal that takes the tokens of a provider and nobody else's.
func trusting(t *testing.T, p *provider, tune ...func(*portald.Server)) *bench {
	t.Helper()
	return start(t, func(c *portald.Config) { c.People, c.OIDC = nil, p.config() }, tune...)
}

// with makes a call with a token.
func (b *bench) with(token, method, path string, body any, header ...string) reply {
	b.t.Helper()
	return b.call("", method, path, body, append([]string{"Authorization", "Bearer " + token}, header...)...)
}

func (b *bench) meWith(token string) reply {
	b.t.Helper()
	return b.with(token, http.MethodGet, portal.RouteMe, nil)
}

// clock is a time that a test sets.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time         { return time.Now().Add(time.Duration(c.off.Load())) }
func (c *clock) pass(d time.Duration)   { c.off.Add(int64(d)) }
func (c *clock) tune(s *portald.Server) { s.Now = c.now }
