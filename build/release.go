package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// release makes keys and signs releases for desks; what it can do, it says itself. It
// may ask for a password, and so has the terminal.
func release(ctx context.Context, args []string) error {
	c := exec.CommandContext(ctx, "go", append([]string{"run", "./internal/cmd/release"}, args...)...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}
