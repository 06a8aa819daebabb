package portald_test

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/issuer"
	"guichet/internal/portald"
	"guichet/internal/portald/admin"
)

// withAdmin gives a portal the operators' pages, behind an issuer of the test's own
// which knows an operator and others.
func withAdmin(t *testing.T) func(*portald.Config) {
	t.Helper()
	sign := issuer.Run(t, func(c *issuer.Config) {
		c.People = []issuer.Person{
			{ID: "nadia", Name: "Nadia Roux", Groups: []string{"staff", "portald-operators"}},
			{ID: "paul", Name: "Paul Petit", Groups: []string{"staff", "portald-operators-of-another"}},
			{ID: "anne", Name: "Anne Le Goff"},
		}
		c.Clients = []issuer.Client{{ID: "pages", Redirects: []string{"http://127.0.0.1/admin/callback"}}}
	})
	return func(c *portald.Config) {
		c.Admin = &admin.Config{Issuer: sign.URL, ClientID: "pages", Claim: "groups", Value: "portald-operators"}
		c.Admin.URL = "http://" + listening(t, c)
	}
}

// operator is a browser at the operators' pages.
type operator struct {
	b    *bench
	http *http.Client
	lang string
}

func (b *bench) operator(t *testing.T) *operator {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	line := &http.Transport{DisableKeepAlives: true}
	return &operator{b: b, lang: "fr", http: &http.Client{Jar: jar, Transport: line, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// do makes a call; header is names and values.
func (o *operator) do(method, path string, form url.Values, header ...string) reply {
	o.b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = o.b.URL + path
	}
	r, err := http.NewRequestWithContext(o.b.t.Context(), method, path, strings.NewReader(form.Encode()))
	if err != nil {
		o.b.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", o.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := o.http.Do(r)
	if err != nil {
		o.b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		o.b.t.Fatal(err)
	}
	return reply{t: o.b.t, call: method + " " + path, status: res.StatusCode, header: res.Header, body: body}
}

func (o *operator) open(path string) string {
	o.b.t.Helper()
	return string(o.do(http.MethodGet, path, nil).want(http.StatusOK).body)
}

// answer goes to the issuer and comes back with what it says of a person.
func (o *operator) answer(person, to string) string {
	o.b.t.Helper()
	begun := o.do(http.MethodGet, "/admin/sign-in?to="+url.QueryEscape(to), nil).want(http.StatusSeeOther)
	back, err := issuer.Answer(o.b.t.Context(), begun.header.Get("Location"), person)
	if err != nil {
		o.b.t.Fatal(err)
	}
	return back.String()
}

func (o *operator) signIn(person string) reply {
	o.b.t.Helper()
	return o.do(http.MethodGet, o.answer(person, "/admin/"), nil)
}

// TestAdminSignIn lets operators in and nobody else.
func TestAdminSignIn(t *testing.T) {
	c := &clock{}
	b := start(t, withAdmin(t), c.tune)
	paths := []string{"/admin/", "/admin/queue", "/admin/practices"}

	t.Run("ErrNobody", func(t *testing.T) {
		o := b.in(t).operator(t)
		for _, path := range paths {
			if r := o.do(http.MethodGet, path, nil).want(http.StatusSeeOther); !strings.HasPrefix(r.header.Get("Location"), "/admin/sign-in") || len(r.body) > 200 {
				t.Errorf("%s leads to %s", path, r.header.Get("Location"))
			}
		}
		o.do(http.MethodPost, "/admin/again", url.Values{"id": {"x"}}).want(http.StatusSeeOther)
		o.http.Jar.SetCookies(mustURL(t, b.URL+"/admin/"), []*http.Cookie{{Name: "portald-session", Value: "AAAA" + strings.Repeat("x", 60), Path: "/admin/"}})
		o.do(http.MethodGet, "/admin/", nil).want(http.StatusSeeOther)
	})
	for _, person := range []string{"paul", "anne"} {
		t.Run("ErrNoOperator "+person, func(t *testing.T) {
			o := b.in(t).operator(t)
			r := o.signIn(person).want(http.StatusForbidden)
			if !strings.Contains(string(r.body), "n’est pas pour vous") {
				t.Errorf("%s", r.body)
			}
			for _, path := range paths {
				o.do(http.MethodGet, path, nil).want(http.StatusSeeOther)
			}
		})
	}
	t.Run("OKOperator", func(t *testing.T) {
		o := b.in(t).operator(t)
		r := o.do(http.MethodGet, o.answer("nadia", "/admin/queue?page=1"), nil).want(http.StatusSeeOther)
		if to := r.header.Get("Location"); to != "/admin/queue?page=1" {
			t.Errorf("leads to %s", to)
		}
		for _, set := range r.header.Values("Set-Cookie") {
			if !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") || strings.Contains(set, "nadia") {
				t.Errorf("cookie %s", set)
			}
		}
		for _, path := range paths {
			if page := o.open(path); !strings.Contains(page, "Nadia Roux") || !strings.Contains(page, `<html lang="fr">`) {
				t.Errorf("%s: %s", path, page)
			}
		}
		h := o.do(http.MethodGet, "/admin/", nil).header
		if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") || strings.Contains(p, "script-src") || h.Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", h)
		}
	})
	t.Run("ErrOtherSite", func(t *testing.T) {
		o := b.in(t).operator(t)
		if to := o.do(http.MethodGet, o.answer("nadia", "//evil.example/admin/queue"), nil).header.Get("Location"); to != "/admin/" {
			t.Errorf("leads to %s", to)
		}
	})
	t.Run("ErrAnswerTwice", func(t *testing.T) {
		o := b.in(t).operator(t)
		back := o.answer("nadia", "/admin/")
		kept := o.http.Jar.Cookies(mustURL(t, b.URL+"/admin/callback"))
		o.do(http.MethodGet, back, nil).want(http.StatusSeeOther)
		again := b.in(t).operator(t) // with the same cookie, which the browser was told to forget
		again.http.Jar.SetCookies(mustURL(t, b.URL+"/admin/callback"), kept)
		if r := again.do(http.MethodGet, back, nil).want(http.StatusBadRequest); !strings.Contains(string(r.body), "Connexion à reprendre") {
			t.Errorf("the issuer was asked: %s", r.body)
		}
		again.do(http.MethodGet, "/admin/", nil).want(http.StatusSeeOther)
	})
	t.Run("ErrAnswerOfAnother", func(t *testing.T) {
		mine, other := b.in(t).operator(t), b.in(t).operator(t)
		to := mustURL(t, mine.answer("nadia", "/admin/"))
		theirs := mustURL(t, other.answer("nadia", "/admin/"))
		other.do(http.MethodGet, to.String(), nil).want(http.StatusBadRequest) // another state
		q := to.Query()
		q.Set("code", theirs.Query().Get("code")) // a code of another sign-in
		to.RawQuery = q.Encode()
		mine.do(http.MethodGet, to.String(), nil).want(http.StatusBadRequest)
	})
	t.Run("ErrCancelled", func(t *testing.T) {
		o := b.in(t).operator(t)
		o.do(http.MethodGet, o.answer(issuer.Cancel, "/admin/"), nil).want(http.StatusBadRequest)
	})
	t.Run("OKSignOut", func(t *testing.T) {
		o := b.in(t).operator(t)
		o.signIn("nadia").want(http.StatusSeeOther)
		at := mustURL(t, b.URL+"/admin/")
		kept := o.http.Jar.Cookies(at)
		o.do(http.MethodPost, "/admin/sign-out", nil).want(http.StatusSeeOther)
		o.do(http.MethodGet, "/admin/", nil).want(http.StatusSeeOther)
		o.http.Jar.SetCookies(at, kept) // a copy of the cookie is no good either
		o.do(http.MethodGet, "/admin/", nil).want(http.StatusSeeOther)
	})
	t.Run("OKAnotherNode", func(t *testing.T) {
		o := b.in(t).operator(t)
		o.signIn("nadia").want(http.StatusSeeOther)
		b.restart() // nothing is kept in the process
		o.open("/admin/")
		c.pass(31 * time.Minute)
		o.do(http.MethodGet, "/admin/", nil).want(http.StatusSeeOther)
	})
	if log := b.log.String(); strings.Contains(log, "code=") || strings.Contains(log, "state=") {
		t.Errorf("the log has an answer of the issuer:\n%s", log)
	}
}

// TestAdminOff has no pages where nobody asked for them.
func TestAdminOff(t *testing.T) {
	b := start(t, nil)
	b.call("", http.MethodGet, "/admin/", nil).want(http.StatusNotFound)
}

var retryID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// TestAdminQueue shows what the help desk refuses, and has it tried again by
// whoever may and from nowhere else.
func TestAdminQueue(t *testing.T) {
	d := newDesky(5)
	d.refuses = true
	b := start(t, func(c *portald.Config) { behind(d, time.Second)(c); withAdmin(t)(c) }, quick)
	f, content := fileOf(t, claire, 3000)
	id := newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(claire, id, f, content)
	b.put(claire, newID(t), withFiles(technical(tilleuls), f), http.StatusCreated) // never whole
	b.say(claire, id, "une suite "+canary)
	number := b.get(claire, id).Number
	await(t, "the refusal", func() bool { return b.Refused(id) != "" })
	o := b.operator(t)
	o.signIn("nadia").want(http.StatusSeeOther)

	await(t, "the fetch", func() bool { return !strings.Contains(o.open("/admin/"), "<dd>jamais</dd>") })
	overview := o.open("/admin/")
	for label, want := range map[string]string{"Reçues aujourd’hui": "1", "Incomplètes, sans numéro": "1", "En attente de transmission": "1", "Pièces jointes conservées": "3,0\u00a0ko"} {
		if !strings.Contains(overview, "<dt>"+label+"</dt><dd>"+want+"</dd>") {
			t.Errorf("%s is not %s in %s", label, want, overview)
		}
	}
	queue := o.open("/admin/queue")
	if !strings.Contains(queue, number) || !strings.Contains(queue, "no such queue") || strings.Count(queue, "<tr>") != 3 || !strings.Contains(queue, ">refusée<") {
		t.Errorf("%s", queue)
	}
	practices := o.open("/admin/practices")
	if !strings.Contains(practices, "Cabinet des Tilleuls") || !strings.Contains(practices, `<td class="count alarm">1</td>`) {
		t.Errorf("%s", practices)
	}
	for _, page := range []string{overview, queue, practices} {
		for _, content := range []string{canary, "Agenda", f.Name, "Claire", claire, "Lefèvre"} {
			if strings.Contains(page, content) {
				t.Errorf("a page has %q:\n%s", content, page)
			}
		}
	}

	d.mu.Lock()
	d.refuses = false
	d.mu.Unlock()
	form := url.Values{"id": {retryID.FindStringSubmatch(queue)[1]}}
	for name, header := range map[string][]string{"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"}, "origin": {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
		o.do(http.MethodPost, "/admin/again", form, header...).want(http.StatusForbidden)
		if b.Refused(id) == "" {
			t.Errorf("a form of another site (%s) was obeyed", name)
		}
	}
	if to := o.do(http.MethodPost, "/admin/again", form).want(http.StatusSeeOther).header.Get("Location"); to != "/admin/queue?done=yes" {
		t.Errorf("leads to %s", to)
	}
	await(t, "the ticket", func() bool { n, replies, _ := d.state(id); return n == 1 && len(replies) == 1 })
	if to := o.do(http.MethodPost, "/admin/again", form).want(http.StatusSeeOther).header.Get("Location"); to != "/admin/queue?done=no" {
		t.Errorf("leads to %s", to)
	}
	await(t, "an empty queue", func() bool { return strings.Contains(o.open("/admin/queue?done=yes"), "Rien n’attend") })
	if page := o.open("/admin/queue?lang=en"); !strings.Contains(page, `<html lang="en">`) || !strings.Contains(page, "Nothing waits") {
		t.Errorf("%s", page)
	}
	if page := o.open("/admin/"); !strings.Contains(page, `<html lang="en">`) { // it was chosen
		t.Errorf("%s", page)
	}

	d.mu.Lock()
	d.down = true
	d.mu.Unlock()
	b.put(claire, newID(t), technical(tilleuls), http.StatusCreated)
	await(t, "what waits", func() bool { return strings.Contains(o.open("/admin/queue"), "connection refused") })
}

// TestAdminPractices pages and sorts the figures.
func TestAdminPractices(t *testing.T) {
	b := start(t, withAdmin(t))
	b.Fill(300, claire)
	o := b.operator(t)
	o.lang = "en-GB"
	o.signIn("nadia").want(http.StatusSeeOther)
	first := regexp.MustCompile(`(?s)<tbody>.*?<td class="count">(\d+)</td>`)
	counts := map[string]string{}
	for _, sort := range []string{"", "requests", "open", "id", "refused", "nonsense; DROP"} {
		page := o.open("/admin/practices?sort=" + url.QueryEscape(sort))
		if strings.Count(page, `<th scope="row">`) != 3 || strings.Count(page, "aria-sort") != 1 {
			t.Errorf("%s: %s", sort, page)
		}
		counts[sort] = first.FindStringSubmatch(page)[1]
	}
	if most, err := strconv.Atoi(counts["requests"]); err != nil || most < 100 || counts[""] == counts["requests"] {
		t.Errorf("%v", counts)
	}
	if page := o.open("/admin/practices?page=99"); strings.Contains(page, "<tbody>") {
		t.Errorf("%s", page)
	}
}

// listening takes an address that is known before the portal starts.
func listening(t *testing.T, c *portald.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		t.Fatal(err)
	}
	c.Listener = l
	return l.Addr().String()
}

func mustURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
