package portald

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
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

// TestDatabase gives the portals that Run starts in a folder a PostgreSQL; nil, or an
// answer of "", leaves them with SQLite. It is for a TestMain.
var TestDatabase func(tb testing.TB, folder string) string

// TestFiles gives them a bucket likewise; nil, or such an answer, leaves their files in the folder.
var TestFiles func(tb testing.TB, folder string) *files.S3Config

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
	if TestDatabase != nil && t.cfg.Postgres == "" {
		t.cfg.Postgres = TestDatabase(tb, t.cfg.Data)
	}
	if TestFiles != nil && t.cfg.S3 == nil {
		t.cfg.S3 = TestFiles(tb, t.cfg.Data)
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

// End is Down for good: nothing makes tokens for it any more either.
func (t *Twin) End() {
	t.tb.Helper()
	t.Down()
	t.minter.Close()
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

// Routes lists the routes by method and path, such as "GET /v1/requests/{id}".
func (t *Twin) Routes() []string { return slices.Sorted(maps.Keys(t.routes())) }

// Says lets support act on a numbered request at once: another status, another
// priority, a message with its text and perhaps as HTML. What is "" stays as it
// is.
func (t *Twin) Says(id string, status desk.PortalStatus, priority, text, html string) {
	t.tb.Helper()
	ctx := context.Background()
	err := t.store.Tx(ctx, func(tx *database.Tx) error {
		h, err := t.store.request(ctx, tx, id)
		if err != nil || h == nil || h.Number == "" {
			return errors.Join(err, errors.New("no numbered request has this id"))
		}
		return t.supportSays(ctx, tx, id, said{status: status, priority: priority, text: text, html: html}, t.Now())
	}, id)
	if err != nil {
		t.tb.Fatalf("support says: %v", err)
	}
	t.store.Changed()
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

// Sweep drops now what was begun and never finished.
func (t *Twin) Sweep() {
	t.tb.Helper()
	if err := t.dropAbandoned(context.Background()); err != nil {
		t.tb.Fatalf("sweep: %v", err)
	}
}

// Files is what it keeps its files in, whether it is up or not.
func (t *Twin) Files() files.Store {
	t.tb.Helper()
	if t.Server != nil {
		return t.files
	}
	s := New(t.cfg)
	if err := s.openFiles(context.Background(), files.OpenDiskBeside); err != nil {
		t.tb.Fatalf("open files: %v", err)
	}
	t.tb.Cleanup(func() { _ = s.files.Close() })
	return s.files
}

// Held tells whether a call at this portal has an upload to itself.
func (t *Twin) Held(upload string) bool { return t.store.Holds(uploadKey(upload)) }

// Retain purges now what has been ended for long enough.
func (t *Twin) Retain() {
	t.tb.Helper()
	if err := t.retain(context.Background(), retainArgs{}); err != nil {
		t.tb.Fatalf("retain: %v", err)
	}
}

// Telling keeps a request as if the help desk was just being told of it, until done is
// called.
func (t *Twin) Telling(id string) (done func()) {
	t.tb.Helper()
	done, err := t.store.Lock(context.Background(), forwardKey(id))
	if err != nil {
		t.tb.Fatal(err)
	}
	return done
}

// S3 is the bucket of its files, nil for its folder.
func (t *Twin) S3() *files.S3Config { return t.cfg.S3 }

// Postgres is the address of its database, "" for SQLite in its folder.
func (t *Twin) Postgres() string { return t.cfg.Postgres }

// Folder is where it keeps its data.
func (t *Twin) Folder() string { return t.cfg.Data }

// Unforwarded counts what the help desk has not been told.
func (t *Twin) Unforwarded() (n int) {
	t.tb.Helper()
	if err := t.store.QueryRowContext(context.Background(), "SELECT count(*) FROM outbound WHERE done_at IS NULL").Scan(&n); err != nil {
		t.tb.Fatal(err)
	}
	return n
}

// Resume looks after what waits for the help desk.
func (t *Twin) Resume() {
	t.tb.Helper()
	if err := t.resume(context.Background(), t.Now().Add(time.Hour)); err != nil {
		t.tb.Fatal(err)
	}
}

// Forwards counts the jobs that wait to tell the help desk something.
func (t *Twin) Forwards() int {
	t.tb.Helper()
	jobs, err := t.forwards(context.Background(), 1)
	if err != nil {
		t.tb.Fatal(err)
	}
	return len(jobs)
}

// Refused is why the help desk refuses something, by the id of that; "" if it does
// not.
func (t *Twin) Refused(id string) (why string) {
	t.tb.Helper()
	if err := t.store.QueryRowContext(context.Background(), "SELECT failed FROM outbound WHERE id=? AND refused=1", id).Scan(&why); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.tb.Fatal(err)
	}
	return why
}

// RetryForward has something that the help desk refused tried again.
func (t *Twin) RetryForward(id string) {
	t.tb.Helper()
	if err := t.Retry(context.Background(), id); err != nil {
		t.tb.Fatal(err)
	}
}

// Waiting counts the desks that wait for a change.
func (t *Twin) Waiting() int { return int(t.waiting.Load()) }

// Damage takes the requests from the store, so that every call that reads one fails.
func (t *Twin) Damage() {
	t.tb.Helper()
	t.change("ALTER TABLE request RENAME TO damaged")
}

// Mend brings back what Damage took.
func (t *Twin) Mend() {
	t.tb.Helper()
	t.change("ALTER TABLE damaged RENAME TO request")
}

func (t *Twin) change(statement string) {
	t.tb.Helper()
	if _, err := t.store.ExecContext(context.Background(), statement); err != nil {
		t.tb.Fatal(err)
	}
}

// Stumbled counts the jobs that have failed once to tell the help desk something.
func (t *Twin) Stumbled() (n int) {
	t.tb.Helper()
	if err := t.store.QueryRowContext(context.Background(), "SELECT count(*) FROM river_job WHERE kind='forward' AND errors IS NOT NULL").Scan(&n); err != nil {
		t.tb.Fatal(err)
	}
	return n
}
