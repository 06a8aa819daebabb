package issuer

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// Arrival is where a browser has come to.
type Arrival struct {
	URL    *url.URL // with the answer's parameters
	Status int
	Body   string
}

// Cancel is the person that nobody is: SignIn leaves the page by its cancel
// button.
const Cancel = ""

// SignIn walks through a sign-in as a browser does: it opens the authorization
// address, chooses the person with that id on the page, and follows to the
// desk's redirect on loopback, whose page it returns. A page of the issuer in
// the place of the one with the persons is an error with its title.
func SignIn(ctx context.Context, authorize, person string) (Arrival, error) {
	b, err := newBrowser()
	if err != nil {
		return Arrival{}, err
	}
	defer b.http.CloseIdleConnections()
	to, err := b.signIn(ctx, authorize, person)
	if err != nil {
		return Arrival{}, err
	}
	return b.get(ctx, to.String())
}

// Answer is SignIn without its last step: where the browser would go next, with
// code, state and iss, or an error.
func Answer(ctx context.Context, authorize, person string) (*url.URL, error) {
	b, err := newBrowser()
	if err != nil {
		return nil, err
	}
	defer b.http.CloseIdleConnections()
	return b.signIn(ctx, authorize, person)
}

// browser keeps cookies and shows each redirect.
type browser struct{ http *http.Client }

func newBrowser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{&http.Client{
		Jar: jar, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

var (
	hidden = regexp.MustCompile(`<input type="hidden" name="id" value="([^"]*)">`)
	action = regexp.MustCompile(`<form method="post" action="([^"]*)">`)
	title  = regexp.MustCompile(`<title>([^<]*)</title>`)
)

func (b *browser) signIn(ctx context.Context, authorize, person string) (*url.URL, error) {
	home, err := url.Parse(authorize)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	at := home
	for range 5 {
		page, err := b.get(ctx, at.String())
		if err != nil {
			return nil, err
		}
		switch {
		case page.URL.Host != home.Host:
			return page.URL, nil // an error, told to the desk
		case page.Status == http.StatusSeeOther:
			at = page.URL
			continue
		}
		return b.choose(ctx, page, person)
	}
	return nil, errors.New("sign in: sent in circles")
}

func (b *browser) choose(ctx context.Context, page Arrival, person string) (*url.URL, error) {
	id, to := hidden.FindStringSubmatch(page.Body), action.FindStringSubmatch(page.Body)
	if page.Status != http.StatusOK || id == nil || to == nil {
		return nil, fmt.Errorf("sign in: answered %d, %s", page.Status, title.FindString(page.Body))
	}
	button := url.Values{"id": {html.UnescapeString(id[1])}, "person": {person}}
	if person == Cancel {
		button = url.Values{"id": button["id"], "cancel": {"1"}}
	} else if !strings.Contains(page.Body, `name="person" value="`+html.EscapeString(person)+`"`) {
		return nil, fmt.Errorf("sign in: the page does not offer %s", person)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, html.UnescapeString(to[1]), strings.NewReader(button.Encode()))
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", page.URL.Scheme+"://"+page.URL.Host)
	out, err := b.do(req)
	if err != nil {
		return nil, err
	}
	if out.Status != http.StatusSeeOther {
		return nil, fmt.Errorf("sign in: answered %d, %s", out.Status, title.FindString(out.Body))
	}
	return out.URL, nil
}

func (b *browser) get(ctx context.Context, address string) (Arrival, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Arrival{}, fmt.Errorf("sign in: %w", err)
	}
	return b.do(req)
}

// do makes a call; URL is where its answer leads, or where it came from.
func (b *browser) do(req *http.Request) (Arrival, error) {
	res, err := b.http.Do(req)
	if err != nil {
		return Arrival{}, fmt.Errorf("sign in: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return Arrival{}, fmt.Errorf("sign in: %w", err)
	}
	out := Arrival{URL: req.URL, Status: res.StatusCode, Body: string(body)}
	if to, err := res.Location(); err == nil {
		out.URL = to
	}
	return out, nil
}
