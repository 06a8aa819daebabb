package privacy_test

import (
	"testing"

	"guichet/internal/privacy"
)

func TestScan(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want privacy.Kind // "" for none
		at   string       // what is found
	}{
		"Grouped":      {"NIR : 1 84 12 76 451 089 46.", privacy.KindNIR, "1 84 12 76 451 089 46"},
		"Alone":        {"184127645108946", privacy.KindNIR, "184127645108946"},
		"WrongKey":     {"184127645108947", "", ""},
		"WithoutKey":   {"numéro de sécurité sociale 1841276451089", privacy.KindNIR, "1841276451089"},
		"Unlabelled13": {"commande 1841276451089", "", ""},
		"Dots":         {"1.84.12.76.451.089.46", privacy.KindNIR, "1.84.12.76.451.089.46"},
		"Key":          {"1 84 12 76 451 089 clé 46", privacy.KindNIR, "1 84 12 76 451 089 clé 46"},
		"Brackets":     {"1841276451089 (46)", privacy.KindNIR, "1841276451089 (46"},
		"Line":         {"1 84 12 76\n451 089 46", privacy.KindNIR, "1 84 12 76\n451 089 46"},
		"INS":          {"Matricule INS : 1 84 12 76 451 089 46", privacy.KindINS, "1 84 12 76 451 089 46"},
		"Phone":        {"01 84 12 76 45 ou 01 08 94 61 22", "", ""},
		"IBAN":         {"FR76 3000 6000 0112 3456 7890 189", privacy.KindIBAN, "FR76 3000 6000 0112 3456 7890 189"},
		"WrongIBAN":    {"FR76 3000 6000 0112 3456 7890 188", "", ""},
		"Card":         {"CB 4970 1012 3456 7890", "", ""},
		"ValidCard":    {"4111 1111 1111 1111", privacy.KindCard, "4111 1111 1111 1111"},
		"Prescription": {"Ordonnance\nMme Durand, née le 12/03/1958\nDoliprane 1 g, 1 comprimé matin et soir", privacy.KindMedical, "Ordonnance"},
		"AboutOne":     {"Bonjour, l’ordonnance ne s’imprime plus depuis ce matin sur le poste du docteur.", "", ""},
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
