// Command atspi is what a screen reader is told of Guichet's window, for the tests: its
// accessibility tree by AT-SPI 2, the protocol of Linux desktops, and what it announces.
// It listens on the bus of AT_SPI_BUS_ADDRESS, prints its own address, and answers there
// in JSON. It judges nothing: what names and roles there must be, the tests say.
//
// Roles, states and signals are those of the interfaces that at-spi2-core describes
// (xml/Accessible.xml, xml/Event.xml and atspi/atspi-constants.h).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// answersWithin bounds what the window is asked: one that hangs must fail a test.
const answersWithin = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "atspi:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	heard := newHearing()
	conn, err := dbus.Connect(os.Getenv("AT_SPI_BUS_ADDRESS"), dbus.WithContext(ctx), dbus.WithSignalHandler(heard))
	if err != nil {
		return fmt.Errorf("connect to the accessibility bus: %w", err)
	}
	defer conn.Close()
	if err := heard.listen(ctx, conn); err != nil {
		return fmt.Errorf("listen to the window: %w", err)
	}
	go heard.note(conn) // until the connection ends, with the program
	line, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the tests: %w", err)
	}
	server := &http.Server{Handler: handler(conn, heard), ReadHeaderTimeout: answersWithin}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Printf("http://%s\n", line.Addr())
	if err := server.Serve(line); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// handler answers what is asked of the only window on the bus.
func handler(conn *dbus.Conn, heard *hearing) http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern string, do func(context.Context, ref) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), answersWithin)
			defer cancel()
			what, err := do(ctx, refOf(r.FormValue("ref")))
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			json.NewEncoder(w).Encode(what)
		})
	}
	answer("GET /tree", func(ctx context.Context, _ ref) (any, error) {
		app, err := application(ctx, conn)
		if err != nil {
			return nil, err
		}
		return app.walk(ctx, conn)
	})
	// Both answer whether it was done.
	answer("POST /focus", func(ctx context.Context, on ref) (done any, err error) {
		var focused bool
		err = on.call(ctx, conn, "Component.GrabFocus").Store(&focused)
		return focused, err
	})
	answer("POST /act", func(ctx context.Context, on ref) (done any, err error) {
		var acted bool
		err = on.call(ctx, conn, "Action.DoAction", int32(0)).Store(&acted)
		return acted, err
	})
	answer("POST /heard", func(ctx context.Context, _ ref) (any, error) {
		app, err := application(ctx, conn)
		if err != nil {
			return nil, err
		}
		return heard.take(ctx, conn, app)
	})
	return mux
}

// ref is an object on the bus.
type ref struct {
	Owner string
	Path  dbus.ObjectPath
}

func (r ref) String() string { return r.Owner + string(r.Path) }

func refOf(text string) ref {
	owner, path, _ := strings.Cut(text, "/")
	return ref{owner, dbus.ObjectPath("/" + path)}
}

func (r ref) call(ctx context.Context, conn *dbus.Conn, method string, args ...any) *dbus.Call {
	return conn.Object(r.Owner, r.Path).CallWithContext(ctx, "org.a11y.atspi."+method, 0, args...)
}

var desktop = ref{"org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}

// application is the program on the bus, which is there for one only.
func application(ctx context.Context, conn *dbus.Conn) (ref, error) {
	var found []ref
	if err := desktop.call(ctx, conn, "Accessible.GetChildren").Store(&found); err != nil {
		return ref{}, fmt.Errorf("ask for programs: %w", err)
	}
	if len(found) != 1 {
		return ref{}, fmt.Errorf("there are %d programs on the bus", len(found))
	}
	return found[0], nil
}
