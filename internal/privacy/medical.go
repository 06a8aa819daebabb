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
var titles = regexp.MustCompile(`^(?:ordonnance(?: (?:medicale|bizone|securisee|de medicaments?|de [a-z]{5,20}therapie))?|prescription (?:medicale|du)[^\n]{0,40}|` +
	`(?:compte[ -]rendu|resume) (?:d'hospitalisation|operatoire|de consultation|d'imagerie|radiologique|d'echographie|d'irm|de scanner|d'analyses?|d'examens?|anatomo-?pathologique|de passage aux urgences|de sortie)[^\n]{0,60}|` +
	`resultats? (?:d'analyses?|de biologie|biologiques?|d'examens?|de laboratoire)[^\n]{0,40}|bilan (?:biologique|sanguin|lipidique|hepatique|renal|thyroidien)[^\n]{0,40}|serologie|hemostase|hematologie|biochimie|ecbu|` +
	`(?:irm|scanner|radiographie|echographie|mammographie)(?: (?:du|de|des|abdominale?|thoracique|cerebrale?|pelvienne?))[^\n]{0,40}|` +
	`(?:avis d'|prolongation d')?arret de travail|arret initial[^\n]{0,40}|certificat medical[^\n]{0,60}|feuille de soins[^\n]{0,40}|feuille d'accident du travail|` +
	`lettre de (?:liaison|sortie)|fiche de liaison|courrier (?:de sortie|au medecin traitant)|protocole de soins[^\n]{0,20}|demande d'entente prealable|bon de transport|dossier medical)$`)

// titleOf is where the first title of a folded text stands, nil if it has none.
func titleOf(folded string) []int {
	const frame = " \t*#=_<>-:.\r"
	at := 0
	for line := range strings.Lines(folded) {
		title := strings.Trim(line, frame+"\n")
		if len(title) < longestTitle && slices.ContainsFunc(titleWords, func(w string) bool { return strings.HasPrefix(title, w) }) && titles.MatchString(title) {
			return []int{at, at + len(line)}
		}
		at += len(line)
	}
	return nil
}

// longestTitle bounds a line that is a title, in bytes.
const longestTitle = 160

// abouts say whom it is about: a birth date, an age, or an identity as hospitals write it.
var abouts = regexp.MustCompile(birth + `|\b(?:date de naissance|ddn|nom de naissance|patiente? ?:|nom du patient|ipp ?:?|assuree? ?:)[^\n]{0,40}\d|` +
	`\b(?:patiente?|victime|mme|m\.|madame|monsieur)[^\n]{2,40}[ (]\d{1,3} ans\b| \(\d\d/\d\d/(?:19|20)\d\d\)`)

// aboutOf is where a folded text first says whom it is about, nil if it does not.
func aboutOf(folded string) []int {
	if !containsAny(folded, aboutWords) {
		return nil
	}
	at := 0
	for line := range strings.Lines(folded) {
		if containsAny(line, aboutWords) {
			if m := abouts.FindStringIndex(line); m != nil {
				return []int{at + m[0], at + m[1]}
			}
		}
		at += len(line)
	}
	return nil
}

// birth is a birth date, folded.
const birth = `\b(?:nee?|ne\(e\))(?: le)?[ :]{1,3}\d{1,2}(?:er)?[ /.-](?:\d{1,2}|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)[ /.-]\d{2,4}|\bdate de naissance[ :]{1,3}\d`

var births = regexp.MustCompile(birth)

// A title begins with one of the first, and without one of the others a text is about
// nobody.
var (
	titleWords = []string{"ordonnance", "prescription", "compte", "resume", "resultat", "bilan", "serologie", "hemostase", "hematologie", "biochimie", "ecbu", "irm", "scanner", "radiographie",
		"echographie", "mammographie", "avis d'arret", "prolongation", "arret", "certificat", "feuille d", "lettre de", "fiche de liaison", "courrier", "protocole", "demande d'entente",
		"bon de transport", "dossier medical"}
	aboutWords = []string{"ne le", "nee le", "ne(e) le", " ne 0", " ne 1", " ne 2", " ne 3", "nee 0", "nee 1", "nee 2", "nee 3", "naissance", "ddn", "patient", "ipp", "assure", " ans\n", " ans,", " ans)", " ans ", "/19", " (0", " (1", " (2", " (3"}
)

// said are the things that such documents say, folded.
var said = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:posologie|comprimes?|gelules?|sachets?|ampoules?|\d cp|par voie orale|sous-cutanee|qsp|a renouveler|matin[, ]+midi|matin et soir|le (?:matin|soir)|a jeun|fois par jour|pendant \d+ jours|non substituable|substitution)\b`),
	regexp.MustCompile(`\b\d+(?:[.,]\d+)? ?(?:mg|µg|mcg|ui|g/dl|g/l|mmol/l|µmol/l|umol/l|pmol/l|ui/l|ui/ml|mui/l|ng/ml|pg/ml|giga/l|/mm3|/ml)\b`),
	regexp.MustCompile(`\b(?:hemoglobine|leucocyt(?:es|urie)|plaquettes|creatinine|glycemie|cholesterol|triglycerides|tsh|ferritine|hba1c|crp|inr|d-dimeres|igg|igm|ag hbs|anti-hcv|vih|antibiogramme|valeurs? de reference|hemogramme|ionogramme|transaminases)\b`),
	regexp.MustCompile(`\b(?:antecedents|motif (?:d'hospitalisation|de consultation|d'entree|medical)|examen clinique|a l'examen|diagnostic|traitement (?:de (?:sortie|fond)|declare)|anamnese|histoire de la maladie|allergies?|symptomes|etat de sante|auscultation|sans anomalie)\b`),
	regexp.MustCompile(`\b(?:indication|technique|resultats?|conclusion) ?:[^\n]*\b(?:scanner|irm|echographie|radiographie|lesion|fracture|nodule|epanchement|opacite|coupes)\b|\b(?:scanner|irm|echographie|radiographie)\b[^\n]*\b(?:lesion|fracture|nodule|epanchement|opacite)\b`),
	regexp.MustCompile(`\b(?:prolongation|sorties autorisees|reprise du travail|arret (?:de travail )?(?:prescrit )?jusqu'au|accident du travail|maladie professionnelle|arret de travail de)\b`),
	regexp.MustCompile(`\b(?:actes? effectues?|code de l'acte|montant des honoraires|medecin traitant|tiers payant|cotation|part obligatoire|am[ik] \d|nature des lesions|soins en rapport)\b`),
	regexp.MustCompile(`\b(?:entorse|lombalgie|sciatique|lombosciatique|pneumopathie|tendinopathie|hernie|plaie|contusion|depressi(?:f|on)|diabete|hypertension|cholecystite|gonalgie|insomnie|reeducation|pansement|injection|apyrexie|anesthesie|vesicule)\b`),
}

// codes are those of diagnoses (CIM-10) and of acts (CCAM), as they are written.
var codes = regexp.MustCompile(`\b(?:[A-TV-Z][0-9]{2}(?:\.[0-9]{1,2})?|[A-Z]{4}[0-9]{3})\b`)

// codeWords stand where a code is one.
var codeWords = regexp.MustCompile(`\b(?:cim[ -]?10|ccam|diagnostics?|codage|actes?|pathologie|affection|ald)\b`)

// signed is who makes such documents.
var signed = regexp.MustCompile(`\b(?:docteur|dr\.?|rpps|adeli|laboratoire|medecin|chu|hopital|service de)\b`)

// medical notes medical documents. Its place is that of its title, or of what tells most
// of it, and of whom it is about: what was answered for one is not said of another. A
// further one in the same text is told by whom it is about, since a laboratory's results
// have many titles.
func (s *scan) medical() {
	s.folded = fold(s.text)
	folded := s.folded
	first := titleOf(folded)
	about := aboutOf(folded)
	if !s.document(folded, 0, first, about) || first == nil {
		return
	}
	people := map[string]bool{}
	if about != nil {
		people[folded[about[0]:lineEnd(folded, about[1])]] = true
	}
	for at := first[1]; ; {
		title := titleOf(folded[at:])
		if title == nil {
			return
		}
		rest := folded[at+title[0]:]
		end := len(rest)
		if next := titleOf(rest[title[1]-title[0]:]); next != nil {
			end = title[1] - title[0] + next[0]
		}
		if about := aboutOf(rest[:end]); about != nil {
			if who := rest[about[0]:lineEnd(rest, about[1])]; !people[who] {
				people[who] = true
				s.document(rest[:end], at+title[0], []int{0, title[1] - title[0]}, about)
			}
		}
		at += title[1]
	}
}

// document notes that a stretch of the folded text, which begins at an offset, is a
// medical document, if it is one.
func (s *scan) document(folded string, offset int, title, about []int) bool {
	if title == nil && about == nil {
		return false
	}
	says := 0
	for _, one := range said {
		if one.MatchString(folded) {
			says++
		}
	}
	// Codes are capitals: they are looked for in the text itself.
	coded := about != nil && codeWords.MatchString(folded) && codes.MatchString(s.text)
	if coded {
		says++
	}
	place := title
	switch {
	case title != nil && (about != nil || says >= 2 || says == 1 && signed.MatchString(folded)):
	case about != nil && (says >= 2 || coded), says == 1 && births.MatchString(folded) && signed.MatchString(folded):
		place = about
	default:
		return false
	}
	from, to := place[0], place[0]
	if about != nil && max(about[0]-from, from-about[0]) < longestSpan {
		from, to = min(from, about[0]), max(to, about[0])
	}
	// The folded text is another one: the place is that of the lines.
	if s.lines == nil {
		s.lines, s.foldedLines = lineStarts(s.text), lineStarts(s.folded)
	}
	start, end := s.lineAt(offset+from), lineEnd(s.text, s.lineAt(offset+to))
	s.found = append(s.found, Finding{Kind: KindMedical, Start: start, End: end})
	return true
}

// longestSpan is how far a title and whom it is about may lie apart in one place, in bytes.
const longestSpan = 600

// lineEnd is where the line of an offset ends.
func lineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// lineStarts are the offsets of a text's lines.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// lineAt is where the line of the text begins in which an offset of the folded text is.
func (s *scan) lineAt(folded int) int {
	n, begins := slices.BinarySearch(s.foldedLines, folded)
	if !begins {
		n--
	}
	return s.lines[n]
}
