package privacy_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/privacy"
)

func TestScan(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want privacy.Kind // "" for none
		at   string       // what is found
	}{
		"Grouped":        {"NIR : 1 84 12 76 451 089 46.", privacy.KindNIR, "1 84 12 76 451 089 46"},
		"Alone":          {"184127645108946", privacy.KindNIR, "184127645108946"},
		"WrongKey":       {"184127645108947", "", ""},
		"WithoutKey":     {"numéro de sécurité sociale 1841276451089", privacy.KindNIR, "1841276451089"},
		"Unlabelled13":   {"commande 1841276451089", "", ""},
		"Dots":           {"1.84.12.76.451.089.46", privacy.KindNIR, "1.84.12.76.451.089.46"},
		"Key":            {"1 84 12 76 451 089 clé 46", privacy.KindNIR, "1 84 12 76 451 089 clé 46"},
		"Brackets":       {"1841276451089 (46)", privacy.KindNIR, "1841276451089 (46"},
		"Line":           {"1 84 12 76\n451 089 46", privacy.KindNIR, "1 84 12 76\n451 089 46"},
		"INS":            {"Matricule INS : 1 84 12 76 451 089 46", privacy.KindINS, "1 84 12 76 451 089 46"},
		"UnknownMonth":   {"Dossier bloqué : 255265430612154, merci", privacy.KindNIR, "255265430612154"},
		"UnusualMonth":   {"numéro de sécurité sociale 1 96 23 93 031 928 72", privacy.KindNIR, "1 96 23 93 031 928 72"},
		"Provisional":    {"7 74 08 94 452 482 39", privacy.KindNIR, "7 74 08 94 452 482 39"},
		"Semicolons":     {"Colonna;2;90;11;61;449;646;79;11 août 2026", privacy.KindNIR, "2;90;11;61;449;646;79"},
		"FullWidth":      {"n° d'assuré social ２７１０２５６３５７９３１８１", privacy.KindNIR, "２７１０２５６３５７９３１８１"},
		"ParcelThatFits": {"Colis n° 184127645108946", "", ""},
		"PhoneThatFits":  {"IMEI : 184127645108946", "", ""},
		"OrderColumn":    {"Client\tCommande\tDate\nMartin\t184127645108946\t12/03/2026", "", ""},
		"FirstColumn":    {"IMEI du terminal;Client\n184127645108946;Martin", "", ""},
		"PersonColumn":   {"Colis\tN° SS\tDate\n6A123\t184127645108946\t12/03/2026", privacy.KindNIR, "184127645108946"},
		"PersonOfOrder":  {"Facture n° 12 du patient 184127645108946", privacy.KindNIR, "184127645108946"},
		"GroupedAnyway":  {"Commande n° 1 84 12 76 451 089 46", privacy.KindNIR, "1 84 12 76 451 089 46"},
		"BarCode":        {"Le patient attend. EAN 3348931669126", "", ""},
		"Scattered":      {"assuré : 10 0491078 7, 04 70", "", ""},
		"CardReference":  {"N° de série 4111111111111111", "", ""},
		"CompanyByCard":  {"payé par carte, SIRET 38851203000031", "", ""},
		"SickNote":       {"Nantes, le 3/02/2026\nL'état de santé de Durand Luce (né le 10/07/1961) justifie quinze jours de repos : pneumopathie.\nDocteur Roy", privacy.KindMedical, "L'état de santé de Durand Luce (né le 10/07/1961) justifie quinze jours de repos : pneumopathie."},
		"BloodResult":    {"Durand Luce née 05/06/2000\nINR 2,8\nD-dimères 410 ng/mL", privacy.KindMedical, "Durand Luce née 05/06/2000"},
		"Aged":           {"Patiente Mme Durand, 42 ans\nLévothyrox 75 µg, 1 cp à jeun\nDr Roy", privacy.KindMedical, "Patiente Mme Durand, 42 ans"},
		"TitleAndMore":   {"Feuille de soins dentaires - duplicata\nMme Durand (12/01/1956)\nDent 36 : HBMD038", privacy.KindMedical, "Feuille de soins dentaires - duplicata\nMme Durand (12/01/1956)"},
		"Employee":       {"Notre secrétaire, née le 12/03/1990, prend ses fonctions chez le Dr Roy lundi ; merci de lui ouvrir un accès.", "", ""},
		"SoftwareTitle":  {"Compte rendu d'intervention\nLe module ordonnance et les feuilles de soins partent à nouveau.\nDr Roy", "", ""},
		"DoctorAndNext":  {"RPPS 10706751234 0087", "", ""},
		"NeighbourCells": {"Colonna\t1\t84\t12.76\t451 089-46", "", ""},
		"INSWords":       {"Identifiant national de santé 1 84 12 76 451 089 46", privacy.KindINS, "1 84 12 76 451 089 46"},
		"Phone":          {"01 84 12 76 45 ou 01 08 94 61 22", "", ""},
		"IBAN":           {"FR76 3000 6000 0112 3456 7890 189", privacy.KindIBAN, "FR76 3000 6000 0112 3456 7890 189"},
		"WrongIBAN":      {"FR76 3000 6000 0112 3456 7890 188", "", ""},
		"Card":           {"CB 4970 1012 3456 7890", "", ""},
		"ValidCard":      {"4111 1111 1111 1111", privacy.KindCard, "4111 1111 1111 1111"},
		"Prescription":   {"Ordonnance\nMme Durand, née le 12/03/1958\nDoliprane 1 g, 1 comprimé matin et soir", privacy.KindMedical, "Ordonnance\nMme Durand, née le 12/03/1958"},
		"AboutOne":       {"Bonjour, l’ordonnance ne s’imprime plus depuis ce matin sur le poste du docteur.", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			found := privacy.Scan(c.text)
			if c.want == "" {
				if len(found) > 0 {
					t.Fatalf("%+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Kind != c.want || c.text[found[0].Start:found[0].End] != c.at {
				t.Fatalf("%+v", found)
			}
		})
	}
}

// What is shown of a number are its own last characters, however it is spelt.
func TestTail(t *testing.T) {
	for text, want := range map[string]string{
		"1 84 12 76 451 089 clé 46":              "8946",
		"n° d'assuré social ２７１０２５６３５７９３１８１":     "3181",
		"IBAN FR76 3000 6000 0112 3456 7890 189": "0189",
	} {
		found := privacy.Scan(text)
		if len(found) != 1 || found[0].Tail != want {
			t.Errorf("%q: %+v, want %s", text, found, want)
		}
	}
}

// A text is looked through in a time that grows as it does, whatever it repeats.
func TestScanIsLinear(t *testing.T) {
	for name, unit := range map[string]string{
		"Ones": "1 ", "Fours": "4 ", "Digits": "1", "Fives": "11111 ", "Numbers": "184127645108946 ", "Cards": "4111 1111 1111 1111 ", "Dashes": "2-",
		"Both": "184127645108946 4111 1111 1111 1111 ", "Accounts": "FR76 3000 6000 0112 3456 7890 189 ", "Cells": "1\t", "Corsica": "1841 2A ",
		"Rows": "a;184127645108946;b\n", "Fields": "a;184127645108946;",
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Repeat(unit, 4<<20/len(unit))
			begin := time.Now()
			privacy.Scan(text)
			if took := time.Since(begin); took > bound {
				t.Errorf("%v for %d MB", took, len(text)>>20)
			}
		})
	}
}

// bound is far more than it takes, for busy machines and the race detector: what grew
// with the square of the text would take minutes.
const bound = 20 * time.Second

// A number on the seam of two pieces of a long run is found, once.
func TestScanLongRun(t *testing.T) {
	for lead := range 120 { // the first piece ends within the number of some
		text := strings.Repeat("9", 3) + strings.Repeat(" 9", 4000+lead) + " 184127645108946" + strings.Repeat(" 9", 5000)
		found := 0
		for _, f := range privacy.Scan(text) {
			if f.Kind == privacy.KindNIR && f.Tail == "8946" {
				found++
			}
		}
		if found != 1 {
			t.Fatalf("found %d times behind %d", found, 4000+lead)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	text := ""
	for len(text) < 10_000 {
		text += "Depuis le 12/03/2026, la facture FA-2026-0142 du cabinet (SIRET 732 829 320 00074) nous est réclamée deux fois ; tél. 02 40 12 34 56. "
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		privacy.Scan(text)
	}
}
