//go:build !windows

package launch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// runtimeDirs has the folders that systemd makes for users, by their number.
var runtimeDirs = "/run/user"

// meeting is the socket at which the programs of a data folder meet, in a folder that
// is this user's alone: paths of sockets are too short for data folders. A start that
// was not told of that folder (by su, say) finds it as well.
func meeting(data string) (string, error) {
	name, err := short(data)
	if err != nil {
		return "", err
	}
	dir := cmp.Or(os.Getenv("XDG_RUNTIME_DIR"), filepath.Join(runtimeDirs, strconv.Itoa(os.Getuid())))
	if owned(dir) != nil {
		dir = filepath.Join(os.TempDir(), fmt.Sprintf("guichet-%d", os.Getuid()))
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return "", err
		}
		if err := owned(dir); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, name+".sock"), nil
}

// owned tells whether a folder is this user's, and nobody else can reach into it.
func owned(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not this user's alone", dir)
	}
	return nil
}

// listen takes the place of a program that died; whoever calls it has the lock.
func listen(name string) (net.Listener, error) {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", name)
}

func dial(ctx context.Context, name string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", name)
}
