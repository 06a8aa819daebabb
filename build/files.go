package main

import (
	"errors"
	"os"
	"path/filepath"
)

// copyFile copies a small file and sets who may do what with it.
func copyFile(from, to string, mode os.FileMode) error {
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return putFile(to, body, mode)
}

// putFile writes a file, its folder as well, whatever the umask says.
func putFile(path string, body []byte, mode os.FileMode) error {
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, body, mode), os.Chmod(path, mode))
}
