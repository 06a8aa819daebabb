package corpus

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
)

// number is one that must not leave unseen, in the groups in which people write it.
type number struct {
	kind   string
	sort   string // of its kind, for the list of what was missed
	groups []string
}

func (n number) plain() string { return strings.Join(n.groups, "") }

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// chance is true that many times in a hundred.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// nirOf makes a number of the social security: sex, year, month, department or country,
// commune, order, key.
func nirOf(r *rand.Rand, kind string) number {
	sex, sort := pick(r, []string{"1", "2"}), "usual"
	month := fmt.Sprintf("%02d", 1+r.IntN(12))
	place, commune := fmt.Sprintf("%02d", 1+r.IntN(95)), fmt.Sprintf("%03d", 1+r.IntN(700))
	if place == "20" {
		place = "75"
	}
	switch r.IntN(10) {
	case 0:
		place, sort = "2A", "Corsica"
	case 1:
		place, sort = "2B", "Corsica"
	case 2:
		place, commune, sort = "97", fmt.Sprintf("%d%02d", 1+r.IntN(8), 1+r.IntN(40)), "overseas"
	case 3:
		place, commune, sort = "99", fmt.Sprintf("%03d", 100+r.IntN(400)), "foreign"
	case 4:
		month, sort = fmt.Sprint(20+r.IntN(23)), "month 20-42"
	case 5:
		month, sort = fmt.Sprint(50+r.IntN(50)), "month 50-99"
	case 6:
		sex, sort = pick(r, []string{"7", "8"}), "provisional"
	}
	body := []string{sex, digits(r, 2), month, place, commune, fmt.Sprintf("%03d", 1+r.IntN(999))}
	return number{kind, sort, append(body, nirKey(strings.Join(body, "")))}
}

// nirKey is the key of the thirteen characters before it; Corsica counts as 19 and 18.
func nirKey(body string) string {
	n, err := strconv.ParseInt(strings.NewReplacer("2A", "19", "2B", "18").Replace(body), 10, 64)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%02d", 97-n%97)
}

// accounts are countries with the form of their account numbers: n digits, c digits or
// capitals, a capitals.
var accounts = []struct{ country, form string }{
	{"DE", "nnnnnnnnnnnnnnnnnn"}, {"BE", "nnnnnnnnnnnn"}, {"ES", "nnnnnnnnnnnnnnnnnnnn"}, {"IT", "annnnnnnnnncccccccccccc"},
	{"LU", "nnnccccccccccccc"}, {"NL", "aaaannnnnnnnnn"}, {"GB", "aaaannnnnnnnnnnnnn"}, {"PT", "nnnnnnnnnnnnnnnnnnnnn"},
	{"CH", "nnnnncccccccccccc"}, {"IE", "aaaannnnnnnnnnnnnn"}, {"MC", "nnnnnnnnnncccccccccccnn"}, {"PL", "nnnnnnnnnnnnnnnnnnnnnnnn"},
}

func ibanOf(r *rand.Rand) number {
	country, form, sort := "FR", "nnnnnnnnnncccccccccccnn", "French"
	if chance(r, 30) {
		a := pick(r, accounts)
		country, form, sort = a.country, a.form, "foreign"
	}
	var b strings.Builder
	letters := chance(r, 25) // most accounts have none where they may
	for _, c := range form {
		switch {
		case c == 'a' || c == 'c' && letters && chance(r, 30):
			b.WriteByte(byte('A' + r.IntN(26)))
		default:
			b.WriteString(digits(r, 1))
		}
	}
	whole := country + ibanCheck(country, b.String()) + b.String()
	n := number{kind: "iban", sort: sort}
	for len(whole) > 4 {
		n.groups = append(n.groups, whole[:4])
		whole = whole[4:]
	}
	n.groups = append(n.groups, whole)
	return n
}

// ibanCheck is what makes the whole leave 1 by 97.
func ibanCheck(country, account string) string {
	var b strings.Builder
	for _, c := range account + country + "00" {
		if c >= 'A' {
			fmt.Fprint(&b, c-'A'+10)
		} else {
			b.WriteRune(c)
		}
	}
	n, ok := new(big.Int).SetString(b.String(), 10)
	if !ok {
		panic("an account that is no number")
	}
	return fmt.Sprintf("%02d", 98-n.Mod(n, big.NewInt(97)).Int64())
}

func cardOf(r *rand.Rand) number {
	switch r.IntN(10) {
	case 0, 1, 2, 3:
		return card("Visa", pick(r, []string{"4970", "4974", "4533", "4150"})+digits(r, 11), 4, 4, 4, 4)
	case 4, 5, 6:
		return card("Mastercard", pick(r, []string{"51", "52", "53", "54", "55"})+digits(r, 13), 4, 4, 4, 4)
	case 7:
		return card("Mastercard 2", fmt.Sprint(2221+r.IntN(500))+digits(r, 11), 4, 4, 4, 4)
	default:
		return card("Amex", pick(r, []string{"34", "37"})+digits(r, 12), 4, 6, 5)
	}
}

func card(sort, body string, sizes ...int) number {
	whole := body + luhn(body)
	n := number{kind: "card", sort: sort}
	for _, size := range sizes {
		n.groups = append(n.groups, whole[:size])
		whole = whole[size:]
	}
	return n
}

// luhn is the digit that cards, IMEI, SIREN and SIRET end with.
func luhn(body string) string {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprint((10 - sum%10) % 10)
}

// normal is a number as it is compared: its letters and digits, in capitals.
func normal(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
			return c
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= '０' && c <= '９':
			return c - '０' + '0'
		}
		return -1
	}, s)
}
