package line

import (
	"errors"
	"fmt"
)

// The kinds of an Error. Nothing of a call has been sent to the other side with
// any of them.
var (
	// ErrProxyAuth: the proxy asks for a name and a password, and has been given
	// none or does not take those.
	ErrProxyAuth = errors.New("the proxy asks for a name and a password")
	// ErrProxyMethod: it asks for them in ways that this program does not speak
	// (Negotiate, NTLM).
	ErrProxyMethod = errors.New("the proxy asks who is there in a way that is not spoken here")
	// ErrProxyUnreachable: nobody answers where the proxy should be, or not in time.
	ErrProxyUnreachable = errors.New("the proxy does not answer")
	// ErrProxyRefused: the proxy does not let anybody through to that host.
	ErrProxyRefused = errors.New("the proxy does not let this through")
	// ErrBeyondProxy: the proxy itself does not reach that host.
	ErrBeyondProxy = errors.New("the proxy does not reach the host")
	// ErrSetting: the proxy that is set cannot be used.
	ErrSetting = errors.New("the address of the proxy cannot be used")
	// ErrCAFile: the additional certificates cannot be read.
	ErrCAFile = errors.New("the file of certificates cannot be used")
	// ErrUntrusted: the certificate is not trusted, or is another host's.
	ErrUntrusted = errors.New("the certificate is not trusted")
	// ErrIntercepted: it bears the right name, and was made by somebody whom this PC
	// does not know: a device that looks into connections, most often. It is an
	// ErrUntrusted too.
	ErrIntercepted = errors.New("somebody who is not known here vouches for the certificate")
	// ErrClock: the certificate is not valid at the date of this PC: it is too old,
	// or far more often the date is wrong.
	ErrClock = errors.New("the certificate is not valid at this date")
	// ErrOldTLS: the other side speaks no TLS of 1.2 or later.
	ErrOldTLS = errors.New("the other side speaks too old a TLS")
	// ErrNotTLS: what answers does not speak TLS.
	ErrNotTLS = errors.New("what answers does not speak TLS")
	// ErrNotAllowed: the host is none that this program speaks to.
	ErrNotAllowed = errors.New("not a host that is spoken to")
)

// reasons are the machine's words for the kinds, the first that fits.
var reasons = []struct {
	kind error
	code string
}{
	{ErrProxyAuth, "proxy-auth"},
	{ErrProxyMethod, "proxy-method"},
	{ErrProxyUnreachable, "proxy-unreachable"},
	{ErrProxyRefused, "proxy-refused"},
	{ErrBeyondProxy, "beyond-proxy"},
	{ErrSetting, "proxy-setting"},
	{ErrCAFile, "ca-file"},
	{ErrIntercepted, "intercepted"},
	{ErrUntrusted, "untrusted"},
	{ErrClock, "clock"},
	{ErrOldTLS, "tls-old"},
	{ErrNotTLS, "no-tls"},
	{ErrNotAllowed, "not-allowed"},
}

// Reason is the machine's word for what kept a connection from being made:
// "proxy-auth" and so on, one for each kind; "" for everything else, which says
// no more than that nobody answered.
func Reason(err error) string {
	for _, r := range reasons {
		if errors.Is(err, r.kind) {
			return r.code
		}
	}
	return ""
}

// Reasons are all that Reason can say, but for nothing.
func Reasons() []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, r.code)
	}
	return out
}

// Error is why a connection was not made. It holds no secret, and nothing of
// what was to be said.
type Error struct {
	Kind   error    // one of the kinds above
	Proxy  string   // host and port of the proxy, if the fault is there
	Offers []string // how it wants to be told who is there, in small letters
	Shown  bool     // it was shown a name and a password
	Status int      // of its answer, 0 if there was none
	Issuer string   // who vouches for the certificate, as it says itself
	Err    error    // the cause, may be nil
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%v: %v", e.Kind, e.Err)
	}
	if e.Status != 0 {
		return fmt.Sprintf("%v: status %d", e.Kind, e.Status)
	}
	return e.Kind.Error()
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	all := []error{e.Kind}
	if e.Kind == ErrIntercepted {
		all = append(all, ErrUntrusted)
	}
	if e.Err != nil {
		all = append(all, e.Err)
	}
	return all
}

// Timeout tells whether it took too long; net/http asks.
func (e *Error) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}
