package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/session"
	"guichet/internal/session/oidc"
)

// Whoever signs in is at the desk, is known from then on, and is there again
// after a start without a line.
func TestRosterSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.want(t, "", false)
		h.signIn(t, "claire")
		h.want(t, "claire", true)
		if got, err := h.Token(t.Context(), "claire"); got != "access-1" || err != nil {
			t.Errorf("token %q, %v", got, err)
		}
		h.signIn(t, "paul")
		h.want(t, "paul", true)
		if got, err := h.Token(t.Context(), "claire"); got != "access-1" || err != nil { // who is not at the desk goes on sending
			t.Errorf("Claire's token %q, %v", got, err)
		}
		h.Stop()
		h.anew()
		h.offline, h.portal.err = true, desk.ErrOffline
		h.start(t)
		h.want(t, "paul", true)
		people := h.People()
		if len(people) != 2 || people[0].ID != "paul" || !people[1].SignedIn || people[1].Locked {
			t.Errorf("known: %+v", people)
		}
		if err := h.Switch(t.Context(), "claire"); err != nil {
			t.Fatal(err)
		}
		h.want(t, "claire", true)
		if err := h.Switch(t.Context(), "nobody"); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("switched to a stranger: %v", err)
		}
		if _, err := h.Token(t.Context(), ""); !errors.Is(err, desk.ErrSignIn) {
			t.Errorf("a token of nobody: %v", err)
		}
	})
}

// A sign-in that does not come through changes nothing, and leaves no tokens
// behind.
func TestRosterSignInRefused(t *testing.T) {
	tests := map[string]struct {
		spoil   func(*hall)
		err     error
		revoked int
	}{
		"ErrCancelled":       {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrCancelled} }, desk.ErrNotSignedIn, 0},
		"ErrTimeout":         {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrTimeout} }, desk.ErrNotSignedIn, 0},
		"ErrUntrusted":       {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrUntrusted} }, desk.ErrNotSignedIn, 0},
		"ErrUnreachable":     {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrUnreachable} }, desk.ErrOffline, 0},
		"ErrNonsense":        {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrNonsense} }, desk.ErrOffline, 0},
		"ErrClock":           {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrClock} }, desk.ErrClock, 0},
		"ErrOfflineConfig":   {func(h *hall) { h.offline = true }, desk.ErrOffline, 0},
		"ErrOfflinePortal":   {func(h *hall) { h.portal.err = desk.ErrOffline }, desk.ErrOffline, 1},
		"ErrForbiddenPortal": {func(h *hall) { h.portal.err = desk.ErrSignIn }, desk.ErrForbidden, 1},
		"ErrKeyring":         {func(h *hall) { h.keys.err = desk.ErrKeyring }, desk.ErrKeyring, 1},
		"ErrDisk":            {func(h *hall) { h.records.failing = errDisk }, errDisk, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHall()
				h.start(t)
				tt.spoil(h)
				_, err := h.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { return nil }})
				if !errors.Is(err, tt.err) {
					t.Errorf("got %v, want %v", err, tt.err)
				}
				h.want(t, "", false)
				if slices.ContainsFunc(h.People(), func(k session.Known) bool { return k.SignedIn }) {
					t.Error("a sign-in that failed has signed somebody in")
				}
				if h.provider.revoked != tt.revoked {
					t.Errorf("%d revoked", h.provider.revoked)
				}
			})
		})
	}
}

// A disk that fails once somebody has come puts them out no more: they go on until
// the program ends.
func TestRosterDiskFailsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.records.keeping = func() {
			h.records.mu.Lock()
			defer h.records.mu.Unlock()
			h.records.failing = errDisk
		}
		h.start(t)
		h.signIn(t, "claire")
		h.want(t, "claire", true)
		if got, err := h.Token(t.Context(), "claire"); got == "" || err != nil || h.provider.revoked > 0 {
			t.Errorf("%v, %d revoked", err, h.provider.revoked)
		}
	})
}

// Whoever has signed in is told of before anything of theirs can be sent.
func TestRosterArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		var told []string
		h.Arrived = func(p desk.Person) {
			told = append(told, p.ID)
			if _, err := h.Token(t.Context(), p.ID); !errors.Is(err, desk.ErrSignIn) {
				t.Errorf("%s has a token already: %v", p.ID, err)
			}
		}
		h.start(t)
		h.signIn(t, "paul")
		h.signIn(t, "claire")
		if !slices.Equal(told, []string{"paul", "claire"}) {
			t.Errorf("told of %v", told)
		}
	})
}

// A second sign-in ends the first, and so does whoever gives up.
func TestRosterOneSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.provider.hold = make(chan struct{})
		first := make(chan error, 1)
		go func() {
			_, err := h.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { return nil }})
			first <- err
		}()
		synctest.Wait()
		second := make(chan error, 1)
		go func() {
			_, err := h.SignIn(t.Context(), oidc.SignInOptions{Open: func(string) error { return nil }})
			second <- err
		}()
		if err := <-first; !errors.Is(err, desk.ErrNotSignedIn) {
			t.Errorf("the first: %v", err)
		}
		synctest.Wait()
		h.CancelSignIn()
		if err := <-second; !errors.Is(err, desk.ErrNotSignedIn) {
			t.Errorf("the second: %v", err)
		}
		h.CancelSignIn() // of nothing
		h.want(t, "", false)
	})
}

// However many need a token whose time is over, it is refreshed once; the new
// refresh token is on the disk before anybody has the access token.
func TestRosterRefreshOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "claire")
		time.Sleep(time.Hour)
		h.provider.hold = make(chan struct{})
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				got, err := h.Token(t.Context(), "claire")
				if got != "access-2" || err != nil {
					t.Errorf("token %q, %v", got, err)
				}
				h.records.mu.Lock()
				defer h.records.mu.Unlock()
				if !slices.Contains(h.records.writes, "claire: refresh-2") {
					t.Error("used before it was kept")
				}
			})
		}
		synctest.Wait()
		close(h.provider.hold)
		group.Wait()
		if h.provider.refreshes != 1 || h.provider.most != 1 {
			t.Errorf("%d refreshes, %d at a time", h.provider.refreshes, h.provider.most)
		}
	})
}

// Whoever asked and does not wait any more (an attempt that was ended) does not
// end the refresh: its answer holds the only token that still works.
func TestRosterRefreshOutlivesItsAsker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "claire")
		time.Sleep(time.Hour)
		h.provider.hold = make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := h.Token(ctx, "claire"); done <- err }()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, desk.ErrOffline) {
			t.Errorf("got %v", err)
		}
		close(h.provider.hold)
		synctest.Wait()
		if got, err := h.Token(t.Context(), "claire"); got != "access-2" || err != nil || h.provider.refreshes != 1 {
			t.Errorf("token %q, %v after %d refreshes", got, err, h.provider.refreshes)
		}
		// And no end of the program does: what is under way is waited for.
		time.Sleep(time.Hour)
		h.provider.hold = make(chan struct{})
		go func() { _, _ = h.Token(t.Context(), "claire") }()
		synctest.Wait()
		stopped := make(chan struct{})
		go func() { h.Stop(); close(stopped) }()
		synctest.Wait()
		close(h.provider.hold)
		<-stopped
		if !slices.Contains(h.records.writes, "claire: refresh-3") {
			t.Errorf("kept %v", h.records.writes)
		}
	})
}

// What a refresh comes to: signed out with nothing lost, or later.
func TestRosterRefreshRefused(t *testing.T) {
	tests := map[string]struct {
		spoil    func(*hall)
		err      error
		signedIn bool
	}{
		"ErrSignInOver":      {func(h *hall) { clear(h.provider.live) }, desk.ErrSignIn, false},
		"ErrSignInUntrusted": {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrUntrusted} }, desk.ErrSignIn, false},
		"ErrOffline":         {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrUnreachable} }, desk.ErrOffline, true},
		"ErrOfflineNonsense": {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrNonsense} }, desk.ErrOffline, true},
		"ErrOfflineRefused":  {func(h *hall) { h.provider.err = &oidc.Error{Kind: oidc.ErrRefused} }, desk.ErrOffline, true},
		"ErrOfflineConfig":   {func(h *hall) { h.offline = true }, desk.ErrOffline, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHall()
				h.start(t)
				h.signIn(t, "claire")
				time.Sleep(time.Hour)
				tt.spoil(h)
				if _, err := h.Token(t.Context(), "claire"); !errors.Is(err, tt.err) {
					t.Errorf("got %v, want %v", err, tt.err)
				}
				h.want(t, "claire", tt.signedIn)
				if kept := len(h.kept()) == 1; kept != tt.signedIn {
					t.Errorf("kept: %v", h.kept())
				}
				if !tt.signedIn {
					return
				}
				h.provider.mu.Lock()
				h.provider.err = nil
				h.provider.mu.Unlock()
				h.mu.Lock()
				h.offline = false
				h.mu.Unlock()
				if got, err := h.Token(t.Context(), "claire"); got != "access-2" || err != nil {
					t.Errorf("afterwards: %q, %v", got, err)
				}
			})
		})
	}
}

// A token that the portal refuses is refreshed before its time, however many
// calls were refused; one that this has led to is believed to be refused for
// good. A late refusal of an earlier token is none of the present one.
func TestRosterRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "claire")
		for range 5 {
			h.Refused("access-1")
		}
		synctest.Wait()
		h.want(t, "claire", true)
		if got, err := h.Token(t.Context(), "claire"); got != "access-2" || err != nil || h.provider.refreshes != 1 {
			t.Errorf("token %q, %v after %d refreshes", got, err, h.provider.refreshes)
		}
		h.Refused("access-1")
		h.Refused("")
		h.Refused("of nobody")
		synctest.Wait()
		h.want(t, "claire", true)
		time.Sleep(2 * time.Minute) // a later refusal is another story
		h.Refused("access-2")
		synctest.Wait()
		h.want(t, "claire", true)
		h.Refused("access-3")
		synctest.Wait()
		h.want(t, "claire", false)
		if len(h.kept()) != 0 || h.provider.refreshes != 2 {
			t.Errorf("kept %v, %d refreshes", h.kept(), h.provider.refreshes)
		}
		if _, err := h.Token(t.Context(), "claire"); !errors.Is(err, desk.ErrSignIn) {
			t.Errorf("got %v", err)
		}
	})
}

// Signing out forgets and revokes; nobody is at the desk then, and whoever else
// was signed in still is.
func TestRosterSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "paul")
		h.signIn(t, "claire")
		if err := h.SignOut(t.Context(), "claire"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.want(t, "", false)
		if h.provider.revoked != 1 || !slices.Equal(h.kept(), []string{"paul"}) || h.records.at != "" {
			t.Errorf("%d revoked, kept %v, %q at the desk", h.provider.revoked, h.kept(), h.records.at)
		}
		if _, err := h.Token(t.Context(), "claire"); !errors.Is(err, desk.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		if got, err := h.Token(t.Context(), "paul"); got == "" || err != nil {
			t.Errorf("Paul's: %q, %v", got, err)
		}
		h.signIn(t, "claire")
		if err := h.SignOut(t.Context(), "paul"); err != nil { // who is not at the desk
			t.Fatal(err)
		}
		h.want(t, "claire", true)
	})
}

// Whose key is not open is not at the desk and shows nothing; it needs no new
// sign-in when it is opened. Others can be there meanwhile.
func TestRosterLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "paul")
		h.signIn(t, "claire")
		h.Stop()
		h.anew()
		h.keys.turn("claire", true)
		h.records.locked["claire"] = true
		h.start(t)
		h.want(t, "", false)
		if h.Locked() != "claire" {
			t.Errorf("%q is locked out", h.Locked())
		}
		if _, err := h.Token(t.Context(), "claire"); !errors.Is(err, desk.ErrLocked) {
			t.Errorf("got %v", err)
		}
		if err := h.Switch(t.Context(), "claire"); !errors.Is(err, desk.ErrLocked) {
			t.Errorf("got %v", err)
		}
		if err := h.Switch(t.Context(), "paul"); err != nil {
			t.Fatal(err)
		}
		h.want(t, "paul", true)
		h.keys.turn("claire", false)
		h.records.mu.Lock()
		h.records.locked["claire"] = false
		h.records.mu.Unlock()
		h.Unlocked()
		if err := h.Switch(t.Context(), "claire"); err != nil {
			t.Fatal(err)
		}
		h.want(t, "claire", true)
	})
}

// Without a keyring tokens are never on the disk: the next start asks anew.
func TestRosterWithoutKeyring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.keys.none = true
		h.start(t)
		h.signIn(t, "claire")
		time.Sleep(time.Hour)
		if got, err := h.Token(t.Context(), "claire"); got != "access-2" || err != nil {
			t.Errorf("token %q, %v", got, err)
		}
		if len(h.records.writes) != 0 {
			t.Errorf("written: %v", h.records.writes)
		}
		h.Stop()
		h.anew()
		h.start(t)
		h.want(t, "claire", false)
	})
}

// The portal is asked about whoever is at the desk until it answers: roles may
// have changed meanwhile. What it says of somebody else is not taken.
func TestRosterGreets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "claire")
		h.Stop()
		h.anew()
		h.portal.err = desk.ErrOffline
		h.start(t)
		renamed := claire
		renamed.Name = "Claire Martin"
		h.portal.mu.Lock()
		h.portal.err, h.portal.people["claire"] = nil, renamed
		h.portal.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		if p, _ := h.Person(); p.Name != "Claire Martin" || h.records.people[0].Name != "Claire Martin" {
			t.Errorf("she is %q", p.Name)
		}
		h.portal.mu.Lock()
		h.portal.people["claire"] = paul
		h.portal.mu.Unlock()
		if err := h.Switch(t.Context(), "claire"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		h.want(t, "claire", true)
		if len(h.People()) != 1 || !strings.Contains(strings.Join(h.said, " "), "somebody else's") {
			t.Errorf("known: %+v, said %q", h.People(), h.said)
		}
	})
}

// A disk that does not take the new token stops nobody: it is used all the same.
func TestRosterDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		h.start(t)
		h.signIn(t, "claire")
		time.Sleep(time.Hour)
		h.records.mu.Lock()
		h.records.failing = errDisk
		h.records.mu.Unlock()
		for range 2 {
			if got, err := h.Token(t.Context(), "claire"); got != "access-2" || err != nil {
				t.Errorf("token %q, %v", got, err)
			}
		}
	})
}
