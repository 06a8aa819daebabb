// Package picture looks into pictures for what they tell beside what they show,
// and makes copies that tell less: without metadata (Strip), with black boxes
// (Redact), or smaller (Shrink). It is given bytes and gives bytes; what is found
// in texts, and what becomes of a picture, are others' business.
package picture

import (
	"bytes"
	"errors"
	"fmt"
)

// Format is what a picture is by its first bytes.
type Format string

// Formats that Look tells.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
	TIFF Format = "tiff"
	HEIF Format = "heif" // HEIC, AVIF and their sequences
	BMP  Format = "bmp"
)

// Info is what a picture tells of itself.
type Info struct {
	Format        Format
	Width, Height int // in pixels, as it is shown: upright
	Orientation   int // 1 to 8 as EXIF counts, 1 when it says nothing
	Pages         int // pages of a TIFF, frames of what moves, else 1

	Location bool // where it was taken: coordinates, or the name of a place
	Device   bool // what it was made with, or by whom; a smaller copy of it
	Hidden   bool // data that no viewer shows: smaller copies, second pictures, films, what stands behind the end

	Texts  []string // comments, descriptions and other texts, in UTF-8
	Unread bool     // some metadata was damaged, or too much to look at
}

// Metadata tells whether there is anything that Strip is for.
func (i Info) Metadata() bool {
	return i.Location || i.Device || i.Hidden || len(i.Texts) > 0 || i.Unread
}

var (
	// ErrFormat is no picture that is known here.
	ErrFormat = errors.New("not a picture")
	// ErrDamaged is a picture that is cut short, or not what it says it is.
	ErrDamaged = errors.New("picture is damaged")
	// ErrCannot is a picture of a kind that this cannot be done with.
	ErrCannot = errors.New("not possible with such a picture")
	// ErrTooLarge is a picture that would take too much memory.
	ErrTooLarge = errors.New("picture is too large")
	// ErrBox is a box that lies nowhere in the picture.
	ErrBox = errors.New("box outside of the picture")
)

// Look tells what is in a picture without decoding it. With ErrDamaged comes what
// could be seen until there; nobody knows what else is in such a file.
func Look(data []byte) (Info, error) {
	n := newNote(formatOf(data))
	var err error
	switch n.Format {
	case JPEG:
		err = n.jpeg(data)
	case PNG:
		err = n.png(data)
	case GIF:
		err = n.gif(data)
	case WebP:
		err = n.webp(data)
	case TIFF:
		err = n.tiff(data)
	case HEIF:
		err = n.heif(data)
	case BMP:
		err = n.bmp(data)
	default:
		return Info{}, ErrFormat
	}
	if err == nil && (n.Width <= 0 || n.Height <= 0) {
		err = ErrDamaged
	}
	if n.Orientation >= 5 {
		n.Width, n.Height = n.Height, n.Width
	}
	if err != nil {
		return n.Info, fmt.Errorf("look at picture: %w", err)
	}
	return n.Info, nil
}

// Strip gives the same pixels, as they were compressed, without what else the file
// tells. Colour profiles stay, and so does which side is up. What is clean comes
// back as it is. TIFF, HEIF and BMP are ErrCannot: their parts point at each other.
func Strip(data []byte) ([]byte, error) {
	var out []byte
	err := ErrCannot
	switch formatOf(data) {
	case JPEG:
		out, err = stripJPEG(data)
	case PNG:
		out, err = stripPNG(data)
	case GIF:
		out, err = stripGIF(data)
	case WebP:
		out, err = stripWebP(data)
	case "":
		err = ErrFormat
	}
	if err != nil {
		return nil, fmt.Errorf("strip picture: %w", err)
	}
	return out, nil
}

func formatOf(b []byte) Format {
	has := func(at int, s string) bool { return len(b) >= at && bytes.HasPrefix(b[at:], []byte(s)) }
	switch {
	case has(0, "\xff\xd8\xff"):
		return JPEG
	case has(0, pngHead):
		return PNG
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return GIF
	case has(0, "RIFF") && has(8, "WEBP"):
		return WebP
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return TIFF
	case has(4, "ftyp") && isHEIF(b):
		return HEIF
	case has(0, "BM") && has(15, "\x00\x00\x00"): // the size of its header, which is small
		return BMP
	}
	return ""
}
