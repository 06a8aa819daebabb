package linetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Real is a proxy as practices have them, from Debian.
type Real struct {
	Address string // host and port

	tb   testing.TB
	cmd  *exec.Cmd
	args []string
	done chan struct{}
	dir  string
}

// URL is how it is named in settings.
func (r *Real) URL() string { return "http://" + r.Address }

// Real proxies by name: each starts one until the test ends, which asks for that
// name and password if there is a name. Every name leads to this machine.
var Reals = map[string]func(tb testing.TB, user, password string) *Real{"Tinyproxy": Tinyproxy, "Squid": Squid}

// Tinyproxy starts Debian's. It has no list of hosts of its own, so that names
// are resolved by a proxy behind it, which is ours.
func Tinyproxy(tb testing.TB, user, password string) *Real {
	tb.Helper()
	program := find(tb, "tinyproxy")
	beyond := Start(tb, nil)
	r := &Real{tb: tb, Address: free(tb)}
	_, port, _ := net.SplitHostPort(r.Address)
	text := fmt.Sprintf("Port %s\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogLevel Info\nUpstream http %s \".example\"\n", port, beyond.Address())
	if user != "" {
		text += fmt.Sprintf("BasicAuth %s %s\n", user, password)
	}
	r.run(program, "-d", "-c", r.write("tinyproxy.conf", text))
	return r
}

// Squid starts Debian's.
func Squid(tb testing.TB, user, password string) *Real {
	tb.Helper()
	program := find(tb, "squid")
	r := &Real{tb: tb, Address: free(tb)}
	hosts := r.write("hosts", "127.0.0.1 portail.example identite.example ailleurs.example\n")
	dir := r.dir
	// Started by root it becomes somebody else, who reads and writes there.
	for path, mode := range map[string]os.FileMode{dir: 0o777, filepath.Dir(dir): 0o755} {
		if err := os.Chmod(path, mode); err != nil {
			tb.Fatal(err)
		}
	}
	text := fmt.Sprintf(`http_port %s
hosts_file %s
pid_filename none
cache deny all
cache_mem 8 MB
memory_cache_shared off
max_filedescriptors 1024
access_log stdio:%s/access.log
cache_log %s/cache.log
coredump_dir %s
visible_hostname squid.example
shutdown_lifetime 0 seconds
`, r.Address, hosts, dir, dir, dir)
	if user == "" {
		text += "http_access allow all\n"
	} else {
		known := r.write("passwd", user+":"+hashed(tb, password)+"\n")
		text += fmt.Sprintf("auth_param basic program %s %s\nauth_param basic children 2\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n",
			find(tb, "/usr/lib/squid/basic_ncsa_auth"), known)
	}
	r.run(program, "-N", "-f", r.write("squid.conf", text))
	return r
}

// hashed is a password as squid's helper reads it.
func hashed(tb testing.TB, password string) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), find(tb, "openssl"), "passwd", "-apr1", password).Output()
	if err != nil {
		tb.Fatalf("openssl passwd: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// Required is the variable that has a test fail where a program is not installed.
const Required = "GUICHET_TEST_PROXIES"

func find(tb testing.TB, name string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil && !strings.Contains(name, "/") {
		path, err = exec.LookPath("/usr/sbin/" + name)
	}
	if err != nil && os.Getenv(Required) != "" {
		tb.Fatalf("%s is not installed: go run ./build test installs it", name)
	}
	if err != nil {
		tb.Skipf("%s is not installed", name)
	}
	return path
}

// free is an address on loopback that nobody has, below those that the system
// gives to whoever asks for any: nobody takes it before the proxy does.
func free(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		listen, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			defer listen.Close()
			return listen.Addr().String()
		}
	}
	tb.Fatal("no port is free")
	return ""
}

// write puts a file into the folder of this proxy.
func (r *Real) write(name, text string) string {
	r.tb.Helper()
	if r.dir == "" {
		r.dir = r.tb.TempDir()
	}
	path := filepath.Join(r.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.tb.Fatal(err)
	}
	return path
}

// run starts it until the test ends.
func (r *Real) run(args ...string) {
	r.tb.Helper()
	r.args = args
	r.tb.Cleanup(r.Stop)
	r.Start()
}

// Start starts it again where it was, and waits until it listens.
func (r *Real) Start() {
	r.tb.Helper()
	program := r.args[0]
	var said bytes.Buffer
	r.cmd, r.done = exec.Command(program, r.args[1:]...), make(chan struct{})
	r.cmd.Stdout, r.cmd.Stderr = &said, &said
	if err := r.cmd.Start(); err != nil {
		r.tb.Fatalf("start %s: %v", program, err)
	}
	done, cmd := r.done, r.cmd
	go func() { defer close(done); _ = cmd.Wait() }()
	ctx, cancel := context.WithTimeout(r.tb.Context(), 20*time.Second)
	defer cancel()
	for every := time.NewTicker(20 * time.Millisecond); ; {
		if conn, err := net.Dial("tcp", r.Address); err == nil {
			_ = conn.Close()
			every.Stop()
			return
		}
		select {
		case <-every.C:
		case <-r.done:
			r.tb.Fatalf("%s ended: %s", program, said.String())
		case <-ctx.Done():
			r.tb.Fatalf("%s does not listen", program)
		}
	}
}

// Stop kills it. It may be called twice.
func (r *Real) Stop() {
	if r.cmd != nil && r.cmd.Process != nil {
		_ = r.cmd.Process.Kill()
		<-r.done
	}
}
