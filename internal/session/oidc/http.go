package oidc

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"guichet/internal/line"
)

// maxAnswer bounds what is read of an answer, in bytes. Documents and key sets
// of large providers have some ten thousand.
const maxAnswer = 256 << 10

// client returns the client that all calls go through.
func (p *Provider) client(c *http.Client) *http.Client {
	var base http.RoundTripper
	if c != nil {
		base = c.Transport
	}
	if base == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		// A call without an answer ends its line in HTTP/1, and the next one opens
		// another. HTTP/2 would go on with a line that is dead since the PC slept.
		own.Protocols = new(http.Protocols)
		own.Protocols.SetHTTP1(true)
		own.ForceAttemptHTTP2 = false
		base = own
	}
	return &http.Client{Transport: &guard{Provider: p, base: base}, CheckRedirect: onward}
}

// onward lets what is only read move about on its own host. What carries a code
// or a token goes where it was sent, or nowhere.
func onward(next *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet || next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// guard stands between the libraries and the network: it bounds every answer in
// size and time, and tells what is no answer in this package's terms, since the
// libraries pass on texts that quote what they read.
type guard struct {
	*Provider
	base http.RoundTripper
}

// CloseIdleConnections is what http.Client looks for.
func (g *guard) CloseIdleConnections() {
	if c, ok := g.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), g.Answer)
	defer cancel()
	out := r.Clone(ctx)
	out.Header.Set("Accept", "application/json")
	resp, err := g.base.RoundTrip(out)
	if err != nil {
		return nil, g.noAnswer(r.Context(), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, g.noAnswer(r.Context(), err)
	case len(body) > maxAnswer:
		return nil, &Error{Kind: ErrNonsense, Detail: "an answer without end"}
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout:
		return nil, &Error{Kind: ErrUnreachable, Detail: "status " + strconv.Itoa(resp.StatusCode)}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		if told, ok := r.Context().Value(dateKey{}).(*time.Time); ok {
			*told = date
		}
	}
	return resp, nil
}

// dateKey is where a context holds the *time.Time that receives the time of
// the provider's answer by its own clock.
type dateKey struct{}

// noAnswer tells why there was none. The caller's own end is told as such.
func (p *Provider) noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var (
		dns     *net.DNSError
		invalid x509.CertificateInvalidError
		cert    *tls.CertificateVerificationError
		dial    *net.OpError
	)
	e := &Error{Kind: ErrUnreachable, Detail: "the connection broke"}
	switch {
	case line.Reason(err) != "" && !errors.Is(err, line.ErrClock):
		e.Detail = line.Reason(err)
	case errors.Is(err, context.DeadlineExceeded):
		e.Detail = "no answer in time"
	case errors.As(err, &dns):
		e.Detail = "the name is not known"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && p.Now().Before(invalid.Cert.NotBefore):
		// A PC whose clock has lost its battery begins again years ago.
		e.Kind, e.Detail = ErrClock, "the certificate is not valid yet"
	case errors.As(err, &cert):
		e.Detail = "the certificate is not trusted"
	case errors.As(err, &dial) && dial.Op == "dial":
		e.Detail = "no connection"
	}
	return e
}

// failed turns what a call came to into an error of this package. What the
// guard did not tell is an answer that made no sense to a library.
func failed(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		told := *e
		told.Op = op
		return &told
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", op, context.Cause(ctx))
	}
	return &Error{Kind: ErrNonsense, Op: op, Detail: "an answer that does not read"}
}
