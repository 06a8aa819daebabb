package issuer

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// cookieName is of the cookie that holds a page to the browser that it was
// shown in: nobody can be signed in by a form of somebody else's.
const cookieName = "guichet-issuer"

// challengeLength is the length of a SHA-256 in base64.
const challengeLength = 43

// authorize takes an authorization request and leads to the page. What is wrong
// with the client or its redirect is told here, the rest to the client.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	req, err := op.ParseAuthorizeRequest(r, i.provider.Decoder())
	if err != nil {
		i.tell(w, r, http.StatusBadRequest, badCall)
		return
	}
	c, err := i.store.GetClientByClientID(r.Context(), req.ClientID)
	if err != nil || !c.(client).redirects(req.RedirectURI) {
		i.tell(w, r, http.StatusBadRequest, badClient)
		return
	}
	if err := i.check(r, req, c); err != nil {
		i.refuse(w, r, req.RedirectURI, req.State, err)
		return
	}
	p, err := i.store.CreateAuthRequest(r.Context(), req, "")
	if err != nil {
		i.refuse(w, r, req.RedirectURI, req.State, err)
		return
	}
	http.Redirect(w, r, i.cfg.URL+pathLogin+"?id="+url.QueryEscape(p.GetID()), http.StatusSeeOther)
}

// unsupportedResponseType is a code that zitadel has no name for.
func unsupportedResponseType() *oidc.Error {
	e := oidc.ErrInvalidRequest()
	e.ErrorType = "unsupported_response_type"
	return e
}

// check holds a request to what is offered here.
func (i *Issuer) check(r *http.Request, req *oidc.AuthRequest, c op.Client) error {
	for name, values := range r.Form {
		if len(values) > 1 && name != "resource" {
			return oidc.ErrInvalidRequest().WithDescription("a parameter stands twice")
		}
	}
	other := slices.DeleteFunc(slices.Clone(r.Form["resource"]), func(v string) bool { return v == i.cfg.Audience })
	switch {
	case req.RequestParam != "":
		return oidc.ErrRequestNotSupported()
	case req.ResponseType != oidc.ResponseTypeCode:
		return unsupportedResponseType()
	case req.ResponseMode != "" && req.ResponseMode != oidc.ResponseModeQuery:
		return oidc.ErrInvalidRequest().WithDescription("response_mode is not supported")
	case req.CodeChallengeMethod != oidc.CodeChallengeMethodS256 || len(req.CodeChallenge) != challengeLength:
		return oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	case !slices.Contains(req.Scopes, oidc.ScopeOpenID):
		return oidc.ErrInvalidScope().WithDescription("openid is missing")
	case len(other) > 0:
		return oidc.ErrInvalidTarget().WithDescription("no such resource")
	}
	if _, err := op.ValidateAuthRequestClient(r.Context(), req, c, i.provider.IDTokenHintVerifier(r.Context())); err != nil {
		return err
	}
	if slices.Contains(req.Prompt, oidc.PromptNone) {
		return oidc.ErrLoginRequired() // nobody stays signed in here: the next person at a shared PC is asked
	}
	return nil
}

// refuse sends an error to the client.
func (i *Issuer) refuse(w http.ResponseWriter, r *http.Request, redirect, state string, err error) {
	e := oidc.DefaultToServerError(err, "")
	answer := url.Values{"error": {string(e.ErrorType)}}
	if e.Description != "" {
		answer.Set("error_description", e.Description)
	}
	i.answer(w, r, redirect, state, answer)
}

// answer sends the browser back to the client, with who answers (RFC 9207).
func (i *Issuer) answer(w http.ResponseWriter, r *http.Request, redirect, state string, answer url.Values) {
	if state != "" {
		answer.Set("state", state)
	}
	answer.Set("iss", i.cfg.URL)
	to, err := url.Parse(redirect)
	if err != nil {
		i.tell(w, r, http.StatusBadRequest, badClient)
		return
	}
	for name, values := range to.Query() {
		answer[name] = values
	}
	to.RawQuery = answer.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// showLogin is the page with the persons.
func (i *Issuer) showLogin(w http.ResponseWriter, r *http.Request) {
	browser := browserOf(r)
	if browser == "" {
		browser = rand.Text()
		http.SetCookie(w, &http.Cookie{
			Name: cookieName, Value: browser, Path: i.base.Path + pathLogin, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: i.base.Scheme == "https",
		})
	}
	p, ok := i.store.open(r.URL.Query().Get("id"), browser)
	if !ok {
		i.tell(w, r, http.StatusBadRequest, stale)
		return
	}
	i.ask(w, r, p)
}

func browserOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// takeLogin signs in whom the browser chose, or tells the client that nobody
// wants to.
func (i *Issuer) takeLogin(w http.ResponseWriter, r *http.Request) {
	if http.NewCrossOriginProtection().Check(r) != nil {
		i.tell(w, r, http.StatusForbidden, foreign)
		return
	}
	p, ok := i.store.open(r.PostFormValue("id"), browserOf(r))
	if !ok {
		i.tell(w, r, http.StatusBadRequest, stale)
		return
	}
	if r.PostFormValue("cancel") != "" {
		i.store.close(p)
		i.refuse(w, r, p.RedirectURI, p.State, oidc.ErrAccessDenied().WithDescription("cancelled"))
		return
	}
	if !i.store.choose(p, r.PostFormValue("person")) {
		i.tell(w, r, http.StatusBadRequest, stale)
		return
	}
	code, err := op.CreateAuthRequestCode(r.Context(), p, i.store, i.provider.Crypto())
	if err != nil {
		i.refuse(w, r, p.RedirectURI, p.State, err)
		return
	}
	i.answer(w, r, p.RedirectURI, p.State, url.Values{"code": {code}})
}

// formTarget is where the form may lead, for the page's policy: browsers hold
// the redirect behind a form to it as well. A policy cannot name an IPv6
// address.
func formTarget(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || strings.Contains(u.Hostname(), ":") {
		return "http:"
	}
	return u.Scheme + "://" + u.Host
}
