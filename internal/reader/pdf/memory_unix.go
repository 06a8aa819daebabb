//go:build unix

package pdf

import "golang.org/x/sys/unix"

func reserve(n int) ([]byte, error) {
	return unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
}

// commit has nothing to do: pages are taken when they are touched.
func commit([]byte) error { return nil }

func release(room []byte) {
	if room != nil {
		_ = unix.Munmap(room)
	}
}
