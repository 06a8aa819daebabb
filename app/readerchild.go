package app

import (
	"os"

	"guichet/internal/reader"
)

// IsReader tells whether this program was started by itself to look into a file of
// others, see package reader.
func IsReader(args []string) bool { return len(args) == 2 && args[1] == reader.Argument }

// ServeReader looks into that file and returns what the program ends with.
func ServeReader() int { return reader.Serve(os.Stdin, os.Stdout) }
