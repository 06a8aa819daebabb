package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var folding = strings.NewReplacer("à", "a", "â", "a", "ä", "a", "á", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"î", "i", "ï", "i", "í", "i", "ì", "i", "ô", "o", "ö", "o", "ó", "o", "ò", "o", "õ", "o", "ù", "u", "û", "u", "ü", "u", "ú", "u", "ÿ", "y", "ñ", "n",
	"œ", "oe", "æ", "ae", "’", "'", "\u00a0", " ", "\u202f", " ", "\u0301", "", "\u0300", "", "\u0302", "", "\u0308", "", "\u0327", "")

// fold makes words comparable: small letters, no accents.
func fold(text string) string { return folding.Replace(strings.ToLower(text)) }

// Words near which a number is a person's. They are folded, and stand between
// characters that are no letters.
var (
	personWords = []string{"nir", "securite sociale", "secu", "n° ss", "no ss", "num ss", "nss", "insee", "immatriculation", "assure", "assuree", "assures",
		"patient", "patiente", "patients", "beneficiaire", "matricule", "carte vitale", "vitale", "amo", "ins", "identite nationale de sante",
		"nee le", "ne(e) le", "ayant droit", "n° d'assure", "social security"}
	insWords  = []string{"ins", "ins-c", "matricule ins", "identite nationale de sante", "1.2.250.1.213.1.4"}
	cardWords = []string{"carte", "cb", "visa", "mastercard", "amex", "american express", "expire", "expiration", "cvv", "cvc", "cryptogramme", "paiement", "card"}
)

// How far from a number a word may stand, in bytes.
const before, behind = 80, 40

// near tells whether one of the words stands beside symbols from i to before j.
func (s *scan) near(r run, i, j int, words []string) bool {
	start, end := r.symbols[i].start, r.symbols[j-1].end
	ahead, after := s.text[max(0, start-before):start], s.text[end:min(len(s.text), end+behind)]
	return holds(fold(ahead), words) || holds(fold(after), words)
}

// holds tells whether one of the words stands in a folded text.
func holds(folded string, words []string) bool {
	for _, w := range words {
		for at := 0; ; {
			i := strings.Index(folded[at:], w)
			if i < 0 {
				break
			}
			at += i + len(w)
			if !letterBefore(folded, at-len(w)) && !letterAt(folded, at) {
				return true
			}
		}
	}
	return false
}

func letterAt(text string, i int) bool {
	if i >= len(text) || text[i] < utf8.RuneSelf {
		return i < len(text) && text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z'
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsLetter(r)
}

func letterBefore(text string, i int) bool {
	if i == 0 || text[i-1] < utf8.RuneSelf {
		return i > 0 && letterAt(text, i-1)
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return unicode.IsLetter(r)
}
