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
	symbols []symbol
	end     int // of what was looked at
}

// longestGap bounds what may stand between two digits of a number, in characters.
// Only behind the end of a line may there be more: what the next line begins with.
const longestGap, longestIndent = 3, 40

// nextRun is the next run from an offset on, empty behind the last one.
// It takes the place of the one before it.
func nextRun(text string, at int, old run) run {
	i := strings.IndexFunc(text[at:], isDigit)
	if i < 0 {
		return run{end: len(text)}
	}
	r := run{symbols: old.symbols[:0]}
	var lead gap
	for at += i; at < len(text); {
		c, width := symbolAt(text, at, r.symbols)
		if c == 0 {
			break
		}
		r.symbols = append(r.symbols, symbol{c: c, start: at, end: at + width, lead: lead})
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
	kind, most := gapNone, longestGap
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
			kind = max(kind, gapMark)
		default:
			return kind, -1
		}
		i += width
	}
	return kind, -1
}

const marks = ".-/_|·•*,'’‐‑‒–—−"

func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u202f' || r >= '\u2000' && r <= '\u200d' || r == '\u2060' || r == '\ufeff'
}

// among tells whether groups of that length go on before or behind symbols: they are
// a piece of a longer number.
func (r run) among(i, n, length int) bool {
	ahead, after := 0, 0
	for k := i - 1; k >= 0; k-- {
		if ahead++; r.opens(k) {
			break
		}
	}
	for k := i + n; k < len(r.symbols) && (k == i+n || !r.opens(k)); k++ {
		after++
	}
	return ahead == length || after == length
}

// opens tells whether a symbol begins a group, closes whether one ends it.
func (r run) opens(i int) bool  { return i == 0 || r.symbols[i].lead != gapNone }
func (r run) closes(i int) bool { return i == len(r.symbols)-1 || r.symbols[i+1].lead != gapNone }
