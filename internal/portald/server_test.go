package portald_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald"
)

func TestMe(t *testing.T) {
	b := start(t, nil)
	me := read[portal.Me](b.call(claire, http.MethodGet, portal.RouteMe, nil).want(http.StatusOK))
	if me.ID != claire || me.Name != "Claire Lefèvre" || me.Preferred != tilleuls || len(me.Practices) != 3 {
		t.Fatalf("%+v", me)
	}
	for i, want := range []portal.Practice{{ID: tilleuls, Roles: []string{"admin"}}, {ID: port, Roles: []string{"admin"}}, {ID: michel, Roles: []string{"user"}}} {
		if got := me.Practices[i]; got.ID != want.ID || strings.Join(got.Roles, " ") != want.Roles[0] || got.Town == "" {
			t.Errorf("practice %d: %+v, want %+v", i, got, want)
		}
	}
}

// own is the version of the catalogue that comes with the program.
var own = func() int {
	c, err := catalogue.Default()
	if err != nil {
		panic(err)
	}
	return c.Version
}()

// newer is the catalogue with another version and one more category for each
// version since the program's own: since-1, since-2.
func newer(t *testing.T, version int) []byte {
	t.Helper()
	c, err := catalogue.Default()
	if err != nil {
		t.Fatal(err)
	}
	c.Version = version
	for v := own + 1; v <= version; v++ {
		extra := c.Types[1].Categories[0]
		extra.Key = fmt.Sprint("since-", v-own)
		c.Types[1].Categories = append(c.Types[1].Categories, extra)
	}
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestCatalogue(t *testing.T) {
	b := start(t, nil)
	t.Run("OK", func(t *testing.T) {
		b := b.in(t)
		r := b.call(claire, http.MethodGet, portal.RouteCatalogue, nil).want(http.StatusOK)
		if !bytes.Equal(r.body, catalogue.DefaultJSON()) {
			t.Fatal("served otherwise than it is")
		}
		same := b.call(claire, http.MethodGet, portal.RouteCatalogue, nil, "If-None-Match", r.header.Get("ETag")).want(http.StatusNotModified)
		if len(same.body) > 0 {
			t.Fatal("304 with a body")
		}
		b.call(claire, http.MethodGet, portal.RouteCatalogue, nil, "If-None-Match", `"other"`).want(http.StatusOK)
		b.call("", http.MethodGet, portal.RouteCatalogue, nil).refused(portal.CodeSignIn)
	})
	t.Run("EveryVersionThatWasServedStaysKnown", func(t *testing.T) {
		var body []byte
		folder := t.TempDir()
		at := func(version int) *bench {
			body = nil
			if version > own {
				body = newer(t, version)
			}
			return start(t, func(c *portald.Config) { c.Catalogue, c.Data = body, folder })
		}
		put := func(b *bench, version int, category string) reply {
			r := technical(tilleuls)
			r.CatalogueVersion, r.Category = version, category
			return b.call(claire, http.MethodPut, pathOf(newID(t)), r)
		}
		b := at(own)
		old := b.call(claire, http.MethodGet, portal.RouteCatalogue, nil).want(http.StatusOK).header.Get("ETag")
		put(b, own, "since-1").wrongWith("category unknown")
		b.Down()
		b = at(own + 1)
		r := b.call(claire, http.MethodGet, portal.RouteCatalogue, nil, "If-None-Match", old).want(http.StatusOK)
		if !bytes.Equal(r.body, body) {
			t.Fatal("the newer one is not served")
		}
		b.Down()
		b = at(own + 2)
		put(b, own, "software").want(http.StatusCreated)
		put(b, own+1, "since-1").want(http.StatusCreated)
		put(b, own+2, "since-2").want(http.StatusCreated)
		put(b, own+1, "since-2").wrongWith("category unknown")
		put(b, own, "since-1").wrongWith("category unknown")
	})
	t.Run("ErrDamaged", func(t *testing.T) {
		folder := t.TempDir()
		twice := bytes.Replace(newer(t, own+1), []byte(`"key":"since-1"`), []byte(`"key":"software"`), 1)
		for _, body := range [][]byte{[]byte(`{"version":3}`), twice} {
			s := portald.New(portald.Config{Listen: "127.0.0.1:0", Data: folder, OIDC: portald.DemoOIDC("http://127.0.0.1:1"), Catalogue: body})
			if err := s.Start(t.Context()); err == nil {
				t.Fatal("started with a catalogue that cannot be used")
			}
		}
		b := start(t, func(c *portald.Config) { c.Data = folder })
		if r := b.call(claire, http.MethodGet, portal.RouteCatalogue, nil).want(http.StatusOK); !bytes.Equal(r.body, catalogue.DefaultJSON()) {
			t.Fatal("something of it has stayed")
		}
	})
}

// What nobody serves any more is not taken, whatever version it was written
// with. What is held already stays as it is.
func TestWithdrawn(t *testing.T) {
	folder := t.TempDir()
	body := func(version int, edit func(*desk.Type)) []byte {
		c, err := catalogue.Default()
		if err != nil {
			t.Fatal(err)
		}
		c.Version = version
		edit(&c.Types[1])
		out, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	at := func(c []byte) *bench {
		return start(t, func(cfg *portald.Config) { cfg.Catalogue, cfg.Data = c, folder })
	}
	f, _ := fileOf(t, claire, 10)
	held, open := newID(t), newID(t)
	b := at(nil)
	b.put(claire, held, technical(tilleuls), http.StatusCreated)
	b.put(claire, open, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.Down()

	b = at(body(own+1, func(t *desk.Type) { t.Categories = t.Categories[1:] }))
	b.call(claire, http.MethodPut, pathOf(newID(t)), technical(tilleuls)).wrongWith("category unknown")
	b.put(claire, held, technical(tilleuls), http.StatusOK)
	b.put(claire, open, withFiles(technical(tilleuls), f), http.StatusOK)
	later := withFiles(technical(tilleuls), f)
	later.Revision = 2
	b.call(claire, http.MethodPut, pathOf(open), later).wrongWith("category unknown")
	later.Category = "other"
	if got := b.put(claire, open, later, http.StatusOK); got.Category != "other" || got.Revision != 2 {
		t.Errorf("it holds %s, revision %d", got.Category, got.Revision)
	}
	other := technical(tilleuls)
	other.Category = "other"
	b.put(claire, newID(t), other, http.StatusCreated)
	b.Down()

	b = at(body(own+2, func(t *desk.Type) { t.Key = "renamed" }))
	b.call(claire, http.MethodPut, pathOf(newID(t)), technical(tilleuls)).wrongWith("type unknown")
	b.Down()

	b = at(body(own+3, func(*desk.Type) {})) // and offered again
	b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
}

func TestErrorsOutsideTheRoutes(t *testing.T) {
	b := start(t, nil)
	t.Run("ErrNotFound", func(t *testing.T) {
		b := b.in(t)
		for _, path := range []string{"/", "/v1", "/v2/me", "/v1/requests/a/b/c", "/favicon.ico"} {
			b.call(claire, http.MethodGet, path, nil).refused(portal.CodeNotFound)
		}
	})
	t.Run("ErrMethod", func(t *testing.T) {
		b := b.in(t)
		for method, path := range map[string]string{
			http.MethodPost: portal.RouteRequests, http.MethodDelete: portal.RouteMe, http.MethodPatch: pathOf(newID(t)), http.MethodPut: portal.RouteChanges,
		} {
			r := b.call(claire, method, path, nil)
			r.refused(portal.CodeMethod)
			if r.header.Get("Allow") == "" || strings.Contains(r.header.Get("Allow"), method) {
				t.Errorf("%s %s: Allow %q", method, path, r.header.Get("Allow"))
			}
		}
	})
	t.Run("Headers", func(t *testing.T) {
		b := b.in(t)
		r := b.call(claire, http.MethodGet, portal.RouteMe, nil)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Error("no Content-Security-Policy")
		}
	})
	t.Run("OpenAPI", func(t *testing.T) {
		b := b.in(t)
		if r := b.call("", http.MethodGet, portal.RouteOpenAPI, nil).want(http.StatusOK); !bytes.Equal(r.body, portal.OpenAPI) {
			t.Error("served otherwise than it is")
		}
	})
}

// TestHalfACall leaves a call unfinished, which must not stop a portal from
// ending.
func TestHalfACall(t *testing.T) {
	b := start(t, nil)
	line, err := net.Dial("tcp", strings.TrimPrefix(b.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if _, err := fmt.Fprintf(line, "PUT %s HTTP/1.1\r\nHost: portal\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{\"revision\"", pathOf(newID(t)), b.Token(claire)); err != nil {
		t.Fatal(err)
	}
	b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
	b.restart()
	b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
}

func TestStart(t *testing.T) {
	elsewhere := portald.DemoOIDC("http://127.0.0.1:1")
	t.Run("ErrDemoBeyondThisMachine", func(t *testing.T) {
		for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "portal.example:0", "127.0.0.1"} {
			c := portald.Config{Listen: listen, Data: t.TempDir(), OIDC: elsewhere, Demo: true}
			if err := portald.New(c).Start(t.Context()); err == nil {
				t.Errorf("the demo listens on %s", listen)
			}
		}
	})
	t.Run("ErrNobody", func(t *testing.T) {
		if err := portald.New(portald.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), People: portald.DemoPeople()}).Start(t.Context()); err == nil {
			t.Error("started with nobody to sign in")
		}
	})
	t.Run("ErrFolderInUse", func(t *testing.T) {
		b := start(t, nil)
		second := portald.Config{Listen: "127.0.0.1:0", Data: b.Folder(), OIDC: elsewhere}
		if err := portald.New(second).Start(t.Context()); err == nil {
			t.Fatal("two portals on one folder")
		}
		b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
	})
	t.Run("ErrAddressInUseLeavesTheFolder", func(t *testing.T) {
		taken := start(t, nil)
		c := portald.Config{Listen: strings.TrimPrefix(taken.URL, "http://"), Data: t.TempDir(), OIDC: elsewhere}
		if err := portald.New(c).Start(t.Context()); err == nil {
			t.Fatal("two portals on one address")
		}
		start(t, func(free *portald.Config) { free.Data = c.Data })
	})
	t.Run("FolderWithAccents", func(t *testing.T) {
		b := start(t, func(c *portald.Config) { c.Data = filepath.Join(t.TempDir(), "Élodie #1 ?x=%41") })
		b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
		b.restart()
		if got := read[portal.RequestPage](b.call(claire, http.MethodGet, portal.RouteRequests, nil).want(http.StatusOK)); len(got.Requests) != 1 {
			t.Fatalf("%d requests behind a restart", len(got.Requests))
		}
	})
}

func TestParsePeople(t *testing.T) {
	good := func() portald.Person {
		return portald.Person{ID: "a", Name: "A", Practices: []portald.Practice{{ID: "p", Name: "P", Roles: []string{string(desk.RoleUser)}}}}
	}
	for name, c := range map[string]struct {
		edit func([]portald.Person) []portald.Person
		ok   bool
	}{
		"OK":               {func(l []portald.Person) []portald.Person { return l }, true},
		"ErrNoID":          {func(l []portald.Person) []portald.Person { l[0].ID = ""; return l }, false},
		"ErrNoName":        {func(l []portald.Person) []portald.Person { l[0].Name = ""; return l }, false},
		"ErrRole":          {func(l []portald.Person) []portald.Person { l[0].Practices[0].Roles = []string{"king"}; return l }, false},
		"ErrNamelessPlace": {func(l []portald.Person) []portald.Person { l[0].Practices[0].Name = ""; return l }, false},
		"ErrSameID": {func(l []portald.Person) []portald.Person {
			return append(l, good())
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(c.edit([]portald.Person{good()}))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := portald.ParsePeople(body); (err == nil) != c.ok {
				t.Fatalf("%s: %v", body, err)
			}
		})
	}
	t.Run("ErrJSON", func(t *testing.T) {
		if _, err := portald.ParsePeople([]byte("{")); err == nil {
			t.Fatal("read")
		}
	})
}
