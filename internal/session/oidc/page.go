package oidc

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// wording is what a page says in one language.
type wording struct{ Lang, Title, Text, Next string }

// page is what the browser shows at the end, in French and in English.
type page struct{ fr, en wording }

const (
	closeFr = "Vous pouvez fermer cet onglet et revenir à Guichet."
	closeEn = "You can close this tab and go back to Guichet."
)

var (
	pageDone = page{
		wording{"fr", "Connexion réussie", "Guichet est connecté.", closeFr},
		wording{"en", "Signed in", "Guichet is signed in.", closeEn},
	}
	pageCancelled = page{
		wording{"fr", "Connexion annulée", "Rien n’a changé dans Guichet. Pour vous connecter, choisissez-y de nouveau « Se connecter ».", closeFr},
		wording{"en", "Sign-in cancelled", "Nothing has changed in Guichet. To sign in, choose “Sign in” there again.", closeEn},
	}
	pageUnreachable = page{
		wording{"fr", "Connexion impossible pour le moment", "Le service de connexion n’a pas répondu. Vérifiez le réseau, puis choisissez de nouveau « Se connecter » dans Guichet.", closeFr},
		wording{"en", "Sign-in not possible right now", "The sign-in service did not answer. Check the network, then choose “Sign in” again in Guichet.", closeEn},
	}
	pageClock = page{
		wording{"fr", "L’horloge de ce poste n’est pas à l’heure", "Réglez la date et l’heure de ce poste, puis choisissez de nouveau « Se connecter » dans Guichet.", closeFr},
		wording{"en", "The clock of this PC is wrong", "Set the date and time of this PC, then choose “Sign in” again in Guichet.", closeEn},
	}
	pageFailed = page{
		wording{"fr", "La connexion n’a pas abouti", "Choisissez de nouveau « Se connecter » dans Guichet. Si cela se répète, prévenez la personne qui gère vos comptes.", closeFr},
		wording{"en", "The sign-in did not succeed", "Choose “Sign in” again in Guichet. If it happens again, tell the person who looks after your accounts.", closeEn},
	}
	pageForeign = page{
		wording{"fr", "Cette page n’attend rien", "Elle ne correspond à aucune connexion en cours.", closeFr},
		wording{"en", "Nothing is awaited here", "This page belongs to no sign-in under way.", closeEn},
	}
)

const style = `body{margin:15vh auto;max-width:34rem;padding:0 1.5rem;font:1.125rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff}` +
	`h1{font-size:1.6rem;line-height:1.3}@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}}`

// html returns the page in one language. The wordings are this file's own;
// html/template would be the first template of the program, and weighs more
// than the rest of this package.
func (w wording) html() string {
	return `<!doctype html>
<html lang="` + w.Lang + `">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>` + w.Title + ` – Guichet</title>
<style>` + style + `</style>
<main>
<h1>` + w.Title + `</h1>
<p>` + w.Text + `</p>
<p>` + w.Next + `</p>
</main>
</html>
`
}

// policy lets a page have its own style and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// protect sets what keeps the addresses of a sign-in out of caches, of other
// pages and of the hands of scripts.
func protect(w http.ResponseWriter) {
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Content-Security-Policy": policy,
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		w.Header().Set(name, value)
	}
}

// write answers with the page. Nothing of the request is in it.
func (p page) write(w http.ResponseWriter, r *http.Request, status int) {
	say := p.fr
	if english(r.Header.Get("Accept-Language")) {
		say = p.en
	}
	protect(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", say.Lang)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, say.html())
}

// english tells whether a browser prefers English to French. Without a word on
// either it is French.
func english(accepted string) bool {
	best := map[string]float64{}
	for _, part := range strings.Split(accepted, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(weight), "q="); ok {
			q, _ = strconv.ParseFloat(value, 64) // no number: not wanted
		}
		lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), "-")
		best[lang] = max(best[lang], q)
	}
	return best["en"] > best["fr"]
}
