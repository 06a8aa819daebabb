package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guichet/internal/portald"
	"guichet/internal/portald/helpdesk"
)

// checkWithin bounds how long the help desk is asked.
const checkWithin = 2 * time.Minute

// checkConfig looks at all that can be known before the portal runs, and says each
// thing in a line. It is an error if it could not work.
func checkConfig(ctx context.Context, cfg portald.Config, out io.Writer) error {
	if cfg.OIDC == nil {
		return errors.New("nobody could sign in: give --oidc FILE")
	}
	if err := cfg.Check(); err != nil {
		return err
	}
	fmt.Fprintln(out, "the files can be read, and what is in them holds")
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	if fatal := say(out, portald.Look(ctx, cfg, time.Now())); fatal > 0 {
		return fmt.Errorf("the portal could not work: %d to mend", fatal)
	}
	fmt.Fprintln(out, "addresses, folders, database, files and issuer are there")
	if cfg.Helpdesk == nil {
		fmt.Fprintln(out, "there is no help desk behind the portal (--helpdesk)")
		return nil
	}
	findings, err := cfg.Helpdesk.Check(ctx)
	if err != nil {
		return fmt.Errorf("ask the help desk: %w", err)
	}
	if fatal := say(out, findings); fatal > 0 {
		return fmt.Errorf("the help desk does not have all that the mapping names: %d to mend", fatal)
	}
	fmt.Fprintln(out, "the help desk has all that the mapping names")
	return nil
}

// say writes findings, a line each, and counts those with which it could not work.
func say(out io.Writer, findings []helpdesk.Finding) (fatal int) {
	for _, f := range findings {
		kind := "note"
		if f.Fatal {
			kind = "wrong"
			fatal++
		}
		fmt.Fprintf(out, "%s: %s: %s\n", kind, f.Setting, f.Problem)
	}
	return fatal
}
