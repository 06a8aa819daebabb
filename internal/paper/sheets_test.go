package paper

import (
	"fmt"
	"strings"
	"time"
)

var paris = mustZone("Europe/Paris")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

var made = time.Date(2026, 11, 29, 9, 42, 17, 0, time.UTC)

const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// localSheet is a request that the portal has not answered.
func localSheet() Sheet {
	return Sheet{
		Lang: "fr", Title: "Facture FA-2026-0117 : montant contesté", Status: "En attente d’envoi", Priority: "Normale",
		Practice: "Cabinet médical des Tilleuls", Type: "Facture", Category: "Contestation", Author: "Anne Morel",
		Fields: []Field{
			{"Numéro de la facture", "FA-2026-0117"},
			{"Montant facturé", "1\u202f240,00\u00a0€"},
			{"Contrat", ""},
			{"Description", "Bonjour,\n\nla facture de novembre compte trois postes alors que nous n’en avons que deux depuis le 1er septembre. Pouvez-vous la corriger ? Le montant attendu est de 826,67 €.\n\nMerci d’avance « et bonne journée » !"},
		},
		Life: []Point{
			{"écrite", made.Add(-40 * time.Minute), true}, {"enregistrée", made.Add(-30 * time.Minute), true},
			{"partie", time.Time{}, false}, {"reçue", time.Time{}, false}, {"réponse", time.Time{}, false},
		},
		Files: []File{{"facture-novembre.pdf", 1_263_000, hash}, {"courrier signé.jpg", 845, strings.Repeat("0af3", 16)}},
		Made:  made, Zone: paris,
		Local: &Local{made.Add(-30 * time.Minute), "0199f3a2-7c1e-7d55-9a53-2b1f0c9d8e71"},
	}
}

// receivedSheet has twelve messages, one with a table, one pending.
func receivedSheet() Sheet {
	s := localSheet()
	s.Status, s.Local = "En cours", nil
	s.Receipt = &Receipt{"AS-2026-000012", made.Add(-20 * time.Hour)}
	for i := range s.Life {
		s.Life[i].Reached, s.Life[i].At = true, made.Add(time.Duration(i-30)*time.Hour)
	}
	say := func(texts ...string) (blocks []Block) {
		for _, text := range texts {
			blocks = append(blocks, Block{Text: text})
		}
		return blocks
	}
	table := []Block{
		{Text: "Voici ce que nous avons en compte :"},
		{Kind: HeadRow, Cells: []string{"Poste", "Utilisé par", "Depuis", "Montant"}},
		{Kind: Row, Cells: []string{"1", "Accueil", "3 janvier 2025", "413,33 €"}},
		{Kind: Row, Cells: []string{"2", "Secrétariat, au premier étage, avec le lecteur de cartes que vous avez demandé en mars", "14 mars 2025", "413,33 €"}},
		{Kind: Row, Cells: []string{"3", "Salle 2", "14 mars 2025", "413,34 €"}},
		{Kind: Heading, Text: "Ce qu’il nous faut"},
		{Kind: Item, Text: "le courrier par lequel le troisième poste a été résilié ; s’il est parti par la poste, la date suffit ;"},
		{Kind: Item, Text: "le nom de la personne qui l’a signé.", Depth: 1},
		{Kind: Item, Text: "Menu → Contrats → Postes", Marker: "1."},
		{Kind: Quote, Text: "« Trois postes alors que nous n’en avons que deux »"},
	}
	for i := range 12 {
		m := Message{Author: "Anne Morel", At: made.Add(time.Duration(i-13) * time.Hour), Blocks: say("Bonjour, avez-vous pu regarder ? Merci 👍")}
		switch {
		case i == 1:
			m = Message{Author: "Karim Benali", Support: true, At: m.At, Blocks: table, Files: []File{{"relevé des postes.pdf", 88_000, hash}}}
		case i%2 == 1:
			m.Author, m.Support = "Karim Benali", true
			m.Blocks = say("Bonjour Madame,", strings.Repeat("nous avons transmis votre demande au service de la facturation, qui revient vers vous dès que le contrat a été relu. ", i), "Bien à vous")
		case i == 10:
			m.At, m.Pending = time.Time{}, true
			m.Files = []File{{"résiliation.pdf", 240_118, hash}}
		}
		s.Messages = append(s.Messages, m)
	}
	return s
}

// english is a received request in English.
func english(s Sheet) Sheet {
	s.Lang, s.Title, s.Status, s.Practice = "en", "Invoice FA-2026-0117: amount disputed", "In progress", "Linden Practice"
	s.Type, s.Category, s.Priority = "Invoice", "Dispute", "Normal"
	s.Fields = []Field{{"Invoice number", "FA-2026-0117"}, {"Amount", "€1,240.00"}, {"Contract", ""}, {"Description", "The invoice counts three desks; we have had two since 1 September."}}
	for i, label := range []string{"written", "saved", "sent", "received", "answered"} {
		s.Life[i].Label = label
	}
	s.Messages = []Message{
		{Author: "Karim Benali", Support: true, At: made.Add(-time.Hour), Blocks: []Block{{Text: "Thank you, we are looking into it."}}},
		{Author: "Anne Morel", Pending: true, Blocks: []Block{{Text: "Thanks!"}}},
	}
	return s
}

// hardSheet has what breaks lines, pages and fonts.
func hardSheet() Sheet {
	s := receivedSheet()
	s.Title = strings.Repeat("Très long objet qui ne finit pas ", 30)
	s.Fields = append(s.Fields,
		Field{"Adresse", "https://portail.exemple.fr/" + strings.Repeat("chemin/", 60)},
		Field{"Mot", strings.Repeat("x", 3000)},
		Field{strings.Repeat("libellé ", 60), "court"},
		Field{"Écritures", "שלום עולם مرحبا بالعالم 你好，世界 こんにちは 🇫🇷 👩‍👩‍👧 é e\u0301 \u202Eabc\u202C \x00\x07 \xff\xfe ½ ﬁ µ Ω"},
	)
	s.Messages = nil
	for i := range 200 {
		s.Messages = append(s.Messages, Message{
			Author: fmt.Sprintf("Personne %d", i+1), Support: i%3 == 0, Pending: i > 197, At: made,
			Blocks: []Block{{Text: strings.Repeat(fmt.Sprintf("Phrase de la personne %d. ", i+1), 1+i%40)}},
		})
	}
	rows := []Block{{Kind: HeadRow, Cells: []string{"No", "Libellé", "😀"}}}
	for i := range 50 {
		rows = append(rows, Block{Kind: Row, Cells: []string{fmt.Sprint(i + 1), strings.Repeat(fmt.Sprintf("ligne %d ", i+1), 1+i%17), "oui"}})
	}
	rows = append(rows, Block{Kind: Row, Cells: []string{"fin", strings.Repeat("une cellule plus longue qu’une page ", 300)}})
	wide := Block{Kind: Row}
	for i := range 40 {
		wide.Cells = append(wide.Cells, fmt.Sprintf("colonne %d", i+1))
	}
	s.Messages[100].Blocks = rows
	s.Messages[101].Blocks = []Block{wide, {Kind: Row}, {Kind: Item, Depth: 90, Marker: strings.Repeat("9", 200), Text: ""}, {Kind: HeadRow, Cells: []string{""}}}
	return s
}
