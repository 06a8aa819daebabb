// Package pgtest runs a PostgreSQL of the test's own: a throw-away cluster that
// listens on a socket in its folder, and on nothing else.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Required names the variable of the environment that makes a missing PostgreSQL
// a failure: where everything is installed nothing may be skipped in silence.
const Required = "GUICHET_TEST_POSTGRES"

const role = "portald"

// Cluster is a running PostgreSQL.
type Cluster struct {
	folder string
	bin    string
	args   []string
	cmd    *exec.Cmd
	n      int
	mu     sync.Mutex
}

var (
	shared    *Cluster
	sharedErr error
	once      sync.Once
)

// Address is a new and empty database in the cluster that all tests of this
// program share. It skips the test where there is no PostgreSQL.
func Address(tb testing.TB) string {
	tb.Helper()
	once.Do(func() { shared, sharedErr = start("-c", "fsync=off") }) // what becomes of rows behind a power cut is asked of a cluster of its own
	check(tb, sharedErr)
	return shared.Database(tb)
}

// Stop ends the shared cluster; for TestMain.
func Stop() {
	if shared != nil {
		_ = shared.end()
	}
}

// Shell runs a line in a folder as an operator would, with the programs of the
// PostgreSQL that Address has started, such as pg_dump.
func Shell(tb testing.TB, folder, line string, env ...string) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "sh", "-c", line)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), append(env, "PATH="+shared.bin+string(os.PathListSeparator)+os.Getenv("PATH"))...)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%s: %v: %s", line, err, out)
	}
}

// Run starts a cluster that keeps what it has committed, for one test.
func Run(tb testing.TB) *Cluster {
	tb.Helper()
	c, err := start()
	check(tb, err)
	tb.Cleanup(func() {
		if err := c.end(); err != nil {
			tb.Errorf("end PostgreSQL: %v", err)
		}
	})
	return c
}

func check(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case errors.Is(err, exec.ErrNotFound) && os.Getenv(Required) == "":
		tb.Skip("no PostgreSQL is installed (Debian: postgresql)")
	case err != nil:
		tb.Fatalf("start PostgreSQL: %v", err)
	}
}

// Database makes an empty database and returns its address.
func (c *Cluster) Database(tb testing.TB) string {
	tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	name := fmt.Sprintf("t%d", c.n)
	if err := c.do(tb.Context(), "CREATE DATABASE "+name); err != nil {
		tb.Fatalf("make database: %v", err)
	}
	return c.address(name)
}

func (c *Cluster) address(database string) string {
	return "postgres://" + role + "@/" + database + "?" + url.Values{"host": {c.folder}}.Encode()
}

func (c *Cluster) do(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, c.address("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// start makes a cluster and waits until it answers.
func start(settings ...string) (_ *Cluster, err error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pg") // short: the path of a socket has about a hundred bytes
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, bin: bin, args: settings}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if err := own(folder); err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", c.data(), "-U", role, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = folder, unprivileged()
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c, c.up()
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *Cluster) up() error {
	log, err := os.OpenFile(filepath.Join(c.folder, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	c.cmd = exec.Command(filepath.Join(c.bin, "postgres"), append([]string{"-D", c.data(), "-k", c.folder, "-c", "listen_addresses=", "-c", "max_connections=250"}, c.args...)...)
	c.cmd.Dir, c.cmd.SysProcAttr, c.cmd.Stdout, c.cmd.Stderr = c.folder, unprivileged(), log, log
	if err := c.cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := c.do(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(log.Name())
			return errors.Join(fmt.Errorf("it does not answer: %w: %s", err, said), c.stop(os.Kill))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Restart ends the server as if its machine had been switched off, with every
// connection, and starts it again on the same data.
func (c *Cluster) Restart(tb testing.TB) {
	tb.Helper()
	if err := c.stop(immediately); err != nil {
		tb.Fatalf("stop PostgreSQL: %v", err)
	}
	if err := c.up(); err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
}

func (c *Cluster) stop(how os.Signal) error {
	if c.cmd == nil {
		return nil
	}
	err := c.cmd.Process.Signal(how)
	_ = c.cmd.Wait() // its status says how it was ended
	c.cmd = nil
	return err
}

func (c *Cluster) end() error { return errors.Join(c.stop(immediately), os.RemoveAll(c.folder)) }

// programs finds the folder with initdb and postgres: Debian keeps them apart
// from the others, by version.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}
