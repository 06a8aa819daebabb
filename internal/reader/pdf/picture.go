package pdf

import (
	"fmt"
	"image"
	"image/draw"
	"math"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Picture draws a page, the first is 1, at so many dots per inch, or fewer if it
// would have more pixels than that. It is grey: what it is for is to be recognised,
// and that takes a fourth of the memory.
func (d *Doc) Picture(n, dpi, maxPixels int) (image.Image, error) {
	var picture image.Image
	err := d.with(n, "draw page", func(page references.FPDF_PAGE) error {
		by := requests.Page{ByReference: &page}
		size, err := d.pdfium.GetPageSize(&requests.GetPageSize{Page: by})
		if err != nil {
			return err
		}
		width, height, ok := pixels(size.Width, size.Height, dpi, maxPixels)
		if !ok {
			return fmt.Errorf("a page of no size: %w", ErrDamaged)
		}
		drawn, err := d.pdfium.RenderPageInPixels(&requests.RenderPageInPixels{
			Page: by, Width: width, Height: height, ImageFormat: requests.RenderImageFormatGrayscale,
			RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_RENDER_LIMITEDIMAGECACHE,
		})
		if err != nil {
			return err
		}
		defer drawn.Cleanup()
		// Its pixels lie in pdfium's memory until then.
		own := image.NewGray(drawn.Result.RenderedImage.Bounds())
		draw.Draw(own, own.Bounds(), drawn.Result.RenderedImage, own.Bounds().Min, draw.Src)
		picture = own
		return nil
	})
	if err != nil {
		return nil, err
	}
	return picture, nil
}

// pixels are a page's width and height in pixels, from points; false if it has none.
func pixels(width, height float64, dpi, most int) (w, h int, ok bool) {
	if !(width > 0 && height > 0) || math.IsInf(width, 0) || math.IsInf(height, 0) || dpi < 1 || most < 1 {
		return 0, 0, false
	}
	scale := float64(dpi) / 72
	scale = min(scale, math.Sqrt(float64(most)/width/height), float64(most)/width, float64(most)/height)
	w, h = max(1, int(width*scale)), max(1, int(height*scale))
	return w, h, w <= most/h
}

// When a page's text is in a picture.
const (
	nextToNothing = 20   // letters and digits: a page number, a footer
	fewWords      = 200  // a header that a fax or a scanner puts over its picture
	fewest        = 30   // lines and curves that may be letters
	looked        = 2000 // objects of a page that are looked at
)

// scanned tells whether somebody has to recognise a page's text: there are pictures,
// or many curves, and next to no text, or a picture over half of it and few words.
func (d *Doc) scanned(by requests.Page, text string) (bool, error) {
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			if letters++; letters >= fewWords {
				return false, nil
			}
		}
	}
	count, err := d.pdfium.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: by})
	if err != nil {
		return false, err
	}
	size, err := d.pdfium.GetPageSize(&requests.GetPageSize{Page: by})
	if err != nil {
		return false, err
	}
	paths, pictures, covered := 0, 0, 0.0
	for i := range min(count.Count, looked) {
		kind, area, err := d.object(by, i)
		if err != nil {
			return false, err
		}
		switch kind {
		case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_FORM, enums.FPDF_PAGEOBJ_SHADING:
			pictures++
			covered = max(covered, area)
		case enums.FPDF_PAGEOBJ_PATH:
			paths++
		}
	}
	if letters < nextToNothing {
		return pictures > 0 || paths >= fewest, nil
	}
	return covered >= size.Width*size.Height/2, nil
}

// object is what an object of a page is, and its area in square points.
func (d *Doc) object(by requests.Page, i int) (enums.FPDF_PAGEOBJ, float64, error) {
	object, err := d.pdfium.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: by, Index: i})
	if err != nil {
		return 0, 0, err
	}
	kind, err := d.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
	if err != nil {
		return 0, 0, err
	}
	if kind.Type != enums.FPDF_PAGEOBJ_IMAGE {
		return kind.Type, 0, nil // a form may be as large as the page and hold a line of text
	}
	bounds, err := d.pdfium.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object.PageObject})
	if err != nil {
		if dead(err) {
			return 0, 0, err
		}
		return kind.Type, 0, nil
	}
	return kind.Type, math.Abs(float64(bounds.Right-bounds.Left) * float64(bounds.Top-bounds.Bottom)), nil
}
