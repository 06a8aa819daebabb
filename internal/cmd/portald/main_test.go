package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet/internal/issuer"
	"guichet/internal/portal"
)

// TestMain lets the tests run the command itself: the test binary is portald
// when this is set.
func TestMain(m *testing.M) {
	if os.Getenv("PORTALD_IS_THE_TEST") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type line struct {
	Event   string
	Address string
	Issuer  string
	Admin   string
	People  []struct{ ID, Name, Note string }
}

// program prepares portald with these arguments; it is killed with the test.
func program(t *testing.T, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "PORTALD_IS_THE_TEST=1")
	stderr = &bytes.Buffer{}
	cmd.Stderr = stderr
	return cmd, stderr
}

func ready(t *testing.T, cmd *exec.Cmd) (line, *bufio.Reader) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	first, err := r.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no line: %v: %s", err, cmd.Stderr)
	}
	var l line
	if err := json.Unmarshal(first, &l); err != nil || l.Event != "ready" || !strings.HasPrefix(l.Address, "http://127.0.0.1:") {
		t.Fatalf("first line %q: %v", first, err)
	}
	return l, r
}

func status(t *testing.T, address, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestDemo(t *testing.T) {
	cmd, stderr := program(t, "--demo", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	l, rest := ready(t, cmd)
	if len(l.People) != 3 {
		t.Fatalf("%d persons", len(l.People))
	}
	for _, p := range l.People {
		if p.ID == "" || p.Name == "" || p.Note == "" || status(t, l.Address, accessOf(t, l.Address, p.ID)) != http.StatusOK {
			t.Errorf("%s cannot sign in", p.ID)
		}
	}
	if got := status(t, l.Address, "wrong"); got != http.StatusUnauthorized {
		t.Errorf("an unknown token is answered with %d", got)
	}
	// A desk that waits must not hold up the end.
	token := accessOf(t, l.Address, l.People[0].ID)
	cursor := ""
	for more := true; more; {
		c := get[portal.Changes](t, l.Address+portal.RouteChanges+"?cursor="+cursor, token)
		cursor, more = c.Cursor, c.More
	}
	poll := make(chan struct{})
	go func() {
		defer close(poll)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.Address+portal.RouteChanges+"?wait=60&cursor="+cursor, nil)
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+token)
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
		}
	}()
	began := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if more, _ := rest.ReadString('\n'); more != "" {
		t.Errorf("a second line: %q", more)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("ended with %v: %s", err, stderr)
	}
	if took := time.Since(began); took > stopWithin+time.Second {
		t.Errorf("stop took %v", took)
	}
	<-poll
}

func TestPeople(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "people.json")
	const people = `[{"id":"anne","name":"Anne","practices":[{"id":"p","name":"P","town":"Brest","roles":["admin"]}]}]`
	if err := os.WriteFile(file, []byte(people), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, stderr := program(t, "--demo", "--people", file, "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))
	l, _ := ready(t, cmd)
	if len(l.People) != 1 || l.People[0].ID != "anne" {
		t.Errorf("%+v", l.People)
	}
	if got := status(t, l.Address, accessOf(t, l.Address, "anne")); got != http.StatusOK {
		t.Errorf("Anne is answered with %d", got)
	}
	if _, err := issuer.Access(t.Context(), l.Address+portal.RouteConfig, "demo-claire"); err == nil {
		t.Error("a person of the demo signs in")
	}
	if all := get[portal.RequestPage](t, l.Address+portal.RouteRequests, accessOf(t, l.Address, "anne")); len(all.Requests) > 0 {
		t.Errorf("%d requests of the demo", len(all.Requests))
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("ended with %v: %s", err, stderr)
	}
	if strings.Contains(stderr.String(), "eyJ") {
		t.Error("a token reached the log")
	}
}

func TestContracts(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "contracts.json")
	const contracts = `[{"id":"1","number":"CT-20240001","practice":"cabinet-tilleuls","label":{"fr":"Maintenance","en":"Maintenance"},"state":"active","start":"2024-01-01",
		"topics":[{"key":"question","type":"administrative","category":"contract-question"}]}]`
	for name, c := range map[string]struct {
		args []string
		want int
	}{"OfTheFile": {[]string{"--contracts", file}, 1}, "OfTheDemo": {nil, 5}} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(contracts), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd, _ := program(t, append([]string{"--demo", "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, name)}, c.args...)...)
			l, _ := ready(t, cmd)
			got := get[portal.Contracts](t, l.Address+portal.RouteContracts, accessOf(t, l.Address, "demo-claire"))
			if len(got.Contracts) != c.want {
				t.Errorf("%d contracts, want %d", len(got.Contracts), c.want)
			}
			end(t, cmd)
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, args := range map[string][]string{
		"ErrNobody":       {},
		"ErrDemoOutside":  {"--demo", "--listen", "0.0.0.0:0"},
		"ErrPeopleAlone":  {"--people", "main_test.go"},
		"ErrDemoAndOIDC":  {"--demo", "--oidc", "oidc.json"},
		"ErrNoSuchPeople": {"--people", "no-such-file"},
		"ErrNoSuchOIDC":   {"--oidc", "no-such-file"},
		"ErrOIDC":         {"--oidc", "main_test.go"},
		"ErrAdmin":        {"--demo", "--admin", "admin.json"},
		"ErrNoSuchAdmin":  {"--oidc", "no-such-file", "--admin", "no-such-file"},
		"ErrNoCatalogue":  {"--demo", "--catalogue", "no-such-file"},
		"ErrNoContracts":  {"--demo", "--contracts", "no-such-file"},
		"ErrNoReleases":   {"--demo", "--releases", "no-such-folder"},
		"ErrNoConfig":     {"--demo", "--config", "no-such-file"},
		"ErrCommand":      {"--demo", "check-everything"},
		"ErrLevel":        {"--demo", "--log", "loud"},
		"ErrTLS":          {"--demo", "--tls-cert", "main_test.go", "--tls-key", "main_test.go"},
		"ErrHelpdesk":     {"--demo", "--helpdesk", "main_test.go"},
		"ErrNoHelpdesk":   {"--demo", "--helpdesk", "no-such-file"},
		"ErrNoPostgres":   {"--demo", "--postgres-file", "no-such-file"},
		"ErrS3":           {"--demo", "--s3-bucket", "b", "--s3-endpoint", "http://s3.example"},
		"ErrContracts":    {"--demo", "--contracts", "main_test.go"},
		"ErrOnlyCert":     {"--demo", "--tls-cert", "main_test.go"},
		"ErrOnlyKey":      {"--demo", "--tls-key", "main_test.go"},
		"ErrNoBucket":     {"--demo", "--s3-endpoint", "https://s3.example"},
		"ErrRate":         {"--demo", "--rate", "-1"},
		"ErrBurst":        {"--demo", "--burst", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd, stderr := program(t, append([]string{"--listen", "127.0.0.1:0", "--data", t.TempDir()}, args...)...)
			out, err := cmd.Output()
			if err == nil || len(out) > 0 || !strings.HasPrefix(stderr.String(), "portald: ") {
				t.Fatalf("ended with %v, said %q and %q", err, out, stderr)
			}
		})
	}
}

// TestFlagsBehind tells where flags belong of whoever puts them behind a number.
func TestFlagsBehind(t *testing.T) {
	cmd, stderr := program(t, "purge", "AS-2020-000001", "--data", t.TempDir())
	if err := cmd.Run(); err == nil || !strings.Contains(stderr.String(), "portald purge [flags] ") {
		t.Errorf("%v: %s", err, stderr)
	}
}

// TestSettings takes what is set from flags, the environment and a file, in this
// order.
func TestSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "portald.conf")
	if err := os.WriteFile(file, []byte("listen 127.0.0.1:1\nrate 3\nlog warn\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PORTALD_RATE", "5")
	t.Setenv("PORTALD_LOG", "error")
	o, err := parse([]string{"--config", file, "--log", "debug", "check-config"}, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if o.listen != "127.0.0.1:1" || o.rate != 5 || o.level != "debug" || len(o.rest) != 1 || o.rest[0] != "check-config" {
		t.Errorf("%+v", o)
	}
}
