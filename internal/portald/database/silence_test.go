package database

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald/database/pgtest"
)

// silent is a line to PostgreSQL on which nothing arrives any more, and nobody is told: a
// firewall has forgotten it.
type silent struct {
	mu    sync.Mutex
	conns []net.Conn
	gate  chan struct{} // another one since the last silence began
}

// begin stops what comes on the lines that there are. New ones pass.
func (s *silent) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
}

func (s *silent) serve(t *testing.T, listen net.Listener, to string) {
	var group sync.WaitGroup
	t.Cleanup(func() {
		_ = listen.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		group.Wait()
	})
	group.Go(func() {
		for {
			near, err := listen.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			s.mu.Lock()
			s.conns = append(s.conns, near, far)
			since := s.gate
			s.mu.Unlock()
			group.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
			group.Go(func() {
				_, _ = io.Copy(writer(func(b []byte) (int, error) {
					s.mu.Lock()
					quiet := s.gate != since
					s.mu.Unlock()
					if quiet {
						return len(b), nil // lost on the way
					}
					return near.Write(b)
				}), far)
				_ = near.Close()
			})
		}
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// TestNewsErrSilence has the line on which a process listens fall silent: it hears of what
// others change all the same.
func TestNewsErrSilence(t *testing.T) {
	direct := pgtest.Address(t)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	listen, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	line := &silent{}
	line.serve(t, listen, filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"))
	u.RawQuery = url.Values{"host": {folder}}.Encode()
	d, err := OpenPostgres(t.Context(), u.String(), scripts, pulse)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	other, err := OpenPostgres(t.Context(), direct, scripts, pulse)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	hears := func() {
		t.Helper()
		news := d.News()
		do(t, other, "INSERT INTO counter (id, n) VALUES ('a', 1) ON CONFLICT (id) DO UPDATE SET n=counter.n+1")
		other.Changed()
		select {
		case <-news:
		case <-time.After(4 * atLatest):
			t.Fatal("it has heard nothing")
		}
	}
	hears()
	line.begin()
	hears()
}
