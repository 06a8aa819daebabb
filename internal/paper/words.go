package paper

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	nb   = "\u00a0" // no-break space
	thin = "\u202f" // narrow no-break space: before ; : ! ? » and after «
)

// words are the paper's own, in one language. "%s" takes what its name says.
type words struct {
	code                           string // of the language, for readers of PDF
	request, local                 string
	sentUnder, receivedAt          string
	savedAt, savedHere, proof, id  string
	status, priority, practice     string
	kind, category, author         string
	noTitle, noAnswer              string
	life, notYet                   string
	details, files, talk, noTalk   string
	support, ours, pending         string
	foot, page, lost, oneLost, sum string
	moment                         func(time.Time) string
	size                           func(int64) string
}

var vocabulary = map[string]*words{
	"fr": {
		code:       "fr-FR",
		request:    "Demande",
		local:      "Accusé d’enregistrement local",
		sentUnder:  "Transmise sous le n°" + nb + "%s",
		receivedAt: "Reçue par le portail le %s.",
		savedAt:    "Enregistrée sur ce poste le %s,\nsans accusé de réception du portail.",
		savedHere:  "Enregistrée sur ce poste, sans accusé de réception du portail.",
		proof:      "Ce document ne prouve pas que la demande est arrivée.",
		id:         "Identifiant sur ce poste" + thin + ": %s",
		status:     "Statut", priority: "Priorité", practice: "Cabinet",
		kind: "Type", category: "Catégorie", author: "Rédigée par",
		noTitle: "Sans objet", noAnswer: "Sans réponse",
		life: "Où en est la demande", notYet: "pas encore",
		details: "La demande", files: "Fichiers joints", talk: "Échanges", noTalk: "Aucun message.",
		support: "Assistance", ours: "Cabinet", pending: "pas encore envoyée",
		foot: "Établi le %s", page: "page %d sur %d",
		lost:    "□" + thin + ": %d caractères que la police de ce document ne contient pas. Ils restent dans le texte que l’on copie.",
		oneLost: "□" + thin + ": un caractère que la police de ce document ne contient pas. Il reste dans le texte que l’on copie.",
		sum:     "Empreinte SHA-256" + thin + ": ",
		moment:  frenchMoment,
		size:    frenchSize,
	},
	"en": {
		code:       "en-GB",
		request:    "Request",
		local:      "Local acknowledgement",
		sentUnder:  "Sent under no." + nb + "%s",
		receivedAt: "Received by the portal on %s.",
		savedAt:    "Saved on this computer on %s,\nwithout a receipt of the portal.",
		savedHere:  "Saved on this computer, without a receipt of the portal.",
		proof:      "This document does not prove that the request has arrived.",
		id:         "Identifier on this computer: %s",
		status:     "Status", priority: "Priority", practice: "Practice",
		kind: "Type", category: "Category", author: "Written by",
		noTitle: "No subject", noAnswer: "No answer",
		life: "Where the request is", notYet: "not yet",
		details: "The request", files: "Attached files", talk: "Conversation", noTalk: "No messages.",
		support: "Support", ours: "Practice", pending: "not sent yet",
		foot: "Made on %s", page: "page %d of %d",
		lost:    "□: %d characters that the font of this document does not have. They stay in the text that is copied.",
		oneLost: "□: one character that the font of this document does not have. It stays in the text that is copied.",
		sum:     "SHA-256: ",
		moment:  englishMoment,
		size:    englishSize,
	},
}

var frenchMonths = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// frenchMoment says « 29 novembre 2026 à 10 h 42 ».
func frenchMoment(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	clock := fmt.Sprintf("%d"+nb+"h"+nb+"%02d", t.Hour(), t.Minute())
	return day + nb + frenchMonths[t.Month()-1] + " " + strconv.Itoa(t.Year()) + " à" + nb + clock
}

// englishMoment says "29 November 2026 at 10:42".
func englishMoment(t time.Time) string {
	return t.Format("2" + nb + "January 2006 at" + nb + "15:04")
}

// frenchSize says « 1,2 Mo », in units of 1024 as the window does.
func frenchSize(n int64) string {
	figure, unit := size(n, [...]string{"octets", "ko", "Mo", "Go"})
	if n < 2 {
		unit = "octet"
	}
	return strings.Replace(figure, ".", ",", 1) + nb + unit
}

func englishSize(n int64) string {
	figure, unit := size(n, [...]string{"bytes", "KB", "MB", "GB"})
	if n == 1 {
		unit = "byte"
	}
	return figure + nb + unit
}

func size(bytes int64, units [4]string) (figure, unit string) {
	n, i := float64(bytes), 0
	for n >= 1024 && i < len(units)-1 {
		n /= 1024
		i++
	}
	digits := 0
	if i > 1 && n < 100 {
		digits = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(n, 'f', digits, 64), ".0"), units[i]
}
