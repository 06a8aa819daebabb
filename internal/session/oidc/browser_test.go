package oidc_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser is a person's browser: it keeps cookies, follows redirects, and fills
// in the forms that it is shown.
type browser struct {
	http    *http.Client
	lang    string
	visited []*url.URL // every address, in order
	filled  url.Values // what the person types, by the name of the field
}

// shown is what it shows.
type shown struct {
	status int
	at     *url.URL
	header http.Header
	body   string
}

func newBrowser(tb testing.TB, filled url.Values) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	b := &browser{lang: "fr-FR,fr;q=0.9,en;q=0.8", filled: filled}
	transport := &http.Transport{}
	b.http = &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		b.visited = append(b.visited, r.URL)
		r.Header.Set("Accept-Language", b.lang)
		return nil
	}}
	tb.Cleanup(transport.CloseIdleConnections)
	return b
}

func (b *browser) do(r *http.Request) (shown, error) {
	b.visited = append(b.visited, r.URL)
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Accept", "text/html")
	resp, err := b.http.Do(r)
	if err != nil {
		return shown{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return shown{resp.StatusCode, resp.Request.URL, resp.Header, string(body)}, err
}

func (b *browser) get(address string) (shown, error) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return shown{}, err
	}
	return b.do(r)
}

// walk opens an address and submits every form, until there is none. A link
// whose address ends so is followed instead.
func (b *browser) walk(address, link string) (shown, error) {
	s, err := b.get(address)
	for steps := 0; err == nil && steps < 10; steps++ {
		action, fields, abort := form(s, link)
		switch {
		case abort != "":
			s, err = b.get(abort)
			continue
		case action == "":
			return s, nil
		}
		for name, values := range b.filled {
			if fields.Has(name) {
				fields[name] = values
			}
		}
		var r *http.Request
		if r, err = http.NewRequest(http.MethodPost, action, strings.NewReader(fields.Encode())); err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			s, err = b.do(r)
		}
	}
	return s, err
}

// form finds the form of a page, and the link with that end.
func form(s shown, end string) (action string, fields url.Values, link string) {
	root, err := html.Parse(strings.NewReader(s.body))
	if err != nil {
		return "", nil, ""
	}
	fields = url.Values{}
	for n := range root.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			action = resolve(s.at, at["action"])
		case "input":
			fields.Set(at["name"], at["value"])
		case "a":
			if end != "" && strings.HasSuffix(at["href"], end) {
				link = resolve(s.at, at["href"])
			}
		}
	}
	return action, fields, link
}

func resolve(base *url.URL, ref string) string {
	u, err := base.Parse(ref)
	if err != nil {
		return ""
	}
	return u.String()
}

// callback returns the address with which the provider sent it back.
func (b *browser) callback(tb testing.TB) *url.URL {
	for _, u := range b.visited {
		if u.Path == "/callback" {
			return u
		}
	}
	tb.Fatal("the browser was never sent back")
	return nil
}
