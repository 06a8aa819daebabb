package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/desk"

	"go.uber.org/goleak"
)

// seat is a desk at which somebody works: the whole app with what its window
// calls, in a data folder of its own.
type seat struct {
	tb     testing.TB
	app    *app.App
	data   string
	person string

	session  *app.Session
	drafts   *app.Drafts
	files    *app.Files
	requests *app.Requests
	acts     *app.Acts
	papers   *app.Papers
	outbox   *app.Outbox
	news     chan struct{}
	stop     func()
	statuses *sql.Stmt // of the desk's requests, read beside it; nil until it is asked for
}

// ear is a window's host that hears when there is something to read again.
type ear struct {
	app.Shell // of which nothing else is used
	news      chan struct{}
	folder    string // where a person saves files
}

func (e ear) SaveFile(_, name string) (string, error) { return filepath.Join(e.folder, name), nil }

func (e ear) Emit(string, ...any) {
	select {
	case e.news <- struct{}{}:
	default:
	}
}

// sit starts a desk of that person, until the test ends or stop is called.
func sit(tb testing.TB, data, address, person string) *seat {
	tb.Helper()
	s := &seat{tb: tb, data: data, person: person, news: make(chan struct{}, 1), app: app.New(signedIn(tb, data, address, person))}
	for _, bound := range s.app.Bound() {
		switch b := bound.(type) {
		case *app.Session:
			s.session = b
		case *app.Drafts:
			s.drafts = b
		case *app.Files:
			s.files = b
		case *app.Requests:
			s.requests = b
		case *app.Acts:
			s.acts = b
		case *app.Papers:
			s.papers = b
		case *app.Outbox:
			s.outbox = b
		}
	}
	s.app.Start(ear{news: s.news, folder: tb.TempDir()})
	s.stop = sync.OnceFunc(s.app.Stop)
	tb.Cleanup(s.stop)
	return s
}

// leakless holds, when the test has cleaned up, that no goroutine is left. The
// log file's own lives as long as the process, and tusd's outlive their call.
func leakless(tb testing.TB) {
	before := goleak.IgnoreCurrent()
	tb.Cleanup(func() {
		goleak.VerifyNone(tb, before, goleak.IgnoreTopFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"),
			goleak.IgnoreTopFunction("github.com/tus/tusd/v2/pkg/handler.newDelayedContext.func1"))
	})
}

// known waits until the portal has said who is at the desk.
func (s *seat) known() {
	s.tb.Helper()
	s.await("the person is known", patience, func() bool {
		p, err := s.session.State()
		return err == nil && p.SignedIn
	})
}

// await asks ok whenever the desk has news, until it holds; the test fails if
// it does not in time.
func (s *seat) await(what string, within time.Duration, ok func() bool) {
	s.tb.Helper()
	if !eventually(s.tb.Context(), s.news, within, ok) {
		s.tb.Fatalf("waited in vain for %s: %s", within, what)
	}
}

// eventually asks ok at every news, and now and then without any, until it
// holds, and tells whether it did in time.
func eventually(ctx context.Context, news <-chan struct{}, within time.Duration, ok func() bool) bool {
	every := time.NewTicker(200 * time.Millisecond)
	defer every.Stop()
	end := time.NewTimer(within)
	defer end.Stop()
	for !ok() {
		select {
		case <-news:
		case <-every.C:
		case <-end.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// submit queues what was written.
func (s *seat) submit(w written) {
	s.tb.Helper()
	if _, err := s.drafts.Submit(w.id, w.revision); err != nil {
		s.tb.Fatalf("submit: %v", err)
	}
}

func (s *seat) look(w written) app.Request {
	s.tb.Helper()
	r, err := s.requests.Open(w.id)
	if err != nil {
		s.tb.Fatalf("open request: %v", err)
	}
	return r
}

// where is where each of them stands at the desk; "" for one that is a draft.
func (s *seat) where(all ...written) (statuses []desk.Status) {
	s.tb.Helper()
	var err error
	if s.statuses == nil {
		if s.statuses, err = deskDB(s.tb, s.data).Prepare("SELECT id, status, number FROM request"); err != nil {
			s.tb.Fatalf("look beside the desk: %v", err)
		}
		s.tb.Cleanup(func() { _ = s.statuses.Close() })
	}
	rows, err := s.statuses.Query()
	if err != nil {
		s.tb.Fatalf("look beside the desk: %v", err)
	}
	defer rows.Close()
	found := map[string]desk.Status{}
	for rows.Next() {
		var id, number string
		var status desk.Status
		if err := rows.Scan(&id, &status, &number); err != nil {
			s.tb.Fatalf("look beside the desk: %v", err)
		}
		if status == desk.StatusReceived && number == "" {
			s.tb.Fatalf("%s is received without a number", id)
		}
		found[id] = status
	}
	if err := rows.Err(); err != nil {
		s.tb.Fatalf("look beside the desk: %v", err)
	}
	for _, w := range all {
		statuses = append(statuses, found[w.id])
	}
	return statuses
}

// received tells whether the desk has the numbers of all of them.
func (s *seat) received(all ...written) bool {
	return !slices.ContainsFunc(s.where(all...), func(status desk.Status) bool { return status != desk.StatusReceived })
}

// help does what a person does when something waits for them, and says what
// that was: signs in again, or reopens what was refused and sends it anew. If
// that gave it a new id, it is noted in all.
func (s *seat) help(all ...written) (did string) {
	s.tb.Helper()
	for i, status := range s.where(all...) {
		switch status {
		case desk.StatusNeedsSignIn:
			if _, err := s.session.SignIn(); err != nil && !errors.Is(err, desk.ErrOffline) && !errors.Is(err, desk.ErrForbidden) {
				s.tb.Fatalf("sign in: %v", err)
			}
			return "signed in"
		case desk.StatusToCorrect:
			d, err := s.drafts.Correct(all[i].id)
			if slices.ContainsFunc([]error{desk.ErrNotFound, desk.ErrNotNow, desk.ErrOffline, desk.ErrSignIn, desk.ErrForbidden}, func(e error) bool { return errors.Is(err, e) }) {
				continue // the portal's word came in between, or has to be waited for
			}
			if err != nil {
				s.tb.Fatalf("reopen: %v", err)
			}
			all[i].id = d.ID
			if _, err := s.drafts.Submit(d.ID, d.Revision); err != nil && !errors.Is(err, desk.ErrNotFound) {
				s.tb.Fatalf("send again: %v", err)
			}
			return "sent again"
		}
	}
	return ""
}

// clear throws every draft away: one that was reopened when the portal's word
// came that it has the request after all is kept as another one.
func (s *seat) clear() {
	s.tb.Helper()
	drafts, err := s.drafts.List()
	if err != nil {
		s.tb.Fatalf("list drafts: %v", err)
	}
	for _, d := range drafts {
		if err := s.drafts.Throw(d.ID); err != nil {
			s.tb.Fatalf("throw draft: %v", err)
		}
	}
}

// story is what the desk has said of a request, from its first attempt on; nil
// and an error of the test if there was none.
func (s *seat) story(w written) (words []string) {
	s.tb.Helper()
	for _, h := range s.look(w).History {
		word := h.What
		if h.Code != "" {
			word += "(" + h.Code + ")"
		}
		words = append(words, word)
	}
	i := slices.Index(words, string(desk.StatusSending))
	if i < 0 {
		s.tb.Errorf("no attempt is in the history: %v", words)
		return nil
	}
	return words[i:]
}

// connections are the states of the connection that this start of the desk has
// logged.
func (s *seat) connections() (states []string) {
	body, err := os.ReadFile(filepath.Join(s.data, "logs", "guichet.log"))
	if err != nil {
		s.tb.Fatal(err)
	}
	for line := range bytes.Lines(body) {
		var e struct{ Message, Connection string }
		if json.Unmarshal(line, &e) == nil && e.Message == "connection" {
			states = append(states, e.Connection)
		}
	}
	return states
}

// deskDB opens the desk's own database to look at, beside the desk.
func deskDB(tb testing.TB, data string) *sql.DB {
	tb.Helper()
	return lookInto(tb, filepath.Join(data, "guichet.db"))
}

func lookInto(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?mode=ro&_busy_timeout=5000&_query_only=1")
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}
