package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"guichet/internal/portald"
)

// portaldBinary is the real portal: the one that the environment names, or one
// that is built now. With the tag faultpoints it can end itself at a place.
func portaldBinary(tb testing.TB, tag string) string {
	tb.Helper()
	name := map[string]string{"": "GUICHET_TEST_PORTALD", "faultpoints": "GUICHET_TEST_PORTALD_FAULTPOINTS"}[tag]
	if path := os.Getenv(name); path != "" {
		return path
	}
	path := filepath.Join(tb.TempDir(), "portald")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-tags", tag, "-o", path, "guichet/internal/cmd/portald").CombinedOutput()
	if err != nil {
		tb.Fatalf("build portald: %v\n%s", err, out)
	}
	return path
}

// portalProcess is a portal in a process of its own, which keeps its folder
// and its address over a restart.
type portalProcess struct {
	URL    string
	Folder string

	tb                   testing.TB
	binary, oidc, listen string
	args                 []string // more of them
	said                 tail
	cmd                  *exec.Cmd
	dead                 chan struct{} // closed when it has ended
	mu                   sync.Mutex
}

// newPortalProcess prepares one; up starts it.
func newPortalProcess(tb testing.TB, binary string) *portalProcess {
	tb.Helper()
	dir := tb.TempDir()
	body, err := json.Marshal(portald.DemoOIDC(minter.URL))
	if err != nil {
		tb.Fatal(err)
	}
	p := &portalProcess{tb: tb, binary: binary, oidc: filepath.Join(dir, "oidc.json"), Folder: filepath.Join(dir, "portal")}
	if err := os.WriteFile(p.oidc, body, 0o600); err != nil {
		tb.Fatal(err)
	}
	p.listen = ownAddress(tb)
	p.URL = "http://" + p.listen
	tb.Cleanup(p.kill)
	return p
}

// up starts it, to end itself at the named place if there is one, and tells
// whether it came so far as to say that it is ready.
func (p *portalProcess) up(place string) (ready bool) {
	p.tb.Helper()
	cmd := exec.CommandContext(p.tb.Context(), p.binary, append([]string{"--listen", p.listen, "--data", p.Folder, "--oidc", p.oidc}, p.args...)...)
	cmd.Stderr = &p.said
	cmd.Env = append(os.Environ(), "GUICHET_FAULTPOINT="+place)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.tb.Fatalf("start portald: %v", err)
	}
	dead := make(chan struct{})
	p.mu.Lock()
	p.cmd, p.dead = cmd, dead
	p.mu.Unlock()
	lines := bufio.NewScanner(out)
	ready = lines.Scan()
	go func() {
		defer close(dead)
		for lines.Scan() {
		}
		_ = cmd.Wait() // that it was killed is no news
	}()
	return ready
}

// kill ends it by SIGKILL and waits.
func (p *portalProcess) kill() {
	p.mu.Lock()
	cmd, dead := p.cmd, p.dead
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill()
	<-dead
}
