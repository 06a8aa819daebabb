package pgtest

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// immediately ends PostgreSQL without a word to its clients, and without a
// checkpoint.
var immediately = syscall.SIGQUIT

// account is who it runs as: it refuses to run as root.
func account() (uid, gid uint32) {
	const nobody = 65534
	who, err := user.Lookup("postgres")
	if err != nil {
		return nobody, nobody
	}
	u, _ := strconv.ParseUint(who.Uid, 10, 32)
	g, _ := strconv.ParseUint(who.Gid, 10, 32)
	return uint32(u), uint32(g)
}

// unprivileged has a program end with this one, and not run as root.
func unprivileged() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() == 0 {
		uid, gid := account()
		attr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	return attr
}

func own(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := account()
	return os.Chown(folder, int(uid), int(gid))
}
