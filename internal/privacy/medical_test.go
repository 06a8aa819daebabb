package privacy_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"guichet/internal/privacy"
)

var (
	names    = []string{"Mme DURAND Claire", "M. Paul LEFÈVRE", "Mlle Inès Ben Youssef", "Monsieur KERVELLA Yann", "Mme Anne-Sophie de La Tour"}
	drugs    = []string{"Doliprane 1 g", "AMOXICILLINE 500 mg", "Kardégic 75 mg", "Lévothyroxine 50 µg", "Ventoline 100 µg"}
	takes    = []string{"1 comprimé matin et soir pendant 7 jours", "2 gélules matin, midi et soir", "1 sachet par jour, qsp 1 mois", "à renouveler 3 fois", "posologie : 1 fois par jour"}
	measures = []string{"Hémoglobine 13,2 g/dL (12,0 - 16,0)", "Leucocytes 6,4 Giga/L", "Créatinine 78 µmol/L", "Glycémie à jeun 5,1 mmol/L", "TSH 2,31 mUI/L"}
)

func birth(r *rand.Rand) string {
	d, m, y := 1+r.IntN(28), 1+r.IntN(12), 1930+r.IntN(90)
	return pick(r, []string{fmt.Sprintf("né(e) le %02d/%02d/%d", d, m, y), fmt.Sprintf("née le %d.%02d.%d", d, m, y), fmt.Sprintf("Date de naissance : %02d-%02d-%d", d, m, y), fmt.Sprintf("DDN %02d/%02d/%02d", d, m, y%100)})
}

// documents are medical ones of each layout.
var documents = []struct {
	name string
	of   func(r *rand.Rand) string
}{
	{"prescription", func(r *rand.Rand) string {
		return pick(r, []string{"ORDONNANCE", "Ordonnance médicale", "Ordonnance", "PRESCRIPTION MÉDICALE"}) + "\n\nDr Martin, RPPS 10003456789\n" + pick(r, names) + ", " + birth(r) + "\n" + pick(r, drugs) + " : " + pick(r, takes) + "\n"
	}},
	{"report", func(r *rand.Rand) string {
		return pick(r, []string{"COMPTE RENDU D’HOSPITALISATION", "Compte-rendu de consultation", "COMPTE RENDU OPÉRATOIRE"}) + "\nService de cardiologie\nPatient : " + pick(r, names) + " " + birth(r) + "\nMotif d’hospitalisation : douleurs\nAntécédents : HTA\nConclusion : sortie avec traitement.\n"
	}},
	{"laboratory", func(r *rand.Rand) string {
		return pick(r, []string{"RÉSULTATS D’ANALYSES", "Résultats de biologie médicale", "BILAN BIOLOGIQUE"}) + "\nLaboratoire des Quais\n" + pick(r, names) + "\n" + birth(r) + "\n" + pick(r, measures) + "\n" + pick(r, measures) + "\nValeurs de référence\n"
	}},
	{"sick leave", func(r *rand.Rand) string {
		return "AVIS D’ARRÊT DE TRAVAIL\n" + pick(r, names) + "\n" + birth(r) + "\nArrêt jusqu’au 12/04/2026 inclus, sorties autorisées\nDr Martin\n"
	}},
	{"claim", func(r *rand.Rand) string {
		return "FEUILLE DE SOINS\nAssuré : " + pick(r, names) + " 12\n" + birth(r) + "\nActes effectués 12/03/2026, montant des honoraires 26,50 €\n"
	}},
	{"picture", func(r *rand.Rand) string {
		return "COMPTE RENDU D’IMAGERIE\n" + pick(r, names) + ", " + birth(r) + "\nTechnique : scanner thoracique sans injection\nConclusion : pas de lésion au scanner.\n"
	}},
	{"coded", func(r *rand.Rand) string {
		return "Codage du séjour\n" + pick(r, names) + ", " + birth(r) + "\nDiagnostic principal CIM-10 I50.1, acte CCAM DEQP003\n"
	}},
	{"copied without a title", func(r *rand.Rand) string {
		return pick(r, names) + ", " + birth(r) + "\n" + pick(r, drugs) + ", " + pick(r, takes) + "\nAntécédents : asthme\n"
	}},
}

// harmless are texts of front desks that speak of the same things.
var harmless = []func(r *rand.Rand) string{
	func(*rand.Rand) string {
		return "Objet : ordonnance qui ne s’imprime pas\nBonjour, depuis la mise à jour, l’ordonnance du docteur Martin sort sur deux pages. Le patient attend.\n"
	},
	func(*rand.Rand) string {
		return "La facture FA-2026-0142 du module « Compte rendu » nous est réclamée deux fois. Nous ne le comprenons pas, 3 relances déjà.\n"
	},
	func(*rand.Rand) string {
		return "Arrêt de travail dématérialisé\nLe service ne répond plus depuis 10 h, pour tous les médecins du cabinet.\n"
	},
	func(*rand.Rand) string {
		return "Feuille de soins électronique : le lecteur rejette le lot 1204 du 12/03/2026, code 0143. Merci de rappeler le secrétariat au 02 40 12 34 56.\n"
	},
	func(*rand.Rand) string {
		return "FACTURE\nLaboratoire logiciel SAS, SIRET 732 829 320 00074\nAbonnement du module Résultats de biologie, 12 mois, 240,00 €\nConditions : 30 jours.\n"
	},
	func(*rand.Rand) string {
		return "Contrat de maintenance CT-20240142\nArticle 3. Traitement des incidents. Indication : le délai court du jour de réception. Résultat : rapport mensuel.\n"
	},
	func(*rand.Rand) string {
		return "Bonjour, le dossier d’un patient s’ouvre en double depuis le 3 mars 2026. Personne ne le voit sur le poste 2. Pouvez-vous regarder ?\n"
	},
}

func TestMedicalCorpus(t *testing.T) {
	r := seeded(t)
	const each = 120
	hit, all, wrong := 0, 0, 0
	medical := func(text string) bool {
		for _, f := range privacy.Scan(text) {
			if f.Kind == privacy.KindMedical {
				return true
			}
		}
		return false
	}
	for _, d := range documents {
		found := 0
		for range each {
			text := d.of(r)
			if r.IntN(2) == 0 { // below what somebody writes
				text = pick(r, phrases) + "\n\n" + text
			}
			if medical(text) {
				found++
			}
		}
		hit, all = hit+found, all+each
		t.Logf("%-24s %d of %d", d.name, found, each)
	}
	for range each * len(documents) {
		text := pick(r, harmless)(r)
		for range r.IntN(4) {
			text += pick(r, phrases) + "\n"
		}
		if medical(text) {
			if wrong++; wrong < 4 {
				t.Logf("taken for medical: %q", strings.SplitN(text, "\n", 2)[0])
			}
		}
	}
	recall, precision := float64(hit)/float64(all), float64(hit)/float64(hit+wrong)
	t.Logf("medical documents %d, recall %.3f, precision %.3f against as many harmless texts", all, recall, precision)
	if recall < 0.95 || precision < 0.97 {
		t.Error("not enough")
	}
}

// A further document in the same text is another one, in a place of its own; a
// laboratory's further titles are not.
func TestMedicalEach(t *testing.T) {
	one := "Ordonnance\nMme Durand, née le 12/03/1958\nDoliprane 1 g, 1 comprimé matin et soir\n"
	other := "Ordonnance\nM. Petit, né le 02/11/1971\nAmlodipine 5 mg, 1 comprimé le matin\n"
	results := "Résultats de biologie\nMme Durand, née le 12/03/1958\nHématologie\nHémoglobine 13,1 g/dl\nBiochimie\nCréatinine 71 µmol/l\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"Two":     {one + other, []string{"Mme Durand, née le 12/03/1958", "M. Petit, né le 02/11/1971"}},
		"Twice":   {one + one, []string{"Mme Durand, née le 12/03/1958"}},
		"Results": {results, []string{"Mme Durand, née le 12/03/1958"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := privacy.Scan(c.text)
			if len(found) != len(c.want) {
				t.Fatalf("%+v", found)
			}
			for i, f := range found {
				if place := c.text[f.Start:f.End]; f.Kind != privacy.KindMedical || !strings.HasSuffix(place, c.want[i]) {
					t.Errorf("%q", place)
				}
			}
		})
	}
}
