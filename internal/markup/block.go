package markup

import (
	"slices"
	"strings"
	"unicode"
)

type mark uint8

const (
	strong mark = 1 << iota
	em
	under
	struck
	code
)

type style struct {
	href  string
	marks mark
}

// run is a text of one style. In code it may hold ends of lines.
type run struct {
	style
	text string
}

type kind uint8

const (
	paragraph kind = iota
	heading        // h3
	lesser         // h4
	verbatim       // pre
	quotation
	list
	table
	rule
)

// block is a part of a message; which fields count depends on its kind.
type block struct {
	kind    kind
	lines   [][]run   // paragraph, heading, lesser: one at least, none blank; verbatim: exactly one
	blocks  []block   // quotation
	items   [][]block // list
	ordered bool
	start   int
	stray   bool // a list that stood in no list: the next stray item joins it
	head    [][]cell
	body    [][]cell
}

type cell struct {
	header     bool
	cols, rows int // 1 at least
	blocks     []block
}

// eachRun calls f for every run, in order.
func eachRun(blocks []block, f func(run)) {
	for _, b := range blocks {
		for _, l := range b.lines {
			for _, r := range l {
				f(r)
			}
		}
		eachRun(b.blocks, f)
		for _, item := range b.items {
			eachRun(item, f)
		}
		for _, row := range slices.Concat(b.head, b.body) {
			for _, c := range row {
				eachRun(c.blocks, f)
			}
		}
	}
}

// blank tells whether nothing of a text can be seen.
func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && r != '\u115F' && r != '\u2800' && r != '\u3164'
	}) < 0
}

// settle returns a line without spaces at its ends, its runs joined where they
// are of one style; nil if nothing of it can be seen. What cannot be seen leads
// nowhere. left and right are the signs to be taken from its ends.
func settle(runs []run, left, right string) []run {
	runs = slices.Clone(runs)
	for len(runs) > 0 {
		if runs[0].text = strings.TrimLeft(runs[0].text, left); runs[0].text != "" {
			break
		}
		runs = runs[1:]
	}
	for len(runs) > 0 {
		last := &runs[len(runs)-1]
		if last.text = strings.TrimRight(last.text, right); last.text != "" {
			break
		}
		runs = runs[:len(runs)-1]
	}
	var settled []run
	visible := false
	for _, r := range joined(runs) {
		if blank(r.text) {
			r.style = style{}
		} else {
			visible = true
		}
		settled = append(settled, r)
	}
	if !visible {
		return nil
	}
	return joined(settled)
}

func joined(runs []run) []run {
	var out []run
	for _, r := range runs {
		if n := len(out); n > 0 && out[n-1].style == r.style {
			out[n-1].text += r.text
		} else if r.text != "" {
			out = append(out, r)
		}
	}
	return out
}
