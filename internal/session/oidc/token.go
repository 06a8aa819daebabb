package oidc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guichet/internal/privacy"
)

// Identity is who signed in, as the provider calls them. What they may do, the
// portal says.
type Identity struct {
	Subject privacy.Sensitive[string] // never changes for a person at this issuer
	Name    privacy.Sensitive[string] // may be empty
}

// Tokens are what a sign-in or a refresh brought. They print as [redacted] and
// are no good in JSON: Plain and Restore store them.
type Tokens struct {
	Issuer   string
	Access   privacy.Sensitive[string]
	Refresh  privacy.Sensitive[string] // empty when there is none
	Identity Identity
	Obtained time.Time // by this PC's clock
	Expiry   time.Time // of Access, by this PC's clock, with a margin
}

const (
	margin  = 30 * time.Second // before the end; a call must arrive with it
	unsaid  = 5 * time.Minute  // how long a token lasts whose provider does not say
	longest = 24 * time.Hour   // the most that is believed
)

// Fresh tells whether the access token may still be used. One that was obtained
// in the future is not: the clock was set back, and its expiry means nothing.
func (t Tokens) Fresh(now time.Time) bool {
	return t.Access.Reveal() != "" && now.Before(t.Expiry) && !now.Before(t.Obtained.Add(-margin))
}

// expire sets the times of tokens that last so many seconds from now; 0 stands
// for nobody knows.
func (t *Tokens) expire(now time.Time, seconds float64) {
	lasts := unsaid
	if seconds > 0 {
		lasts = time.Duration(min(seconds, longest.Seconds()) * float64(time.Second))
	}
	// The wall clock goes on while the PC sleeps.
	t.Obtained = now.Round(0)
	t.Expiry = t.Obtained.Add(lasts - min(margin, lasts/4))
}

// stored is the shape in which tokens are kept.
type stored struct {
	Issuer   string    `json:"issuer"`
	Access   string    `json:"access"`
	Refresh  string    `json:"refresh"`
	Subject  string    `json:"subject"`
	Name     string    `json:"name"`
	Obtained time.Time `json:"obtained"`
	Expiry   time.Time `json:"expiry"`
}

// Plain returns the tokens in clear, for a sealer and nobody else.
func (t Tokens) Plain() ([]byte, error) {
	return json.Marshal(stored{
		t.Issuer, t.Access.Reveal(), t.Refresh.Reveal(), t.Identity.Subject.Reveal(), t.Identity.Name.Reveal(), t.Obtained, t.Expiry,
	})
}

// Restore reads what Plain wrote.
func Restore(plain []byte) (Tokens, error) {
	var s stored
	if err := json.Unmarshal(plain, &s); err != nil {
		// The decoder's own text may quote what it read.
		return Tokens{}, fmt.Errorf("restore tokens: %T", err)
	}
	return Tokens{
		s.Issuer, privacy.Hide(s.Access), privacy.Hide(s.Refresh), Identity{privacy.Hide(s.Subject), privacy.Hide(s.Name)}, s.Obtained, s.Expiry,
	}, nil
}

// granted is an answer of the token endpoint. It is read here and not by
// oauth2, which cannot name the resource when it refreshes, posts a code twice
// when it guesses how to authenticate, and takes no lifetime but a whole number:
// a refresh that is not understood loses the session.
type granted struct {
	Access  string   `json:"access_token"`
	Type    string   `json:"token_type"`
	Refresh string   `json:"refresh_token"`
	ID      string   `json:"id_token"`
	Expires duration `json:"expires_in"`
	Error   string   `json:"error"`
}

// duration is a number of seconds, as number or string; what is neither is 0.
type duration float64

// UnmarshalJSON implements json.Unmarshaler.
func (d *duration) UnmarshalJSON(b []byte) error {
	seconds, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil || seconds != seconds {
		seconds = 0
	}
	*d = duration(seconds)
	return nil
}

// ask posts a form to the token endpoint.
func (p *Provider) ask(ctx context.Context, op, endpoint string, form url.Values) (granted, error) {
	if p.cfg.Resource != "" {
		form.Set("resource", p.cfg.Resource)
	}
	status, body, err := p.post(ctx, endpoint, form)
	if err != nil {
		return granted{}, failed(ctx, op, err)
	}
	g, err := understand(status, body)
	return g, failed(ctx, op, err)
}

// post sends a form with the client's id, which is all that a public client
// authenticates with.
func (p *Provider) post(ctx context.Context, endpoint string, form url.Values) (status int, body []byte, err error) {
	form.Set("client_id", p.cfg.ClientID)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// understand reads an answer of the token endpoint. Only a refusal that says so
// in JSON is one: a proxy's page with the status 400 signs nobody out.
func understand(status int, body []byte) (granted, error) {
	var g granted
	switch err := json.Unmarshal(body, &g); {
	case err != nil:
		return granted{}, &Error{Kind: ErrNonsense, Detail: "status " + strconv.Itoa(status) + " that does not read"}
	case g.Error == "temporarily_unavailable" || g.Error == "server_error":
		return granted{}, &Error{Kind: ErrUnreachable, Detail: g.Error}
	case g.Error != "":
		return granted{}, &Error{Kind: ErrRefused, Detail: registered(g.Error)}
	case status != http.StatusOK:
		return granted{}, &Error{Kind: ErrNonsense, Detail: "status " + strconv.Itoa(status) + " without reason"}
	case !strings.EqualFold(g.Type, "bearer") || !sendable(g.Access) || g.Refresh != "" && !sendable(g.Refresh):
		return granted{}, &Error{Kind: ErrNonsense, Detail: "an answer without a usable token"}
	}
	return g, nil
}

// sendable tells whether a token can stand in a header.
func sendable(token string) bool {
	return token != "" && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// registered returns an error code if it is one that is known, since anything
// may stand there.
func registered(code string) string {
	switch code {
	case "access_denied", "account_selection_required", "consent_required", "interaction_required", "invalid_client",
		"invalid_grant", "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_scope", "invalid_target",
		"login_required", "registration_not_supported", "request_not_supported", "request_uri_not_supported", "server_error",
		"temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
		"unsupported_token_type":
		return code
	}
	return "a code of its own"
}
