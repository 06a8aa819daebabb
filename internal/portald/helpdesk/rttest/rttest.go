// Package rttest starts a real Request Tracker for tests, on loopback, with a
// database of its own and provisioned as a help desk would be. It needs root and
// Debian's packages, which `go run ./build test` installs. No mail
// leaves it: what RT would send goes into a file of its folder.
package rttest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald/helpdesk"
)

// Required is the variable that has a test fail where RT cannot be started.
const Required = "GUICHET_TEST_RT"

const (
	server = "/usr/share/request-tracker5/libexec/rt-server"
	setup  = "/usr/sbin/rt-setup-database-5"
)

//go:embed initialdata.pl
var provision []byte

//go:embed mapping.toml
var mapping string

// RT is a Request Tracker of the test's own. It keeps its data and its address
// over Stop, Kill and Start.
type RT struct {
	URL string // below which /REST/2.0 lies
	Dir string // of its data, log and mail

	address string
	env     []string
	process *process
}

// Options are what an RT is started with. The zero value is good.
type Options struct {
	// Postgres is the address of a server on which the user named there may make
	// databases, as postgres://user:password@host:port; "" is SQLite.
	Postgres string
	// Config is added to RT_SiteConfig.pm.
	Config string
}

// Own starts an RT that ends with the test.
func Own(tb testing.TB, o Options) *RT {
	tb.Helper()
	possible(tb)
	r, err := begin(tb.Context(), o)
	if err != nil {
		tb.Fatalf("Request Tracker: %v", err)
	}
	tb.Cleanup(func() {
		if err := r.remove(); err != nil {
			tb.Errorf("end Request Tracker: %v", err)
		}
	})
	return r
}

// possible skips a test where RT cannot be started.
func possible(tb testing.TB) {
	tb.Helper()
	why := impossible()
	switch {
	case why == "":
	case os.Getenv(Required) != "":
		tb.Fatalf("Request Tracker cannot be started: %s", why)
	default:
		tb.Skipf("Request Tracker cannot be started: %s", why)
	}
}

func impossible() string {
	for _, program := range []string{server, setup} {
		if _, err := os.Stat(program); err != nil {
			return program + " is not installed; go run ./build test installs it on Debian"
		}
	}
	if os.Geteuid() != 0 {
		return "this needs root"
	}
	return ""
}

// begin makes the database and starts the server.
func begin(ctx context.Context, o Options) (r *RT, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "guichet-rt-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	address, err := free()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	r = &RT{URL: "http://" + address, Dir: dir, address: address}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.remove())
		}
	}()
	if err := r.write(o); err != nil {
		return nil, err
	}
	args := []string{"--action", "init", "--root-password-file", r.path("root")}
	if o.Postgres != "" {
		args = append(args, "--dba", dba(o.Postgres))
	}
	for _, args := range [][]string{args, {"--action", "insert", "--datafile", r.path("initialdata.pl")}} {
		if err := r.setup(ctx, args...); err != nil {
			return nil, err
		}
	}
	return r, r.up(ctx)
}

// write puts what RT reads into its folder, as the user that it runs as.
func (r *RT) write(o Options) error {
	config, err := r.config(o)
	if err != nil {
		return err
	}
	for _, name := range []string{"conf.d", "mason", "session", "var", "tmp", "tokens"} {
		if err := os.Mkdir(r.path(name), 0o700); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
	}
	for name, body := range map[string][]byte{"RT_SiteConfig.pm": []byte(config), "initialdata.pl": provision, "root": []byte("not used: root")} {
		if err := os.WriteFile(r.path(name), body, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	r.env = append(os.Environ(), "TMPDIR="+r.path("tmp"), "RT_DBA_PASSWORD="+dbaPassword(o.Postgres), "RTTEST_TOKENS="+r.path("tokens"),
		"RT_SITE_CONFIG="+r.path("RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR="+r.path("conf.d"), "LC_ALL=C.UTF-8")
	return own(r.Dir)
}

func (r *RT) setup(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, setup, args...)
	cmd.Dir, cmd.Env = r.Dir, r.env
	lower(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", setup, strings.Join(args, " "), err, out)
	}
	return nil
}

// up starts the server and waits until it answers.
func (r *RT) up(ctx context.Context) error {
	p, err := r.launch()
	if err != nil {
		return err
	}
	r.process = p
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for {
		if r.answers(ctx) {
			return nil
		}
		select {
		case <-every.C:
		case <-p.done:
			return fmt.Errorf("the server ended: %s", r.log())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w\n%s", ctx.Err(), r.log())
		}
	}
}

func (r *RT) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+"/REST/2.0/rt", nil)
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "token "+r.Token("portail"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// Start starts it again after Stop or Kill.
func (r *RT) Start(tb testing.TB) {
	tb.Helper()
	if err := r.up(tb.Context()); err != nil {
		tb.Fatalf("start Request Tracker: %v", err)
	}
}

// Stop ends it in its own time. It may be called twice.
func (r *RT) Stop() { r.process.stop() }

// Kill ends it and everything it has started at once, as a power cut would.
func (r *RT) Kill() { r.process.kill() }

func (r *RT) remove() error {
	r.process.kill()
	return os.RemoveAll(r.Dir)
}

// Token is what a user signs in with: portail is the connector, anne is of support,
// berlin a connector in another time zone, nobodys has no rights.
func (r *RT) Token(user string) string {
	token, _ := os.ReadFile(r.path("tokens", user)) // none is refused by RT
	return string(token)
}

// Mapping is how the portal's words become this RT's, with its address. The
// settle window is for tests.
func (r *RT) Mapping(tb testing.TB) helpdesk.Mapping {
	tb.Helper()
	m, err := helpdesk.Parse([]byte(r.TOML()))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// TOML is Mapping as a file has it.
func (r *RT) TOML() string {
	return mapping + fmt.Sprintf("url = %q\ntoken_file = %q\n", r.URL, r.path("tokens", "portail"))
}

func (r *RT) path(elem ...string) string { return filepath.Join(append([]string{r.Dir}, elem...)...) }

func (r *RT) log() string {
	said, _ := os.ReadFile(r.path("server.log"))
	return string(said[max(0, len(said)-4096):])
}

// free is an address on loopback that nobody has, below those that the system
// gives to whoever asks for any, so that a stopped RT gets its own again.
func free() (string, error) {
	for port := 20000 + os.Getpid()%11000; port < 32000; port++ {
		listen, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return listen.Addr().String(), listen.Close()
		}
	}
	return "", errors.New("no port is free")
}
