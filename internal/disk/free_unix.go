//go:build !windows

package disk

import "golang.org/x/sys/unix"

// Free is how many bytes this account can still write where a folder is, or is to be.
func Free(path string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(Nearest(path), &fs); err != nil {
		return 0, err
	}
	return int64(uint64(fs.Bavail) * uint64(fs.Bsize)), nil
}
