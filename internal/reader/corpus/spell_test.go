package corpus

import (
	"strings"
)

// cell is one of a table. A number is stored as one where the format has them.
type cell struct {
	text   string
	number bool
}

// spelling is a way to write a number: in a line, or in cells of a row.
type spelling struct {
	name  string
	line  func(g []string) string
	cells func(g []string) []cell
	only  string // kind, if not all
	can   func(g []string) bool
}

func between(sep string) func([]string) string {
	return func(g []string) string { return strings.Join(g, sep) }
}

// broken puts a line's end in the middle.
func broken(sep string) func([]string) string {
	return func(g []string) string {
		half := (len(g) + 1) / 2
		return strings.Join(g[:half], sep) + "\n" + strings.Join(g[half:], sep)
	}
}

func around(before, after string, write func([]string) string) func([]string) string {
	return func(g []string) string { return before + write(g) + after }
}

// keyed writes the key of a number apart from what is before it.
func keyed(sep, before, after string) func([]string) string {
	return func(g []string) string {
		last := len(g) - 1
		return strings.Join(g[:last], sep) + before + g[last] + after
	}
}

func wide(g []string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c - '0' + '０'
		}
		return c
	}, strings.Join(g, ""))
}

func texts(g []string) []cell {
	var out []cell
	for _, s := range g {
		out = append(out, cell{text: s})
	}
	return out
}

func apart(number bool) func([]string) []cell {
	return func(g []string) []cell {
		last := len(g) - 1
		return []cell{{strings.Join(g[:last], ""), number}, {g[last], number}}
	}
}

// exact tells numbers that a spreadsheet keeps whole.
func exact(g []string) bool {
	s := strings.Join(g, "")
	return len(s) <= 15 && strings.Trim(s, "0123456789") == ""
}

func zeroless(g []string) bool { return exact(g) && !strings.HasPrefix(g[len(g)-1], "0") }

func one(write func([]string) string, number bool) func([]string) []cell {
	return func(g []string) []cell { return []cell{{write(g), number}} }
}

var spellings = []spelling{
	{name: "plain", line: between("")},
	{name: "spaces", line: between(" ")},
	{name: "no-break spaces", line: between("\u00a0")},
	{name: "narrow no-break spaces", line: between("\u202f")},
	{name: "thin spaces", line: between("\u2009")},
	{name: "two spaces", line: between("  ")},
	{name: "tabs", line: between("\t")},
	{name: "dots", line: between(".")},
	{name: "dashes", line: between("-")},
	{name: "no-break hyphens", line: between("\u2011")},
	{name: "slashes", line: between("/")},
	{name: "spaces over two lines", line: broken(" ")},
	{name: "plain over two lines", line: broken("")},
	{name: "full-width digits", line: wide},
	{name: "sign glued", line: around("N°", "", between(""))},
	{name: "sign", line: around("n° ", "", between(" "))},
	{name: "brackets and comma", line: around("(", "),", between(""))},
	{name: "colon and full stop", line: around(":", ".", between(""))},
	{name: "quotes", line: around("«\u00a0", "\u00a0»", between(" "))},
	{name: "equals", line: around("val=", ";", between(""))},
	{name: "small letters", line: func(g []string) string { return strings.ToLower(strings.Join(g, " ")) }},
	{name: "small letters, plain", line: func(g []string) string { return strings.ToLower(strings.Join(g, "")) }},
	{name: "zero-width spaces", line: between("\u200b")},
	{name: "key apart", line: keyed("", " ", ""), only: "nir"},
	{name: "key with its word", line: keyed(" ", " clé ", ""), only: "nir"},
	{name: "key in brackets", line: keyed("", " (", ")"), only: "nir"},
	{name: "key behind a dash", line: keyed(" ", " - ", ""), only: "nir"},
	{name: "cell", cells: one(between(""), false)},
	{name: "cell with spaces", cells: one(between(" "), false)},
	{name: "cell over two lines", cells: one(broken(" "), false)},
	{name: "cell for each group", cells: texts},
	{name: "cell that is a number", cells: one(between(""), true), can: exact},
	{name: "key in its own cell", cells: apart(false), only: "nir"},
	{name: "key in its own cell, numbers", cells: apart(true), only: "nir", can: zeroless},
}

// fits tells whether a number can be written so, in a format with such letters.
func (s spelling) fits(n number, western bool) bool {
	kind := n.kind
	if kind == "ins" {
		kind = "nir"
	}
	if s.only != "" && s.only != kind || s.can != nil && !s.can(n.groups) {
		return false
	}
	return s.line == nil || !western || inWestern(s.line(n.groups))
}

// inWestern tells whether a text can be written in Windows' code page.
func inWestern(text string) bool {
	for _, c := range text {
		if c > 0xff && !strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", c) {
			return false
		}
	}
	return true
}
