package portald_test

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestReleases(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "releases")
	for name, body := range map[string]string{
		"releases/stable/windows-amd64.json": `{"format":1}`, "releases/stable/windows-amd64.json.minisig": "untrusted comment: x\n",
		"releases/stable/guichet-1.4.0-windows-amd64.exe": "0123456789", "releases/stable/.hidden": "x", "releases/stable/deep/x": "x", "secret": canary, "releases/top.json": "{}",
	} {
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS != "windows" {
		if err := os.Symlink(filepath.Join(top, "secret"), filepath.Join(dir, "stable", "link")); err != nil {
			t.Fatal(err)
		}
	}
	b := start(t, func(c *portald.Config) { c.Releases = dir })
	const program = portal.RouteReleases + "/stable/guichet-1.4.0-windows-amd64.exe"
	t.Run("OKWithoutAToken", func(t *testing.T) {
		b := b.in(t)
		for name, want := range map[string]string{
			"windows-amd64.json": "application/json", "windows-amd64.json.minisig": "text/plain; charset=utf-8", "guichet-1.4.0-windows-amd64.exe": "application/octet-stream",
		} {
			r := b.call("", http.MethodGet, portal.RouteReleases+"/stable/"+name, nil).want(http.StatusOK)
			if got := r.header.Get("Content-Type"); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		r := b.call("", http.MethodHead, program, nil).want(http.StatusOK)
		if r.header.Get("Content-Length") != "10" || len(r.body) > 0 {
			t.Errorf("head: %v, %q", r.header, r.body)
		}
	})
	t.Run("OKRange", func(t *testing.T) {
		b := b.in(t)
		tag := b.call("", http.MethodGet, program, nil).want(http.StatusOK).header.Get("ETag")
		r := b.call("", http.MethodGet, program, nil, "Range", "bytes=4-", "If-Range", tag).want(http.StatusPartialContent)
		if string(r.body) != "456789" || r.header.Get("Content-Range") != "bytes 4-9/10" {
			t.Errorf("%q, %s", r.body, r.header.Get("Content-Range"))
		}
		if r := b.call("", http.MethodGet, program, nil, "Range", "bytes=4-", "If-Range", `"another"`).want(http.StatusOK); len(r.body) != 10 {
			t.Errorf("another tag: %q", r.body)
		}
		b.call("", http.MethodGet, program, nil, "Range", "bytes=10-").want(http.StatusRequestedRangeNotSatisfiable)
		b.call("", http.MethodGet, program, nil, "If-None-Match", tag).want(http.StatusNotModified)
		if err := os.WriteFile(filepath.Join(dir, "stable", "guichet-1.4.0-windows-amd64.exe"), []byte("abcdefghij"), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := b.call("", http.MethodGet, program, nil, "Range", "bytes=4-", "If-Range", tag).want(http.StatusOK); string(r.body) != "abcdefghij" {
			t.Errorf("other bytes: %q", r.body)
		}
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		b := b.in(t)
		for _, path := range []string{
			"/stable/linux-amd64.json", "/beta/windows-amd64.json", "/stable/deep", "/stable/.hidden", "/stable/link", "/stable/..%2f..%2fsecret", "/stable/%2e%2e", "/..%2f/secret",
			"/stable/deep%2fx", "/stable/a%5cb", "/Stable/windows-amd64.json", "/stable/" + strings.Repeat("a", 200), "/stable/x%00",
		} {
			r := b.wrong("", http.MethodGet, portal.RouteReleases+path, nil)
			r.refused(portal.CodeNotFound)
		}
		for _, path := range []string{"", "/", "/stable", "/stable/", "/top.json"} { // no listing
			b.wrong("", http.MethodGet, portal.RouteReleases+path, nil).refused(portal.CodeNotFound)
		}
	})
	t.Run("ErrMethod", func(t *testing.T) {
		b.in(t).wrong("", http.MethodPut, program, []byte("x")).refused(portal.CodeMethod)
	})
	t.Run("ErrNone", func(t *testing.T) {
		start(t, nil).wrong("", http.MethodGet, program, nil).refused(portal.CodeNotFound)
	})
	t.Run("ErrNoFolder", func(t *testing.T) {
		s := portald.New(portald.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), OIDC: portald.DemoOIDC("http://127.0.0.1:1"), Releases: filepath.Join(top, "gone")})
		if err := s.Start(t.Context()); err == nil {
			t.Error("it starts")
		}
	})
}
