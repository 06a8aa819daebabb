package attach

import (
	"errors"
	"fmt"
	"image"
	_ "image/gif" // formats a thumbnail can be made of
	_ "image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// maxPixels bounds the memory that a picture may take: 60 megapixels are 240 MB.
const maxPixels = 60 << 20

// errTooLarge is a picture that is not worth its memory.
var errTooLarge = errors.New("picture too large for a thumbnail")

// CanThumb tells whether a thumbnail can be made of that media type.
func CanThumb(media string) bool {
	switch media {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff":
		return true
	}
	return false
}

// Thumb writes a PNG of at most side x side pixels of the picture in r.
func Thumb(w io.Writer, r io.ReadSeeker, side int) error {
	config, _, err := image.DecodeConfig(r)
	if err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width*config.Height > maxPixels {
		return errTooLarge
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read picture: %w", err)
	}
	src, _, err := image.Decode(r)
	if err != nil {
		return fmt.Errorf("decode picture: %w", err)
	}
	width, height := config.Width, config.Height
	if longest := max(width, height); longest > side {
		width, height = max(1, width*side/longest), max(1, height*side/longest)
	}
	dst := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	if err := png.Encode(w, dst); err != nil {
		return fmt.Errorf("encode thumbnail: %w", err)
	}
	return nil
}
