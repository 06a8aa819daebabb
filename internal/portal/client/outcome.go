package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
)

// maxRetryAfter caps what a portal can ask for.
const maxRetryAfter = 15 * time.Minute

// fault is an exchange without an answer.
type fault struct {
	left     bool // bytes of it may have arrived
	answered bool // an answer had begun
	stopped  bool // given up on our side
	err      error
}

// Error withholds what net/http says of an answer that is not HTTP: it quotes
// the other side, which may quote what we sent to it.
func (f *fault) Error() string {
	var broken *url.Error
	var line *net.OpError
	known := f.stopped || f.timeout() || f.foreign() || errors.As(f.err, &line) || errors.Is(f.err, io.EOF) || errors.Is(f.err, io.ErrUnexpectedEOF)
	if errors.As(f.err, &broken) && !known {
		return "the line broke, or the answer is not HTTP"
	}
	return f.err.Error()
}

func (f *fault) Unwrap() error { return f.err }

// foreign tells whether somebody else answered in the portal's place.
func (f *fault) foreign() bool {
	var verify *tls.CertificateVerificationError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	return errors.As(f.err, &verify) || errors.As(f.err, &host) || errors.As(f.err, &record) || errors.Is(f.err, http.ErrSchemeMismatch)
}

func (f *fault) timeout() bool {
	var n net.Error
	return errors.As(f.err, &n) && n.Timeout()
}

// outcome of a fault: certain only as long as nothing was written.
func (f *fault) outcome() desk.Outcome {
	out := desk.Outcome{Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork, Err: f}
	if !f.left {
		out.Kind = desk.OutcomeRetry
	}
	switch {
	case f.stopped:
		out.Code, out.Reach = desk.ReasonStopped, desk.ReachItem
	case f.foreign():
		out.Code = desk.ReasonForeign
	case !f.left:
	case f.answered:
		out.Code, out.Reach = desk.ReasonCut, desk.ReachItem
	case f.timeout():
		out.Code = desk.ReasonTimeout
	}
	return out
}

// refusals are the problems that repeating does not mend.
var refusals = map[string]string{
	portal.CodeBadRequest: desk.ReasonInvalid,
	portal.CodeInvalid:    desk.ReasonInvalid,
	portal.CodeForbidden:  desk.ReasonForbidden,
	portal.CodeNotFound:   desk.ReasonGone,
	portal.CodeGone:       desk.ReasonGone,
	portal.CodeMismatch:   desk.ReasonMismatch,
	portal.CodeTooLarge:   desk.ReasonTooLarge,
	portal.CodeMethod:     desk.ReasonGone,
}

// outcome of an answer that is not a success.
func (a answer) outcome(now time.Time) desk.Outcome {
	err := fmt.Errorf("answer %d", a.status)
	switch a.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusTooEarly, http.StatusRequestTimeout, http.StatusLocked:
		// The portal turns away at the door; a gateway may have passed it on.
		out := desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonBusy, RetryAfter: retryAfter(a.header.Get("Retry-After"), now), Err: err}
		if out.RetryAfter > 0 {
			out.Reach = desk.ReachNetwork
		}
		if p, ours := a.problem(); ours && p.Code == portal.CodeBusy {
			out.Kind = desk.OutcomeRetry
		}
		return out
	}
	if a.status >= 500 {
		// A gateway's time-out says nothing of what the portal did.
		return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault, Err: err}
	}
	p, ours := a.problem()
	switch reason, refused := refusals[p.Code]; {
	case !ours && a.status >= 200 && a.status <= 299:
		// Who takes the body and answers for the portal may have passed it on.
		return desk.Outcome{Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonForeign, Err: err}
	case !ours:
		return desk.Outcome{Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonForeign, Err: err}
	case p.Code == portal.CodeSignIn:
		return desk.Outcome{Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn, Err: err}
	case refused:
		// A mismatch says that it holds something under the id.
		return desk.Outcome{Kind: desk.OutcomeRefused, Code: reason, Problems: problemsOf(p.Fields), Arrived: p.Code == portal.CodeMismatch, Err: err}
	}
	return desk.Outcome{Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault, Err: err}
}

// afterArrival is the outcome of a fault behind the first answer: the portal
// holds the request already, so nothing is certainly untaken.
func afterArrival(out desk.Outcome) desk.Outcome {
	out.Arrived = true
	if out.Kind == desk.OutcomeRetry {
		out.Kind = desk.OutcomeLost
	}
	return out
}

// retryAfter reads seconds or an HTTP date; 0 when it says neither.
func retryAfter(value string, now time.Time) time.Duration {
	var d time.Duration
	if s, err := strconv.ParseInt(value, 10, 32); err == nil {
		d = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}
