package privacy

import (
	"strings"
	"unicode/utf8"
)

// cards notes the numbers of payment cards that a run holds (ISO/IEC 7812).
func (s *scan) cards(r run) {
	for i := range r.symbols {
		if !r.opens(i) {
			continue
		}
		for _, n := range []int{16, 15, 14, 19} {
			if i+n > len(r.symbols) || !r.closes(i+n-1) || !issued(r.symbols[i:i+n]) || !luhn(r.symbols[i:i+n]) {
				continue
			}
			if (!r.embossed(i, n) || r.among(i, n, 4) || accountBefore(s.text, r.symbols[i].start)) && !(n != 14 && r.whole(i, n)) && !s.near(r, i, i+n, cardWords) {
				continue
			}
			start, end := r.symbols[i].start, r.symbols[i+n-1].end
			s.add(Finding{Kind: KindCard, Start: start, End: end, Tail: tail(s.text[start:end])})
			break
		}
	}
}

// issued tells whether an issuer gives numbers of that beginning and length.
func issued(symbols []symbol) bool {
	value, n := 0, len(symbols)
	for _, s := range symbols[:4] {
		if s.c > '9' {
			return false
		}
		value = value*10 + int(s.c-'0')
	}
	two, three := value/100, value/10
	switch n {
	case 16, 19:
		return value/1000 == 4 || two >= 51 && two <= 55 && n == 16 || value >= 2221 && value <= 2720 && n == 16 ||
			value >= 3528 && value <= 3589 || value == 6011 || two == 65 || three >= 644 && three <= 649 || two == 50 || two >= 56 && two <= 58 || two == 62 || two == 67
	case 15:
		return two == 34 || two == 37
	case 14:
		return two == 36 || two == 38 || two == 39 || three >= 300 && three <= 305
	}
	return false
}

func luhn(symbols []symbol) bool {
	sum, n := 0, len(symbols)
	for i, s := range symbols {
		if s.c > '9' {
			return false
		}
		d := int(s.c - '0')
		if (n-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// whole tells whether symbols stand in one piece.
func (r run) whole(i, n int) bool {
	for k := 1; k < n; k++ {
		if r.symbols[i+k].lead != gapNone {
			return false
		}
	}
	return true
}

// embossed tells whether symbols stand in the groups of a card.
func (r run) embossed(i, n int) bool {
	groups := map[int]bool{4: true, 8: true, 12: true, 16: n == 19}
	if n < 16 {
		groups = map[int]bool{4: true, 10: true}
	}
	for k := 1; k < n; k++ {
		if (r.symbols[i+k].lead != gapNone) != groups[k] {
			return false
		}
	}
	return true
}

// accountBefore tells whether the beginning of an account's number stands there.
func accountBefore(text string, at int) bool {
	kept := strings.TrimRight(text[max(0, at-8):at], " \u00a0-")
	n := len(kept)
	return n >= 4 && isDigit(rune(kept[n-1])) && isDigit(rune(kept[n-2])) && ibanLengths[strings.ToUpper(kept[n-4:n-2])] > 0
}

// Lengths of an account's number by country (registry of ISO 13616).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
	"FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
	"KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
	"PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20,
}

// ibans notes numbers of bank accounts, by their check digits.
func (s *scan) ibans() {
	for i := 0; i+4 < len(s.text); i++ {
		if !letterAt(s.text, i) || !letterAt(s.text, i+1) || letterBefore(s.text, i) {
			continue
		}
		digits := i + 2
		if r, width := utf8.DecodeRuneInString(s.text[digits:]); isBlank(r) {
			digits += width
		}
		if digits+1 >= len(s.text) || !isDigit(rune(s.text[digits])) || !isDigit(rune(s.text[digits+1])) {
			continue
		}
		n := ibanLengths[strings.ToUpper(s.text[i:i+2])]
		if n == 0 {
			continue
		}
		if end := ibanEnd(s.text, i, n); end > 0 {
			s.replace(Finding{Kind: KindIBAN, Start: i, End: end, Tail: tail(s.text[i:end])})
			i = end - 1
		}
	}
}

// ibanEnd is where an account's number of that length ends, 0 if there is none.
func ibanEnd(text string, at, length int) int {
	kept := make([]byte, 0, length)
	i, wide := at, 0
	for i < len(text) && len(kept) < length {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			kept, wide = append(kept, c), 0
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(text[i:])
		if wide++; wide > longestGap || !isBlank(r) && r != '\n' && r != '\r' && !strings.ContainsRune(marks, r) {
			return 0
		}
		i += width
	}
	if len(kept) < length || i < len(text) && (isDigit(rune(text[i])) || letterAt(text, i)) {
		return 0
	}
	rest := 0
	for _, c := range append(kept[4:length:length], kept[:4]...) {
		switch {
		case c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c&^0x20-'A') + 10) % 97
		}
	}
	if rest != 1 {
		return 0
	}
	return i
}

// replace notes a number that stands in the place of others: their digits are part
// of it.
func (s *scan) replace(f Finding) {
	kept := s.found[:0]
	for _, other := range s.found {
		if f.Start >= other.End || other.Start >= f.End {
			kept = append(kept, other)
		}
	}
	s.found = append(kept, f)
}
