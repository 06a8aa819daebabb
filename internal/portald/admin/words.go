package admin

import (
	"fmt"
	"strings"
	"time"
)

// words are what the pages say in one language.
type words struct {
	Lang, Name, Other, OtherLang                               string
	Skip, Navigation, SignOut, SignedInAs, Times, SignIn       string
	Overview, Queue, Practices                                 string
	Requests, Today, Week, Unnumbered                          string
	Helpdesk, NoHelpdesk, WaitingOnes, RefusedOnes, OldestOne  string
	Asked, Never, AskFailed, Lacking, None, Files              string
	QueueCaption, NothingWaits, Number, Kind, Since            string
	Attempts, State, Reason, Action, Again                     string
	WillTry, WaitsNoMore                                       string
	PracticesCaption, NoPractices, Practice, LastRequest, Open string
	Pages, Previous, Next, Page                                string
	named                                                      map[string]string // kinds and states of items
	date, decimal                                              string
	units                                                      []string

	StaleTitle, StaleText, FailedTitle, FailedText, NotYouTitle, NotYouText string
	NoIssuerTitle, NoIssuerText, ForeignTitle, ForeignText                  string
	NoPageTitle, NoPageText, BrokenTitle, BrokenText, LeftTitle, LeftText   string
}

// message is a page in words.
type message struct {
	Title, Text string
	SignIn      bool
}

func stale(w words) message     { return message{w.StaleTitle, w.StaleText, true} }
func failed(w words) message    { return message{w.FailedTitle, w.FailedText, true} }
func notForYou(w words) message { return message{w.NotYouTitle, w.NotYouText, true} }
func noIssuer(w words) message  { return message{w.NoIssuerTitle, w.NoIssuerText, true} }
func foreign(w words) message   { return message{w.ForeignTitle, w.ForeignText, false} }
func noPage(w words) message    { return message{w.NoPageTitle, w.NoPageText, false} }
func broken(w words) message    { return message{w.BrokenTitle, w.BrokenText, false} }
func signedOut(w words) message { return message{w.LeftTitle, w.LeftText, true} }

var french = words{
	Lang: "fr", Name: "Portail : exploitation", Other: "English", OtherLang: "en",
	Skip: "Aller au contenu", Navigation: "Pages", SignOut: "Se déconnecter", SignedInAs: "Connecté :", Times: "Heures :", SignIn: "Se connecter",
	Overview: "Vue d’ensemble", Queue: "File d’attente", Practices: "Cabinets",
	Requests: "Demandes", Today: "Reçues aujourd’hui", Week: "Reçues en 7 jours", Unnumbered: "Incomplètes, sans numéro",
	Helpdesk: "Outil d’assistance", NoHelpdesk: "Aucun outil d’assistance n’est relié au portail.",
	WaitingOnes: "En attente de transmission", RefusedOnes: "Refusées", OldestOne: "Attente la plus ancienne",
	Asked: "Dernière lecture", Never: "jamais", AskFailed: "Échec de cette lecture", Lacking: "Absent de l’outil d’assistance au démarrage", None: "aucune", Files: "Pièces jointes conservées",
	QueueCaption: "Ce que l’outil d’assistance n’a pas encore reçu : refus d’abord, puis du plus ancien au plus récent", NothingWaits: "Rien n’attend : l’outil d’assistance a tout reçu.",
	Number: "Numéro", Kind: "Nature", Since: "Depuis", Attempts: "Essais", State: "État", Reason: "Motif du dernier échec", Action: "Action", Again: "Réessayer",
	WillTry: "Un nouvel essai est demandé.", WaitsNoMore: "Cet élément n’attend plus : il a été transmis ou effacé.",
	PracticesCaption: "Demandes numérotées, par cabinet", NoPractices: "Aucune demande n’a encore été reçue.", Practice: "Cabinet", LastRequest: "Dernière demande", Open: "Ouvertes",
	Pages: "Pages de la liste", Previous: "Page précédente", Next: "Page suivante", Page: "Page",
	named: map[string]string{
		"create": "demande", "reply": "réponse", "status": "changement d’état", "merge": "réunion de plusieurs tickets",
		string(Waiting): "en attente", string(Trying): "essai en cours ou d’issue inconnue", string(Refused): "refusée",
	},
	date: "02/01/2006 15:04", decimal: ",", units: []string{"octets", "ko", "Mo", "Go", "To"},

	StaleTitle: "Connexion à reprendre", StaleText: "Cette connexion a déjà eu lieu, a trop duré, ou a commencé dans un autre navigateur.",
	FailedTitle: "Connexion impossible", FailedText: "Le fournisseur d’identité n’a pas confirmé qui vous êtes. Le journal du portail en dit la cause.",
	NotYouTitle: "Cette page n’est pas pour vous", NotYouText: "Elle est réservée aux personnes qui exploitent le portail. Votre compte n’en fait pas partie.",
	NoIssuerTitle: "Connexion impossible pour le moment", NoIssuerText: "Le fournisseur d’identité ne répond pas. Le portail lui-même fonctionne.",
	ForeignTitle: "Action refusée", ForeignText: "Elle a été envoyée depuis un autre site.",
	NoPageTitle: "Page introuvable", NoPageText: "Il n’y a rien à cette adresse.",
	BrokenTitle: "Page indisponible", BrokenText: "La base de données du portail ne répond pas. Le journal en dit la cause.",
	LeftTitle: "Vous n’êtes pas connecté", LeftText: "Connectez-vous pour voir où en est le portail.",
}

var english = words{
	Lang: "en", Name: "Portal: operation", Other: "Français", OtherLang: "fr",
	Skip: "Skip to content", Navigation: "Pages", SignOut: "Sign out", SignedInAs: "Signed in:", Times: "Times:", SignIn: "Sign in",
	Overview: "Overview", Queue: "Queue", Practices: "Practices",
	Requests: "Requests", Today: "Received today", Week: "Received within 7 days", Unnumbered: "Incomplete, without a number",
	Helpdesk: "Help desk", NoHelpdesk: "There is no help desk behind the portal.",
	WaitingOnes: "Waiting to be forwarded", RefusedOnes: "Refused", OldestOne: "Oldest wait",
	Asked: "Last fetch", Never: "never", AskFailed: "That fetch failed", Lacking: "Not in the help desk at the start", None: "none", Files: "Files kept",
	QueueCaption: "What the help desk has not received yet: refusals first, then oldest first", NothingWaits: "Nothing waits: the help desk has received everything.",
	Number: "Number", Kind: "Kind", Since: "Since", Attempts: "Attempts", State: "State", Reason: "Reason of the last failure", Action: "Action", Again: "Try again",
	WillTry: "It will be tried again.", WaitsNoMore: "This does not wait any more: it was forwarded or erased.",
	PracticesCaption: "Numbered requests, by practice", NoPractices: "No request has been received yet.", Practice: "Practice", LastRequest: "Last request", Open: "Open",
	Pages: "Pages of the list", Previous: "Previous page", Next: "Next page", Page: "Page",
	named: map[string]string{
		"create": "request", "reply": "reply", "status": "change of state", "merge": "merging of several tickets",
		string(Waiting): "waiting", string(Trying): "being tried, or outcome unknown", string(Refused): "refused",
	},
	date: "2 Jan 2006 15:04", decimal: ".", units: []string{"bytes", "kB", "MB", "GB", "TB"},

	StaleTitle: "Please sign in again", StaleText: "This sign-in has taken place already, took too long, or was begun in another browser.",
	FailedTitle: "The sign-in did not work", FailedText: "The identity provider did not confirm who you are. The portal’s log tells why.",
	NotYouTitle: "This page is not for you", NotYouText: "It is for the people who run the portal. Your account is not among them.",
	NoIssuerTitle: "Signing in is not possible just now", NoIssuerText: "The identity provider does not answer. The portal itself works.",
	ForeignTitle: "Refused", ForeignText: "This was sent from another site.",
	NoPageTitle: "Page not found", NoPageText: "There is nothing at this address.",
	BrokenTitle: "Page not available", BrokenText: "The portal’s database does not answer. The log tells why.",
	LeftTitle: "You are not signed in", LeftText: "Sign in to see how the portal does.",
}

// Named says what an item is, or where it stands.
func (w words) Named(key any) string { return w.named[fmt.Sprint(key)] }

// Moment says a time in the server's zone.
func (w words) Moment(at time.Time) string { return at.Local().Format(w.date) }

// Zone names the server's zone.
func (w words) Zone() string { return time.Now().Format("MST, UTC-07:00") }

// Machine is a time as programs read it.
func (w words) Machine(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Size says a number of bytes.
func (w words) Size(n int64) string {
	value, i := float64(n), 0
	for value >= 1000 && i < len(w.units)-1 {
		value, i = value/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d\u00a0%s", n, w.units[0])
	}
	return strings.Replace(fmt.Sprintf("%.1f", value), ".", w.decimal, 1) + "\u00a0" + w.units[i]
}
