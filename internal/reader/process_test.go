package reader

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"guichet/internal/desk"
)

func newReader(fault string) *Reader {
	r := New("")
	r.Args = []string{Argument, fault}
	if fault == "" {
		r.Args = r.Args[:1]
	}
	return r
}

// Whatever a child does, the reading ends, with what was found until then and the
// reason why there is no more.
func TestReadBrokenOff(t *testing.T) {
	tests := map[string]struct {
		fault  string
		time   time.Duration
		memory int64
		want   string
	}{
		"ErrHangs":   {"hang", 3 * time.Second, usualMemory, desk.UnreadTime},
		"ErrSpins":   {"spin", 3 * time.Second, usualMemory, desk.UnreadTime},
		"ErrFloods":  {"flood", 3 * time.Second, usualMemory, desk.UnreadSize + " " + desk.UnreadTime},
		"ErrEats":    {"eat", time.Minute, 100 << 20, desk.UnreadMemory},
		"ErrCrashes": {"crash", time.Minute, usualMemory, desk.UnreadFailed},
		"ErrBabbles": {"babble", time.Minute, usualMemory, desk.UnreadFailed},
		"ErrUnknown": {"no such fault", time.Minute, usualMemory, desk.UnreadFailed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(tt.fault)
			r.Time, r.Memory = tt.time, tt.memory
			got, err := r.Read(t.Context(), File{Name: "devis.pdf", Data: make([]byte, 8<<20)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var reasons []string
			for _, u := range got.Unread {
				reasons = append(reasons, u.Reason)
			}
			if strings.Join(reasons, " ") != tt.want {
				t.Fatalf("unread: %+v, want %q", got.Unread, tt.want)
			}
			switch tt.fault {
			case "no such fault":
			case "flood":
				if len(got.Findings) != maxFindings {
					t.Errorf("%d findings", len(got.Findings))
				}
			default:
				if len(got.Findings) != 1 || got.Findings[0].Tail != "42" || got.Unread[0].Place.Page != 7 {
					t.Errorf("what it had said is lost: %+v", got)
				}
			}
		})
	}
}

// A file that cannot be read to its end was not looked at, whatever the child says of
// its beginning.
func TestReadFaultySource(t *testing.T) {
	r := New("")
	from := io.MultiReader(strings.NewReader("Bonjour, tout va bien.\n"), iotest.ErrReader(errors.New("the share has gone")))
	out, err := r.Read(t.Context(), File{Name: "a.txt", From: from, Size: 1000}, nil)
	if err != nil || len(out.Unread) != 1 || out.Unread[0].Reason != desk.UnreadFailed {
		t.Errorf("%+v, %v", out, err)
	}
}

// What a file is expected to have is a guess: it may have grown or shrunk since.
func TestReadOtherSize(t *testing.T) {
	for _, size := range []int64{0, 10, 1 << 20} {
		r := New("")
		out, err := r.Read(t.Context(), File{Name: "a.txt", From: strings.NewReader("IBAN FR7630006000011234567890189"), Size: size}, nil)
		if err != nil || len(out.Unread) > 0 || len(out.Findings) != 1 {
			t.Errorf("%d: %+v, %v", size, out, err)
		}
	}
}

func TestReadWithoutProgram(t *testing.T) {
	r := newReader("")
	r.Program = filepath.Join(t.TempDir(), "gone")
	got, err := r.Read(t.Context(), File{Name: "a.txt", Data: []byte("a")}, nil)
	if err != nil || len(got.Unread) != 1 || got.Unread[0].Reason != desk.UnreadFailed {
		t.Fatalf("%+v, %v", got, err)
	}
}

// Who stops a reading waits for no child, and gets no reading for one.
func TestReadStopped(t *testing.T) {
	r := newReader("hang")
	stop := errors.New("stopped by the person")
	ctx, cancel := context.WithCancelCause(t.Context())
	if _, err := r.Read(ctx, File{Name: "a.txt", Data: []byte("a")}, func(Progress) { cancel(stop) }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
}

// As many children as there are turns run at a time; one that waits can be stopped.
func TestReadTurns(t *testing.T) {
	r := newReader("hang")
	busy, free := context.WithCancel(t.Context())
	running, ended := make(chan bool, atATime), make(chan error, atATime)
	for range atATime {
		go func() {
			_, err := r.Read(busy, File{Name: "a.txt"}, func(Progress) { running <- true })
			ended <- err
		}()
	}
	for range atATime {
		<-running
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := func(Progress) { t.Error("a third child runs") }
	if _, err := r.Read(ctx, File{Name: "a.txt"}, began); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	free()
	for range atATime {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

// A cache that cannot be filled is not tried with every file, but it is again later.
func TestWarmFails(t *testing.T) {
	r, started, now := newReader(""), t.TempDir(), time.Now()
	r.Args, r.Cache, r.Now = []string{Argument, "count", started}, t.TempDir(), func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {0, 1}, {warmAgain - time.Second, 1}, {time.Second, 2}, {0, 2}} {
		now = now.Add(step.after)
		if err := r.Warm(t.Context()); err == nil {
			t.Error("nothing is told")
		}
		if n := len(names(t, started)); n != step.want {
			t.Errorf("tried %d times, want %d", n, step.want)
		}
	}
	if _, err := r.Read(t.Context(), File{Name: "a.pdf", Data: []byte("%PDF-1.7")}, nil); err != nil || len(names(t, started)) != 3 {
		t.Errorf("%d children, %v", len(names(t, started)), err)
	}
}

// Who gives up waits for nobody who warms, and that was no failure.
func TestWarmStopped(t *testing.T) {
	r, started := newReader(""), t.TempDir()
	r.Args, r.Cache = []string{Argument, "count", started}, t.TempDir()
	r.warm <- struct{}{} // somebody does
	stop := errors.New("stopped by the person")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if err := r.Warm(ctx); !errors.Is(err, stop) {
		t.Error(err)
	}
	if _, err := r.Read(ctx, File{Name: "a.pdf", Data: []byte("%PDF-1.7")}, nil); !errors.Is(err, stop) {
		t.Error(err)
	}
	<-r.warm
	if err := r.Warm(ctx); !errors.Is(err, stop) || len(names(t, started)) > 0 {
		t.Errorf("%d children, %v", len(names(t, started)), err)
	}
	if err := r.Warm(t.Context()); err == nil || len(names(t, started)) != 1 {
		t.Errorf("%d children, %v", len(names(t, started)), err)
	}
}

func TestMakeBounded(t *testing.T) {
	if out, err := newReader("bytes").Page(t.Context(), File{Name: "a.pdf"}, 1, 100); err == nil || out != nil {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

// A child leaves nothing behind: no file, no process.
func TestChildrenGone(t *testing.T) {
	r := newReader("spin")
	r.Time = 100 * time.Millisecond
	before := children(t)
	if _, err := r.Read(t.Context(), File{Name: "a.txt"}, nil); err != nil {
		t.Fatal(err)
	}
	if after := children(t); after > before {
		t.Errorf("%d children before, %d after", before, after)
	}
}

// children counts the processes that this one has started and not buried, where the
// system tells.
func children(t *testing.T) int {
	t.Helper()
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	n := 0
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for _, c := range text {
			if c == ' ' {
				n++
			}
		}
	}
	return n
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
