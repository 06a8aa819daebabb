// Command build is everything that is done with this repository: run, test,
// check, package, soak, bench. It installs what is missing and says so. It uses the
// standard library only, since it runs before anything else can be built.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var commands = []struct {
	name, what string
	do         func(ctx context.Context, args []string) error
}{
	{"run", "start the demo portal and open Guichet connected to it", run},
	{"test", "everything that CI runs", test},
	{"check", "format, vet, lint, types, generated files", check},
	{"package", "what is given to users, in build/bin: programs, setup for Windows, .deb, archive, their parts and sums", pack},
	{"release", "keys and signed releases that desks update themselves from", release},
	{"sign", "sign Windows programs with the certificate that the environment names (see build/sign.go)", signFiles},
	{"soak", "the proofs of internal/e2e in their long versions, and fuzzing; hours", soak},
	{"bench", "what is promised of speed and size, as ratios against a baseline beside it; bench portal and so on measure one", bench},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := dispatch(ctx); err != nil {
		if ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "build:", err)
		}
		stop()
		os.Exit(1)
	}
}

func dispatch(ctx context.Context) error {
	if len(os.Args) > 1 {
		for _, c := range commands {
			if c.name == os.Args[1] {
				if err := toRoot(); err != nil {
					return err
				}
				return c.do(ctx, os.Args[2:])
			}
		}
	}
	fmt.Fprintln(os.Stderr, "go run ./build COMMAND")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.what)
	}
	return errors.New("which command?")
}

// toRoot makes the repository's top the working folder.
func toRoot() error {
	for range 4 {
		if _, err := os.Stat("wails.json"); err == nil {
			return nil
		}
		if err := os.Chdir(".."); err != nil {
			return fmt.Errorf("find the repository: %w", err)
		}
	}
	return errors.New("run this inside the repository of Guichet")
}
