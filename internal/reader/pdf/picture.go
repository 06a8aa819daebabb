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

// When a page's text, or some of it, is in a picture.
const (
	nextToNothing = 20   // letters and digits: a page number, a footer
	fewWords      = 200  // a header that a fax or a scanner puts over its picture
	fewest        = 30   // lines and curves that may be letters
	looked        = 2000 // objects of a page that are looked at
	inForms       = 200  // objects of a form that are
	formsDeep     = 3    // forms in forms
	placed        = 50   // pictures of a page that are held against its words
	logo          = 0.05 // of the page: a picture that may hold a card, or a part of a letter
)

// pageParts is what stands on a page beside its words.
type pageParts struct {
	paths    int
	pictures int
	covered  float64 // by pictures, in square points
	boxes    []box   // of pictures
}

type box struct{ left, bottom, right, top float64 }

func (b box) area() float64 { return math.Abs((b.right - b.left) * (b.top - b.bottom)) }

// scanned tells whether somebody has to recognise some of a page's text: there are
// pictures, or many curves, and next to no text; pictures over half of it and few words;
// or a picture of some size on which no words lie. Words that lie on one are those that
// were recognised in it.
func (d *Doc) scanned(by requests.Page, text string) (bool, error) {
	words := letters(text, fewWords)
	if words >= fewWords && !d.pictures {
		return false, nil
	}
	size, err := d.pdfium.GetPageSize(&requests.GetPageSize{Page: by})
	if err != nil {
		return false, err
	}
	parts, err := d.parts(by)
	switch {
	case err != nil:
		return false, err
	case words < nextToNothing:
		return parts.pictures > 0 || parts.paths >= fewest, nil
	case words < fewWords && parts.covered >= size.Width*size.Height/2:
		return true, nil
	case parts.covered < size.Width*size.Height*logo:
		return false, nil
	}
	bare, err := d.bare(by, parts.boxes)
	return bare >= size.Width*size.Height*logo, err
}

// letters counts letters and digits, up to so many.
func letters(text string, most int) (n int) {
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			if n++; n >= most {
				break
			}
		}
	}
	return n
}

// parts looks at the objects of a page.
func (d *Doc) parts(by requests.Page) (out pageParts, err error) {
	count, err := d.pdfium.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: by})
	if err != nil {
		return out, err
	}
	for i := range min(count.Count, looked) {
		got, err := d.pdfium.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: by, Index: i})
		if err != nil {
			return out, err
		}
		object := got.PageObject
		kind, err := d.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object})
		if err != nil {
			return out, err
		}
		picture := false
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_PATH:
			out.paths++
		case enums.FPDF_PAGEOBJ_SHADING:
			out.pictures++
		case enums.FPDF_PAGEOBJ_IMAGE:
			out.pictures++
			picture = true
		case enums.FPDF_PAGEOBJ_FORM:
			out.pictures++ // with next to no text it may hold anything
			if picture, err = d.holdsPicture(object, 1); err != nil {
				return out, err
			}
		}
		if !picture {
			continue
		}
		place, err := d.place(object)
		if err != nil {
			return out, err
		}
		out.covered += place.area()
		out.boxes = append(out.boxes, place)
	}
	return out, nil
}

// holdsPicture tells whether there is a picture in a form, or in a form in it.
func (d *Doc) holdsPicture(form references.FPDF_PAGEOBJECT, deep int) (bool, error) {
	count, err := d.pdfium.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: form})
	if err != nil || deep > formsDeep {
		return false, onlyDead(err)
	}
	for i := range min(count.Count, inForms) {
		got, err := d.pdfium.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: form, Index: uint64(i)})
		if err != nil {
			return false, onlyDead(err)
		}
		kind, err := d.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: got.PageObject})
		if err != nil {
			return false, onlyDead(err)
		}
		if kind.Type == enums.FPDF_PAGEOBJ_IMAGE {
			return true, nil
		}
		if kind.Type == enums.FPDF_PAGEOBJ_FORM {
			if yes, err := d.holdsPicture(got.PageObject, deep+1); yes || err != nil {
				return yes, err
			}
		}
	}
	return false, nil
}

// place is where an object stands on its page, nowhere if nobody knows.
func (d *Doc) place(object references.FPDF_PAGEOBJECT) (box, error) {
	b, err := d.pdfium.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
	if err != nil {
		return box{}, onlyDead(err)
	}
	return box{float64(b.Left), float64(b.Bottom), float64(b.Right), float64(b.Top)}, nil
}

// bare is the area of the pictures on which no words lie, in square points.
func (d *Doc) bare(by requests.Page, boxes []box) (float64, error) {
	page, err := d.pdfium.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: by})
	if err != nil {
		return 0, err
	}
	area := 0.0
	for _, b := range boxes[:min(len(boxes), placed)] {
		on, err := d.pdfium.FPDFText_GetBoundedText(&requests.FPDFText_GetBoundedText{
			TextPage: page.TextPage, Left: b.left, Top: b.top, Right: b.right, Bottom: b.bottom,
		})
		if onlyDead(err) != nil {
			return 0, err
		}
		if err != nil || letters(on.Text, nextToNothing) < nextToNothing {
			area += b.area()
		}
	}
	_, err = d.pdfium.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: page.TextPage})
	return area, err
}

// onlyDead drops an error that is about an object alone.
func onlyDead(err error) error {
	if dead(err) {
		return err
	}
	return nil
}
