package picture_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"guichet/internal/reader/picture"
	"guichet/internal/reader/picture/picturetest"
)

// child is what a process of this test does with the picture in a file, instead of
// testing.
const child = "GUICHET_PICTURE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(child); path != "" {
		if err := work(path, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

var peak = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// work ends with the most memory it ever had, in kB.
func work(path, act string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	switch act {
	case "look":
		_, err = picture.Look(data)
	case "strip":
		_, err = picture.Strip(data)
	case "redact":
		_, err = picture.Redact(data, []picture.Box{{0.1, 0.1, 0.3, 0.3}})
	case "shrink":
		_, err = picture.Shrink(data, picture.ShrunkSide, picture.ShrunkQuality)
	}
	if err != nil {
		return err
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	fmt.Println(string(peak.FindSubmatch(status)[1]))
	return nil
}

// A photo of 24 megapixels fits with its caller, who is ended at 256 MB.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large pictures")
	}
	dir := t.TempDir()
	photo := large(6000, 4000)
	pictures := map[string][]byte{
		"jpeg":       picturetest.JPEG(t, photo, picturetest.Facts{Place: true}),
		"jpegTurned": picturetest.JPEG(t, photo, picturetest.Facts{Orientation: 6}),
		"png": encoded(t, func(w *bytes.Buffer) error {
			e := png.Encoder{CompressionLevel: png.BestSpeed}
			return e.Encode(w, photo)
		}),
	}
	for name, b := range pictures {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, act := range []string{"look", "strip", "redact", "shrink"} {
			t.Run(name+"_"+act, func(t *testing.T) {
				cmd := exec.Command(os.Args[0], act)
				cmd.Env = append(os.Environ(), child+"="+path, "GOMEMLIMIT=200MiB")
				begun := time.Now()
				out, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				kb, err := strconv.Atoi(string(bytes.TrimSpace(out)))
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%d MB for %d MB, %v", kb>>10, len(b)>>20, time.Since(begun).Round(time.Millisecond))
				if kb > 240<<10 {
					t.Errorf("%d MB", kb>>10)
				}
			})
		}
	}
}

// large is a photo made of a smaller one, with a little of its noise.
func large(w, h int) *image.RGBA {
	part := picturetest.Photo(500, 400)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := 0; x < w; x += 500 {
			copy(img.Pix[y*img.Stride+4*x:][:4*min(500, w-x)], part.Pix[(y%400)*part.Stride:])
		}
	}
	return img
}
