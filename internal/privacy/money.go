package privacy

import (
	"cmp"
	"slices"
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
			if s.elsewise(r, i, otherWords) {
				continue
			}
			plain := r.whole(i, n) && n != 14 || r.embossed(i, n) && !r.among(i, n, 4) && !accountBefore(s.text, r.symbols[i].start)
			if (!plain || !usual(r.symbols[i:i+n]) || s.elsewise(r, i, notCards)) && !s.near(r, i, i+n, cardWords) {
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

// usual tells whether it is one of the issuers whose cards people have here.
func usual(symbols []symbol) bool {
	two := int(symbols[0].c-'0')*10 + int(symbols[1].c-'0')
	return two/10 == 4 || two >= 51 && two <= 55 || two >= 22 && two <= 27 || two == 34 || two == 37
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
	for k := 1; k < n; k++ {
		group := k == 4 || k == 8 || k == 12 || k == 16
		if n < 16 {
			group = k == 4 || k == 10
		}
		if (r.symbols[i+k].lead != gapNone) != group {
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

// longestLetters is how many letters stand together in an account's number: those of a
// bank. A word has more.
const longestLetters = 6

// accountOf tells whether a country's accounts look so: those here have letters only
// within the account's own number.
func accountOf(kept []byte) bool {
	if country := strings.ToUpper(string(kept[:2])); country != "FR" && country != "MC" {
		return true
	}
	for i, c := range kept[2:] {
		if (i < 12 || i >= 23) && c > '9' {
			return false
		}
	}
	return true
}

func isDigitAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return isDigit(r)
}

// Lengths of an account's number by country (registry of ISO 13616).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
	"FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
	"KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
	"PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "XK": 20,
}

// ibans notes numbers of bank accounts, by their check digits. Other numbers that were
// seen in one are part of it.
func (s *scan) ibans() {
	var accounts []Finding
	for i := 0; i+4 < len(s.text); i++ {
		if !letterAt(s.text, i) || !letterAt(s.text, i+1) || letterBefore(s.text, i) {
			continue
		}
		digits := i + 2
		if r, width := utf8.DecodeRuneInString(s.text[digits:]); isBlank(r) {
			digits += width
		}
		if digits+1 >= len(s.text) || !isDigitAt(s.text, digits) {
			continue
		}
		n := ibanLengths[strings.ToUpper(s.text[i:i+2])]
		if n == 0 {
			continue
		}
		if end := ibanEnd(s.text, i, n); end > 0 {
			accounts = append(accounts, Finding{Kind: KindIBAN, Start: i, End: end, Tail: tail(s.text[i:end])})
			i = end - 1
		}
	}
	s.found = slices.DeleteFunc(s.found, func(f Finding) bool {
		k, _ := slices.BinarySearchFunc(accounts, f.Start, func(a Finding, start int) int { return cmp.Compare(a.End, start+1) })
		return k < len(accounts) && accounts[k].Start < f.End
	})
	s.found = append(s.found, accounts...)
}

// ibanEnd is where an account's number of that length ends, 0 if there is none.
func ibanEnd(text string, at, length int) int {
	kept := make([]byte, 0, length)
	i, wide, letters := at, 0, 0
	for i < len(text) && len(kept) < length {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			kept, wide, letters = append(kept, c), 0, 0
			i++
			continue
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			if letters++; wide > 0 {
				letters = 1
			}
			if kept, wide = append(kept, c), 0; letters > longestLetters {
				return 0
			}
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(text[i:])
		switch {
		case isDigit(r):
			kept, wide, letters = append(kept, byte('0'+r-'０')), 0, 0
		case isBlank(r) && wide < longestIndent:
			wide++
		default:
			if wide++; wide > longestGap || r != '\n' && r != '\r' && !strings.ContainsRune(marks, r) {
				return 0
			}
		}
		i += width
	}
	if len(kept) < length || i < len(text) && (isDigitAt(text, i) || letterAt(text, i)) || !accountOf(kept) {
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
