//go:build !production

package app

// monitors: whoever develops and tests sees crashes in the console.
const monitors = false
