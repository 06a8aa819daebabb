//go:build !linux && !windows

package support

import "runtime"

func systemName() (name string, old bool) { return runtime.GOOS, false }

func webView(string) Finding { return Finding{Code: "unknown"} }
