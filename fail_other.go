//go:build !windows

package main

import (
	"fmt"
	"os"
)

// fail says why the window could not be opened.
func fail(err error) { fmt.Fprintln(os.Stderr, "guichet:", err) }
