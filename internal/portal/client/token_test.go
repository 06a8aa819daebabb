package client

import (
	"context"
	"errors"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
)

// An attempt for which there is no token has not left: its person signs in, or it
// is tried again when the token can be had.
func TestSendWithoutToken(t *testing.T) {
	tests := map[string]struct {
		err   error
		ended bool
		want  wanted
	}{
		"SignedOut":       {desk.ErrSignIn, false, wanted{kind: desk.OutcomeSignIn, reach: desk.ReachAccount, code: desk.ReasonSignIn}},
		"Locked":          {desk.ErrLocked, false, wanted{kind: desk.OutcomeSignIn, reach: desk.ReachAccount, code: desk.ReasonSignIn}},
		"ProviderIsAway":  {desk.ErrOffline.With(errors.New("no answer")), false, wanted{kind: desk.OutcomeRetry, reach: desk.ReachNetwork, code: desk.ReasonNetwork}},
		"GivenUpMeantime": {desk.ErrOffline.With(context.Canceled), true, wanted{kind: desk.OutcomeRetry, code: desk.ReasonStopped}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := New(Config{Base: "http://127.0.0.1:1", Token: func(context.Context, string) (string, error) { return "", tt.err }})
			t.Cleanup(c.Close)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.ended {
				cancel()
			}
			expect(t, c.Send(ctx, request(t), func() {}), tt.want)
		})
	}
}

// A desk learns where to sign in before anybody has; nobody's token goes there.
func TestConfig(t *testing.T) {
	want := portald.DemoOIDC("http://127.0.0.1:1/demo")
	p := portald.Run(t, func(c *portald.Config) { c.OIDC = want })
	d := newDesktop(t, p.URL, "")
	got, err := d.Config(t.Context())
	if err != nil || got.OIDC.Issuer != want.Issuer || got.OIDC.ClientID != want.ClientID || len(got.OIDC.Scopes) != len(want.Scopes) {
		t.Fatalf("%+v, %v", got, err)
	}
	if told := d.told(); len(told) != 1 || told[0] != ContactOnline {
		t.Errorf("told %v", told)
	}
	p.Down()
	if _, err := d.Config(t.Context()); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("of nobody: %v", err)
	}
}

// Whoever signs in is asked what is to go before their token can be had: an
// attempt that waited for that token sends nothing.
func TestNothingIsSentOfWhoeverIsAskedMeanwhile(t *testing.T) {
	asked := false
	c := New(Config{
		Base:   "http://127.0.0.1:1",
		Token:  func(context.Context, string) (string, error) { asked = true; return "token", nil },
		Absent: func(person string) bool { return asked && person == "claire" },
	})
	out := c.Send(t.Context(), desk.Request{Owner: desk.Owner{Person: "claire"}}, func() {})
	if out.Kind != desk.OutcomeSignIn || out.Arrived {
		t.Errorf("claire: %v, arrived %v, want %v", out.Kind, out.Arrived, desk.OutcomeSignIn)
	}
	out = c.Send(t.Context(), desk.Request{Owner: desk.Owner{Person: "marc"}}, func() {})
	if out.Reach != desk.ReachNetwork { // tried, and nobody was there
		t.Errorf("marc: reach %v, want %v", out.Reach, desk.ReachNetwork)
	}
}
