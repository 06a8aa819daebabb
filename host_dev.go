//go:build dev

package main

import (
	"net/http"
	"os"

	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
)

// hostFlags are what the development build of Wails understands.
var hostFlags = []string{"devserver", "assetdir", "frontenddevserverurl", "loglevel"}

// assetMiddleware leaves the program's own window empty if GUICHET_BLANK is set: the
// end-to-end tests look at the page in a browser, and a second one that nobody looks at
// would take a fifth of their time.
func assetMiddleware() assetserver.Middleware {
	if os.Getenv("GUICHET_BLANK") == "" {
		return nil
	}
	return func(page http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "wails" { // a browser
				page.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><html><head></head><body></body></html>"))
		})
	}
}
