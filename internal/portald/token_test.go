package portald_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"

	"github.com/go-jose/go-jose/v4"
)

func TestAccessToken(t *testing.T) {
	p := newProvider(t)
	rs, ps, ed := rsaKey(t, "rs", jose.RS256), rsaKey(t, "ps", jose.PS384), ed25519Key(t, "ed")
	first := p.signer()
	anyAlg := rs // a provider need not say by which algorithm a key signs
	anyAlg.Algorithm = ""
	p.publish(first, anyAlg, ps, ed)
	b := trusting(t, p)
	now := time.Now()
	good := p.claims(now, nil)
	nameless := first
	nameless.KeyID = ""
	for name, token := range map[string]string{
		"AsIs":              sign(t, first, "at+jwt", good),
		"TypWithMedia":      sign(t, first, "application/at+jwt", good),
		"TypJWT":            sign(t, first, "JWT", good),
		"TypMissing":        sign(t, first, "", good),
		"RS256":             sign(t, rs, "JWT", good),
		"PS384":             sign(t, ps, "JWT", good),
		"EdDSA":             sign(t, ed, "JWT", good),
		"NoKeyID":           sign(t, nameless, "JWT", good),
		"OneAudience":       p.mint(map[string]any{"aud": "portal"}),
		"SeveralAudiences":  p.mint(map[string]any{"aud": []string{"account", "portal"}}),
		"ScopeOfEntra":      p.mint(map[string]any{"scope": nil, "scp": "other portal"}),
		"ScopeAsAList":      p.mint(map[string]any{"scope": []string{"other", "portal"}}),
		"NoNotBefore":       p.mint(map[string]any{"nbf": nil, "iat": nil}),
		"ExpiredInLeeway":   p.mint(map[string]any{"exp": now.Add(-20 * time.Second).Unix()}),
		"NotYetInLeeway":    p.mint(map[string]any{"nbf": now.Add(20 * time.Second).Unix(), "iat": now.Add(20 * time.Second).Unix()}),
		"KeycloakBearer":    sign(t, first, "JWT", p.claims(now, map[string]any{"typ": "Bearer", "nonce": "n"})),
		"NonceInAccessType": p.mint(map[string]any{"nonce": "n"}),
	} {
		t.Run(name, func(t *testing.T) {
			me := read[portal.Me](b.in(t).meWith(token).want(http.StatusOK))
			if me.ID != "sophie" || me.Name != "Sophie Martin" || len(me.Practices) != 1 || me.Practices[0].Town != "Nantes" || me.Practices[0].Roles[0] != "user" {
				t.Fatalf("%+v", me)
			}
		})
	}
	t.Run("SchemeInAnyCase", func(t *testing.T) {
		b.in(t).call("", http.MethodGet, portal.RouteMe, nil, "Authorization", "bearer  "+p.mint(nil)).want(http.StatusOK)
	})
}

func unsigned(t *testing.T, alg string, claims any) string {
	t.Helper()
	out := ""
	for _, part := range []any{map[string]string{"alg": alg, "typ": "at+jwt", "kid": "first"}, claims} {
		raw, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		out += base64.RawURLEncoding.EncodeToString(raw) + "."
	}
	return out
}

// hmacWith signs with the public key of the issuer as the secret, which is what
// an implementation falls for that takes the algorithm from the token.
func hmacWith(t *testing.T, secret []byte, claims any) string {
	t.Helper()
	return sign(t, jose.JSONWebKey{Key: secret, KeyID: "first", Algorithm: string(jose.HS256)}, "at+jwt", claims)
}

func altered(t *testing.T, token, from, to string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), from) {
		t.Fatalf("nothing to alter in %s", raw)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(raw), from, to, 1)))
	return strings.Join(parts, ".")
}

// TestRefusedTokens is the table of what is not taken, and a desk is asked to
// sign in again.
func TestRefusedTokens(t *testing.T) {
	p := newProvider(t)
	rs := rsaKey(t, "rs", jose.RS256)
	enc := es256(t, "enc")
	enc.Use = "enc"
	first := p.signer()
	p.publish(first, rs, enc)
	b := trusting(t, p)
	now := time.Now()
	good := p.claims(now, nil)
	der, err := x509.MarshalPKIXPublicKey(first.Public().Key)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(first.Public())
	if err != nil {
		t.Fatal(err)
	}
	edited := func(change map[string]any) map[string]any { return p.claims(now, change) }
	own := es256(t, "own")
	withKey, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: own.Key}, (&jose.SignerOptions{EmbedJWK: true}).WithType("at+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(good)
	embedded, err := withKey.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	bringsItsKey, _ := embedded.CompactSerialize()
	encAsSig := enc
	wrongAlg := rs
	wrongAlg.Algorithm = string(jose.PS256)
	for name, token := range map[string]string{
		"ErrExpired":              p.mint(map[string]any{"exp": now.Add(-31 * time.Second).Unix()}),
		"ErrNoExpiry":             p.mint(map[string]any{"exp": nil}),
		"ErrNotYet":               p.mint(map[string]any{"nbf": now.Add(40 * time.Second).Unix()}),
		"ErrMadeInTheFuture":      p.mint(map[string]any{"iat": now.Add(time.Hour).Unix(), "exp": now.Add(2 * time.Hour).Unix()}),
		"ErrIssuer":               p.mint(map[string]any{"iss": "https://other.example"}),
		"ErrIssuerWithSlash":      p.mint(map[string]any{"iss": p.server.URL + "/"}),
		"ErrNoIssuer":             p.mint(map[string]any{"iss": nil}),
		"ErrOtherAPI":             p.mint(map[string]any{"aud": "other-api"}),
		"ErrNoAudience":           p.mint(map[string]any{"aud": nil}),
		"ErrAudienceOfTheDesk":    p.mint(map[string]any{"aud": "guichet"}),
		"ErrAudienceOfBoth":       p.mint(map[string]any{"aud": []string{"portal", "guichet"}}),
		"ErrIDToken":              sign(t, first, "JWT", edited(map[string]any{"aud": "guichet", "nonce": "n", "at_hash": "h"})),
		"ErrIDTokenForUsByNonce":  sign(t, first, "JWT", edited(map[string]any{"nonce": "n"})),
		"ErrIDTokenForUsByHash":   sign(t, first, "JWT", edited(map[string]any{"at_hash": "h"})),
		"ErrIDTokenForUsByCode":   sign(t, first, "JWT", edited(map[string]any{"c_hash": "h"})),
		"ErrIDTokenOfKeycloak":    sign(t, first, "JWT", edited(map[string]any{"typ": "ID"})),
		"ErrRefreshToken":         sign(t, first, "JWT", edited(map[string]any{"typ": "Refresh"})),
		"ErrLogoutToken":          sign(t, first, "logout+jwt", good),
		"ErrBoundToAKey":          p.mint(map[string]any{"cnf": map[string]string{"jkt": "x"}}),
		"ErrNone":                 unsigned(t, "none", good),
		"ErrNoneInCapitals":       unsigned(t, "NONE", good),
		"ErrNoSignature":          unsigned(t, "ES256", good),
		"ErrHS256WithKeyAsDER":    hmacWith(t, der, good),
		"ErrHS256WithKeyAsPEM":    hmacWith(t, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), good),
		"ErrHS256WithKeyAsJWK":    hmacWith(t, jwk, good),
		"ErrOtherAlgorithmOfAKey": sign(t, wrongAlg, "at+jwt", good),
		"ErrKeyForEncryption":     sign(t, encAsSig, "at+jwt", good),
		"ErrKeyNotPublished":      sign(t, es256(t, "unknown"), "at+jwt", good),
		"ErrOtherKeyUnderTheSame": sign(t, es256(t, "first"), "at+jwt", good),
		"ErrOtherKeyWithoutID":    sign(t, es256(t, ""), "at+jwt", good),
		"ErrBringsItsKey":         bringsItsKey,
		"ErrNoSubject":            p.mint(map[string]any{"sub": nil}),
		"ErrEmptySubject":         p.mint(map[string]any{"sub": " "}),
		"ErrSubjectNoText":        p.mint(map[string]any{"sub": 7}),
		"ErrLongSubject":          p.mint(map[string]any{"sub": strings.Repeat("x", 256)}),
		"ErrAlteredPayload":       altered(t, p.mint(nil), `"user"`, `"admin"`),
		"ErrOpaque":               "b2d4f7a0c19e4e5b8f6d",
		"ErrNoJSON":               sign(t, first, "at+jwt", "text"),
		"ErrTwoParts":             "a.b",
		"ErrEncrypted":            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c",
		"ErrTwice":                p.mint(nil) + " " + p.mint(nil),
		"ErrHuge":                 p.mint(map[string]any{"groups": strings.Repeat("x", 16<<10)}),
	} {
		t.Run(name, func(t *testing.T) {
			r := b.in(t).meWith(token)
			r.refused(portal.CodeSignIn)
			if got := r.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer ") || !strings.Contains(got, `error="invalid_token"`) {
				t.Errorf("WWW-Authenticate: %s", got)
			}
			b.in(t).with(token, http.MethodPut, pathOf(newID(t)), technical(tilleuls)).refused(portal.CodeSignIn)
		})
	}
	t.Run("ErrScope", func(t *testing.T) {
		for _, scope := range []any{nil, "", "openid", "portals openid", 7} {
			r := b.in(t).meWith(p.mint(map[string]any{"scope": scope}))
			r.refused(portal.CodeSignIn)
			if got := r.header.Get("WWW-Authenticate"); !strings.Contains(got, `error="insufficient_scope"`) || !strings.Contains(got, `scope="portal"`) {
				t.Errorf("scope %v: WWW-Authenticate: %s", scope, got)
			}
		}
	})
	t.Run("ErrNoToken", func(t *testing.T) {
		for _, value := range []string{"", "Bearer", "Bearer ", "Basic " + p.mint(nil), p.mint(nil)} {
			var header []string
			if value != "" {
				header = []string{"Authorization", value}
			}
			r := b.in(t).call("", http.MethodGet, portal.RouteMe, nil, header...)
			r.refused(portal.CodeSignIn)
			if got := r.header.Get("WWW-Authenticate"); got != `Bearer realm="portal"` {
				t.Errorf("%.10q: WWW-Authenticate: %s", value, got)
			}
		}
	})
	t.Run("EveryRoute", func(t *testing.T) {
		old := p.mint(map[string]any{"exp": now.Add(-time.Hour).Unix()})
		for _, route := range []string{portal.RouteMe, portal.RouteCatalogue, portal.RouteRequests, portal.RouteChanges, pathOf(newID(t)), pathOf(newID(t)) + "/messages"} {
			b.in(t).with(old, http.MethodGet, route, nil).refused(portal.CodeSignIn)
		}
	})
}

// TestBearer holds what other rooms get to a token like a provider's.
func TestBearer(t *testing.T) {
	c := &clock{}
	b := start(t, nil, c.tune)
	token := b.Bearer(claire)
	me := read[portal.Me](b.meWith(token).want(http.StatusOK))
	if me.ID != claire || me.Name != "Claire Lefèvre" || me.Preferred != tilleuls || len(me.Practices) != 3 || me.Practices[2].Roles[0] != "user" {
		t.Fatalf("%+v", me)
	}
	b.restart()
	b.meWith(token).want(http.StatusOK)
	c.pass(6 * time.Minute)
	b.meWith(token).refused(portal.CodeSignIn)
	b.meWith(b.Bearer(claire)).want(http.StatusOK)
	b.call(claire, http.MethodGet, portal.RouteMe, nil).want(http.StatusOK)
}
