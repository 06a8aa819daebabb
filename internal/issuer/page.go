package issuer

import (
	"bytes"
	"cmp"
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/text/language"
)

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Parse(pageHTML))

// wording is what a page says in one language.
type wording struct {
	Title, Text string
}

// sentences is a page in French and English.
type sentences struct{ fr, en wording }

var (
	choose = sentences{
		wording{"Qui êtes-vous ?", "Connexion de démonstration : choisissez une personne, aucun mot de passe n’est demandé."},
		wording{"Who are you?", "Demonstration sign-in: choose a person, no password is asked."},
	}
	stale = sentences{
		wording{"Cette page n’est plus valable", "La connexion a déjà eu lieu, ou la page est restée ouverte trop longtemps. Revenez à Guichet et connectez-vous à nouveau."},
		wording{"This page is no longer valid", "The sign-in has taken place already, or the page stayed open for too long. Go back to Guichet and sign in again."},
	}
	foreign = sentences{
		wording{"Connexion refusée", "Cette demande vient d’un autre site. Revenez à Guichet et connectez-vous à nouveau."},
		wording{"Sign-in refused", "This call comes from another site. Go back to Guichet and sign in again."},
	}
	badClient = sentences{
		wording{"Application inconnue", "L’application qui demande la connexion n’est pas enregistrée ici, ou pas à cette adresse. Personne n’a été connecté."},
		wording{"Unknown application", "The application that asks for the sign-in is not registered here, or not at that address. Nobody was signed in."},
	}
	badCall = sentences{
		wording{"Demande incomprise", "Cette demande de connexion n’a pas pu être lue. Revenez à Guichet et connectez-vous à nouveau."},
		wording{"Call not understood", "This sign-in call could not be read. Go back to Guichet and sign in again."},
	}
	noPage = sentences{
		wording{"Page introuvable", "Il n’y a rien à cette adresse. Revenez à Guichet."},
		wording{"Page not found", "There is nothing at this address. Go back to Guichet."},
	}
)

var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// english tells which of the two languages a page is in: the one in which the desk asked
// (ui_locales), or else the one that the browser prefers.
func english(r *http.Request, asked []language.Tag) bool {
	if _, i, sure := languages.Match(asked...); len(asked) > 0 && sure != language.No {
		return i == 1
	}
	_, i := language.MatchStrings(languages, r.Header.Get("Accept-Language"))
	return i == 1
}

// askedIn are the languages in which a call to authorize asks.
func askedIn(r *http.Request) []language.Tag {
	var asked oidc.Locales
	_ = asked.UnmarshalText([]byte(r.FormValue("ui_locales"))) // what cannot be read is not asked
	return asked
}

// view is what the page's template shows.
type view struct {
	wording
	Lang, Cancel, Action, ID, Nonce string
	First                           string // id of the person that has the focus
	People                          []Person
	asked                           []language.Tag
}

// tell is a page in words.
func (i *Issuer) tell(w http.ResponseWriter, r *http.Request, status int, what sentences) {
	i.show(w, r, status, what, view{asked: askedIn(r)}, "'none'")
}

// ask is the page that asks who it is. The person whom the desk expects comes
// first.
func (i *Issuer) ask(w http.ResponseWriter, r *http.Request, p *pending) {
	people := slices.DeleteFunc(slices.Clone(i.cfg.People), func(one Person) bool { return !one.offeredTo(p.ClientID) })
	slices.SortStableFunc(people, func(a, b Person) int {
		switch p.LoginHint {
		case a.ID:
			return -1
		case b.ID:
			return 1
		}
		if first := cmp.Compare(b.Client, a.Client); first != 0 { // who is for this client alone is who is meant
			return first
		}
		return 0
	})
	v := view{Action: i.cfg.URL + pathLogin, ID: p.id, People: people, asked: p.UILocales}
	if len(people) > 0 && people[0].ID == p.LoginHint {
		v.First = p.LoginHint
	}
	i.show(w, r, http.StatusOK, choose, v, "'self' "+formTarget(p.RedirectURI))
}

func (i *Issuer) show(w http.ResponseWriter, r *http.Request, status int, what sentences, v view, forms string) {
	v.wording, v.Lang, v.Cancel, v.Nonce = what.fr, "fr", "Annuler", rand.Text()
	if english(r, v.asked) {
		v.wording, v.Lang, v.Cancel = what.en, "en", "Cancel"
	}
	var body bytes.Buffer
	if err := page.Execute(&body, v); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	h.Set("Vary", "Accept-Language")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+v.Nonce+"'; form-action "+forms+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin") // "no-referrer" would take the origin from the form
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}
