//go:build linux && webkit2_41

package main

// #cgo pkg-config: webkit2gtk-4.1
// #include <webkit2/webkit2.h>
import "C"

import (
	"fmt"

	"guichet/app"
)

// The window's engine is a library here, and tells its version itself. Without a display
// the window's host would end as if it had crashed.
func init() {
	app.CanShow = func() bool { return C.gtk_init_check(nil, nil) != 0 }
	app.WebViewVersion = func() string {
		return fmt.Sprintf("%d.%d.%d", C.webkit_get_major_version(), C.webkit_get_minor_version(), C.webkit_get_micro_version())
	}
}
