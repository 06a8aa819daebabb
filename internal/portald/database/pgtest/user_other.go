//go:build !linux

package pgtest

import (
	"os"
	"syscall"
)

var immediately = os.Kill

func unprivileged() *syscall.SysProcAttr { return nil }

func own(string) error { return nil }
