package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"

	"golang.org/x/image/draw"
)

// Box is a part of a picture as it is shown: its upper left corner and size, in
// fractions of width and height.
type Box struct{ X, Y, W, H float64 }

const redactedQuality = 90

// Redact blackens boxes. What was there is gone: the pixels are compressed anew,
// without metadata and upright, a JPEG as JPEG, everything else as PNG, of which a
// GIF or PNG that moves keeps its first picture. A box that lies outside is
// ErrBox, since somebody meant to hide something. ErrCannot are HEIF, pages of a
// TIFF, and a WebP that moves.
func Redact(data []byte, boxes []Box) ([]byte, error) {
	img, info, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("redact picture: %w", err)
	}
	canvas := blackable(upright(img, info.Orientation))
	img = nil
	for _, b := range boxes {
		r, err := b.pixels(canvas.Bounds())
		if err != nil {
			return nil, fmt.Errorf("redact picture: %w", err)
		}
		blacken(canvas, r)
	}
	var out bytes.Buffer
	if info.Format != JPEG {
		if err := png.Encode(&out, canvas); err != nil {
			return nil, fmt.Errorf("redact picture: %w", err)
		}
		return out.Bytes(), nil
	}
	out.Grow(len(data))
	if err := jpeg.Encode(&out, canvas, &jpeg.Options{Quality: redactedQuality}); err != nil {
		return nil, fmt.Errorf("redact picture: %w", err)
	}
	return profiled(out.Bytes(), data), nil
}

// pixels are all that a box touches.
func (b Box) pixels(bounds image.Rectangle) (image.Rectangle, error) {
	w, h := float64(bounds.Dx()), float64(bounds.Dy())
	left, top, right, bottom := math.Floor(b.X*w), math.Floor(b.Y*h), math.Ceil((b.X+b.W)*w), math.Ceil((b.Y+b.H)*h)
	// Written so that what is no number fails as well.
	if !(b.W > 0 && b.H > 0 && left < w && top < h && right > 0 && bottom > 0) {
		return image.Rectangle{}, ErrBox
	}
	return image.Rect(int(max(left, 0)), int(max(top, 0)), int(min(right, w)), int(min(bottom, h))), nil
}

// blackable is a picture of a kind that blacken knows, and that has black.
func blackable(img image.Image) image.Image {
	switch img := img.(type) {
	case *image.YCbCr, *image.Gray, *image.RGBA, *image.NRGBA, *image.CMYK:
		return img
	case *image.Paletted:
		if blackOf(img.Palette) >= 0 {
			return img
		}
		if len(img.Palette) < 256 {
			img.Palette = append(img.Palette[:len(img.Palette):len(img.Palette)], color.Black)
			return img
		}
	}
	return nrgba(img)
}

// blackOf is where a palette has black, -1 when it has none.
func blackOf(p color.Palette) int {
	for i, c := range p {
		if r, g, b, a := c.RGBA(); r|g|b == 0 && a == 0xffff {
			return i
		}
	}
	return -1
}

func blacken(canvas image.Image, r image.Rectangle) {
	switch img := canvas.(type) {
	case *image.YCbCr:
		fill(img.Y, img.YStride, r, 0)
		across, down := chromaStep(img.SubsampleRatio)
		c := image.Rect(r.Min.X/across, r.Min.Y/down, (r.Max.X+across-1)/across, (r.Max.Y+down-1)/down)
		fill(img.Cb, img.CStride, c, 128)
		fill(img.Cr, img.CStride, c, 128)
	case *image.Gray:
		fill(img.Pix, img.Stride, r, 0)
	case *image.Paletted:
		fill(img.Pix, img.Stride, r, byte(blackOf(img.Palette)))
	case draw.Image:
		draw.Draw(img, r, image.Black, image.Point{}, draw.Src)
	}
}

// fill sets bytes of a plane that begins at (0, 0).
func fill(pix []byte, stride int, r image.Rectangle, v byte) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := pix[y*stride+r.Min.X : y*stride+r.Max.X]
		for i := range row {
			row[i] = v
		}
	}
}
