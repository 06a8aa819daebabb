package privacy

import (
	"strings"
	"unicode/utf8"
)

// symbol is a digit, or the letter of a Corsican department, in a text.
type symbol struct {
	c          byte // '0' to '9', 'A' or 'B'
	start, end int  // in bytes
	lead       gap  // what stands between it and the one before
}

// gap is what stands between two symbols of one run.
type gap int

const (
	gapNone  gap = iota
	gapSpace     // blanks of one line
	gapMark      // with a dot, a dash, a stroke or the like
	gapLine      // with the end of a line
)

// run is a sequence of digits with nothing but separators between them.
type run struct {
	text    string
	symbols []symbol
	end     int // of what was looked at
}

// longestRun bounds a run, in symbols; what is longer is looked at piece by piece, and
// a number on the seam of two of at most so many symbols is in both.
const longestRun, longestNumber = 4096, 64

// longestGap bounds what may stand between two digits of a number, in characters.
// There may be more of nothing but blanks, as in columns and in front of a line.
const longestGap, longestIndent = 3, 40

// nextRun is the next run from an offset on, empty behind the last one.
// It takes the place of the one before it.
func nextRun(text string, at int, old run) run {
	i := strings.IndexFunc(text[at:], isDigit)
	if i < 0 {
		return run{end: len(text)}
	}
	r := run{text: text, symbols: old.symbols[:0]}
	var lead gap
	for at += i; at < len(text); {
		c, width := symbolAt(text, at, r.symbols)
		if c == 0 {
			break
		}
		r.symbols = append(r.symbols, symbol{c: c, start: at, end: at + width, lead: lead})
		if len(r.symbols) == longestRun {
			r.end = r.seam()
			return r
		}
		at += width
		var wide int
		if lead, wide = gapAt(text, at, c == '2'); wide < 0 {
			break
		}
		at += wide
	}
	r.end = max(at, r.symbols[len(r.symbols)-1].end)
	return r
}

// seam is a symbol at which the next piece of a run that is too long begins: one that
// opens a group, if one does.
func (r run) seam() int {
	last := len(r.symbols) - longestNumber
	for i := last; i > last-longestNumber; i-- {
		if r.opens(i) {
			return r.symbols[i].start
		}
	}
	return r.symbols[last].start
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// symbolAt is what stands at an offset, 0 if it belongs to no run. A letter belongs
// to one only behind a 2 and in front of another digit.
func symbolAt(text string, at int, before []symbol) (c byte, width int) {
	switch b := text[at]; {
	case b >= '0' && b <= '9':
		return b, 1
	case b == 'A' || b == 'B' || b == 'a' || b == 'b':
		if n := len(before); n > 5 && before[n-1].c == '2' {
			if _, wide := gapAt(text, at+1, false); wide >= 0 {
				return b &^ 0x20, 1
			}
		}
		return 0, 0
	case b < utf8.RuneSelf:
		return 0, 0
	}
	r, width := utf8.DecodeRuneInString(text[at:])
	if r >= '０' && r <= '９' {
		return byte('0' + r - '０'), width
	}
	return 0, 0
}

// gapAt is what stands between an offset and the next symbol, and its width in
// bytes: -1 if it joins no symbols. Behind a 2 that may be a letter.
func gapAt(text string, at int, two bool) (gap, int) {
	if at < len(text) && text[at] >= '0' && text[at] <= '9' {
		return gapNone, 0
	}
	kind, most := gapNone, longestIndent
	for i, n := at, 0; i < len(text) && n <= most; n++ {
		r, width := utf8.DecodeRuneInString(text[i:])
		switch {
		case isDigit(r), two && kind != gapLine && (r|0x20 == 'a' || r|0x20 == 'b'):
			return kind, i - at
		case r == '\n' || r == '\r':
			if kind == gapLine && r == '\n' && text[i-1] != '\r' {
				return gapLine, -1 // an empty line ends what was written
			}
			kind, most = gapLine, longestIndent
		case isBlank(r):
			kind = max(kind, gapSpace)
		case strings.ContainsRune(marks, r):
			if kind = max(kind, gapMark); kind == gapMark {
				most = longestGap
			}
		default:
			return kind, -1
		}
		i += width
	}
	return kind, -1
}

const marks = ".-/_|·•*,;'’‐‑‒–—−"

func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u202f' || r >= '\u2000' && r <= '\u200d' || r == '\u2060' || r == '\ufeff'
}

// among tells whether groups of that length go on before or behind symbols, divided as
// they are themselves: they are a piece of a longer number.
func (r run) among(i, n, length int) bool {
	ahead, after := 0, 0
	for k := i - 1; k >= 0 && ahead <= length && r.between(i) == r.between(i+length); k-- {
		if ahead++; r.opens(k) {
			break
		}
	}
	for k := i + n; k < len(r.symbols) && after <= length && (k == i+n && r.between(k) == r.between(i+length) || k > i+n && !r.opens(k)); k++ {
		after++
	}
	return ahead == length || after == length
}

// between is what stands before a symbol.
func (r run) between(k int) string { return r.text[r.symbols[k-1].end:r.symbols[k].start] }

// alone tells whether symbols are all of a run.
func (r run) alone(i, n int) bool { return i == 0 && n == len(r.symbols) }

// groups is in how many parts symbols are written.
func (r run) groups(i, n int) int {
	parts := 1
	for k := 1; k < n; k++ {
		if r.symbols[i+k].lead != gapNone {
			parts++
		}
	}
	return parts
}

// opens tells whether a symbol begins a group, closes whether one ends it.
func (r run) opens(i int) bool  { return i == 0 || r.symbols[i].lead != gapNone }
func (r run) closes(i int) bool { return i == len(r.symbols)-1 || r.symbols[i+1].lead != gapNone }
