package privacy

import "strings"

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
	if i+insC <= len(r.symbols) && r.closes(i+insC-1) && (r.whole(i, insC) || r.alone(i, insC)) && s.near(r, i, i+insC, insWords) {
		return s.person(r, i, insC)
	}
	born, ok := bornOf(r.symbols[i:])
	if !ok {
		return 0
	}
	if i+nirLong <= len(r.symbols) && r.closes(i+nirLong-1) && born.key == keyOf(r.symbols[i+nirShort:i+nirLong]) && s.persons(r, i, nirLong, born) {
		return s.person(r, i, nirLong)
	}
	last := i + nirShort - 1
	if !r.closes(last) {
		return 0
	}
	if key, end := writtenKey(s.text, r.symbols[last].end); end > 0 && key == born.key && s.persons(r, i, nirShort, born) {
		shown := tail(s.text[r.symbols[i].start:r.symbols[last].end] + s.text[end-2:end])
		s.add(Finding{Kind: s.kindOf(r, i, last+1), Start: r.symbols[i].start, End: end, Tail: shown})
		return nirShort
	}
	if parts := r.groups(i, nirShort); born.known && r.spelt(i, nirShort) && (parts == 1 || parts > 4) && s.near(r, i, last+1, personWords) && !s.elsewise(r, i, otherWords) {
		n := nirShort
		if i+nirLong <= len(r.symbols) && r.closes(i+nirLong-1) && r.spelt(i, nirLong) { // its key is wrong
			n = nirLong
		}
		return s.person(r, i, n)
	}
	return 0
}

// persons tells whether symbols with the right key are a person's, by how they are
// written and what stands beside them.
func (s *scan) persons(r run, i, n int, b born) bool {
	spelt, one := r.spelt(i, n), r.uniform(i, n)
	switch {
	case spelt && one && r.groups(i, n) > 4 && !b.waiting:
		return true // nothing else is written so
	case !spelt && !r.alone(i, n), s.elsewise(r, i, otherWords):
		return false
	}
	return spelt && one && !b.waiting || s.near(r, i, i+n, personWords)
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
	key     int
	waiting bool // for a number of their own: few are
	known   bool // sex and month of birth are: without its key, only such a number is told from others
}

// bornOf reads them; false if no person can have such a number.
func bornOf(symbols []symbol) (born, bool) {
	sex := symbols[0].c
	if !(sex >= '1' && sex <= '4' || sex == '7' || sex == '8') {
		return born{}, false
	}
	whole, less := int64(0), int64(0) // less is what the letter of a Corsican department takes away
	for i, s := range symbols[:nirShort] {
		c := s.c
		if c == 'A' || c == 'B' {
			if i != 6 || symbols[5].c != '2' {
				return born{}, false
			}
			less, c = int64(c-'A'+1)*1_000_000, '0'
		}
		whole = whole*10 + int64(c-'0')
	}
	month, department, commune, order := whole/1e8%100, whole/1e6%100, whole/1000%1000, whole%1000
	switch {
	case order == 0, department == 0, commune == 0, month == 0, month > 12 && month < 20, month > 42 && month < 50:
		return born{}, false
	}
	key := 97 - int((whole-less)%97)
	return born{key: key, waiting: sex == '3' || sex == '4', known: month <= 12 && sex <= '2'}, true
}

func keyOf(two []symbol) int { return int(two[0].c-'0')*10 + int(two[1].c-'0') }

// Where a number is divided, by what its parts mean, and the parts of equal length
// that people make of it.
var meant = map[int]bool{1: true, 3: true, 5: true, 7: true, 10: true, 13: true}

// longestEven is of how many digits people make equal groups, of which the last one is
// what is left.
const longestEven = 5

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
	return asMeant && lines <= 1 || even > 0 && (length == even || length < even && even <= longestEven) && (even < 3 || !r.among(i, n, even))
}

// uniform tells whether symbols are divided by one thing, but for the end of a line and
// what stands before a key: others are numbers beside one another.
func (r run) uniform(i, n int) bool {
	var first byte
	for k := 1; k < n; k++ {
		lead := r.symbols[i+k].lead
		if lead == gapNone || lead == gapLine || k == nirShort {
			continue
		}
		by := byte(' ')
		between := r.between(i + k)
		if mark := strings.TrimFunc(between, isBlank); mark != "" {
			by = mark[len(mark)-1]
		} else if strings.Contains(between, "\t") {
			by = '\t'
		}
		if first == 0 {
			first = by
		}
		if by != first {
			return false
		}
	}
	return true
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
	for _, c := range number {
		switch {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
			kept = append(kept, byte(c))
		case isDigit(c):
			kept = append(kept, byte('0'+c-'０'))
		}
	}
	return string(kept[max(0, len(kept)-shown):])
}
