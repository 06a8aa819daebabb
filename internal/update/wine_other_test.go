//go:build !windows

package update

func lostByWine(error) bool { return false }
