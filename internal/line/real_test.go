package line_test

import (
	"testing"

	"guichet/internal/line"
	"guichet/internal/line/linetest"
)

// The proxies that practices have, each with and without a password.
func TestRealProxies(t *testing.T) {
	needsSystem(t)
	address := server(t, world.Certify(t, portalName, nil), hello)
	for name, start := range linetest.Reals {
		t.Run(name, func(t *testing.T) {
			t.Run("Open", func(t *testing.T) {
				p := start(t, "", "")
				l := line.New(line.Config{Proxy: p.URL()})
				works(t, to(t, l, address), address)
				r := l.Diagnose(t.Context(), address, isHello)
				if !r.OK() || r.Step(line.StepConnect).State != line.OK || r.Step(line.StepProxy).Fact("proxy") != p.URL() || r.Step(line.StepTLS).Code != line.CodeTrusted {
					t.Errorf("%+v", r)
				}
				p.Stop()
				l.Renew()
				fails(t, to(t, l, address), address, line.ErrProxyUnreachable, "proxy-unreachable")
				if step, _ := l.Diagnose(t.Context(), address, isHello).Trouble(); step.ID != line.StepTCP || step.Code != line.CodeClosed {
					t.Errorf("%+v", step)
				}
			})
			t.Run("Asks", func(t *testing.T) {
				p := start(t, user, password)
				right := &secret{p.Address, user, password, nil}
				l := line.New(line.Config{Proxy: p.URL(), Secret: right.give})
				works(t, to(t, l, address), address)
				works(t, to(t, l, address), address)
				if len(right.asked) != 1 {
					t.Errorf("the keyring was asked for %v", right.asked)
				}
				if r := l.Diagnose(t.Context(), address, isHello); !r.OK() {
					t.Errorf("%+v", r)
				}
			})
			t.Run("ErrNone", func(t *testing.T) {
				p := start(t, user, password)
				l := line.New(line.Config{Proxy: p.URL()})
				e := fails(t, to(t, l, address), address, line.ErrProxyAuth, "proxy-auth")
				if e.Proxy != p.Address || e.Shown {
					t.Errorf("%+v", e)
				}
				step, _ := l.Diagnose(t.Context(), address, isHello).Trouble()
				if step.ID != line.StepConnect || step.Code != "proxy-auth" || step.Fact("method") != "basic" || step.Fact("status") != "407" {
					t.Errorf("%+v", step)
				}
			})
			t.Run("ErrWrong", func(t *testing.T) {
				p := start(t, user, password)
				wrong := &secret{p.Address, user, "not-" + password, nil}
				l := line.New(line.Config{Proxy: p.URL(), Secret: wrong.give})
				if e := fails(t, to(t, l, address), address, line.ErrProxyAuth, "proxy-auth"); !e.Shown {
					t.Errorf("%+v", e)
				}
				if step, _ := l.Diagnose(t.Context(), address, isHello).Trouble(); step.ID != line.StepConnect || step.Code != line.CodeAuthShown {
					t.Errorf("%+v", step)
				}
				right := &secret{p.Address, user, password, nil}
				l.Set(line.Config{Proxy: p.URL(), Secret: right.give})
				works(t, to(t, l, address), address)
			})
		})
	}
}
