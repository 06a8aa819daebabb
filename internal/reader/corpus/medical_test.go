package corpus

// What a practice must not send to a software vendor: six kinds of papers, each laid
// out as different programs and hands do. {…} is filled in as in the other texts.
var papers = map[string][]string{
	"prescription": {
		"Docteur {DR}\nMédecine générale\n{RUE}\n{V}\nRPPS {RPPS}\n\nLe {DATE}\n\n{CIV} {NOM} {PRE}, née le {NE}\n\nAMOXICILLINE 1 g, comprimé : 1 comprimé matin et soir pendant 6 jours\nPARACETAMOL 1 g : 1 comprimé en cas de douleur, maximum 3 par jour\n\nQSP 6 jours, non renouvelable",
		"ORDONNANCE\n\nDr {DR} - {V}\nPatient : {NOM} {PRE} ({AGE} ans)\nDate : {DATE}\n\n- Metformine 850 mg, 1 cp midi et soir, 3 mois\n- Ramipril 5 mg, 1 cp le matin, 3 mois\nÀ renouveler 2 fois",
		"Ordonnance bizone\nPrescriptions relatives au traitement de l'affection de longue durée reconnue\nNom : {NOM}   Prénom : {PRE}   Né(e) le {NE}\nBISOPROLOL 2,5 mg : 1 comprimé le matin\nATORVASTATINE 20 mg : 1 comprimé le soir\nPrescriptions sans rapport avec l'affection de longue durée\nDOLIPRANE 500 mg si besoin\nDr {DR}, {DATE}",
		"{V}, le {DATE}\n{CIV} {PRE} {NOM} - né le {NE}\nFaire pratiquer par une infirmière à domicile, dimanches et jours fériés compris :\npansement de la jambe droite un jour sur deux pendant trois semaines,\ninjection sous-cutanée d'énoxaparine 4000 UI une fois par jour pendant 10 jours.\nDr {DR}",
		"Prescription du {DATE}\nPatiente {CIV} {NOM}, {AGE} ans, 62 kg\nRx\n1) Lévothyrox 75 µg - 1 cp à jeun - 90 jours\n2) Uvédose 100 000 UI - 1 ampoule par trimestre\nSubstitution possible\nSignature : Docteur {DR}, N° RPPS {RPPS}",
		"Cabinet du Dr {DR}\nOrdonnance de kinésithérapie\nPour {NOM} {PRE}, née le {NE}\nDouze séances de rééducation de l'épaule gauche, tendinopathie de la coiffe.\nDate {DATE}",
	},
	"report": {
		"COMPTE RENDU DE CONSULTATION\nPatient : {NOM} {PRE}, né le {NE}\nMotif : douleurs thoraciques à l'effort depuis deux mois.\nAntécédents : hypertension artérielle, tabagisme sevré.\nExamen clinique : TA 148/92, pouls 76, auscultation sans particularité.\nConclusion : épreuve d'effort demandée.\nDr {DR}, {DATE}",
		"Centre hospitalier de {V}\nService de chirurgie\nCompte rendu d'hospitalisation\n{CIV} {NOM} {PRE}, {AGE} ans, hospitalisée du {DATE} au {DATE2}\nMotif d'entrée : cholécystite aiguë lithiasique.\nÉvolution : suites simples, apyrexie, reprise du transit.\nTraitement de sortie : paracétamol, phloroglucinol.",
		"Imagerie {V}\nIRM du genou droit\nPatient {NOM} {PRE} né le {NE}\nIndication : gonalgie mécanique.\nTechnique : séquences T1 et T2 dans les trois plans.\nRésultats : fissure horizontale de la corne postérieure du ménisque interne, épanchement minime.\nConclusion : lésion méniscale de grade 3.\nDr {DR}",
		"Compte-rendu opératoire\nDate de l'intervention : {DATE}\nOpéré : {CIV} {NOM} {PRE} (DDN {NE})\nDiagnostic : hernie inguinale droite\nAnesthésie générale, incision inguinale, cure par prothèse, fermeture plan par plan.\nOpérateur Dr {DR}",
		"Échographie abdominale du {DATE}\nNom {NOM} Prénom {PRE} Sexe F Date de naissance {NE}\nFoie de taille normale, homogène. Vésicule alithiasique. Reins sans dilatation.\nAu total : examen sans anomalie décelable.\nDr {DR}",
		"Cher confrère,\nj'ai vu ce jour votre patiente {CIV} {NOM} {PRE}, née le {NE}, pour le suivi de son diabète de type 2.\nÀ l'examen, poids 81 kg, tension 135/80, pieds sans lésion. HbA1c à 7,4 %.\nJe propose de poursuivre la metformine et de revoir la patiente dans quatre mois.\nBien confraternellement, Dr {DR}",
	},
	"laboratory": {
		"Laboratoire de biologie médicale {V}\nPatient : {NOM} {PRE}   Né(e) le : {NE}   Dossier {DOS}\nPrélèvement du {DATE} à 8 h 15\n\nHÉMATOLOGIE\nLeucocytes 7,2 G/L (4,0 - 10,0)\nHémoglobine 13,1 g/dL (12,0 - 16,0)\nPlaquettes 251 G/L (150 - 400)\nBIOCHIMIE\nGlycémie à jeun 1,18 g/L (0,70 - 1,10)\nCréatinine 78 µmol/L (50 - 90)",
		"Résultats d'analyses du {DATE}\n{CIV} {NOM} {PRE}, {AGE} ans\nTSH ultrasensible : 6,42 mUI/L   valeurs de référence 0,27 - 4,20\nT4 libre : 11,8 pmol/L   12,0 - 22,0\nPrescripteur : Dr {DR}",
		"LBM du Parc, {V}\nCompte rendu d'examens de biologie médicale validé par {DR}\nNom : {NOM} / {PRE} / {NE}\nECBU\nLeucocyturie 250 000 /mL\nCulture : Escherichia coli 10^6 UFC/mL\nAntibiogramme : amoxicilline R, fosfomycine S, nitrofurantoïne S",
		"Bilan lipidique - {NOM} {PRE} ({NE})\nCholestérol total 2,41 g/L\nHDL 0,46 g/L\nLDL 1,62 g/L (objectif < 1,00)\nTriglycérides 1,64 g/L\nPrélevé le {DATE}, édité par le laboratoire de {V}",
		"Sérologie\nPatiente {NOM} {PRE} née le {NE}, demande {DOS} du {DATE}\nAg HBs : négatif\nAc anti-HCV : négatif\nVIH 1+2 (Ag p24 et Ac) : négatif\nToxoplasmose IgG : 34 UI/mL, IgM : absence\nBiologiste médical : Dr {DR}",
		"Hémostase {DATE}\n{PRE} {NOM} né {NE}\nINR 2,8 (zone thérapeutique 2,0 - 3,0)\nTP 31 %\nD-dimères 410 ng/mL\nTraitement déclaré : fluindione",
	},
	"sick leave": {
		"AVIS D'ARRÊT DE TRAVAIL\nL'assuré(e) : {NOM} {PRE}, né(e) le {NE}\nJe, soussigné, certifie que l'état de santé du patient nécessite un arrêt de travail jusqu'au {DATE2} inclus.\nÉléments d'ordre médical : lombalgie aiguë\nSorties autorisées de 9 h à 11 h et de 14 h à 16 h\nDr {DR}, le {DATE}",
		"Volet 1, à adresser au service médical\nArrêt initial [x]   Prolongation [ ]\n{CIV} {NOM} {PRE}   {NE}\nMotif médical : syndrome anxio-dépressif réactionnel\nDu {DATE} au {DATE2}\nPraticien {DR} RPPS {RPPS}",
		"Certificat médical\nJe soussigné Docteur {DR} certifie avoir examiné ce jour {CIV} {PRE} {NOM}, née le {NE}, et avoir constaté une entorse de la cheville gauche.\nSon état justifie un arrêt de travail de dix jours.\nFait à {V}, le {DATE}",
		"Certificat médical initial - accident du travail du {DATE}\nVictime : {NOM} {PRE}, {AGE} ans\nConstatations : plaie de la main droite, section tendineuse, impotence fonctionnelle.\nArrêt de travail prescrit jusqu'au {DATE2}, soins jusqu'au {DATE2}.\nDr {DR}",
		"Prolongation d'arrêt de travail\nNom du patient {NOM} {PRE}, date de naissance {NE}\nProlongé jusqu'au {DATE2} en rapport avec une affection de longue durée : oui\nDiagnostic : sciatique L5 droite hyperalgique\nLe médecin traitant, Dr {DR}",
		"{V}, le {DATE}\nJe certifie que l'état de santé de {NOM} {PRE} (né le {NE}) lui interdit toute activité professionnelle pour 15 jours : grippe compliquée de pneumopathie.\nDocteur {DR}",
	},
	"care sheet": {
		"FEUILLE DE SOINS\nPersonne recevant les soins : {NOM} {PRE}, née le {NE}\nNuméro d'immatriculation de l'assuré(e) : {NIR}\nActes effectués\n{DATE}  G   26,50 €\n{DATE}  DEQP003   14,26 €\nMontant total 40,76 €\nMédecin {DR}, RPPS {RPPS}",
		"Feuille de soins médecin - duplicata\nBénéficiaire : {CIV} {NOM} {PRE}\nDate de naissance : {NE}\nMaladie, soins en rapport avec une ALD : oui\nActe {DATE} C 2 + MCG, dépassement néant\nSignature de l'assuré",
		"feuille de soins auxiliaire médical\npatient {NOM} {PRE} {NE}\nprescription du {DATE} par Dr {DR}\nAMI 4 + IFD, pansement lourd, le {DATE}\nAMI 1, injection, le {DATE2}",
		"Bordereau de facturation\nAssuré {NOM} {PRE} né le {NE} NIR {NIR}\nSéance du {DATE} : AMK 7,5 rééducation du rachis lombaire, 12 séances\nPathologie : lombosciatique\nPart obligatoire 9,68 € Part complémentaire 6,45 €",
		"Soins dentaires - feuille de soins\n{CIV} {NOM} {PRE} ({NE})\nDent 36 : HBMD038 restauration deux faces, {DATE}\nDent 11 : HBLD634 couronne céramique, {DATE2}\nChirurgien-dentiste {DR}",
		"Feuille d'accident du travail\nVictime {NOM} {PRE}, née le {NE}, n° {NIR}\nNature des lésions : contusion du poignet droit\nActes : radiographie MDQK001 le {DATE}, consultation G le {DATE2}\nDr {DR}",
	},
	"letter with codes": {
		"Cher confrère,\nJe vous adresse {CIV} {NOM} {PRE}, née le {NE}, pour avis.\nDiagnostic principal : I48.0 fibrillation auriculaire. Diagnostics associés : E11.9, I10.\nActe prévu : DEQP003.\nBien cordialement, Dr {DR}",
		"Fiche de liaison\nPatient {NOM} {PRE} DDN {NE}\nDP : K80.0 - DAS : E66.0, F17.2\nCCAM : HMFC004 le {DATE}\nRetour à domicile prévu le {DATE2}",
		"Demande d'entente préalable\n{NOM} {PRE}, {NE}\nCode CIM-10 : M54.5\nActe CCAM : LFMP001\nMédecin prescripteur {DR}, le {DATE}",
		"Protocole de soins ALD\nNom {NOM}, prénom {PRE}, né(e) le {NE}\nALD 8 - diabète de type 2 (E11.9), rétinopathie débutante (H36.0)\nTraitement : metformine, suivi ophtalmologique annuel (BGQP002)\nMédecin traitant {DR}",
		"Résumé de sortie\nIdentité : {PRE} {NOM} née {NE}\nEntrée {DATE} sortie {DATE2}\nDiagnostic J18.9 pneumopathie, J44.1 BPCO en exacerbation\nActes : GLQP002, ZBQK002\nDr {DR}",
		"Courrier au médecin traitant\nVotre patient {CIV} {NOM} {PRE} ({AGE} ans, né le {NE}) a été vu en consultation de psychiatrie : épisode dépressif moyen (F32.1), insomnie (G47.0).\nTraitement : sertraline 50 mg. Revoir le {DATE2}.\nDr {DR}",
	},
}
