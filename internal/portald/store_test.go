package portald

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald/database/pgtest"

	"github.com/tus/tusd/v2/pkg/handler"
)

func openTest(t *testing.T, dir string) *store {
	t.Helper()
	s, err := openStore(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMigrate(t *testing.T) {
	files, err := migrations.ReadDir("migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("EveryTableIsStrict", func(t *testing.T) {
		s := openTest(t, t.TempDir())
		rows, err := s.QueryContext(t.Context(), "SELECT name, strict FROM pragma_table_list WHERE type='table' AND name NOT LIKE 'sqlite_%'")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			var name string
			var strict bool
			if err := rows.Scan(&name, &strict); err != nil {
				t.Fatal(err)
			}
			if n++; !strict {
				t.Errorf("%s is not strict", name)
			}
		}
		if err := rows.Err(); err != nil || n < 6 {
			t.Fatalf("%d tables, %v", n, err)
		}
	})
	t.Run("FromTheFirstSchema", func(t *testing.T) {
		dir := t.TempDir()
		first, err := migrations.ReadFile("migrations/sqlite/0001_portal.sql")
		if err != nil {
			t.Fatal(err)
		}
		edit(t, dir, string(first)+`;PRAGMA application_id=0x47554950;PRAGMA user_version=1;
			INSERT INTO tombstone (id, author, at) VALUES ('a', 'b', 1)`)
		s := openTest(t, dir)
		var version, kept int
		if err := s.QueryRowContext(t.Context(), "SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM tombstone)").Scan(&version, &kept); err != nil {
			t.Fatal(err)
		}
		if version != len(files) || kept != 1 {
			t.Fatalf("schema %d of %d, %d rows kept", version, len(files), kept)
		}
	})
	t.Run("EachHasAnIDOfItsOwn", func(t *testing.T) {
		dir, seen := t.TempDir(), map[string]bool{}
		for _, at := range [][2]string{{dir, ""}, {dir, ""}, {t.TempDir(), ""}, {"", pgtest.Address(t)}, {"", pgtest.Address(t)}} {
			s, err := openStore(t.Context(), at[0], at[1])
			if err != nil {
				t.Fatal(err)
			}
			id, err := s.id(t.Context())
			if err := errors.Join(err, s.Close()); err != nil || !regexp.MustCompile("^[0-9a-f]{32}$").MatchString(id) {
				t.Errorf("%q, %v", id, err)
			}
			seen[id] = true
		}
		if len(seen) != 4 { // one was opened twice
			t.Errorf("four have %d ids", len(seen))
		}
	})
	t.Run("WhatFollowingNeedsIsDerived", func(t *testing.T) {
		dir := t.TempDir()
		var scripts []string
		for _, name := range []string{"0001_portal", "0002_catalogue", "0003_seen"} {
			script, err := migrations.ReadFile("migrations/sqlite/" + name + ".sql")
			if err != nil {
				t.Fatal(err)
			}
			scripts = append(scripts, string(script))
		}
		const row = "INSERT INTO request (id, revision, author, practice, digest, body, number, status, held_at, received_at, updated_at, change) VALUES "
		edit(t, dir, strings.Join(scripts, ";\n")+`;PRAGMA application_id=0x47554950;PRAGMA user_version=3;
			`+row+`('new', 1, 'a', 'p', '', CAST('{"authorName":"Anne","put":{}}' AS BLOB), 'AS-2026-000001', 'received', 1, 2, 3, 1),
				('done', 1, 'a', 'p', '', CAST('{"authorName":"Anne","put":{}}' AS BLOB), 'AS-2026-000002', 'resolved', 1, 2, 9, 4),
				('going', 1, 'a', 'p', '', CAST('{"authorName":"Anne","put":{}}' AS BLOB), 'AS-2026-000003', 'in-progress', 1, 2, 8, 3);
			`+row+`('waits', 1, 'a', 'p', '', CAST('{"authorName":"Anne","put":{}}' AS BLOB), NULL, '', 1, NULL, 3, NULL);
			INSERT INTO message (id, request, author, name, support, body, at) VALUES ('m', 'done', 'a', 'Anne', 0, 'x', 4), ('n', 'done', 's', 'S', 1, 'y', 5), ('o', 'done', 's', 'S', 1, 'z', 6)`)
		s := openTest(t, dir)
		for id, want := range map[string]string{"new": "[{a Anne}] - - -", "done": "[{a Anne}] 5 5 9", "going": "[{a Anne}] 8 - -", "waits": "[] - - -"} {
			h, err := s.request(t.Context(), s, id)
			if err != nil {
				t.Fatal(err)
			}
			ms := func(at *time.Time) string {
				if at == nil {
					return "-"
				}
				return fmt.Sprint(at.UnixMilli())
			}
			if got := fmt.Sprint(h.Watchers, " ", ms(h.TakenAt), " ", ms(h.AnsweredAt), " ", ms(h.ClosedAt)); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		said, err := s.conversation(t.Context(), s, "done", "")
		if err != nil || len(said) != 3 || !said[0].Received || said[2].Text != "z" {
			t.Errorf("%+v, %v", said, err)
		}
		var epoch string
		var change int
		if err := s.QueryRowContext(t.Context(), "SELECT epoch, change FROM feed").Scan(&epoch, &change); err != nil || len(epoch) != 16 || change != 4 {
			t.Errorf("epoch %q, change %d, %v", epoch, change, err)
		}
	})
	for name, script := range map[string]string{
		"ErrNewer":          "PRAGMA application_id=0x47554950;PRAGMA user_version=99;CREATE TABLE later (x)",
		"ErrAnotherProgram": "PRAGMA application_id=7;PRAGMA user_version=1;CREATE TABLE later (x)",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			edit(t, dir, script)
			if s, err := openStore(t.Context(), dir, ""); err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if tables := edit(t, dir, "SELECT 1"); tables != "later" {
				t.Fatalf("tables are now %s", tables)
			}
		})
	}
}

// edit runs a script on the database file and tells its tables.
func edit(t *testing.T, dir, script string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "portald.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
	var tables string
	if err := db.QueryRowContext(t.Context(), "SELECT coalesce(group_concat(name), '') FROM sqlite_schema WHERE type='table'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	return tables
}

func serveAs(ctx context.Context, h http.Handler, token string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	h.ServeHTTP(w, r)
	return w
}

// TestPanic holds the guard to an answer without content.
func TestPanic(t *testing.T) {
	s := New(Config{})
	h := s.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }))
	r := serveAs(t.Context(), h, "")
	if r.Code != 500 || !strings.Contains(r.Body.String(), `"internal"`) || strings.Contains(r.Body.String(), "secret") {
		t.Fatalf("answered %d: %s", r.Code, r.Body)
	}
	if !s.calls.TryLock() {
		t.Fatal("the call still counts as under way")
	}
	if again := serveAs(t.Context(), h, ""); again.Code != 503 || again.Header().Get("Retry-After") == "" {
		t.Fatalf("a portal that closes answered %d", again.Code)
	}
}

// TestLineUnfit makes sure that a call whose context has ended is never
// answered with net/http's own 200.
func TestLineUnfit(t *testing.T) {
	m := newMinter(t)
	s := New(Config{OIDC: DemoOIDC(m.URL), Data: t.TempDir()})
	s.live = t.Context()
	var err error
	if s.verifier, err = newVerifier(*s.cfg.OIDC, s); err != nil {
		t.Fatal(err)
	}
	if s.store, err = openStore(t.Context(), s.cfg.Data, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	token := m.mint(t, DemoPeople()[0], time.Now(), time.Hour)
	unfit := s.signedIn(func(_ http.ResponseWriter, r *http.Request, _ person) error { return r.Context().Err() })
	serveAs(t.Context(), unfit, token) // fetches the issuer's keys
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := serveAs(ctx, unfit, token)
	if r.Code != 503 || r.Header().Get("Connection") != "close" {
		t.Fatalf("answered %d, Connection %q", r.Code, r.Header().Get("Connection"))
	}
}

// deadlined is an answer that keeps the last deadline of its line.
type deadlined struct {
	http.ResponseWriter
	at time.Time
}

func (d *deadlined) SetReadDeadline(at time.Time) error {
	d.at = at
	return nil
}

// TestDeadline holds tus off the line once the body is read: a deadline that
// passes then would end this call and all later ones on the line.
func TestDeadline(t *testing.T) {
	line := &deadlined{ResponseWriter: httptest.NewRecorder()}
	out := &translated{ResponseWriter: line}
	body := &incoming{ReadCloser: io.NopCloser(strings.NewReader("bytes")), out: out}
	tus := http.NewResponseController(out)
	now := time.Now()
	if err := tus.SetReadDeadline(now); err != nil || !line.at.Equal(now) {
		t.Fatalf("a line that is being read has deadline %v, %v", line.at, err)
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		t.Fatal(err)
	}
	if !line.at.IsZero() {
		t.Fatal("the deadline outlives the body")
	}
	if err := tus.SetReadDeadline(now); err != nil || !line.at.IsZero() {
		t.Fatalf("a late deadline reached the line: %v, %v", line.at, err)
	}
}

// TestPlans holds what is asked for all day long to indexes: a portal with a
// hundred thousand requests must not be read through for the few of one person.
func TestPlans(t *testing.T) {
	s := openTest(t, t.TempDir())
	who := newPeople(DemoPeople())[0]
	page := append(who.sight(0, all), 50)
	list := append(page, int64(7), "")
	for name, c := range map[string]struct {
		query string
		args  []any
	}{
		"Feed":     {oldestChange, page},
		"Snapshot": {newestChange, page},
		"List":     {newestRequest, list},
		"Count":    {"WITH " + visible + " SELECT count(*) FROM visible", who.sight(0, all)},
		"Messages": {"SELECT " + messageColumns + " FROM message WHERE request IN (SELECT value FROM json_each(?)) AND (received=1 OR author=?) ORDER BY at, seq", []any{"[]", ""}},
		"Gone":     {departures, page},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := s.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+c.query, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			steps := 0
			for rows.Next() {
				var id, parent, unused int
				var detail string
				if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
					t.Fatal(err)
				}
				steps++
				for _, table := range []string{"request", "message", "watcher", "gone", "r"} {
					if detail == "SCAN "+table || strings.HasPrefix(detail, "SCAN "+table+" ") {
						t.Errorf("reads all of it: %s", detail)
					}
				}
				if strings.HasPrefix(detail, "SEARCH request ") && !strings.Contains(detail, "=?") {
					t.Errorf("reads everybody's: %s", detail)
				}
			}
			if err := rows.Err(); err != nil || steps == 0 {
				t.Fatalf("%d steps, %v", steps, err)
			}
		})
	}
}

// TestTurnErrBusy has a call wait for one that does not give way.
func TestTurnErrBusy(t *testing.T) {
	s, err := openStore(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	asked := make(chan struct{})
	release, err := s.Hold(t.Context(), uploadKey("x"), sync.OnceFunc(func() { close(asked) }))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), bodyKey{}, &incoming{}), 50*time.Millisecond)
	defer cancel()
	late, err := turns{s.DB}.NewLock("x")
	if err != nil {
		t.Fatal(err)
	}
	if err := late.Lock(ctx, func() {}); !errors.Is(err, handler.ErrFileLocked) {
		t.Fatalf("%v", err)
	}
	<-asked
}
