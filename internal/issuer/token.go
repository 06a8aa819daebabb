package issuer

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// token exchanges a code or a refresh token.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	tokens, err := i.exchange(r)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		e := oidc.DefaultToServerError(err, "")
		status := http.StatusBadRequest
		switch e.ErrorType {
		case oidc.InvalidClient:
			status = http.StatusUnauthorized
		case oidc.ServerError:
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(e)
		return
	}
	_ = json.NewEncoder(w).Encode(tokens)
}

func (i *Issuer) exchange(r *http.Request) (*oidc.AccessTokenResponse, error) {
	if r.URL.RawQuery != "" {
		return nil, oidc.ErrInvalidRequest().WithDescription("secrets do not belong into an address")
	}
	ctx, decoder := r.Context(), i.provider.Decoder()
	var request op.IDTokenRequest
	var c op.Client
	var code, refresh string
	switch r.PostFormValue("grant_type") {
	case string(oidc.GrantTypeCode):
		in, err := op.ParseAccessTokenRequest(r, decoder)
		if err != nil {
			return nil, err
		}
		if request, c, err = op.ValidateAccessTokenRequest(ctx, in, i.provider); err != nil {
			return nil, err
		}
		code = in.Code
	case string(oidc.GrantTypeRefreshToken):
		in, err := op.ParseRefreshTokenRequest(r, decoder)
		if err != nil {
			return nil, err
		}
		if request, c, err = op.ValidateRefreshTokenRequest(ctx, in, i.provider); err != nil {
			return nil, err
		}
		refresh = in.RefreshToken
	default:
		return nil, oidc.ErrUnsupportedGrantType()
	}
	tokens, err := op.CreateTokenResponse(ctx, request, c, i.provider, true, code, refresh)
	if err != nil {
		return nil, err
	}
	return tokens, i.finish(tokens, c)
}

// finish signs both tokens anew: zitadel writes "JWT" over access tokens,
// where RFC 9068 wants "at+jwt", gives ID tokens the audience of access tokens
// beside the client, and knows no other clock than the system's.
func (i *Issuer) finish(tokens *oidc.AccessTokenResponse, c op.Client) error {
	i.store.mu.Lock()
	k := i.store.keys[0]
	i.store.mu.Unlock()
	now := i.cfg.Now()
	access, err := payloadOf(tokens.AccessToken)
	if err != nil {
		return err
	}
	access["iat"], access["nbf"], access["exp"] = now.Unix(), now.Unix(), now.Add(i.cfg.AccessFor).Unix()
	if tokens.AccessToken, err = k.sign(access, "at+jwt"); err != nil {
		return err
	}
	id, err := payloadOf(tokens.IDToken)
	if err != nil {
		return err
	}
	id["aud"], id["iat"], id["exp"] = c.GetID(), now.Unix(), now.Add(c.IDTokenLifetime()).Unix()
	if id["at_hash"], err = oidc.ClaimHash(tokens.AccessToken, jose.ES256); err != nil {
		return err
	}
	tokens.ExpiresIn = uint64(i.cfg.AccessFor.Seconds())
	tokens.IDToken, err = k.sign(id, "JWT")
	return err
}

func payloadOf(token string) (map[string]any, error) {
	_, rest, _ := strings.Cut(token, ".")
	body, _, _ := strings.Cut(rest, ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	out := map[string]any{}
	if err := decoder.Decode(&out); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("a token without claims")
	}
	return out, nil
}

func (k key) sign(claims map[string]any, typ string) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: k.jwk()}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", err
	}
	return crypto.Sign(claims, signer)
}
