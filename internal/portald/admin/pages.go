package admin

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"golang.org/x/text/language"
)

//go:embed pages
var pages embed.FS

// templates are the pages by name, each within the frame.
var templates = func() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, name := range []string{"overview", "queue", "practices", "message"} {
		out[name] = template.Must(template.ParseFS(pages, "pages/frame.html", "pages/"+name+".html"))
	}
	return out
}()

func serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "max-age=300")
	http.ServeFileFS(w, r, pages, "pages/style.css")
}

// view is what a template shows.
type view struct {
	words
	Place   string // of the page in the navigation, "" for none
	Title   string
	Who     string   // is signed in, "" for nobody
	Switch  string   // leads to this page in the other language
	Text    string   // of a message
	Offer   bool     // a message offers to sign in
	Notice  string   // what was just done
	Data    any      // of the page
	Pager   pager    // of a list
	Columns []column // of the practices
}

// pager leads to the pages of a list beside this one, "" for none.
type pager struct {
	Number         int
	Previous, Next string
}

// column is a heading by which a list can be sorted.
type column struct {
	Label, Link string
	Sorted      string // as aria-sort says it, "" if it is not by this one
}

var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// langCookie remembers which language somebody has chosen.
const langCookie = "portald-language"

// wording is in the language that is asked for, was chosen, or that the browser
// prefers.
func (a *Admin) wording(w http.ResponseWriter, r *http.Request) words {
	lang := r.URL.Query().Get("lang")
	if lang == "fr" || lang == "en" {
		http.SetCookie(w, &http.Cookie{Name: langCookie, Value: lang, Path: Path, MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: a.cfg.secure(), SameSite: http.SameSiteLaxMode})
	} else if chosen, err := r.Cookie(langCookie); err == nil {
		lang = chosen.Value
	}
	if lang != "fr" && lang != "en" {
		lang = "fr"
		if _, i := language.MatchStrings(languages, r.Header.Get("Accept-Language")); i == 1 {
			lang = "en"
		}
	}
	if lang == "en" {
		return english
	}
	return french
}

// otherLanguage leads to the same page; one that only answers a form or the issuer
// cannot be asked for again.
func otherLanguage(r *http.Request, lang string) string {
	at := *r.URL
	if r.Method != http.MethodGet || at.Path == Path+"callback" || at.Path == Path+"sign-in" {
		at = url.URL{Path: Path + "signed-out"}
	}
	q := at.Query()
	q.Del("done")
	q.Set("lang", lang)
	return at.Path + "?" + q.Encode()
}

// show answers with a page.
func (a *Admin) show(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	other := map[string]string{"fr": "en", "en": "fr"}[v.Lang]
	v.Switch = otherLanguage(r, other)
	var body bytes.Buffer
	if err := templates[name].ExecuteTemplate(&body, "frame.html", v); err != nil {
		return fmt.Errorf("show %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	h.Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the status is out
	return nil
}

// tell is a page in words, for whoever is or is not signed in.
func (a *Admin) tell(w http.ResponseWriter, r *http.Request, status int, what func(words) message) {
	v := view{words: a.wording(w, r)}
	m := what(v.words)
	v.Title, v.Text, v.Offer = m.Title, m.Text, m.SignIn
	if err := a.show(w, r, status, "message", v); err != nil {
		a.log.Error().Err(err).Msg("admin")
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
	}
}

func (a *Admin) overview(w http.ResponseWriter, r *http.Request, who session) error {
	o, err := a.portal.Overview(r.Context())
	if err != nil {
		return err
	}
	v := view{words: a.wording(w, r), Place: "overview", Who: who.Name, Data: o}
	v.Title = v.Overview
	return a.show(w, r, http.StatusOK, "overview", v)
}

func (a *Admin) queue(w http.ResponseWriter, r *http.Request, who session) error {
	number := pageOf(r)
	items, err := a.portal.Queue(r.Context(), pageSize+1, (number-1)*pageSize)
	if err != nil {
		return err
	}
	v := view{words: a.wording(w, r), Place: "queue", Who: who.Name}
	v.Title, v.Notice = v.Queue, map[string]string{"yes": v.WillTry, "no": v.WaitsNoMore}[r.URL.Query().Get("done")]
	v.Pager = pagerOf(r, number, len(items) > pageSize)
	v.Data = items[:min(len(items), pageSize)]
	return a.show(w, r, http.StatusOK, "queue", v)
}

// again has one item tried again.
func (a *Admin) again(w http.ResponseWriter, r *http.Request, who session) error {
	id := r.PostFormValue("id")
	there, err := a.portal.Again(r.Context(), id)
	if err != nil {
		return err
	}
	a.log.Info().Str("person", who.Name).Str("item", id).Bool("waits", there).Msg("admin: try again")
	done := "no"
	if there {
		done = "yes"
	}
	http.Redirect(w, r, Path+"queue?done="+done, http.StatusSeeOther)
	return nil
}

func (a *Admin) practices(w http.ResponseWriter, r *http.Request, who session) error {
	v := view{words: a.wording(w, r), Place: "practices", Who: who.Name}
	order := ByLast
	columns := []struct {
		Order
		label string
	}{{ByID, v.Practice}, {ByRequests, v.Requests}, {ByLast, v.LastRequest}, {ByOpen, v.Open}, {ByRefused, v.RefusedOnes}}
	for _, c := range columns {
		if string(c.Order) == r.URL.Query().Get("sort") {
			order = c.Order
		}
	}
	for _, c := range columns {
		one := column{Label: c.label, Link: Path + "practices?sort=" + string(c.Order)}
		if c.Order == order {
			one.Sorted = "descending"
			if order == ByID {
				one.Sorted = "ascending"
			}
		}
		v.Columns = append(v.Columns, one)
	}
	number := pageOf(r)
	list, err := a.portal.Practices(r.Context(), order, pageSize+1, (number-1)*pageSize)
	if err != nil {
		return err
	}
	v.Title, v.Data, v.Pager = v.Practices, list[:min(len(list), pageSize)], pagerOf(r, number, len(list) > pageSize)
	return a.show(w, r, http.StatusOK, "practices", v)
}

// mostPages bounds which page can be asked for.
const mostPages = 1 << 20

func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > mostPages {
		return 1
	}
	return n
}

func pagerOf(r *http.Request, number int, more bool) pager {
	to := func(n int) string {
		q := r.URL.Query()
		q.Del("lang")
		q.Del("done")
		q.Set("page", strconv.Itoa(n))
		return r.URL.Path + "?" + q.Encode()
	}
	p := pager{Number: number}
	if number > 1 {
		p.Previous = to(number - 1)
	}
	if more {
		p.Next = to(number + 1)
	}
	return p
}
