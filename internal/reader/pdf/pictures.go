package pdf

import (
	"bytes"
	"fmt"
)

// Pictures is a PDF file in the making of which each page is a grey JPEG picture and
// nothing else. Its zero value has no page.
type Pictures struct {
	body  bytes.Buffer
	at    []int // offsets of objects, the n-th is that of object n+3
	pages []int // numbers of objects
}

// Add puts a page at the end: a grey JPEG of so many pixels at so many per inch.
func (p *Pictures) Add(jpeg []byte, width, height, dpi int) {
	if p.body.Len() == 0 {
		p.body.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	}
	w, h := float64(width)*72/float64(dpi), float64(height)*72/float64(dpi)
	picture := p.object(fmt.Sprintf("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length %d>>", width, height, len(jpeg)), jpeg)
	drawn := fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /P Do Q", w, h)
	content := p.object(fmt.Sprintf("<</Length %d>>", len(drawn)), drawn)
	p.pages = append(p.pages, p.object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</XObject<</P %d 0 R>>>>/Contents %d 0 R>>", w, h, picture, content), nil))
}

// object writes one and returns its number.
func (p *Pictures) object(dictionary string, stream []byte) int {
	p.at = append(p.at, p.body.Len())
	n := len(p.at) + 2 // the catalogue and the root of the pages come first
	fmt.Fprintf(&p.body, "%d 0 obj\n%s\n", n, dictionary)
	if stream != nil {
		p.body.WriteString("stream\n")
		p.body.Write(stream)
		p.body.WriteString("\nendstream\n")
	}
	p.body.WriteString("endobj\n")
	return n
}

// Bytes is the file with the pages so far.
func (p *Pictures) Bytes() []byte {
	out := bytes.NewBuffer(bytes.Clone(p.body.Bytes()))
	catalogue := out.Len()
	out.WriteString("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	root := out.Len()
	out.WriteString("2 0 obj\n<</Type/Pages/Kids[")
	for _, n := range p.pages {
		fmt.Fprintf(out, "%d 0 R ", n)
	}
	fmt.Fprintf(out, "]/Count %d>>\nendobj\n", len(p.pages))
	table := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n", len(p.at)+3, catalogue, root)
	for _, at := range p.at {
		fmt.Fprintf(out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(p.at)+3, table)
	return out.Bytes()
}
