package client

import (
	"bytes"
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
)

// sleeper passes TCP on to an address. When it has slept, the lines from before
// swallow what is sent and are never closed, as those of a PC that was moved.
type sleeper struct {
	listen net.Listener
	to     string

	mu    sync.Mutex
	age   int
	ends  []net.Conn
	group sync.WaitGroup
}

func newSleeper(t *testing.T, to string) *sleeper {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sleeper{listen: l, to: to}
	s.group.Go(s.run)
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.ends {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.group.Wait()
	})
	return s
}

func (s *sleeper) sleep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.age++
}

func (s *sleeper) run() {
	for {
		near, err := s.listen.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", s.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		s.mu.Lock()
		born := s.age
		s.ends = append(s.ends, near, far)
		s.mu.Unlock()
		s.group.Go(func() { s.pass(near, far, born) })
		s.group.Go(func() { s.pass(far, near, born) })
	}
}

func (s *sleeper) pass(from, to net.Conn, born int) {
	part := make([]byte, 32<<10)
	for {
		n, err := from.Read(part)
		s.mu.Lock()
		dead := s.age > born
		s.mu.Unlock()
		if dead && err == nil {
			continue
		}
		if !dead {
			_, _ = to.Write(part[:n])
		}
		if err != nil {
			if !dead {
				_ = to.Close()
			}
			return
		}
	}
}

// A line that died in silence costs one attempt, also when the portal speaks
// HTTP/2.
func TestDeadLine(t *testing.T) {
	s := httptest.NewUnstartedServer(answering(nil))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet(t)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	sleeper := newSleeper(t, s.Listener.Addr().String())
	d := newDesktop(t, "https://"+sleeper.listen.Addr().String(), secret)
	d.http.Transport = line.New(line.Config{CAFile: roots}).Transport(func() []string { return []string{d.Base()} })
	d.Answer = 500 * time.Millisecond
	expect(t, d.Send(t.Context(), request(t)), wanted{kind: desk.OutcomeReceived})
	sleeper.sleep()
	expect(t, d.Send(t.Context(), request(t)), wanted{kind: desk.OutcomeLost, code: desk.ReasonTimeout, reach: desk.ReachNetwork})
	expect(t, d.Send(t.Context(), request(t)), wanted{kind: desk.OutcomeReceived})
}

// An answer that comes before the bytes have left lets the transport read on
// for a while. The next round reads the same file meanwhile.
func TestEarlyAnswer(t *testing.T) {
	content := noise(t, 8<<20)
	path := filepath.Join(t.TempDir(), "held")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		k := &taker{there: true, size: int64(len(content))}
		rounds := 0
		var got []byte
		k.patch = func(w http.ResponseWriter, r *http.Request) {
			if rounds++; rounds == 1 {
				w.WriteHeader(http.StatusConflict) // and the body is not read
				_ = http.NewResponseController(w).Flush()
				return
			}
			got, _ = io.ReadAll(r.Body)
			k.set(func() { k.whole = true })
			tus(w, http.StatusNoContent)
		}
		s := httptest.NewServer(k)
		d := newDesktop(t, s.URL, secret)
		d.cfg.Open = func(context.Context, desk.Owner, desk.File) (io.ReadSeekCloser, error) { return os.Open(path) }
		expect(t, d.Send(t.Context(), request(t, d.file(t, "a.pdf", content))), wanted{kind: desk.OutcomeReceived})
		if !bytes.Equal(got, content) {
			t.Errorf("%d of %d bytes, or others, arrived in round %d", len(got), len(content), rounds)
		}
		s.Close()
	}
}
