// Package e2e looks at the program from outside: real processes, real SQLite
// files, a real portal. It holds tests only, what they share, and the blank
// window that the start is measured against.
package e2e
