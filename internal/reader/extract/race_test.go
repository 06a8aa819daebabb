//go:build race

package extract_test

// raced says that everything is many times slower, and larger, than it is.
const raced = true
