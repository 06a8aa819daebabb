package paper

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// All lengths are points, from the top left corner of an A4 page.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	left       = 68.0
	right      = pageWidth - 68
	measure    = right - left
	top        = 62.0
	bottom     = pageHeight - 78

	emptyLine = 0.6 // of the distance between lines
	together  = 3   // lines of a text that its heading keeps
)

// color is red, green, blue.
type color [3]int

// Dark enough to stay readable on a printer without colours.
var (
	ink    = color{28, 39, 51}
	second = color{74, 87, 101}
	rule   = color{176, 180, 184}
	ground = color{243, 243, 241}
)

// style is how text looks. Lead is the distance from line to line.
type style struct {
	bold       bool
	size, lead float64
	color      color
}

var (
	styleTitle   = style{bold: true, size: 21, lead: 26, color: ink}
	styleSubject = style{size: 14, lead: 19, color: ink}
	styleHeading = style{bold: true, size: 13, lead: 18, color: ink}
	styleBody    = style{size: 10.5, lead: 15.5, color: ink}
	styleStrong  = style{bold: true, size: 10.5, lead: 15.5, color: ink}
	styleLabel   = style{size: 10.5, lead: 15.5, color: second}
	styleSmall   = style{size: 8.5, lead: 12, color: second}
	styleTiny    = style{size: 8, lead: 11, color: second}
)

// press sets type on pages, from top to bottom, and remembers what every
// piece is for readers who do not see it.
type press struct {
	pdf     *fpdf.Fpdf
	made    time.Time
	words   *words
	has     map[rune]bool
	regular *face
	bold    *face
	tags    tags
	y       float64
	edge    *edge  // the line at the left of what is being set
	onTurn  func() // what stands at the top of the next page
	silent  bool   // what is drawn belongs to an artifact
	lost    int    // characters that are shown as a box
}

// edge is a vertical line beside some text, on every page that it reaches.
type edge struct {
	from   float64
	dashed bool
}

func newPress(words *words, made time.Time, name string) *press {
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetProducer("Guichet", true)
	pdf.SetTitle(name, true)
	pdf.SetLang(words.code)
	pdf.AddUTF8FontFromBytes(family, "", regularTTF)
	pdf.AddUTF8FontFromBytes(family, "B", boldTTF)
	pdf.AddPage()
	return &press{
		pdf: pdf, made: made, words: words, has: covered(), y: top,
		regular: &face{pdf: pdf, widths: map[rune]float64{}},
		bold:    &face{pdf: pdf, style: "B", widths: map[rune]float64{}},
	}
}

func (p *press) face(st style) *face {
	if st.bold {
		return p.bold
	}
	return p.regular
}

// wrap breaks text for a column of that width.
func (p *press) wrap(st style, s string, width float64) []line {
	return p.face(st).wrap(s, width/st.size, p.has)
}

// balanced breaks text into no more lines than it needs, all about as long as
// each other: for what stands alone.
func (p *press) balanced(st style, s string, width float64) []line {
	lines := p.wrap(st, s, width)
	for narrow := width - 12; narrow > width/2; narrow -= 12 {
		closer := p.wrap(st, s, narrow)
		if len(closer) > len(lines) {
			break
		}
		lines = closer
	}
	return lines
}

// room makes sure that h points are left on the page, or begins another one.
func (p *press) room(h float64) {
	if p.y+h > bottom && p.y > top {
		p.turn()
	}
}

// turn begins a page.
func (p *press) turn() {
	p.drawEdge()
	p.pdf.AddPage()
	p.y = top
	if p.edge != nil {
		p.edge.from = p.y
	}
	if p.onTurn != nil {
		p.onTurn()
	}
}

// beside draws a line at the left of whatever set does.
func (p *press) beside(dashed bool, set func()) {
	p.edge = &edge{from: p.y, dashed: dashed}
	set()
	p.drawEdge()
	p.edge = nil
}

func (p *press) drawEdge() {
	if p.edge == nil || p.y <= p.edge.from {
		return
	}
	p.artifact(func() {
		p.stroke(second, 1.6)
		if p.edge.dashed {
			p.pdf.SetDashPattern([]float64{3, 3}, 0)
		}
		p.pdf.Line(left+1, p.edge.from+2, left+1, p.y-1)
		p.pdf.SetDashPattern(nil, 0)
	})
}

// text sets lines in a column that begins at x. A page never begins or ends
// with a single line of a longer text.
func (p *press) text(st style, x float64, lines []line) {
	for i, l := range lines {
		need := 1
		switch rest := len(lines) - i; {
		case i == 0:
			need = min(rest, 2)
			if rest == 3 {
				need = 3
			}
		case rest == 2:
			need = 2
		}
		p.room(float64(need) * st.lead)
		if len(l.atoms) == 0 {
			p.y += st.lead * emptyLine
			continue
		}
		p.line(st, x, p.y, l)
		p.y += st.lead
	}
}

// line sets one line in the row that begins at y.
func (p *press) line(st style, x, y float64, l line) {
	base := y + st.lead/2 + st.size*0.334
	p.marked(func() {
		p.pdf.SetFont(family, p.face(st).style, st.size)
		p.pdf.SetTextColor(st.color[0], st.color[1], st.color[2])
		var run strings.Builder
		at, next := x, x
		flush := func() {
			if run.Len() > 0 {
				p.pdf.Text(at, base, run.String())
			}
			run.Reset()
			at = next
		}
		for _, a := range l.atoms {
			if a.lost == "" {
				run.WriteRune(a.r)
				next += p.face(st).width(a.r) * st.size
				continue
			}
			flush()
			next += p.face(st).width(box) * st.size
			p.pdf.SetFont(family, p.face(st).style, st.size)
			p.stand(a.lost, func() { p.pdf.Text(at, base, string(box)) })
			at = next
			if !p.silent {
				p.lost++
			}
		}
		if l.spaced {
			run.WriteByte(' ')
		}
		p.pdf.SetFont(family, p.face(st).style, st.size)
		flush()
	})
}

func (p *press) stroke(c color, width float64) {
	p.pdf.SetDrawColor(c[0], c[1], c[2])
	p.pdf.SetLineWidth(width)
}

// finish puts the foot on every page, which is known only now, and writes
// the document.
func (p *press) finish(w io.Writer, foot string) error {
	pages := p.pdf.PageNo()
	made := p.wrap(styleTiny, foot, measure)[0]
	for n := 1; n <= pages; n++ {
		p.pdf.SetPage(n)
		y := bottom + 24
		count := p.wrap(styleTiny, fmt.Sprintf(p.words.page, n, pages), measure)[0]
		p.pdf.RawWriteStr("/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n")
		p.stroke(rule, 0.5)
		p.pdf.Line(left, y, right, y)
		p.silent = true
		p.line(styleTiny, left, y+6, made)
		p.line(styleTiny, right-p.regular.span(count)*styleTiny.size, y+6, count)
		p.silent = false
		p.pdf.RawWriteStr("EMC\n")
	}
	var untagged bytes.Buffer
	if err := p.pdf.Output(&untagged); err != nil {
		return fmt.Errorf("make paper: %w", err)
	}
	tagged, err := p.tags.into(untagged.Bytes(), p.made)
	if err != nil {
		return fmt.Errorf("make paper: %w", err)
	}
	if _, err := w.Write(tagged); err != nil {
		return fmt.Errorf("write paper: %w", err)
	}
	return nil
}
