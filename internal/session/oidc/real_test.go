package oidc_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/internal/session/oidc"
)

func TestSignIn(t *testing.T) {
	eachProvider(t, func(t *testing.T, f far) {
		s := sit(t, f)
		before := time.Now()
		tokens, page, err := s.signIn(t, oidc.SignInOptions{Hint: "claire", Prompt: "consent", Locale: "fr"}, "")
		if err != nil {
			t.Fatalf("sign in: %v\nthe browser shows %s", err, page.body)
		}
		if got := tokens.Identity; got.Subject.Reveal() != f.subject || got.Name.Reveal() != f.name {
			t.Errorf("identity %q %q", got.Subject.Reveal(), got.Name.Reveal())
		}
		if tokens.Access.Reveal() == "" || tokens.Refresh.Reveal() == "" || !tokens.Fresh(time.Now()) || tokens.Expiry.Before(before.Add(time.Minute)) {
			t.Errorf("tokens of %d and %d characters until %v", len(tokens.Access.Reveal()), len(tokens.Refresh.Reveal()), tokens.Expiry)
		}
		if page.status != http.StatusOK || page.at.Path != "/fini" || page.at.RawQuery != "" || !strings.Contains(page.body, "fermer cet onglet") {
			t.Errorf("the browser shows %d at %s: %s", page.status, page.at, page.body)
		}
		for _, secret := range []string{s.callback(t).Query().Get("code"), s.callback(t).Query().Get("state"), tokens.Access.Reveal(), tokens.Refresh.Reveal()} {
			if strings.Contains(page.body, secret) {
				t.Error("the page holds a secret")
			}
		}
		asked := s.visited[0].Query()
		for name, want := range map[string]string{
			"code_challenge_method": "S256", "response_type": "code", "login_hint": "claire", "prompt": "consent", "ui_locales": "fr", "resource": f.Resource,
		} {
			if asked.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, asked.Get(name), want)
			}
		}
		if len(asked.Get("state")) < 43 || len(asked.Get("nonce")) < 43 || asked.Get("state") == asked.Get("nonce") {
			t.Error("state and nonce are not two of 256 bits")
		}
	})
}

// The provider is strict: it gives an access token for the portal only to who
// names the portal in every call.
func TestResourceAtEveryCall(t *testing.T) {
	s := sit(t, certified(t))
	tokens := s.signedIn(t)
	for what := range 2 {
		if parts := strings.Split(tokens.Access.Reveal(), "."); len(parts) != 3 {
			t.Fatalf("call %d: the access token is none for the portal", what)
		}
		var err error
		if tokens, err = s.Refresh(t.Context(), tokens); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefreshRotates(t *testing.T) {
	eachProvider(t, func(t *testing.T, f far) {
		s := sit(t, f)
		first := s.signedIn(t)
		second, err := s.Refresh(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		if second.Refresh.Reveal() == first.Refresh.Reveal() || second.Access.Reveal() == first.Access.Reveal() {
			t.Error("nothing was rotated")
		}
		if second.Identity.Subject.Reveal() != f.subject || second.Identity.Name.Reveal() != f.name {
			t.Error("the identity changed")
		}
		third, err := s.Refresh(t.Context(), second)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Refresh(t.Context(), first); !errors.Is(err, oidc.ErrSignedOut) {
			t.Errorf("an old refresh token again: %v", err)
		}
		_, err = s.Refresh(t.Context(), third)
		if f.whole && !errors.Is(err, oidc.ErrSignedOut) || !f.whole && err != nil {
			t.Errorf("the newest refresh token after that: %v", err)
		}
	})
}

func TestCodeReplayed(t *testing.T) {
	eachProvider(t, func(t *testing.T, f far) {
		s := sit(t, f)
		tokens := s.signedIn(t)
		if len(s.sent) != 1 || s.sent[0].Get("code") != s.callback(t).Query().Get("code") {
			t.Fatalf("the code was sent %d times", len(s.sent))
		}
		answer, err := http.PostForm(s.to[0], s.sent[0])
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "invalid_grant") {
			t.Errorf("the same again: %d %s", answer.StatusCode, body)
		}
		_, err = s.Refresh(t.Context(), tokens)
		if f.whole && !errors.Is(err, oidc.ErrSignedOut) || !f.whole && err != nil {
			t.Errorf("the session after that: %v", err)
		}
	})
}

func TestRevoke(t *testing.T) {
	eachProvider(t, func(t *testing.T, f far) {
		s := sit(t, f)
		tokens := s.signedIn(t)
		if err := s.Revoke(t.Context(), tokens); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Refresh(t.Context(), tokens); !errors.Is(err, oidc.ErrSignedOut) {
			t.Errorf("refresh after sign-out: %v", err)
		}
		if err := s.Revoke(t.Context(), tokens); err != nil {
			t.Errorf("a second sign-out: %v", err)
		}
	})
}

func TestCancelledInBrowser(t *testing.T) {
	f := certified(t)
	s := sit(t, f)
	_, page, err := s.signIn(t, oidc.SignInOptions{}, f.abort)
	if !errors.Is(err, oidc.ErrCancelled) {
		t.Fatalf("sign in: %v", err)
	}
	if page.at.Path != "/fini" || !strings.Contains(page.body, "Connexion annulée") || !strings.Contains(page.body, "fermer cet onglet") {
		t.Errorf("the browser shows %d at %s: %s", page.status, page.at, page.body)
	}
}

// The second of two sign-ins at once goes on when the first is ended, and the
// other way round.
func TestTwoAtOnce(t *testing.T) {
	s := sit(t, zitadel(t))
	first, cancel := context.WithCancel(t.Context())
	opened, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		_, err := s.SignIn(first, oidc.SignInOptions{Open: func(address string) error { opened <- address; return nil }})
		ended <- err
	}()
	old := <-opened
	tokens, _, err := s.signIn(t, oidc.SignInOptions{}, "")
	if err != nil || tokens.Access.Reveal() == "" {
		t.Fatalf("the second: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("the first: %v", err)
	}
	if page, err := s.walk(old, ""); err == nil {
		t.Errorf("the first still listens: %d", page.status)
	}
}
