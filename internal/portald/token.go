package portald

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/rs/zerolog"
)

// maxToken bounds a token, in bytes. Those with all groups of a hospital in
// them are long.
const maxToken = 16 << 10

// algorithms are those by which a token may be signed: never none, and never
// one whose secret would be the issuer's public key.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// refusal is a token that is not taken, after RFC 6750. A missing scope would
// be 403 there; a desk takes that for a role that was lost, and gives its
// requests back, while a new sign-in would bring the scope.
type refusal struct {
	code string
	why  string // in words of ours, for whoever configures the issuer
}

func (r *refusal) Error() string { return r.code + ": " + r.why }

const insufficientScope = "insufficient_scope"

func invalidToken(why string) error { return &refusal{"invalid_token", why} }

// verifier takes access tokens of one issuer. go-oidc checks ID tokens: it
// knows neither the header's typ nor scopes, and would take an ID token for what
// a client shows.
type verifier struct {
	cfg     OIDC
	mapping mapping
	keys    *keySet
	now     func() time.Time
	log     zerolog.Logger

	mu   sync.Mutex
	told map[string]bool // what was logged
}

func newVerifier(c OIDC, s *Server) (*verifier, error) {
	m, err := c.Claims.compile()
	if err != nil {
		return nil, err
	}
	return &verifier{cfg: c, mapping: m, keys: newKeySet(c, s), now: func() time.Time { return s.Now() }, log: s.cfg.Log, told: map[string]bool{}}, nil
}

// marks are claims that tell what kind of token it is, beside the usual ones.
type marks struct {
	jwt.Claims
	Typ        string          `json:"typ"` // of Keycloak: Bearer, ID, Refresh ...
	Nonce      json.RawMessage `json:"nonce"`
	AccessHash json.RawMessage `json:"at_hash"`
	CodeHash   json.RawMessage `json:"c_hash"`
	Bound      json.RawMessage `json:"cnf"`
	Scope      any             `json:"scope"`
	Scp        any             `json:"scp"`
}

// person reads who the bearer of a token is: a refusal, or errBusy when that
// cannot be known now.
func (v *verifier) person(ctx context.Context, raw string) (person, error) {
	if len(raw) > maxToken {
		return person{}, invalidToken("too long")
	}
	payload, typ, err := v.signed(ctx, raw)
	if err != nil {
		return person{}, err
	}
	var m marks
	claims := map[string]any{}
	if json.Unmarshal(payload, &m) != nil || json.Unmarshal(payload, &claims) != nil {
		return person{}, invalidToken("its claims are not of the usual form")
	}
	if err := v.forUs(m); err != nil {
		return person{}, err
	}
	if !isAccess(m, typ, v.cfg.ClientID) {
		return person{}, invalidToken("no access token, or one that is bound to a key")
	}
	if v.cfg.Scope != "" && !slices.Contains(append(words(m.Scope), words(m.Scp)...), v.cfg.Scope) {
		return person{}, &refusal{insufficientScope, "without the scope"}
	}
	p, ignored, err := v.mapping.person(claims)
	if err != nil {
		return person{}, err
	}
	for _, what := range ignored {
		v.tell("tokens have " + what + "; it is let be")
	}
	return person{p}, nil
}

// signed checks the signature and returns the payload with the header's typ.
func (v *verifier) signed(ctx context.Context, raw string) (payload []byte, typ string, err error) {
	token, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil || len(token.Signatures) != 1 {
		return nil, "", invalidToken("no JWT, or not signed by an algorithm that is taken")
	}
	header := token.Signatures[0].Protected
	if t, there := header.ExtraHeaders[jose.HeaderType]; there {
		typ, _ = t.(string)
		typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
		if typ != "jwt" && typ != "at+jwt" {
			return nil, "", invalidToken("a JWT of another type")
		}
	}
	var unproven jwt.Claims // for the time alone, which decides no more than when to ask for keys
	_ = json.Unmarshal(token.UnsafePayloadWithoutVerification(), &unproven)
	keys, err := v.keys.find(ctx, header.KeyID, unproven.IssuedAt.Time())
	if err != nil {
		return nil, "", err
	}
	for _, key := range keys {
		if key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		if payload, err := token.Verify(key.Key); err == nil {
			return payload, typ, nil
		}
	}
	return nil, "", invalidToken("signed by no key of the issuer")
}

// forUs checks who made the token, for whom, and until when it holds.
func (v *verifier) forUs(m marks) error {
	switch {
	case m.Issuer != v.cfg.Issuer:
		return invalidToken("of another issuer")
	case !m.Audience.Contains(v.cfg.Audience):
		return invalidToken("for another audience")
	case m.Expiry == nil:
		return invalidToken("without an end")
	case m.ValidateWithLeeway(jwt.Expected{Time: v.now()}, v.cfg.leeway()) != nil:
		return invalidToken("expired, or not valid yet")
	}
	return nil
}

// isAccess tells an access token from an ID token, which says to the desk who
// somebody is and must open nothing, and from one that is bound to a key of the
// bearer's, which is not asked for here. Keycloak before 25 put the nonce into
// access tokens as well, where it says of them what they are.
func isAccess(m marks, typ, client string) bool {
	said := typ == "at+jwt" || strings.EqualFold(m.Typ, "Bearer")
	switch {
	case m.Typ != "" && !strings.EqualFold(m.Typ, "Bearer"):
		return false
	case m.AccessHash != nil, m.CodeHash != nil, m.Bound != nil, m.Audience.Contains(client):
		return false
	}
	return m.Nonce == nil || said
}

// words reads a scope claim: words in one text, or a list.
func words(claim any) []string {
	switch v := claim.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		var out []string
		for _, one := range v {
			if s, ok := one.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// tell logs a sentence, once.
func (v *verifier) tell(sentence string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.told[sentence] {
		v.told[sentence] = true
		v.log.Warn().Msg(sentence)
	}
}

// bearer finds who calls.
func (s *Server) bearer(r *http.Request) (person, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	switch {
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return person{}, errSignIn
	case len(r.Header.Values("Authorization")) > 1:
		return person{}, invalidToken("not alone")
	}
	who, err := s.verifier.person(r.Context(), token)
	var no *refusal
	switch {
	case errors.As(err, &no):
		s.verifier.tell("tokens are refused: " + no.why)
		return person{}, err
	case err != nil:
		return person{}, err
	}
	s.note(r.Context(), who)
	return who, nil
}

// turnAway answers a call whose bearer is not known; false if the error is
// another one.
func (s *Server) turnAway(w http.ResponseWriter, err error) bool {
	var no *refusal
	switch {
	case errors.Is(err, errBusy):
		answerBusy(w)
	case errors.Is(err, errSignIn):
		w.Header().Set("WWW-Authenticate", `Bearer realm="portal"`)
		answerProblem(w, errSignIn)
	case errors.As(err, &no):
		value := `Bearer realm="portal", error="` + no.code + `"`
		if no.code == insufficientScope {
			value += `, scope="` + s.cfg.OIDC.Scope + `"`
		}
		w.Header().Set("WWW-Authenticate", value)
		answerProblem(w, errSignIn)
	default:
		return false
	}
	return true
}
