package paper

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// atom is the least that a line is made of: a character that is drawn, and
// for what the face lacks the text that the drawn box stands for.
type atom struct {
	r    rune
	lost string
	glue bool // a space where no line may end
}

func (a atom) space() bool { return a.r == ' ' && !a.glue }

// line is what stands on one line. Spaced says that a space ended it, which
// is kept so that words do not run together in what is copied.
type line struct {
	atoms  []atom
	spaced bool
}

// plain has one kind of line end, and no letters joined into one character
// as texts copied from a PDF have them.
var plain = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n", "\t", "    ",
	"\uFB00", "ff", "\uFB01", "fi", "\uFB02", "fl", "\uFB03", "ffi", "\uFB04", "ffl")

// clean makes any bytes text that can be set.
func clean(s string) string {
	return norm.NFC.String(plain.Replace(strings.ToValidUTF8(s, "\uFFFD")))
}

// atoms takes one line of clean text apart.
func atoms(s string, has map[rune]bool) []atom {
	var out []atom
	joins := false // the last character asks for the next one
	for _, r := range s {
		last := len(out) - 1
		lost := last >= 0 && out[last].lost != ""
		if lost && (joins || extends(r, out[last].lost)) {
			out[last].lost += string(r)
			joins = r == '\u200D'
			continue
		}
		joins = false
		switch {
		case r == '\u202F' || r == ' ' || has[r] && r != '\u00A0':
			out = append(out, atom{r: r})
		case r == '\u00A0' || r == '\u2007':
			// Drawn as a plain space, so that searching finds it.
			out = append(out, atom{r: ' ', glue: true})
		case unicode.Is(unicode.Zs, r):
			out = append(out, atom{r: ' '})
		case invisible(r):
		default:
			out = append(out, atom{r: box, lost: string(r)})
		}
	}
	return glued(out)
}

// extends tells whether a character only changes the one before it: accents,
// skin tones, selectors, and the second half of a flag.
func extends(r rune, before string) bool {
	flag := func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
	runes := []rune(before)
	return r == '\u200D' || unicode.In(r, unicode.Mn, unicode.Me) || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F ||
		flag(r) && len(runes) == 1 && flag(runes[0])
}

// invisible characters have no look of their own: joiners, marks of
// direction, soft hyphens, selectors.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// glued keeps French punctuation on the line of its word, where somebody
// typed a plain space before it; the text stays as it was typed.
func glued(line []atom) []atom {
	for i := range line {
		if line[i].r != ' ' {
			continue
		}
		before := i > 0 && line[i-1].r == '«'
		after := i+1 < len(line) && strings.ContainsRune(";:!?»%€", line[i+1].r)
		if before || after {
			line[i].glue = true
		}
	}
	return line
}

// wrap breaks text into lines of at most width units of the type's size.
// Words are never hyphenated; one that fits on no line is cut where it must
// be, after a sign such as / if there is one.
func (f *face) wrap(s string, width float64, has map[rune]bool) []line {
	var out []line
	for i, paragraph := range strings.Split(strings.TrimRight(clean(s), "\n "), "\n") {
		if i > 0 {
			out[len(out)-1].spaced = true
		}
		out = append(out, f.fill(atoms(strings.TrimRight(paragraph, " "), has), width)...)
	}
	return out
}

func (f *face) fill(rest []atom, width float64) []line {
	var out []line
	for {
		n, w := 0, 0.0
		for n < len(rest) {
			w += f.width(rest[n].r)
			if w > width && n > 0 && !rest[n].space() {
				break
			}
			n++
		}
		if n == len(rest) {
			return append(out, line{atoms: trimmed(rest)})
		}
		end := lastBreak(rest, n)
		next := end
		for next < len(rest) && rest[next].space() {
			next++
		}
		cut := trimmed(rest[:end])
		out = append(out, line{atoms: cut, spaced: next > len(cut)})
		rest = rest[next:]
	}
}

// lastBreak is where a line of at most n atoms best ends.
func lastBreak(a []atom, n int) int {
	if a[n].space() {
		return n
	}
	for i := n - 1; i > 0; i-- {
		if a[i].space() && len(trimmed(a[:i])) > 0 {
			return i + 1
		}
	}
	for i := n - 1; i > n/2; i-- {
		if strings.ContainsRune("/-_.&=?,;\\", a[i].r) {
			return i + 1
		}
	}
	return n
}

func trimmed(a []atom) []atom {
	for len(a) > 0 && a[len(a)-1].space() {
		a = a[:len(a)-1]
	}
	return a
}

// span is how wide a line is, in units of the size of the type.
func (f *face) span(l line) float64 {
	w := 0.0
	for _, a := range l.atoms {
		w += f.width(a.r)
	}
	return w
}
