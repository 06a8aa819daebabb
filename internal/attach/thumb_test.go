package attach_test

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
	"io"
	"strings"
	"testing"

	"guichet/internal/attach"

	"golang.org/x/image/tiff"
)

// red is a plain picture in a format.
func red(tb testing.TB, format string, width, height int) []byte {
	tb.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []byte{255, 0, 0, 255})
	}
	var buf bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&buf, img)
	case "jpeg":
		err = jpeg.Encode(&buf, img, nil)
	case "gif":
		err = gif.Encode(&buf, img, nil)
	case "tiff":
		err = tiff.Encode(&buf, img, nil)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func TestThumb(t *testing.T) {
	tests := map[string]struct {
		format        string
		width, height int
		wantW, wantH  int
	}{
		"OKWide":         {"png", 400, 100, 100, 25},
		"OKTall":         {"png", 100, 400, 25, 100},
		"OKSquare":       {"png", 300, 300, 100, 100},
		"OKSmallAsItIs":  {"png", 30, 20, 30, 20},
		"OKAtSide":       {"png", 100, 40, 100, 40},
		"OKNeverNothing": {"png", 1000, 1, 100, 1},
		"OKJPEG":         {"jpeg", 400, 100, 100, 25},
		"OKGIF":          {"gif", 400, 100, 100, 25},
		"OKTIFF":         {"tiff", 400, 100, 100, 25},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := attach.Thumb(&out, bytes.NewReader(red(t, tt.format, tt.width, tt.height)), 100); err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			if size := img.Bounds().Size(); size != image.Pt(tt.wantW, tt.wantH) {
				t.Errorf("got %v, want %dx%d", size, tt.wantW, tt.wantH)
			}
			c := color.NRGBAModel.Convert(img.At(tt.wantW/2, tt.wantH/2)).(color.NRGBA)
			if c.R < 250 || c.G > 5 || c.B > 5 || c.A != 255 {
				t.Errorf("colour %v", c)
			}
		})
	}
	t.Run("OKWebP", func(t *testing.T) {
		b, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
		if err != nil {
			t.Fatal(err)
		}
		if err := attach.Thumb(io.Discard, bytes.NewReader(b), 100); err != nil {
			t.Error(err)
		}
	})
}

// announced is the head of a picture of that size, without a pixel.
func announced(width, height uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 6, 0, 0, 0) // true colour with alpha
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func TestThumbErr(t *testing.T) {
	whole := red(t, "png", 400, 300)
	tests := map[string]struct {
		picture []byte
		want    string // in the message
	}{
		"ErrHuge":         {announced(1<<28, 1<<28), "too large"},
		"ErrHugeArea":     {announced(60000, 60000), "too large"},
		"ErrHugeLine":     {announced(60<<20+1, 1), "too large"},
		"ErrAtLimit":      {announced(60<<20, 1), "decode picture"}, // would be decoded, if there were pixels
		"ErrCut":          {whole[:len(whole)/2], "decode picture"},
		"ErrCutHead":      {whole[:20], "read picture"},
		"ErrNoPicture":    {[]byte("%PDF-1.4"), "read picture"},
		"ErrEmpty":        {nil, "read picture"},
		"ErrDamagedBytes": {bytes.Replace(whole, []byte("IDAT"), []byte("IDAT\xff\xff"), 1), "decode picture"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := attach.Thumb(&out, bytes.NewReader(tt.picture), 100)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written", out.Len())
			}
		})
	}
}

// A picture that announces too much is refused by its head: nothing behind it
// is read.
func TestThumbHugeNotDecoded(t *testing.T) {
	r := &counting{Reader: bytes.NewReader(append(announced(60000, 60000), make([]byte, 1<<20)...))}
	if err := attach.Thumb(io.Discard, r, 100); err == nil {
		t.Fatal("no error")
	}
	if r.n > 64<<10 {
		t.Errorf("read %d bytes", r.n)
	}
}

type counting struct {
	*bytes.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestThumbErrWriter(t *testing.T) {
	r, w := io.Pipe()
	r.CloseWithError(errBroken)
	if err := attach.Thumb(w, bytes.NewReader(red(t, "png", 40, 30)), 100); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("got %v", err)
	}
}

func TestCanThumb(t *testing.T) {
	for media, want := range map[string]bool{
		"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/tiff": true,
		"image/heic": false, "image/svg+xml": false, "application/pdf": false, "": false,
	} {
		if attach.CanThumb(media) != want {
			t.Errorf("%q: want %t", media, want)
		}
	}
}
