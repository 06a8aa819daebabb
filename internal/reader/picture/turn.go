package picture

import (
	"image"

	"golang.org/x/image/draw"
)

// upright turns pixels as an orientation of EXIF says, within their own colours.
func upright(img image.Image, orientation int) image.Image {
	if orientation == 1 {
		return img
	}
	size := img.Bounds().Size()
	bounds := turnedBounds(size, orientation)
	turn := func(pix []byte, stride, bytes int) []byte { return turned(pix, stride, size, bytes, orientation) }
	switch img := img.(type) {
	case *image.YCbCr:
		if ratio, ok := turnedRatio(img.SubsampleRatio, orientation); ok {
			return turnYCbCr(img, bounds, ratio, orientation)
		}
	case *image.Gray:
		return &image.Gray{Pix: turn(img.Pix, img.Stride, 1), Stride: bounds.Dx(), Rect: bounds}
	case *image.Paletted:
		return &image.Paletted{Pix: turn(img.Pix, img.Stride, 1), Stride: bounds.Dx(), Rect: bounds, Palette: img.Palette}
	case *image.RGBA:
		return &image.RGBA{Pix: turn(img.Pix, img.Stride, 4), Stride: 4 * bounds.Dx(), Rect: bounds}
	case *image.NRGBA:
		return &image.NRGBA{Pix: turn(img.Pix, img.Stride, 4), Stride: 4 * bounds.Dx(), Rect: bounds}
	case *image.CMYK:
		return &image.CMYK{Pix: turn(img.Pix, img.Stride, 4), Stride: 4 * bounds.Dx(), Rect: bounds}
	}
	return upright(nrgba(img), orientation)
}

func turnYCbCr(img *image.YCbCr, bounds image.Rectangle, ratio image.YCbCrSubsampleRatio, orientation int) *image.YCbCr {
	size := img.Bounds().Size()
	chroma := chromaSize(img)
	cb := turned(img.Cb, img.CStride, chroma, 1, orientation)
	return &image.YCbCr{
		Y: turned(img.Y, img.YStride, size, 1, orientation), Cb: cb, Cr: turned(img.Cr, img.CStride, chroma, 1, orientation),
		YStride: bounds.Dx(), CStride: turnedBounds(chroma, orientation).Dx(), SubsampleRatio: ratio, Rect: bounds,
	}
}

// chromaSize is the size of the two planes of colour.
func chromaSize(img *image.YCbCr) image.Point {
	size := img.Bounds().Size()
	across, down := chromaStep(img.SubsampleRatio)
	return image.Pt((size.X+across-1)/across, (size.Y+down-1)/down)
}

// chromaStep is how many pixels share a sample of colour.
func chromaStep(ratio image.YCbCrSubsampleRatio) (across, down int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// turnedRatio is how colour is sampled when rows have become columns, if there is a
// name for it.
func turnedRatio(ratio image.YCbCrSubsampleRatio, orientation int) (image.YCbCrSubsampleRatio, bool) {
	if orientation < 5 {
		return ratio, true
	}
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return image.YCbCrSubsampleRatio440, true
	case image.YCbCrSubsampleRatio440:
		return image.YCbCrSubsampleRatio422, true
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		return ratio, true
	}
	return ratio, false
}

func turnedBounds(size image.Point, orientation int) image.Rectangle {
	if orientation >= 5 {
		return image.Rect(0, 0, size.Y, size.X)
	}
	return image.Rect(0, 0, size.X, size.Y)
}

// turned is a plane of pixels of so many bytes, turned.
func turned(pix []byte, stride int, size image.Point, bytes, orientation int) []byte {
	w, h := size.X, size.Y
	bounds := turnedBounds(size, orientation)
	out := make([]byte, bounds.Dx()*bounds.Dy()*bytes)
	// A step to the right and one down, there, are so many bytes here.
	x, y := bytes, stride
	left, top := 0, 0
	right, bottom := (w-1)*bytes, (h-1)*stride
	var start, across, down int
	switch orientation {
	case 2:
		start, across, down = right+top, -x, y
	case 3:
		start, across, down = right+bottom, -x, -y
	case 4:
		start, across, down = left+bottom, x, -y
	case 5:
		start, across, down = left+top, y, x
	case 6:
		start, across, down = left+bottom, -y, x
	case 7:
		start, across, down = right+bottom, -y, -x
	case 8:
		start, across, down = right+top, y, -x
	default:
		start, across, down = left+top, x, y
	}
	to := 0
	for range bounds.Dy() {
		from := start
		for range bounds.Dx() {
			copy(out[to:to+bytes], pix[from:from+bytes])
			from += across
			to += bytes
		}
		start += down
	}
	return out
}

// nrgba is a copy of a picture of any kind.
func nrgba(img image.Image) *image.NRGBA {
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}
