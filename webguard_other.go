//go:build !(linux && production && webkit2_41)

package main

import "guichet/app"

// guardWebProcess does nothing here: WebView2 and WKWebView bring a dead page
// back by themselves, and the development window is a browser's.
func guardWebProcess(app.HostLog) {}
