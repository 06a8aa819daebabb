package main

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"guichet/internal/issuer"
)

// TestDemoAdmin signs the demo's operator in to the operators' pages, and nobody who
// only writes requests.
func TestDemoAdmin(t *testing.T) {
	cmd, _ := program(t, "--demo", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	l, _ := ready(t, cmd)
	defer end(t, cmd)
	if l.Admin != l.Address+"/admin/" {
		t.Fatalf("pages at %q", l.Admin)
	}
	for person, want := range map[string]int{"demo-operator": http.StatusOK, "demo-claire": http.StatusForbidden} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(next.URL.Path, demoPath) {
				return http.ErrUseLastResponse
			}
			return nil
		}}
		res, err := browser.Get(l.Admin)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		back, err := issuer.Answer(t.Context(), res.Header.Get("Location"), person)
		if err != nil {
			t.Fatal(err)
		}
		if res, err = browser.Get(back.String()); err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s is answered with %d", person, res.StatusCode)
		}
	}
	if _, err := issuer.Access(t.Context(), l.Address+"/v1/config", "demo-operator"); err == nil {
		t.Error("a desk is offered the operator")
	}
}
