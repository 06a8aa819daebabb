package session_test

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session"
)

// start begins with a token, lets the background settle, and stops at the end.
func (w *world) start(tb testing.TB, token string) {
	tb.Helper()
	if err := w.Start(tb.Context(), token); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(w.Stop)
	synctest.Wait()
}

// A start without a network knows its person at once, and asks with growing
// pauses until the portal answers.
func TestStartOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.portal.fail(desk.ErrOffline)
		began := time.Now()
		w.start(t, "c")
		w.want(t, "claire", true, "claire")
		if got, err := w.Token(t.Context(), "claire"); got != "c" || err != nil {
			t.Errorf("token: %q, %v", got, err)
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		w.portal.mu.Lock()
		w.portal.err, w.portal.tokens["c"] = nil, desk.Person{ID: "claire", Name: "Claire Martin"}
		w.portal.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		var at []time.Duration
		for _, a := range w.portal.times() {
			at = append(at, a.Sub(began)/time.Second)
		}
		if len(at) != 4 || at[0] != 0 || at[1] != 1 || at[2] != 3 || at[3] != 7 {
			t.Errorf("asked after %d seconds, want 0 1 3 7 and no more", at)
		}
		w.want(t, "claire", true, "claire", "claire")
		if p, _ := w.Person(); p.Name != "Claire Martin" {
			t.Errorf("name %q: what the portal said is not there", p.Name)
		}
		if len(w.store.saved) != 1 {
			t.Errorf("saved %q", w.store.saved)
		}
	})
}

func TestStart(t *testing.T) {
	tests := map[string]struct {
		token   string
		portal  error
		person  string
		open    bool
		changes []string
		saved   int
	}{
		"OKKnown":          {"c", nil, "claire", true, []string{"claire", "claire"}, 1},
		"OKNew":            {"p", nil, "paul", true, []string{"", "paul"}, 1},
		"OKNewOffline":     {"p", desk.ErrOffline, "", true, []string{""}, 0},
		"OKPortalTroubled": {"c", errDisk, "claire", true, []string{"claire"}, 0}, // asked again, like offline
		"ErrNobody":        {"x", nil, "", false, []string{"", ""}, 0},
		"ErrKnownRefused":  {"c", desk.ErrSignIn, "claire", false, []string{"claire", "claire"}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.portal.fail(tt.portal)
				w.start(t, tt.token)
				w.want(t, tt.person, tt.open, tt.changes...)
				if len(w.store.saved) != tt.saved {
					t.Errorf("saved %q", w.store.saved)
				}
			})
		})
	}
}

// A token that is held but not known yet is nobody's: what belongs to the PC is
// not sent with it.
func TestTokenOfNobodyYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.portal.fail(desk.ErrOffline)
		w.start(t, "p")
		if got, err := w.Token(t.Context(), ""); got != "" || !errors.Is(err, desk.ErrSignIn) {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A refused token is not asked for again.
func TestStartRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start(t, "x")
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(w.portal.times()); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestStartErrStore(t *testing.T) {
	w := newWorld(t)
	w.store.failing = errDisk
	if err := w.Start(t.Context(), "c"); !errors.Is(err, errDisk) {
		t.Errorf("got %v", err)
	}
	w.Stop()
	w.want(t, "", false)
}

// Not remembering the person is no reason to send them away.
func TestGreetUnsaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.portal.fail(desk.ErrOffline)
		w.start(t, "p")
		w.store.mu.Lock()
		w.store.failing = errDisk
		w.store.mu.Unlock()
		w.portal.fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		w.want(t, "paul", true, "", "paul")
	})
}

// Whoever leaves or comes while the portal is asked, in the middle of it or in
// a pause, is not undone by the answer; and a token that was forgotten is not
// sent once more.
func TestGreetOvertaken(t *testing.T) {
	acts := map[string]struct {
		do     func(*testing.T, *world)
		person string
		open   bool
	}{
		"SignOut": {func(_ *testing.T, w *world) { w.SignOut() }, "", false},
		"SignIn": {func(t *testing.T, w *world) {
			if _, err := w.SignIn(t.Context(), "p"); err != nil {
				t.Error(err)
			}
		}, "paul", true},
	}
	for name, act := range acts {
		t.Run("OKInAnswer"+name, func(t *testing.T) { // the answer waits while they act
			for answer, err := range map[string]error{"yes": nil, "no": desk.ErrSignIn} {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					hold := make(chan struct{})
					w.portal.hold = hold
					w.start(t, "c")
					w.portal.mu.Lock()
					w.portal.hold = nil
					w.portal.mu.Unlock()
					act.do(t, w)
					w.portal.fail(err)
					close(hold)
					synctest.Wait()
					t.Log("answer:", answer)
					w.want(t, act.person, act.open, "claire", act.person)
				})
			}
		})
		t.Run("OKInPause"+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.portal.fail(desk.ErrOffline)
				w.start(t, "c")
				w.portal.fail(nil)
				act.do(t, w)
				asked := len(w.portal.times())
				time.Sleep(time.Hour)
				synctest.Wait()
				if n := len(w.portal.times()); n != asked {
					t.Errorf("the forgotten token was sent %d more times", n-asked)
				}
				w.want(t, act.person, act.open, "claire", act.person)
			})
		})
		t.Run("OKWhileSaving"+name, func(t *testing.T) { // the portal has answered, the person is being remembered
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.store.saving = func() {
					w.store.saving = nil
					act.do(t, w)
				}
				w.start(t, "c")
				w.want(t, act.person, act.open, "claire", act.person)
			})
		})
	}
}

// Stop ends a question under way and a pause, and waits for both.
func TestStop(t *testing.T) {
	for name, prepare := range map[string]func(*portal){
		"OKInQuestion": func(p *portal) { p.hold = make(chan struct{}) },
		"OKInPause":    func(p *portal) { p.err = desk.ErrOffline },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				prepare(w.portal)
				w.start(t, "c")
				began := time.Now()
				w.Stop()
				if d := time.Since(began); d > 0 {
					t.Errorf("Stop took %s", d)
				}
				asked := len(w.portal.times())
				time.Sleep(time.Hour)
				if n := len(w.portal.times()); n != asked {
					t.Errorf("asked %d times after Stop", n-asked)
				}
			})
		})
	}
	t.Run("OKWaits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.store.saving = func() { time.Sleep(3 * time.Second) } // does not look at its context
			began := time.Now()
			w.start(t, "c")
			w.Stop()
			if d := time.Since(began); d != 3*time.Second {
				t.Errorf("Stop came back after %s", d)
			}
			w.want(t, "claire", true, "claire", "claire")
		})
	})
}

// The pauses that a session has by itself: they grow, and end at half a minute.
func TestPause(t *testing.T) {
	pause := session.New(nil, nil, nil).Pause
	most := []time.Duration{1, 2, 4, 8, 16, 30, 30, 30}
	for attempt, m := range append(most, 30) {
		if attempt == len(most) {
			attempt = math.MaxInt // after years
		}
		for range 100 {
			if d := pause(attempt); d < m*time.Second/2 || d > m*time.Second {
				t.Errorf("attempt %d: %s, want %ds to %ds", attempt, d, m/2, m)
			}
		}
	}
}
