package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// What a picture may need to be decoded: whoever calls has 256 MB for everything.
const (
	maxPixels = 50_000_000
	maxLength = 1 << 16 // pixels of a side
	maxMemory = 190 << 20
)

// decode gives the pixels as they are stored, from (0, 0) on, and what Look says.
func decode(data []byte) (image.Image, Info, error) {
	info, err := Look(data)
	switch {
	case err != nil:
		return nil, info, err
	case info.Format == HEIF, info.Format == TIFF && info.Pages > 1, info.Format == WebP && info.Pages > 1:
		return nil, info, ErrCannot // nothing here decodes it, or not all of it
	}
	config, err := header(info.Format, data)
	if err != nil {
		return nil, info, refused(err)
	}
	if err := affordable(info.Format, config, data); err != nil {
		return nil, info, err
	}
	img, err := pixels(info.Format, data)
	if err != nil {
		return nil, info, refused(err)
	}
	if bounds := image.Rect(0, 0, config.Width, config.Height); img.Bounds() != bounds { // a GIF's first frame may be smaller than it
		whole := image.NewNRGBA(bounds)
		draw.Draw(whole, img.Bounds(), img, img.Bounds().Min, draw.Src)
		img = whole
	}
	return img, info, nil
}

// refused says why a decoder gave up, as one of our own reasons.
func refused(err error) error {
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	var t tiff.UnsupportedError
	if errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) || errors.Is(err, bmp.ErrUnsupported) {
		return fmt.Errorf("%w: %w", ErrCannot, err)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

func header(f Format, data []byte) (image.Config, error) {
	r := bytes.NewReader(data)
	switch f {
	case JPEG:
		return jpeg.DecodeConfig(r)
	case PNG:
		return png.DecodeConfig(r)
	case GIF:
		return gif.DecodeConfig(r)
	case WebP:
		return webp.DecodeConfig(r)
	case TIFF:
		return tiff.DecodeConfig(r)
	case BMP:
		return bmp.DecodeConfig(r)
	}
	return image.Config{}, ErrCannot
}

func pixels(f Format, data []byte) (image.Image, error) {
	r := bytes.NewReader(data)
	switch f {
	case JPEG:
		return jpeg.Decode(r)
	case PNG:
		return png.Decode(r)
	case GIF:
		return gif.Decode(r)
	case WebP:
		return webp.Decode(r)
	case TIFF:
		return tiff.Decode(r)
	case BMP:
		return bmp.Decode(r)
	}
	return nil, ErrCannot
}

// affordable refuses what would take too much memory to decode and to work on.
func affordable(f Format, c image.Config, data []byte) error {
	if c.Width <= 0 || c.Height <= 0 {
		return ErrDamaged
	}
	if c.Width >= maxLength || c.Height >= maxLength || c.Width*c.Height > maxPixels {
		return ErrTooLarge
	}
	each := 8.0 // bytes of a pixel while all is in memory
	switch f {
	case JPEG:
		each = costJPEG(data)
	case PNG:
		each = costPNG(c, data)
	case GIF, BMP:
		each = 5 // with a canvas of four bytes for a smaller frame
	case TIFF:
		each = 2 * depth(c.ColorModel) // a strip may be all of the picture
	}
	if each*float64(c.Width*c.Height) > maxMemory {
		return ErrTooLarge
	}
	return nil
}

// depth is how many bytes a decoded pixel takes, with the copy that deep ones are
// worked on in.
func depth(m color.Model) float64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 6
	case color.RGBA64Model, color.NRGBA64Model:
		return 12
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel:
		return 4
	}
	return 1 // a palette
}

// costJPEG knows that a progressive picture is decoded with four bytes of
// coefficients for each sample, and that four colours are decoded twice.
func costJPEG(data []byte) float64 {
	for s := range segments(data) {
		if !isFrame(s.mark) || len(s.body) < 6 {
			continue
		}
		parts := s.body[6:]
		count := min(int(s.body[5]), len(parts)/3, 4)
		samples, most := 0, 1
		for i := range count {
			h, v := int(parts[3*i+1]>>4), int(parts[3*i+1]&15)
			samples += h * v
			most = max(most, h*v)
		}
		each := float64(samples) / float64(most)
		cost := 2 * each // with a copy that is upright
		if s.mark == 0xc2 {
			cost = 5 * each
		}
		if count == 4 {
			cost = max(cost, each+8)
		}
		return cost
	}
	return 8
}

func costPNG(c image.Config, data []byte) float64 {
	each := depth(c.ColorModel)
	for p := range pngChunks(data) {
		switch {
		case p.name == "tRNS" && each < 4:
			each = 4
		case p.name == "IHDR" && len(p.body) == 13 && p.body[12] == 1:
			each *= 1.5 // interlaced: in passes of their own
		case p.name == "IDAT":
			return each
		}
	}
	return each
}

// profiled gives a JPEG the colour profile of another one: without it colours of a
// wide range look pale.
func profiled(out, from []byte) []byte {
	var profile []byte
	for s := range segments(from) {
		switch {
		case s.is(2, nameProfile):
			profile = append(profile, s.raw...)
		case isFrame(s.mark) && len(s.body) >= 6 && s.body[5] > 3:
			return out // one of inks, and they are gone
		}
	}
	if profile == nil {
		return out
	}
	return bytes.Join([][]byte{out[:2], profile, out[2:]}, nil)
}
