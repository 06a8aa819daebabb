package app

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"guichet/internal/session"
)

// The environment of a Guichet in a process of its own, which can be killed.
const (
	childData, childPortal, childFiles = "GUICHET_TEST_DATA", "GUICHET_TEST_PORTAL", "GUICHET_TEST_FILES"
	childToken                         = "GUICHET_TEST_TOKEN"
	childReplyTo                       = "GUICHET_TEST_REPLY_TO" // a request that the portal has
)

// TestChild is that Guichet: it writes a request for each file, or a reply to one,
// submits them and goes on until it is killed. It is skipped unless killable has started it.
func TestChild(t *testing.T) {
	data := os.Getenv(childData)
	if data == "" {
		t.Skip("runs in a process of its own")
	}
	o := wire(New(Config{Data: data, Portal: os.Getenv(childPortal), Provider: session.NewBearer(os.Getenv(childToken)), SignIn: true}))
	o.app.Start(o.shell)
	o.known(t)
	for _, path := range strings.Split(os.Getenv(childFiles), "\n") {
		if to := os.Getenv(childReplyTo); to != "" {
			fmt.Println("submitted", o.replied(t, to, "Voici", path))
			continue
		}
		id, revision := o.write(t, content())
		o.attach(t, id, path)
		must(o.drafts.Submit(id, revision))(t)
		fmt.Println("submitted", id)
	}
	<-time.After(time.Minute) // an orphan ends as well
}

// killable starts Guichet in a process of its own and returns the requests that
// it has promised to send, and what kills it.
func killable(t *testing.T, data, url, token string, paths ...string) (ids []string, kill func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childData+"="+data, childPortal+"="+url, childToken+"="+token, childFiles+"="+strings.Join(paths, "\n"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dead := false
	kill = func() {
		if !dead {
			dead = true
			_ = cmd.Process.Kill() // SIGKILL: nothing is flushed or told
			_ = cmd.Wait()         // its state says that it was killed
		}
	}
	t.Cleanup(kill)
	said := []string{}
	for lines := bufio.NewScanner(out); len(ids) < len(paths) && lines.Scan(); {
		said = append(said, lines.Text())
		if id, ok := strings.CutPrefix(lines.Text(), "submitted "); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) < len(paths) {
		t.Fatalf("the other process said\n%s", strings.Join(said, "\n"))
	}
	return ids, kill
}
