package oidc_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/session/oidc"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// far is a provider that nobody here wrote.
type far struct {
	oidc.Config
	person url.Values // what they type
	// subject and name are how the provider calls them; it may keep the name to
	// itself.
	subject, name string
	// whole: an old refresh token or code that comes again ends the session.
	whole bool
	abort string // end of the link with which the person says no; empty if there is none
}

func eachProvider(t *testing.T, test func(t *testing.T, f far)) {
	t.Run("zitadel", func(t *testing.T) { test(t, zitadel(t)) })
	t.Run("oidc-provider", func(t *testing.T) { test(t, certified(t)) })
}

var loginPage = template.Must(template.New("").Parse(
	`<form method="post" action="/login/username"><input name="id" value="{{.}}"><input name="username"><input name="password"></form>`))

// zitadel starts an OpenID provider made of zitadel/oidc and its example
// storage.
func zitadel(t *testing.T) far {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	store := storage.NewStorageWithClients(storage.NewUserStore(server.URL), map[string]*storage.Client{
		"guichet": storage.NativeClient("guichet", "http://127.0.0.1/callback", "http://[::1]/callback"),
	})
	provider, err := op.NewProvider(&op.Config{
		CryptoKey: sha256.Sum256([]byte("for one run only")), CodeMethodS256: true, GrantTypeRefreshToken: true,
	}, store, op.StaticIssuer(server.URL), op.WithAllowInsecure())
	if err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("GET /login/username", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if err := loginPage.Execute(w, r.FormValue("authRequestID")); err != nil {
			t.Error(err)
		}
	})
	back := op.AuthCallbackURL(provider)
	mux.Handle("POST /login/username", op.NewIssuerInterceptor(provider.IssuerFromRequest).HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			id := r.FormValue("id")
			if err := store.CheckUsernamePassword(r.FormValue("username"), r.FormValue("password"), id); err != nil {
				http.Error(w, err.Error(), http.StatusForbidden)
				return
			}
			http.Redirect(w, r, back(r.Context(), id), http.StatusFound)
		}))
	mux.Handle("/", provider)
	return far{
		Config:  oidc.Config{Issuer: server.URL, ClientID: "guichet", Scopes: []string{"openid", "profile", "offline_access"}},
		person:  url.Values{"username": {"test-user2"}, "password": {"verysecure"}},
		subject: "id2",
	}
}

// certified starts npm's oidc-provider, whose packages `go run ./build test`
// installs.
func certified(t *testing.T) far {
	t.Helper()
	packages := os.Getenv("GUICHET_OIDC_PROVIDER") // asked for: what is missing is a fault
	if packages == "" {
		if _, err := exec.LookPath("node"); err != nil {
			t.Skip("there is no Node.js here, as under Wine")
		}
		packages = filepath.Join("..", "..", "..", "build", "tmp", "oidc-provider")
		if _, err := os.Stat(packages); errors.Is(err, os.ErrNotExist) {
			t.Skip("the packages of oidc-provider are not installed: go run ./build test does it")
		}
	}
	packages, err := filepath.Abs(packages)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join("testdata", "provider", "provider.mjs"), packages)
	cmd.WaitDelay = 10 * time.Second
	var said strings.Builder
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	issuer, readErr := bufio.NewReader(stdout).ReadString('\n')
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Errorf("oidc-provider: %v\n%s", err, said.String())
		}
	})
	if readErr != nil {
		t.Fatal(readErr)
	}
	return far{
		Config: oidc.Config{
			Issuer: strings.TrimSpace(issuer), ClientID: "guichet", Scopes: []string{"openid", "profile", "offline_access", "demandes"},
			Resource: "https://portail.invalid/api",
		},
		person:  url.Values{"login": {"claire"}, "password": {"secret"}},
		subject: "claire", name: "Claire Martin", whole: true, abort: "/abort",
	}
}

// seat is a desk with a browser at a provider.
type seat struct {
	far
	*oidc.Provider
	*browser
	*tap
}

// tap notes the forms that a desk posts.
type tap struct {
	*http.Transport
	to   []string
	sent []url.Values
}

// RoundTrip implements http.RoundTripper.
func (w *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		w.to, w.sent = append(w.to, r.URL.String()), append(w.sent, form)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return w.Transport.RoundTrip(r)
}

func sit(t *testing.T, f far) *seat {
	t.Helper()
	w := &tap{Transport: &http.Transport{}}
	p, err := oidc.New(f.Config, &http.Client{Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &seat{f, p, newBrowser(t, f.person), w}
}

// signIn signs in, with the browser walking along on its own, and returns what
// the desk and what the browser got.
func (s *seat) signIn(t *testing.T, o oidc.SignInOptions, link string) (oidc.Tokens, shown, error) {
	t.Helper()
	pages, opened := make(chan shown, 1), false
	o.Open = func(address string) error {
		opened = true
		go func() {
			page, err := s.walk(address, link)
			if err != nil {
				page.body = err.Error()
			}
			pages <- page
		}()
		return nil
	}
	tokens, err := s.SignIn(t.Context(), o)
	if !opened {
		return tokens, shown{}, err
	}
	return tokens, <-pages, err
}

func (s *seat) signedIn(t *testing.T) oidc.Tokens {
	t.Helper()
	// A new browser: the provider remembers nobody.
	s.browser = newBrowser(t, s.person)
	tokens, page, err := s.signIn(t, oidc.SignInOptions{}, "")
	if err != nil {
		t.Fatalf("sign in: %v\nthe browser shows %s", err, page.body)
	}
	return tokens
}
