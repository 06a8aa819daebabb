package app

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"guichet/internal/portald"
)

// between stands on the way to a portal, until the test ends: serve has each
// call, and what passes it on.
func between(t *testing.T, p *portald.Twin, serve func(w http.ResponseWriter, r *http.Request, pass http.Handler)) (address string) {
	t.Helper()
	target, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	own, quiet := &http.Transport{}, log.New(io.Discard, "", 0)
	pass.Transport, pass.ErrorLog = own, quiet
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, pass) }))
	s.Config.ErrorLog = quiet
	t.Cleanup(func() { s.Close(); own.CloseIdleConnections() })
	return s.URL
}
