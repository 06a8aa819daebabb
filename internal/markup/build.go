package markup

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Lists, quotations and tables stand in each other only so far; what is deeper
// stands where the last of them stands. It keeps what is written within what is read.
const maxNesting = 12

const (
	maxCols  = 20
	maxSpan  = 100 // rows
	maxStart = 9_999
	maxAlt   = 200 // characters
	pixel    = 2   // what is no larger is there to count readers
)

// builder reads nodes into blocks.
type builder struct {
	blocks  []block
	kind    kind    // of what is read now
	lines   [][]run // of the paragraph that is read now; the last one is open
	spaced  bool    // a space would be the second one
	code    bool    // spaces and ends of lines count
	nesting int
}

func build(nodes []*html.Node) []block {
	return (&builder{}).inner(slices.Values(nodes), style{})
}

// inner reads nodes into blocks of their own.
func (b *builder) inner(nodes func(func(*html.Node) bool), s style) []block {
	in := &builder{nesting: b.nesting, lines: [][]run{nil}, spaced: true}
	for n := range nodes {
		in.node(n, s)
	}
	in.flush()
	return in.blocks
}

func (b *builder) children(n *html.Node, s style) {
	for c := range n.ChildNodes() {
		b.node(c, s)
	}
}

func (b *builder) node(n *html.Node, s style) {
	if n.Type == html.TextNode {
		b.text(n.Data, s)
		return
	}
	if n.Type != html.ElementNode || n.Namespace != "" || unseen[n.DataAtom] {
		return
	}
	switch n.DataAtom {
	case atom.A:
		s.href = address(attr(n, "href"))
		b.children(n, s)
		return
	case atom.Br:
		b.newline()
		return
	case atom.Img:
		b.picture(n, s)
		return
	}
	s.marks |= marking[n.DataAtom]
	if !parting[n.DataAtom] {
		b.children(n, s)
		return
	}
	if b.code {
		b.newline()
		b.children(n, s)
		b.newline()
		return
	}
	b.flush()
	b.part(n, s)
	b.flush()
}

// part reads an element that stands apart.
func (b *builder) part(n *html.Node, s style) {
	deep := b.nesting >= maxNesting
	switch a := n.DataAtom; a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		was := b.kind
		b.kind = heading
		if a == atom.H4 || a == atom.H5 || a == atom.H6 {
			b.kind = lesser
		}
		b.children(n, s)
		b.flush()
		b.kind = was
	case atom.Hr:
		b.add(block{kind: rule})
	case atom.Pre:
		b.verbatim(n, s)
	case atom.Blockquote:
		if deep {
			b.children(n, s)
		} else if in := b.nested(n, s); len(in) > 0 {
			b.add(block{kind: quotation, blocks: in})
		}
	case atom.Ul, atom.Ol:
		b.list(n, s, deep)
	case atom.Li:
		if deep {
			b.children(n, s)
		} else if in := b.nested(n, s); len(in) > 0 {
			b.add(block{kind: list, items: [][]block{in}, start: 1, stray: true})
		}
	case atom.Table:
		b.table(n, s, deep)
	case atom.Dt:
		s.marks |= strong
		b.children(n, s)
	default:
		b.children(n, s)
	}
}

func (b *builder) nested(n *html.Node, s style) []block {
	b.nesting++
	defer func() { b.nesting-- }()
	return b.inner(n.ChildNodes(), s)
}

func (b *builder) add(next block) {
	if n := len(b.blocks); next.stray && n > 0 && b.blocks[n-1].stray {
		b.blocks[n-1].items = append(b.blocks[n-1].items, next.items...)
		return
	}
	b.blocks = append(b.blocks, next)
}

// text takes the text of a node. Outside of code any space is one space.
func (b *builder) text(text string, s style) {
	text = seen(text)
	if !b.code {
		var one strings.Builder
		for _, r := range text {
			if space(r) {
				if b.spaced {
					continue
				}
				r = ' '
			}
			b.spaced = r == ' '
			one.WriteRune(r)
		}
		text = one.String()
	} else {
		s.marks = 0
	}
	if text != "" {
		last := &b.lines[len(b.lines)-1]
		*last = append(*last, run{s, text})
	}
}

func (b *builder) newline() {
	if b.code {
		b.text("\n", style{})
		return
	}
	b.lines = append(b.lines, nil)
	b.spaced = true
}

// flush ends a paragraph. A blank line between two lines makes them two.
func (b *builder) flush() {
	var lines [][]run
	end := func() {
		if len(lines) > 0 {
			b.add(block{kind: b.kind, lines: lines})
		}
		lines = nil
	}
	for _, l := range b.lines {
		if l = settle(l, " ", " "); l == nil {
			end()
			continue
		}
		lines = append(lines, l)
	}
	end()
	b.lines, b.spaced = [][]run{nil}, true
}

func (b *builder) verbatim(n *html.Node, s style) {
	b.code = true
	b.children(n, s)
	b.code = false
	lines := b.lines
	b.lines = [][]run{nil}
	if l := settle(lines[0], "\n", " \t\n"); l != nil {
		b.add(block{kind: verbatim, lines: [][]run{l}})
	}
}

// picture puts a picture's description in its place: nothing is fetched for a
// letter, and what is too small to be looked at only reports who reads it.
func (b *builder) picture(n *html.Node, s style) {
	for _, side := range []string{"width", "height"} {
		size := strings.TrimSuffix(strings.TrimSpace(attr(n, side)), "px")
		if px, err := strconv.Atoi(size); err == nil && px <= pixel {
			return
		}
	}
	if alt := line(attr(n, "alt"), maxAlt); !blank(alt) {
		b.text("["+alt+"]", s)
	}
}

func (b *builder) list(n *html.Node, s style, deep bool) {
	if deep {
		b.children(n, s)
		return
	}
	l := block{kind: list, ordered: n.DataAtom == atom.Ol, start: 1}
	if start, err := strconv.Atoi(attr(n, "start")); err == nil && l.ordered {
		l.start = min(start, maxStart)
	}
	b.nesting++
	defer func() { b.nesting-- }()
	for c := range n.ChildNodes() {
		of := slices.Values([]*html.Node{c})
		if c.DataAtom == atom.Li {
			of = c.ChildNodes()
		}
		in := b.inner(of, s)
		last := len(l.items) - 1
		switch inList := c.DataAtom == atom.Ul || c.DataAtom == atom.Ol; {
		case len(in) == 0:
		case inList && last >= 0: // it belongs to the item before it
			l.items[last] = append(l.items[last], in...)
		default:
			l.items = append(l.items, in)
		}
	}
	if len(l.items) > 0 {
		b.add(l)
	}
}

// attr returns the value of an attribute, "" if there is none.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == key {
			return a.Val
		}
	}
	return ""
}
