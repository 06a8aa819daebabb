package portald_test

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

// roles is a change of claims: practices with roles, each "practice role ...".
func roles(sub, name string, list ...string) map[string]any {
	practices := []map[string]any{}
	for _, one := range list {
		words := strings.Fields(one)
		practices = append(practices, map[string]any{"id": words[0], "name": words[0], "town": "", "roles": words[1:]})
	}
	return map[string]any{"sub": sub, "name": name, "practices": practices}
}

func TestAdmins(t *testing.T) {
	p := newProvider(t)
	c := &clock{}
	b := start(t, func(cfg *portald.Config) { cfg.OIDC = p.config() }, c.tune) // with the demo's persons
	come := func(change map[string]any) portal.Me {
		t.Helper()
		return read[portal.Me](b.meWith(sign(t, p.signer(), "at+jwt", p.claims(c.now(), change))).want(http.StatusOK))
	}
	told := func(me portal.Me, practice string) string {
		i := slices.IndexFunc(me.Practices, func(pr portal.Practice) bool { return pr.ID == practice })
		return strings.Join(me.Practices[i].Admins, ", ")
	}
	sophie := roles("s", "Sophie", tilleuls+" user", "ours user")
	if me := come(sophie); told(me, tilleuls) != "Claire Lefèvre" || told(me, "ours") != "" {
		t.Errorf("%q and %q", told(me, tilleuls), told(me, "ours"))
	}
	come(roles("z", "Zoé", "ours admin", tilleuls+" user"))
	come(roles("a", "anne", "ours super-admin"))
	come(roles("m", "Marc", "ours support-manager user"))
	come(roles(claire, "Claire Lefèvre", tilleuls+" admin")) // stands in both
	if me := come(sophie); told(me, tilleuls) != "Claire Lefèvre" || told(me, "ours") != "anne, Zoé" {
		t.Errorf("%q and %q", told(me, tilleuls), told(me, "ours"))
	}
	b.restart()
	if me := come(sophie); told(me, "ours") != "anne, Zoé" {
		t.Errorf("behind a restart: %q", told(me, "ours"))
	}
	come(roles("z", "Zoé", "ours user")) // the role is lost
	if me := come(sophie); told(me, "ours") != "anne" {
		t.Errorf("behind the loss of a role: %q", told(me, "ours"))
	}
	c.pass(80 * 24 * time.Hour)
	come(roles("z", "Zoé Dupont", "ours admin"))
	c.pass(12 * 24 * time.Hour) // anne has not come for three months
	if me := come(sophie); told(me, "ours") != "Zoé Dupont" {
		t.Errorf("three months later: %q", told(me, "ours"))
	}
	t.Run("OfOnesOwnPracticesOnly", func(t *testing.T) {
		if r := b.meWith(p.mint(roles("x", "X"))); strings.Contains(string(r.body), "admins") {
			t.Errorf("%s", r.body)
		}
	})
	t.Run("OfTheList", func(t *testing.T) {
		come(roles("t", "Théo", tilleuls+" admin"))
		for _, want := range []string{"Claire Lefèvre, Théo", "Claire Lefèvre"} {
			me := come(roles("demo-sophie", "Sophie Martin", tilleuls+" user"))
			if told(me, tilleuls) != want {
				t.Errorf("%q, want %q", told(me, tilleuls), want)
			}
			c.pass(91 * 24 * time.Hour) // Théo does not come again
		}
	})
}

// TestRolesOfThePractice holds every road to a number to the role that is held
// in the practice of the request.
func TestRolesOfThePractice(t *testing.T) {
	p := newProvider(t)
	b := trusting(t, p)
	user, admin := p.mint(roles("s", "S", tilleuls+" user", port+" admin")), p.mint(roles("s", "S", tilleuls+" admin", port+" user"))
	put := func(token, id string, body portal.RequestPut) reply {
		return b.with(token, http.MethodPut, pathOf(id), body)
	}
	t.Run("ErrUtilisateur", func(t *testing.T) {
		only := p.mint(roles("s", "S", tilleuls+" user support-manager"))
		put(only, newID(t), administrative(tilleuls)).refused(portal.CodeForbidden)
		put(user, newID(t), administrative(tilleuls)).refused(portal.CodeForbidden) // an Admin, elsewhere
		put(user, newID(t), technical(michel)).refused(portal.CodeForbidden)
		put(user, newID(t), technical(tilleuls)).want(http.StatusCreated)
		put(user, newID(t), administrative(port)).want(http.StatusCreated)
	})
	t.Run("ErrRoleLostOnTheWay", func(t *testing.T) {
		f, content := fileOf(t, "s", 100)
		id := newID(t)
		body := withFiles(administrative(tilleuls), f)
		put(admin, id, body).want(http.StatusCreated)
		tus := []string{"Tus-Resumable", "1.0.0"}
		begin := append(tus, "Upload-Length", "100", "Upload-Metadata", metadata(id, f.ID))
		b.with(user, http.MethodPost, portal.RouteUploads, nil, begin...).refused(portal.CodeForbidden)
		b.with(admin, http.MethodPost, portal.RouteUploads, nil, begin...).want(http.StatusCreated)
		bytes := append(tus, "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
		path := portal.RouteUploads + "/" + portal.UploadID(id, f.ID)
		b.with(user, http.MethodPatch, path, content, bytes...).refused(portal.CodeForbidden)
		put(user, id, body).refused(portal.CodeForbidden)
		handed := withFiles(administrative(port), f) // goes to where the role is held
		handed.Revision = 2
		put(user, id, handed).want(http.StatusOK)
		if got := read[portal.Request](b.with(user, http.MethodGet, pathOf(id), nil).want(http.StatusOK)); got.Number != "" || got.Practice != port {
			t.Fatalf("numbered %q in %s", got.Number, got.Practice)
		}
		b.with(user, http.MethodPatch, path, content, bytes...).want(http.StatusNoContent)
		got := read[portal.Request](b.with(admin, http.MethodGet, pathOf(id), nil).want(http.StatusOK))
		if got.Number == "" {
			t.Fatal("no number")
		}
		put(admin, id, handed).want(http.StatusOK) // a repeat behind the number is a read, whatever the role
	})
}

// TestBeside serves another handler at the portal's address, behind its guard.
func TestBeside(t *testing.T) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listen.Addr().String()
	b := start(t, func(c *portald.Config) {
		c.Listener, c.Demo = listen, true
		c.Beside = map[string]http.Handler{"/demo/": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/demo/panic" {
				panic("secret")
			}
			_, _ = w.Write([]byte(r.URL.Path))
		})}
	})
	if b.URL != "http://"+at {
		t.Fatalf("listens on %s", b.URL)
	}
	get := func(path string) (int, string) {
		res, err := http.Get(b.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body := make([]byte, 1000)
		n, _ := res.Body.Read(body)
		return res.StatusCode, string(body[:n])
	}
	if status, body := get("/demo/a/b"); status != http.StatusOK || body != "/demo/a/b" {
		t.Errorf("answered %d: %s", status, body)
	}
	if status, body := get("/demo/panic"); status != http.StatusInternalServerError || strings.Contains(body, "secret") {
		t.Errorf("answered %d: %s", status, body)
	}
	http.DefaultClient.CloseIdleConnections()
	b.restart()
	if b.URL != "http://"+at {
		t.Errorf("listens on %s behind a restart", b.URL)
	}
	everywhere, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer everywhere.Close()
	if err := portald.New(portald.Config{Listener: everywhere, Data: t.TempDir(), OIDC: portald.DemoOIDC("http://127.0.0.1:1"), Demo: true}).Start(t.Context()); err == nil {
		t.Error("the demo listens everywhere")
	}
}
