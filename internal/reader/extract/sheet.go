package extract

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"guichet/internal/desk"
)

// Bounds of a workbook's shared texts.
const (
	sharedBytes = 16 << 20
	sharedTexts = 2 << 20
)

// book is what the cells of a workbook refer to.
type book struct {
	text   []byte   // of all shared texts
	ends   []uint32 // where each ends
	used   []bool
	cut    bool // there are more than are kept
	styles []cellStyle
}

// cellStyle is how a number is shown, as far as that changes what is read in it.
type cellStyle struct {
	date  bool
	width int // digits, with zeros in front
}

func (b *book) shared(ref string) string {
	i, err := strconv.Atoi(ref)
	if err != nil || i < 0 || i >= len(b.ends) {
		return ""
	}
	b.used[i] = true
	return b.at(i)
}

func (b *book) at(i int) string {
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return string(b.text[from:b.ends[i]])
}

// workbook reads the sheets of Excel row by row, hidden ones too.
func (o *office) workbook() {
	names, parts := o.ordered("xl/workbook.xml", "sheet")
	if len(parts) == 0 {
		return
	}
	var b book
	o.part("xl/styles.xml", func(in io.Reader) error { return b.readStyles(in) })
	if o.part("xl/sharedStrings.xml", func(in io.Reader) error { return b.readShared(in) }) && b.cut {
		// They are read as they stand, far from the cells that show them.
		delete(o.read, "xl/sharedStrings.xml")
	}
	for i, part := range parts {
		place := within(o.place, tidy(names[i]))
		o.part(part, func(in io.Reader) error { return o.r.sheet(place, in, &b) })
	}
	// What no cell shows any more is in the file all the same.
	p := o.r.pieces(o.place)
	for i, used := range b.used {
		if !used {
			p.add(b.at(i) + "\n\n")
		}
	}
	p.flush()
}

func (b *book) readShared(in io.Reader) error {
	s := newXMLScanner(in)
	shown, phonetic := false, false
	for s.next() {
		switch {
		case s.event == eventText:
			if shown && !phonetic && !b.cut {
				b.text = append(b.text, s.text...)
			}
		case string(s.name) == "rPh": // how it is pronounced
			phonetic = s.event == eventOpen
		case string(s.name) == "t":
			shown = s.event == eventOpen
		case string(s.name) == "si" && s.event == eventClose && !b.cut:
			b.ends, b.used = append(b.ends, uint32(len(b.text))), append(b.used, false)
			b.cut = len(b.text) > sharedBytes || len(b.ends) > sharedTexts
		}
	}
	return s.err
}

var (
	quotedPart = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.`)
	dateParts  = regexp.MustCompile(`(?i)d.*m|m.*y|y.*m|j.*m|m.*a`)
	onlyZeros  = regexp.MustCompile(`^0{2,20}$`)
)

// readStyles reads which numbers are dates, and which have zeros in front.
func (b *book) readStyles(in io.Reader) error {
	codes := map[string]cellStyle{}
	for id := 14; id <= 22; id++ { // those that every workbook has
		if id < 18 || id == 22 {
			codes[strconv.Itoa(id)] = cellStyle{date: true}
		}
	}
	s, cells := newXMLScanner(in), false
	for s.next() {
		switch name := string(s.name); {
		case s.event == eventText:
		case name == "cellXfs":
			cells = s.event == eventOpen
		case s.event == eventOpen && name == "numFmt" && len(codes) < mostMembers:
			code := s.attr("formatCode")
			plain := quotedPart.ReplaceAllString(code[:min(len(code), 200)], "")
			style := cellStyle{date: dateParts.MatchString(plain)}
			if onlyZeros.MatchString(plain) {
				style.width = len(plain)
			}
			codes[s.attr("numFmtId")] = style
		case s.event == eventOpen && name == "xf" && cells && len(b.styles) < 1<<16:
			b.styles = append(b.styles, codes[s.attr("numFmtId")])
		}
	}
	return s.err
}

// cell is the one that is being read.
type cell struct {
	kind  string // the attribute t
	style string // s
	value []byte
	text  []byte
}

// shown is what a person sees in it.
func (b *book) shown(c cell) string {
	value := string(c.value)
	switch c.kind {
	case "s":
		if text := b.shared(strings.TrimSpace(value)); text != "" || !b.cut {
			return text
		}
		return ""
	case "inlineStr":
		return string(c.text)
	case "", "n":
		return b.number(strings.TrimSpace(value), c.style)
	case "b", "e":
		return ""
	}
	return value + string(c.text)
}

// The day before the first one of Excel, which takes 1900 for a leap year.
var dayZero = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

func (b *book) number(value, style string) string {
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(b.styles) || value == "" {
		return plainNumber(value)
	}
	if b.styles[i].date {
		if days, err := strconv.ParseFloat(value, 64); err == nil && days >= 1 && days < 2958466 {
			return dayZero.AddDate(0, 0, int(days)).Format("02/01/2006")
		}
	}
	if missing := b.styles[i].width - len(value); missing > 0 && !strings.ContainsAny(value, ".-E") {
		value = strings.Repeat("0", missing) + value
	}
	return plainNumber(value)
}

// sheet reads one, cells of a row joined by tabs.
func (r *reader) sheet(place desk.Place, in io.Reader, b *book) error {
	f, beside := &flow{pieces: r.pieces(place)}, aside{r.pieces(place)}
	s, row := newXMLScanner(in), 0
	var c cell
	into := ""
	for s.next() {
		switch name := string(s.name); {
		case s.event == eventText:
			switch into {
			case "v":
				c.value = append(c.value, s.text...)
			case "t":
				c.text = append(c.text, s.text...)
			case "f": // a number may stand in a formula
				if len(s.text) >= shortestAttr {
					beside.note("", string(s.text))
				}
			case "other":
				beside.note("", string(s.text))
			}
		case s.event == eventOpen:
			into = intoOf(name)
			switch name {
			case "row":
				row++
				if n, err := strconv.Atoi(s.attr("r")); err == nil && n > 0 {
					row = n
				}
				f.ends("\n")
				f.stands(desk.Place{Member: place.Member, Line: row}, true)
			case "c":
				c = cell{kind: s.attr("t"), style: s.attr("s"), value: c.value[:0], text: c.text[:0]}
			}
		default:
			into = ""
			if name == "c" {
				f.write(b.shown(c))
				f.ends("\t")
			}
		}
	}
	f.flush()
	beside.flush()
	return s.err
}

// intoOf is where the text of an element goes: "" is nowhere.
func intoOf(name string) string {
	switch name {
	case "v", "t", "f":
		return name
	case "row", "c", "is", "r", "rPr":
		return ""
	}
	return "other"
}
