package portald_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

// keycloak is an access token of Keycloak 26 with groups in it, and client
// roles beside.
const keycloak = `{
  "exp": %d, "iat": %d, "auth_time": 1763990000, "jti": "onrtac:5b0a", "iss": %q,
  "aud": ["portal", "account"], "sub": "0f6a2f5e-8d2b-4b46-8f5f-2f5ad5d3c1d7", "typ": "Bearer", "azp": "guichet", "sid": "8b1f", "acr": "1",
  "allowed-origins": ["*"],
  "realm_access": {"roles": ["default-roles-chu", "offline_access", "uma_authorization"]},
  "resource_access": {"guichet": {"roles": ["cabinet-tilleuls:gestionnaire", "cabinet-tilleuls:astronaute"]}, "account": {"roles": ["manage-account"]}},
  "scope": "openid profile portal offline_access", "email_verified": true, "name": "Claire Lefèvre", "preferred_username": "clefevre",
  "given_name": "Claire", "family_name": "Lefèvre", "cabinet": "maison-port",
  "groups": ["/cabinets/cabinet-tilleuls/admin", "/cabinets/cabinet-tilleuls/user", "/cabinets/maison-port/user", "/cabinets/ferme/admin", "/agenda/lecteurs", "/cabinets/maison-port/CANARI-7f3a"]
}`

// entra is an access token of version 2 for an API of one's own, with the app
// roles that a person holds.
const entra = `{
  "exp": %d, "iat": %d, "nbf": 1700000000, "iss": %q, "aud": "portal", "azp": "guichet", "azpacr": "0", "ver": "2.0",
  "name": "Sophie Martin", "oid": "00000000-0000-0000-66f3-3332eca7ea81", "preferred_username": "sophie.martin@chu.example",
  "rh": "0.AX0A", "roles": ["cabinet-tilleuls.Gestionnaire", "cabinet.de.la.gare.Lecteur", "Tout.Autre"], "scp": "portal", "sid": "001e", "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
  "tid": "9122040d-6c67-4c5b-b112-36a304b66dad", "uti": "fqiBqXLPj0eQa82S-IYFAA"
}`

func TestClaims(t *testing.T) {
	directory := map[string]portald.Place{
		tilleuls: {Name: "Cabinet des Tilleuls", Town: "Nantes"}, port: {Name: "Maison de santé du Port", Town: "Lorient"}, "cabinet.de.la.gare": {Name: "Cabinet de la Gare"},
	}
	object := func(id string, roles ...string) map[string]any {
		return map[string]any{"id": id, "name": "N " + id, "town": "T", "roles": roles}
	}
	for name, c := range map[string]struct {
		claims portald.Claims
		token  string         // a whole claim set
		change map[string]any // or of provider.claims
		person string         // id, name, preferred
		want   string         // practices with roles
		logs   int            // of what is let be
	}{
		"KeycloakGroups": {
			claims: portald.Claims{Preferred: "cabinet", Practices: "groups", Pattern: "/cabinets/{practice}/{role}", Directory: directory},
			token:  keycloak, person: "0f6a2f5e-8d2b-4b46-8f5f-2f5ad5d3c1d7/Claire Lefèvre/" + port,
			want: "cabinet-tilleuls(Cabinet des Tilleuls,Nantes): admin user; maison-port(Maison de santé du Port,Lorient): user", logs: 3,
		},
		"KeycloakClientRoles": {
			claims: portald.Claims{ID: "preferred_username", Practices: "resource_access.guichet.roles", Pattern: "{practice}:{role}", Directory: directory, Roles: map[string]string{"gestionnaire": "admin"}},
			token:  keycloak, person: "clefevre/Claire Lefèvre/", want: "cabinet-tilleuls(Cabinet des Tilleuls,Nantes): admin", logs: 1,
		},
		"EntraAppRoles": {
			claims: portald.Claims{ID: "oid", Practices: "roles", Pattern: "{practice}.{role}", Directory: directory, Roles: map[string]string{"Gestionnaire": "admin", "Lecteur": "user"}},
			token:  entra, person: "00000000-0000-0000-66f3-3332eca7ea81/Sophie Martin/",
			want: "cabinet-tilleuls(Cabinet des Tilleuls,Nantes): admin; cabinet.de.la.gare(Cabinet de la Gare,): user", logs: 1,
		},
		"Objects": {
			claims: portald.Claims{Practices: "practices"}, change: map[string]any{"practices": []any{object("a", "super-admin", "support-manager"), object("b")}},
			person: "sophie/Sophie Martin/", want: "a(N a,T): super-admin support-manager; b(N b,T):",
		},
		"ObjectsTwiceAreOne": {
			claims: portald.Claims{Practices: "practices"}, change: map[string]any{"practices": []any{object("a", "admin"), object("a", "user", "admin")}},
			person: "sophie/Sophie Martin/", want: "a(N a,T): admin user",
		},
		"ObjectAlone": {
			claims: portald.Claims{Practices: "practices"}, change: map[string]any{"practices": object("a", "admin")}, person: "sophie/Sophie Martin/", want: "a(N a,T): admin",
		},
		"DirectoryNames": {
			claims: portald.Claims{Practices: "practices", Directory: directory}, change: map[string]any{"practices": []any{object(port, "user"), map[string]any{"id": "z", "roles": []string{"user"}}}},
			person: "sophie/Sophie Martin/", want: "maison-port(Maison de santé du Port,Lorient): user; z(z,): user",
		},
		"RolesOfOthersOnly": {
			claims: portald.Claims{Practices: "practices", Roles: map[string]string{"chef": "admin"}}, change: map[string]any{"practices": []any{object("a", "admin", "chef"), object("b", "admin")}},
			person: "sophie/Sophie Martin/", want: "a(N a,T): admin; b(N b,T):", logs: 1,
		},
		"NestedWithStopsInNames": {
			claims: portald.Claims{Practices: "https://guichet.example/claims.in.practices"}, person: "sophie/Sophie Martin/", want: "a(N a,T): user",
			change: map[string]any{"https://guichet.example/claims": map[string]any{"in": map[string]any{"practices": []any{object("a", "user")}}}},
		},
		"TheLongestNameComesFirst": {
			claims: portald.Claims{Practices: "app.in.practices"}, person: "sophie/Sophie Martin/", want: "long(N long,T): user",
			change: map[string]any{
				"app":    map[string]any{"in": map[string]any{"practices": []any{object("short", "user")}}},
				"app.in": map[string]any{"practices": []any{object("long", "user")}},
			},
		},
		"AnotherNameIsTried": {
			claims: portald.Claims{Practices: "app.in.practices"}, person: "sophie/Sophie Martin/", want: "short(N short,T): user",
			change: map[string]any{
				"app":    map[string]any{"in": map[string]any{"practices": []any{object("short", "user")}}},
				"app.in": map[string]any{"other": 1},
			},
		},
		"NoneOfThem": {
			claims: portald.Claims{Practices: "practices"}, change: map[string]any{"practices": nil}, person: "sophie/Sophie Martin/",
		},
		"NothingUsable": {
			claims: portald.Claims{Practices: "practices"}, person: "sophie/Sophie Martin/", logs: 1,
			change: map[string]any{"practices": []any{"text", 7, nil, []any{}, map[string]any{"name": "no id"}, map[string]any{"id": 7}, map[string]any{"id": "x", "roles": "admin"}}},
		},
		"NoName": {
			claims: portald.Claims{Practices: "practices", Preferred: "preferred"}, change: map[string]any{"name": 7, "preferred": " p ", "practices": nil}, person: "sophie/sophie/p",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			b := start(t, func(cfg *portald.Config) {
				cfg.OIDC = p.config()
				cfg.OIDC.Claims = c.claims
			})
			token := p.mint(c.change)
			if c.token != "" {
				now := time.Now()
				set := fmt.Sprintf(c.token, now.Add(time.Minute).Unix(), now.Unix(), p.server.URL)
				token = sign(t, p.signer(), "JWT", json.RawMessage(set))
			}
			for range 2 { // what is let be is told once
				me := read[portal.Me](b.meWith(token).want(http.StatusOK))
				if got := me.ID + "/" + me.Name + "/" + me.Preferred; got != c.person {
					t.Errorf("person %s, want %s", got, c.person)
				}
				var practices []string
				for _, pr := range me.Practices {
					practices = append(practices, strings.TrimSpace(fmt.Sprintf("%s(%s,%s): %s", pr.ID, pr.Name, pr.Town, strings.Join(pr.Roles, " "))))
				}
				if got := strings.Join(practices, "; "); got != c.want {
					t.Errorf("practices\n%s, want\n%s", got, c.want)
				}
			}
			if n := strings.Count(b.log.String(), "it is let be"); n != c.logs {
				t.Errorf("told %d times, want %d:\n%s", n, c.logs, b.log)
			}
		})
	}
}

const goodOIDC = `{"issuer":"https://sso.example/realms/chu","audience":"portal","clientId":"guichet","scopes":["openid"],"claims":{"practices":"practices"}}`

func TestParseOIDC(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		c, err := portald.ParseOIDC([]byte(goodOIDC))
		if err != nil || c.Issuer != "https://sso.example/realms/chu" {
			t.Fatalf("%+v, %v", c, err)
		}
	})
	for name, c := range map[string]struct{ from, to, says string }{
		"OKLoopback":           {"https://sso.example/realms/chu", "http://127.0.0.1:8480/demo", ""},
		"OKLoopbackV6":         {"https://sso.example/realms/chu", "http://[::1]:8480", ""},
		"OKPattern":            {`"practices":"practices"`, `"practices":"groups","pattern":"/{practice}/{role}","directory":{"a":{"name":"A"}}`, ""},
		"ErrJSON":              {`{"issuer"`, `{issuer`, "parse"},
		"ErrMisspelt":          {`"audience"`, `"audiance"`, "audiance"},
		"ErrMisspeltWithin":    {`"practices":`, `"practises":`, "practises"},
		"ErrNoIssuer":          {"https://sso.example/realms/chu", "", "issuer: the address is missing"},
		"ErrIssuerInClear":     {"https://sso", "http://sso", "not https"},
		"ErrIssuerIsNoAddress": {"https://sso.example/realms/chu", "sso.example", "no address"},
		"ErrIssuerWithQuery":   {"realms/chu", "realms/chu?x=1", "no address"},
		"ErrKeysInClear":       {`"audience"`, `"keys":"http://sso.example/keys","audience"`, "keys: "},
		"ErrNoAudience":        {`"audience":"portal",`, "", "audience is missing"},
		"ErrNoClient":          {`"clientId":"guichet",`, "", "clientId is missing"},
		"ErrSameAudience":      {`"portal"`, `"guichet"`, "the same"},
		"ErrNoOpenID":          {`["openid"]`, `["profile"]`, "no openid"},
		"ErrScopesInOne":       {`["openid"]`, `["openid","a b"]`, "space"},
		"ErrScopeQuoted":       {`"audience"`, `"scope":"a\"b","audience"`, "quotation"},
		"ErrLeeway":            {`"audience"`, `"leeway":3600,"audience"`, "leeway is 3600"},
		"ErrNoPractices":       {`"practices":"practices"`, ``, "practices is missing"},
		"ErrRole":              {`"practices":"practices"`, `"practices":"p","roles":{"chef":"king"}`, `"king"`},
		"ErrPatternWithoutRole": {
			`"practices":"practices"`, `"practices":"p","pattern":"/{practice}","directory":{"a":{"name":"A"}}`, "needs {practice} and {role}",
		},
		"ErrPatternUndivided":   {`"practices":"practices"`, `"practices":"p","pattern":"{practice}{role}","directory":{"a":{"name":"A"}}`, "something between"},
		"ErrPatternNoDirectory": {`"practices":"practices"`, `"practices":"p","pattern":"{practice}.{role}"`, "needs a directory"},
		"ErrNameless":           {`"practices":"practices"`, `"practices":"p","directory":{"a":{"town":"A"}}`, `"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(goodOIDC, c.from) {
				t.Fatal("nothing to change")
			}
			_, err := portald.ParseOIDC([]byte(strings.Replace(goodOIDC, c.from, c.to, 1)))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Fatalf("says %v, want %q", err, c.says)
			}
			// Config is checked in the same way, however it came about.
			if c.says != "" && err != nil && strings.HasPrefix(name, "ErrKeys") {
				cfg := portald.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), OIDC: &portald.OIDC{Issuer: "http://sso.example"}}
				if err := portald.New(cfg).Start(t.Context()); err == nil {
					t.Error("started")
				}
			}
		})
	}
}

func TestConfig(t *testing.T) {
	p := newProvider(t)
	b := start(t, func(c *portald.Config) {
		c.OIDC = p.config()
		c.OIDC.Resource = "https://portal.example"
	})
	got := read[portal.Config](b.call("", http.MethodGet, portal.RouteConfig, nil).want(http.StatusOK))
	if got.OIDC.Issuer != p.server.URL || got.OIDC.ClientID != "guichet" || strings.Join(got.OIDC.Scopes, " ") != "openid profile offline_access portal" || got.OIDC.Resource != "https://portal.example" {
		t.Errorf("%+v", got.OIDC)
	}
	b.call("", http.MethodPost, portal.RouteConfig, nil).refused(portal.CodeMethod)
}
