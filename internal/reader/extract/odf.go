package extract

import (
	"io"
	"strconv"
	"strings"

	"guichet/internal/desk"
)

// Bounds of what ODF lets a file repeat.
const (
	mostBlanks = 100
	mostRows   = 1 << 20
)

// odfPart is a part of a document of LibreOffice that is being read.
type odfPart struct {
	*flow
	s      *xmlScanner
	file   desk.Place
	root   desk.Place // the sheet, or the file
	sheets bool       // tables are sheets
	row    int        // of the sheet
	next   int        // rows that the row stands for
	page   int        // as LibreOffice noted them
	value  string     // of the cell, as it is kept
	shown  strings.Builder
	cells  int // open ones
	para   int // open paragraphs
}

// odfText reads the text of a part. A cell or row that is repeated is read once.
func (r *reader) odfText(place desk.Place, in io.Reader) error {
	p := &odfPart{flow: &flow{pieces: r.pieces(place)}, s: newXMLScanner(in), file: place, root: place, page: 1}
	beside := aside{r.pieces(place)}
	for p.s.next() {
		switch p.s.event {
		case eventText:
			if p.para > 0 {
				p.put(string(p.s.text))
			}
		case eventOpen:
			p.opened()
			switch string(p.s.name) {
			case "user-field-decl", "variable-set", "a":
				p.s.each(func(name, value []byte) {
					if len(value) >= shortestAttr {
						beside.note(string(name), string(value))
					}
				})
			}
		case eventClose:
			p.closed()
		}
	}
	p.flush()
	beside.flush()
	return p.s.err
}

// put writes text, of a cell first of all into the cell.
func (p *odfPart) put(text string) {
	if p.cells == 0 {
		p.write(text)
		return
	}
	if p.shown.Len() < pieceMost {
		p.shown.WriteString(text)
		return
	}
	p.write(p.shown.String() + text)
	p.shown.Reset()
}

func (p *odfPart) repeated(name string) int {
	n, err := strconv.Atoi(p.s.attr(name))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, mostRows)
}

func (p *odfPart) opened() {
	switch string(p.s.name) {
	case "spreadsheet":
		p.sheets = true
	case "table":
		if p.sheets {
			p.ends("\n\n")
			p.row, p.next = 1, 0
			p.root = within(p.file, tidy(p.s.attr("name")))
		}
	case "table-row":
		p.row += p.next
		p.next = p.repeated("number-rows-repeated")
		if p.sheets {
			p.stands(desk.Place{Member: p.root.Member, Line: p.row}, true)
		}
	case "table-cell", "covered-table-cell":
		p.cells++
		p.value = ""
		if p.s.attr("value-type") == "float" || p.s.attr("value-type") == "string" {
			p.value = p.s.attr("value") + p.s.attr("string-value")
		}
	case "p", "h", "title", "desc", "creator":
		p.para++
	case "s":
		n, err := strconv.Atoi(p.s.attr("c"))
		if err != nil || n < 1 {
			n = 1
		}
		p.put(strings.Repeat(" ", min(n, mostBlanks)))
	case "tab":
		p.put("\t")
	case "line-break":
		p.put("\n")
	case "soft-page-break":
		if !p.sheets {
			p.page++
			p.stands(desk.Place{Member: p.root.Member, Page: p.page}, false)
		}
	}
}

func (p *odfPart) closed() {
	switch string(p.s.name) {
	case "p", "h", "title", "desc", "creator":
		p.para = max(p.para-1, 0)
		if p.cells == 0 {
			p.paragraph()
			return
		}
		p.shown.WriteString("\n")
	case "table-cell", "covered-table-cell":
		p.cells = max(p.cells-1, 0)
		text := strings.TrimSpace(p.shown.String())
		p.shown.Reset()
		// What is rounded or too wide to be shown is still kept.
		if p.value != "" && (text == "" || strings.Contains(text, "E+") || strings.Contains(text, "##")) {
			text = plainNumber(p.value)
		}
		p.value = ""
		p.write(text)
		p.ends("\t")
	case "table-row":
		p.ends("\n")
	}
}
