package markup

import (
	"strconv"
	"strings"
)

// writer writes blocks in the one form that reads back as the same blocks. Its
// tags are those that stand in this file, whatever it is given.
type writer struct {
	b     strings.Builder
	nodes int // elements and texts
}

func write(blocks []block) *writer {
	w := &writer{}
	w.blocks(blocks)
	return w
}

func (w *writer) open(tag string) {
	w.nodes++
	w.b.WriteString("<" + tag + ">")
}

func (w *writer) close(tag string) { w.b.WriteString("</" + tag + ">") }

func (w *writer) blocks(blocks []block) {
	for _, b := range blocks {
		w.block(b)
	}
}

var tags = map[kind]string{paragraph: "p", heading: "h3", lesser: "h4", verbatim: "pre"}

func (w *writer) block(b block) {
	switch b.kind {
	case rule:
		w.open("hr")
	case quotation:
		w.open("blockquote")
		w.blocks(b.blocks)
		w.close("blockquote")
	case list:
		w.list(b)
	case table:
		w.open("table")
		w.rows("thead", b.head)
		w.rows("tbody", b.body)
		w.close("table")
	default:
		w.open(tags[b.kind])
		w.lines(b.lines)
		w.close(tags[b.kind])
	}
}

func (w *writer) list(b block) {
	tag, with := "ul", ""
	if b.ordered {
		tag = "ol"
		if b.start != 1 {
			with = ` start="` + strconv.Itoa(b.start) + `"`
		}
	}
	w.open(tag + with)
	for _, item := range b.items {
		w.open("li")
		w.within(item)
		w.close("li")
	}
	w.close(tag)
}

func (w *writer) rows(part string, rows [][]cell) {
	if len(rows) == 0 {
		return
	}
	w.open(part)
	for _, row := range rows {
		w.open("tr")
		for _, c := range row {
			tag, with := "td", ""
			if c.header {
				tag = "th"
			}
			if c.cols > 1 {
				with += ` colspan="` + strconv.Itoa(c.cols) + `"`
			}
			if c.rows > 1 {
				with += ` rowspan="` + strconv.Itoa(c.rows) + `"`
			}
			w.open(tag + with)
			w.within(c.blocks)
			w.close(tag)
		}
		w.close("tr")
	}
	w.close(part)
}

// within writes what is in an item or a cell: a first paragraph that no second
// one follows needs no tag.
func (w *writer) within(blocks []block) {
	if len(blocks) > 0 && blocks[0].kind == paragraph && (len(blocks) == 1 || blocks[1].kind != paragraph) {
		w.lines(blocks[0].lines)
		blocks = blocks[1:]
	}
	w.blocks(blocks)
}

func (w *writer) lines(lines [][]run) {
	for i, l := range lines {
		if i > 0 {
			w.open("br")
		}
		w.runs(l)
	}
}

// Marks in the order in which they stand in each other.
var marks = []struct {
	mark mark
	tag  string
}{{strong, "strong"}, {em, "em"}, {under, "u"}, {struck, "s"}, {code, "code"}}

func (w *writer) runs(runs []run) {
	var open []string // as they were opened
	to := func(want []string) {
		same := 0
		for same < len(open) && same < len(want) && open[same] == want[same] {
			same++
		}
		for i := len(open) - 1; i >= same; i-- {
			tag, _, _ := strings.Cut(open[i], " ")
			w.close(tag)
		}
		for _, tag := range want[same:] {
			w.open(tag)
		}
		open = want
	}
	for _, r := range runs {
		var want []string
		if r.href != "" {
			want = append(want, `a href="`+escape.Replace(r.href)+`"`)
		}
		for _, m := range marks {
			if r.marks&m.mark != 0 {
				want = append(want, m.tag)
			}
		}
		to(want)
		w.nodes++
		w.b.WriteString(escape.Replace(r.text))
	}
	to(nil)
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
