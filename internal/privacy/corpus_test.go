package privacy_test

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/privacy"
)

// A corpus of texts as front desks write them, with numbers planted in many
// spellings, each among ten look-alikes. What makes it shares nothing with what
// looks through it: keys are reckoned by long arithmetic on strings.

// seeded is a source of chance that says how to repeat it.
func seeded(tb testing.TB) *rand.Rand {
	tb.Helper()
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	tb.Logf("GUICHET_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// plant is a text with one number in it, and which it is.
type plant struct {
	kind   privacy.Kind
	number string // as it is spelt
	spelt  string // how
}

func digits(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	return b.String()
}

func remainder(number string, by int64) int64 {
	n, ok := new(big.Int).SetString(number, 10)
	if !ok {
		panic("no number: " + number)
	}
	return n.Mod(n, big.NewInt(by)).Int64()
}

// someone's number: thirteen characters and the key. Corsica has letters.
func someone(r *rand.Rand) (body, key string) {
	department := fmt.Sprintf("%02d", 1+r.IntN(95))
	if department == "20" {
		department = "44"
	}
	if r.IntN(20) == 0 {
		department = []string{"2A", "2B", "99"}[r.IntN(3)]
	}
	body = fmt.Sprintf("%d%02d%02d%s%03d%03d", 1+r.IntN(2), r.IntN(100), 1+r.IntN(12), department, 1+r.IntN(900), 1+r.IntN(999))
	plain := strings.NewReplacer("2A", "19", "2B", "18").Replace(body[5:7])
	return body, fmt.Sprintf("%02d", 97-remainder(body[:5]+plain+body[7:], 97))
}

func cut(number, separator string, at ...int) string {
	var parts []string
	from := 0
	for _, to := range append(at, len(number)) {
		parts = append(parts, number[from:to])
		from = to
	}
	return strings.Join(parts, separator)
}

func each(number string, n int, separator string) string {
	var at []int
	for i := n; i < len(number); i += n {
		at = append(at, i)
	}
	return cut(number, separator, at...)
}

// spellings are the ways in which people write a number of fifteen with its key.
var spellings = []struct {
	name string
	of   func(body, key string) string
}{
	{"together", func(b, k string) string { return b + k }},
	{"blanks", func(b, k string) string { return cut(b+k, " ", 1, 3, 5, 7, 10, 13) }},
	{"blanks before the key", func(b, k string) string { return b + " " + k }},
	{"no-break blanks", func(b, k string) string { return cut(b+k, "\u00a0", 1, 3, 5, 7, 10, 13) }},
	{"narrow blanks", func(b, k string) string { return cut(b+k, "\u202f", 1, 3, 5, 7, 10, 13) }},
	{"dots", func(b, k string) string { return cut(b+k, ".", 1, 3, 5, 7, 10, 13) }},
	{"dashes", func(b, k string) string { return cut(b+k, "-", 1, 3, 5, 7, 10, 13) }},
	{"long dashes", func(b, k string) string { return cut(b+k, "–", 1, 3, 5, 7, 10, 13) }},
	{"spaced dashes", func(b, k string) string { return cut(b+k, " - ", 1, 3, 5, 7, 10, 13) }},
	{"strokes", func(b, k string) string { return cut(b+k, "/", 1, 3, 5, 7, 10, 13) }},
	{"low lines", func(b, k string) string { return cut(b+k, "_", 1, 3, 5, 7, 10, 13) }},
	{"by threes", func(b, k string) string { return each(b+k, 3, " ") }},
	{"by fives", func(b, k string) string { return each(b+k, 5, " ") }},
	{"boxes", func(b, k string) string { return each(b+k, 1, "|") }},
	{"spread", func(b, k string) string { return each(b+k, 1, " ") }},
	{"key by its name", func(b, k string) string { return cut(b, " ", 1, 3, 5, 7, 10) + " clé " + k }},
	{"key in brackets", func(b, k string) string { return b + " (" + k + ")" }},
	{"key behind a stroke", func(b, k string) string { return b + " / " + k }},
	{"broken after the department", func(b, k string) string { return cut(b[:7], " ", 1, 3, 5) + "\n" + cut(b[7:]+k, " ", 3, 6) }},
	{"broken before the key", func(b, k string) string { return b + "\r\n  " + k }},
	{"sex apart", func(b, k string) string { return cut(b+k, " ", 1) }},
	{"small letters", func(b, k string) string { return strings.ToLower(cut(b+k, " ", 1, 3, 5, 7, 10, 13)) }},
}

// account is the number of a French bank account.
func account(r *rand.Rand) string {
	bban := digits(r, 23)
	check := 98 - remainder(bban+"1527"+"00", 97) // F is 15, R is 27
	return fmt.Sprintf("FR%02d%s", check, bban)
}

// payment is a card's number with its check digit.
func payment(r *rand.Rand) string {
	head := []string{"4970", "4532", "5134", "5399", "2300"}[r.IntN(5)]
	body := head + digits(r, 11)
	for last := byte('0'); ; last++ {
		number, sum := body+string(last), 0
		for i, c := range number {
			d := int(c - '0')
			if i%2 == 0 {
				d = d*2/10 + d*2%10
			}
			sum += d
		}
		if sum%10 == 0 {
			return number
		}
	}
}

// alike are numbers that are none of a person, an account or a card.
var alike = []func(r *rand.Rand) string{
	func(r *rand.Rand) string { return "0" + each(fmt.Sprint(1+r.IntN(7))+digits(r, 8), 2, " ") }, // telephone
	func(r *rand.Rand) string { return "+33 " + fmt.Sprint(1+r.IntN(7)) + " " + each(digits(r, 8), 2, " ") },
	func(r *rand.Rand) string { return "SIRET " + cut(digits(r, 14), " ", 3, 6, 9) },
	func(r *rand.Rand) string { return "siret : " + digits(r, 14) },
	func(r *rand.Rand) string { return "commande " + digits(r, 15) },
	func(r *rand.Rand) string { return "n° " + digits(r, 13) }, // EAN
	func(r *rand.Rand) string { return "le 12/03/2026 à 10:45, puis le 2 01 2026" },
	func(r *rand.Rand) string { return "colis " + digits(r, 20) },
	func(r *rand.Rand) string {
		return "client " + digits(r, 8) + ", " + digits(r, 4) + "," + digits(r, 2) + " €"
	},
	func(r *rand.Rand) string { return "RPPS " + digits(r, 11) },
	func(r *rand.Rand) string { return "série 1" + digits(r, 14) },
	func(r *rand.Rand) string {
		return "FR" + digits(r, 2) + " " + each(digits(r, 23), 4, " ") // an account with chance for its check digits
	},
}

var phrases = []string{
	"Bonjour, la facture jointe nous est réclamée deux fois.", "Pouvez-vous nous envoyer un avoir ?", "Le dossier est en attente depuis lundi.",
	"Merci de rappeler le secrétariat.", "Le lecteur de cartes ne répond plus.", "Nous avons changé de banque.", "Voici les références demandées :",
	"Le contrat de maintenance arrive à son terme.", "Le second poste de l’accueil est concerné.",
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// text is what somebody writes around a plant and its look-alikes, in an order of
// chance.
func text(r *rand.Rand, planted string) string {
	parts := []string{planted}
	for range 10 {
		parts = append(parts, pick(r, alike)(r))
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(pick(r, phrases) + " " + p + pick(r, []string{".", " ;", "\n", ".\n\n", ", "}) + " ")
	}
	return b.String()
}

// planted is one of every kind and spelling in turn.
func planted(r *rand.Rand, i int) plant {
	switch i % 4 {
	case 0, 1:
		body, key := someone(r)
		s := spellings[i/4%len(spellings)]
		return plant{privacy.KindNIR, s.of(body, key), s.name}
	case 2:
		n := account(r)
		return plant{privacy.KindIBAN, pick(r, []string{n, each(n, 4, " "), each(n, 4, "\u00a0"), strings.ToLower(each(n, 4, " ")), each(n, 4, "-")}), "account"}
	}
	n := payment(r)
	return plant{privacy.KindCard, pick(r, []string{n, each(n, 4, " "), each(n, 4, "-"), each(n, 4, "\u00a0")}), "card"}
}

// TestCorpus prints and holds how much of what was planted is found, and how much
// of what is found was planted.
func TestCorpus(t *testing.T) {
	r := seeded(t)
	const documents = 4000
	hit, missed, wrong := map[privacy.Kind]int{}, map[privacy.Kind]int{}, map[privacy.Kind]int{}
	lost := map[string]int{}
	for i := range documents {
		p := planted(r, i)
		doc := text(r, p.number)
		at := strings.Index(doc, p.number)
		seen := false
		for _, f := range privacy.Scan(doc) {
			if f.Kind == p.kind && f.Start < at+len(p.number) && at < f.End {
				seen = true
				continue
			}
			wrong[f.Kind]++
			if wrong[f.Kind] <= 3 {
				t.Logf("%s in %q", f.Kind, doc[max(0, f.Start-10):min(len(doc), f.End+10)])
			}
		}
		if seen {
			hit[p.kind]++
			continue
		}
		missed[p.kind]++
		lost[p.spelt]++
	}
	for _, k := range []privacy.Kind{privacy.KindNIR, privacy.KindIBAN, privacy.KindCard} {
		recall, precision := float64(hit[k])/float64(hit[k]+missed[k]), float64(hit[k])/float64(hit[k]+wrong[k])
		t.Logf("%-5s planted %4d  recall %.4f  precision %.4f", k, hit[k]+missed[k], recall, precision)
		if k == privacy.KindNIR && (recall < 1 || precision < 0.99) {
			t.Errorf("not enough for a %s", k)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lost)) {
		t.Logf("missed %d of %q", lost[name], name)
	}
}
