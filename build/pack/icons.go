package main

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"github.com/tc-hib/winres"
)

// sizes are those of the hicolor theme, and of macOS and Windows among them.
var sizes = []int{16, 24, 32, 48, 64, 128, 256, 512, 1024}

// inICO are the sizes that Windows asks for.
var inICO = []int{16, 24, 32, 48, 64, 256}

// icons renders the drawing in every size, as N.png, and guichet.ico of some of them.
func icons(svg, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var forWindows []image.Image
	for _, n := range sizes {
		img, err := render(svg, n)
		if err != nil {
			return err
		}
		if slices.Contains(inICO, n) {
			forWindows = append(forWindows, img)
		}
		err = write(filepath.Join(dir, fmt.Sprintf("%d.png", n)), func(f *os.File) error {
			return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, img)
		})
		if err != nil {
			return err
		}
	}
	icon, err := winres.NewIconFromImages(forWindows)
	if err != nil {
		return fmt.Errorf("make icon: %w", err)
	}
	return write(filepath.Join(dir, "guichet.ico"), func(f *os.File) error { return icon.SaveICO(f) })
}

func render(svg string, n int) (image.Image, error) {
	f, err := os.Open(svg)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	drawing, err := oksvg.ReadIconStream(f, oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", svg, err)
	}
	drawing.SetTarget(0, 0, float64(n), float64(n))
	for i := range drawing.SVGPaths { // oksvg makes lines longer, not wider
		drawing.SVGPaths[i].LineWidth *= float64(n) / drawing.ViewBox.W
	}
	img := image.NewNRGBA(image.Rect(0, 0, n, n))
	// NRGBA loses nothing of what is half transparent when it is written as PNG.
	drawing.Draw(rasterx.NewDasher(n, n, rasterx.NewScannerGV(n, n, img, img.Bounds())), 1)
	return img, nil
}
