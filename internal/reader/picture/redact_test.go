package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"maps"
	"math"
	"testing"

	"guichet/internal/reader/picture"
	"guichet/internal/reader/picture/picturetest"
)

// dark tells whether a pixel is black. A JPEG's are not quite beside what is
// bright: what shines in is what may be seen, since it was black before.
func dark(c color.Color) bool {
	r, g, b, a := c.RGBA()
	return max(r, g, b)>>8 <= 40 && a == 0xffff
}

// unlit tells whether a pixel gives no light: the colour of a JPEG's is that of four
// pixels together, and at the edge of a box some of these are not black.
func unlit(c color.Color) bool {
	_, _, _, a := c.RGBA()
	return color.GrayModel.Convert(c).(color.Gray).Y <= 40 && a == 0xffff
}

func TestRedact(t *testing.T) {
	samples := clean(t)
	maps.Copy(samples, whole(t))
	maps.Copy(samples, map[string][]byte{
		"jpegEXIF": picturetest.JPEG(t, picturetest.Photo(41, 23), everything), "jpegSecond": telling(t)["jpegSecond"], "pngEXIF": telling(t)["pngEXIF"],
		"pngGray16": encoded(t, func(w *bytes.Buffer) error { return png.Encode(w, image.NewGray16(image.Rect(0, 0, 40, 24))) }),
		"pngNoBlack": encoded(t, func(w *bytes.Buffer) error {
			return png.Encode(w, image.NewPaletted(image.Rect(0, 0, 40, 24), color.Palette{color.White}))
		}),
		"gifSmallFrame": encoded(t, func(w *bytes.Buffer) error {
			frame := image.NewPaletted(image.Rect(30, 10, 40, 20), color.Palette{color.White, color.Transparent})
			return gif.EncodeAll(w, &gif.GIF{Image: []*image.Paletted{frame}, Delay: []int{0}, Config: image.Config{Width: 40, Height: 24}})
		}),
	})
	delete(samples, "heic")
	box := picture.Box{X: 0.26, Y: 0.31, W: 0.5, H: 0.4}
	for name, b := range samples {
		t.Run(name, func(t *testing.T) {
			out, err := picture.Redact(b, []picture.Box{box})
			if err != nil {
				t.Fatal(err)
			}
			was, _ := picture.Look(b)
			is, err := picture.Look(out)
			want := picture.PNG
			if was.Format == picture.JPEG {
				want = picture.JPEG
			}
			if err != nil || is.Format != want || is.Metadata() || is.Orientation != 1 || is.Width != was.Width || is.Height != was.Height {
				t.Fatalf("%+v, %v, was %+v", is, err, was)
			}
			img := shown(t, out)
			w, h := float64(is.Width), float64(is.Height)
			for y := int(box.Y * h); float64(y) < (box.Y+box.H)*h; y++ {
				for x := int(box.X * w); float64(x) < (box.X+box.W)*w; x++ {
					if !dark(img.At(x, y)) {
						t.Fatalf("%d,%d is %v", x, y, img.At(x, y))
					}
				}
			}
			if name != "pngGray16" && name != "webp" && dark(img.At(is.Width-1, 0)) && dark(img.At(is.Width-1, is.Height/2)) {
				t.Error("black beside the box")
			}
		})
	}
}

// A mark in each corner shows which way a picture was turned.
func TestRedactTurns(t *testing.T) {
	upright := image.NewNRGBA(image.Rect(0, 0, 48, 32))
	draw.Draw(upright, upright.Rect, image.White, image.Point{}, draw.Src)
	corners := map[image.Point]color.NRGBA{{4, 4}: {250, 0, 0, 255}, {44, 4}: {0, 250, 0, 255}, {4, 28}: {0, 0, 250, 255}}
	for p, c := range corners {
		draw.Draw(upright, image.Rect(p.X-4, p.Y-4, p.X+4, p.Y+4), image.NewUniform(c), image.Point{}, draw.Src)
	}
	gray := image.NewGray(upright.Rect)
	draw.Draw(gray, gray.Rect, upright, image.Point{}, draw.Src)
	few := image.NewPaletted(upright.Rect, color.Palette{color.White, color.NRGBA{250, 0, 0, 255}, color.NRGBA{0, 250, 0, 255}, color.NRGBA{0, 0, 250, 255}})
	draw.Draw(few, few.Rect, upright, image.Point{}, draw.Src)
	kinds := map[string]draw.Image{"colour": upright, "gray": gray, "palette": few}
	for o := 1; o <= 8; o++ {
		for kind, img := range kinds {
			stored := storedAs(img, o)
			facts := picturetest.Facts{Orientation: o}
			for format, b := range map[string][]byte{"JPEG": picturetest.JPEG(t, stored, facts), "PNG": picturetest.PNG(t, stored, facts)} {
				t.Run(fmt.Sprintf("%s_%s_%d", format, kind, o), func(t *testing.T) {
					out, err := picture.Redact(b, []picture.Box{{0.75, 0.5, 0.25, 0.5}})
					if err != nil {
						t.Fatal(err)
					}
					got := shown(t, out)
					if got.Bounds().Size() != upright.Bounds().Size() {
						t.Fatal(got.Bounds())
					}
					for p := range corners {
						if near(got.At(p.X, p.Y), img.At(p.X, p.Y)) > 24 {
							t.Errorf("%v is %v, want %v", p, got.At(p.X, p.Y), img.At(p.X, p.Y))
						}
					}
					if !dark(got.At(44, 28)) || dark(got.At(20, 28)) {
						t.Error("the box is elsewhere")
					}
					small, err := picture.Shrink(b, 24, 95)
					if err != nil {
						t.Fatal(err)
					}
					if s := shown(t, small); s.Bounds().Dx() != 24 || s.Bounds().Dy() != 16 || near(s.At(2, 2), img.At(4, 4)) > 48 || near(s.At(2, 14), img.At(4, 28)) > 48 {
						t.Errorf("made smaller: %v, %v", s.Bounds(), s.At(2, 2))
					}
				})
			}
		}
	}
}

// storedAs is a picture as a camera held in that way stores it.
func storedAs(img draw.Image, o int) image.Image {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	sw, sh := w, h
	if o >= 5 {
		sw, sh = h, w
	}
	var out draw.Image
	switch img := img.(type) {
	case *image.Gray:
		out = image.NewGray(image.Rect(0, 0, sw, sh))
	case *image.Paletted:
		out = image.NewPaletted(image.Rect(0, 0, sw, sh), img.Palette)
	default:
		out = image.NewNRGBA(image.Rect(0, 0, sw, sh))
	}
	for y := range sh {
		for x := range sw {
			// Where the stored pixel belongs, as EXIF describes it: the side that row 0
			// is, and the side that column 0 is.
			at := map[int]image.Point{1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y}, 5: {y, x}, 6: {w - 1 - y, x}, 7: {w - 1 - y, h - 1 - x}, 8: {y, h - 1 - x}}[o]
			out.Set(x, y, img.At(at.X, at.Y))
		}
	}
	return out
}

// near is how far two colours are from each other.
func near(a, b color.Color) int {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	far := func(x, y uint32) int { return max(int(x>>8)-int(y>>8), int(y>>8)-int(x>>8)) }
	return max(far(ar, br), far(ag, bg), far(ab, bb))
}

func TestRedactErr(t *testing.T) {
	plain := clean(t)["png"]
	one := []picture.Box{{0, 0, 1, 1}}
	for name, c := range map[string]struct {
		b     []byte
		boxes []picture.Box
		want  error
	}{
		"BoxOutside":  {plain, []picture.Box{{1.2, 0, 0.1, 0.1}}, picture.ErrBox},
		"BoxAbove":    {plain, []picture.Box{{0, -1, 0.5, 0.5}}, picture.ErrBox},
		"BoxEmpty":    {plain, []picture.Box{{0.5, 0.5, 0, 0.2}}, picture.ErrBox},
		"BoxNoNumber": {plain, []picture.Box{{math.NaN(), 0, 1, 1}}, picture.ErrBox},
		"BoxEndless":  {plain, []picture.Box{{0, 0, math.NaN(), 1}}, picture.ErrBox},
		"HEIC":        {whole(t)["heic"], one, picture.ErrCannot},
		"TIFFPages":   {twoPages(whole(t)["tiff"]), one, picture.ErrCannot},
		"Cut":         {plain[:len(plain)/2], one, picture.ErrDamaged},
		"NoPicture":   {[]byte("abc"), one, picture.ErrFormat},
		"Huge":        {announced(10000, 6000), one, picture.ErrTooLarge},
		"Long":        {announced(1<<16, 1), one, picture.ErrTooLarge},
		"Progressive": {progressive(6000, 4000), one, picture.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := picture.Redact(c.b, c.boxes); !errors.Is(err, c.want) || out != nil {
				t.Errorf("%d bytes, %v", len(out), err)
			}
		})
	}
	t.Run("OKPartlyOutside", func(t *testing.T) {
		if _, err := picture.Redact(plain, []picture.Box{{-0.5, -0.5, 9, math.Inf(1)}}); err != nil {
			t.Error(err)
		}
	})
}

// twoPages lets a second directory follow on a TIFF's first.
func twoPages(b []byte) []byte {
	at := int(binary.LittleEndian.Uint32(b[4:]))
	next := at + 2 + 12*int(binary.LittleEndian.Uint16(b[at:]))
	out := append(bytes.Clone(b), b[at:next+4]...)
	binary.LittleEndian.PutUint32(out[next:], uint32(len(b)))
	return out
}

// announced is a PNG of that size without its pixels.
func announced(w, h uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	body = append(body, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	return append(out, picturetest.Chunk("IEND", nil)...)
}

// progressive is the head of a JPEG of full colours that comes in passes, for which
// a decoder keeps 12 bytes of coefficients for each pixel.
func progressive(w, h uint16) []byte {
	out := append([]byte("\xff\xd8\xff\xc2\x00\x11\x08"), byte(h>>8), byte(h), byte(w>>8), byte(w), 3)
	return append(out, "\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00\xff\xd9"...)
}

func TestShrink(t *testing.T) {
	t.Run("OKLikeTheOriginal", func(t *testing.T) {
		wave := image.NewNRGBA(image.Rect(0, 0, 301, 200))
		for y := range 200 {
			for x := range 301 {
				wave.SetNRGBA(x, y, color.NRGBA{byte(x * 255 / 300), byte(y * 255 / 199), 80, 255})
			}
		}
		for format, b := range map[string][]byte{"JPEG": picturetest.JPEG(t, wave, everything), "PNG": picturetest.PNG(t, wave, everything)} {
			out, err := picture.Shrink(b, 100, 95)
			if err != nil {
				t.Fatal(err)
			}
			info, err := picture.Look(out)
			if err != nil || info.Format != picture.JPEG || info.Metadata() || info.Width != 100 || info.Height != 66 {
				t.Fatalf("%s: %+v, %v", format, info, err)
			}
			img := shown(t, out)
			for _, p := range []image.Point{{0, 0}, {50, 33}, {99, 65}, {10, 60}} {
				if want := wave.At(p.X*300/99, p.Y*199/65); near(img.At(p.X, p.Y), want) > 8 {
					t.Errorf("%s: %v is %v, want %v", format, p, img.At(p.X, p.Y), want)
				}
			}
		}
	})
	t.Run("OKClearIsWhite", func(t *testing.T) {
		b := encoded(t, func(w *bytes.Buffer) error { return png.Encode(w, image.NewNRGBA(image.Rect(0, 0, 40, 24))) })
		out, err := picture.Shrink(b, 20, 90)
		if err != nil {
			t.Fatal(err)
		}
		if c := shown(t, out).At(5, 5); near(c, color.White) > 2 {
			t.Error(c)
		}
	})
	t.Run("OKNeverLarger", func(t *testing.T) {
		out, err := picture.Shrink(clean(t)["jpeg"], 4000, 85)
		if info, lookErr := picture.Look(out); err != nil || lookErr != nil || info.Width != 40 {
			t.Error(info.Width, err)
		}
	})
	t.Run("OKProfileStays", func(t *testing.T) {
		out, err := picture.Shrink(clean(t)["jpegJFIF"], 20, 85)
		if err != nil || !bytes.Contains(out, []byte("ICC_PROFILE\x00\x01\x01profile")) {
			t.Error(err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(out)); err != nil {
			t.Error(err)
		}
	})
	t.Run("OKOneRow", func(t *testing.T) {
		b := encoded(t, func(w *bytes.Buffer) error { return png.Encode(w, image.NewNRGBA(image.Rect(0, 0, 900, 1))) })
		if _, err := picture.Shrink(b, 10, 85); err != nil {
			t.Error(err)
		}
	})
}

func TestWorth(t *testing.T) {
	photo := picture.Info{Format: picture.JPEG, Width: 6000, Height: 4000, Pages: 1}
	small := photo
	small.Width, small.Height = 1900, 1400
	heic, film := photo, photo
	heic.Format, film.Format, film.Pages = picture.HEIF, picture.GIF, 20
	for name, c := range map[string]struct {
		info picture.Info
		size int
		want bool
	}{
		"YesPhoto": {photo, 8 << 20, true}, "NoSmallFile": {photo, 2 << 20, false}, "NoLittleToGain": {small, 2<<20 - 1, false},
		"YesPoorlyCompressed": {small, 6 << 20, true}, "NoHEIC": {heic, 8 << 20, false}, "NoMoving": {film, 8 << 20, false}, "NoUnknownSize": {picture.Info{Format: picture.JPEG, Pages: 1}, 8 << 20, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := picture.Worth(c.info, c.size); got != c.want {
				t.Error(got)
			}
		})
	}
}
