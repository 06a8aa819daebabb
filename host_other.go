//go:build !dev

package main

import "github.com/wailsapp/wails/v2/pkg/options/assetserver"

var hostFlags []string

func assetMiddleware() assetserver.Middleware { return nil }
