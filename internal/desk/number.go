package desk

import (
	"slices"
	"strings"
	"unicode"
)

// NumberFields are the fields, as catalogues call them, that name what a request is
// about by a number of the vendor's.
var NumberFields = []string{"invoice", "order", "contract", "documentReference"}

// leastNumber is how many letters and digits a number has at least: « 12 » names
// nothing.
const leastNumber = 3

// BareNumber is a number without what people write it with: FA-2026-0012 and
// « fa 2026 0012 » are the same one. "" when it names nothing.
func BareNumber(number string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, number)
	if len(bare) < leastNumber || !strings.ContainsFunc(bare, unicode.IsDigit) {
		return ""
	}
	return bare
}

// BareNumbers are the numbers among what was typed, bare.
func BareNumbers(values Values) []string {
	var out []string
	for _, key := range NumberFields {
		if bare := BareNumber(values[key]); bare != "" && !slices.Contains(out, bare) {
			out = append(out, bare)
		}
	}
	return out
}

// Names tells whether somebody who reads what was typed sees that number there: an answer
// to a question that is not asked any more does not count.
func (v View) Names(values Values, number string) bool {
	bare := BareNumber(number)
	return slices.ContainsFunc(v.Fields, func(f Field) bool {
		return slices.Contains(NumberFields, f.Key) && BareNumber(values[f.Key]) == bare
	})
}
