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
	insWords  = []string{"ins", "ins-c", "matricule ins", "identite nationale de sante", "identifiant national de sante", "1.2.250.1.213.1.4"}
	cardWords = []string{"carte", "cb", "visa", "mastercard", "amex", "american express", "expire", "expiration", "cvv", "cvc", "cryptogramme", "paiement", "card"}
)

// otherWords name numbers of things, when they stand right before one or over its
// column.
var otherWords = []string{"commande", "cde", "colis", "colissimo", "suivi", "expedition", "imei", "serie", "s/n", "sn", "facture", "avoir", "code-barres", "code barres", "ean", "ean-13",
	"gtin", "gtin-14", "ticket", "siret", "siren", "tva", "lot", "qte", "quantite"}

// notCards are those that look like a card's more often than like a person's.
var notCards = append([]string{"reference", "ref", "reference client", "operation", "abonnement", "dossier", "contrat", "client"}, otherWords...)

// How far from a number a word may stand, in bytes.
const before, behind = 80, 40

// near tells whether one of the words stands beside symbols from i to before j.
func (s *scan) near(r run, i, j int, words []string) bool {
	start, end := r.symbols[i].start, r.symbols[j-1].end
	if start-before > r.symbols[0].start && end+behind < r.symbols[len(r.symbols)-1].end {
		return false // there are no words within a run
	}
	ahead, after := s.text[max(0, start-before):start], s.text[end:min(len(s.text), end+behind)]
	return holds(fold(ahead), words) || holds(fold(after), words) || holds(fold(s.headOf(start)), words)
}

// elsewise tells whether what stands right before a number says that it is one of
// something else, or what stands over its column when it is all that its cell holds.
func (s *scan) elsewise(r run, i int, words []string) bool {
	at := r.symbols[i].start
	if head := fold(s.headOf(at)); head != "" {
		return holds(head, words) && !holds(head, personWords)
	}
	return names(s.text[max(0, at-before):at], words)
}

// names tells whether a text ends with a word for numbers of things.
func names(text string, words []string) bool {
	text = strings.TrimRight(fold(text), " \t\"=")
	if cut, ok := strings.CutSuffix(text, "\n"); ok { // lines are ended wherever they are long
		text = strings.TrimRight(cut, "\r")
	}
	for _, sign := range []string{"n°", "no", "numero", "num", "nr", ":"} {
		if cut, ok := strings.CutSuffix(strings.TrimRight(text, " :."), sign); ok && !letterBefore(text, len(cut)) {
			text = cut
		}
	}
	text = strings.TrimRight(text, " :.")
	for _, w := range words {
		if cut, ok := strings.CutSuffix(text, w); ok && !letterBefore(text, len(cut)) {
			return true
		}
	}
	return false
}

// A column's head is looked for over so many bytes, and for so many numbers of a text.
const mostColumn, mostHeads = 16 << 10, 2000

// headOf is what stands over the column of a number that is at the beginning of its
// cell; empty if it is in none.
func (s *scan) headOf(at int) string {
	kept := strings.TrimRight(s.text[max(0, at-longestGap):at], " \"")
	if kept != "" && strings.IndexByte("\t;,|", kept[len(kept)-1]) >= 0 {
		return s.columnHead(at, kept[len(kept)-1:])
	}
	if kept == "" || kept[len(kept)-1] != '\n' {
		return ""
	}
	line, _, _ := strings.Cut(s.text[at:min(len(s.text), at+before)], "\n") // in the first column
	if i := strings.IndexAny(line, "\t;|"); i >= 0 {
		return s.columnHead(at, line[i:i+1])
	}
	return ""
}

// columnHead is what stands over the column of a cell that begins at an offset: the
// next cell above it that holds no digit. It is empty if none is near.
func (s *scan) columnHead(at int, mark string) string {
	if s.heads++; s.heads > mostHeads {
		return ""
	}
	above := s.text[max(0, at-mostColumn):at]
	end := strings.LastIndexByte(above, '\n')
	if end < 0 {
		return ""
	}
	column := strings.Count(above[end:], mark)
	for end >= 0 {
		above = above[:end]
		end = strings.LastIndexByte(above, '\n')
		cells := strings.Split(above[end+1:], mark)
		if len(cells) <= column {
			return ""
		}
		if cell := strings.Trim(cells[column], " \r\""); cell != "" && strings.IndexFunc(cell, isDigit) < 0 {
			return cell
		}
	}
	return ""
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
