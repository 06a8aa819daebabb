package database

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guichet/internal/portald/database/pgtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { pgtest.Stop() })) }

var scripts = fstest.MapFS{
	"sqlite/0001.sql":   {Data: []byte("CREATE TABLE counter (id TEXT PRIMARY KEY, n INTEGER NOT NULL, flag INTEGER NOT NULL DEFAULT 0) STRICT")},
	"postgres/0001.sql": {Data: []byte("CREATE TABLE counter (id text PRIMARY KEY, n bigint NOT NULL, flag bigint NOT NULL DEFAULT 0)")},
}

const pulse = "SELECT coalesce(sum(n), 0) FROM counter"

// each runs a test on both databases. open opens the same one again, as another
// process would; SQLite has one process only.
func each(t *testing.T, test func(t *testing.T, open func(t *testing.T) *DB)) {
	closing := func(t *testing.T, d *DB, err error) *DB {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		return d
	}
	t.Run("SQLite", func(t *testing.T) {
		var one *DB
		test(t, func(t *testing.T) *DB {
			if one == nil {
				d, err := OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "x.db"), scripts)
				one = closing(t, d, err)
			}
			return one
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := pgtest.Address(t)
		test(t, func(t *testing.T) *DB {
			d, err := OpenPostgres(t.Context(), address, scripts, pulse)
			return closing(t, d, err)
		})
	})
}

func do(t *testing.T, d *DB, query string, args ...any) {
	t.Helper()
	if _, err := d.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *DB, query string, args ...any) (n int) {
	t.Helper()
	if err := d.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestStatements runs what the portal's statements are made of.
func TestStatements(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		d := open(t)
		do(t, d, "INSERT INTO counter (id, n, flag) VALUES (?,?,?)", "a", 1, true)
		do(t, d, "INSERT INTO counter (id, n) VALUES (?2,?1)", 2, "b")
		do(t, d, "INSERT INTO counter (id, n) VALUES (?,?) ON CONFLICT (id) DO UPDATE SET n=counter.n+excluded.n", "b", 5)
		if n := count(t, d, "SELECT sum(n) FROM counter WHERE id IN (SELECT value FROM json_each(?1)) AND n<?2", `["a","b","é\""]`, 100); n != 8 {
			t.Errorf("sum %d", n)
		}
		if n := count(t, d, "SELECT count(*) FROM counter WHERE NOT id IN (SELECT value FROM json_each(?))", `[]`); n != 2 {
			t.Errorf("%d are in no list", n)
		}
		var list string
		if err := d.QueryRowContext(t.Context(), "SELECT json_group_array(json_object('id', id)) FROM counter WHERE flag=?", true).Scan(&list); err != nil || len(list) < len(`[{"id":"a"}]`) {
			t.Errorf("%s, %v", list, err)
		}
		var flag, in bool
		if err := d.QueryRowContext(t.Context(), "SELECT flag, EXISTS (SELECT 1 FROM counter WHERE id=?) FROM counter WHERE id='a'", "b").Scan(&flag, &in); err != nil || !flag || !in {
			t.Errorf("%v, %v, %v", flag, in, err)
		}
	})
}

// TestTx holds transactions to all or nothing.
func TestTx(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		d := open(t)
		wrong := errors.New("wrong")
		err := d.Tx(t.Context(), func(tx *Tx) error {
			if _, err := tx.ExecContext(t.Context(), "INSERT INTO counter (id, n) VALUES ('a', 1)"); err != nil {
				return err
			}
			return wrong
		}, "a")
		if !errors.Is(err, wrong) || count(t, d, "SELECT count(*) FROM counter") != 0 {
			t.Fatalf("%v, and %d rows", err, count(t, d, "SELECT count(*) FROM counter"))
		}
	})
}

// TestKeys has transactions read, and write what follows from it: those with a key
// in common never work on the same sight. Several processes do so at once.
func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		nodes := []*DB{open(t), open(t)}
		do(t, nodes[0], "INSERT INTO counter (id, n) VALUES ('a', 0), ('b', 0)")
		var all sync.WaitGroup
		errs := make(chan error, 400)
		for i := range 16 {
			all.Go(func() {
				for k := range 25 {
					keys := []string{"a", "b"}
					if (i+k)%2 == 0 {
						keys = []string{"b", "a"} // in whichever order they are named
					}
					errs <- nodes[i%2].Tx(t.Context(), func(tx *Tx) error {
						var n int
						if err := tx.QueryRowContext(t.Context(), "SELECT n FROM counter WHERE id='a'").Scan(&n); err != nil {
							return err
						}
						_, err := tx.ExecContext(t.Context(), "UPDATE counter SET n=?", n+1)
						return err
					}, keys...)
				}
			})
		}
		all.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, nodes[0], "SELECT n FROM counter WHERE id='b'"); n != 400 {
			t.Errorf("counted to %d, want 400", n)
		}
	})
}

// TestSnapshot reads twice what somebody changes in between.
func TestSnapshot(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		d := open(t)
		do(t, d, "INSERT INTO counter (id, n) VALUES ('a', 1)")
		err := d.Snapshot(t.Context(), func(q Querier) error {
			for range 2 {
				var n int
				if err := q.QueryRowContext(t.Context(), "SELECT n FROM counter").Scan(&n); err != nil || n != 1 {
					t.Errorf("read %d, %v", n, err)
				}
				do(t, d, "UPDATE counter SET n=2")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestLock gives a key to one holder in all processes.
func TestLock(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		here, there := open(t), open(t)
		unlock, err := here.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		other, err := there.Lock(t.Context(), "b") // another key does not wait
		if err != nil {
			t.Fatal(err)
		}
		other()
		for _, d := range []*DB{here, there} {
			short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			if _, err := d.Lock(short, "a"); err == nil {
				t.Fatal("two have one key")
			}
			cancel()
		}
		unlock()
		again, err := there.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		again()
		if len(here.near.held)+len(there.near.held) > 0 {
			t.Error("locks are left")
		}
	})
}

// TestNews wakes whoever waits, here and elsewhere.
func TestNews(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		here, there := open(t), open(t)
		for i := range 3 {
			mine, theirs := here.News(), there.News()
			do(t, here, "INSERT INTO counter (id, n) VALUES (?, 1)", string(rune('a'+i)))
			here.Changed()
			for name, news := range map[string]<-chan struct{}{"here": mine, "there": theirs} {
				select {
				case <-news:
				case <-time.After(10 * time.Second):
					t.Fatalf("nobody is told %s", name)
				}
			}
		}
	})
}

// TestPragmas reads back from several connections what the names of the
// databases ask for: a misspelt key would be taken for nothing in silence.
func TestPragmas(t *testing.T) {
	s, err := OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "x.db"), scripts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	check := func(name string, db *sql.DB, lines int, want map[string]string) {
		for range lines {
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() // held to the end, so that each is another one
			for pragma, value := range want {
				var got string
				if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil {
					t.Fatal(err)
				}
				if got != value {
					t.Errorf("%s: %s is %s, want %s", name, pragma, got, value)
				}
			}
		}
	}
	check("writer", s.write, 1, map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1"})
	check("reader", s.read, 4, map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "5000"})
	if _, err := s.read.ExecContext(t.Context(), "DELETE FROM counter"); err == nil {
		t.Error("a reader writes")
	}
}

// TestHold has whoever wants a key interrupt the one who holds it, in this process or
// in another one.
func TestHold(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		var holding, most atomic.Int32
		one, two := open(t), open(t)
		var all sync.WaitGroup
		for i := range 12 {
			d := []*DB{one, two}[i%2]
			all.Go(func() {
				asked, ask := context.WithCancel(t.Context())
				defer ask()
				release, err := d.Hold(t.Context(), "x", ask)
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), holding.Add(1)))
				select {
				case <-asked.Done():
				case <-time.After(20 * time.Millisecond): // nobody is left to ask the last one
				}
				holding.Add(-1)
				release()
			})
		}
		all.Wait()
		if most.Load() != 1 {
			t.Fatalf("%d held one key at once", most.Load())
		}
	})
}

func TestHoldIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *DB) {
		one, two := open(t), open(t)
		asked := make(chan struct{})
		release, err := one.Hold(t.Context(), "x", sync.OnceFunc(func() { close(asked) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Run("ErrNotGivenFree", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			if _, err := two.Hold(ctx, "x", func() {}); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("taken from who still holds it: %v", err)
			}
		})
		other, err := two.Hold(t.Context(), "y", func() {}) // another key, on the same connection
		if err != nil {
			t.Fatal(err)
		}
		defer other()
		<-asked
		release()
		release, err = two.Hold(t.Context(), "x", func() {})
		if err != nil {
			t.Fatal(err)
		}
		release()
	})
}

// TestHoldErrLost ends the database under who holds a key: nothing keeps others out then.
func TestHoldErrLost(t *testing.T) {
	c := pgtest.Run(t)
	d, err := OpenPostgres(t.Context(), c.Database(t), scripts, pulse)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	asked := make(chan struct{})
	release, err := d.Hold(t.Context(), "x", sync.OnceFunc(func() { close(asked) }))
	if err != nil {
		t.Fatal(err)
	}
	c.Restart(t)
	select {
	case <-asked:
	case <-time.After(15 * time.Second):
		t.Fatal("nobody was told that the key is lost")
	}
	release()
	if release, err = d.Hold(t.Context(), "x", func() {}); err != nil {
		t.Fatal(err)
	}
	release()
}

// TestKeepalive has PostgreSQL notice by itself, on whichever line, that the machine of a
// node was switched off: until then nobody else gets the locks of that node.
func TestKeepalive(t *testing.T) {
	d, err := OpenPostgres(t.Context(), pgtest.Address(t), scripts, pulse)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	p := d.dialect.(*postgres)
	release, err := d.Hold(t.Context(), "x", func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	const within = "SELECT (SELECT reset_val::int FROM pg_settings WHERE name='tcp_keepalives_idle') + (SELECT reset_val::int FROM pg_settings WHERE name='tcp_keepalives_interval') * (SELECT reset_val::int FROM pg_settings WHERE name='tcp_keepalives_count')"
	check := func(name string, row interface{ Scan(...any) error }) {
		t.Helper()
		var seconds int
		if err := row.Scan(&seconds); err != nil {
			t.Fatal(err)
		}
		if seconds <= 0 || seconds > 60 {
			t.Errorf("%s: noticed within %d seconds", name, seconds)
		}
	}
	for name, db := range map[string]*sql.DB{"write": d.write, "read": d.read, "locks": p.locks} {
		check(name, db.QueryRowContext(t.Context(), within))
	}
	check("holding", p.holding.conn.QueryRow(t.Context(), within))
	var idle int // a process that stands still has the rows that everybody waits for
	if err := d.write.QueryRowContext(t.Context(), "SELECT setting::int FROM pg_settings WHERE name='idle_in_transaction_session_timeout'").Scan(&idle); err != nil || idle <= 0 || idle > 60_000 {
		t.Errorf("a transaction in which nothing happens is ended after %d ms, %v", idle, err)
	}
}
