package picture_test

import (
	"bytes"
	"image"
	"maps"
	"reflect"
	"testing"
	"unicode/utf8"

	"guichet/internal/reader/picture"
)

func seeds(f *testing.F) [][]byte {
	all := telling(f)
	maps.Copy(all, clean(f))
	maps.Copy(all, whole(f))
	var list [][]byte
	for _, b := range all {
		list = append(list, b)
	}
	return list
}

func FuzzLook(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := picture.Look(b)
		if err == nil && (info.Width <= 0 || info.Height <= 0 || info.Pages < 1) {
			t.Errorf("%+v", info)
		}
		if info.Format != "" && (info.Orientation < 1 || info.Orientation > 8) {
			t.Errorf("orientation %d", info.Orientation)
		}
		sum := 0
		for _, text := range info.Texts {
			sum += len(text)
			if !utf8.ValidString(text) {
				t.Error("a text that is none")
			}
		}
		if sum > 2<<20 { // Latin-1 takes two bytes in UTF-8
			t.Errorf("%d bytes of texts", sum)
		}
		if again, _ := picture.Look(b); !reflect.DeepEqual(info, again) {
			t.Error("another look tells something else")
		}
	})
}

// little tells whether a picture can be decoded in a test's time.
func little(b []byte) bool {
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	return err == nil && c.Width*c.Height <= 1<<16
}

func FuzzStrip(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		was := bytes.Clone(b)
		out, err := picture.Strip(b)
		if !bytes.Equal(was, b) {
			t.Fatal("the picture itself was changed")
		}
		if err != nil {
			return
		}
		if again, err := picture.Strip(out); err != nil || !bytes.Equal(again, out) {
			t.Errorf("another picture the second time: %v", err)
		}
		if info, _ := picture.Look(out); info.Metadata() {
			t.Errorf("still there: %+v", info)
		}
		if !little(b) {
			return
		}
		before, _, err := image.Decode(bytes.NewReader(b))
		if err != nil {
			return
		}
		if after, _, err := image.Decode(bytes.NewReader(out)); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("other pixels: %v", err)
		}
	})
}

func FuzzRedact(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b, 0.1, 0.2, 0.5, 0.5)
	}
	f.Fuzz(func(t *testing.T, b []byte, x, y, w, h float64) {
		if !little(b) {
			return
		}
		was, _ := picture.Look(b)
		out, err := picture.Redact(b, []picture.Box{{x, y, w, h}})
		if err != nil {
			return
		}
		info, err := picture.Look(out)
		if err != nil || info.Orientation != 1 || info.Metadata() || info.Width != was.Width || info.Height != was.Height {
			t.Fatalf("%+v, %v, was %+v", info, err, was)
		}
		// The middle of the box, where that lies inside.
		at := image.Pt(int((x+w/2)*float64(info.Width)), int((y+h/2)*float64(info.Height)))
		if img := shown(t, out); at.In(img.Bounds()) && !unlit(img.At(at.X, at.Y)) {
			t.Errorf("%v is %v", at, img.At(at.X, at.Y))
		}
		if small, err := picture.Shrink(b, 16, 80); err != nil || len(small) == 0 {
			t.Errorf("could not be made smaller: %v", err)
		}
	})
}
