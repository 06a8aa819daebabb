package support

import (
	"os"
	"strings"
)

// leastWebKit is what the packages ask for.
const leastWebKit = "2.40"

// systemName is what the system calls itself.
func systemName() (name string, old bool) {
	body, err := os.ReadFile("/etc/os-release")
	if err == nil {
		for line := range strings.Lines(string(body)) {
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
				return strings.Trim(value, `"'`), false
			}
		}
	}
	return "Linux", false
}

// webView: without WebKitGTK this program does not begin, so that it is there.
func webView(version string) Finding {
	facts := Facts{"engine": "WebKitGTK", "version": version, "least": leastWebKit}
	switch {
	case version == "":
		return Finding{Code: "unknown"}
	case older(version, leastWebKit):
		return Finding{Code: "old", Facts: facts}
	}
	return Finding{Code: "ok", Facts: facts}
}
