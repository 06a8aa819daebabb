package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"

	"guichet/internal/issuer"
	"guichet/internal/portald"
	"guichet/internal/portald/admin"
)

// demoPath is where the demo's provider lies, at the portal's own address.
const demoPath = "/demo"

// demoAdmin is the operators' pages as a client of it.
const demoAdmin = "portald-admin"

// operator is who may see the operators' pages of the demo; no desk is offered them.
var operator = issuer.Person{ID: "demo-operator", Name: "Nadia Roux", Note: "Exploitation du portail", Groups: []string{"portald-operators"}, Client: demoAdmin}

// withDemo gives a configuration the demo's persons, unless it has others, and a
// provider that signs them in. Its address is known only once it listens.
func withDemo(cfg *portald.Config) (err error) {
	if cfg.Listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, cfg.Listener.Close())
		}
	}()
	if cfg.Demo {
		cfg.People = portald.DemoPeople()
	}
	address := "http://" + cfg.Listener.Addr().String()
	cfg.OIDC = portald.DemoOIDC(address + demoPath)
	cfg.Admin = &admin.Config{URL: address, Issuer: cfg.OIDC.Issuer, ClientID: demoAdmin, Claim: "groups", Value: "portald-operators"}
	if err := cfg.Check(); err != nil { // nothing of it may be seen from elsewhere
		return err
	}
	provider, err := issuer.New(issuer.Config{
		URL: cfg.OIDC.Issuer, Audience: cfg.OIDC.Audience, Scope: cfg.OIDC.Scope, People: append(signInAs(cfg.People), operator),
		Clients: []issuer.Client{issuer.DesktopClient(), {ID: demoAdmin, Redirects: []string{"http://127.0.0.1" + admin.Path + "callback", "http://[::1]" + admin.Path + "callback"}}},
		File:    filepath.Join(cfg.Data, "demo-issuer.json"), // people stop the demo's portal to see what happens
	})
	if err != nil {
		return err
	}
	cfg.Beside = map[string]http.Handler{demoPath + "/": provider}
	return nil
}

func signInAs(people []portald.Person) []issuer.Person {
	var out []issuer.Person
	for _, p := range people {
		one := issuer.Person{ID: p.ID, Name: p.Name, Note: p.Note, Preferred: p.Preferred}
		for _, pr := range p.Practices {
			one.Practices = append(one.Practices, issuer.Practice(pr))
		}
		out = append(out, one)
	}
	return out
}
