package support

import (
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// oldest is the first build of Windows that WebView2 is still made for: 10, version 1809.
const oldest = 17763

// systemName is what the system calls itself.
func systemName() (name string, old bool) {
	v := windows.RtlGetVersion()
	name = fmt.Sprintf("Windows %d", v.MajorVersion)
	if v.MajorVersion == 10 && v.BuildNumber >= 22000 {
		name = "Windows 11"
	}
	name = fmt.Sprintf("%s (%d)", name, v.BuildNumber)
	if key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\Windows NT\CurrentVersion`, registry.QUERY_VALUE); err == nil {
		if display, _, err := key.GetStringValue("DisplayVersion"); err == nil {
			name += " " + display
		}
		_ = key.Close() // it was only read
	}
	return name, v.BuildNumber < oldest
}

// Where WebView2 says which version it has, as Microsoft documents it for installers.
const (
	webViewClient  = `{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}`
	forMachine64   = `SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\` + webViewClient
	forUserOr32Bit = `SOFTWARE\Microsoft\EdgeUpdate\Clients\` + webViewClient
)

func webView(string) Finding {
	for _, at := range []struct {
		root registry.Key
		path string
	}{{registry.LOCAL_MACHINE, forMachine64}, {registry.LOCAL_MACHINE, forUserOr32Bit}, {registry.CURRENT_USER, forUserOr32Bit}} {
		key, err := registry.OpenKey(at.root, at.path, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		version, _, err := key.GetStringValue("pv")
		_ = key.Close() // it was only read
		if err == nil && version != "" && version != "0.0.0.0" {
			return Finding{Code: "ok", Facts: Facts{"engine": "WebView2", "version": version}}
		}
	}
	return Finding{Code: "missing", Facts: Facts{"engine": "WebView2"}}
}
