// Package e2e looks at the whole from outside: the real app with its own store
// and files, the real portal, as a process where it has to die, and between the
// two a Line that breaks at any step of the protocol. What the proofs share is
// here; they themselves are its tests, short in every run and long in `go run
// ./build soak`. The package also holds what `go run ./build bench` measures
// against. It is part of no program, and replaces no test of a room by itself;
// the window is driven from frontend/e2e.
package e2e
