package privacy_test

import (
	"testing"

	"guichet/internal/privacy"
)

// A file's name tells a medical document by what it is called, whatever stands beside it;
// papers of an office that name one are none.
func TestScanName(t *testing.T) {
	for name, medical := range map[string]bool{
		"ordonnance M. Durand Paul né le 12-03-1954.txt": true,
		"Arret de travail Mme Petit.txt":                 true,
		"compte rendu patient Durand.txt":                true,
		"Ordonnance.txt":                                 true,
		"ordonance durand.pdf":                           true,
		"CR cardio DURAND.pdf":                           true,
		"Dossier patient Petit née le 3 mars 1961.pdf":   true,
		"ordonnance":                                     true,
		"OrdonnanceDurand.pdf":                           true,
		"2024_03_12_ordonnance2.pdf":                     true,
		"erreur ordonnance Mme Petit.png":                true,
		"capture CR patient Petit.png":                   true,
		"Compte rendu intervention chirurgicale.pdf":     true,
		"re\u0301sultats d\u2019analyses.pdf":            true,

		"bio_dupont_2024.pdf":                     false,
		"facture ordonnancier.pdf":                false,
		"contrat ordonnance numérique.pdf":        false,
		"compte rendu de réunion.pdf":             false,
		"compte-rendu intervention serveur.pdf":   false,
		"compte rendu intervention M. Martin.pdf": false,
		"dossier patient informatisé.pdf":         false,
		"dossier patient vide.png":                false,
		"screenshot ordonnance.png":               false,
		"problème feuille de soins.jpg":           false,
		"Compte rendu appel Mme Lefevre.pdf":      false,
		"bon de transport matériel.pdf":           false,
		"liste patients.csv":                      false,
		"ordonnancement des tâches.pdf":           false,
		"scanner.pdf":                             false,
		"facture.pdf":                             false,
		".pdf":                                    false,
		"":                                        false,
	} {
		t.Run(name, func(t *testing.T) {
			found := privacy.ScanName(name)
			if got := len(found) > 0; got != medical {
				t.Fatalf("told: %t", got)
			}
			if medical && (len(found) != 1 || found[0] != privacy.Finding{Kind: privacy.KindMedical, End: len(name)}) {
				t.Errorf("%+v", found)
			}
		})
	}
	body, key := someone(seeded(t))
	number := body + key
	found := privacy.ScanName("ordonnance NIR " + number + ".pdf")
	if len(found) != 2 || found[0].Kind != privacy.KindMedical || found[1].Kind != privacy.KindNIR || found[1].Tail != number[len(number)-4:] {
		t.Errorf("%+v", found)
	}
}
