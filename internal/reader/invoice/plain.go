package invoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dateLabel = regexp.MustCompile(`(?i)(?:date (?:de (?:la )?facture|de facturation|d['’][ée]mission|facture)|invoice date|date of issue|rechnungsdatum|factur(?:e|é)[^\n]{0,40}? (?:du|en date du)|(?m:^)date)[ :]*\n?[ ]*`)
	written   = regexp.MustCompile(`(?i)^(?:([0-3]?[0-9])[-./]([01]?[0-9])[-./]((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})-([01][0-9])-([0-3][0-9])|([0-3]?[0-9])(?:er)? (\pL{3,9})\.? ((?:19|20)[0-9]{2}))`)
)

// dateOf is the date of an invoice, empty if two are said.
func dateOf(text string) string {
	said := map[string]bool{}
	day := ""
	for _, m := range dateLabel.FindAllStringIndex(text, -1) {
		if found := dayAt(text[m[1]:]); found != "" {
			said[found] = true
			day = found
		}
	}
	if len(said) != 1 {
		return ""
	}
	return day
}

// dayAt reads a date as people here write it.
func dayAt(text string) string {
	m := written.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	day, month, year := m[1]+m[6]+m[7], m[2]+m[5], m[3]+m[4]+m[9]
	if m[8] != "" {
		n := monthOf(m[8])
		if n == 0 {
			return ""
		}
		month = strconv.Itoa(n)
	}
	t, err := time.Parse("2006-1-2", fmt.Sprintf("%s-%s-%s", year, strings.TrimPrefix(month, "0"), strings.TrimPrefix(day, "0")))
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

var monthNames = [][]string{
	{"janv", "jan"}, {"févr", "fevr", "fév", "feb"}, {"mars", "mar", "mär"}, {"avr", "apr"}, {"mai", "may"}, {"juin", "jun"},
	{"juil", "jul"}, {"août", "aout", "aug"}, {"sept", "sep"}, {"oct", "okt"}, {"nov"}, {"déc", "dec", "dez"},
}

func monthOf(word string) int {
	word = strings.ToLower(word)
	for i, names := range monthNames {
		for _, name := range names {
			if strings.HasPrefix(word, name) {
				return i + 1
			}
		}
	}
	return 0
}

var (
	totalLabel = regexp.MustCompile(`(?i)(?:(?:total|montant)(?: (?:g[ée]n[ée]ral|de la facture))? t\.?t\.?c\.?|net [àa] payer(?: t\.?t\.?c\.?)?|total [àa] payer|grand total|total due|amount due|gesamtbetrag|rechnungsbetrag)(?: ?\((?:€|eur|euros?)\)| ?en (?:€|eur|euros?))?[ :]*\n?[ ]*`)
	price      = regexp.MustCompile(`^(€|EUR|\$|CHF)? ?([0-9]{1,3}(?:[ .][0-9]{3})*|[0-9]+)[.,]([0-9]{2})(?:[^0-9]|$)(?: ?(€|EUR|\$|CHF|USD))?`)
)

// totalOf is the amount that is to be paid, with its currency, empty if two are said.
func totalOf(text string) (total, currency string) {
	type sum struct{ total, currency string }
	said := map[string]sum{}
	for _, m := range totalLabel.FindAllStringSubmatchIndex(text, -1) {
		p := price.FindStringSubmatch(text[m[1]:])
		if p == nil {
			continue
		}
		amount := strings.NewReplacer(" ", "", ".", "").Replace(p[2]) + "." + p[3]
		signs := p[1] + p[4] + sign(text[m[0]:m[1]]) + sign(text[m[1]:min(len(text), m[1]+len(p[0])+4)])
		kept := said[amount]
		kept.total = amount
		if kept.currency == "" {
			kept.currency = code(signs)
		}
		said[amount] = kept
	}
	if len(said) != 1 {
		return "", ""
	}
	for _, s := range said {
		total, currency = s.total, s.currency
	}
	return total, currency
}

// sign is the sign of a currency in a piece of text.
func sign(text string) string {
	for _, s := range []string{"€", "EUR", "CHF", "USD", "$"} {
		if strings.Contains(strings.ToUpper(text), s) {
			return s
		}
	}
	return ""
}

func code(signs string) string {
	switch sign(signs) {
	case "€", "EUR":
		return "EUR"
	case "CHF":
		return "CHF"
	case "$", "USD":
		return "USD"
	}
	return ""
}
