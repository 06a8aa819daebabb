//go:build !windows

package line

import (
	"context"
	"net/url"
	"syscall"
)

// What this system says of a host that nothing listens on, or that there is no
// way to.
const (
	errClosed = syscall.ECONNREFUSED
	errNoHost = syscall.EHOSTUNREACH
	errNoNet  = syscall.ENETUNREACH
)

// systemProxy: this system has no settings of its own that all programs follow;
// the environment is what there is. What GNOME keeps is in a database of its
// desktop, to be asked by a program or a library of it, and desktops that have it
// put it into the environment of what they start.
func systemProxy(context.Context, *url.URL) (proxy, from string) { return "", FromNothing }
