package privacy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/privacy"
)

// letter is what a front desk writes, with the numbers that such letters have.
const letter = `Cabinet médical des Tilleuls, 12 rue des Tilleuls, 35000 Rennes
SIRET 732 829 320 00074 - Tél. 02 99 12 34 56 - accueil@cabinet.example

Objet : facture FA-2026-0417 contestée, contrat n° CT-778812-B

Madame, Monsieur,
Nous avons bien reçu votre facture du 12/11/2026, d'un montant de 1 250,40 € TTC, et nous la contestons.
La ligne « maintenance annuelle » y figure deux fois (réf. 3760123456789), alors qu'un seul poste de
l'accueil est équipé. Depuis la mise à jour 7.2.1180 du mois d'octobre, l'ordonnance ne s'imprime plus
et la télétransmission s'arrête au premier lot. Votre technicien est passé le 18 novembre à 9 h 30 ;
il a remplacé le lecteur (n° de série 5CD1234567) sans que cela change rien.
Merci de nous adresser un avoir, et de confirmer la commande 4500123456 par retour de courrier.
Pénalités de retard : trois fois le taux légal. TVA intracommunautaire FR 44 732829320.

`

// BenchmarkLetter is ten kilobytes of a letter looked through, against the same text
// made small, one after the other in the same run.
func BenchmarkLetter(b *testing.B) {
	text := strings.Repeat(letter, 10_000/len(letter)+1)[:10_000]
	if found := privacy.Scan(text); len(found) > 0 {
		b.Fatalf("%+v", found)
	}
	var scans, lowers []float64
	kept := 0
	for b.Loop() {
		begin := time.Now()
		kept += len(privacy.Scan(text))
		middle := time.Now()
		kept += len(strings.ToLower(text))
		scans = append(scans, float64(middle.Sub(begin).Nanoseconds())/1000)
		lowers = append(lowers, float64(time.Since(middle).Nanoseconds())/1000)
	}
	slices.Sort(scans)
	slices.Sort(lowers)
	scan, lower := scans[len(scans)/2], lowers[len(lowers)/2]
	b.ReportMetric(scan, "median-us")
	b.ReportMetric(lower, "lower-us")
	b.ReportMetric(scan/lower, "scan/lower")
}
