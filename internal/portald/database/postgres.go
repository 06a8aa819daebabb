package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// How many connections one process takes of a server. Those of locks are apart:
// whoever holds one still needs another to work with.
const (
	mostWriting = 12
	mostReading = 12
	mostLocking = 24
)

// keepalive has the server end the lines of a machine that was switched off within a
// minute, and with them its locks; by itself it waits for hours. Of a process that stands
// still it ends the transaction: everybody else waits for the rows that it counts in.
var keepalive = map[string]string{
	"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3", "tcp_user_timeout": "60000",
	"idle_in_transaction_session_timeout": "30000",
}

// postgres is a database that several processes share.
type postgres struct {
	locks    *sql.DB
	holding  *holding
	rewrites sync.Map // query as written -> as PostgreSQL takes it
	changed  chan struct{}
	pulse    string // its answer, a number, is another one behind each change
	end      context.CancelFunc
	group    sync.WaitGroup
}

// OpenPostgres opens the database that a connection string names, and brings it
// to the newest schema. pulse is a query for a number that is another one behind each
// change.
func OpenPostgres(ctx context.Context, address string, migrations fs.FS, pulse string) (*DB, error) {
	config, err := readAddress(address)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = "portald"
	config.RuntimeParams["synchronous_commit"] = "on" // a number is given once, and never forgotten
	config.RuntimeParams["timezone"] = "UTC"
	for name, value := range keepalive {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	pool := func(most int) *sql.DB {
		db := stdlib.OpenDB(*config)
		db.SetMaxOpenConns(most)
		db.SetMaxIdleConns(most)
		db.SetConnMaxIdleTime(5 * time.Minute)
		return db
	}
	run, end := context.WithCancel(context.WithoutCancel(ctx))
	p := &postgres{locks: pool(mostLocking), changed: make(chan struct{}, 1), pulse: pulse, end: end}
	d := &DB{write: pool(mostWriting), read: pool(mostReading), dialect: p, news: make(chan struct{})}
	p.holding = newHolding(config, func() { d.held.interrupt("") })
	err = reached(d.write.PingContext(ctx))
	if err == nil {
		err = d.migrate(ctx, migrations)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	p.group.Go(func() { p.announce(run, d) })
	p.group.Go(func() { p.listen(run, config, d) })
	return d, nil
}

func readAddress(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the address of the database cannot be read: it is like postgres://portald@host:5432/portald?sslmode=verify-full") // the driver's error may hold the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	return config, nil
}

// reached says what an error in reaching a server is about.
func reached(err error) error {
	if err != nil {
		err = fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return err
}

// LookAtPostgres tells why a portal could not keep its rows there, and changes nothing.
func LookAtPostgres(ctx context.Context, address string) (err error) {
	config, err := readAddress(address)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return reached(err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var standby, tables bool
	if err := conn.QueryRow(ctx, "SELECT pg_is_in_recovery(), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)").Scan(&standby, &tables); err != nil {
		return fmt.Errorf("ask PostgreSQL: %w", err)
	}
	switch {
	case standby:
		return errors.New("that PostgreSQL only follows another one and takes no rows: give the address of the one that it follows")
	case !tables:
		return fmt.Errorf("the user %s may not make tables in the database %s: make it the owner, or GRANT CREATE ON SCHEMA public", config.User, config.Database)
	}
	return nil
}

func (p *postgres) close() error {
	p.end()
	p.group.Wait()
	p.holding.close()
	return p.locks.Close()
}

func (*postgres) scrub(context.Context, *sql.DB) error { return nil }

func (*postgres) tables() string {
	return "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname=current_schema() AND tablename=?)"
}

func (*postgres) name() string { return "postgres" }

func (*postgres) snapshot() *sql.TxOptions {
	return &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
}

var (
	parameter = regexp.MustCompile(`\?\d*`)
	among     = regexp.MustCompile(`IN \(SELECT value FROM json_each\((\?\d*)\)\)`)
	words     = strings.NewReplacer("json_group_array(", "json_agg(", "json_object(", "json_build_object(")
)

func (p *postgres) statement(query string, args []any) (string, []any) {
	for i, arg := range args { // flags are integers
		if flag, ok := arg.(bool); ok {
			args = slices.Clone(args)
			args[i] = 0
			if flag {
				args[i] = 1
			}
		}
	}
	if known, ok := p.rewrites.Load(query); ok {
		return known.(string), args
	}
	out := words.Replace(among.ReplaceAllString(query, "= ANY (ARRAY(SELECT jsonb_array_elements_text(CAST($1 AS jsonb))))"))
	n := 0
	out = parameter.ReplaceAllStringFunc(out, func(of string) string {
		if of == "?" {
			n++
			return "$" + strconv.Itoa(n)
		}
		return "$" + of[1:]
	})
	p.rewrites.Store(query, out)
	return out, args
}

// begin takes the keys in one order, so that no two transactions wait for each
// other.
func (*postgres) begin(ctx context.Context, tx *sql.Tx, keys []string) error {
	numbers := make([]int64, len(keys))
	for i, key := range keys {
		numbers[i] = number("tx " + key)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", n); err != nil {
			return err
		}
	}
	return nil
}

// number is a key as PostgreSQL names locks. Two keys with one number wait for
// each other without need, once in a long while.
func number(key string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))
	return int64(h.Sum64())
}

func (p *postgres) lock(ctx context.Context, key string) (unlock func(), err error) {
	conn, err := p.locks.Conn(ctx)
	if err != nil {
		return nil, err
	}
	n := number("lock " + key)
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", n); err != nil {
		return nil, errors.Join(err, discard(conn))
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", n); err != nil {
			_ = discard(conn) // the lock ends with its connection
			return
		}
		_ = conn.Close() // back to the pool
	}, nil
}

// discard ends a connection instead of giving it back.
func discard(conn *sql.Conn) error {
	err := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		err = nil
	}
	return errors.Join(err, ignoreDone(conn.Close()))
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) {
		return nil
	}
	return err
}

func (*postgres) version(ctx context.Context, db *sql.DB) (version int, err error) {
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS portald_schema (version bigint NOT NULL)"); err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM portald_schema").Scan(&version)
	return version, err
}

func (*postgres) migrated(version int) string {
	return fmt.Sprintf(";DELETE FROM portald_schema;INSERT INTO portald_schema VALUES (%d)", version)
}
