package portald

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"guichet/internal/desk"
)

// Twin is a portal with the demo's persons, for the tests of other rooms. It
// keeps its folder and its address over Restart.
type Twin struct {
	*Server
	URL string

	tb     testing.TB
	cfg    Config
	tune   []func(*Server)
	minter *Minter
}

// Run starts a portal on loopback in a folder of the test's own, with the
// persons of DemoPeople and without the demo's data. It takes what Token and Bearer
// make, unless edit gives it another OIDC. edit, which may be nil,
// changes what is started (Demo brings the data and the support agent); tune
// sets the fields of each Server before it starts, such as the agent's pace.
func Run(tb testing.TB, edit func(*Config), tune ...func(*Server)) *Twin {
	tb.Helper()
	t := &Twin{tb: tb, tune: tune, minter: newMinter(tb)}
	t.cfg = Config{Listen: "127.0.0.1:0", Data: tb.TempDir(), People: DemoPeople(), OIDC: DemoOIDC(t.minter.URL)}
	if edit != nil {
		edit(&t.cfg)
	}
	t.Up()
	tb.Cleanup(t.Down)
	return t
}

// Up starts it, again at the same address.
func (t *Twin) Up() {
	t.tb.Helper()
	s := New(t.cfg)
	for _, set := range t.tune {
		set(s)
	}
	if err := s.Start(context.Background()); err != nil {
		t.tb.Fatalf("start portal: %v", err)
	}
	t.Server, t.URL, t.cfg.Listen = s, s.Address(), s.listen.Addr().String()
	t.cfg.Listener = nil // it ends with this server; the address stays
}

// Down stops it. It may be called twice.
func (t *Twin) Down() {
	t.tb.Helper()
	if t.Server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := t.Stop(ctx); err != nil {
		t.tb.Errorf("stop portal: %v", err)
	}
	t.Server = nil
}

// Restart is Down and Up.
func (t *Twin) Restart() {
	t.tb.Helper()
	t.Down()
	t.Up()
}

// Change is for the next Up.
func (t *Twin) Change(edit func(*Config)) { edit(&t.cfg) }

// Token is what a person shows, by the person's id: an access token that holds
// for longer than any test.
func (t *Twin) Token(person string) string {
	t.tb.Helper()
	return t.minter.mint(t.tb, t.person(person), time.Now(), long)
}

// long is more than what the clocks of tests jump.
const long = 10 * 365 * 24 * time.Hour

// Bearer makes an access token for a person, by the person's id, as a provider
// would: it holds for five minutes of the portal's time, and says what
// Config.People say of them.
func (t *Twin) Bearer(person string) string {
	t.tb.Helper()
	now := time.Now()
	if t.Server != nil {
		now = t.Now()
	}
	return t.minter.mint(t.tb, t.person(person), now, 5*time.Minute)
}

func (t *Twin) person(id string) Person {
	t.tb.Helper()
	for _, p := range t.cfg.People {
		if p.ID == id {
			return p
		}
	}
	t.tb.Fatalf("portal knows no %s", id)
	return Person{}
}

// Says lets support act on a numbered request at once: another status, another
// priority, a message with its text and perhaps as HTML. What is "" stays as it
// is.
func (t *Twin) Says(id string, status desk.PortalStatus, priority, text, html string) {
	t.tb.Helper()
	ctx := context.Background()
	err := t.store.tx(ctx, func(tx *sql.Tx) error {
		h, err := t.store.request(ctx, tx, id)
		if err != nil || h == nil || h.Number == "" {
			return errors.Join(err, errors.New("no numbered request has this id"))
		}
		return t.supportSays(ctx, tx, id, said{status: status, priority: priority, text: text, html: html}, t.Now())
	})
	if err != nil {
		t.tb.Fatalf("support says: %v", err)
	}
	t.changed()
}

// Fill puts n numbered requests of a person, by the person's id, into an empty
// portal, each with none to three messages, of every status and priority, over
// the last 300 days. It returns their ids, oldest first. Two fillings with the same n and person
// differ in their times only.
func (t *Twin) Fill(n int, person string) []string {
	t.tb.Helper()
	ids, err := t.fill(context.Background(), n, newPeople([]Person{t.person(person)})[0])
	if err != nil {
		t.tb.Fatal(err)
	}
	return ids
}

// Folder is where it keeps its data.
func (t *Twin) Folder() string { return t.cfg.Data }
