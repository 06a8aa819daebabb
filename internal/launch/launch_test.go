package launch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The test program is a start of its own when it is told so: it claims a folder, says
// what came of it, and stays until its input ends.
func TestMain(m *testing.M) {
	if data := os.Getenv("GUICHET_CLAIM"); data != "" {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		i, err := Claim(ctx, data, Message{Args: os.Args[1:]})
		fmt.Println(i != nil, err)
		if i != nil {
			_, _ = io.Copy(io.Discard, os.Stdin)
		}
		return
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/Microsoft/go-winio.ioCompletionProcessor")) // it has one for good
}

// started is a program that claims a folder, once it has said what came of it.
func started(t *testing.T, data string, args ...string) (c *exec.Cmd, said string) {
	t.Helper()
	c = exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "GUICHET_CLAIM="+data)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = c.Process.Kill(); _ = c.Wait() })
	said, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return c, strings.TrimSpace(said)
}

// heard collects messages.
type heard struct {
	mu  sync.Mutex
	all []Message
}

func (h *heard) take(m Message) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, m)
	return true
}

func claim(t *testing.T, data string, m Message) *Instance {
	t.Helper()
	i, err := Claim(t.Context(), data, m)
	if err != nil || i == nil || i.Deaf != nil {
		t.Fatalf("not claimed: %+v, %v", i, err)
	}
	return i
}

func TestClaim(t *testing.T) {
	data := filepath.Join(t.TempDir(), "données du poste")
	first := claim(t, data, Message{})
	var h heard
	if _, said := started(t, data, "--new", "a.pdf"); said != "false <nil>" {
		t.Fatalf("the second start: %s", said)
	}
	first.Handle(h.take) // what came before is not lost
	if _, said := started(t, data, "guichet://request/1"); said != "false <nil>" {
		t.Fatalf("the third start: %s", said)
	}
	if len(h.all) != 2 || !slices.Equal(h.all[0].Args, []string{"--new", "a.pdf"}) || !slices.Equal(h.all[1].Args, []string{"guichet://request/1"}) {
		t.Errorf("%+v", h.all)
	}
	other := claim(t, t.TempDir(), Message{}) // another folder is another desk
	for _, i := range []*Instance{first, other} {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	again := claim(t, data, Message{})
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// Of many starts at once one is first, and hears all others.
func TestClaimAtOnce(t *testing.T) {
	data := t.TempDir()
	first := claim(t, data, Message{})
	var h heard
	first.Handle(h.take)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			i, err := Claim(t.Context(), data, Message{Args: []string{fmt.Sprint(n)}})
			if i != nil || err != nil {
				t.Errorf("%d: %v, %v", n, i, err)
			}
		})
	}
	all.Wait()
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if len(h.all) != 20 {
		t.Errorf("%d of 20 were heard", len(h.all))
	}
}

// What a program that was killed leaves behind stops nobody.
func TestClaimAfterKill(t *testing.T) {
	data := t.TempDir()
	c, said := started(t, data)
	if said != "true <nil>" {
		t.Fatal(said)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	i := claim(t, data, Message{})
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

// A program that is ending is waited for, and the message goes to nobody.
func TestClaimWhileEnding(t *testing.T) {
	data := t.TempDir()
	first := claim(t, data, Message{})
	if err := first.ears.Close(); err != nil { // it hears no more, and still has the folder
		t.Fatal(err)
	}
	first.running.Wait()
	short, cancel := context.WithTimeout(t.Context(), 3*again)
	defer cancel()
	if i, err := Claim(short, data, Message{}); i != nil || !errors.Is(err, ErrBusy) {
		t.Errorf("%v, %v", i, err)
	}
	if err := Gone(short, data); !errors.Is(err, ErrBusy) {
		t.Errorf("gone: %v", err)
	}
	got := make(chan *Instance, 1)
	go func() {
		i, _ := Claim(t.Context(), data, Message{})
		got <- i
	}()
	if err := first.lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	i := <-got
	if i == nil {
		t.Fatal("not claimed")
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	if err := Gone(t.Context(), data); err != nil {
		t.Error(err)
	}
	if err := Gone(t.Context(), filepath.Join(data, "nothing")); err != nil {
		t.Error(err)
	}
}

// What a program does not take any more, since it is closing, is the next one's.
func TestClaimWhileClosing(t *testing.T) {
	data := t.TempDir()
	first := claim(t, data, Message{})
	refused := make(chan Message, 100)
	first.Handle(func(m Message) bool { refused <- m; return false })
	got := make(chan *Instance, 1)
	go func() {
		i, _ := Claim(t.Context(), data, Message{Args: []string{"--new"}})
		got <- i
	}()
	one, two := <-refused, <-refused // it is asked again
	if one.ID != two.ID {
		t.Errorf("%+v, then %+v", one, two)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	i := <-got
	if i == nil {
		t.Fatal("handed to a program that ends")
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

// What is no message is not handled, and does not stop the next one.
func TestGarbage(t *testing.T) {
	data := t.TempDir()
	first := claim(t, data, Message{})
	var h heard
	first.Handle(h.take)
	name, err := meeting(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, garbage := range []string{"", "\n", "GET / HTTP/1.1\n", strings.Repeat("a", maxMessage+10) + "\n"} {
		c, err := dial(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte(garbage)) // it may hang up first
		_ = c.Close()
	}
	if i, err := Claim(t.Context(), data, Message{Quit: true}); i != nil || err != nil {
		t.Error(i, err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if len(h.all) != 1 || !h.all[0].Quit {
		body, _ := json.Marshal(h.all)
		t.Errorf("%s", body)
	}
}
