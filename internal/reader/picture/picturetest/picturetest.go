// Package picturetest makes pictures that tell where they were taken, with what and
// by whom, for tests of what looks into files. Nothing in them is anybody's. It is
// for tests alone.
package picturetest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

// Facts are what a picture tells beside what it shows.
type Facts struct {
	Place       bool   // coordinates
	Device      bool   // make, model, serial number, owner, notes of the maker
	Thumbnail   bool   // a smaller copy
	Orientation int    // 0 is none
	Comment     string // a description, and a comment where the format has one
}

// Words that stand in pictures with a device, to be searched for.
const (
	Make   = "MARQUE-XK"
	Serial = "SERIE-7731"
	Owner  = "PROPRIO-XK"
)

// Photo is a picture with colours, edges and noise, always the same one.
func Photo(w, h int) *image.NRGBA {
	r := rand.New(rand.NewPCG(1, uint64(w)<<32|uint64(h)))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			noise := r.IntN(24)
			c := color.NRGBA{byte(x*200/w + noise), byte(y*200/h + noise), byte((x/8+y/8)%2*160 + noise), 255}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// JPEG has the facts as EXIF, and the comment as a comment as well.
func JPEG(tb testing.TB, img image.Image, f Facts) []byte {
	tb.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 90}); err != nil {
		tb.Fatal(err)
	}
	extra := Segment(1, append([]byte("Exif\x00\x00"), EXIF(f)...))
	if f.Comment != "" {
		extra = append(extra, segment(0xfe, []byte(f.Comment))...)
	}
	return Insert(buf.Bytes(), 2, extra)
}

// Insert puts bytes into others.
func Insert(b []byte, at int, more []byte) []byte {
	return bytes.Join([][]byte{b[:at], more, b[at:]}, nil)
}

// Segment is an application's segment of a JPEG.
func Segment(app byte, body []byte) []byte { return segment(0xe0+app, body) }

func segment(mark byte, body []byte) []byte {
	return append([]byte{0xff, mark, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// PNG has the facts as EXIF, and the comment as a text.
func PNG(tb testing.TB, img image.Image, f Facts) []byte {
	tb.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		tb.Fatal(err)
	}
	extra := Chunk("eXIf", EXIF(f))
	if f.Comment != "" {
		extra = append(extra, Chunk("tEXt", []byte("Comment\x00"+f.Comment))...)
	}
	return Insert(buf.Bytes(), 33, extra) // behind IHDR
}

// Chunk is a part of a PNG.
func Chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// GIF has the comment, and nothing else that it could have.
func GIF(tb testing.TB, img image.Image, f Facts) []byte {
	tb.Helper()
	var buf bytes.Buffer
	if err := gif.Encode(&buf, img, nil); err != nil {
		tb.Fatal(err)
	}
	b := buf.Bytes()
	if f.Comment == "" {
		return b
	}
	comment := append([]byte{0x21, 0xfe, byte(len(f.Comment))}, f.Comment...)
	return Insert(b, len(b)-1, append(comment, 0))
}

// dot is one pixel as VP8L.
const dot = "LwAAABAHEBERiIj+BwA="

// WebP is one pixel with the facts as EXIF. It is as small as can be, since nothing
// in Go writes larger ones.
func WebP(tb testing.TB, f Facts) []byte {
	tb.Helper()
	pixel, err := base64.StdEncoding.DecodeString(dot)
	if err != nil {
		tb.Fatal(err)
	}
	return RIFF(RIFFChunk("VP8X", []byte{0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0}), RIFFChunk("VP8L", pixel), RIFFChunk("EXIF", EXIF(f)))
}

// RIFF is a WebP of chunks.
func RIFF(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// RIFFChunk is one of them.
func RIFFChunk(name string, body []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body))), body...)
	return append(out, make([]byte, len(body)%2)...)
}

// HEIC is the frame of a picture of that size, with the facts as EXIF and no pixels.
func HEIC(f Facts, w, h int) []byte {
	box := func(name string, body ...[]byte) []byte {
		b := bytes.Join(body, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(b)+8)), name...), b...)
	}
	ispe := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), uint32(w)), uint32(h))
	props := box("ipco", box("ispe", ispe))
	if f.Orientation == 6 {
		props = box("ipco", box("ispe", ispe), box("irot", []byte{3}))
	}
	return bytes.Join([][]byte{
		box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic")), box("meta", make([]byte, 4), box("iprp", props)),
		box("mdat", []byte("\x00\x00\x00\x06Exif\x00\x00"), EXIF(f), make([]byte, 64)),
	}, nil)
}
