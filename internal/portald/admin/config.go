package admin

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"guichet/internal/portald/setting"
)

// Config says where the pages are, who signs operators in, and who is one.
type Config struct {
	URL        string   `json:"url"`      // of the portal, as browsers reach it: https, or http on loopback
	Issuer     string   `json:"issuer"`   // as it stands in the claim iss
	ClientID   string   `json:"clientId"` // of the portal's pages at the issuer, with url and /admin/callback as its redirect
	Secret     string   `json:"-"`        // of that client; "" for a public one
	SecretFile string   `json:"secretFile,omitempty"`
	Scopes     []string `json:"scopes,omitempty"` // by default openid and profile
	// Claim of the ID token that has to be Value, or a list with it; a path of
	// claims has full stops between, such as "realm_access.roles".
	Claim string `json:"claim"`
	Value string `json:"value"`
}

// Parse reads a configuration and checks that it can be used. The secret's file is
// the caller's to read.
func Parse(body []byte) (Config, error) {
	var c Config
	if err := setting.JSON(body, &c); err != nil {
		return Config{}, fmt.Errorf("parse the operators' sign-in: %w", err)
	}
	if err := c.Check(); err != nil {
		return Config{}, fmt.Errorf("parse the operators' sign-in: %w", err)
	}
	return c, nil
}

// Check reports what makes a configuration unusable.
func (c Config) Check() error {
	if err := setting.Address(c.URL); err != nil {
		return fmt.Errorf("url: %w", err)
	}
	if u, _ := url.Parse(c.URL); u.Path != "" {
		return fmt.Errorf("url: %q has a path: the pages are at %s of the portal's own address", c.URL, Path)
	}
	if err := setting.Address(c.Issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	switch {
	case c.ClientID == "":
		return errors.New("clientId is missing: as what the pages sign in")
	case c.Claim == "" || c.Value == "":
		return errors.New("claim or value is missing: everybody whom the issuer knows would be an operator")
	case len(c.Scopes) > 0 && !slices.Contains(c.Scopes, "openid"):
		return errors.New("scopes have no openid")
	}
	return nil
}

func (c Config) scopes() []string {
	if len(c.Scopes) == 0 {
		return []string{"openid", "profile"}
	}
	return c.Scopes
}

// secure tells whether cookies are for https alone.
func (c Config) secure() bool { return strings.HasPrefix(c.URL, "https:") }
