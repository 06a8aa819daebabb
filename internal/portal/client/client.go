// Package client speaks the contract of package portal for the desk: it turns
// requests into calls, sends files by tus 1.0 with resume, and says in the
// desk's terms what an attempt came to. It does not queue, repeat or store.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"guichet/internal/desk"
	"guichet/internal/line"
	"guichet/internal/portal"

	"github.com/google/uuid"
	"golang.org/x/time/rate"
)

// The states of the connection that Config.Contact is told.
const (
	ContactOnline    = "online"     // the portal answered
	ContactOffline   = "offline"    // nobody did
	ContactForeign   = "foreign"    // somebody else did
	ContactSignedOut = "signed-out" // the portal does not take the token any more
)

// Config is what a Client needs.
type Config struct {
	Base string // address of the portal; SetBase gives another
	// Transport carries the calls, by HTTP/1. Nil stands for one by the system's
	// settings that reaches no other host than the portal's.
	Transport http.RoundTripper
	// Token is what that person shows: desk.ErrSignIn when they have to sign in,
	// desk.ErrOffline when it cannot be had now.
	Token func(ctx context.Context, person string) (string, error)
	// Absent tells of whom nothing is to be sent now; may be nil. It is asked once
	// the token is in hand: whoever signs in may be asked first what is to go, and
	// an attempt that waited for their token would not wait for the answer.
	Absent func(person string) bool
	// Open opens the stored bytes of a file.
	Open     func(ctx context.Context, owner desk.Owner, f desk.File) (io.ReadSeekCloser, error)
	Progress func(request, file uuid.UUID, sent, total int64) // bytes; may be nil
	// Contact is told after each exchange, with the token that it was made with;
	// may be nil. The reason is what kept the line from being made, as line.Reason
	// has it; "" for everything else.
	Contact func(state, reason, token string)
	// Clock is told with each answer of the portal by how much this PC's clock is
	// ahead of the portal's, to the second; may be nil.
	Clock func(ahead time.Duration)
}

// Client speaks to one portal. Make it with New.
type Client struct {
	cfg  Config
	base atomic.Pointer[string]
	http *http.Client
	rate *rate.Limiter // of the bytes of files
	Now  func() time.Time

	Answer   time.Duration // how long an answer may take
	Reach    time.Duration // how long a probe may take
	Stall    time.Duration // how long an upload may stand still
	Verify   time.Duration // how long the portal may take to check a file it has in full
	Announce time.Duration // how often Progress is told
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 4 << 20

// New returns a client; it does no I/O.
func New(cfg Config) *Client {
	if cfg.Absent == nil {
		cfg.Absent = func(string) bool { return false }
	}
	if cfg.Contact == nil {
		cfg.Contact = func(string, string, string) {}
	}
	if cfg.Clock == nil {
		cfg.Clock = func(time.Duration) {}
	}
	if cfg.Progress == nil {
		cfg.Progress = func(uuid.UUID, uuid.UUID, int64, int64) {}
	}
	c := &Client{
		cfg: cfg,
		http: &http.Client{
			Transport: cfg.Transport,
			// The portal does not redirect; whoever does is not the portal.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		rate:   rate.NewLimiter(rate.Inf, portion),
		Now:    time.Now,
		Answer: 30 * time.Second, Reach: 10 * time.Second, Stall: time.Minute, Verify: 2 * time.Minute, Announce: 100 * time.Millisecond,
	}
	if cfg.Transport == nil {
		c.http.Transport = line.New(line.Config{}).Transport(func() []string { return []string{c.Base()} })
	}
	c.SetBase(cfg.Base)
	return c
}

// Base is the address of the portal, "" as long as there is none.
func (c *Client) Base() string { return *c.base.Load() }

// SetBase has further calls go to another portal.
func (c *Client) SetBase(address string) { c.base.Store(&address) }

// portion is the most that is read of a file at once when the line is shared,
// in bytes.
const portion = 16 << 10

// SetRate caps what all files together take of the line, in bytes per second; 0
// is no cap. It holds for what is under way as well.
func (c *Client) SetRate(perSecond int64) {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	c.rate.SetLimit(limit)
}

// Close gives idle connections free.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// call is one exchange with the portal.
type call struct {
	method, path string
	query        url.Values
	token        string
	header       http.Header
	body         []byte
	stream       io.Reader // instead of body, with length
	length       int64
	within       time.Duration
	guest        bool // a refused token says nothing about who is at the desk
	most         int  // bytes of the answer, 0 for maxAnswer
}

// errTooLarge is an answer of more bytes than are read.
var errTooLarge = errors.New("answer too large")

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// exchange makes one call. Its error is a *fault: no answer, or none that was
// read in full.
func (c *Client) exchange(ctx context.Context, in call) (answer, error) {
	own, cancel := context.WithTimeout(ctx, in.within)
	defer cancel()
	// The transport looks for another line if nothing was written to the first.
	var left atomic.Bool
	own = httptrace.WithClientTrace(own, &httptrace.ClientTrace{
		GetConn:      func(string) { left.Store(false) },
		WroteHeaders: func() { left.Store(true) },
	})
	req, err := c.request(own, in)
	if err != nil {
		return answer{}, &fault{err: err}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.failed(ctx, in.token, &fault{left: left.Load(), err: err})
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 599 {
		// Damaged on the way: it says nothing of what became of the call.
		return answer{}, c.failed(ctx, in.token, &fault{left: true, answered: true, err: fmt.Errorf("status %d", res.StatusCode)})
	}
	out := answer{status: res.StatusCode, header: res.Header}
	most := cmp.Or(in.most, maxAnswer)
	if out.body, err = io.ReadAll(io.LimitReader(res.Body, int64(most)+1)); err != nil {
		return answer{}, c.failed(ctx, in.token, &fault{left: true, answered: true, err: err})
	}
	if len(out.body) > most {
		return answer{}, c.failed(ctx, in.token, &fault{left: true, answered: true, err: errTooLarge})
	}
	c.heard(out, in)
	return out, nil
}

func (c *Client) request(ctx context.Context, in call) (*http.Request, error) {
	base, err := url.Parse(c.Base())
	if err != nil || base.Host == "" {
		return nil, errors.New("address of the portal cannot be read")
	}
	target := base.JoinPath(in.path)
	target.RawQuery = in.query.Encode()
	var body io.Reader
	switch {
	case in.stream != nil:
		body = in.stream
	case in.body != nil:
		body = bytes.NewReader(in.body)
	}
	req, err := http.NewRequestWithContext(ctx, in.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	if in.stream != nil {
		req.ContentLength = in.length
	}
	for k, v := range in.header {
		req.Header[k] = v
	}
	if in.token != "" {
		req.Header.Set("Authorization", "Bearer "+in.token)
	}
	req.Header.Set("Accept", "application/json, "+portal.ProblemType)
	return req, nil
}

// failed tells the state of the connection after a fault, unless the call was
// given up on our side.
func (c *Client) failed(ctx context.Context, token string, f *fault) *fault {
	f.stopped = ctx.Err() != nil
	switch {
	case f.stopped:
	case f.foreign():
		c.cfg.Contact(ContactForeign, line.Reason(f.err), token)
	default:
		c.cfg.Contact(ContactOffline, line.Reason(f.err), token)
	}
	return f
}

// heard tells the state of the connection after an answer.
func (c *Client) heard(a answer, in call) {
	switch {
	case !a.ours() && a.status >= 500 && a.status != http.StatusNetworkAuthenticationRequired:
		c.cfg.Contact(ContactOffline, "", in.token) // a gateway before a portal that does not answer
	case !a.ours():
		c.cfg.Contact(ContactForeign, "", in.token)
	case a.status == http.StatusUnauthorized && !in.guest:
		c.cfg.Contact(ContactSignedOut, "", in.token)
	default:
		c.cfg.Contact(ContactOnline, "", in.token)
	}
	if at, err := http.ParseTime(a.header.Get("Date")); err == nil && a.ours() {
		c.cfg.Clock(c.Now().Sub(at).Round(time.Second))
	}
}

func (a answer) media() string {
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// ours tells whether the portal itself answered: JSON of the contract, one of
// its problems, a tus answer, or an answer that has no body by its nature.
func (a answer) ours() bool {
	switch {
	case a.header.Get("Tus-Resumable") != "":
		return true
	case a.status == http.StatusNotModified:
		return true
	case a.status >= 200 && a.status <= 299:
		return a.media() == "application/json"
	default:
		return a.media() == portal.ProblemType
	}
}

// problem reads the portal's problem; false when it is not one.
func (a answer) problem() (portal.Problem, bool) {
	var p portal.Problem
	if a.media() != portal.ProblemType || json.Unmarshal(a.body, &p) != nil || p.Code == "" {
		return portal.Problem{}, false
	}
	return p, true
}

// decode reads a 2xx answer of the contract.
func (a answer) decode(v any) error {
	if a.media() != "application/json" {
		return errors.New("answer is not JSON")
	}
	if json.Unmarshal(a.body, v) != nil {
		return errors.New("answer is not the JSON of the contract") // the decoder's message may quote content
	}
	return nil
}

// read makes a GET and decodes its answer, with the errors of the desk:
// ErrSignIn, ErrForbidden, ErrNotFound, or ErrOffline for everything that may
// be otherwise next time.
func (c *Client) read(ctx context.Context, in call, v any) (answer, error) {
	in.method = http.MethodGet
	a, err := c.exchange(ctx, in)
	if err != nil {
		return a, desk.ErrOffline.With(err)
	}
	switch {
	case a.status == http.StatusNotModified:
		return a, nil
	case a.status == http.StatusOK:
		if err := a.decode(v); err != nil {
			return a, desk.ErrOffline.With(err)
		}
		return a, nil
	case !a.ours():
		return a, desk.ErrOffline.With(fmt.Errorf("foreign answer %d", a.status))
	case a.status == http.StatusUnauthorized:
		return a, desk.ErrSignIn
	case a.status == http.StatusForbidden:
		return a, desk.ErrForbidden
	case a.status == http.StatusNotFound:
		return a, desk.ErrNotFound
	}
	return a, desk.ErrOffline.With(fmt.Errorf("answer %d", a.status))
}

// Config asks what a desk has to know before anybody has signed in. Nobody's
// token goes with it.
func (c *Client) Config(ctx context.Context) (portal.Config, error) {
	var out portal.Config
	if _, err := c.read(ctx, call{path: portal.RouteConfig, within: c.Answer, guest: true}, &out); err != nil {
		return portal.Config{}, fmt.Errorf("fetch configuration: %w", err)
	}
	return out, nil
}

// ConfigPath is what everybody may ask a portal for, and by which it is known.
const ConfigPath = portal.RouteConfig

// IsPortal tells whether an answer to ConfigPath is a portal's.
func IsPortal(status int, header http.Header, body []byte) bool {
	var out portal.Config
	a := answer{status: status, header: header, body: body}
	return status == http.StatusOK && a.decode(&out) == nil && out.OIDC.Issuer != ""
}

// Me asks who the bearer of a token is.
func (c *Client) Me(ctx context.Context, token string) (desk.Person, error) {
	var me portal.Me
	if _, err := c.read(ctx, call{path: portal.RouteMe, token: token, within: c.Answer, guest: true}, &me); err != nil {
		return desk.Person{}, fmt.Errorf("who am I: %w", err)
	}
	if me.ID == "" {
		return desk.Person{}, fmt.Errorf("who am I: %w", desk.ErrOffline.With(errors.New("answer names nobody")))
	}
	return personOf(me), nil
}

// Catalogue fetches the portal's catalogue, nil if it is still the one with
// that ETag.
func (c *Client) Catalogue(ctx context.Context, person, etag string) (body []byte, newETag string, err error) {
	token, err := c.cfg.Token(ctx, person)
	if err != nil {
		return nil, "", err
	}
	in := call{path: portal.RouteCatalogue, token: token, within: c.Answer, header: http.Header{}}
	if etag != "" {
		in.header.Set("If-None-Match", etag)
	}
	var raw json.RawMessage
	a, err := c.read(ctx, in, &raw)
	if err != nil {
		return nil, "", fmt.Errorf("fetch catalogue: %w", err)
	}
	if a.status == http.StatusNotModified {
		return nil, etag, nil
	}
	return raw, a.header.Get("ETag"), nil
}

// stale tells the portal's word that it does not know a cursor any more.
func stale(a answer) bool {
	p, ours := a.problem()
	return ours && a.status == http.StatusGone && p.Code == portal.CodeStaleCursor
}
