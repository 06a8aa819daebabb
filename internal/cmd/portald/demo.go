package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"

	"guichet/internal/issuer"
	"guichet/internal/portald"
)

// demoPath is where the demo's provider lies, at the portal's own address.
const demoPath = "/demo"

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
	cfg.OIDC = portald.DemoOIDC("http://" + cfg.Listener.Addr().String() + demoPath)
	if err := cfg.Check(); err != nil { // nothing of it may be seen from elsewhere
		return err
	}
	provider, err := issuer.New(issuer.Config{
		URL: cfg.OIDC.Issuer, Audience: cfg.OIDC.Audience, Scope: cfg.OIDC.Scope, People: signInAs(cfg.People),
		File: filepath.Join(cfg.Data, "demo-issuer.json"), // people stop the demo's portal to see what happens
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
