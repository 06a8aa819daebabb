package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/portald"
	"guichet/internal/reader"
	"guichet/internal/reader/pdf/pdftest"
)

// drawing is a desk whose children find compiled what draws PDF files.
func drawing(t *testing.T) (*office, *portald.Twin) {
	t.Helper()
	o, p := desktop(t)
	o.app.reader.Cache = pdftest.Cache(t)
	return o, p
}

// attachPDF attaches a PDF to a new draft.
func (o *office) attachPDF(t *testing.T, data []byte) File {
	t.Helper()
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "facture.pdf")
	put(t, path, data)
	return o.attach(t, id, path)[0]
}

func (o *office) thumb(id string) *httptest.ResponseRecorder {
	return o.served(http.MethodGet, "/files/"+id+"/thumb", nil)
}

func TestThumbPDF(t *testing.T) {
	o, p := drawing(t)
	file := o.attachPDF(t, pdftest.Text("Facture FA-2026-0412", "Page deux"))
	t.Run("FirstPage", func(t *testing.T) {
		w := o.thumb(file.ID)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "no-store" || !file.Thumb {
			t.Fatalf("answered %d, thumb %t", w.Code, file.Thumb)
		}
		picture, err := png.Decode(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size.X < thumbSide/2 || size.X > thumbSide*3/2 || size.Y > thumbSide*3 {
			t.Errorf("%v pixels", size)
		}
	})
	t.Run("DrawnOnce", func(t *testing.T) {
		was := o.app.reader.Program
		o.app.reader.Program = filepath.Join(t.TempDir(), "none")
		defer func() { o.app.reader.Program = was }()
		if w := o.thumb(file.ID); w.Code != http.StatusOK {
			t.Errorf("answered %d", w.Code)
		}
	})
	for name, data := range map[string][]byte{
		"NoneIfEncrypted": pdftest.Encrypted(pdftest.Text("Facture"), "secret", "secret"),
		"NoneIfDamaged":   append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0xa5}, 1000)...),
	} {
		t.Run(name, func(t *testing.T) {
			bad := o.attachPDF(t, data)
			for range 2 { // the second time it is remembered
				if w := o.thumb(bad.ID); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
					t.Errorf("answered %d", w.Code)
				}
			}
		})
	}
	t.Run("NothingOnTheDisk", func(t *testing.T) {
		_ = filepath.WalkDir(o.data, func(path string, _ os.DirEntry, _ error) error {
			if data, err := os.ReadFile(path); err == nil && bytes.HasPrefix(data, []byte("\x89PNG")) {
				t.Errorf("a picture is at %s", filepath.Base(path))
			}
			return nil
		})
	})
	t.Run("ErrSomebodyElses", func(t *testing.T) {
		o.signIn(t, p, marc)
		if n := len(o.app.thumbs.byKey); n > 0 {
			t.Errorf("%d pictures are still held", n)
		}
		if w := o.thumb(file.ID); w.Code != http.StatusNotFound {
			t.Errorf("answered %d", w.Code)
		}
	})
}

// However many pictures a list wants, one child draws them: the other turn is for
// whoever waits for a file to be looked into.
func TestThumbsTakeTurns(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are counted in /proc")
	}
	o, _ := drawing(t)
	var files []File
	for n := range 8 {
		files = append(files, o.attachPDF(t, pdftest.Text(fmt.Sprintf("Facture %d", n))))
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o.app.reader.Program, o.app.reader.Args = self, []string{reader.Argument, dir}
	var all sync.WaitGroup
	for _, f := range files {
		all.Go(func() {
			if w := o.thumb(f.ID); w.Code != http.StatusOK {
				t.Errorf("answered %d", w.Code)
			}
		})
	}
	all.Wait()
	if _, err := os.Stat(filepath.Join(dir, "ran")); err != nil {
		t.Error("no child was counted")
	}
	if _, err := os.Stat(filepath.Join(dir, "many")); err == nil {
		t.Error("more than one child drew at a time")
	}
}

// counted is a child that leaves word in a folder if more than one runs. It is killed
// once it has answered: those that are gone count no more.
func counted(dir string) int {
	if os.WriteFile(filepath.Join(dir, "child-"+strconv.Itoa(os.Getpid())), nil, 0o600) != nil {
		return 4
	}
	begun, err := filepath.Glob(filepath.Join(dir, "child-*"))
	if err != nil || os.WriteFile(filepath.Join(dir, "ran"), nil, 0o600) != nil {
		return 4
	}
	running := 0
	for _, path := range begun {
		_, pid, _ := strings.Cut(filepath.Base(path), "-")
		if _, err := os.Stat("/proc/" + pid); err == nil {
			running++
		}
	}
	if running > 1 {
		_ = os.WriteFile(filepath.Join(dir, "many"), nil, 0o600)
	}
	return ServeReader()
}

// waiting is a context that tells when somebody begins to wait for its end.
type waiting struct {
	context.Context
	once  sync.Once
	waits chan struct{}
}

func (w *waiting) Done() <-chan struct{} {
	w.once.Do(func() { close(w.waits) })
	return w.Context.Done()
}

// Whoever waits for its turn holds no bytes meanwhile: it does not even look for them.
func TestThumbsReadInTurn(t *testing.T) {
	o := alone(t)
	o.app.glances <- struct{}{} // somebody draws
	ctx, cancel := context.WithCancel(t.Context())
	w := &waiting{Context: ctx, waits: make(chan struct{})}
	ended := make(chan bool, 1)
	go func() {
		_, keep := o.app.firstPage(w, desk.Owner{}, desk.File{Stored: "gone", Size: 9, Media: mediaPDF})
		ended <- keep
	}()
	select {
	case <-ended:
		t.Fatal("it has looked for the file before its turn")
	case <-w.waits:
	}
	cancel()
	if <-ended {
		t.Error("what was broken off is kept")
	}
	<-o.app.glances
}

func TestThumbsForgetTheOldest(t *testing.T) {
	var all thumbs
	drawn := 0
	get := func(n int) {
		all.get(strconv.Itoa(n), func() ([]byte, bool) { drawn++; return []byte{byte(n)}, true })
	}
	for n := range maxThumbs {
		get(n)
	}
	get(0) // looked at again
	get(maxThumbs)
	if drawn != maxThumbs+1 || len(all.byKey) != maxThumbs || len(all.order) != maxThumbs {
		t.Fatalf("%d drawn, %d held in an order of %d", drawn, len(all.byKey), len(all.order))
	}
	get(0)
	if drawn != maxThumbs+1 {
		t.Error("one that was looked at is gone")
	}
	get(1)
	if drawn != maxThumbs+2 {
		t.Error("the oldest is still there")
	}
	all.get("x", func() ([]byte, bool) { return nil, false })
	if _, ok := all.byKey["x"]; ok {
		t.Error("what was broken off is held")
	}
}

// A page of a candidate is as small as it is asked for, and never larger than usual.
func TestPageWidth(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "photo.png")
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 4*pageWidth, 20))); err != nil {
		t.Fatal(err)
	}
	put(t, path, large.Bytes())
	token := o.looked(t, id, path)[0]
	width := func(query string) int {
		w := o.served(http.MethodGet, "/files/"+token+"/page/1"+query, nil)
		if w.Code != http.StatusOK {
			t.Fatalf("answered %d", w.Code)
		}
		picture, _, err := image.DecodeConfig(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		return picture.Width
	}
	usual := width("")
	if small := width("?width=100"); small > 150 || small >= usual {
		t.Errorf("%d pixels", small)
	}
	for _, query := range []string{"?width=100000", "?width=-1", "?width=x"} {
		if got := width(query); got != usual {
			t.Errorf("%s: %d pixels, usually %d", query, got, usual)
		}
	}
}
