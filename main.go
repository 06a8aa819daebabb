package main

import (
	"embed"

	"guichet/app"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
)

//go:embed all:frontend/dist
var assets embed.FS

func main() {
	a := app.New(app.ConfigFromEnv())
	_ = wails.Run(&options.App{Title: "Guichet", AssetServer: &assetserver.Options{Assets: assets}, Bind: a.Bound()})
}
