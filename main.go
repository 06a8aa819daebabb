// Command guichet is the desktop app: this file hosts the window, and with
// shell.go is all that knows Wails. Everything that the window can ask for is in app.
package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"guichet/app"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
)

//go:embed all:frontend/dist
var assets embed.FS

// version is set by the build.
var version = "dev"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("Guichet", version)
		return
	}
	if app.IsReader(os.Args) {
		os.Exit(app.ServeReader())
	}
	leaveNoCore()
	cfg := app.ConfigFromEnv()
	a := app.New(cfg)
	window := &shell{}
	err := wails.Run(&options.App{
		Title: "Guichet",
		Width: 1120, Height: 720, MinWidth: 480, MinHeight: 480,
		BackgroundColour: options.NewRGB(0xfa, 0xf8, 0xf4),
		AssetServer:      &assetserver.Options{Assets: assets, Handler: a.Handler()},
		Bind:             a.Bound(),
		ErrorFormatter:   app.FormatError,
		Logger:           a.HostLog(), // Wails logs the arguments of a call that panicked
		OnStartup: func(ctx context.Context) {
			window.ctx = ctx
			a.Start(window)
		},
		OnDomReady:    func(context.Context) { guardWebProcess(a.HostLog()) },
		OnBeforeClose: func(context.Context) bool { return a.BeforeClose() },
		OnShutdown:    func(context.Context) { a.Stop() },
		DragAndDrop:   &options.DragAndDrop{EnableFileDrop: true},
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId:               instanceID(cfg.Data),
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { window.raise() },
		},
		Linux: &linux.Options{ProgramName: "guichet", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows: &windows.Options{
			WebviewUserDataPath: filepath.Join(cfg.Data, "webview"), WebviewGpuIsDisabled: true, Theme: windows.SystemDefault,
		},
	})
	if err != nil {
		fail(err)
		os.Exit(1)
	}
}

// instanceID is one per data folder: two folders are two desks.
func instanceID(data string) string {
	sum := sha256.Sum256([]byte(data))
	return "guichet-" + hex.EncodeToString(sum[:8])
}
