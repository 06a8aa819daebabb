package paper

import (
	"regexp"
	"strings"
)

const (
	gutter    = 10.0 // between columns
	narrowest = 26.0 // a column
)

var (
	styleCell = style{size: 9.5, lead: 13.5, color: ink}
	styleHead = style{bold: true, size: 9.5, lead: 13.5, color: ink}
)

// table sets rows below each other; what heads them comes again on every
// page. More columns than a page holds are set as lines of text.
func (l letter) table(rows []Block, x float64) {
	p := l.press
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r.Cells))
	}
	if columns == 0 {
		return
	}
	width := right - x
	if float64(columns)*(narrowest+gutter) > width {
		for _, r := range rows {
			p.tags.within("P", func() { p.text(styleCell, x, p.wrap(styleCell, strings.Join(r.Cells, " | "), width)) })
		}
		return
	}
	widths := l.columns(rows, columns, width-gutter*float64(columns-1))
	var head *Block
	if rows[0].Kind == HeadRow {
		head = &rows[0]
	}
	figures := figures(rows, columns)
	p.tags.within("Table", func() {
		for i, r := range rows {
			if i > 0 && head != nil {
				p.onTurn = func() { l.again(*head, grid{x, widths, figures}) }
			}
			l.row(r, grid{x, widths, figures})
		}
		p.onTurn = nil
	})
	p.y += 4
}

// grid says where the columns of a table are, and which hold figures.
type grid struct {
	x       float64
	widths  []float64
	figures []bool
}

// at is where a line of a column begins: figures stand at its right.
func (g grid) at(column int, span float64) float64 {
	at := g.x
	for _, w := range g.widths[:column] {
		at += w + gutter
	}
	if g.figures[column] {
		at += g.widths[column] - span
	}
	return at
}

var figure = regexp.MustCompile(`^[-+−]?\d[\d\s\x{a0}\x{202f}.,]*[\s\x{a0}\x{202f}]?[€%]?$`)

// figures tells which columns hold nothing but figures below their heads.
func figures(rows []Block, columns int) []bool {
	only, some := make([]bool, columns), make([]bool, columns)
	for i := range only {
		only[i] = true
	}
	for _, r := range rows {
		if r.Kind == HeadRow {
			continue
		}
		for i, c := range r.Cells {
			if c = strings.TrimSpace(c); c != "" {
				some[i] = true
				only[i] = only[i] && figure.MatchString(c)
			}
		}
	}
	for i := range only {
		only[i] = only[i] && some[i]
	}
	return only
}

// columns shares the width: what is short gets what it needs, the rest is
// shared by what is long.
func (l letter) columns(rows []Block, n int, width float64) []float64 {
	wants := make([]float64, n)
	for _, r := range rows {
		st := cellStyle(r)
		for i, c := range r.Cells {
			for _, line := range l.press.wrap(st, c, 1e6) {
				wants[i] = max(wants[i], narrowest, l.press.face(st).span(line)*st.size+0.5)
			}
		}
	}
	widths := make([]float64, n)
	open, left := n, width
	for open > 0 {
		fair, settled := left/float64(open), false
		for i := range widths {
			if widths[i] == 0 && max(wants[i], narrowest) <= fair {
				widths[i] = max(wants[i], narrowest)
				left -= widths[i]
				open--
				settled = true
			}
		}
		if settled {
			continue
		}
		for i := range widths {
			if widths[i] == 0 {
				widths[i] = fair
			}
		}
		break
	}
	return widths
}

func cellStyle(b Block) style {
	if b.Kind == HeadRow {
		return styleHead
	}
	return styleCell
}

// row keeps a row on one page, unless it is longer than a page.
func (l letter) row(r Block, g grid) {
	p := l.press
	st := cellStyle(r)
	cells := make([][]line, len(r.Cells))
	most := 1
	for i, c := range r.Cells {
		cells[i] = p.wrap(st, c, g.widths[i])
		cells[i][len(cells[i])-1].spaced = true
		most = max(most, len(cells[i]))
	}
	with := 0.0
	if r.Kind == HeadRow {
		with = 2 * st.lead
	}
	const pad = 3.0
	p.room(min(float64(most)*st.lead+2*pad+with, (bottom-top)*2/3))
	p.tags.within("TR", func() {
		owners := make([]*element, len(cells)) // a cell that goes on is the same cell
		for from := 0; from < most; {
			fits := max(1, int((bottom-p.y-2*pad)/st.lead))
			to := min(most, from+fits)
			p.y += pad
			y := p.y
			for i, c := range cells {
				owners[i] = p.cell(owners[i], r.Kind == HeadRow, func() {
					for n := from; n < min(to, len(c)); n++ {
						p.line(st, g.at(i, p.face(st).span(c[n])*st.size), y+float64(n-from)*st.lead, c[n])
					}
				})
			}
			p.y = y + float64(to-from)*st.lead + pad
			if from = to; from < most {
				p.turn()
			}
		}
	})
	p.artifact(func() {
		p.stroke(rule, 0.5)
		if r.Kind == HeadRow {
			p.stroke(second, 1)
		}
		p.pdf.Line(g.x, p.y, right, p.y)
	})
}

// cell opens a cell of the open row, or goes on with one.
func (p *press) cell(e *element, head bool, set func()) *element {
	if e != nil {
		p.tags.reopen(e, set)
		return e
	}
	e = &element{role: "TD"}
	if head {
		e = &element{role: "TH", scope: "Column"}
	}
	p.tags.element(e, set)
	return e
}

// again repeats the head of a table at the top of a page. Whoever is read to
// has heard it already.
func (l letter) again(head Block, g grid) {
	p := l.press
	hold := p.onTurn
	p.onTurn = nil // a head longer than a page is not repeated within itself
	p.silent = true
	p.pdf.RawWriteStr("/Artifact BMC\n")
	y, most := p.y+3, 0
	for i, c := range head.Cells {
		lines := p.wrap(styleHead, c, g.widths[i])
		lines = lines[:min(len(lines), 6)]
		for n, line := range lines {
			p.line(styleHead, g.at(i, p.bold.span(line)*styleHead.size), y+float64(n)*styleHead.lead, line)
		}
		most = max(most, len(lines))
	}
	p.y = y + float64(most)*styleHead.lead + 3
	p.stroke(second, 1)
	p.pdf.Line(g.x, p.y, right, p.y)
	p.pdf.RawWriteStr("EMC\n")
	p.silent = false
	p.onTurn = hold
}
