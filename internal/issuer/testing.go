package issuer

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"
)

// Twin is an issuer on loopback for the tests of other rooms. It keeps its
// address and what its File holds over Down and Up.
type Twin struct {
	*Issuer
	URL string

	tb     testing.TB
	cfg    Config
	listen string
	server *http.Server
	done   chan struct{}
}

// Run starts an issuer on an address of its own, until the test ends. edit,
// which may be nil, changes what is started; URL is set already.
func Run(tb testing.TB, edit func(*Config)) *Twin {
	tb.Helper()
	t := &Twin{tb: tb, listen: "127.0.0.1:0"}
	listen := t.take()
	t.listen = listen.Addr().String()
	t.URL = "http://" + t.listen
	t.cfg = Config{
		URL: t.URL, Audience: "guichet-portal", Scope: "guichet",
		People: []Person{{ID: "anne", Name: "Anne Le Goff", Practices: []Practice{{ID: "cabinet", Name: "Cabinet", Town: "Brest", Roles: []string{"admin"}}}}},
	}
	if edit != nil {
		edit(&t.cfg)
	}
	t.serve(listen)
	tb.Cleanup(t.Down)
	return t
}

func (t *Twin) take() net.Listener {
	t.tb.Helper()
	listen, err := net.Listen("tcp", t.listen)
	if err != nil {
		t.tb.Fatalf("listen: %v", err)
	}
	return listen
}

func (t *Twin) serve(listen net.Listener) {
	t.tb.Helper()
	issuer, err := New(t.cfg)
	if err != nil {
		t.tb.Fatalf("make issuer: %v", err)
	}
	server, done := &http.Server{Handler: issuer, ReadHeaderTimeout: 10 * time.Second}, make(chan struct{})
	t.Issuer, t.server, t.done = issuer, server, done
	go func() {
		defer close(done)
		if err := server.Serve(listen); !errors.Is(err, http.ErrServerClosed) {
			t.tb.Errorf("serve issuer: %v", err)
		}
	}()
}

// Up starts it again at the same address.
func (t *Twin) Up() {
	t.tb.Helper()
	t.serve(t.take())
}

// Down stops it at once. It may be called twice.
func (t *Twin) Down() {
	t.tb.Helper()
	if t.server == nil {
		return
	}
	if err := t.server.Close(); err != nil {
		t.tb.Errorf("stop issuer: %v", err)
	}
	<-t.done
	t.server = nil
}

// SignIn is the function of that name within the test.
func (t *Twin) SignIn(ctx context.Context, authorize, person string) Arrival {
	t.tb.Helper()
	out, err := SignIn(ctx, authorize, person)
	if err != nil {
		t.tb.Fatal(err)
	}
	return out
}
