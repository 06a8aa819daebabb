//go:build !windows

package attach

import (
	"errors"
	"os"
)

// syncDir makes the names in a folder safe.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// renameSafely renames; syncDir makes it safe.
func renameSafely(from, to string) error { return os.Rename(from, to) }

// openShared opens for reading: an open file is in nobody's way here.
func openShared(path string) (*os.File, error) { return os.Open(path) }

// Nobody holds a file against its owner here.
func heldForReading(error) bool { return false }

func heldForChange(error) bool { return false }
