// Package e2e holds what `go run ./build bench` needs: a tool that fills a data
// folder with drafts, and the blank window that the start is measured against.
// The tests of the whole are in app (the desk without its window) and in
// frontend/e2e (the window).
package e2e
