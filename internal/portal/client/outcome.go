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
	"guichet/internal/line"
	"guichet/internal/portal"
)

// maxRetryAfter caps what a portal can ask for.
const maxRetryAfter = 15 * time.Minute

// class is a kind of answer, or of its absence.
type class string

const (
	classUnreached class = "unreached" // nobody took the call
	classBroken    class = "broken"    // the line broke when the call may have arrived
	classSilent    class = "silent"    // no answer in time
	classCut       class = "cut"       // an answer too big, cut, or not the JSON of the contract
	classStopped   class = "stopped"   // given up on our side
	classClock     class = "clock"     // the certificate is not valid at this PC's date
	classPosed     class = "posed"     // somebody else took the call as if it were theirs: 2xx, another id
	classForeign   class = "foreign"   // somebody else turned it away: another certificate, a redirect, a page
	classBusy      class = "busy"      // the portal itself turned it away at the door
	classThrottled class = "throttled" // somebody did, and may have passed it on
	classLater     class = "later"     // try again, says the status
	classGateway   class = "gateway"   // 5xx, not of the portal
	classFailed    class = "failed"    // 5xx of the portal, or a problem that is not known
	classSignIn    class = "sign-in"   // 401
	classForbidden class = "forbidden" // 403: role or practice lost
	classInvalid   class = "invalid"   // 422 with the fields, 400
	classMismatch  class = "mismatch"  // 409: it holds something else under this id
	classTooLarge  class = "too-large" // 413
	classNotNow    class = "not-now"   // 409: the request's status does not allow the act
	classGone      class = "gone"      // 410, 404, 405: withdrawn, or no such route
)

// outcomes is the one table of what each class means. Only OutcomeRetry and
// OutcomeLost are sent again by themselves.
var outcomes = map[class]desk.Outcome{
	classUnreached: {Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork},
	classBroken:    {Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonNetwork},
	classSilent:    {Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonTimeout},
	classCut:       {Kind: desk.OutcomeLost, Code: desk.ReasonCut},
	classStopped:   {Kind: desk.OutcomeLost, Code: desk.ReasonStopped},
	classClock:     {Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonClock},
	classPosed:     {Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonForeign},
	classForeign:   {Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonForeign},
	classBusy:      {Kind: desk.OutcomeRetry, Reach: desk.ReachNetwork, Code: desk.ReasonBusy},
	classThrottled: {Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonBusy},
	classLater:     {Kind: desk.OutcomeLost, Code: desk.ReasonBusy},
	classGateway:   {Kind: desk.OutcomeLost, Reach: desk.ReachNetwork, Code: desk.ReasonPortalFault},
	classFailed:    {Kind: desk.OutcomeLost, Code: desk.ReasonPortalFault},
	classSignIn:    {Kind: desk.OutcomeSignIn, Reach: desk.ReachAccount, Code: desk.ReasonSignIn},
	classForbidden: {Kind: desk.OutcomeRefused, Code: desk.ReasonForbidden},
	classInvalid:   {Kind: desk.OutcomeRefused, Code: desk.ReasonInvalid},
	classMismatch:  {Kind: desk.OutcomeRefused, Code: desk.ReasonMismatch, Arrived: true},
	classTooLarge:  {Kind: desk.OutcomeRefused, Code: desk.ReasonTooLarge},
	classNotNow:    {Kind: desk.OutcomeRefused, Code: desk.ReasonNotNow},
	classGone:      {Kind: desk.OutcomeRefused, Code: desk.ReasonGone},
}

// outcome is what a class means, with its cause for the log.
func (c class) outcome(cause error) desk.Outcome {
	out := outcomes[c]
	out.Err = cause
	return out
}

// problems are the classes of the portal's own words.
var problems = map[string]class{
	portal.CodeBusy:       classBusy,
	portal.CodeThrottled:  classBusy,
	portal.CodeSignIn:     classSignIn,
	portal.CodeBadRequest: classInvalid,
	portal.CodeInvalid:    classInvalid,
	portal.CodeForbidden:  classForbidden,
	portal.CodeNotFound:   classGone,
	portal.CodeGone:       classGone,
	portal.CodeMethod:     classGone,
	portal.CodeMismatch:   classMismatch,
	portal.CodeNotNow:     classNotNow,
	portal.CodeTooLarge:   classTooLarge,
}

// class of an answer that is not a success.
func (a answer) class() class {
	p, ours := a.problem()
	known, ok := problems[p.Code]
	switch {
	case ours && ok:
		return known
	case a.status == http.StatusRequestEntityTooLarge:
		return classTooLarge // a proxy's limit is one as well: nobody but the person can do anything
	case a.status == http.StatusTooManyRequests, a.status == http.StatusServiceUnavailable:
		return classThrottled
	case a.status == http.StatusTooEarly, a.status == http.StatusRequestTimeout, a.status == http.StatusLocked:
		return classLater
	case ours:
		return classFailed
	case a.status >= 500:
		return classGateway // its time-out says nothing of what the portal did
	case a.status >= 200 && a.status <= 299:
		return classPosed
	}
	return classForeign
}

// outcome of an answer that is not a success.
func (a answer) outcome(now time.Time) desk.Outcome {
	out := a.class().outcome(fmt.Errorf("answer %d", a.status))
	p, _ := a.problem()
	if out.Kind == desk.OutcomeRefused {
		out.Problems = problemsOf(p.Fields)
	}
	if out.Code == desk.ReasonBusy {
		if at, err := http.ParseTime(a.header.Get("Date")); err == nil {
			now = at // by the clock that the answer was written by, not by ours
		}
		out.RetryAfter = retryAfter(a.header.Get("Retry-After"), now)
	}
	return out
}

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
	var op *net.OpError
	known := f.stopped || f.timeout() || f.foreign() || f.clock() || line.Reason(f.err) != "" || errors.As(f.err, &op) || errors.Is(f.err, io.EOF) || errors.Is(f.err, io.ErrUnexpectedEOF)
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
	return !f.clock() && (errors.As(f.err, &verify) || errors.As(f.err, &host) || errors.As(f.err, &record) || errors.Is(f.err, http.ErrSchemeMismatch))
}

// clock tells whether the certificate is not valid at the date of this PC: an
// old certificate, or far more often a wrong date.
func (f *fault) clock() bool {
	var invalid x509.CertificateInvalidError
	return errors.As(f.err, &invalid) && invalid.Reason == x509.Expired
}

func (f *fault) timeout() bool {
	var n net.Error
	return errors.As(f.err, &n) && n.Timeout()
}

// class of a fault: certain only as long as nothing was written.
func (f *fault) class() class {
	switch {
	case f.stopped:
		return classStopped
	case f.clock():
		return classClock
	case f.foreign():
		return classForeign
	case !f.left:
		return classUnreached
	case f.answered:
		return classCut
	case f.timeout():
		return classSilent
	}
	return classBroken
}

func (f *fault) outcome() desk.Outcome {
	out := f.class().outcome(f)
	if f.left && out.Kind == desk.OutcomeRetry {
		out.Kind = desk.OutcomeLost
	}
	if !f.left && out.Kind == desk.OutcomeLost {
		out.Kind = desk.OutcomeRetry
	}
	return out
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
	if s, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		d = time.Duration(min(max(s, 0), int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}
