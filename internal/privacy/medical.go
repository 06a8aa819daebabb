package privacy

import (
	"regexp"
	"slices"
	"strings"
)

// A medical document is told by what stands together in it: what it is called at
// the head of a line, whom it is about, and what only such documents say. One of
// them alone is no such document: front desks write about prescriptions that do
// not print.

// titles are the lines with which such documents begin, folded.
var titles = regexp.MustCompile(`(?m)^[ \t*#=_>-]*(?:ordonnance(?: (?:medicale|bizone|securisee|de medicaments?))?|prescription medicale(?: de [a-z ]{3,30})?|` +
	`compte[ -]rendu (?:d'hospitalisation|operatoire|de consultation|d'imagerie|radiologique|d'echographie|d'irm|de scanner|d'analyses?|d'examens?|anatomo-?pathologique|de passage aux urgences)[^\n]{0,40}|` +
	`resultats? (?:d'analyses?|de biologie|biologiques?|d'examens?|de laboratoire)[^\n]{0,40}|bilan (?:biologique|sanguin)|` +
	`(?:avis d')?arret de travail|certificat medical[^\n]{0,40}|feuille de soins|lettre de (?:liaison|sortie)|courrier de sortie|protocole de soins|bon de transport|dossier medical)[ \t:.*#=_<-]*\r?$`)

// abouts say whom it is about: a birth date or an identity as hospitals write it.
var abouts = regexp.MustCompile(`\b(?:nee?|ne\(e\)) le[ :]{1,3}\d{1,2}(?:er)?[ /.-](?:\d{1,2}|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)[ /.-]\d{2,4}|` +
	`\b(?:date de naissance|ddn|nom de naissance|patiente? ?:|nom du patient|ipp ?:?|assuree? ?:)[^\n]{0,40}\d`)

// Without one of these words a text has no title, or is about nobody.
var (
	titleWords = []string{"ordonnance", "prescription", "rendu", "resultat", "bilan", "arret de travail", "certificat", "feuille de soins", "lettre de", "courrier de sortie", "protocole", "bon de transport", "dossier medical"}
	aboutWords = []string{"ne le", "nee le", "ne(e) le", "naissance", "ddn", "patient", "ipp", "assure"}
)

// said are the things that such documents say, folded.
var said = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:posologie|comprimes?|gelules?|sachets?|ampoules?|par voie orale|qsp|a renouveler|matin[, ]+midi|matin et soir|fois par jour|pendant \d+ jours|non substituable)\b`),
	regexp.MustCompile(`\b\d+(?:[.,]\d+)? ?(?:mg|µg|mcg|ui|g/dl|g/l|mmol/l|µmol/l|umol/l|ui/l|mui/l|ng/ml|pg/ml|giga/l|/mm3)\b`),
	regexp.MustCompile(`\b(?:hemoglobine|leucocytes|plaquettes|creatinine|glycemie|cholesterol|tsh|ferritine|hba1c|crp|valeurs? de reference|hemogramme|ionogramme|transaminases)\b`),
	regexp.MustCompile(`\b(?:antecedents|motif (?:d'hospitalisation|de consultation)|examen clinique|diagnostic|traitement de (?:sortie|fond)|anamnese|histoire de la maladie|allergies?|symptomes)\b`),
	regexp.MustCompile(`\b(?:indication|technique|resultats?|conclusion) ?:[^\n]*\b(?:scanner|irm|echographie|radiographie|lesion|fracture|nodule|epanchement|opacite|coupes)\b|\b(?:scanner|irm|echographie|radiographie)\b[^\n]*\b(?:lesion|fracture|nodule|epanchement|opacite)\b`),
	regexp.MustCompile(`\b(?:prolongation|sorties autorisees|reprise du travail|arret jusqu'au|accident du travail|maladie professionnelle)\b`),
	regexp.MustCompile(`\b(?:actes? effectues?|code de l'acte|montant des honoraires|medecin traitant|tiers payant|cotation)\b`),
}

// codes are those of diagnoses (CIM-10) and of acts (CCAM), as they are written.
var codes = regexp.MustCompile(`\b(?:[A-TV-Z][0-9]{2}(?:\.[0-9]{1,2})?|[A-Z]{4}[0-9]{3})\b`)

// codeWords stand where a code is one.
var codeWords = regexp.MustCompile(`\b(?:cim[ -]?10|ccam|diagnostics?|codage|actes?|pathologie|affection|ald)\b`)

// signed is who makes such documents.
var signed = regexp.MustCompile(`\b(?:docteur|dr\.?|rpps|adeli|laboratoire|medecin|chu|hopital|service de)\b`)

// medical notes the beginning of a medical document. Its place is that of its title,
// or of what tells most of it.
func (s *scan) medical() {
	folded := fold(s.text)
	var title, about []int
	if containsAny(folded, titleWords) {
		title = titles.FindStringIndex(folded)
	}
	if containsAny(folded, aboutWords) {
		about = abouts.FindStringIndex(folded)
	}
	if title == nil && about == nil {
		return
	}
	says := 0
	for _, one := range said {
		if one.MatchString(folded) {
			says++
		}
	}
	coded := about != nil && codeWords.MatchString(folded) && codes.MatchString(s.text)
	if coded {
		says++
	}
	switch {
	case title != nil && (about != nil || says >= 2 || says == 1 && signed.MatchString(folded)):
	case about != nil && (says >= 2 || coded):
		title = about
	default:
		return
	}
	// The folded text is another one: the place is that of the line.
	start := lineStart(s.text, strings.Count(folded[:title[0]], "\n"))
	end := start + len(s.text[start:])
	if i := strings.IndexByte(s.text[start:], '\n'); i >= 0 {
		end = start + i
	}
	s.found = append(s.found, Finding{Kind: KindMedical, Start: start, End: end})
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// lineStart is the offset of a line, the first one is 0.
func lineStart(text string, line int) int {
	at := 0
	for ; line > 0; line-- {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	return at
}
