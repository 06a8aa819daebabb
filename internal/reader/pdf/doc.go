package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/tetratelabs/wazero/sys"
)

// Bounds of a document.
const (
	instanceWait = 5 * time.Second
	maxReopened  = 8 // times that a page may end its instance of pdfium
)

// Doc is an open file.
type Doc struct {
	engine   *Engine
	data     []byte
	source   *bytes.Reader
	pdfium   pdfium.Pdfium
	ref      references.FPDF_DOCUMENT
	form     references.FPDF_FORMHANDLE
	pages    int
	reopened int
	taken    int  // bytes of files
	pictures bool // there are some in the file; a picture's own entries are never packed
}

// Page is what stands on a page.
type Page struct {
	Text    string       // all of it in the order of the file, which is nearly always that of reading; also what is covered, hidden, or beside the paper
	Notes   string       // what annotations and fields of a form say, a line each
	Files   []Attachment // those that are pinned to it
	Scanned bool         // its text, or some of it, is in a picture: somebody has to recognise it
}

// Pages counts them.
func (d *Doc) Pages() int { return d.pages }

// Close lets go of the file and of all that was made of it.
func (d *Doc) Close() {
	if d.pdfium == nil {
		return
	}
	// Kill ends the module with its memory; a Close before it would walk through
	// what a file may have broken.
	_ = d.pdfium.Kill() // it is gone in any case
	d.source.Reset(nil) // go-pdfium keeps the reader of what was killed
	d.pdfium, d.ref, d.form = nil, "", ""
}

// Page reads a page, the first is 1. An error is about this page; the others can
// still be read.
func (d *Doc) Page(n int) (Page, error) {
	var p Page
	err := d.with(n, "read page", func(page references.FPDF_PAGE) error {
		by := requests.Page{ByReference: &page}
		drawn, err := d.notes(by, &p)
		if err != nil {
			return err
		}
		if drawn {
			// What annotations show becomes part of the page. It is done in
			// memory, and without it the page still has its own text.
			if _, err := d.pdfium.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: by}); dead(err) {
				return err
			}
		}
		if p.Text, err = d.text(by); err != nil {
			return err
		}
		p.Scanned, err = d.scanned(by, p.Text)
		return err
	})
	return p, err
}

// with does something with a page. When that ended pdfium, the document is opened
// anew for the pages to come.
func (d *Doc) with(n int, operation string, do func(references.FPDF_PAGE) error) error {
	if n < 1 || n > d.pages || d.pdfium == nil {
		return fmt.Errorf("%s: %w", operation, ErrDamaged)
	}
	d.engine.memory.refused = false
	page, err := d.pdfium.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.ref, Index: n - 1})
	if err == nil {
		err = do(page.Page)
		if !dead(err) {
			_, closing := d.pdfium.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page.Page})
			err = errors.Join(err, closing)
		}
	}
	said := d.reason(operation, err)
	if !dead(err) && !d.engine.memory.refused {
		return said
	}
	d.Close()
	if d.reopened++; d.reopened <= maxReopened {
		// What cannot be opened again answers ErrDamaged for every page.
		_ = d.open()
	}
	return said
}

// dead tells whether an error ended the instance of pdfium: it trapped, or said
// goodbye.
func dead(err error) bool {
	if err == nil {
		return false
	}
	var exit *sys.ExitError
	return errors.As(err, &exit) || strings.Contains(err.Error(), "wasm error") || strings.HasPrefix(err.Error(), "panic occurred")
}

// text is all text of a page.
func (d *Doc) text(by requests.Page) (string, error) {
	loaded, err := d.pdfium.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: by})
	if err != nil {
		return "", err
	}
	count, err := d.pdfium.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: loaded.TextPage})
	if err != nil {
		return "", err
	}
	var text string
	if count.Count > 0 {
		got, err := d.pdfium.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: loaded.TextPage, Count: count.Count})
		if err != nil {
			return "", err
		}
		text = plain(got.Text)
	}
	_, err = d.pdfium.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	return text, err
}

// plain ends lines with "\n" alone, and drops what is no text. Where pdfium joined
// two lines it left a mark in place of the hyphen: a word is whole without it, a
// number or a name with a digit has it back.
func plain(text string) string {
	if !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == '\ufffe' }) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	before := rune(0)
	for i, c := range text {
		switch {
		case c == '\x02' || c == '\ufffe':
			after := firstOf(text[i+len(string(c)):])
			if unicode.IsLetter(before) && unicode.IsLetter(after) {
				continue
			}
			c = '-'
		case c == '\r':
			if firstOf(text[i+1:]) == '\n' {
				continue
			}
			c = '\n'
		case c < ' ' && c != '\n' && c != '\t':
			continue
		}
		b.WriteRune(c)
		before = c
	}
	return b.String()
}

func firstOf(text string) rune {
	for _, c := range text {
		return c
	}
	return 0
}
