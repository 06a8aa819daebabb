package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"guichet/internal/issuer"
	"guichet/internal/portal"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// get reads an answer of the portal, without a token if it is "".
func get[T any](t *testing.T, address, token string) T {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var v T
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d: %v", address, res.StatusCode, err)
	}
	return v
}

// signIn is what a desk does with nothing but the portal's address.
func signIn(t *testing.T, address, person string) (oauth2.Config, *oauth2.Token) {
	t.Helper()
	told := get[portal.Config](t, address+portal.RouteConfig, "")
	provider, err := oidc.NewProvider(t.Context(), told.OIDC.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{ClientID: told.OIDC.ClientID, RedirectURL: "http://127.0.0.1:1/callback", Scopes: told.OIDC.Scopes, Endpoint: provider.Endpoint()}
	verifier := oauth2.GenerateVerifier()
	to, err := issuer.Answer(t.Context(), config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)), person)
	if err != nil {
		t.Fatal(err)
	}
	token, err := config.Exchange(t.Context(), to.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return config, token
}

// roles are those of the demo's persons.
var roles = map[string]string{
	"demo-claire": "cabinet-tilleuls admin, maison-port admin, cabinet-saint-michel user",
	"demo-marc":   "cabinet-saint-michel admin",
	"demo-sophie": "cabinet-tilleuls user",
}

// accessOf is an access token for a person of a portal with the demo's sign-in
// page.
func accessOf(t *testing.T, address, person string) string {
	t.Helper()
	token, err := issuer.Access(t.Context(), address+portal.RouteConfig, person)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestDemoSignIn signs everybody of the demo in by its own provider, and stops
// and starts the portal in between.
func TestDemoSignIn(t *testing.T) {
	data := t.TempDir()
	cmd, stderr := program(t, "--demo", "--listen", "127.0.0.1:0", "--data", data)
	l, _ := ready(t, cmd)
	if l.Issuer != l.Address+"/demo" {
		t.Fatalf("issuer %s", l.Issuer)
	}
	var config oauth2.Config
	var last *oauth2.Token
	for _, p := range l.People {
		config, last = signIn(t, l.Address, p.ID)
		me := get[portal.Me](t, l.Address+portal.RouteMe, last.AccessToken)
		var has []string
		for _, p := range me.Practices {
			has = append(has, p.ID+" "+strings.Join(p.Roles, " "))
		}
		if got := strings.Join(has, ", "); me.ID != p.ID || me.Name != p.Name || got != roles[p.ID] {
			t.Errorf("%s is %s %q with %s", p.ID, me.ID, me.Name, got)
		}
		id, _ := last.Extra("id_token").(string)
		if got := status(t, l.Address, id); got != http.StatusUnauthorized {
			t.Errorf("an ID token is answered with %d", got)
		}
		if i := slices.IndexFunc(me.Practices, func(p portal.Practice) bool { return p.ID == "cabinet-tilleuls" }); i >= 0 && strings.Join(me.Practices[i].Admins, " ") != "Claire Lefèvre" {
			t.Errorf("admins %q", me.Practices[i].Admins)
		}
	}
	end(t, cmd)
	http.DefaultClient.CloseIdleConnections()
	cmd, more := program(t, "--demo", "--listen", strings.TrimPrefix(l.Address, "http://"), "--data", data)
	ready(t, cmd)
	if got := status(t, l.Address, last.AccessToken); got != http.StatusOK {
		t.Errorf("behind a restart an access token is answered with %d", got)
	}
	expired := &oauth2.Token{RefreshToken: last.RefreshToken}
	next, err := config.TokenSource(context.WithoutCancel(t.Context()), expired).Token()
	if err != nil || next.RefreshToken == last.RefreshToken {
		t.Fatalf("behind a restart nobody is signed in: %v", err)
	}
	if got := status(t, l.Address, next.AccessToken); got != http.StatusOK {
		t.Errorf("the next access token is answered with %d", got)
	}
	end(t, cmd)
	for _, log := range []string{stderr.String(), more.String()} {
		if strings.Contains(log, "eyJ") || strings.Contains(log, last.RefreshToken) || strings.Contains(log, `"error"`) {
			t.Errorf("the log says\n%s", log)
		}
	}
}

func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("ended with %v: %s", err, cmd.Stderr)
	}
}

// TestOIDC runs a portal with a provider of its own, by a file.
func TestOIDC(t *testing.T) {
	p := issuer.Run(t, nil)
	dir := t.TempDir()
	file := filepath.Join(dir, "oidc.json")
	body, err := json.Marshal(map[string]any{
		"issuer": p.URL, "audience": "guichet-portal", "clientId": "guichet", "scope": "guichet", "scopes": []string{"openid", "offline_access", "guichet"},
		"claims": map[string]any{"practices": "practices"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stderr := program(t, "--oidc", file, "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))
	l, _ := ready(t, cmd)
	if l.Issuer != p.URL || len(l.People) > 0 {
		t.Errorf("said %+v", l)
	}
	_, token := signIn(t, l.Address, "anne")
	if me := get[portal.Me](t, l.Address+portal.RouteMe, token.AccessToken); me.Name != "Anne Le Goff" || me.Practices[0].Roles[0] != "admin" {
		t.Errorf("%+v", me)
	}
	end(t, cmd)
	if log := stderr.String(); strings.Contains(log, `"error"`) || strings.Contains(log, "eyJ") || strings.Contains(log, "demo-claire") {
		t.Errorf("the log says\n%s", log)
	}
}
