package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
)

// What a photo is made smaller to, where nobody asks for something else.
const (
	ShrunkSide    = 2000
	ShrunkQuality = 85
)

// Worth tells whether a smaller copy should be offered of a picture of so many
// bytes: it is large, and the copy would be half of it or less.
func Worth(i Info, size int) bool {
	switch {
	case size <= 2<<20 || i.Format == HEIF || i.Pages > 1:
		return false
	case i.Width <= 0 || i.Height <= 0 || i.Width*i.Height > maxPixels:
		return false
	}
	side := max(i.Width, i.Height)
	w, h := shrunk(i.Width, i.Height, min(side, ShrunkSide))
	const each = 0.4 // bytes a pixel takes at that quality, where it has much detail
	return each*float64(w*h) <= float64(size)/2
}

// shrunk is a size whose longer side is side.
func shrunk(w, h, side int) (int, int) {
	longer := max(w, h)
	return max(1, (w*side+longer/2)/longer), max(1, (h*side+longer/2)/longer)
}

// Shrink gives an upright JPEG without metadata whose sides are maxSide at the
// most, on white where the picture is clear.
func Shrink(data []byte, maxSide, quality int) ([]byte, error) {
	if maxSide < 1 {
		return nil, fmt.Errorf("shrink picture: %w", ErrTooLarge)
	}
	img, info, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("shrink picture: %w", err)
	}
	size := img.Bounds().Size()
	w, h := shrunk(size.X, size.Y, min(maxSide, max(size.X, size.Y)))
	img = upright(smaller(img, w, h), info.Orientation)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("shrink picture: %w", err)
	}
	if info.Format == JPEG {
		return profiled(out.Bytes(), data), nil
	}
	return out.Bytes(), nil
}

// smaller scales row by row: x/image/draw keeps 32 bytes for each pixel of a
// picture as high as the source, which is 256 MB for a photo.
func smaller(img image.Image, w, h int) image.Image {
	size := img.Bounds().Size()
	bounds := image.Rect(0, 0, w, h)
	switch img := img.(type) {
	case *image.Gray:
		out := image.NewGray(bounds)
		scale(plane{img.Pix, img.Stride, size}, plane{out.Pix, out.Stride, bounds.Size()})
		return out
	case *image.YCbCr:
		out := image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420)
		from, to := chromaSize(img), chromaSize(out)
		scale(plane{img.Y, img.YStride, size}, plane{out.Y, out.YStride, bounds.Size()})
		scale(plane{img.Cb, img.CStride, from}, plane{out.Cb, out.CStride, to})
		scale(plane{img.Cr, img.CStride, from}, plane{out.Cr, out.CStride, to})
		return out
	}
	out := image.NewRGBA(bounds)
	for c := range 3 {
		resample(size, bounds.Size(), func(y int, row []float32) { channel(img, c, y, row) }, func(y int, row []float32) {
			for x, v := range row {
				out.Pix[y*out.Stride+4*x+c] = clamp(v)
				out.Pix[y*out.Stride+4*x+3] = 255
			}
		})
	}
	return out
}

// channel is one colour of a row, on white.
func channel(img image.Image, c, y int, row []float32) {
	switch img := img.(type) {
	case *image.RGBA:
		for x, at := 0, y*img.Stride; x < len(row); x, at = x+1, at+4 {
			row[x] = float32(img.Pix[at+c]) + 255 - float32(img.Pix[at+3])
		}
	case *image.NRGBA:
		for x, at := 0, y*img.Stride; x < len(row); x, at = x+1, at+4 {
			a := float32(img.Pix[at+3]) / 255
			row[x] = float32(img.Pix[at+c])*a + 255*(1-a)
		}
	case *image.Paletted:
		var values [256]float32
		for i, p := range img.Palette {
			values[i] = onWhite(p, c)
		}
		for x := range row {
			row[x] = values[img.Pix[y*img.Stride+x]]
		}
	default:
		for x := range row {
			row[x] = onWhite(img.At(x, y), c)
		}
	}
}

func onWhite(p interface{ RGBA() (r, g, b, a uint32) }, c int) float32 {
	r, g, b, a := p.RGBA()
	return float32([3]uint32{r, g, b}[c]+0xffff-a) / 257
}

type plane struct {
	pix    []byte
	stride int
	size   image.Point
}

func scale(from, to plane) {
	resample(from.size, to.size, func(y int, row []float32) {
		for x, v := range from.pix[y*from.stride : y*from.stride+len(row)] {
			row[x] = float32(v)
		}
	}, func(y int, row []float32) {
		for x, v := range row {
			to.pix[y*to.stride+x] = clamp(v)
		}
	})
}

func clamp(v float32) byte { return byte(min(max(v, 0), 255) + 0.5) }

// taps are what a pixel is made of: weights of those from first on.
type taps struct {
	first   int
	weights []float32
}

// kernel is Catmull and Rom's, widened to what becomes one pixel.
func kernel(from, to int) []taps {
	step := float64(from) / float64(to)
	wide := max(step, 1)
	all := make([]taps, to)
	for i := range all {
		centre := (float64(i) + 0.5) * step
		first, last := max(0, int(math.Ceil(centre-2*wide-0.5))), min(from-1, int(math.Floor(centre+2*wide-0.5)))
		weights := make([]float32, last-first+1)
		sum := float32(0)
		for j := range weights {
			weights[j] = float32(catmullRom(math.Abs(float64(first+j)+0.5-centre) / wide))
			sum += weights[j]
		}
		for j := range weights {
			weights[j] /= sum
		}
		all[i] = taps{first, weights}
	}
	return all
}

func catmullRom(t float64) float64 {
	switch {
	case t < 1:
		return (1.5*t-2.5)*t*t + 1
	case t < 2:
		return ((-0.5*t+2.5)*t-4)*t + 2
	}
	return 0
}

// resample asks for each row of the source once, from above, and gives each row of
// the copy once.
func resample(from, to image.Point, row func(y int, out []float32), put func(y int, row []float32)) {
	across, down := kernel(from.X, to.X), kernel(from.Y, to.Y)
	most := 0
	for _, t := range down {
		most = max(most, len(t.weights))
	}
	ring := make([][]float32, most) // rows that are already narrow
	for i := range ring {
		ring[i] = make([]float32, to.X)
	}
	source, out := make([]float32, from.X), make([]float32, to.X)
	read := 0
	for y, t := range down {
		for ; read < t.first+len(t.weights); read++ {
			row(read, source)
			narrow(source, across, ring[read%most])
		}
		clear(out)
		for i, weight := range t.weights {
			for x, v := range ring[(t.first+i)%most] {
				out[x] += weight * v
			}
		}
		put(y, out)
	}
}

func narrow(source []float32, across []taps, out []float32) {
	for x, t := range across {
		sum := float32(0)
		for i, v := range source[t.first : t.first+len(t.weights)] {
			sum += t.weights[i] * v
		}
		out[x] = sum
	}
}
