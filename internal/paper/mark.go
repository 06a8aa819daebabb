package paper

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// stand draws something that stands for a text, which is what is copied,
// found and read out.
func (p *press) stand(text string, draw func()) {
	p.pdf.RawWriteStr("/Span <</ActualText <" + utf16Hex(text) + ">>> BDC\n")
	draw()
	p.pdf.RawWriteStr("EMC\n")
}

func utf16Hex(s string) string {
	var b strings.Builder
	b.WriteString("FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// artifact draws what says nothing to whoever does not see it.
func (p *press) artifact(draw func()) {
	p.pdf.RawWriteStr("/Artifact BMC\n")
	draw()
	p.pdf.RawWriteStr("EMC\n")
}

// marked draws what belongs to the open element.
func (p *press) marked(draw func()) {
	if p.silent {
		draw()
		return
	}
	p.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC\n", p.tags.open.role, p.tags.mark(p.pdf.PageNo())))
	draw()
	p.pdf.RawWriteStr("EMC\n")
}
