package corpus

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/privacy"
	"guichet/internal/reader"

	"golang.org/x/text/unicode/norm"
)

// What files of a practice are called that must not leave, by kind; {…} is filled in as
// in the texts.
var paperNames = map[string][]string{
	"prescription": {
		"Ordonnance", "ordonnance {NOM}", "ordonnance {CIV} {NOM} {PRE} né le {NE}", "Ordonnances {DATE}", "Ordonnance médicale {NOM} {PRE}", "prescription {CIV} {NOM}",
		"{NOM} ordonnance kiné", "ordo {CIV} {NOM}", "Ordonnance bizone {NOM}", "scan ordonnance {DATE}", "Renouvellement ordonnance {CIV} {NOM}", "Prescription médicale de transport {NOM}",
	},
	"report": {
		"compte rendu patient {NOM}", "Compte-rendu d'hospitalisation {NOM} {PRE}", "CR consultation {NOM}", "compte rendu {CIV} {NOM}", "CR opératoire {NOM} {DATE}", "Compte rendu IRM genou",
		"{NOM} CR échographie", "CRH {NOM} {PRE}", "lettre de sortie {CIV} {NOM}", "Courrier médecin traitant {NOM}", "IRM cérébrale {NOM}", "échographie abdominale {DATE}", "radio thorax {CIV} {NOM}",
		"Scanner thoracique {NOM}", "compte rendu anapath {NOM}", "dossier médical {NOM} {PRE}", "Dossier patient {NOM} {PRE} né le {NE}",
	},
	"laboratory": {
		"Résultats d'analyses {NOM}", "résultats labo {CIV} {NOM}", "Bilan sanguin {DATE}", "prise de sang {NOM} {PRE}", "résultat biologie {NOM}", "ECBU {CIV} {NOM}", "Sérologie {NOM}",
		"analyses de sang {NOM}", "bilan biologique {CIV} {NOM} {DATE}",
	},
	"sick leave": {
		"Arret de travail {CIV} {NOM}", "arrêt maladie {NOM}", "Avis d'arrêt de travail {DATE}", "prolongation arrêt de travail {NOM}", "Certificat médical {NOM} {PRE}", "certificat médical initial accident du travail {NOM}",
		"AT {NOM} arrêt de travail", "arrêt de travail",
	},
	"care sheet": {
		"feuille de soins {NOM}", "Feuille de soins {CIV} {NOM} {DATE}", "FEUILLES DE SOINS {DATE}", "protocole de soins {NOM}", "entente préalable {CIV} {NOM}", "bon de transport {NOM}",
	},
}

// otherNames are those of files that may leave, some of which speak of the same things.
var otherNames = map[string][]string{
	"invoice": {
		"facture ordonnancier", "Facture {DOS}", "facture module ordonnance {DATE}", "avoir {DOS} {SOC}", "Facture échographie appareil {DATE}", "facture IRM {SOC}", "relance facture feuilles de soins",
		"Facture papier ordonnance 10 ramettes", "facture {CIV} {NOM} {DATE}", "devis ordonnances sécurisées", "Bon de commande blocs arrêt de travail", "facture prescription électronique",
	},
	"contract": {
		"contrat ordonnance numérique", "Contrat de maintenance {DOS}", "avenant module résultats de biologie", "Conditions générales {SOC}", "contrat {CIV} {NOM} ordonnance électronique", "résiliation abonnement e-prescription",
	},
	"minutes": {
		"compte rendu de réunion", "compte-rendu intervention serveur", "Compte rendu d'intervention {NOM}", "CR réunion {DATE}", "compte rendu de visite {SOC}", "Compte rendu formation {CIV} {NOM}",
		"compte-rendu comité de pilotage", "CR intervention technicien {DATE}", "compte rendu entretien annuel {CIV} {NOM}", "compte rendu AG {DATE}", "Compte rendu de recette {SOC}", "bilan comptable {DATE}", "bilan annuel", "résultats {DATE}",
	},
	"trouble": {
		"erreur impression ordonnance", "capture écran feuille de soins électronique", "bug ordonnance", "rejet lot feuilles de soins", "ordonnance ne s'imprime pas", "modèle ordonnance", "message erreur arrêt de travail dématérialisé",
		"scanner du secrétariat en panne", "scanner {SOC}", "journal ordonnancier", "paramétrage compte rendu", "notice échographe", "guide e-prescription", "test impression ordonnance vierge", "lecteur carte vitale",
	},
	"law": {
		"ordonnance 2018-1125 RGPD", "Ordonnance de référé tribunal", "délai de prescription facture", "ordonnance injonction de payer", "certificat SSL", "certificat d'adhésion", "attestation employeur",
	},
	"plain": {
		"bio_{NOM}_2024", "scan {DATE}", "IMG_{DOS}", "RIB {SOC}", "photo poste accueil", "{NOM} {PRE}", "courrier {CIV} {NOM}", "planning {MOIS}", "liste du matériel", "export {DATE}", "Kbis {SOC}", "document", "Capture d'écran {DATE}", "dossier {DOS}", "arrêt du serveur", "arrêté municipal", "analyse technique {SOC}",
	},
}

// nameOf is a file's name as people and programs write one.
func nameOf(r *rand.Rand, from []string) string {
	name := words(r).Replace(pick(r, from))
	name = strings.ReplaceAll(name, "/", pick(r, []string{"-", ".", "_"}))
	switch r.IntN(5) {
	case 0:
		name = strings.ReplaceAll(name, " ", "_")
	case 1:
		name = strings.ReplaceAll(name, " ", "-")
	case 2:
		name = strings.ReplaceAll(name, " ", pick(r, []string{".", "  ", "\u00a0"}))
	}
	switch r.IntN(4) {
	case 0:
		name = strings.ToUpper(name)
	case 1:
		name = strings.ToLower(name)
	}
	switch r.IntN(4) {
	case 0:
		name = norm.NFD.String(name) // as a Mac writes it
	case 1:
		name = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "É", "E", "Ê", "E", "à", "a", "'", " ").Replace(name)
	}
	name += pick(r, []string{"", "", "", " (1)", "_v2", " - copie", " signé"})
	return name + pick(r, []string{".pdf", ".txt", ".PDF", ".jpg", ".docx", ".png"})
}

// A file that is called as a medical document is told, and one that may be called so for
// another reason is not; a few of them as the program reads them, by a child.
func TestCorpusNames(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("GUICHET_SEED"), 10, 64)
	if err != nil {
		seed = usualSeed
	}
	t.Logf("GUICHET_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 7))
	rd := reader.New("")
	told := func(name string) bool {
		for _, f := range privacy.ScanName(name) {
			if f.Kind == privacy.KindMedical {
				return true
			}
		}
		return false
	}
	const each = 1200
	all, examples := score{}, map[string]int{}
	judge := func(sort string, medical bool, from []string, n int) {
		s := score{}
		for i := range n {
			name := nameOf(r, from)
			got := told(name)
			switch {
			case medical && got:
				s.found++
			case got:
				s.wrong++
			}
			if medical {
				s.planted++
			}
			if got != medical && examples[sort] < 5 {
				examples[sort]++
				t.Logf("%s, told %t: %q", sort, got, name)
			}
			if i%100 == 0 {
				reading, err := rd.Read(t.Context(), reader.File{Name: name, Data: []byte("Bonjour")}, nil)
				asRead := false
				for _, f := range reading.Findings {
					asRead = asRead || f.Kind == "medical" && f.Place.Part == "name"
				}
				if err != nil || asRead != got {
					t.Errorf("%q is told %t by the child: %v", name, asRead, err)
				}
			}
		}
		t.Logf("%-14s planted %4d, found %4d, wrong %d of %d", sort, s.planted, s.found, s.wrong, n-s.planted)
		all = score{all.planted + s.planted, all.found + s.found, all.wrong + s.wrong}
	}
	for _, sort := range sortedKeys(paperNames) {
		judge(sort, true, paperNames[sort], each/len(paperNames))
	}
	for _, sort := range sortedKeys(otherNames) {
		judge(sort, false, otherNames[sort], each/len(otherNames))
	}
	summary := fmt.Sprintf("names: recall %.3f, precision %.3f", all.recall(), all.precision())
	if t.Log(summary); all.recall() < 0.95 || all.precision() < 0.97 {
		t.Error("not enough")
	}
}
