//go:build !unix

package main

// private does nothing: here a file is for whom its folder is.
func private() {}
