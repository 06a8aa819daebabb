package invoice

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/desk"
)

// maxText is how much of a text is looked at: what an invoice says of itself stands on its
// first pages.
const maxText = 64 << 10

// Guess reads an invoice's text and name as a person does: by the words before a number.
// Where two numbers are as good as each other there is none. It tells whether it found
// a number of an invoice, an order or a contract; Sure is false.
func Guess(text, fileName string) (desk.Invoice, bool) {
	text = strings.ToValidUTF8(text[:min(len(text), maxText)], "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u202f", " ", "e\u0301", "é", "E\u0301", "É").Replace(text)
	stem := strings.TrimSuffix(path.Base(strings.ReplaceAll(fileName, `\`, "/")), path.Ext(fileName))
	stem = stem[:min(len(stem), maxValue)]

	c := candidates{}
	c.labelled(text, invoiceLabel, strong)
	c.labelled(text, invoiceWord, faint)
	credit := candidates{}
	credit.labelled(text, creditLabel, strong)
	credit.labelled(text, creditWord, faint)
	named, isCredit := numberOfName(stem)
	var invoice desk.Invoice
	best, weight := c.best(named)
	creditBest, creditWeight := credit.best(named)
	switch {
	case creditBest != "" && (creditWeight > weight || best == ""):
		invoice.Number, invoice.Credit = creditBest, true
	case best != "" && (weight > creditWeight || creditBest == ""):
		invoice.Number = best
	case len(c) == 0 && len(credit) == 0:
		invoice.Number, invoice.Credit = named, isCredit && named != ""
	}
	orders, contracts := candidates{}, candidates{}
	orders.labelled(text, orderLabel, strong)
	contracts.labelled(text, contractLabel, strong)
	invoice.Order, _ = orders.best("")
	invoice.Contract, _ = contracts.best("")
	if invoice.Number == "" && invoice.Order == "" && invoice.Contract == "" {
		return desk.Invoice{}, false
	}
	invoice.Date = dateOf(text)
	invoice.Total, invoice.Currency = totalOf(text)
	return invoice, true
}

// How good a candidate is.
const (
	faint  = 2 // behind a word that is more often followed by something else
	strong = 4 // behind a word for numbers
	below  = 1 // less, when it stands on the next line
	spoken = 3 // less, when a sentence speaks of another paper
	inName = 2 // more, when the file is called so
)

const num = `(?:n\s?[°ºᵒ]|num[ée]ros?|number|num\.?|nr\.?|no\.?|#|r[ée]f[ée]rence|r[ée]f\.?)`

var (
	invoiceLabel = labels(`(?:facture|invoice|rechnung)\s*(?:`+num+`|id)`, num+`\s*(?:de\s*)?(?:la\s*)?(?:d['’]\s?)?(?:facture|facturation|invoice)`, `rechnungs?[- ]?(?:nummer|nr\.?)`)
	invoiceWord  = labels(`facture`, `invoice`, `rechnung`)
	creditLabel  = labels(`(?:avoir|credit\s*note|gutschrift)\s*`+num, num+`\s*(?:de\s*l['’]\s?|d['’]\s?)avoir`, `gutschrifts?[- ]?(?:nummer|nr\.?)`)
	creditWord   = labels(`avoir`, `credit\s*note`, `gutschrift`)
	orderLabel   = labels(`(?:bon\s*de\s*commande|commande|purchase\s*order|order|p\.?o\.?)\s*`+num, num+`\s*(?:de\s*)?(?:bon\s*de\s*)?commande`,
		`(?:votre\s*)?bon\s*de\s*commande`, `bestell(?:ung)?s?[- ]?(?:nummer|nr\.?)`, `auftrags[- ]?(?:nummer|nr\.?)`)
	contractLabel = labels(`(?:contrat|contract|vertrag)\s*`+num, num+`\s*(?:de\s*|du\s*)?(?:contrat|contract)`, `vertrags?[- ]?(?:nummer|nr\.?)`)
)

// labels are words that stand before a number, at the beginning of a word.
func labels(words ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(` + strings.Join(words, "|") + `)`)
}

// candidates are numbers with how good each is.
type candidates map[string]int

// labelled adds the numbers behind a label.
func (c candidates) labelled(text string, label *regexp.Regexp, weight int) {
	for _, m := range label.FindAllStringSubmatchIndex(text, -1) {
		start, end := m[2], m[3]
		token, next := tokenAt(text[end:], weight == faint)
		if token == "" {
			continue
		}
		good := weight
		if next {
			good -= below
		}
		if mentions.MatchString(text[max(0, start-24):start]) {
			good -= spoken
		}
		if good > 0 {
			c[token] = max(c[token], good)
		}
	}
}

// mentions are words of a sentence that speaks of a paper which it is not.
var mentions = regexp.MustCompile(`(?i)(?:\b(?:la|les|votre|cette|sur|notre|annule|pour|to|on|of|the|your|zur|zu|der|die|ihre)|avoir)[ \n]+(?:facture )?$`)

// best is the best candidate, empty if two are as good. The one that the file is called by is
// better.
func (c candidates) best(named string) (string, int) {
	best, weight, twice := "", 0, false
	for _, token := range slices.Sorted(maps.Keys(c)) {
		good := c[token]
		if named != "" && same(token, named) {
			good += inName
		}
		switch {
		case good > weight:
			best, weight, twice = token, good, false
		case good == weight && !same(token, best):
			twice = true
		}
	}
	if twice {
		return "", 0
	}
	return best, weight
}

// same tells whether two numbers differ in their signs only.
func same(a, b string) bool { return bare(a) == bare(b) }

func bare(number string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune("-_/. ", c) {
			return -1
		}
		return c
	}, strings.ToUpper(number))
}

// stemNumber is a number in a file's name: behind a word, or all of it.
var (
	stemNumber = regexp.MustCompile(`(?i)(?:^|[^\pL])(facture|invoice|rechnung|avoir|gutschrift)[-_ ]*(?:n[°º]|no|nr)?[-_ .]*([a-z]{0,4}[-_ ]?[0-9][a-z0-9_-]{1,24})`)
	stemAlone  = regexp.MustCompile(`(?i)^((?:FA|FAC|FACT|FV|INV|AV)[-_]?[0-9][0-9_-]{2,24})$`)
)

// numberOfName is the number that a file is called by.
func numberOfName(stem string) (number string, credit bool) {
	if m := stemAlone.FindStringSubmatch(stem); m != nil {
		number, credit = m[1], strings.HasPrefix(strings.ToUpper(m[1]), "AV")
	} else if all := stemNumber.FindAllStringSubmatch(stem, -1); len(all) == 1 {
		number = all[0][2]
		credit = strings.EqualFold(all[0][1], "avoir") || strings.EqualFold(all[0][1], "gutschrift")
	}
	number = strings.Trim(number, "-_ ")
	if number == "" || other(number, "") || fileDate.MatchString(number) {
		return "", false
	}
	return number, credit
}

var fileDate = regexp.MustCompile(`^(?:19|20)?[0-9]{2}[-_]?(?:0[1-9]|1[0-2])(?:[-_]?[0-3][0-9])?$`)
