package oidc_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/session/oidc"
)

// The PC's clock may be wrong by the leeway, or by as much as is known.
func TestClock(t *testing.T) {
	short := func(h *hostile) { claim("exp", time.Now().Add(5*time.Minute).Unix())(h) }
	shortest := func(h *hostile) { claim("exp", time.Now().Add(time.Minute).Unix())(h) }
	undated := func(h *hostile) {
		h.token = func(url.Values, answered) {}
		h.path["/token"] = func(w http.ResponseWriter, r *http.Request) { w.Header()["Date"] = nil; h.grant(w, r) }
	}
	for _, c := range []struct {
		name         string
		ahead, known time.Duration
		rigs         []func(h *hostile)
		want         error
		told         time.Duration
	}{
		{name: "right"},
		{name: "a little ahead", ahead: oidc.Leeway - time.Minute},
		{name: "a little behind", ahead: -oidc.Leeway + time.Minute},
		{name: "a little ahead, and the token is short", ahead: oidc.Leeway - time.Minute, rigs: []func(*hostile){shortest}},
		{name: "ahead within the token's life", ahead: 20 * time.Minute},
		{name: "ahead beyond the token's life", ahead: 20 * time.Minute, rigs: []func(*hostile){short}, want: oidc.ErrClock, told: 20 * time.Minute},
		{name: "ahead as is known", ahead: 20 * time.Minute, known: 18 * time.Minute, rigs: []func(*hostile){short}},
		{name: "ahead, and nothing tells", ahead: 20 * time.Minute, rigs: []func(*hostile){short, undated}, want: oidc.ErrUntrusted},
		{name: "behind", ahead: -20 * time.Minute, want: oidc.ErrClock, told: -20 * time.Minute},
		{name: "behind by years", ahead: -9 * 365 * 24 * time.Hour, want: oidc.ErrClock, told: -9 * 365 * 24 * time.Hour},
		{name: "behind, and only the token tells", ahead: -20 * time.Minute, rigs: []func(*hostile){undated}, want: oidc.ErrClock, told: -20 * time.Minute},
		{name: "behind as is known", ahead: -20 * time.Minute, known: -22 * time.Minute},
		{name: "right, and taken for wrong", known: 20 * time.Minute, want: oidc.ErrClock},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHostile(t).serve(t)
			for _, rig := range c.rigs {
				rig(h)
			}
			p := h.desk(t)
			p.Now = func() time.Time { return time.Now().Add(c.ahead) }
			if c.known != 0 {
				p.Ahead = func() time.Duration { return c.known }
			}
			tokens, page, err := h.signIn(t, p)
			if !errors.Is(err, c.want) {
				t.Fatalf("sign in: %v, want %v", err, c.want)
			}
			var e *oidc.Error
			if errors.As(err, &e) && c.told != 0 && (e.Ahead-c.told).Abs() > 5*time.Second {
				t.Errorf("ahead by %v, want %v", e.Ahead, c.told)
			}
			if errors.Is(err, oidc.ErrClock) && !strings.Contains(page.body, "horloge") {
				t.Errorf("the browser shows %s", page.body)
			}
			// The end of the access token is by the PC's own clock, wrong or not.
			if lasts := tokens.Expiry.Sub(p.Now()); err == nil && (lasts > time.Hour || lasts < 58*time.Minute || !tokens.Fresh(p.Now())) {
				t.Errorf("lasts %v", lasts)
			}
		})
	}
}
