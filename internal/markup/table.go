package markup

import (
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table reads a table. One that only puts things in their places (it holds
// another one, or has a single column) is read for what is in it.
func (b *builder) table(n *html.Node, s style, deep bool) {
	head, body := rows(n)
	if deep || holds(n, atom.Table) || !columns(head) && !columns(body) {
		b.children(n, s)
		return
	}
	for c := range n.ChildNodes() {
		if c.DataAtom == atom.Caption {
			b.node(c, s)
		}
	}
	t := block{kind: table}
	filled := false
	read := func(rows [][]*html.Node) [][]cell {
		var out [][]cell
		for _, row := range rows {
			var cells []cell
			for _, c := range row {
				in := b.nested(c, s)
				filled = filled || len(in) > 0
				cells = append(cells, cell{c.DataAtom == atom.Th, span(c, "colspan", maxCols), span(c, "rowspan", maxSpan), in})
			}
			out = append(out, cells)
		}
		return out
	}
	t.head, t.body = read(head), read(body)
	if filled {
		b.add(t)
	}
}

// rows are those of a table that have cells: of its head, and all others.
func rows(n *html.Node) (head, body [][]*html.Node) {
	for part := range n.ChildNodes() {
		for row := range part.ChildNodes() {
			var cells []*html.Node
			for c := range row.ChildNodes() {
				if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
					cells = append(cells, c)
				}
			}
			switch {
			case len(cells) == 0:
			case part.DataAtom == atom.Thead:
				head = append(head, cells)
			default:
				body = append(body, cells)
			}
		}
	}
	return head, body
}

func columns(rows [][]*html.Node) bool {
	for _, r := range rows {
		if len(r) > 1 {
			return true
		}
	}
	return false
}

func holds(n *html.Node, a atom.Atom) bool {
	for d := range n.Descendants() {
		if d.DataAtom == a {
			return true
		}
	}
	return false
}

// span is over how many columns or rows a cell goes.
func span(n *html.Node, key string, most int) int {
	size, err := strconv.Atoi(attr(n, key))
	if err != nil {
		return 1
	}
	return max(1, min(size, most))
}
