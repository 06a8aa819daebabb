// Package invoice reads what an invoice says of itself: from the data for programs that it
// carries (Factur-X, ZUGFeRD, XRechnung, UBL), and, where there is none, by a guess
// from its text and its name. It is pure, and knows nothing of PDF.
package invoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"guichet/internal/desk"
)

// Why nothing is said of an invoice.
var (
	ErrNoInvoice = errors.New("no invoice")
	ErrDamaged   = errors.New("not well-formed")
	ErrTooBig    = errors.New("too large or too deep")
	ErrEntities  = errors.New("it declares a document type of its own") // invoices have none, attacks have
	ErrEncoding  = errors.New("an encoding that nothing here reads")
)

// Bounds of the data. An invoice may carry documents in base64.
const (
	maxBytes = 10 << 20
	maxDepth = 64
	maxValue = 200 // characters of what is taken from it
)

// Names are what the data in a PDF is called, in small letters. Orders (order-x.xml)
// are none.
var Names = []string{"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}

// Media types of files that are an invoice's data and nothing else. Nobody has registered
// any, and "application/xml" would be those of a laboratory's results too.
const (
	MediaCII = "application/x-cii-invoice+xml"
	MediaUBL = "application/x-ubl-invoice+xml"
)

// MediaOf tells by a file's first bytes, by its root and the namespace of that, which kind
// of invoice's data it is; "" for any other file, and for one that declares entities.
func MediaOf(head []byte) string {
	text, err := decoded(head)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(text[:min(len(text), maxValue)]), []byte("<")) {
		return ""
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = charset
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case xml.Directive:
			return ""
		case xml.StartElement:
			if k := kindOf(t.Name); k != nil {
				return k.media
			}
			return ""
		}
	}
}

// File is a file in a PDF.
type File struct {
	Name string
	Data []byte
}

// FromFiles reads the invoice among the files of a PDF: the one with a usual name, else
// any XML that is one. Without one the error is ErrNoInvoice, or says what is wrong
// with the file of a usual name.
func FromFiles(files []File) (desk.Invoice, error) {
	err := ErrNoInvoice
	for _, name := range Names {
		for _, f := range files {
			if base(f.Name) != name {
				continue
			}
			invoice, wrong := Parse(f.Data)
			if wrong == nil {
				return invoice, nil
			}
			err = wrong
		}
	}
	for _, f := range files {
		if path.Ext(base(f.Name)) != ".xml" || slices.Contains(Names, base(f.Name)) {
			continue
		}
		if invoice, wrong := Parse(f.Data); wrong == nil {
			return invoice, nil
		}
	}
	return desk.Invoice{}, err
}

func base(name string) string {
	return strings.ToLower(strings.TrimSpace(path.Base(strings.ReplaceAll(name, `\`, "/"))))
}

// Parse reads an invoice's data: CII or UBL. The error is one of this package.
func Parse(data []byte) (desk.Invoice, error) {
	if len(data) > maxBytes {
		return desk.Invoice{}, fmt.Errorf("parse invoice: %w", ErrTooBig)
	}
	text, err := decoded(data)
	if err != nil {
		return desk.Invoice{}, fmt.Errorf("parse invoice: %w", err)
	}
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = charset
	r := reader{said: map[field]string{}}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.take(token)
		} else if !errors.Is(err, ErrEncoding) {
			err = ErrDamaged // what the decoder says may quote the file
		} else {
			err = ErrEncoding
		}
		if err != nil {
			return desk.Invoice{}, fmt.Errorf("parse invoice: %w", err)
		}
	}
	invoice, err := r.invoice()
	if err != nil {
		return desk.Invoice{}, fmt.Errorf("parse invoice: %w", err)
	}
	return invoice, nil
}

// reader follows the elements of an invoice.
type reader struct {
	kind  *kind
	path  []string // names below the root; "" stands for one of another vocabulary
	value strings.Builder
	said  map[field]string
}

func (r *reader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return ErrEntities
	case xml.StartElement:
		if r.kind == nil {
			r.kind = kindOf(t.Name)
			if r.kind == nil {
				return ErrNoInvoice
			}
			return nil
		}
		if len(r.path) >= maxDepth {
			return ErrTooBig
		}
		name := ""
		if slices.Contains(r.kind.spaces, t.Name.Space) {
			name = t.Name.Local
		}
		r.path = append(r.path, name)
		r.value.Reset()
	case xml.CharData:
		// An attached document is no value.
		if room := 8*maxValue - r.value.Len(); room > 0 && len(r.path) > 0 {
			r.value.Write(t[:min(len(t), room)])
		}
	case xml.EndElement:
		if len(r.path) == 0 {
			return nil
		}
		if f, ok := r.kind.fields[strings.Join(r.path, "/")]; ok && r.said[f] == "" {
			r.said[f] = clean(r.value.String())
		}
		r.path = r.path[:len(r.path)-1]
		r.value.Reset()
	}
	return nil
}

// invoice is what was read.
func (r *reader) invoice() (desk.Invoice, error) {
	if r.kind == nil {
		return desk.Invoice{}, ErrNoInvoice
	}
	said := r.said
	invoice := desk.Invoice{
		Number: said[number], Order: said[order], Contract: said[contract], Seller: said[seller],
		Date: date(said[issued]), Total: amount(said[total]), Currency: currency(said[money]),
		Credit: r.kind.credit || slices.Contains(creditTypes, said[kindCode]), Sure: true,
	}
	if invoice.Number == "" {
		return desk.Invoice{}, ErrNoInvoice
	}
	if invoice.Seller == "" {
		invoice.Seller = said[trading]
	}
	if invoice.Order == noOrder {
		invoice.Order = ""
	}
	return invoice, nil
}
