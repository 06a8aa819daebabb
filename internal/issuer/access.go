package issuer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Access is an access token for a person, got as a desk gets it: config is the
// address at which the portal says who signs people in.
func Access(ctx context.Context, config, person string) (string, error) {
	var told struct {
		OIDC struct {
			Issuer, ClientID string
			Scopes           []string
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, config, nil)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&told); err != nil {
		return "", fmt.Errorf("sign in: %s: %w", config, err)
	}
	provider, err := oidc.NewProvider(ctx, told.OIDC.Issuer)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	desk := oauth2.Config{
		ClientID: told.OIDC.ClientID, RedirectURL: "http://127.0.0.1:1/callback", Scopes: told.OIDC.Scopes, Endpoint: provider.Endpoint(),
	}
	verifier := oauth2.GenerateVerifier()
	to, err := Answer(ctx, desk.AuthCodeURL(rand.Text(), oauth2.S256ChallengeOption(verifier)), person)
	if err != nil {
		return "", err
	}
	token, err := desk.Exchange(ctx, to.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	return token.AccessToken, nil
}
