package picture_test

import (
	"bytes"
	"errors"
	"image/gif"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/internal/reader/picture"
	"guichet/internal/reader/picture/picturetest"
)

func TestLook(t *testing.T) {
	type told struct{ place, device, hidden, text bool }
	all := map[string]told{
		"jpegEXIF": {true, true, true, true}, "jpegTurned": {place: true}, "jpegXMP": {true, true, false, true}, "jpegXMPMore": {true, true, false, true},
		"jpegIPTC": {device: true, text: true}, "jpegCity": {place: true, device: true, text: true}, "jpegThumbnail": {device: true, hidden: true},
		"jpegUnknown": {hidden: true}, "jpegSecond": {hidden: true}, "jpegFilm": {hidden: true}, "jpegAdobeLong": {hidden: true},
		"pngEXIF": {true, true, true, true}, "pngText": {device: true, text: true}, "pngZText": {device: true, text: true}, "pngIText": {device: true, text: true},
		"pngITextZ": {device: true, text: true}, "pngXMP": {true, true, false, true}, "pngRaw": {true, true, true, true}, "pngUnknown": {hidden: true},
		"pngBehind": {hidden: true}, "pngLongGamma": {hidden: true},
		"gifComment": {text: true}, "gifText": {text: true}, "gifXMP": {true, true, false, true}, "gifApp": {hidden: true}, "gifBehind": {hidden: true},
		"webpEXIF": {true, true, true, true}, "webpTurned": {place: true}, "webpXMP": {true, true, false, true}, "webpUnknown": {hidden: true},
		"webpBehind": {hidden: true}, "webpEXIFNamed": {true, true, true, true}, "webpSimpleEXIF": {true, true, true, true},
		"heic": {true, true, true, true},
	}
	samples := telling(t)
	maps.Copy(samples, whole(t))
	for name, b := range samples {
		t.Run(name, func(t *testing.T) {
			info, err := picture.Look(b)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Contains(strings.Join(info.Texts, "\n"), secret)
			if got := (told{info.Location, info.Device, info.Hidden, text}); got != all[name] {
				t.Errorf("told %+v, want %+v", got, all[name])
			}
			if info.Unread {
				t.Error("something was not read")
			}
			if (all[name] != told{}) != info.Metadata() {
				t.Error("Metadata says otherwise")
			}
		})
	}
	for name, b := range clean(t) {
		t.Run("Nothing_"+name, func(t *testing.T) {
			if info, err := picture.Look(b); err != nil || info.Metadata() {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
}

func TestLookSize(t *testing.T) {
	photo := picturetest.Photo(40, 24)
	all := clean(t)
	maps.Copy(all, whole(t))
	for name, c := range map[string]struct {
		b                         []byte
		width, height, way, pages int
	}{
		"JPEG":       {all["jpeg"], 40, 24, 1, 1},
		"JPEGTurned": {picturetest.JPEG(t, photo, picturetest.Facts{Orientation: 6}), 24, 40, 6, 1},
		"JPEGOver":   {picturetest.JPEG(t, photo, picturetest.Facts{Orientation: 3}), 40, 24, 3, 1},
		"JPEGOdd":    {picturetest.JPEG(t, photo, picturetest.Facts{Orientation: 9}), 40, 24, 1, 1},
		"PNG":        {all["png"], 40, 24, 1, 1},
		"PNGTurned":  {picturetest.PNG(t, photo, picturetest.Facts{Orientation: 8}), 24, 40, 8, 1},
		"GIF":        {all["gif"], 40, 24, 1, 1},
		"GIFMoving":  {all["gifMoving"], 40, 24, 1, 2},
		"WebP":       {all["webp"], 1, 1, 1, 1},
		"TIFF":       {all["tiff"], 40, 24, 1, 1},
		"BMP":        {all["bmp"], 40, 24, 1, 1},
		"HEIC":       {all["heic"], 40, 24, 1, 1},
		"HEICTurned": {picturetest.HEIC(picturetest.Facts{Orientation: 6}, 40, 24), 24, 40, 6, 1},
	} {
		t.Run(name, func(t *testing.T) {
			info, err := picture.Look(c.b)
			if err != nil || info.Width != c.width || info.Height != c.height || info.Orientation != c.way || info.Pages != c.pages {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
}

func TestLookErr(t *testing.T) {
	jpg := picturetest.JPEG(t, picturetest.Photo(40, 24), everything)
	t.Run("ErrFormat", func(t *testing.T) {
		for _, b := range []string{"", "BM", "%PDF-1.7", "RIFF\x00\x00\x00\x00WAVE", "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp42"} {
			if _, err := picture.Look([]byte(b)); !errors.Is(err, picture.ErrFormat) {
				t.Errorf("%q: %v", b, err)
			}
		}
	})
	t.Run("DamagedTellsWhatWasSeen", func(t *testing.T) {
		info, err := picture.Look(jpg[:len(jpg)-10])
		if !errors.Is(err, picture.ErrDamaged) || !info.Location {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("UnreadWhenTooMuch", func(t *testing.T) {
		body := append([]byte("Comment\x00\x00"), deflated(strings.Repeat("abcdefg ", 100<<20/8))...)
		b := picturetest.Insert(clean(t)["png"], 33, bytes.Repeat(picturetest.Chunk("zTXt", body), 3))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		info, err := picture.Look(b)
		runtime.ReadMemStats(&after)
		if err != nil || !info.Unread || len(strings.Join(info.Texts, "")) > 1<<20 {
			t.Errorf("unread %t, %d texts, %v", info.Unread, len(info.Texts), err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
			t.Errorf("it took %d MB", took>>20)
		}
	})
	t.Run("UnreadWhenLeadingNowhere", func(t *testing.T) {
		block := picturetest.EXIF(everything)
		b := picturetest.Insert(clean(t)["png"], 33, picturetest.Chunk("eXIf", block[:len(block)/3]))
		if info, err := picture.Look(b); err != nil || !info.Unread {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("EndsWhereDirectoriesLoop", func(t *testing.T) {
		b := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00")
		if _, err := picture.Look(b); !errors.Is(err, picture.ErrDamaged) {
			t.Error(err)
		}
	})
}

func TestStrip(t *testing.T) {
	for name, b := range telling(t) {
		t.Run(name, func(t *testing.T) {
			out, err := picture.Strip(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{secret, picturetest.Make, picturetest.Serial, picturetest.Owner} {
				if bytes.Contains(out, []byte(word)) {
					t.Errorf("%q is still there", word[:4])
				}
			}
			was, _ := picture.Look(b)
			is, err := picture.Look(out)
			if err != nil || is.Metadata() || is.Orientation != was.Orientation || is.Width != was.Width || is.Height != was.Height {
				t.Errorf("%+v, %v, was %+v", is, err, was)
			}
			if at := bytes.Index(out, []byte("VP8X")); at >= 0 && int(out[at+8]&0x0c) != map[bool]int{true: 0x08}[is.Orientation != 1] {
				t.Errorf("announces what it does not have: %x", out[at+8])
			}
			if !reflect.DeepEqual(shown(t, b), shown(t, out)) {
				t.Error("other pixels")
			}
			if again, err := picture.Strip(out); err != nil || !bytes.Equal(again, out) {
				t.Errorf("another picture the second time: %v", err)
			}
		})
	}
	for name, b := range clean(t) {
		t.Run("AsItIs_"+name, func(t *testing.T) {
			if out, err := picture.Strip(b); err != nil || !bytes.Equal(out, b) {
				t.Errorf("%d bytes of %d, %v", len(out), len(b), err)
			}
		})
	}
	t.Run("KeepsWhatMoves", func(t *testing.T) {
		b := clean(t)["gifMoving"]
		b = picturetest.Insert(b, len(b)-1, []byte("\x21\xfe\x03abc\x00"))
		out, err := picture.Strip(b)
		if err != nil {
			t.Fatal(err)
		}
		was, _ := gif.DecodeAll(bytes.NewReader(b))
		if is, err := gif.DecodeAll(bytes.NewReader(out)); err != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("other frames: %v", err)
		}
	})
}

func TestStripErr(t *testing.T) {
	plain := clean(t)["png"]
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"TIFF":        {whole(t)["tiff"], picture.ErrCannot},
		"BMP":         {whole(t)["bmp"], picture.ErrCannot},
		"HEIC":        {whole(t)["heic"], picture.ErrCannot},
		"PNGCritical": {picturetest.Insert(plain, 33, picturetest.Chunk("CgBI", nil)), picture.ErrCannot},
		"NoPicture":   {[]byte("%PDF-1.7"), picture.ErrFormat},
		"Nothing":     {nil, picture.ErrFormat},
		"NoPixels":    {append(bytes.Clone(plain[:33]), picturetest.Chunk("IEND", nil)...), picture.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := picture.Strip(c.b); !errors.Is(err, c.want) || out != nil {
				t.Errorf("%d bytes, %v", len(out), err)
			}
		})
	}
}

// Every picture is cut fifty times: what comes of it is an error or a picture.
func TestTruncated(t *testing.T) {
	samples := telling(t)
	maps.Copy(samples, clean(t))
	maps.Copy(samples, whole(t))
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		b := samples[name]
		for i := range 50 {
			cut := b[:len(b)*i/50]
			info, _ := picture.Look(cut)
			for _, text := range info.Texts {
				if !utf8.ValidString(text) {
					t.Errorf("%s cut at %d of 50: a text that is none", name, i)
				}
			}
			if out, err := picture.Strip(cut); err == nil {
				if again, err := picture.Strip(out); err != nil || !bytes.Equal(out, again) {
					t.Errorf("%s cut at %d of 50: %v", name, i, err)
				}
			}
			picture.Redact(cut, []picture.Box{{0, 0, 1, 1}})
			picture.Shrink(cut, 10, 80)
		}
	}
}
