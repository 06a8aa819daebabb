package picture_test

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"guichet/internal/reader/picture/picturetest"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// secret stands in every text of the samples.
const secret = "SECRET-184127645108946"

var everything = picturetest.Facts{Place: true, Device: true, Thumbnail: true, Comment: secret}

func deflated(text string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}

// iptc is a field of IPTC within Photoshop's resources.
func iptc(field byte, text string) []byte {
	value := append([]byte{0x1c, 2, field, 0, byte(len(text))}, text...)
	out := append([]byte("8BIM\x04\x04\x00\x00\x00\x00\x00"), byte(len(value)))
	return append(append(out, value...), make([]byte, len(value)%2)...)
}

// paletted is a photo in few colours.
func paletted(w, h int) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, w, h), palette.Plan9)
	draw.Draw(img, img.Bounds(), picturetest.Photo(w, h), image.Point{}, draw.Src)
	return img
}

func encoded(tb testing.TB, encode func(w *bytes.Buffer) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// clean are pictures without anything to strip.
func clean(tb testing.TB) map[string][]byte {
	photo := picturetest.Photo(40, 24)
	gray := image.NewGray(photo.Rect)
	draw.Draw(gray, gray.Rect, photo, image.Point{}, draw.Src)
	jpg := encoded(tb, func(w *bytes.Buffer) error { return jpeg.Encode(w, photo, nil) })
	jfif := picturetest.Segment(0, []byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00"))
	turned := picturetest.Segment(1, []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"))
	profile := picturetest.Segment(2, []byte("ICC_PROFILE\x00\x01\x01profile"))
	plain := encoded(tb, func(w *bytes.Buffer) error { return png.Encode(w, photo) })
	return map[string][]byte{
		"jpeg":        jpg,
		"jpegGray":    encoded(tb, func(w *bytes.Buffer) error { return jpeg.Encode(w, gray, nil) }),
		"jpegJFIF":    picturetest.Insert(jpg, 2, append(jfif, profile...)),
		"jpegTurned":  picturetest.Insert(jpg, 2, append(jfif, turned...)),
		"png":         plain,
		"pngPaletted": encoded(tb, func(w *bytes.Buffer) error { return png.Encode(w, paletted(40, 24)) }),
		"pngColours":  picturetest.Insert(plain, 33, append(picturetest.Chunk("gAMA", []byte{0, 0, 0xb1, 0x8f}), picturetest.Chunk("pHYs", make([]byte, 9))...)),
		"gif":         encoded(tb, func(w *bytes.Buffer) error { return gif.Encode(w, paletted(40, 24), nil) }),
		"gifMoving": encoded(tb, func(w *bytes.Buffer) error {
			frames := []*image.Paletted{paletted(40, 24), paletted(40, 24)}
			return gif.EncodeAll(w, &gif.GIF{Image: frames, Delay: []int{5, 5}, LoopCount: 3})
		}),
		"webp": picturetest.RIFF(riffOf(picturetest.WebP(tb, picturetest.Facts{}))...),
	}
}

// riffOf is what a WebP's pixels alone would be made of.
func riffOf(webp []byte) [][]byte {
	at := bytes.Index(webp, []byte("VP8L"))
	size := int(webp[at+4])
	return [][]byte{webp[at : at+8+size+size%2]}
}

// telling are pictures that tell too much, by how they do it.
func telling(tb testing.TB) map[string][]byte {
	photo := picturetest.Photo(40, 24)
	c := clean(tb)
	jpg, plain := c["jpeg"], c["png"]
	app := func(app byte, body ...[]byte) []byte {
		return picturetest.Insert(jpg, 2, picturetest.Segment(app, bytes.Join(body, nil)))
	}
	chunk := func(name string, body ...[]byte) []byte {
		return picturetest.Insert(plain, 33, picturetest.Chunk(name, bytes.Join(body, nil)))
	}
	xmp := picturetest.XMP(secret)
	raw := fmt.Sprintf("\nexif\n%8d\n%s\n", len(picturetest.EXIF(everything)), hex.EncodeToString(picturetest.EXIF(everything)))
	dots := riffOf(picturetest.WebP(tb, picturetest.Facts{}))
	x := picturetest.RIFFChunk("VP8X", []byte{0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	gifBytes := c["gif"]
	behindGIF := func(ext string) []byte { return picturetest.Insert(gifBytes, len(gifBytes)-1, []byte(ext)) }
	tail := make([]byte, 258)
	for i := range 256 {
		tail[i+1] = byte(255 - i)
	}
	tail[0] = 1
	return map[string][]byte{
		"jpegEXIF":       picturetest.JPEG(tb, photo, everything),
		"jpegTurned":     picturetest.JPEG(tb, photo, picturetest.Facts{Place: true, Orientation: 6}),
		"jpegXMP":        app(1, []byte("http://ns.adobe.com/xap/1.0/\x00"), xmp),
		"jpegXMPMore":    app(1, []byte("http://ns.adobe.com/xmp/extension/\x00"), make([]byte, 40), xmp),
		"jpegIPTC":       app(13, []byte("Photoshop 3.0\x00"), iptc(120, secret)),
		"jpegCity":       app(13, []byte("Photoshop 3.0\x00"), iptc(90, secret)),
		"jpegThumbnail":  app(0, []byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01"), []byte("abc")),
		"jpegUnknown":    app(11, []byte(secret)),
		"jpegSecond":     append(bytes.Clone(jpg), picturetest.JPEG(tb, photo, everything)...),
		"jpegFilm":       append(bytes.Clone(jpg), "\x00\x00\x00\x18ftypmp42"+secret...),
		"jpegAdobeLong":  app(14, []byte("Adobe\x00\x64\x00\x00\x00\x00\x01"), []byte(secret)),
		"pngEXIF":        picturetest.PNG(tb, photo, everything),
		"pngText":        chunk("tEXt", []byte("Author\x00"+secret)),
		"pngZText":       chunk("zTXt", []byte("Comment\x00\x00"), deflated(secret)),
		"pngIText":       chunk("iTXt", []byte("Comment\x00\x00\x00fr\x00mot\x00"+secret)),
		"pngITextZ":      chunk("iTXt", []byte("Comment\x00\x01\x00fr\x00mot\x00"), deflated(secret)),
		"pngXMP":         chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), xmp),
		"pngRaw":         chunk("zTXt", []byte("Raw profile type exif\x00\x00"), deflated(raw)),
		"pngUnknown":     chunk("caBX", []byte(secret)),
		"pngBehind":      append(bytes.Clone(plain), plain[33:]...),
		"pngLongGamma":   chunk("gAMA", []byte(secret)),
		"gifComment":     picturetest.GIF(tb, photo, everything),
		"gifText":        behindGIF("\x21\x01\x0c000000000000\x16" + secret + "\x00"),
		"gifXMP":         behindGIF("\x21\xff\x0bXMP DataXMP" + string(xmp) + string(tail)),
		"gifApp":         behindGIF("\x21\xff\x0bSOMETHING01\x16" + secret + "\x00"),
		"gifBehind":      append(bytes.Clone(gifBytes), secret...),
		"webpEXIF":       picturetest.WebP(tb, everything),
		"webpTurned":     picturetest.WebP(tb, picturetest.Facts{Place: true, Orientation: 8}),
		"webpXMP":        picturetest.RIFF(x, dots[0], picturetest.RIFFChunk("XMP ", xmp)),
		"webpUnknown":    picturetest.RIFF(x, dots[0], picturetest.RIFFChunk("ABCD", []byte(secret))),
		"webpBehind":     append(picturetest.RIFF(dots[0]), secret...),
		"webpEXIFNamed":  picturetest.RIFF(x, dots[0], picturetest.RIFFChunk("EXIF", append([]byte("Exif\x00\x00"), picturetest.EXIF(everything)...))),
		"webpSimpleEXIF": picturetest.RIFF(dots[0], picturetest.RIFFChunk("EXIF", picturetest.EXIF(everything))),
	}
}

// whole are pictures that cannot be stripped.
func whole(tb testing.TB) map[string][]byte {
	photo := picturetest.Photo(40, 24)
	return map[string][]byte{
		"tiff": encoded(tb, func(w *bytes.Buffer) error { return tiff.Encode(w, photo, nil) }),
		"bmp":  encoded(tb, func(w *bytes.Buffer) error { return bmp.Encode(w, photo) }),
		"heic": picturetest.HEIC(everything, 40, 24),
	}
}

// shown are the pixels of a picture.
func shown(tb testing.TB, b []byte) image.Image {
	tb.Helper()
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	return img
}
