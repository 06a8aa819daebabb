package extract

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
	kind   string     // of the value
	shown  strings.Builder
	cells  int // open ones
	para   int // open paragraphs
	tables int // open ones
	beside aside
	noted  desk.Place // of what was noted last
}

// odfText reads the text of a part. A cell or row that is repeated is read once.
func (r *reader) odfText(place desk.Place, in io.Reader) error {
	p := &odfPart{flow: &flow{pieces: r.pieces(place)}, s: newXMLScanner(in), file: place, root: place, page: 1}
	p.beside, p.noted = aside{r.pieces(place)}, place
	for p.s.next() {
		switch p.s.event {
		case eventText:
			if p.para > 0 {
				p.put(string(p.s.text))
			}
		case eventOpen:
			p.opened()
			p.attributes()
		case eventClose:
			p.closed()
		}
	}
	p.flush()
	p.beside.flush()
	return p.s.err
}

// attributes notes what stands in those of an element: what is typed into a form,
// formulas, what fields keep. That of a cell waits for what the cell shows.
func (p *odfPart) attributes() {
	element := string(p.s.name)
	switch {
	case element == "equation": // of a shape
		return
	case element == "style", element == "default-style", element == "font-face", strings.HasSuffix(element, "-properties"):
		return
	}
	p.s.each(func(name, value []byte) {
		n := string(name)
		switch {
		case len(value) < shortestAttr, drawn[n], odfDull[n], strings.HasSuffix(n, "style-name"), address.Match(value):
		case n == "href" && odfInside(string(value)):
		case p.value != "" && (n == "value" || n == "string-value") && cellOf(element):
		default:
			p.note(n, string(value))
		}
	})
}

// note writes beside the text what stands where the text is.
func (p *odfPart) note(name, value string) {
	if here := p.here(); here != p.noted {
		p.beside.at(here, true)
		p.noted = here
	}
	p.beside.note(name, value)
}

// here is the place of what is read.
func (p *odfPart) here() desk.Place {
	switch {
	case p.sheets && p.root != p.file:
		return desk.Place{Member: p.root.Member, Line: p.row}
	case p.page > 1:
		return desk.Place{Member: p.root.Member, Page: p.page}
	}
	return p.root
}

// odfDull are attributes that a program counts, draws or names things with.
var odfDull = map[string]bool{
	"id": true, "continue-list": true, "date-value": true, "time-value": true,
	"enhanced-path": true, "text-areas": true, "glue-points": true, "modifiers": true, "panose-1": true,
}

// odfInside tells whether an address is that of a part or a place of the document.
func odfInside(address string) bool {
	address = strings.TrimPrefix(address, "./")
	return slices.ContainsFunc([]string{"#", "Pictures/", "Object", "media/", "Configurations2/"}, func(begin string) bool {
		return strings.HasPrefix(address, begin)
	})
}

func cellOf(element string) bool { return element == "table-cell" || element == "covered-table-cell" }

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
		p.tables++
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
		p.value, p.kind = p.s.attr("value")+p.s.attr("string-value"), p.s.attr("value-type")
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

// fraction is a number that is no whole one.
var fraction = regexp.MustCompile(`^-?\d+\.\d+$`)

// symbols are the letters and digits of a text.
func symbols(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
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
		switch kept := plainNumber(p.value); {
		case kept == "":
		case (p.kind == "float" || p.kind == "string") && (text == "" || strings.Contains(text, "E+") || strings.Contains(text, "##")):
			text = kept
		case len(kept) >= shortestAttr && !fraction.MatchString(kept) && !strings.Contains(symbols(text), symbols(kept)):
			p.note("value", kept)
		}
		p.value = ""
		p.write(text)
		p.ends("\t")
	case "table-row":
		p.ends("\n")
	case "table":
		if p.tables = max(p.tables-1, 0); p.tables == 0 {
			p.root = p.file
		}
	}
}
