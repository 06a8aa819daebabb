package corpus

// Texts between a practice and whoever sells it software. {…} is filled in, the same
// for the same word in a document; see fill.

var openings = []string{
	"Cabinet médical {V}\n{RUE}\n{V}",
	"SARL {SOC}\nService clients\n{RUE}, {V}",
	"Madame, Monsieur,",
	"Bonjour,",
	"Objet : {OBJ}\n\nMadame, Monsieur,",
	"FACTURE\n{SOC}\n{RUE} - {V}\nÀ l'attention du secrétariat",
	"BON DE COMMANDE\nClient : Cabinet {NOM}\nÉmis par {SOC}",
	"De : secrétariat du cabinet {NOM}\nÀ : assistance {SOC}\nObjet : {OBJ}",
	"COMPTE RENDU D'INTERVENTION\nTechnicien : {PRE} {NOM}\nSite : {V}",
	"Procès-verbal de recette du logiciel\nPrésents : {PRE} {NOM} ({SOC}), le secrétariat",
}

var objects = []string{
	"facture contestée", "commande de terminaux", "résiliation du contrat", "mise à jour du logiciel", "reprise des données",
	"double prélèvement", "lecteur de carte en panne", "changement d'adresse", "formation de l'accueil", "relance amiable",
}

// sentences of letters, orders and invoices.
var sentences = []string{
	"Nous avons bien reçu votre facture du mois de {MOIS} et nous en contestons le montant.",
	"La ligne « maintenance annuelle » apparaît deux fois alors qu'un seul poste est équipé.",
	"Merci de nous adresser un avoir et une facture rectifiée avant la fin du mois.",
	"Le règlement sera effectué à trente jours fin de mois, par virement.",
	"Veuillez trouver ci-joint le bon de commande signé pour deux lecteurs de carte et une imprimante.",
	"Conformément à l'article 9 des conditions générales, nous vous notifions la résiliation du contrat à son échéance.",
	"Le préavis de trois mois court à compter de la réception de la présente lettre recommandée.",
	"Depuis la mise à jour de {MOIS}, la télétransmission s'arrête au premier lot de la journée.",
	"Le poste de l'accueil affiche un message d'erreur au lancement, puis le logiciel se ferme.",
	"Votre technicien est passé le matin et a remplacé le câble du lecteur.",
	"Pouvez-vous nous confirmer la date d'installation et la durée de la formation ?",
	"Nous restons dans l'attente de votre retour et vous prions d'agréer nos salutations distinguées.",
	"Pénalités de retard : trois fois le taux d'intérêt légal. Indemnité forfaitaire pour frais de recouvrement : 40 €.",
	"Escompte pour paiement anticipé : néant. TVA acquittée sur les débits.",
	"Le dossier a été transmis à notre service comptable, qui vous répondra sous huitaine.",
	"L'abonnement comprend les mises à jour réglementaires et l'assistance de 8 h à 19 h.",
	"La sauvegarde de la nuit n'a pas abouti : espace insuffisant sur le disque du serveur.",
	"Notre secrétaire {PRE} {NOM} reste votre interlocutrice pour cette commande.",
	"Le devis est valable deux mois ; au-delà, les prix du catalogue s'appliquent.",
	"Tout élément livré reste la propriété du vendeur jusqu'au paiement complet.",
	"Nous vous rappelons que le prélèvement intervient le 5 de chaque mois.",
	"Ce message est envoyé automatiquement, merci de ne pas y répondre.",
	"La migration vers la nouvelle version est prévue un mercredi après-midi, cabinet fermé.",
	"Le matériel sous garantie doit être retourné dans son emballage d'origine.",
}

// about are sentences of software that speak of what is medical, and are not.
var about = []string{
	"L’ordonnance ne s’imprime pas : la page sort blanche depuis le changement d'imprimante.",
	"Facture du module laboratoire : 12 mois de maintenance et la réception des résultats de biologie.",
	"Le modèle de compte rendu ne reprend plus l'en-tête du cabinet.",
	"À l'ouverture d'un arrêt de travail, le logiciel demande le mot de passe de la carte CPS.",
	"Les feuilles de soins électroniques partent en double dans le lot du soir.",
	"Le tableau des codes CCAM n'est plus à jour depuis la version de {MOIS}.",
	"La recherche par code CIM-10 renvoie une liste vide.",
	"Nous souhaitons ajouter l'option « prescription » sur le troisième poste.",
	"La date de naissance n'apparaît pas dans la liste des patients imprimée à l'accueil.",
	"Quand on saisit la posologie, le curseur saute à la ligne suivante.",
	"Formation : rédiger un compte rendu, envoyer une ordonnance, classer un résultat de laboratoire.",
	"Le scanner de bureau ne numérise plus les courriers des confrères.",
	"Le connecteur du laboratoire d'analyses sera facturé à part à compter de janvier.",
	"Merci de retirer la mention « médecin traitant » de l'en-tête des factures.",
	"Le volet « antécédents » se referme tout seul pendant la consultation.",
	"L'alerte sur les allergies s'affiche deux fois, captures d'écran à votre disposition.",
	"Le lot de feuilles de soins a été rejeté par la caisse : motif « norme périmée ».",
	"Module vaccination : 180 € HT par an et par praticien.",
	"Rapport d'intervention : remplacement du lecteur, test d'impression d'une ordonnance vierge, test de télétransmission.",
	"Cahier des charges : le compte rendu d'hospitalisation doit être reçu par messagerie sécurisée.",
	"Commande de papier à en-tête « Ordonnance » : 10 ramettes A5, 5 blocs d'arrêts de travail.",
	"Le bouton « Imprimer l'ordonnance » est grisé pour les remplaçants.",
}

// frame is what a planted number stands in.
var frames = map[string][]string{
	"nir": {
		"Numéro de sécurité sociale : %s", "N° SS %s", "NIR : %s", "NIR %s", "Assurée {CIV} {NOM}, immatriculée sous le numéro %s, caisse de {V}.",
		"La patiente nous a donné le %s par téléphone.", "Exemple du dossier qui se bloque chez nous : %s, merci de regarder.",
		"%s", "{NOM} {PRE} %s", "Le lot est rejeté pour l'assuré %s.", "n° d'assuré social %s", "Immatriculation : %s", "numéro sécu %s (carte Vitale périmée)",
		"Voici le numéro qui ne passe pas : %s", "Bénéficiaire %s, droits ouverts jusqu'en décembre.",
	},
	"ins": {
		"Matricule INS : %s", "INS %s", "Identité nationale de santé (INS) : %s", "INS-NIR : %s", "Identifiant national de santé %s",
		"Le téléservice INSi renvoie « INS %s » pour {NOM} {PRE}.", "INS qualifiée : %s",
	},
	"iban": {
		"IBAN : %s", "IBAN %s", "Merci de virer la somme sur le compte %s avant le 15.", "Nos coordonnées bancaires changent : %s.", "%s",
		"Domiciliation : {BANQUE}, IBAN %s", "compte à débiter %s", "Règlement par virement : %s, en rappelant le numéro de facture.", "RIB du cabinet : %s",
	},
	"card": {
		"Carte bancaire : %s, expire fin 09/28.", "CB %s", "Le paiement par carte %s a été débité deux fois.", "N° de carte : %s", "%s",
		"Carte professionnelle du cabinet %s", "payé par carte %s le {DATE}", "Visa/Mastercard %s",
	},
}

// column is what stands over a planted number in a table.
var columns = map[string][]string{
	"nir":  {"N° SS", "NIR", "N° sécurité sociale", "Immatriculation", "Assuré", "Numéro"},
	"ins":  {"INS", "Matricule INS"},
	"iban": {"IBAN", "Compte", "Coordonnées bancaires", "N° de compte"},
	"card": {"Carte", "N° de carte", "CB"},
}

var (
	towns    = []string{"69003 Lyon", "35000 Rennes", "44000 Nantes", "13006 Marseille", "97400 Saint-Denis", "20000 Ajaccio", "59000 Lille", "67000 Strasbourg", "31000 Toulouse", "87000 Limoges"}
	streets  = []string{"12 rue des Tilleuls", "4 bis avenue du Parc", "27 place de la Mairie", "118 boulevard Carnot", "3 chemin du Moulin", "56 rue Pasteur"}
	families = []string{"Martin", "Lefèvre", "Garnier", "Moreau", "Le Goff", "Benali", "Dos Santos", "Nguyen", "Colonna", "Hoarau", "Schmitt", "d'Almeida", "Roux-Perrin", "Fabre", "Kowalski"}
	given    = []string{"Claire", "Denis", "Amélie", "Yann", "Fatima", "Jean-Luc", "Zoé", "Hugo", "Maëlle", "Paul", "Inès", "Bernard"}
	firms    = []string{"Logimed Ouest", "Santésoft", "Médiagestion", "Cabinet Facile", "Datacare Services", "Éditions du Sillon"}
	banks    = []string{"Crédit du Littoral", "Banque des Alpes", "Caisse de l'Ouest"}
)
