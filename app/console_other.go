//go:build !windows

package app

// attached is a console that can be written to: it always is, here.
func (c console) attached() console { return c }
