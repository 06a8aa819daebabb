// Command blank is a Wails window with an empty React page: what the start of
// Guichet is measured against. It is built with the same tags and says in the
// same words when its page is painted. Its page comes from frontend/e2e/blank.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

//go:embed page
var assets embed.FS

// Blank is what the page can call.
type Blank struct{}

// Painted says that the page is on the screen.
func (*Blank) Painted() { fmt.Fprintln(os.Stderr, `{"message":"painted"}`) }

func main() {
	page, err := fs.Sub(assets, "page")
	if err == nil {
		err = wails.Run(&options.App{
			Title: "blank", Width: 1120, Height: 720,
			BackgroundColour: options.NewRGB(0xfa, 0xf8, 0xf4),
			AssetServer:      &assetserver.Options{Assets: page},
			Bind:             []any{&Blank{}},
			LogLevel:         logger.ERROR,
			Linux:            &linux.Options{ProgramName: "blank", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
