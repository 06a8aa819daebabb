package corpus

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// alike is a number that is none of those that are looked for.
type alike struct {
	class string
	words []string // what stands before it
	value func(r *rand.Rand) string
}

var alikes = []alike{
	{"phone", []string{"Tél. : ", "Téléphone ", "standard au ", "Fax ", "joignable au ", "rappeler le ", "portable : "}, phone},
	{"two phones", []string{"Tél. ", "Tél./fax : "}, func(r *rand.Rand) string { return phone(r) + pick(r, []string{" / ", " ou ", " - ", "  "}) + phone(r) }},
	{"SIRET", []string{"SIRET ", "SIRET : ", "N° SIRET : ", "Siret n° ", "RCS, SIRET "}, siret},
	{"SIREN", []string{"SIREN ", "RCS Lyon ", "RCS Nantes B ", "immatriculée au RCS sous le numéro "}, func(r *rand.Rand) string { return grouped(r, siren(r), 3, 3, 3) }},
	{"VAT", []string{"TVA intracommunautaire : ", "N° TVA ", "TVA "}, vat},
	{"order", []string{"Commande n° ", "Bon de commande ", "votre commande ", "Cde "}, func(r *rand.Rand) string {
		return pick(r, []string{"CMD-2026-" + digits(r, 6), "45" + digits(r, 8), "BC2026" + digits(r, 6), "C" + digits(r, 9)})
	}},
	{"invoice", []string{"Facture n° ", "Facture ", "notre facture ", "Avoir n° "}, func(r *rand.Rand) string {
		return pick(r, []string{"FA-2026-" + digits(r, 4), "F202611" + digits(r, 6), "2026" + digits(r, 9), "FC" + digits(r, 8)})
	}},
	{"contract", []string{"Contrat n° ", "contrat de maintenance n° ", "N° de contrat : ", "Code client "}, func(r *rand.Rand) string {
		return pick(r, []string{"CT-" + digits(r, 6) + "-B", digits(r, 12), "M" + digits(r, 7), digits(r, 8)})
	}},
	{"EAN", []string{"EAN ", "Code-barres : ", "GTIN : ", "EAN-13 "}, func(r *rand.Rand) string { return gtin("3" + digits(r, 11)) }},
	{"GTIN-14", []string{"GTIN ", "Code carton GTIN-14 : "}, func(r *rand.Rand) string { return gtin(pick(r, []string{"1", "2", "0"}) + digits(r, 12)) }},
	{"IMEI", []string{"IMEI : ", "IMEI du terminal : ", "lecteur mobile, IMEI "}, func(r *rand.Rand) string {
		body := pick(r, []string{"35", "86", "01"}) + digits(r, 12)
		return grouped(r, body+luhn(body), 2, 6, 6, 1)
	}},
	{"parcel", []string{"Colis n° ", "N° de suivi : ", "suivi colis ", "Colissimo ", "numéro d'expédition "}, func(r *rand.Rand) string {
		return pick(r, []string{"6A" + digits(r, 11), "XJ" + digits(r, 9) + "FR", "1Z" + digits(r, 6) + "W" + digits(r, 9), digits(r, 14), digits(r, 15), "XJ " + grouped(r, digits(r, 9), 3, 3, 3) + " FR"})
	}},
	{"reference of 15 digits", []string{"Référence ", "Réf. interne ", "N° de dossier technique ", "Lot ", "N° d'abonnement "}, func(r *rand.Rand) string {
		n := nirOf(r, "nir")
		body := strings.Join(n.groups[:6], "")
		key, wrong := nirKey(body), ""
		for wrong = digits(r, 2); wrong == key; wrong = digits(r, 2) {
		}
		return pick(r, []string{body + wrong, digits(r, 15)})
	}},
	{"fits by chance", []string{"Commande n° ", "Colis n° ", "IMEI : ", "N° de série ", "Facture n° ", "N° de suivi : ", "Code-barres : ", "N° de ticket "}, func(r *rand.Rand) string { return nirOf(r, "nir").plain() }},
	{"EAN and a quantity", []string{"Code-barres et quantité : ", "EAN, qté "}, func(r *rand.Rand) string {
		return gtin("3"+digits(r, 11)) + " " + fmt.Sprint(1+r.IntN(96))
	}},
	{"date", []string{"le ", "Date : ", "échéance ", "livré le "}, date},
	{"amount", []string{"Total TTC ", "soit ", "Montant HT : ", "net à payer "}, amount},
	{"time stamp", []string{"Horodatage ", "journal du ", "export_", "sauvegarde "}, func(r *rand.Rand) string {
		return pick(r, []string{"202611" + fmt.Sprintf("%02d", 1+r.IntN(30)) + "1422" + digits(r, 2), "2026-11-30T08:" + fmt.Sprint(10+r.IntN(49)) + ":12.345Z", "17328" + digits(r, 8), "20261130" + digits(r, 6) + "123"})
	}},
	{"UUID", []string{"Identifiant de session ", "id ", "trace "}, func(r *rand.Rand) string {
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.Uint32()&0xffff, r.Uint32()&0xfff, r.Uint32()&0xfff, r.Uint64()&0xffffffffffff)
	}},
	{"RPPS", []string{"RPPS ", "N° RPPS : ", "Dr Lemoine, RPPS "}, func(r *rand.Rand) string { b := "10" + digits(r, 8); return b + luhn(b) }},
	{"FINESS", []string{"FINESS ", "N° FINESS : "}, func(r *rand.Rand) string { return grouped(r, digits(r, 9), 2, 6, 1) }},
	{"ADELI", []string{"ADELI ", "N° ADELI : "}, func(r *rand.Rand) string { return grouped(r, digits(r, 9), 2, 1, 5, 1) }},
	{"serial", []string{"N° de série ", "S/N ", "numéro de série : ", "Imprimante, SN "}, func(r *rand.Rand) string {
		return pick(r, []string{"5CD" + digits(r, 7), digits(r, 13), "VNB" + digits(r, 5) + "K", digits(r, 16), digits(r, 10)})
	}},
	{"creditor", []string{"ICS ", "Identifiant créancier SEPA : "}, func(r *rand.Rand) string { return "FR" + digits(r, 2) + "ZZZ" + digits(r, 6) }},
	{"mandate", []string{"RUM ", "Mandat : "}, func(r *rand.Rand) string {
		return pick(r, []string{"MD" + digits(r, 14), "FR" + digits(r, 12), "++" + digits(r, 10)})
	}},
	{"BIC", []string{"BIC ", "BIC : "}, func(r *rand.Rand) string {
		return pick(r, []string{"AGRIFRPP", "CMCIFR2A", "PSSTFRPP"}) + pick(r, []string{"XXX", digits(r, 3)})
	}},
	{"licence", []string{"Clé de licence ", "Licence : "}, func(r *rand.Rand) string {
		return strings.Join([]string{digits(r, 4), "K" + digits(r, 3), digits(r, 4), digits(r, 3) + "Z"}, "-")
	}},
	{"reference of 16 digits", []string{"Référence client ", "Identifiant de ligne ", "N° d'opération "}, func(r *rand.Rand) string { return grouped(r, digits(r, 16), 4, 4, 4, 4) }},
	{"address", []string{"poste en ", "serveur "}, func(r *rand.Rand) string { return fmt.Sprintf("192.168.%d.%d", r.IntN(255), r.IntN(255)) }},
	{"version", []string{"version ", "Version du module : "}, func(r *rand.Rand) string {
		return fmt.Sprintf("%d.%d.%d.%s", 2+r.IntN(9), r.IntN(20), r.IntN(9), digits(r, 4))
	}},
}

func phone(r *rand.Rand) string {
	d := digits(r, 8)
	sep := pick(r, []string{" ", ".", "-", "", "\u00a0"})
	rest := strings.Join([]string{d[:2], d[2:4], d[4:6], d[6:]}, sep)
	area := pick(r, []string{"1", "2", "3", "4", "5", "6", "7", "9"})
	return pick(r, []string{"0", "0", "0", "0", "+33 ", "+33", "0033 ", "+33 (0)"}) + area + sep + rest
}

func siren(r *rand.Rand) string { b := digits(r, 8); return b + luhn(b) }

func siret(r *rand.Rand) string {
	b := siren(r) + "000" + digits(r, 1)
	return grouped(r, b+luhn(b), 3, 3, 3, 5)
}

func vat(r *rand.Rand) string {
	s := siren(r)
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return pick(r, []string{"FR", "FR "}) + fmt.Sprintf("%02d", (12+3*(n%97))%97) + pick(r, []string{"", " "}) + grouped(r, s, 3, 3, 3)
}

// gtin adds the digit that bar codes end with.
func gtin(body string) string {
	sum := 0
	for i := range len(body) {
		sum += int(body[len(body)-1-i]-'0') * (3 - 2*(i%2))
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

func date(r *rand.Rand) string {
	d, m, y := 1+r.IntN(28), 1+r.IntN(12), 2024+r.IntN(3)
	return pick(r, []string{fmt.Sprintf("%02d/%02d/%d", d, m, y), fmt.Sprintf("%d-%02d-%02d", y, m, d), fmt.Sprintf("%02d.%02d.%02d", d, m, y%100), fmt.Sprintf("%d %s %d", d, months[m-1], y)})
}

var months = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

func amount(r *rand.Rand) string {
	return pick(r, []string{fmt.Sprintf("%d,%02d €", r.IntN(999), r.IntN(100)), fmt.Sprintf("%d %03d,%02d €", 1+r.IntN(40), r.IntN(1000), r.IntN(100)), fmt.Sprintf("%d.%02d EUR", r.IntN(9999), r.IntN(100))})
}

// grouped writes digits in groups of such sizes, or together.
func grouped(r *rand.Rand, s string, sizes ...int) string {
	if chance(r, 50) {
		return s
	}
	var out []string
	for _, n := range sizes {
		out = append(out, s[:n])
		s = s[n:]
	}
	return strings.Join(out, pick(r, []string{" ", " ", "\u00a0", "."}))
}
