//go:build bindings

package app

import "guichet/internal/launch"

// applied does nothing, since what writes the bindings is nothing that was installed.
func applied(*Config) (done bool, code int, err error) { return false, 0, nil }

// claim does nothing: a program that only writes the bindings has no data folder.
func (a *App) claim(launch.Message) (done func(), err error) { return func() {}, nil }
