package portald

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald/setting"
)

// OIDC says whose access tokens the portal takes, what it wants to find in
// them, and how a desk gets one.
type OIDC struct {
	Issuer   string   `json:"issuer"`             // as it stands in the claim iss: https, or http on loopback
	Audience string   `json:"audience"`           // the portal, in the claim aud
	ClientID string   `json:"clientId"`           // of the desk at the issuer
	Scopes   []string `json:"scopes"`             // that a desk asks for
	Resource string   `json:"resource,omitempty"` // that a desk names when asking (RFC 8707)
	Scope    string   `json:"scope,omitempty"`    // that a token must hold, in scope or scp; "" for none
	Keys     string   `json:"keys,omitempty"`     // address of the issuer's keys; "" to find it by discovery
	Leeway   int      `json:"leeway,omitempty"`   // seconds by which clocks may differ, by default 30
	Claims   Claims   `json:"claims"`
}

// Claims says where in a token a person stands. A name is a claim's, or a path
// of claims with full stops between.
type Claims struct {
	ID        string `json:"id,omitempty"`        // by default sub
	Name      string `json:"name,omitempty"`      // by default name
	Preferred string `json:"preferred,omitempty"` // id of the preferred practice; "" for none
	Practices string `json:"practices"`           // objects {id, name, town, roles}, or strings to be read by Pattern

	// Pattern reads strings, such as "/cabinets/{practice}/{role}" for groups of
	// Keycloak or "{practice}.{role}" for app roles of Entra. Strings of another
	// form are let be.
	Pattern string `json:"pattern,omitempty"`
	// Roles are the issuer's words for ours; without any, its words are ours.
	Roles map[string]string `json:"roles,omitempty"`
	// Directory names practices by their id. What Pattern finds and the
	// directory has not is let be.
	Directory map[string]Place `json:"directory,omitempty"`
}

// Place is what a directory says of a practice.
type Place struct {
	Name string `json:"name"`
	Town string `json:"town"`
}

// DemoOIDC takes the tokens of a provider that speaks of persons in the
// portal's own words: the demo's, and those of tests.
func DemoOIDC(issuer string) *OIDC {
	return &OIDC{
		Issuer: issuer, Audience: "guichet-portal", ClientID: "guichet", Scopes: []string{"openid", "profile", "offline_access", "guichet"}, Scope: "guichet",
		Claims: Claims{Preferred: "preferred", Practices: "practices"},
	}
}

const (
	defaultLeeway = 30 * time.Second
	mostLeeway    = 300 // seconds; beyond it an expired token would be as good as any
)

// ParseOIDC reads a configuration and checks that it can be used.
func ParseOIDC(body []byte) (OIDC, error) {
	var c OIDC
	if err := setting.JSON(body, &c); err != nil {
		return OIDC{}, fmt.Errorf("parse sign-in: %w", err)
	}
	if err := c.Check(); err != nil {
		return OIDC{}, fmt.Errorf("parse sign-in: %w", err)
	}
	return c, nil
}

// Check reports what makes a configuration unusable.
func (c OIDC) Check() error {
	if err := setting.Address(c.Issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if c.Keys != "" {
		if err := setting.Address(c.Keys); err != nil {
			return fmt.Errorf("keys: %w", err)
		}
	}
	switch {
	case c.Audience == "":
		return errors.New("audience is missing: without it the tokens of every other program at that issuer would be taken")
	case c.ClientID == "":
		return errors.New("clientId is missing: as what the desk signs in")
	case c.Audience == c.ClientID:
		return errors.New("audience and clientId are the same: ID tokens would pass for access tokens; the portal needs a name of its own at the issuer")
	case !slices.Contains(c.Scopes, "openid"):
		return errors.New("scopes have no openid")
	case slices.ContainsFunc(append([]string{c.Scope}, c.Scopes...), func(s string) bool { return strings.ContainsAny(s, " \t\r\n\"\\") }):
		return errors.New("a scope has a space or a quotation mark in it")
	case c.Leeway < 0 || c.Leeway > mostLeeway:
		return fmt.Errorf("leeway is %d seconds, and may be at most %d", c.Leeway, mostLeeway)
	}
	if _, err := c.Claims.compile(); err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	return nil
}

func (c OIDC) leeway() time.Duration {
	if c.Leeway == 0 {
		return defaultLeeway
	}
	return time.Duration(c.Leeway) * time.Second
}

// wire is what desks are told of it.
func (c *OIDC) wire() portal.Config {
	return portal.Config{OIDC: portal.OIDC{Issuer: c.Issuer, ClientID: c.ClientID, Scopes: c.Scopes, Resource: c.Resource}}
}
