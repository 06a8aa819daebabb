package portald_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/go-jose/go-jose/v4"
)

// later wants an answer that makes a desk try again, and never sign out.
func (r reply) later() {
	r.t.Helper()
	r.refused(portal.CodeBusy)
	if r.header.Get("Retry-After") == "" || r.header.Get("WWW-Authenticate") != "" {
		r.t.Fatalf("%s: Retry-After %q, WWW-Authenticate %q", r.call, r.header.Get("Retry-After"), r.header.Get("WWW-Authenticate"))
	}
}

func TestRotation(t *testing.T) {
	p := newProvider(t)
	c := &clock{}
	b := trusting(t, p, c.tune)
	mint := func(key jose.JSONWebKey) string { return sign(t, key, "at+jwt", p.claims(c.now(), nil)) }
	first, second := p.signer(), es256(t, "second")
	b.meWith(mint(first)).want(http.StatusOK)

	p.publish(second, first) // both hold for a while, as providers do it
	b.meWith(mint(second)).want(http.StatusOK)
	b.meWith(mint(first)).want(http.StatusOK)

	p.publish(second)
	old := mint(first)
	b.meWith(old).want(http.StatusOK) // as long as nobody has asked again
	c.pass(16 * time.Minute)
	before := p.asked.Load()
	b.meWith(mint(second)).want(http.StatusOK) // which asks again, beside its answer
	await(t, "the keys are asked for again", func() bool { return p.asked.Load() > before })
	await(t, "the old key is refused", func() bool { return b.meWith(mint(first)).status == http.StatusUnauthorized })
	b.meWith(mint(first)).refused(portal.CodeSignIn)
	b.meWith(mint(second)).want(http.StatusOK)
}

// TestUnknownKeysFlood sends nonsense of all sorts: the issuer is asked a few
// times, and those who are known go on.
func TestUnknownKeysFlood(t *testing.T) {
	p := newProvider(t)
	c := &clock{}
	frozen := time.Now()
	b := trusting(t, p, func(s *portald.Server) {
		s.Now = func() time.Time { return frozen.Add(time.Duration(c.off.Load())) }
	})
	b.meWith(p.mint(nil)).want(http.StatusOK)
	stranger := es256(t, "")
	nonsense := func(i int) error {
		key := stranger
		if key.KeyID = fmt.Sprint("unknown-", i); i%3 == 0 {
			key.KeyID = "first" // another key under the id of a known one
		}
		made := any(frozen.Add(time.Duration(c.off.Load())).Unix())
		if i%3 == 1 {
			made = nil
		}
		r, err := b.try(t.Context(), "", http.MethodGet, portal.RouteMe, nil,
			"Authorization", "Bearer "+sign(t, key, "JWT", p.claims(frozen, map[string]any{"iat": made, "exp": frozen.Add(time.Hour).Unix()})))
		if err == nil && r.status != http.StatusUnauthorized && r.status != http.StatusServiceUnavailable {
			err = unexpected(r)
		}
		return err
	}
	flood := func() {
		parallel(t, 4, func(who int) error {
			for i := range 30 {
				if err := nonsense(4*i + who); err != nil {
					return err
				}
			}
			return nil
		})
	}
	flood()
	if n := p.asked.Load(); n > 5 {
		t.Errorf("a flood has the issuer asked %d times", n)
	}
	c.pass(10 * time.Second)
	flood()
	if n := p.asked.Load(); n > 6 {
		t.Errorf("ten seconds later it was asked %d times in all", n)
	}
	b.meWith(p.mint(nil)).want(http.StatusOK)
	// A token from before the last time is refused for good, without a call.
	asked := p.asked.Load()
	old := stranger
	old.KeyID = "withdrawn"
	for range 3 {
		b.meWith(sign(t, old, "JWT", p.claims(frozen, map[string]any{"iat": frozen.Add(-time.Minute).Unix()}))).refused(portal.CodeSignIn)
	}
	if p.asked.Load() != asked {
		t.Error("an old token has the issuer asked")
	}
}

// TestIssuerAway takes the issuer away: nobody is signed out by that.
func TestIssuerAway(t *testing.T) {
	for name, serve := range map[string]http.HandlerFunc{
		"Error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>"+canary, http.StatusBadGateway) },
		"Cut":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"Page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>" + canary)) },
		"Empty": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) },
		"OthersKeys": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[{"kty":"oct","kid":"first","k":"AAAA"},{"kty":"new","kid":"x"}]}`))
		},
		"Huge": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[],"x":"` + strings.Repeat("x", 2<<20) + `"}`))
		},
		"Elsewhere": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			p.instead(serve)
			c := &clock{}
			b := trusting(t, p, c.tune)
			mint := func(key jose.JSONWebKey) string { return sign(t, key, "at+jwt", p.claims(c.now(), nil)) }
			b.meWith(mint(p.signer())).later()
			p.instead(nil)
			c.pass(10 * time.Second)
			b.meWith(mint(p.signer())).want(http.StatusOK)
			p.instead(serve)
			c.pass(time.Hour) // beyond the keys' age
			for range 8 {
				b.meWith(mint(p.signer())).want(http.StatusOK)
				b.meWith(mint(es256(t, "second"))).later()
			}
			if n := strings.Count(b.log.String(), "the issuer's keys cannot be read"); n < 1 || n > 2 {
				t.Errorf("told %d times:\n%s", n, b.log)
			}
		})
	}
}

// TestIssuerSlow lets the issuer hang: whoever is known does not wait for it,
// and the portal can be stopped.
func TestIssuerSlow(t *testing.T) {
	p := newProvider(t)
	c := &clock{}
	b := trusting(t, p, c.tune)
	known := func() string { return sign(t, p.signer(), "at+jwt", p.claims(c.now(), nil)) }
	b.meWith(known()).want(http.StatusOK)
	arrived := make(chan struct{}, 8)
	p.instead(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	c.pass(time.Hour)
	began := time.Now()
	b.meWith(known()).want(http.StatusOK)
	<-arrived
	b.meWith(known()).want(http.StatusOK)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("those who are known waited %v", took)
	}
	// One whose key is not known waits, but not for ever, and not for the end.
	waiting := make(chan reply, 1)
	go func() {
		r, err := b.try(t.Context(), "", http.MethodGet, portal.RouteMe, nil, "Authorization", "Bearer "+sign(t, es256(t, "new"), "JWT", p.claims(c.now(), nil)))
		if err != nil {
			r.status = -1
		}
		waiting <- r
	}()
	(<-waiting).later()
	b.Down()
}

func TestStopWhileTheIssuerHangs(t *testing.T) {
	p := newProvider(t)
	arrived := make(chan struct{}, 8)
	p.instead(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	b := trusting(t, p)
	<-arrived // as it starts
	answered := make(chan int, 1)
	go func() {
		r, err := b.try(t.Context(), "", http.MethodGet, portal.RouteMe, nil, "Authorization", "Bearer "+p.mint(nil))
		if err != nil {
			r.status = -1
		}
		answered <- r.status
	}()
	await(t, "the call is under way", func() bool {
		stacks := make([]byte, 1<<20)
		return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "(*keySet).find")
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	if err := b.Stop(ctx); err != nil || time.Since(began) > 2*time.Second {
		t.Errorf("stop took %v: %v", time.Since(began), err)
	}
	if status := <-answered; status != http.StatusServiceUnavailable {
		t.Errorf("the call was answered with %d", status)
	}
	b.Server = nil
}

func TestDiscovery(t *testing.T) {
	for name, edit := range map[string]func(m map[string]any){
		"ErrOtherIssuer": func(m map[string]any) { m["issuer"] = "https://other.example" },
		"ErrNoKeys":      func(m map[string]any) { delete(m, "jwks_uri") },
		"ErrKeysInClear": func(m map[string]any) { m["jwks_uri"] = "http://sign-in.example/keys" },
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			good, _ := json.Marshal(p.metadata)
			edit(p.metadata)
			c := &clock{}
			b := trusting(t, p, c.tune)
			b.meWith(p.mint(nil)).later()
			p.mu.Lock()
			clear(p.metadata)
			err := json.Unmarshal(good, &p.metadata)
			p.mu.Unlock()
			if err != nil {
				t.Fatal(err)
			}
			c.pass(10 * time.Second)
			b.meWith(p.mint(nil)).want(http.StatusOK)
		})
	}
	t.Run("AddressOfKeysInTheConfiguration", func(t *testing.T) {
		p := newProvider(t)
		clear(p.metadata)
		b := start(t, func(c *portald.Config) {
			c.OIDC = p.config()
			c.OIDC.Keys = p.server.URL + "/keys"
		})
		b.meWith(p.mint(nil)).want(http.StatusOK)
	})
	t.Run("TogetherOnce", func(t *testing.T) {
		p := newProvider(t)
		gate := make(chan struct{})
		p.instead(func(w http.ResponseWriter, _ *http.Request) {
			<-gate
			key := p.signer()
			_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
		})
		b := trusting(t, p)
		token := p.mint(nil)
		done := make(chan struct{})
		go func() {
			defer close(done)
			parallel(t, 20, func(int) error {
				r, err := b.try(t.Context(), "", http.MethodGet, portal.RouteMe, nil, "Authorization", "Bearer "+token)
				if err == nil && r.status != http.StatusOK && r.status != http.StatusServiceUnavailable {
					err = unexpected(r)
				}
				return err
			})
		}()
		await(t, "the keys are asked for", func() bool { return p.asked.Load() > 0 })
		close(gate)
		<-done
		if n := p.asked.Load(); n > 2 {
			t.Errorf("asked %d times", n)
		}
	})
}
