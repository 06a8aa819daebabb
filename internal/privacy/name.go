package privacy

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A file's name is no text: nothing else stands there that would tell a medical document,
// and whoever named it has said what it is. So a title alone tells one, unless other words
// say that it is an office's paper, or a picture of a fault, which speaks of one.

// ScanName looks through a file's name: for what Scan finds, and for a medical document by
// what it is called. The place of that is the whole name.
func ScanName(name string) []Finding {
	found := Scan(name)
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == KindMedical }) && namesMedical(name) {
		found = slices.Insert(found, 0, Finding{Kind: KindMedical, End: len(name)})
	}
	return found
}

// medicalNames are what such documents are called, in nameWords.
var medicalNames = regexp.MustCompile(`\b(?:ordo(?:n{1,2}ances?)?|prescriptions?|` +
	`arrets? (?:de )?(?:travail|maladie)|arret initial|certif(?:icats?)? medica(?:l|ux)|feuilles? de soins?|protocoles? de soins|entente prealable|bons? de transport|` +
	`(?:cr|comptes? rendus?|resume) (?:d |de |du |des )?(?:la |l )?(?:` + exams + `|consult\w*|cardio\w*|dermato\w*|gyneco\w*|neuro\w*|ophtalmo\w*|pneumo\w*|rhumato\w*|urolog\w*|psy\w*|orl|kine\w*|hospi\w*|operat\w*|chirurg\w*|urgences?|sortie|passage aux urgences|medica(?:l|ux))|crh|` +
	`resultats? (?:d |de |du |des )?(?:la |l )?(?:` + exams + `|labo|laboratoire|sang|sanguins?)|analyses? (?:de sang|d urines?|sanguines?|urinaires?|medicales?|biolog\w*)|prises? de sang|` +
	`bilans? (?:sanguins?|biolog\w*|lipidique|hepatique|renal|thyroidien|medica(?:l|ux)|de sante|orthophonique|pre ?operatoire)|` +
	`irm|ecbu|ecg|serologies?|antibiogramme|hemostase|mammo(?:graphie)?|(?:echo|radio|scinti)graphies?|coloscopie|fibroscopie|electrocardiogramme|` +
	`(?:scanner|radio|echo) (?:d |de |du |des )?(?:la |l )?(?:thora\w*|abdom\w*|cereb\w*|pelvi\w*|lombaire|cervical\w*|rachis|dos|genou|epaule|hanche|cheville|poignet|main|pied|poumons?|crane|coeur|sinus)|` +
	`dossiers? medica(?:l|ux)|carnets? de (?:sante|vaccination)|lettres? de (?:liaison|sortie)|fiches? de liaison|courriers? (?:de sortie|(?:au )?medecin traitant))\b`)

// exams are what is examined, and how.
const exams = `analyses?|biolog\w*|bio|examens?|irm|scanner|tdm|radio\w*|echo\w*|imagerie|mammo\w*|scinti\w*|anapath\w*|anatomo\w*|coloscopie|endoscopie|fibroscopie|serolog\w*|ecbu|prise de sang`

// Those that are medical beside a person, or only beside a birth date.
var (
	personNames = regexp.MustCompile(`\b(?:cr|comptes? rendus?)\b`)
	birthNames  = regexp.MustCompile(`\bdossier\b`)
)

// Whom a name is about: a person in any case, or one who need not be a patient.
var (
	namesBirth   = regexp.MustCompile(`\bnee? (?:le )?\d|\bne e le\b|\bddn\b`)
	namesPatient = regexp.MustCompile(`\bpatiente? ([a-z]+)`)
	namesPerson  = regexp.MustCompile(`\b(?:m|mr|mme|mlle|melle|monsieur|madame|enfant) [a-z]+`)
)

// Words that make a name one of an office's paper, of a fault of the software, or of law.
var (
	officeNames = regexp.MustCompile(`\b(?:factur\w*|avoir|avenant|devis|commandes?|contrats?|conditions|abonnements?|licences?|tarifs?|prix|offres?|propositions?|relances?|reglements?|paiements?|prelevements?|` +
		`resiliations?|livraisons?|maintenance|modules?|logiciels?|reunions?|comites?|conseil|assemblee|ag|entretiens?|formations?|projets?|recette|audit|visites?|appels?|materiel|colis|web|software|interventions?|installations?|techniciens?|techniques?|` +
		`loi|decret|tribunal|juge|refere|injonction|rgpd|delais?|quinquennale|biennale|creances?)\b|\bordonnances? (?:n )?(?:19|20)\d\d \d{3,4}\b`)
	faultNames = regexp.MustCompile(`\b(?:erreurs?|bugs?|captures?|ecrans?|impr\w*|bloque\w*|pannes?|rejets?|rejete\w*|lots?|tests?|essais?|modeles?|vierges?|exemples?|types?|logos?|screenshots?|problemes?|pb|anomalies?|incidents?|tickets?|parametr\w*|notices?|guides?|manuel|aide|mode d emploi|mise a jour|` +
		`migrations?|numeriques?|electroniques?|dematerialise\w*|informatise\w*|telet\w*|papier|en ?tetes?|lecteurs?|appareils?|e (?:prescriptions?|ordonnances?)|ordonnanciers?|journal|messages?|securisees?)\b`)
)

// namesMedical tells whether a file is called as a medical document.
func namesMedical(name string) bool {
	words := nameWords(name)
	born, patient := namesBirth.MatchString(words), namesPatient.FindStringSubmatch(words)
	about := born || patient != nil && !faultNames.MatchString(patient[1])
	person := about || namesPerson.MatchString(words)
	if !medicalNames.MatchString(words) && !(person && personNames.MatchString(words)) && !(born && birthNames.MatchString(words)) {
		return false
	}
	return about || !officeNames.MatchString(words) && (person || !faultNames.MatchString(words))
}

// nameWords are the words of a file's name without its ending, folded, with one blank
// between two: whatever else separates them there, a capital too.
func nameWords(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= longestEnding && !strings.ContainsRune(name[i:], ' ') {
		name = name[:i]
	}
	var b strings.Builder
	last := ' '
	for _, c := range name {
		if unicode.IsLower(last) && unicode.IsUpper(c) || unicode.IsLetter(last) && unicode.IsDigit(c) || unicode.IsDigit(last) && unicode.IsLetter(c) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
		last = c
	}
	blank := func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return ' '
	}
	words := strings.Join(strings.Fields(strings.Map(blank, fold(b.String()))), " ")
	return strings.ReplaceAll(words, "intervention chirurg", "operation chirurg") // any other is a technician's
}

// longestEnding is how long the ending of a name is with its dot, in bytes.
const longestEnding = 6
