//go:build !windows

package main

import (
	"fmt"
	"os"
	"syscall"
)

// fail says why the window could not be opened.
func fail(err error) { fmt.Fprintln(os.Stderr, "guichet:", err) }

// leaveNoCore keeps the system from writing this program's memory, and that of
// the processes that draw its page, to the disk when one of them crashes: all that
// is sealed elsewhere stands in it in clear. One byte is too small for a file, and
// tells Linux not to hand it to a program that collects crashes either, which it
// does at a limit of zero.
func leaveNoCore() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 1, Max: 1}) }
