// Command portald runs the reference portal. When it is ready it prints one
// line of JSON with its address; SIGINT and SIGTERM end it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"guichet/internal/portald"

	"github.com/rs/zerolog"
)

// stopWithin is how long calls under way may take to finish.
const stopWithin = 5 * time.Second

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "portald:", err)
		os.Exit(1)
	}
}

func run() error {
	listen := flag.String("listen", "127.0.0.1:8480", "address, host:port; port 0 takes a free one")
	data := flag.String("data", "portald-data", "folder for database and files")
	demo := flag.Bool("demo", false, "demo persons, demo requests and a support agent; loopback only")
	people := flag.String("people", "", "JSON file with persons, their tokens and roles")
	catalogue := flag.String("catalogue", "", "JSON file with a newer catalogue")
	flag.Parse()

	if *demo && *people != "" {
		return errors.New("--demo brings its own persons: give --demo or --people, not both")
	}
	cfg := portald.Config{Listen: *listen, Data: *data, Demo: *demo, Log: zerolog.New(os.Stderr).With().Timestamp().Logger()}
	if *demo {
		cfg.People = portald.DemoPeople()
	}
	if *people != "" {
		body, err := os.ReadFile(*people)
		if err != nil {
			return fmt.Errorf("read persons: %w", err)
		}
		if cfg.People, err = portald.ParsePeople(body); err != nil {
			return err
		}
	}
	if *catalogue != "" {
		var err error
		if cfg.Catalogue, err = os.ReadFile(*catalogue); err != nil {
			return fmt.Errorf("read catalogue: %w", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := portald.New(cfg)
	if err := s.Start(ctx); err != nil {
		return err
	}
	ready := struct {
		Event   string           `json:"event"`
		Address string           `json:"address"`
		People  []portald.Person `json:"people,omitempty"`
	}{Event: "ready", Address: s.Address()}
	if *demo {
		ready.People = cfg.People // their tokens are no secret
	}
	if err := json.NewEncoder(os.Stdout).Encode(ready); err != nil {
		return fmt.Errorf("say ready: %w", err)
	}
	<-ctx.Done()
	stop() // a second signal ends it at once
	end, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return s.Stop(end)
}
