package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/portald"
	"guichet/internal/session"

	"github.com/gorilla/websocket"
)

// The environment of a program that a test has started in a process of its
// own, to kill it.
const (
	childRole   = "GUICHET_TEST_ROLE" // desk, portal
	childListen = "GUICHET_TEST_LISTEN"
	clerkID     = "demo-claire"
	childBearer = "GUICHET_TEST_BEARER"
	childIssuer = "GUICHET_TEST_ISSUER"
)

// TestChild is such a program: Guichet's composition root without a window,
// whose bridge is its standard input and output, or a portal. It is skipped
// unless a test has started it.
func TestChild(t *testing.T) {
	switch os.Getenv(childRole) {
	case "desk":
		serveDesk(t)
	case "portal":
		servePortal(t)
	default:
		t.Skip("runs in a process of its own")
	}
}

func serveDesk(t *testing.T) {
	installFaults(t)
	cfg := app.ConfigFromEnv()
	cfg.Provider = session.NewBearer(os.Getenv(childBearer))
	cfg.Reader = childReader()
	a := app.New(cfg)
	a.Start(silentShell{})
	bound := a.Bound()
	var out sync.Mutex
	in := bufio.NewReader(os.Stdin)
	for {
		message, err := in.ReadString('\n')
		if err != nil {
			return // whoever started it is gone
		}
		go func() {
			answer := dispatch(bound, strings.TrimSuffix(message, "\n"))
			out.Lock()
			defer out.Unlock()
			fmt.Println(answer)
		}()
	}
}

func servePortal(t *testing.T) {
	s := portald.New(portald.Config{
		Listen: os.Getenv(childListen), Data: os.Getenv("GUICHET_DATA"), OIDC: portald.DemoOIDC(os.Getenv(childIssuer)),
	})
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	fmt.Println("ready", s.Address())
	_, _ = io.Copy(io.Discard, os.Stdin) // until whoever started it is gone
}

// program is a process that a test has started.
type program struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	said  tail
	lines func(string) // gets each line of its output
	ended chan struct{}
	once  sync.Once
}

// startProgram starts a process that ends with the test at the latest.
func startProgram(tb testing.TB, cmd *exec.Cmd, line func(string)) *program {
	tb.Helper()
	p := &program{cmd: cmd, lines: line, ended: make(chan struct{})}
	cmd.Stderr = &p.said
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatalf("start %s: %v", cmd.Path, err)
	}
	go func() {
		defer close(p.ended)
		for read := bufio.NewReader(out); ; {
			text, err := read.ReadString('\n')
			if err != nil {
				return // its end of the pipe is closed: it is dead
			}
			p.lines(strings.TrimSuffix(text, "\n"))
		}
	}()
	tb.Cleanup(p.kill)
	return p
}

// kill is SIGKILL: nothing is flushed or told.
func (p *program) kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		_ = p.cmd.Wait() // its state says that it was killed
		_ = p.in.Close()
	})
}

// why is how it ended and the last of what it said; it is killed if it has not
// ended.
func (p *program) why() string {
	p.kill()
	return fmt.Sprintf("%s\n%s", p.cmd.ProcessState, p.said.String())
}

// tail keeps the last of what a program said, to tell why it ended.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-8000):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.text))
}

// deskProcess is a Guichet in a process of its own.
type deskProcess struct {
	*bridge
	*program
}

// self is this test binary in another role.
func self(role string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.timeout=0")
	// A race that is found in there ends it, and the test misses it.
	cmd.Env = append(append(os.Environ(), childRole+"="+role, "GORACE=halt_on_error=1"), env...)
	return cmd
}

func deskEnv(data, portal string) []string {
	return []string{"GUICHET_DATA=" + data, "GUICHET_PORTAL=" + portal, "GUICHET_KEYRING=none", "GUICHET_SIGN_IN=start", "GUICHET_BROWSER=print"}
}

// startDesk starts a Guichet without its window.
func startDesk(tb testing.TB, data, portal string) *deskProcess {
	tb.Helper()
	return startDeskWith(tb, data, portal, func(*exec.Cmd) {})
}

// startDeskWith lets edit change how it is started.
func startDeskWith(tb testing.TB, data, portal string, edit func(*exec.Cmd)) *deskProcess {
	tb.Helper()
	d := &deskProcess{}
	d.bridge = newBridge(func(message string) error {
		_, err := io.WriteString(d.in, message+"\n")
		return err
	})
	cmd := self("desk", append(deskEnv(data, portal), childBearer+"="+tokenFor(tb, clerkID))...)
	edit(cmd)
	d.program = startProgram(tb, cmd, d.heard)
	go func() { <-d.ended; close(d.gone) }()
	return d
}

// startWindow starts the development build of Guichet with its window, and
// speaks to the bridge of that window. It is nil when the program was killed
// before it could be reached.
func startWindow(tb testing.TB, binary, data, portal string, killed <-chan time.Time) *deskProcess {
	tb.Helper()
	address := ownAddress(tb)
	assets, err := filepath.Abs("../../frontend/dist")
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(binary, "-devserver", address, "-assetdir", assets)
	cmd.Env = append(os.Environ(), deskEnv(data, portal)...)
	d := &deskProcess{program: startProgram(tb, cmd, func(line string) { go follow(tb, line) })}
	late := time.After(30 * time.Second)
	for {
		ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/wails/ipc", nil)
		if err == nil {
			var turn sync.Mutex
			d.bridge = newBridge(func(message string) error {
				turn.Lock()
				defer turn.Unlock()
				return ws.WriteMessage(websocket.TextMessage, []byte(message))
			})
			go d.listen(ws)
			return d
		}
		select {
		case <-killed:
			d.kill()
			return nil
		case <-d.ended:
			tb.Fatalf("the window ended: %s", d.why())
		case <-late:
			tb.Fatalf("the window was not there within 30 s: %s", d.why())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// listen reads what the window's host says until it is dead.
func (d *deskProcess) listen(ws *websocket.Conn) {
	defer close(d.gone)
	defer ws.Close()
	for {
		_, message, err := ws.ReadMessage()
		if err != nil {
			return
		}
		d.heard(string(message))
	}
}

// startPortalChild starts a portal in a process of its own, which can be
// killed, and returns its address.
func startPortalChild(tb testing.TB, data, listen string) (p *program, url string) {
	tb.Helper()
	ready := make(chan string, 1)
	p = startProgram(tb, self("portal", "GUICHET_DATA="+data, childListen+"="+listen, childIssuer+"="+minter.URL), func(line string) {
		if address, ok := strings.CutPrefix(line, "ready "); ok {
			ready <- address
		}
	})
	select {
	case url = <-ready:
	case <-p.ended:
		tb.Fatalf("the portal ended: %s", p.why())
	case <-time.After(30 * time.Second):
		tb.Fatal("the portal was not ready within 30 s")
	}
	return p, url
}
