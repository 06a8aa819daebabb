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

// options are the command's flags.
type options struct {
	listen, data, people, oidc, catalogue, contracts string
	demo                                             bool
}

func run() error {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:8480", "address, host:port; port 0 takes a free one")
	flag.StringVar(&o.data, "data", "portald-data", "folder for database and files")
	flag.BoolVar(&o.demo, "demo", false, "demo persons with a sign-in page of their own and, unless --people names others, demo requests and a support agent; loopback only")
	flag.StringVar(&o.oidc, "oidc", "", "JSON file that says whose access tokens are taken and how they are read")
	flag.StringVar(&o.people, "people", "", "JSON file with persons and their roles: of the demo's sign-in page, or whom to name as a practice's admins")
	flag.StringVar(&o.catalogue, "catalogue", "", "JSON file with a newer catalogue")
	flag.StringVar(&o.contracts, "contracts", "", "JSON file with the contracts of the practices; the demo has some of its own")
	flag.Parse()

	cfg, err := configure(o)
	if err != nil {
		return err
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
		Issuer  string           `json:"issuer"`
		People  []portald.Person `json:"people,omitempty"`
	}{Event: "ready", Address: s.Address(), Issuer: cfg.OIDC.Issuer}
	if o.demo {
		ready.People = cfg.People
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

// configure makes the portal's configuration of the flags and their files.
func configure(o options) (portald.Config, error) {
	cfg := portald.Config{Listen: o.listen, Data: o.data, Demo: o.demo && o.people == "", Log: zerolog.New(os.Stderr).With().Timestamp().Logger()}
	if o.demo && o.oidc != "" {
		return cfg, errors.New("--demo signs people in itself: give --demo or --oidc")
	}
	if o.people != "" {
		body, err := os.ReadFile(o.people)
		if err != nil {
			return cfg, fmt.Errorf("read persons: %w", err)
		}
		if cfg.People, err = portald.ParsePeople(body); err != nil {
			return cfg, err
		}
	}
	if o.oidc != "" {
		body, err := os.ReadFile(o.oidc)
		if err != nil {
			return cfg, fmt.Errorf("read sign-in: %w", err)
		}
		c, err := portald.ParseOIDC(body)
		if err != nil {
			return cfg, err
		}
		cfg.OIDC = &c
	}
	if o.catalogue != "" {
		var err error
		if cfg.Catalogue, err = os.ReadFile(o.catalogue); err != nil {
			return cfg, fmt.Errorf("read catalogue: %w", err)
		}
	}
	if o.contracts != "" {
		body, err := os.ReadFile(o.contracts)
		if err != nil {
			return cfg, fmt.Errorf("read contracts: %w", err)
		}
		if cfg.Contracts, err = portald.ParseContracts(body); err != nil {
			return cfg, err
		}
	}
	if o.demo {
		return cfg, withDemo(&cfg)
	}
	return cfg, nil
}
