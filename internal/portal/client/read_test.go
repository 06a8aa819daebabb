package client

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/google/uuid"
)

func TestMe(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	t.Run("OK", func(t *testing.T) {
		me, err := d.Me(t.Context(), p.Token(claire))
		if err != nil {
			t.Fatal(err)
		}
		if me.ID != claire || me.Name != "Claire Lefèvre" || me.Preferred != tilleuls || len(me.Practices) != 3 {
			t.Fatalf("%+v", me)
		}
		if pr := me.Practices[0]; pr.ID != tilleuls || pr.Town != "Nantes" || len(pr.Roles) != 1 || pr.Roles[0] != desk.RoleAdmin ||
			!slices.Equal(pr.Admins, []string{"Claire Lefèvre"}) {
			t.Errorf("%+v", pr)
		}
	})
	t.Run("ErrSignIn", func(t *testing.T) {
		d.told()
		_, err := d.Me(t.Context(), secret)
		if !errors.Is(err, desk.ErrSignIn) {
			t.Fatal(err)
		}
		discreet(t, err)
		// A code that is tried says nothing of who is at the desk.
		if got := d.told(); len(got) != 1 || got[0] != ContactOnline {
			t.Errorf("told %v", got)
		}
	})
}

func TestCatalogue(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	body, etag, err := d.Catalogue(t.Context(), claire, "")
	if err != nil || etag == "" || !bytes.Equal(body, bytes.TrimSpace(catalogue.DefaultJSON())) {
		t.Fatalf("%d bytes, ETag %s, %v", len(body), etag, err)
	}
	t.Run("StillTheSame", func(t *testing.T) {
		body, again, err := d.Catalogue(t.Context(), claire, etag)
		if err != nil || body != nil || again != etag {
			t.Fatalf("%d bytes, ETag %s, %v", len(body), again, err)
		}
		if got := d.told(); got[len(got)-1] != ContactOnline {
			t.Errorf("told %v", got)
		}
	})
	t.Run("Another", func(t *testing.T) {
		if body, _, err := d.Catalogue(t.Context(), claire, `"older"`); err != nil || body == nil {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
	})
	t.Run("ErrSignIn", func(t *testing.T) {
		nobody := newDesktop(t, p.URL, "")
		if _, _, err := nobody.Catalogue(t.Context(), "", ""); !errors.Is(err, desk.ErrSignIn) {
			t.Fatal(err)
		}
		if got := nobody.told(); len(got) > 0 {
			t.Errorf("asked without a token: %v", got)
		}
	})
	t.Run("SignedOut", func(t *testing.T) {
		late := newDesktop(t, p.URL, secret)
		if _, _, err := late.Catalogue(t.Context(), claire, ""); !errors.Is(err, desk.ErrSignIn) {
			t.Fatal(err)
		}
		if got := late.told(); len(got) != 1 || got[0] != ContactSignedOut {
			t.Errorf("told %v", got)
		}
	})
}

func TestChanges(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	first, err := d.Changes(t.Context(), claire, "", 0)
	if err != nil || len(first.Changes) != 0 || !first.Snapshot {
		t.Fatalf("%v, %v", first, err)
	}
	first, err = d.Changes(t.Context(), claire, first.Cursor, 0) // behind the snapshot
	if err != nil || len(first.Changes) != 0 || first.Snapshot || first.More {
		t.Fatalf("%v, %v", first, err)
	}
	cursor := first.Cursor
	f := d.file(t, "Facture.pdf", noise(t, 1000))
	r := request(t, f)
	out := d.Send(t.Context(), r)
	expect(t, out, wanted{kind: desk.OutcomeReceived})

	in, err := d.Changes(t.Context(), claire, cursor, 0)
	next := in.Cursor
	if err != nil || len(in.Changes) != 1 || next == cursor {
		t.Fatalf("%d changes, cursor %s after %s, %v", len(in.Changes), next, cursor, err)
	}
	got := in.Changes[0].Request
	if got.ID != r.ID || got.Owner != r.Owner || got.Number != out.Receipt.Number || got.PortalStatus != desk.PortalReceived ||
		got.Values[desk.KeySubject] != r.Values[desk.KeySubject] || !got.ReceivedAt.Equal(out.Receipt.ReceivedAt) || !got.WrittenAt.Equal(r.WrittenAt) {
		t.Errorf("%#v", got)
	}
	if len(got.Files) != 1 || got.Files[0].ID != f.ID || got.Files[0].Name != f.Name || got.Files[0].Confirmation != f.Confirmation {
		t.Errorf("files %+v", got.Files)
	}
	t.Run("NothingBehindTheCursor", func(t *testing.T) {
		if in, err := d.Changes(t.Context(), claire, next, 0); err != nil || len(in.Changes) != 0 || in.Cursor != next {
			t.Errorf("%d changes, cursor %s, %v", len(in.Changes), in.Cursor, err)
		}
	})
	t.Run("WaitsForOne", func(t *testing.T) {
		type answered struct {
			changes []desk.Change
			err     error
		}
		heard := make(chan answered, 1)
		go func() {
			in, err := d.Changes(t.Context(), claire, next, 20*time.Second)
			heard <- answered{in.Changes, err}
		}()
		another := newDesktop(t, p.URL, p.Token(claire))
		second := request(t)
		expect(t, another.Send(t.Context(), second), wanted{kind: desk.OutcomeReceived})
		select {
		case a := <-heard:
			if a.err != nil || len(a.changes) != 1 || a.changes[0].Request.ID != second.ID {
				t.Errorf("%+v", a)
			}
		case <-time.After(15 * time.Second):
			t.Error("nothing was heard")
		}
	})
}

func TestReadFaults(t *testing.T) {
	change := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(body))
		}
	}
	for name, c := range map[string]struct {
		do   http.HandlerFunc
		want error
	}{
		"SignIn":        {problem(portal.CodeSignIn), desk.ErrSignIn},
		"Forbidden":     {problem(portal.CodeForbidden), desk.ErrForbidden},
		"NotFound":      {problem(portal.CodeNotFound), desk.ErrNotFound},
		"StaleCursor":   {problem(portal.CodeStaleCursor), desk.StaleCursor{}},
		"Busy":          {problem(portal.CodeBusy), desk.ErrOffline},
		"Internal":      {problem(portal.CodeInternal), desk.ErrOffline},
		"SignInHTML":    {saying(401, "text/html"), desk.ErrOffline}, // a proxy's password is not ours
		"ForbiddenHTML": {saying(403, "text/html"), desk.ErrOffline},
		"NotFoundHTML":  {saying(404, "text/html"), desk.ErrOffline},
		"CaptivePortal": {saying(200, "text/html"), desk.ErrOffline},
		"Endless":       {func(w http.ResponseWriter, _ *http.Request) { endless(w) }, desk.ErrOffline},
		"NotTheJSON":    {change(`[]`), desk.ErrOffline},
		"Nobody":        {change(`{}`), desk.ErrOffline},
		"ChangeOfNone":  {change(`{"id":"x","changes":[{"request":{"id":"` + canary + `","number":"D-1"}}]}`), desk.ErrOffline},
		"TooLarge":      {change(`{"id":"` + strings.Repeat("x", maxAnswer) + `"}`), desk.ErrOffline},
		"Dropped":       {raw(true, ""), desk.ErrOffline},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.do)
			defer s.Close()
			d := newDesktop(t, s.URL, secret)
			if _, err := d.Me(t.Context(), secret); name != "ChangeOfNone" && name != "StaleCursor" {
				if !errors.Is(err, c.want) {
					t.Errorf("me: %v, want %v", err, c.want)
				}
				discreet(t, err)
			}
			if name == "Nobody" {
				return // an empty object is an answer without changes
			}
			_, err := d.Changes(t.Context(), claire, "", 0)
			if !errors.Is(err, c.want) {
				t.Errorf("changes: %v, want %v", err, c.want)
			}
			discreet(t, err)
		})
	}
}

// endless is an answer without an end.
func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	piece := bytes.Repeat([]byte(" "), 1<<16)
	for range 2 * maxConversation / len(piece) {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// Conversations that are too long for one answer come one after the other.
func TestChangesOfLongConversations(t *testing.T) {
	p := portald.Run(t, nil)
	d := newDesktop(t, p.URL, p.Token(claire))
	d.Answer = time.Minute
	for range 3 {
		out := d.Send(t.Context(), request(t))
		expect(t, out, wanted{kind: desk.OutcomeReceived})
	}
	in, err := d.Changes(t.Context(), claire, "", 0)
	if err != nil || len(in.Changes) != 3 {
		t.Fatalf("%d changes, %v", len(in.Changes), err)
	}
	long := "<p>" + strings.Repeat("Bonjour. ", 30_000) + "</p>" // of a quarter of a megabyte, each request eight
	for _, c := range in.Changes {
		for range 8 {
			p.Says(c.Request.ID.String(), desk.PortalWaiting, "", "Bonjour.", long)
		}
	}
	cursor, seen := "", map[uuid.UUID]int{}
	for more := true; more; {
		in, err := d.Changes(t.Context(), claire, cursor, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range in.Changes {
			seen[c.Request.ID] = len(c.Messages)
		}
		cursor, more = in.Cursor, in.More
	}
	for id, n := range seen {
		if n != 8 {
			t.Errorf("%s has %d messages", id, n)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d requests", len(seen))
	}
}
