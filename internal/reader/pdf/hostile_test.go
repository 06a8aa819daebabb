package pdf_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guichet/internal/reader/pdf"
	"guichet/internal/reader/pdf/pdftest"
)

func TestHostile(t *testing.T) {
	for name, data := range pdftest.Hostile() {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			said := walk(engine(t), data)
			t.Logf("%v, %s", time.Since(begun).Round(time.Millisecond), said)
			// Whatever it did, the next file is read.
			if got := page(t, open(t, pdftest.Text("après")), 1).Text; got != "après" {
				t.Errorf("then read %q", got)
			}
		})
	}
	t.Run("ThePageBehindABomb", func(t *testing.T) {
		d := open(t, pdftest.Hostile()["a bomb"])
		if _, err := d.Page(1); !errors.Is(err, pdf.ErrMemory) {
			t.Errorf("the bomb: %v", err)
		}
		if got := page(t, d, 2).Text; got != "La page d'après" {
			t.Errorf("read %q", got)
		}
	})
}

// walk does all with a file that can be done, and says what came of it.
func walk(e *pdf.Engine, data []byte) string {
	d, err := e.Open(data)
	if err != nil {
		return err.Error()
	}
	defer d.Close()
	said := fmt.Sprintf("%d pages", d.Pages())
	note := func(err error) {
		if err != nil {
			said += "; " + err.Error()
		}
	}
	_, err = d.Info()
	note(err)
	_, err = d.Files()
	note(err)
	for n := 1; n <= min(d.Pages(), 20); n++ {
		_, err = d.Page(n)
		note(err)
		_, err = d.Picture(n, 72, 1<<18)
		note(err)
	}
	return said
}

func FuzzOpen(f *testing.F) {
	for name, data := range pdftest.Hostile() {
		// These take seconds by themselves, and their descendants too long for a fuzzer.
		if len(data) < 1<<16 && name != "a form in itself" && name != "a picture too large" {
			f.Add(data)
		}
	}
	f.Add(pdftest.Attached("factur-x.xml", []byte("<a/>")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<18 {
			t.Skip("too large to be tried often")
		}
		_ = walk(engine(t), data)
	})
}
