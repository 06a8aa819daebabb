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
	"slices"
	"strings"
	"syscall"
	"time"

	"guichet/internal/portald"
	"guichet/internal/portald/admin"
)

// stopWithin is how long calls under way may take to finish.
const stopWithin = 5 * time.Second

func main() {
	private()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "portald:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	o, err := parse(args, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	cfg, err := configure(o)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(o.rest) > 0 {
		return command(ctx, o, cfg)
	}
	if o.demo {
		if err := withDemo(&cfg); err != nil {
			return err
		}
	}
	for _, f := range cfg.Exposed(time.Now()) { // desks find it out; others may have a way around
		cfg.Log.Warn().Str("setting", f.Setting).Msg(f.Problem)
	}
	s := portald.New(cfg)
	if err := s.Start(ctx); err != nil {
		return err
	}
	ready := struct {
		Event   string           `json:"event"`
		Address string           `json:"address"`
		Issuer  string           `json:"issuer"`
		Admin   string           `json:"admin,omitempty"`
		People  []portald.Person `json:"people,omitempty"`
	}{Event: "ready", Address: s.Address(), Issuer: cfg.OIDC.Issuer}
	if cfg.Admin != nil {
		ready.Admin = cfg.Admin.URL + admin.Path
	}
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

// command does what is asked for in the place of serving.
func command(ctx context.Context, o options, cfg portald.Config) error {
	switch name, of := o.rest[0], o.rest[1:]; {
	case name == "check-config" && len(of) == 0:
		return checkConfig(ctx, cfg, os.Stdout)
	case name == "purge" && len(of) == 1:
		err := portald.Purge(ctx, cfg, of[0], o.untold, time.Now)
		if errors.Is(err, portald.ErrUntold) {
			return fmt.Errorf("%w: with --untold it is purged all the same, and the help desk never learns of it", err)
		}
		if err == nil {
			fmt.Printf("the content of %s is gone here; not from its ticket, from desks and from older backups\n", of[0])
		}
		return err
	case name == "backup" && len(of) == 1:
		return counted(portald.Backup(ctx, cfg, of[0]))
	case name == "restore" && len(of) == 1:
		return counted(portald.Restore(ctx, cfg, of[0], o.skip))
	}
	if slices.ContainsFunc(o.rest, func(arg string) bool { return strings.HasPrefix(arg, "-") }) {
		return fmt.Errorf("flags stand before what a command is for: portald %s [flags] …", o.rest[0])
	}
	return fmt.Errorf("there is no command %q: portald --help tells which there are", strings.Join(o.rest, " "))
}

// counted says how many files were copied.
func counted(files int, err error) error {
	if err == nil {
		fmt.Printf("the rows and %d files, each with its hash\n", files)
	}
	return err
}
