// Package issuer is an OpenID provider for the demo and for tests: a page with
// persons to choose from, and tokens that are signed as a hospital's provider
// would sign them. It asks for no password, so it belongs on loopback only. It
// knows neither desk nor portal, and the desktop never links it. The protocol is
// github.com/zitadel/oidc's; what is added here is what that leaves out: PKCE
// by S256 alone, exact redirects, iss in the answer (RFC 9207), access tokens
// that say what they are (RFC 9068), and families of refresh tokens.
package issuer

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// Config is what an Issuer is made of.
type Config struct {
	URL      string // the issuer, such as "http://127.0.0.1:8480/demo"; it serves below the path of it
	Audience string // of access tokens: the portal
	Scope    string // that the portal asks of an access token, beside OpenID's own
	People   []Person
	Clients  []Client // by default one, DesktopClient
	// File keeps the signing keys and who is signed in over a restart; "" for
	// memory only.
	File string
	Now  func() time.Time // by default time.Now

	AccessFor  time.Duration // how long an access token holds, by default 5 minutes
	RefreshFor time.Duration // how long a refresh token holds that nobody uses, by default 30 days
}

// Person is somebody who can be chosen on the page. Practices are what the
// access token says of them.
type Person struct {
	ID        string
	Name      string
	Note      string // beside the name on the page
	Preferred string // id of a practice
	Practices []Practice
	Groups    []string // in the ID token too
	Client    string   // who alone offers the person, "" for every client
}

// Practice is a practice with the roles held in it, as it stands in the claim
// "practices".
type Practice struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Town  string   `json:"town"`
	Roles []string `json:"roles"`
}

// Client is a public client. A redirect to loopback holds for every port
// (RFC 8252, section 7.3); everything else of it has to be the same.
type Client struct {
	ID        string
	Redirects []string
}

// DesktopClient is the desktop as a client.
func DesktopClient() Client {
	return Client{ID: "guichet", Redirects: []string{"http://127.0.0.1/callback", "http://[::1]/callback"}}
}

// Issuer is the provider, an http.Handler that takes whole paths: mount it at
// the path of its URL.
type Issuer struct {
	cfg      Config
	base     *url.URL
	provider *op.Provider
	store    *store
	handler  http.Handler
}

// The paths below the issuer's own.
const (
	pathAuthorize = "/authorize"
	pathLogin     = "/login"
	pathToken     = "/oauth/token"
	pathRevoke    = "/revoke"
	pathKeys      = "/keys"
)

// New makes an issuer, with the keys and the sign-ins of its file if there is
// one.
func New(cfg Config) (*Issuer, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.AccessFor == 0 {
		cfg.AccessFor = 5 * time.Minute
	}
	if cfg.RefreshFor == 0 {
		cfg.RefreshFor = 30 * 24 * time.Hour
	}
	if len(cfg.Clients) == 0 {
		cfg.Clients = []Client{DesktopClient()}
	}
	base, err := url.Parse(cfg.URL)
	switch {
	case err != nil || base.Host == "" || strings.HasSuffix(cfg.URL, "/"):
		return nil, fmt.Errorf("the issuer's address %q is not like http://127.0.0.1:8480/demo", cfg.URL)
	case !net.ParseIP(base.Hostname()).IsLoopback():
		return nil, errors.New("an issuer that asks for no password belongs on loopback")
	case cfg.Audience == "" || len(cfg.People) == 0:
		return nil, errors.New("an issuer needs an audience and persons")
	}
	store, err := newStore(cfg)
	if err != nil {
		return nil, err
	}
	config := &op.Config{CodeMethodS256: true, GrantTypeRefreshToken: true, SupportedScopes: scopes(cfg),
		SupportedClaims:    []string{"sub", "aud", "exp", "iat", "iss", "auth_time", "nonce", "at_hash", "c_hash", "name"},
		SupportedUILocales: []language.Tag{language.French, language.English},
	}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, err
	}
	provider, err := op.NewProvider(config, store, op.StaticIssuer(cfg.URL), op.WithAllowInsecure())
	if err != nil {
		return nil, fmt.Errorf("make provider: %w", err)
	}
	i := &Issuer{cfg: cfg, base: base, provider: provider, store: store}
	i.handler = i.routes()
	return i, nil
}

func scopes(cfg Config) []string {
	out := []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeOfflineAccess}
	if cfg.Scope != "" {
		out = append(out, cfg.Scope)
	}
	return out
}

// ServeHTTP implements http.Handler.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.handler.ServeHTTP(w, r) }

func (i *Issuer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+oidc.DiscoveryEndpoint, i.discover)
	mux.HandleFunc("GET "+pathKeys, func(w http.ResponseWriter, r *http.Request) { op.Keys(w, r, i.store) })
	mux.HandleFunc("GET "+pathAuthorize, i.authorize)
	mux.HandleFunc("POST "+pathAuthorize, i.authorize)
	mux.HandleFunc("GET "+pathLogin, i.showLogin)
	mux.HandleFunc("POST "+pathLogin, i.takeLogin)
	mux.HandleFunc("POST "+pathToken, i.token)
	mux.HandleFunc("POST "+pathRevoke, func(w http.ResponseWriter, r *http.Request) { op.Revoke(w, r, i.provider) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { i.tell(w, r, http.StatusNotFound, noPage) })
	inner := http.StripPrefix(i.base.Path, mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		inner.ServeHTTP(w, r.WithContext(op.ContextWithIssuer(r.Context(), i.cfg.URL)))
	})
}

// metadata is zitadel's, with what it has no field for.
type metadata struct {
	*oidc.DiscoveryConfiguration
	ResponseIss bool `json:"authorization_response_iss_parameter_supported"`
}

// discover says what there is here, which is less than zitadel could do.
func (i *Issuer) discover(w http.ResponseWriter, r *http.Request) {
	all := op.CreateDiscoveryConfig(r.Context(), i.provider, i.store)
	none := []oidc.AuthMethod{oidc.AuthMethodNone}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(metadata{ResponseIss: true, DiscoveryConfiguration: &oidc.DiscoveryConfiguration{
		Issuer: all.Issuer, AuthorizationEndpoint: all.AuthorizationEndpoint, TokenEndpoint: all.TokenEndpoint,
		RevocationEndpoint: all.RevocationEndpoint, JwksURI: all.JwksURI, ScopesSupported: all.ScopesSupported,
		ResponseTypesSupported: []string{string(oidc.ResponseTypeCode)}, ResponseModesSupported: []string{string(oidc.ResponseModeQuery)},
		GrantTypesSupported:   []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken},
		SubjectTypesSupported: all.SubjectTypesSupported, IDTokenSigningAlgValuesSupported: all.IDTokenSigningAlgValuesSupported,
		TokenEndpointAuthMethodsSupported: none, RevocationEndpointAuthMethodsSupported: none,
		ClaimsSupported: all.ClaimsSupported, CodeChallengeMethodsSupported: all.CodeChallengeMethodsSupported, UILocalesSupported: all.UILocalesSupported,
	}})
}

// Rotate signs with a new key from now on. The older ones stay published until
// Forget.
func (i *Issuer) Rotate() error { return i.store.rotate() }

// Forget publishes the newest key alone: what older ones have signed is refused
// by whoever asks for the keys again.
func (i *Issuer) Forget() error { return i.store.forget() }
