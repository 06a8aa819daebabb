package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// person is a demo person, as portald's ready line names them.
type person struct {
	Name string `json:"name"`
	Note string `json:"note"`
}

// run starts portald with demo data and opens Guichet connected to it. Where there
// is no display Guichet offers a sign-in by a link at once.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	data := flags.String("data", "", "folder for the demo's data (default: a folder of your own)")
	browser := flags.Bool("browser", false, "the development build, whose window a browser can show as well")
	listen := flags.String("portal", "127.0.0.1:8480", "address of the demo portal")
	if err := flags.Parse(args); err != nil {
		return err
	}
	headless := runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == ""
	needs := forWindow
	if headless {
		needs = append(needs, forDisplay...)
	}
	if err := system(ctx, needs...); err != nil {
		return err
	}
	if err := contents(ctx); err != nil {
		return err
	}
	folder, err := demoFolder(*data)
	if err != nil {
		return err
	}
	say("Building Guichet and the demo portal")
	portald, err := goBuild(ctx, "portald", "", "./internal/cmd/portald")
	if err != nil {
		return err
	}
	kind := "desktop,production"
	if headless || *browser {
		kind = "dev"
	}
	guichet, err := goBuild(ctx, "guichet-"+strings.ReplaceAll(kind, ",", "-"), windowTags(kind), ".")
	if err != nil {
		return err
	}
	address, people, server, err := startPortal(ctx, portald, *listen, filepath.Join(folder, "portal"))
	if err != nil {
		return err
	}
	defer server.stop()
	env := []string{"GUICHET_PORTAL=" + address, "GUICHET_DATA=" + filepath.Join(folder, "desk")}
	say("Demo portal: %s", address)
	say("Data: %s", folder)
	if headless {
		display, screen, err := startDisplay(ctx)
		if err != nil {
			return err
		}
		defer screen.stop()
		say("There is no display here: a virtual one was started (%s).", display)
		env = append(env, "DISPLAY="+display, "GUICHET_BROWSER=print", "GUICHET_SIGN_IN=start")
	}
	return openWindow(ctx, guichet, kind == "dev", env, people, server)
}

// openWindow runs Guichet until it is closed, the portal ends or we are
// stopped.
func openWindow(ctx context.Context, guichet string, dev bool, env []string, people []person, server *process) error {
	var args []string
	var page string
	if dev {
		var err error
		if page, err = freeAddress("127.0.0.1:34115"); err != nil {
			return err
		}
		args = []string{"-devserver", page, "-assetdir", "frontend/dist"}
	}
	window, err := step{env: env, within: 1000 * time.Hour, out: quiet{os.Stderr}}.start(ctx, showLink, guichet, args...)
	if err != nil {
		return err
	}
	defer window.stop()
	if dev {
		if err := awaitPort(ctx, page, window.done); err != nil {
			return err
		}
		say("\nOpen http://%s in a browser: it shows the same window.", page)
	}
	say("« Se connecter » leads to a page where you choose who you are:")
	for _, p := range people {
		say("  %-16s %s", p.Name, p.Note)
	}
	say("Ctrl-C ends everything.")
	select {
	case <-ctx.Done():
	case <-window.done:
		return window.err
	case <-server.done:
		say("The portal has ended; Guichet goes on without a connection. To start it again:\n  %s", strings.Join(server.cmd.Args, " "))
		select {
		case <-ctx.Done():
		case <-window.done:
			return window.err
		}
	}
	say("Ending.")
	return nil
}

// showLink shows the link of a sign-in that Guichet has printed.
func showLink(line string) {
	if link, ok := strings.CutPrefix(line, "Sign in: "); ok {
		say("\nTo sign in, open this link in a browser on this machine and choose a person:\n  %s", link)
	}
}

// quiet drops the lines with which GTK and WebKit complain about a machine
// without a GPU or a session.
type quiet struct{ to *os.File }

func (q quiet) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		noise := strings.Contains(line, "MESA") || strings.Contains(line, "libEGL") || strings.Contains(line, "dbus") ||
			strings.Contains(line, "Gtk-WARNING") || strings.Contains(line, "JSC_SIGNAL_FOR_GC") || strings.Contains(line, "GLib-GIO") || strings.TrimSpace(line) == "" ||
			strings.HasPrefix(line, "Serving assets from") || strings.Contains(line, "| ")
		if !noise {
			if _, err := q.to.WriteString(line); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

func demoFolder(asked string) (string, error) {
	if asked == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a folder for the demo's data: %w", err)
		}
		asked = filepath.Join(base, "guichet-demo")
	}
	abs, err := filepath.Abs(asked)
	if err != nil {
		return "", err
	}
	return abs, os.MkdirAll(abs, 0o700)
}

// startPortal starts the demo portal and waits until it is ready.
func startPortal(ctx context.Context, portald, listen, data string) (address string, people []person, p *process, err error) {
	listen, err = freeAddress(listen)
	if err != nil {
		return "", nil, nil, err
	}
	lines := make(chan string, 1)
	p, err = step{within: 1000 * time.Hour, out: os.Stderr}.start(ctx, func(line string) {
		select {
		case lines <- line:
		default:
		}
	}, portald, "--demo", "--listen", listen, "--data", data)
	if err != nil {
		return "", nil, nil, err
	}
	var ready struct {
		Address string   `json:"address"`
		People  []person `json:"people"`
	}
	select {
	case line := <-lines:
		err = json.Unmarshal([]byte(line), &ready)
	case <-p.done:
		err = errors.New("the portal did not start")
	case <-time.After(20 * time.Second):
		err = errors.New("the portal was not ready within 20 s")
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err == nil && len(ready.People) == 0 {
		err = errors.New("the portal names no demo person")
	}
	if err != nil {
		p.stop()
		return "", nil, nil, err
	}
	return ready.Address, ready.People, p, nil
}

// startDisplay starts a virtual display on a free number.
func startDisplay(ctx context.Context) (string, *process, error) {
	number := make(chan string, 1)
	p, err := step{within: 1000 * time.Hour}.start(ctx, func(line string) {
		select {
		case number <- line:
		default:
		}
	}, "Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	if err != nil {
		return "", nil, err
	}
	select {
	case n := <-number:
		return ":" + strings.TrimSpace(n), p, nil
	case <-p.done:
	case <-time.After(20 * time.Second):
	case <-ctx.Done():
	}
	p.stop()
	return "", nil, errors.New("the virtual display did not start")
}

// freeAddress is the wanted address, or one with a free port if it is taken.
func freeAddress(wanted string) (string, error) {
	l, err := net.Listen("tcp", wanted)
	if err != nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return "", fmt.Errorf("find a free port: %w", err)
		}
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// awaitPort waits until something listens.
func awaitPort(ctx context.Context, address string, gone <-chan struct{}) error {
	late := time.After(30 * time.Second)
	for {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-gone:
			return errors.New("the window did not start")
		case <-late:
			return errors.New("the window was not ready within 30 s")
		case <-time.After(100 * time.Millisecond):
		}
	}
}
