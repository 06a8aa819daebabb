//go:build dev

package main

// hostFlags are what the development build of Wails understands.
var hostFlags = []string{"devserver", "assetdir", "frontenddevserverurl", "loglevel"}
