package privacy

import (
	"strconv"
	"strings"
)

// The number of the French social security: sex, year and month of birth,
// department and commune, order, and a key (decree 82-103, INSEE).
const (
	nirShort = 13 // without its key
	nirLong  = 15
	insC     = 22 // a calculated identity of the years before the NIR was allowed
)

// nirs notes the numbers of persons that a run holds.
func (s *scan) nirs(r run) {
	for i := 0; i+nirShort <= len(r.symbols); {
		if !r.opens(i) {
			i++
			continue
		}
		if n := s.nirAt(r, i); n > 0 {
			i += n
			continue
		}
		i++
	}
}

// nirAt notes the number that begins at a symbol, and returns of how many it is.
func (s *scan) nirAt(r run, i int) int {
	if i+insC <= len(r.symbols) && r.closes(i+insC-1) && s.near(r, i, i+insC, insWords) {
		return s.person(r, i, insC)
	}
	born, ok := bornOf(r.symbols[i:])
	if !ok {
		return 0
	}
	if end := i + nirLong; end <= len(r.symbols) && r.closes(end-1) && born.key == keyOf(r.symbols[end-2:end]) &&
		(born.usual && r.spelt(i, nirLong) || s.near(r, i, end, personWords)) {
		return s.person(r, i, nirLong)
	}
	last := i + nirShort - 1
	if !r.closes(last) {
		return 0
	}
	if key, end := writtenKey(s.text, r.symbols[last].end); end > 0 && key == born.key {
		s.add(Finding{Kind: s.kindOf(r, i, last+1), Start: r.symbols[i].start, End: end, Tail: tail(s.text[r.symbols[i].start:end])})
		return nirShort
	}
	if s.near(r, i, last+1, personWords) {
		n := nirShort
		if i+nirLong <= len(r.symbols) && r.closes(i+nirLong-1) && r.spelt(i, nirLong) { // its key is wrong
			n = nirLong
		}
		return s.person(r, i, n)
	}
	return 0
}

func (s *scan) person(r run, i, n int) int {
	start, end := r.symbols[i].start, r.symbols[i+n-1].end
	s.add(Finding{Kind: s.kindOf(r, i, i+n), Start: start, End: end, Tail: tail(s.text[start:end])})
	return n
}

func (s *scan) kindOf(r run, from, to int) Kind {
	if s.near(r, from, to, insWords) {
		return KindINS
	}
	return KindNIR
}

// born is what the first thirteen symbols of a number say.
type born struct {
	key   int
	usual bool // as those of nearly everybody are
}

// bornOf reads them; false if no person can have such a number.
func bornOf(symbols []symbol) (born, bool) {
	var digits [nirShort]byte
	less := int64(0) // what the letter of a Corsican department takes away
	for i := range digits {
		c := symbols[i].c
		if c == 'A' || c == 'B' {
			if i != 6 || digits[5] != '2' {
				return born{}, false
			}
			less, c = map[byte]int64{'A': 1_000_000, 'B': 2_000_000}[c], '0'
		}
		digits[i] = c
	}
	value := func(from, to int) int {
		n, _ := strconv.Atoi(string(digits[from:to])) // they are digits
		return n
	}
	sex, month, department, commune, order := digits[0], value(3, 5), value(5, 7), value(7, 10), value(10, 13)
	corsican := symbols[6].c == 'A' || symbols[6].c == 'B'
	known := month >= 1 && month <= 12
	switch {
	case !strings.ContainsRune("123478", rune(sex)), order == 0, department == 0 && !corsican, commune == 0:
		return born{}, false
	case !known && month != 20 && (month < 30 || month > 42) && month < 50:
		return born{}, false
	}
	n, _ := strconv.ParseInt(string(digits[:]), 10, 64) // likewise
	if corsican {
		n = n - less
	}
	return born{key: 97 - int((n%97+97)%97), usual: known && sex <= '2' && department != 96}, true
}

func keyOf(two []symbol) int { return int(two[0].c-'0')*10 + int(two[1].c-'0') }

// Where a number is divided, by what its parts mean, and the parts of equal length
// that people make of it.
var meant = map[int]bool{1: true, 3: true, 5: true, 7: true, 10: true, 13: true}

// spelt tells whether somebody would write a number in these groups: as it is
// meant, in groups of one length, or in one piece that the end of a line divides.
func (r run) spelt(i, n int) bool {
	asMeant, lines, even := true, 0, 0
	length := 1
	for k := 1; k < n; k++ {
		switch lead := r.symbols[i+k].lead; {
		case lead == gapNone:
			length++
			continue
		case lead == gapLine:
			lines++
		}
		if !meant[k] && r.symbols[i+k].lead != gapLine {
			asMeant = false
		}
		if even == 0 {
			even = length
		} else if even != length {
			even = -1
		}
		length = 1
	}
	return asMeant && lines <= 1 || even > 0 && length <= even && (even < 3 || !r.among(i, n, even))
}

// writtenKey reads a key that stands behind its number with a word or brackets, and
// tells where it ends; 0 if none does.
func writtenKey(text string, at int) (key, end int) {
	rest := text[at:min(len(text), at+24)]
	skipped := strings.TrimLeft(rest, " \t\r\n\u00a0\u202f.,:;([-–/|")
	for _, word := range []string{"clef", "clé", "cle", "Clé", "Cle", "CLÉ", "CLE", "key"} {
		if after, ok := strings.CutPrefix(skipped, word); ok {
			skipped = strings.TrimLeft(after, " \t\r\n\u00a0\u202f.:=([-–/|")
			break
		}
	}
	if len(skipped) < 2 || !isDigit(rune(skipped[0])) || !isDigit(rune(skipped[1])) || len(skipped) > 2 && isDigit(rune(skipped[2])) {
		return 0, 0
	}
	return int(skipped[0]-'0')*10 + int(skipped[1]-'0'), at + len(rest) - len(skipped) + 2
}

// tail is the last characters of a number, which may be shown.
func tail(number string) string {
	const shown = 4
	kept := make([]byte, 0, len(number))
	for _, c := range []byte(number) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			kept = append(kept, c)
		}
	}
	return string(kept[max(0, len(kept)-shown):])
}
