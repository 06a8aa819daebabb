package line

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The steps of a Report, in the order in which they are tried.
const (
	StepSettings = "settings"  // can be used
	StepProxy    = "proxy"     // which, and who says so
	StepDNS      = "dns"       // of the host, or of the proxy, which knows the host's then
	StepTCP      = "tcp"       // to the same
	StepProxyTLS = "proxy-tls" // with a proxy that is spoken to by https
	StepConnect  = "connect"   // the proxy reaches the host
	StepTLS      = "tls"       // with the host
	StepHTTP     = "http"      // it answers, and is who it should be
	StepClock    = "clock"     // this PC's agrees with its
)

// What a step came to.
const (
	OK      = "ok"
	Failed  = "failed"
	Skipped = "skipped" // not needed on this way, or not reached
)

// Codes of steps beside those of Reason. An ok step may have one too: "trusted",
// "trusted-by-file".
const (
	CodeAddress     = "address"         // settings: there is none that a call could go to
	CodeUnknownName = "unknown-name"    // dns: nobody knows it
	CodeTimeout     = "timeout"         // in time
	CodeClosed      = "closed"          // tcp: the host is there, and nothing listens
	CodeNoRoute     = "no-route"        // tcp: no way there
	CodeBroken      = "broken"          // the connection broke
	CodeWrongName   = "wrong-name"      // tls: a certificate for other names
	CodeExpired     = "expired"         // tls: it is too old, or not valid yet, and this PC's clock is right
	CodeAuthShown   = "auth-refused"    // connect: what the keyring has is not taken
	CodeForeign     = "foreign"         // http: somebody else answers
	CodeRedirect    = "redirect"        // http: it leads elsewhere
	CodeClock       = "clock"           // clock: it is off
	CodeNoDate      = "no-date"         // clock: the answer bears none
	CodeTrusted     = "trusted"         // tls
	CodeTrustedFile = "trusted-by-file" // tls: only since the file of certificates says so: connections are looked into
)

// clockOff is how far this PC's clock may be off, as elsewhere in the desktop.
const clockOff = 5 * time.Minute

// Fact is something that was seen. A name may come several times.
type Fact struct{ Name, Value string }

// Step is one step of a Report.
type Step struct {
	ID       string
	State    string // ok, failed, skipped
	Code     string // what is wrong, or how it is right
	Facts    []Fact
	Duration time.Duration

	shown *x509.Certificate
}

func (st *Step) fact(name, value string) {
	if st != nil && value != "" {
		st.Facts = append(st.Facts, Fact{name, value})
	}
}

// Fact is the first fact of that name.
func (st Step) Fact(name string) string {
	for _, f := range st.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Report is how far a call gets.
type Report struct {
	Address  string // without what stands behind its path
	Steps    []Step // all of them, in order
	Duration time.Duration
}

// OK tells whether no step has failed.
func (r Report) OK() bool { _, failed := r.Trouble(); return !failed }

// Trouble is the first step that has failed.
func (r Report) Trouble() (Step, bool) {
	for _, st := range r.Steps {
		if st.State == Failed {
			return st, true
		}
	}
	return Step{}, false
}

// Step is the step of that id.
func (r Report) Step(id string) Step {
	for _, st := range r.Steps {
		if st.ID == id {
			return st
		}
	}
	return Step{ID: id, State: Skipped}
}

// watch writes down the steps of one connection. A nil one only has them done.
type watch struct{ steps map[string]Step }

func (w *watch) step(id string, do func(*Step) error) error {
	if w == nil {
		return do(nil)
	}
	st := Step{ID: id, State: OK}
	began := time.Now()
	err := do(&st)
	st.Duration = time.Since(began)
	if err != nil {
		st.State, st.Code = Failed, codeOf(err)
	}
	w.steps[id] = st
	return err
}

// codeOf is the code of a step that failed.
func codeOf(err error) string {
	var (
		e    *Error
		host x509.HostnameError
		dns  *net.DNSError
		late interface{ Timeout() bool }
	)
	reason := Reason(err)
	switch {
	case errors.As(err, &e) && e.Kind == ErrProxyAuth && e.Shown:
		return CodeAuthShown
	case errors.As(err, &host):
		return CodeWrongName
	case reason != "":
		return reason
	case errors.As(err, &dns) && dns.IsNotFound:
		return CodeUnknownName
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return CodeTimeout
	case errors.Is(err, errClosed):
		return CodeClosed
	case errors.Is(err, errNoHost), errors.Is(err, errNoNet):
		return CodeNoRoute
	}
	return CodeBroken
}

// Answer is what came back to Diagnose: as much of it as tells who speaks.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// maxBody is how much of an answer Diagnose reads, in bytes.
const maxBody = 64 << 10

// Diagnose makes one call (GET, with nobody's token) as the transports do, on a
// connection of its own, and tells each step. It takes no longer than Look. ours
// tells whether an answer is of whom it should be; nil takes everybody. The
// address is the caller's choice: no list is asked.
func (l *Line) Diagnose(ctx context.Context, address string, ours func(Answer) bool) Report {
	ctx, cancel := context.WithTimeout(ctx, l.Look)
	defer cancel()
	began := time.Now()
	s, w := l.now(), &watch{steps: map[string]Step{}}
	var out Report
	target, err := url.Parse(address)
	if err != nil || target.Hostname() == "" || target.Scheme != "https" && target.Scheme != "http" {
		w.steps[StepSettings] = Step{ID: StepSettings, State: Failed, Code: CodeAddress}
	} else {
		out.Address = (&url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path}).String()
		_ = w.step(StepSettings, func(*Step) error { return errors.Join(s.bad, s.trusted().bad) })
		l.look(ctx, s, address, ours, w)
	}
	for _, id := range []string{StepSettings, StepProxy, StepDNS, StepTCP, StepProxyTLS, StepConnect, StepTLS, StepHTTP, StepClock} {
		st, ok := w.steps[id]
		if !ok {
			st = Step{ID: id, State: Skipped}
		}
		out.Steps = append(out.Steps, st)
	}
	out.Duration = time.Since(began)
	return out
}

// look makes the call of a diagnosis.
func (l *Line) look(ctx context.Context, s *setup, address string, ours func(Answer) bool, w *watch) {
	answer, err := l.get(ctx, s, address, nil, w)
	if st := w.steps[StepTLS]; err != nil && errors.Is(err, ErrClock) && st.shown != nil {
		l.lookAtClock(ctx, s, address, w, st)
		return
	}
	if err != nil {
		return
	}
	if ours != nil && !ours(answer) {
		st := w.steps[StepHTTP]
		st.State, st.Code = Failed, CodeForeign
		if answer.Status/100 == 3 {
			st.Code = CodeRedirect
		}
		w.steps[StepHTTP] = st
	}
	w.steps[StepClock] = l.clock(answer)
}

// lookAtClock finds out whether a certificate is too old or this PC's clock is
// wrong: the other side is asked for the time once more, with everything about
// its certificate verified but the day.
func (l *Line) lookAtClock(ctx context.Context, s *setup, address string, w *watch, tls Step) {
	leaf := tls.shown
	within := leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
	answer, err := l.get(ctx, s, address, func() time.Time { return within }, nil)
	if err != nil {
		return
	}
	w.steps[StepClock] = l.clock(answer)
	at, err := http.ParseTime(answer.Header.Get("Date"))
	if err == nil && (at.Before(leaf.NotBefore) || at.After(leaf.NotAfter)) {
		tls.Code = CodeExpired
		w.steps[StepTLS] = tls
	}
}

// get makes one call on a connection of its own, which is made before net/http is
// asked: it would go on making one when nobody waits for it any more.
func (l *Line) get(ctx context.Context, s *setup, address string, at func() time.Time, w *watch) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, fmt.Errorf("diagnose: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	conn, err := l.open(ctx, s, route{address: net.JoinHostPort(req.URL.Hostname(), portOf(req.URL)), secure: req.URL.Scheme == "https", at: at}, w)
	if err != nil {
		return Answer{}, fmt.Errorf("diagnose: %w", err)
	}
	defer conn.Close()
	base := l.transport(s)
	base.DisableKeepAlives = true
	base.DialContext = func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	base.DialTLSContext = base.DialContext
	var out Answer
	err = w.step(StepHTTP, func(st *Step) error {
		res, err := base.RoundTrip(req)
		if err != nil {
			return fmt.Errorf("diagnose: %w", err)
		}
		defer res.Body.Close()
		out.Status, out.Header = res.StatusCode, res.Header
		st.fact("status", strconv.Itoa(res.StatusCode))
		st.fact("server", res.Header.Get("Server"))
		if to, err := url.Parse(res.Header.Get("Location")); err == nil {
			st.fact("location", to.Host) // where a captive portal wants people to go
		}
		if out.Body, err = io.ReadAll(io.LimitReader(res.Body, maxBody)); err != nil {
			return fmt.Errorf("diagnose: %w", err)
		}
		return nil
	})
	return out, err
}

// clock compares this PC's with that of an answer.
func (l *Line) clock(a Answer) Step {
	st := Step{ID: StepClock, State: OK}
	at, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		st.State, st.Code = Skipped, CodeNoDate
		return st
	}
	ahead := l.Now().Sub(at).Round(time.Second)
	st.fact("ahead", strconv.FormatInt(int64(ahead/time.Second), 10))
	if ahead.Abs() >= clockOff {
		st.State, st.Code = Failed, CodeClock
	}
	return st
}
