package markup

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Block is a part of a message for where no HTML is shown, such as on paper.
type Block struct {
	Kind string // one of the constants below
	// Cells are its texts: one, or one for each cell of a row. A text may hold ends
	// of lines; where a link leads stands behind it in parentheses.
	Cells  []string
	Mark   string // of an item: « – » or « 3. »; none where an item goes on
	Level  int    // how many lists stand around it
	Quotes int    // how many quotations stand around it
}

// What a Block can be.
const (
	Paragraph = "paragraph"
	Item      = "item"
	Quote     = "quote"
	Code      = "code"
	Heading   = "heading"
	Row       = "row"
)

// Blocks returns the parts of src in order; none where there is nothing to read.
func Blocks(src string) []Block {
	f := flat{out: []Block{}}
	f.blocks(read(src).blocks, Block{})
	return f.out
}

// Text returns the plain text of src, at most MaxBytes of it: a blank line
// between paragraphs, items behind « – » or their number, cells parted by tabs,
// quotations behind « > ».
func Text(src string) string {
	var b strings.Builder
	last := ""
	for _, block := range Blocks(src) {
		if b.Len() > 0 {
			b.WriteString("\n")
			if block.Kind != last || block.Kind != Item && block.Kind != Row {
				b.WriteString("\n")
			}
		}
		last = block.Kind
		cells := block.Cells
		if block.Kind == Row {
			cells = nil
			for _, c := range block.Cells {
				cells = append(cells, strings.Join(strings.FieldsFunc(c, space), " "))
			}
		}
		mark := block.Mark
		if block.Level > 0 && mark == "" {
			mark = " "
		}
		for i, l := range strings.Split(strings.Join(cells, "\t"), "\n") {
			if i > 0 {
				b.WriteString("\n")
				mark = strings.Repeat(" ", len([]rune(mark)))
			}
			b.WriteString(strings.Repeat("> ", block.Quotes))
			if block.Level > 0 {
				b.WriteString(strings.Repeat("  ", block.Level-1) + mark + " ")
			}
			b.WriteString(l)
		}
	}
	return bounded(b.String(), MaxBytes, func(string) int { return 0 })
}

// flat takes blocks out of each other.
type flat struct{ out []Block }

func (f *flat) blocks(blocks []block, in Block) {
	for _, b := range blocks {
		if b.kind == rule {
			continue
		}
		next := in
		in.Mark = "" // an item is marked once
		switch b.kind {
		case quotation:
			next.Quotes++
			f.blocks(b.blocks, next)
		case list:
			next.Level++
			for i, item := range b.items {
				next.Mark = "–"
				if b.ordered {
					next.Mark = strconv.Itoa(b.start+i) + "."
				}
				f.blocks(item, next)
			}
		case table:
			next.Kind = Row
			for _, rows := range [][][]cell{b.head, b.body} {
				for _, row := range rows {
					next.Cells = nil
					for _, c := range row {
						next.Cells = append(next.Cells, inCell(c.blocks))
					}
					f.out = append(f.out, next)
					next.Mark = ""
				}
			}
		default:
			next.Kind, next.Cells = named(b.kind, next), []string{said(b.lines)}
			f.out = append(f.out, next)
		}
	}
}

func named(k kind, in Block) string {
	switch {
	case k == heading || k == lesser:
		return Heading
	case k == verbatim:
		return Code
	case in.Level > 0:
		return Item
	case in.Quotes > 0:
		return Quote
	}
	return Paragraph
}

// inCell is what a cell says, each part on a line.
func inCell(blocks []block) string {
	var f flat
	f.blocks(blocks, Block{})
	var parts []string
	for _, b := range f.out {
		text := strings.Join(b.Cells, " ")
		if b.Mark != "" {
			text = b.Mark + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n")
}

// said is what lines say, and behind each link where it leads.
func said(lines [][]run) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString("\n")
		}
		for j := 0; j < len(l); {
			href, text := l[j].href, ""
			for ; j < len(l) && l[j].href == href; j++ {
				text += l[j].text
			}
			b.WriteString(text)
			if href != "" && bare(text) != bare(href) {
				b.WriteString(" (" + strings.TrimPrefix(href, "mailto:") + ")")
			}
		}
	}
	return b.String()
}

// bare is an address without what nobody says of it.
func bare(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		s = strings.TrimPrefix(s, scheme)
	}
	return strings.TrimSuffix(s, "/")
}

var (
	gap     = regexp.MustCompile(`[ \t]*\n[ \t]*\n[ \t\n]*`)
	wide    = regexp.MustCompile(`  +`)
	oneLine = strings.NewReplacer("\n", " ", "\t", " ")
)

// plain reads a message that is too large, or too deep, to be read for its parts.
// It is given what bluemonday let through, and takes it tag by tag.
func plain(safe string) []block {
	var b strings.Builder
	hidden := false
	z := html.NewTokenizer(strings.NewReader(safe))
	for z.Next() != html.ErrorToken {
		t := z.Token()
		switch {
		case unseen[t.DataAtom]:
			hidden = t.Type == html.StartTagToken && t.DataAtom != atom.Template
		case hidden && t.Type == html.TextToken: // all that stands in one
		case t.Type == html.TextToken:
			b.WriteString(oneLine.Replace(seen(t.Data)))
		case t.Type == html.CommentToken || t.Type == html.DoctypeToken:
		case t.DataAtom == atom.Td || t.DataAtom == atom.Th:
			b.WriteString("\t")
		case t.DataAtom == atom.Br || parting[t.DataAtom]:
			b.WriteString("\n")
			if t.DataAtom == atom.Li && t.Type == html.StartTagToken {
				b.WriteString("– ")
			}
		}
	}
	text := gap.ReplaceAllString(wide.ReplaceAllString(b.String(), " "), "\n\n")
	text = strings.Trim(text, " \t\n")
	// What it is written in needs room as well, and so does every sign that is
	// written as an entity.
	text = bounded(text, MaxBytes-len("<pre></pre>"), func(s string) int { return len(escape.Replace(s)) - len(s) })
	l := settle([]run{{text: text}}, "\n", " \t\n")
	if l == nil {
		return nil
	}
	return []block{{kind: verbatim, lines: [][]run{l}}}
}

// bounded returns a text that is no longer than so many bytes, with what more
// adds to it counted; one that is cut says so.
func bounded(s string, most int, more func(string) int) string {
	const cutMark = " […]"
	if len(s)+more(s) <= most {
		return s
	}
	for size := min(len(s), most-len(cutMark)); size > 0; {
		s = cut(s, size)
		over := len(s) + more(s) + len(cutMark) - most
		if over <= 0 {
			return s + cutMark
		}
		size = len(s) - max(1, over/5) // no sign takes more than five bytes
	}
	return ""
}
