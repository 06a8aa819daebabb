package issuer_test

import (
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/issuer"
)

// listen is a desk that waits for the browser.
func listen(t *testing.T, host string) (address string, got <-chan url.Values) {
	t.Helper()
	l, err := net.Listen("tcp", host)
	if err != nil {
		t.Skipf("no %s here: %v", host, err)
	}
	told := make(chan url.Values, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told <- r.URL.Query()
		_, _ = w.Write([]byte("vous pouvez fermer cet onglet"))
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return "http://" + l.Addr().String(), told
}

// TestRefused is every request that goes back to the desk as an error.
func TestRefused(t *testing.T) {
	d := run(t, nil)
	for name, c := range map[string]struct {
		change []string
		code   string
	}{
		"ErrPlain":             {[]string{"code_challenge_method", "plain"}, "invalid_request"},
		"ErrMethodMissing":     {[]string{"code_challenge_method", "-"}, "invalid_request"},
		"ErrPKCEMissing":       {[]string{"code_challenge", "-", "code_challenge_method", "-"}, "invalid_request"},
		"ErrChallengeMissing":  {[]string{"code_challenge", "-"}, "invalid_request"},
		"ErrChallengeShort":    {[]string{"code_challenge", "abc"}, "invalid_request"},
		"ErrImplicit":          {[]string{"response_type", "id_token token"}, "unsupported_response_type"},
		"ErrNoResponseType":    {[]string{"response_type", "-"}, "unsupported_response_type"},
		"ErrFragment":          {[]string{"response_mode", "fragment"}, "invalid_request"},
		"ErrNoOpenID":          {[]string{"scope", "guichet"}, "invalid_scope"},
		"ErrRequestObject":     {[]string{"request", "e30.e30."}, "request_not_supported"},
		"ErrPromptNone":        {[]string{"prompt", "none"}, "login_required"},
		"ErrPromptNoneAndMore": {[]string{"prompt", "none login"}, "invalid_request"},
		"ErrOtherResource":     {[]string{"resource", "https://other.example"}, "invalid_target"},
	} {
		t.Run(name, func(t *testing.T) {
			got := (&desk{Twin: d.Twin, t: t}).answer(d.authorize(c.change...), "claire")
			if got.Get("error") != c.code || got.Get("code") != "" {
				t.Fatalf("answered %v, want %s", got, c.code)
			}
		})
	}
	t.Run("ErrParameterTwice", func(t *testing.T) {
		if got := d.answer(d.authorize()+"&scope=openid", "claire"); got.Get("error") != "invalid_request" {
			t.Fatalf("answered %v", got)
		}
	})
	t.Run("Cancelled", func(t *testing.T) {
		if got := d.answer(d.authorize(), issuer.Cancel); got.Get("error") != "access_denied" || got.Get("code") != "" {
			t.Fatalf("answered %v", got)
		}
	})
	t.Run("OKWithResource", func(t *testing.T) {
		if got := d.answer(d.authorize("resource", "guichet-portal", "prompt", "login"), "claire"); got.Get("code") == "" {
			t.Fatalf("answered %v", got)
		}
	})
}

// TestRedirects holds redirects to those of the client, whatever the port. A
// page tells of others, since nobody can be sent back.
func TestRedirects(t *testing.T) {
	d := run(t, nil)
	for _, to := range []string{"http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", "http://[::1]:49152/callback", "http://127.0.0.1/callback"} {
		if got := d.answer(d.authorize("redirect_uri", to), "claire"); got.Get("code") == "" {
			t.Errorf("%s: answered %v", to, got)
		}
	}
	for _, to := range []string{
		"http://127.0.0.1:49152/other", "http://127.0.0.1:49152/callback/", "http://127.0.0.1:49152/callback?x=1", "http://127.0.0.1:49152/callback#x",
		"https://127.0.0.1:49152/callback", "http://localhost:49152/callback", "http://127.0.0.2:49152/callback", "http://u@127.0.0.1:49152/callback",
		"http://127.0.0.1.evil.example:49152/callback", "http://evil.example/callback", "guichet://callback", "/callback", "-",
	} {
		for _, prompt := range []string{"-", "none"} { // nor is an error sent there
			_, err := issuer.Answer(t.Context(), d.authorize("redirect_uri", to, "prompt", prompt), "claire")
			if err == nil || !strings.Contains(err.Error(), "Application inconnue") {
				t.Errorf("%s: %v", to, err)
			}
		}
	}
	if _, err := issuer.Answer(t.Context(), d.authorize("client_id", "other"), "claire"); err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("another client: %v", err)
	}
	if _, err := issuer.Answer(t.Context(), d.authorize(), "nobody"); err == nil {
		t.Error("somebody who is not on the page signed in")
	}
}

// visitor is a browser without a mind of its own.
type visitor struct {
	t    *testing.T
	http *http.Client
}

func visit(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	return &visitor{t, &http.Client{Jar: jar, Transport: plain, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/callback") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// call makes a GET, or a POST of a form, and returns the answer with its body.
func (v *visitor) call(address string, form url.Values, header ...string) (*http.Response, string) {
	v.t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	var body strings.Builder
	if err := res.Write(&body); err != nil {
		v.t.Fatal(err)
	}
	return res, body.String()
}

func TestPage(t *testing.T) {
	d := run(t, nil)
	res, body := visit(t).call(d.authorize(), nil)
	policy := res.Header.Get("Content-Security-Policy")
	_, after, _ := strings.Cut(body, `<style nonce="`)
	nonce, _, _ := strings.Cut(after, `"`)
	if nonce == "" || !strings.Contains(policy, "style-src 'nonce-"+nonce+"'") || !strings.Contains(policy, "default-src 'none'") ||
		!strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "form-action 'self' http://127.0.0.1:49152;") {
		t.Errorf("policy %q with nonce %q", policy, nonce)
	}
	for _, want := range []string{`<html lang="fr">`, "Qui êtes-vous ?", "Claire Lefèvre", "Admin &lt;b&gt;de&lt;/b&gt; deux cabinets", "Sophie Martin", "Annuler"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script", "http-equiv", "style=\"", "autofocus", "a-state", d.verifier} {
		if strings.Contains(body, never) {
			t.Errorf("the page has %q", never)
		}
	}
	if strings.Contains(res.Header.Get("Set-Cookie"), "Secure") || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("headers %v", res.Header)
	}
	t.Run("English", func(t *testing.T) {
		_, body := visit(t).call(d.authorize(), nil, "Accept-Language", "en-GB,en;q=0.9,fr;q=0.5")
		if !strings.Contains(body, `<html lang="en">`) || !strings.Contains(body, "Who are you?") {
			t.Error("not in English")
		}
		_, body = visit(t).call(d.URL+"/nowhere", nil, "Accept-Language", "de;q=0.9, en;q=0.8, fr;q=0.7")
		if !strings.Contains(body, "Page not found") {
			t.Error("an error is not in English")
		}
	})
	for name, c := range map[string]struct{ locales, accepted, lang string }{
		"DeskBeforeBrowser":  {"fr", "en-GB,en;q=0.9", "fr"},
		"DeskInEnglish":      {"en", "fr-FR,fr;q=0.9", "en"},
		"DeskWithRegion":     {"fr-CA en", "en", "fr"},
		"SecondThatIsHere":   {"br fr", "en", "fr"},
		"NoneThatIsHere":     {"de it", "en", "en"},
		"NothingThatCanRead": {"?!", "en", "en"},
	} {
		t.Run(name, func(t *testing.T) {
			_, body := visit(t).call(d.authorize("ui_locales", c.locales), nil, "Accept-Language", c.accepted)
			if !strings.Contains(body, `<html lang="`+c.lang+`">`) {
				t.Errorf("ui_locales %q, Accept-Language %q: not in %s", c.locales, c.accepted, c.lang)
			}
			_, body = visit(t).call(d.authorize("ui_locales", c.locales, "client_id", "nobody"), nil, "Accept-Language", c.accepted)
			if !strings.Contains(body, `<html lang="`+c.lang+`">`) {
				t.Errorf("an error with ui_locales %q, Accept-Language %q: not in %s", c.locales, c.accepted, c.lang)
			}
		})
	}
	t.Run("Hint", func(t *testing.T) {
		_, body := visit(t).call(d.authorize("login_hint", "sophie"), nil)
		if first, second := strings.Index(body, `value="sophie" autofocus`), strings.Index(body, `value="claire"`); first < 0 || second < first {
			t.Error("Sophie is not the first")
		}
	})
}

// TestForms is every form that nobody at this browser has filled in here.
func TestForms(t *testing.T) {
	var now time.Time
	begin := time.Now()
	now = begin
	d := run(t, func(c *issuer.Config) { c.Now = func() time.Time { return now } })
	login := d.URL + "/login"
	page := func(t *testing.T) (*visitor, url.Values) {
		v := visit(t)
		res, _ := v.call(d.authorize(), nil)
		return v, url.Values{"id": {res.Request.URL.Query().Get("id")}, "person": {"claire"}}
	}
	refused := func(t *testing.T, v *visitor, form url.Values, status int, header ...string) {
		t.Helper()
		res, body := v.call(login, form, header...)
		if res.StatusCode != status || res.Header.Get("Location") != "" || !strings.Contains(body, "<h1>") {
			t.Errorf("answered %d: %s", res.StatusCode, res.Header.Get("Location"))
		}
	}
	t.Run("ErrOtherBrowser", func(t *testing.T) {
		_, form := page(t)
		refused(t, visit(t), form, http.StatusBadRequest)
		other, _ := page(t)
		refused(t, other, form, http.StatusBadRequest)
	})
	t.Run("ErrOtherSite", func(t *testing.T) {
		v, form := page(t)
		refused(t, v, form, http.StatusForbidden, "Sec-Fetch-Site", "cross-site")
		refused(t, v, form, http.StatusForbidden, "Origin", "https://evil.example")
	})
	t.Run("ErrNobody", func(t *testing.T) {
		v, form := page(t)
		form.Set("person", "nobody")
		refused(t, v, form, http.StatusBadRequest)
	})
	t.Run("ErrPageTooOld", func(t *testing.T) {
		v, form := page(t)
		now = begin.Add(11 * time.Minute)
		refused(t, v, form, http.StatusBadRequest)
		now = begin
	})
	t.Run("OnceAtOnce", func(t *testing.T) {
		v, form := page(t)
		got := make(chan string, 12)
		for range cap(got) {
			go func() {
				res, err := v.http.PostForm(login, form)
				if err != nil {
					got <- err.Error()
					return
				}
				res.Body.Close()
				got <- res.Status
			}()
		}
		count := map[string]int{}
		for range cap(got) {
			count[<-got]++
		}
		if count["303 See Other"] != 1 || count["400 Bad Request"] != cap(got)-1 {
			t.Errorf("answered %v", count)
		}
	})
	t.Run("OnceOnly", func(t *testing.T) {
		v, form := page(t)
		res, _ := v.call(login, form, "Sec-Fetch-Site", "same-origin", "Origin", "null")
		if res.StatusCode != http.StatusSeeOther || !strings.Contains(res.Header.Get("Location"), "code=") {
			t.Fatalf("answered %d: %s", res.StatusCode, res.Header.Get("Location"))
		}
		refused(t, v, form, http.StatusBadRequest)
	})
}
