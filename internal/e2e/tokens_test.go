package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/desk"
	"guichet/internal/issuer"
	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/database/pgtest"
	"guichet/internal/portald/helpdesk/mailtest"
	"guichet/internal/seal/keyring"
	"guichet/internal/session"
)

// minter makes the access tokens of these tests. Portals in other processes find
// its keys as well, while this one lives.
var minter *portald.Minter

func TestMain(m *testing.M) {
	if app.IsReader(os.Args) {
		os.Exit(app.ServeReader())
	}
	var err error
	if minter, err = portald.NewMinter(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	mailtest.Stop()
	pgtest.Stop()
	minter.Close()
	os.Exit(code)
}

// runPortal is portald.Run with our tokens.
func runPortal(tb testing.TB, edit func(*portald.Config), tune ...func(*portald.Server)) *portald.Twin {
	tb.Helper()
	return portald.Run(tb, func(c *portald.Config) {
		c.OIDC = portald.DemoOIDC(minter.URL)
		if edit != nil {
			edit(c)
		}
	}, tune...)
}

// staff are so many persons, each admin of a practice of their own.
func staff(prefix string, n int) (people []portald.Person) {
	for i := range n {
		people = append(people, member(fmt.Sprintf("%s-%04d", prefix, i)))
	}
	return people
}

// colleagues are persons of a staff that share a practice, by their ids.
var colleagues sync.Map

// colleague is somebody of a staff with that role in some practices.
func colleague(id string, role desk.Role, practices ...string) (person string) {
	who := portald.Person{ID: id, Name: "Accueil " + id}
	for _, p := range practices {
		who.Practices = append(who.Practices, portald.Practice{ID: p, Name: "Cabinet des Tilleuls", Town: "Nantes", Roles: []string{string(role)}})
	}
	colleagues.Store(id, who)
	return id
}

// member is somebody of a staff, by their id.
func member(id string) portald.Person {
	if p, ok := colleagues.Load(id); ok {
		return p.(portald.Person)
	}
	return portald.Person{ID: id, Name: "Accueil", Practices: []portald.Practice{
		{ID: "cabinet-" + id, Name: "Cabinet des Tilleuls", Town: "Nantes", Roles: []string{string(desk.RoleAdmin)}},
	}}
}

// tokenFor is what the clerk or somebody of a staff shows. It holds for longer
// than clocks jump here.
func tokenFor(tb testing.TB, person string) string {
	tb.Helper()
	who := member(person)
	if person == clerkID {
		who = portald.DemoPeople()[0]
	}
	token, err := minter.Mint(who, time.Now(), 100*365*24*time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// rings are the keyrings of the desks of this process, by their data folder: who
// has signed in once is signed in behind a restart.
var rings sync.Map

// signedIn is the configuration of a desk that signs that person in at its start.
func signedIn(tb testing.TB, data, address, person string) app.Config {
	tb.Helper()
	ring, _ := rings.LoadOrStore(data, &keyring.Memory{})
	cfg := plain(tb, data, address, person)
	cfg.Keyring = ring.(*keyring.Memory)
	return cfg
}

// plain is the same without a keyring: nothing is sealed, so that the test can read
// the folder, and a process of its own open it.
func plain(tb testing.TB, data, address, person string) app.Config {
	tb.Helper()
	return app.Config{Data: data, Portal: address, Provider: session.NewBearer(tokenFor(tb, person)), SignIn: true, Reader: childReader()}
}

// childReader is the program that looks into files: the window where it was built,
// since this one has the race detector in it and takes three times as long.
func childReader() string { return os.Getenv("GUICHET_TEST_DEV") }

// clerkTokens are those that a provider has given for the clerk, by the portal's
// address.
var clerkTokens sync.Map

// clerkToken is what the clerk shows to the portal at that address: ours, or one
// of the provider that it names.
func clerkToken(tb testing.TB, url string) string {
	tb.Helper()
	type got struct {
		token string
		at    time.Time
	}
	if g, ok := clerkTokens.Load(url); ok && time.Since(g.(got).at) < 2*time.Minute {
		return g.(got).token
	}
	res, err := http.Get(url + portal.RouteConfig)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	var cfg portal.Config
	if err := json.NewDecoder(res.Body).Decode(&cfg); err != nil {
		tb.Fatal(err)
	}
	token := tokenFor(tb, clerkID)
	if cfg.OIDC.Issuer != minter.URL {
		if token, err = issuer.Access(tb.Context(), url+portal.RouteConfig, clerkID); err != nil {
			tb.Fatal(err)
		}
	}
	clerkTokens.Store(url, got{token, time.Now()})
	return token
}

// follow signs the clerk in by a line that a desk has printed, if it is a link.
func follow(tb testing.TB, line string) {
	link, ok := strings.CutPrefix(line, app.SignInAt)
	if !ok {
		return
	}
	// Who kills the desk kills the sign-in.
	_, _ = issuer.SignIn(tb.Context(), link, clerkID)
}
