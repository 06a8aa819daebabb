//go:build unix

package main

import "syscall"

// private keeps what the program writes from other users of the machine, whoever made the
// folder: rows and files are what practices have written.
func private() { syscall.Umask(0o077) }
