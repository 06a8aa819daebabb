// Command guichet is the desktop app: this file hosts the window, and with
// shell.go is all that knows Wails. Everything that the window can ask for is in app.
package main

import (
	"context"
	"embed"
	"os"
	"path/filepath"
	"sync"

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
	a, done, code := app.Main(os.Args, version, hostFlags...)
	if a == nil {
		os.Exit(code)
	}
	leaveNoCore()
	size, state := opening(a)
	window := &shell{back: a.ComeBack}
	open, closed := context.WithCancel(context.Background())
	var beside sync.WaitGroup // what goes on beside the window while it is open
	err := wails.Run(&options.App{
		Title: "Guichet",
		Width: size.W, Height: size.H, MinWidth: 480, MinHeight: 480, WindowStartState: state,
		BackgroundColour: options.NewRGB(0xfa, 0xf8, 0xf4),
		AssetServer:      &assetserver.Options{Assets: assets, Handler: a.Handler(), Middleware: assetMiddleware()},
		Bind:             a.Bound(),
		ErrorFormatter:   app.FormatError,
		Logger:           a.HostLog(), // Wails logs the arguments of a call that panicked
		OnStartup: func(ctx context.Context) {
			window.ctx = ctx
			a.Start(window)
			beside.Go(func() { followFrame(open, a) })
			beside.Go(func() { closeOnSignal(open, a) })
		},
		OnDomReady:    func(context.Context) { guardWebProcess(a.HostLog()) },
		OnBeforeClose: func(context.Context) bool { return a.BeforeClose() },
		OnShutdown:    func(context.Context) { closed(); beside.Wait(); a.Stop() },
		DragAndDrop:   &options.DragAndDrop{EnableFileDrop: true},
		Linux:         &linux.Options{ProgramName: "guichet", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Windows: &windows.Options{
			WebviewUserDataPath: filepath.Join(a.Data(), "webview"), WebviewGpuIsDisabled: true, Theme: windows.SystemDefault,
		},
	})
	closed()
	done()
	if err != nil {
		fail(err)
		os.Exit(1)
	}
}

// opening is how the window opens: as large as it was, and out of the way if that was
// wanted.
func opening(a *app.App) (app.Rect, options.WindowStartState) {
	size, state := app.Rect{W: 1120, H: 720}, options.Normal
	if last, ok := a.LastFrame(); ok && !last.Maximised {
		size = last.Rect
	} else if ok {
		state = options.Maximised
	}
	if a.Minimised() {
		state = options.Minimised
	}
	return size, state
}
