package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// answerWithin is how long the issuer may take for each answer.
const answerWithin = 10 * time.Second

// session is who is signed in.
type session struct {
	ID, Name string
	Until    time.Time
}

// login is a sign-in under way.
type login struct {
	State, Nonce, Verifier, To string
	Until                      time.Time
}

// session reads who is signed in, false for nobody.
func (a *Admin) session(r *http.Request) (who session, ok bool, err error) {
	if !a.take(r, sessionCookie, &who) || !a.now().Before(who.Until) {
		return session{}, false, nil
	}
	ended, err := a.portal.Spent(r.Context(), who.ID)
	return who, err == nil && !ended, err
}

// backTo remembers the page that was asked for.
func backTo(r *http.Request) string {
	if r.Method != http.MethodGet {
		return ""
	}
	return url.Values{"to": {r.URL.RequestURI()}}.Encode()
}

// ours is a page of these that a sign-in may lead to, the first one for any other.
func ours(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !slices.Contains([]string{Path + "queue", Path + "practices"}, u.Path) {
		return Path
	}
	return u.Path + "?" + u.RawQuery
}

// begin leads to the issuer.
func (a *Admin) begin(w http.ResponseWriter, r *http.Request) {
	issuer, err := a.client(r.Context())
	l := login{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), To: ours(r.URL.Query().Get("to")), Until: a.now().Add(loginCookie.holds)}
	if err == nil {
		err = a.put(w, loginCookie, l)
	}
	if err != nil {
		a.log.Error().Err(err).Msg("admin: begin sign-in")
		a.tell(w, r, http.StatusServiceUnavailable, noIssuer)
		return
	}
	http.Redirect(w, r, issuer.AuthCodeURL(l.State, oidc.Nonce(l.Nonce), oauth2.S256ChallengeOption(l.Verifier)), http.StatusSeeOther)
}

// errStale says that an answer belongs to no sign-in that this browser has begun and
// not ended.
var errStale = errors.New("no such sign-in is under way")

// callback takes the issuer's answer, once.
func (a *Admin) callback(w http.ResponseWriter, r *http.Request) {
	var l login
	began := a.take(r, loginCookie, &l)
	_ = a.put(w, loginCookie, nil) // nothing to encode
	claims, subject, err := a.answered(r, l, began)
	switch {
	case errors.Is(err, errStale):
		a.tell(w, r, http.StatusBadRequest, stale)
	case err != nil:
		a.log.Warn().Err(err).Msg("admin: sign-in failed")
		a.tell(w, r, http.StatusBadRequest, failed)
	case !a.portal.Operator(claims):
		a.log.Warn().Str("person", subject).Msg("admin: not an operator")
		a.tell(w, r, http.StatusForbidden, notForYou)
	default:
		who := session{ID: rand.Text(), Name: subject, Until: a.now().Add(sessionCookie.holds)}
		if name, ok := claims["name"].(string); ok && name != "" {
			who.Name = name
		}
		if err := a.put(w, sessionCookie, who); err != nil {
			a.tell(w, r, http.StatusServiceUnavailable, broken)
			return
		}
		a.log.Info().Str("person", subject).Msg("admin: signed in")
		http.Redirect(w, r, l.To, http.StatusSeeOther)
	}
}

// answered is what the issuer says of whoever has signed in.
func (a *Admin) answered(r *http.Request, l login, began bool) (claims map[string]any, subject string, err error) {
	q := r.URL.Query()
	if !began || !a.now().Before(l.Until) || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(l.State)) != 1 {
		return nil, "", errStale
	}
	if fresh, err := a.portal.Spend(r.Context(), l.State, l.Until); err != nil || !fresh {
		return nil, "", errors.Join(err, errStale)
	}
	if by, told := q["iss"]; told && by[0] != a.cfg.Issuer { // RFC 9207
		return nil, "", errors.New("another issuer answers")
	}
	if code := q.Get("error"); code != "" {
		return nil, "", fmt.Errorf("the issuer answers %.40q", code)
	}
	client, err := a.client(r.Context())
	if err != nil {
		return nil, "", err
	}
	ctx := oidc.ClientContext(r.Context(), a.http)
	token, err := client.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(l.Verifier))
	if err != nil {
		return nil, "", errors.New("the issuer does not take the code") // its answer may be anything
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := a.found.Verifier(&oidc.Config{ClientID: a.cfg.ClientID, Now: a.now}).Verify(ctx, raw)
	if err != nil {
		return nil, "", errors.New("the ID token does not hold")
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(l.Nonce)) != 1 {
		return nil, "", errors.New("the ID token is of another sign-in")
	}
	err = id.Claims(&claims)
	return claims, id.Subject, err
}

// client is these pages as a client of the issuer, which is asked for its addresses
// once.
func (a *Admin) client(ctx context.Context) (*oauth2.Config, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.found == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, a.http), a.cfg.Issuer)
		if err != nil {
			return nil, errors.New("the issuer does not say how it signs people in")
		}
		a.found = found
	}
	at := a.found.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInHeader // to try would use up the code
	if a.cfg.Secret == "" {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: a.cfg.ClientID, ClientSecret: a.cfg.Secret, Endpoint: at, RedirectURL: a.cfg.URL + Path + "callback", Scopes: a.cfg.scopes(),
	}, nil
}

// signOut ends a session, for every copy of its cookie.
func (a *Admin) signOut(w http.ResponseWriter, r *http.Request) {
	var who session
	if a.take(r, sessionCookie, &who) {
		if _, err := a.portal.Spend(r.Context(), who.ID, who.Until); err != nil {
			a.log.Error().Err(err).Msg("admin: sign out")
			a.tell(w, r, http.StatusServiceUnavailable, broken)
			return
		}
	}
	_ = a.put(w, sessionCookie, nil) // nothing to encode
	http.Redirect(w, r, Path+"signed-out", http.StatusSeeOther)
}
