package invoice_test

import (
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/reader/invoice"
)

func TestGuess(t *testing.T) {
	for name, c := range map[string]struct {
		text, file string
		want       desk.Invoice
	}{
		"French": {"Au bon moulin\nFacture n° FA-2017-0010\nDate : 13/11/2017\nN° de commande : PO445\nContrat n° CT-88\nTotal TTC : 1 250,40 €", "x.pdf",
			desk.Invoice{Number: "FA-2017-0010", Order: "PO445", Contract: "CT-88", Date: "2017-11-13", Total: "1250.40", Currency: "EUR"}},
		"LabelBehind":   {"N° de facture : 2024-00017", "", desk.Invoice{Number: "2024-00017"}},
		"NumeroDe":      {"Numéro de facture: F240017", "", desk.Invoice{Number: "F240017"}},
		"Bare":          {"FACTURE FA-2017-0010\ndu 13 novembre 2017", "", desk.Invoice{Number: "FA-2017-0010"}},
		"English":       {"Invoice number: INV-4411\nInvoice date: 2024-03-05\nAmount due: $99.00", "", desk.Invoice{Number: "INV-4411", Date: "2024-03-05", Total: "99.00", Currency: "USD"}},
		"EnglishHash":   {"Invoice #4411", "", desk.Invoice{Number: "4411"}},
		"German":        {"Rechnungsnummer: RE-20201121/508\nRechnungsdatum: 21.11.2020\nGesamtbetrag 571,04 EUR\nBestellnummer: B-77", "", desk.Invoice{Number: "RE-20201121/508", Date: "2020-11-21", Total: "571.04", Currency: "EUR", Order: "B-77"}},
		"GermanShort":   {"Rechnung Nr. 471102", "", desk.Invoice{Number: "471102"}},
		"Credit":        {"Avoir n° AV-2017-0005\nrelatif à la facture n° FA-2017-0009", "", desk.Invoice{Number: "AV-2017-0005", Credit: true}},
		"CreditNote":    {"Credit note no. CN-12", "", desk.Invoice{Number: "CN-12", Credit: true}},
		"NextLine":      {"Numéro de facture\nFA-2017-0010\nautre", "", desk.Invoice{Number: "FA-2017-0010"}},
		"Blank":         {"Facture n° FA 2017001", "", desk.Invoice{Number: "FA 2017001"}},
		"SaidTwice":     {"Facture n° FA-10\nRappel : facture n° FA-10", "", desk.Invoice{Number: "FA-10"}},
		"NameDecides":   {"Facture n° FA-2017-0010\nFacture n° FA-2017-0011", "facture FA-2017-0011.pdf", desk.Invoice{Number: "FA-2017-0011"}},
		"NameAlone":     {"", "Facture_FA-2017-0010.pdf", desk.Invoice{Number: "FA-2017-0010"}},
		"NameIsNumber":  {"scan", "FA2017-0010.pdf", desk.Invoice{Number: "FA2017-0010"}},
		"NameOfAvoir":   {"", "Avoir AV-2017-0005.pdf", desk.Invoice{Number: "AV-2017-0005", Credit: true}},
		"OrderAlone":    {"Bon de commande n° BC543", "", desk.Invoice{Order: "BC543"}},
		"ContractAlone": {"Objet : résiliation du contrat n° 2019-0044", "", desk.Invoice{Contract: "2019-0044"}},
		"Sentence":      {"Nous contestons la facture n° FA-2017-0010 reçue hier.", "", desk.Invoice{Number: "FA-2017-0010"}},
		"NoBreakSpace":  {"Facture n°\u00a0: FA-2017-0010", "", desk.Invoice{Number: "FA-2017-0010"}},
		"Decomposed":    {"Nume\u0301ro de facture : FA-2017-0010", "", desk.Invoice{Number: "FA-2017-0010"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := invoice.Guess(c.text, c.file); !ok || got != c.want {
				t.Errorf("%+v, %v", got, ok)
			}
		})
	}
}

func TestGuessTakesNothingElse(t *testing.T) {
	for name, c := range map[string]struct{ text, file string }{
		"Nothing":         {"", ""},
		"Prose":           {"La facture que vous avez envoyée est fausse. Une facture de 2017 manque.", "lettre.docx"},
		"Date":            {"Facture du 13/11/2017\nFacture n° 13/11/2017", ""},
		"DateInWords":     {"Facture n° 13 novembre 2017", ""},
		"Year":            {"Facture 2017", ""},
		"Phone":           {"Facture : 01 44 55 66 77\nFacture n° 0144556677\nService facture no. 01.44.55.66.77", ""},
		"SIRET":           {"Facture n° 73282932000074\nFacture n° 732 829 320 00074", ""},
		"SIREN":           {"Facture n° 732829320", ""},
		"VAT":             {"Facture n° FR83404833048", ""},
		"IBAN":            {"Facture n° FR7630006000011234567890189\nFacture n° FR76 3000 6000 0112 3456 7890 189", ""},
		"Customer":        {"N° client : C-4471\nCode client 4471", ""},
		"CustomerBeside":  {"N° de facture N° client\nC-4471", ""},
		"Amount":          {"Facture n° 1 250,40 €\nFacture : 12,50\nInvoice 1200 EUR", ""},
		"Pages":           {"Facture 1/2\nFacture n° 1/12", ""},
		"TwoAsGood":       {"Facture n° FA-2017-0010\nFacture n° FA-2017-0011", ""},
		"NameIsDate":      {"", "facture_20171113.pdf"},
		"NameIsMonth":     {"", "Facture 2017-11.pdf"},
		"NameOfAScan":     {"", "SCAN_20171113_101500.pdf"},
		"NamesTwo":        {"", "facture 1234 et facture 1235.pdf"},
		"LongerWord":      {"Facturettes n° 12", ""},
		"InvoicedAmounts": {"Total facturé 1234", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := invoice.Guess(c.text, c.file); ok || got != (desk.Invoice{}) {
				t.Errorf("%+v, %v", got, ok)
			}
		})
	}
	t.Run("TwoTotals", func(t *testing.T) {
		got, _ := invoice.Guess("Facture n° FA-10\nTotal TTC 12,00 €\nNet à payer 10,00 €\nDate : 01/02/2017\nDate de facture : 02/02/2017", "")
		if got != (desk.Invoice{Number: "FA-10"}) {
			t.Errorf("%+v", got)
		}
	})
}

// FuzzGuess guesses at anything: what it finds stands in the text or the name, on one
// line, and is never sure.
func FuzzGuess(f *testing.F) {
	f.Add("Facture n° FA-2017-0010\nDate : 13/11/2017\nTotal TTC : 1 250,40 €", "facture FA-2017-0010.pdf")
	f.Add("Avoir n° AV-1\nN° de commande : PO445", "")
	f.Add("Rechnungsnummer: RE-20201121/508", "RE.pdf")
	f.Fuzz(func(t *testing.T, text, name string) {
		got, ok := invoice.Guess(text, name)
		if got.Sure || ok != (got.Number+got.Order+got.Contract != "") {
			t.Errorf("%+v, %v", got, ok)
		}
		for _, number := range []string{got.Number, got.Order, got.Contract} {
			if len(number) > 64 || strings.ContainsAny(number, "\n\r\t") || number != "" && !strings.ContainsAny(number, "0123456789") {
				t.Errorf("no number: %q", number)
			}
			if !strings.Contains(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text+"\n"+name), number) {
				t.Errorf("%q stands nowhere", number)
			}
		}
		if again, _ := invoice.Guess(text, name); again != got {
			t.Errorf("%+v, then %+v", got, again)
		}
	})
}
