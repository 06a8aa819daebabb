package disk

import "golang.org/x/sys/windows"

// Free is how many bytes this account can still write where a folder is, or is to be.
func Free(path string) (int64, error) {
	name, err := windows.UTF16PtrFromString(Nearest(path))
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(free), nil
}
