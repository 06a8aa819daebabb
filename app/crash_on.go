//go:build production

package app

// monitors: the program that is given to users is watched over.
const monitors = true
