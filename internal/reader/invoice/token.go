package invoice

import (
	"regexp"
	"strings"
	"unicode"
)

// token is what a number looks like; a blank may stand behind its first letters.
var token = regexp.MustCompile(`^(?:[A-Za-z]{1,4} [0-9]{3,}[0-9/-]*|[A-Za-z0-9][A-Za-z0-9._/-]{0,29})`)

// tokenAt reads the number behind a label, and tells whether it stands on the next line,
// alone. A loose one stands behind a word that other things follow as well: it has to
// look like a number.
func tokenAt(rest string, loose bool) (number string, next bool) {
	behind := strings.TrimLeft(rest, " \t:#.°º")
	if behind == rest && rest != "" && (unicode.IsLetter(firstRune(rest)) || rest[0] == '\'') {
		return "", false // the label is the beginning of a longer word
	}
	if after, ok := strings.CutPrefix(behind, "\n"); ok {
		line, _, _ := strings.Cut(after, "\n")
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), ":#"))
		found := token.FindString(line)
		if found != line || loose {
			return "", false
		}
		behind, next = line, true
	}
	found := token.FindString(behind)
	after := behind[len(found):]
	found = strings.TrimRight(found, "._/-")
	if !strings.ContainsFunc(found, unicode.IsDigit) || found != "" && unicode.IsLetter(firstRune(after)) || other(found, after) {
		return "", false
	}
	if loose && !telling.MatchString(found) {
		return "", false
	}
	return found, next
}

func firstRune(s string) rune {
	for _, c := range s {
		return c
	}
	return 0
}

// telling is a number that needs no word before it: letters and digits with a sign
// between them, or many digits.
var telling = regexp.MustCompile(`^(?:[A-Z]{1,4}[-_/ ]?[0-9][0-9_/-]{2,}[0-9]|[0-9]{4}[-_/][0-9]{2,})$`)

// What has the looks of a number and is none of an invoice.
var (
	days     = regexp.MustCompile(`^(?:[0-3]?[0-9][-./][01]?[0-9][-./](?:[0-9]{2}|[0-9]{4})|(?:19|20)[0-9]{2}[-./][01]?[0-9][-./][0-3]?[0-9]|(?:19|20)[0-9]{2})$`)
	sheets   = regexp.MustCompile(`^[0-9]{1,2}/[0-9]{1,3}$`)
	phones   = regexp.MustCompile(`^(?:0|33|0033)[1-9](?:[-. ]?[0-9]{2}){4}$`)
	vatIDs   = regexp.MustCompile(`^(?:FR[0-9A-Z]{2}[0-9]{9}|(?:AT)?U[0-9]{8}|(?:DE|BE|LU|IT|ES|NL|PT|PL|CH|GB|IE)[0-9A-Z]{8,12})$`)
	accounts = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)
	months   = regexp.MustCompile(`(?i)^ ?(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c|jan|feb|mar|apr|may|jun|jul|aug|dec|okt|dez)`)
	pairs    = regexp.MustCompile(`^(?:[ .][0-9]{2}){3,}`)                     // the rest of a telephone number
	groups   = regexp.MustCompile(`^(?: [0-9]{3}(?: [0-9]{3})+| [0-9]{4}){1}`) // of a SIRET, an account, a card
	moneys   = regexp.MustCompile(`^(?:[ .][0-9]{3})*,[0-9]{2}|^ ?(?:€|EUR|%|\$|CHF)`)
	dayGoes  = regexp.MustCompile(`^/[0-9]`)
)

// other tells whether a token is something else: a date, a page, a telephone number, a number of
// a company or a bank account, a price. The text behind it may go on.
func other(found, after string) bool {
	upper := strings.ToUpper(found)
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, found)
	switch {
	case days.MatchString(found), sheets.MatchString(found), phones.MatchString(found), vatIDs.MatchString(upper), accounts.MatchString(upper):
		return true
	case len(digits) == len(found) && (len(digits) == 9 || len(digits) == 14) && luhn(digits):
		return true // SIREN, SIRET
	case len(digits) > 15:
		return true
	case len(found) <= 4 && (pairs.MatchString(after) || groups.MatchString(after)), months.MatchString(after) && len(digits) <= 2:
		return true
	}
	return len(digits) == len(found) && moneys.MatchString(after) || dayGoes.MatchString(after)
}

// luhn tells whether the last digit checks the others (ISO/IEC 7812).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
