package reader

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader/extract"
	"guichet/internal/reader/pdf"
	"guichet/internal/reader/picture"
)

// Pages are drawn for recognising at 200 dpi, for what leaves at 150, as scanners do
// for a good copy.
const (
	dpiShown = 200
	dpiSent  = 150
	quality  = 85 // of JPEG
	maxDrawn = 60 // pages of a PDF that become pictures
)

// drawPage draws a page of a PDF, or a picture, that wide at the most.
func drawPage(ctx context.Context, o order, data []byte) ([]byte, error) {
	if !extract.IsPDF(o.Name, data) {
		if o.Page != 1 {
			return nil, ErrCannot
		}
		out, err := picture.Shrink(data, o.Width*3/2, 92)
		return out, cannot(err)
	}
	engine, doc, err := openPDF(ctx, o, data)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	defer doc.Close()
	if o.Page < 1 || o.Page > doc.Pages() {
		return nil, ErrCannot
	}
	drawn, err := doc.Picture(o.Page, dpiShown, o.Width*o.Width*3/2)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, drawn)
	return out.Bytes(), err
}

func openPDF(ctx context.Context, o order, data []byte) (*pdf.Engine, *pdf.Doc, error) {
	engine, err := pdf.Start(ctx, o.Cache)
	if err != nil {
		return nil, nil, err
	}
	doc, err := engine.Open(data)
	if err != nil {
		return nil, nil, errors.Join(err, engine.Close())
	}
	return engine, doc, nil
}

// cannot is ErrCannot where a picture is of a kind that does not allow something.
func cannot(err error) error {
	if errors.Is(err, picture.ErrCannot) || errors.Is(err, picture.ErrFormat) || errors.Is(err, picture.ErrTooLarge) || errors.Is(err, picture.ErrBox) {
		return errors.Join(ErrCannot, err)
	}
	return err
}

// change makes the copy of a file that is to leave.
func change(ctx context.Context, o order, data []byte) (out []byte, err error) {
	c := o.Change
	switch {
	case c.Mask:
		return mask(data, c.Spare)
	case len(c.Boxes) > 0 && extract.IsPDF(o.Name, data):
		return redactPDF(ctx, o, data)
	case len(c.Boxes) > 0:
		boxes := make([]picture.Box, 0, len(c.Boxes))
		for _, b := range c.Boxes {
			boxes = append(boxes, picture.Box{X: b.X, Y: b.Y, W: b.W, H: b.H})
		}
		out, err = picture.Redact(data, boxes)
	case c.Side > 0:
		out, err = picture.Shrink(data, c.Side, quality)
	case c.Strip:
		out, err = picture.Strip(data)
	default:
		return nil, ErrCannot
	}
	return out, cannot(err)
}

// masks tells the kinds of findings that Change.Mask takes the digits of.
func masks(kind string) bool {
	return kind == string(privacy.KindNIR) || kind == string(privacy.KindINS)
}

// mask takes the digits of numbers of the social security out of a plain text, but for
// those to spare: they are told by the end of the number and its line. Every byte else stays, whatever the encoding: a digit is one byte in all that are in use
// here, or three in UTF-8's full width.
func mask(data []byte, spare []desk.Finding) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) || bytes.IndexByte(data, 0) >= 0 {
		return nil, ErrCannot
	}
	out, found := slices.Clone(data), false
	ends := "\n"
	if bytes.IndexByte(data, '\n') < 0 {
		ends = "\r" // as the reading counts them
	}
	text := string(data)
	line, at := 1, 0
	for _, f := range privacy.Scan(text) {
		line, at = line+strings.Count(text[at:f.Start], ends), f.Start
		place := desk.Place{Line: line}
		if !masks(string(f.Kind)) || slices.Contains(spare, desk.Finding{Kind: string(f.Kind), Tail: f.Tail, Place: place}) {
			continue
		}
		found = true
		hide(out, f.Start, f.End)
	}
	if !found {
		return nil, ErrCannot
	}
	return out, nil
}

// hide puts an X in the place of letters and digits of a text. Those of full width keep
// their three bytes.
func hide(text []byte, from, to int) {
	for at := from; at < to; at++ {
		switch c := text[at]; {
		case isWord(c):
			text[at] = 'X'
		case at-2 >= from && c >= 0x90 && c <= 0x99 && text[at-1] == 0xbc && text[at-2] == 0xef:
			text[at] = 0xb8
		}
	}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// redactPDF makes pictures of all pages and blackens boxes on them: nothing of what
// lay under them, or of what the file said beside its pages, is left.
func redactPDF(ctx context.Context, o order, data []byte) ([]byte, error) {
	engine, doc, err := openPDF(ctx, o, data)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	defer doc.Close()
	if doc.Pages() > maxDrawn {
		return nil, ErrCannot
	}
	for _, b := range o.Change.Boxes {
		if b.Page < 1 || b.Page > doc.Pages() {
			return nil, ErrCannot // somebody meant to hide something
		}
	}
	var out pdf.Pictures
	for n := 1; n <= doc.Pages(); n++ {
		drawn, err := doc.Picture(n, dpiSent, 4<<20)
		if err != nil {
			return nil, err
		}
		for _, b := range o.Change.Boxes {
			if b.Page == n {
				if err := blacken(drawn, b); err != nil {
					return nil, err
				}
			}
		}
		var page bytes.Buffer
		if err := jpeg.Encode(&page, drawn, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		out.Add(page.Bytes(), drawn.Bounds().Dx(), drawn.Bounds().Dy(), dpiSent)
	}
	return out.Bytes(), nil
}

// blacken fills a box, enlarged to whole pixels.
func blacken(page image.Image, b Box) error {
	grey, ok := page.(*image.Gray)
	if !ok {
		return ErrCannot
	}
	w, h := float64(grey.Bounds().Dx()), float64(grey.Bounds().Dy())
	area := image.Rect(int(b.X*w), int(b.Y*h), int((b.X+b.W)*w)+1, int((b.Y+b.H)*h)+1).Add(grey.Bounds().Min).Intersect(grey.Bounds())
	if area.Empty() || b.W <= 0 || b.H <= 0 {
		return ErrCannot
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := grey.Pix[grey.PixOffset(area.Min.X, y):][:area.Dx()]
		clear(row)
	}
	return nil
}
