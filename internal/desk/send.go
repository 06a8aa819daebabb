package desk

import (
	"time"

	"github.com/google/uuid"
)

// Job is a request on its way, as the sender claims it. Claiming has already
// written the attempt down.
type Job struct {
	ID      int64
	Request Request   // of an act only its ID and Owner
	Act     Act       // what is to be sent in its place, if it has an ID
	Attempt int       // 1 for the first
	Lease   time.Time // until when the claim holds
}

// IsAct tells whether it is an act that is to be sent.
func (j Job) IsAct() bool { return j.Act.ID != uuid.Nil }

// Ask is what a sender asks a queue for.
type Ask struct {
	Now   time.Time
	Most  int           // jobs
	Lease time.Duration // how long a claim holds without a renewal
	// Longest is the longest pause that is ever written down: what is due later
	// than that was written under another clock, and is due now. The same holds
	// for a lease longer than Lease.
	Longest time.Duration
	Skip    []string    // persons whose jobs stay
	Held    []uuid.UUID // requests that stay: somebody takes them back
}

// Result is what an attempt came to, and when the next one is due.
type Result struct {
	Job     Job
	Outcome Outcome
	NextAt  time.Time
}

// OutcomeKind says what an attempt came to. The adapter that speaks to the
// portal decides it; the sender only obeys.
type OutcomeKind string

// The kinds of outcomes.
const (
	OutcomeReceived OutcomeKind = "received" // number given
	OutcomeRetry    OutcomeKind = "retry"    // certainly not taken, try again
	OutcomeLost     OutcomeKind = "lost"     // no answer that can be trusted; may have arrived
	OutcomeSignIn   OutcomeKind = "sign-in"  // 401
	OutcomeRefused  OutcomeKind = "refused"  // the person has to mend it: Problems or Code says why
)

// Certain tells whether the portal cannot have taken anything by the attempt.
func (o Outcome) Certain() bool { return o.Kind != OutcomeLost && !o.Arrived }

// Reach tells whom a fault concerns, and so what has to pause.
type Reach string

// The reaches of a fault.
const (
	ReachItem    Reach = ""        // only this request
	ReachAccount Reach = "account" // everything of this person
	ReachNetwork Reach = "network" // everything
)

// Outcome is the result of one attempt.
type Outcome struct {
	Kind       OutcomeKind
	Reach      Reach
	Arrived    bool          // the portal may hold it although it was not received
	Code       string        // reason, with a sentence in the window; one of the Reason codes
	Receipt    Receipt       // for OutcomeReceived
	Done       *Change       // likewise, of an act: the request as it is now, and the message that a reply became
	Problems   []Problem     // for OutcomeRefused
	RetryAfter time.Duration // what the portal asked for, 0 if nothing
	Err        error         // the cause for the log, without content of the request
}

// Event is what the outcome does to the request's status.
func (o Outcome) Event() Event {
	switch o.Kind {
	case OutcomeReceived:
		return EventReceive
	case OutcomeSignIn:
		return EventSignOut
	case OutcomeRefused:
		return EventRefuse
	case OutcomeLost:
		return EventLost
	default:
		return EventRetry
	}
}

// The reasons of outcomes.
const (
	ReasonNetwork     = "network"      // no connection to the portal
	ReasonTimeout     = "timeout"      // connected, but no answer in time
	ReasonBusy        = "portal-busy"  // 429, 503
	ReasonPortalFault = "portal-fault" // 5xx
	ReasonForeign     = "foreign"      // an answer that is not the portal's: a captive portal, a proxy
	ReasonCut         = "answer-cut"   // an answer too big, cut or not understood
	ReasonSignIn      = "sign-in"      // 401
	ReasonForbidden   = "forbidden"    // 403
	ReasonInvalid     = "invalid"      // 422
	ReasonMismatch    = "mismatch"     // 409: the portal holds another content under this id
	ReasonTooLarge    = "too-large"    // 413
	ReasonGone        = "gone"         // 410, 404: withdrawn, or no such portal
	ReasonFileMissing = "file-missing" // our own copy is gone or altered
	ReasonClock       = "clock"        // this PC's date does not fit the portal's certificate
	ReasonNotNow      = "not-now"      // 409: the request's status does not allow the act
	ReasonMissing     = "missing"      // it was received, and the portal does not have it any more
	ReasonStopped     = "stopped"      // Guichet was closed in the middle, or the person took it back
)

// ReasonCodes lists every reason, for the tests that hold the window to a
// sentence for each.
func ReasonCodes() []string {
	return []string{
		ReasonNetwork, ReasonTimeout, ReasonBusy, ReasonPortalFault, ReasonForeign, ReasonCut, ReasonSignIn,
		ReasonForbidden, ReasonInvalid, ReasonMismatch, ReasonTooLarge, ReasonGone, ReasonFileMissing, ReasonClock, ReasonNotNow, ReasonMissing, ReasonStopped,
	}
}

// Receipt is the portal's answer to a request that it has in full.
type Receipt struct {
	Number     string
	Status     PortalStatus
	ReceivedAt time.Time
}

// Change is news about one request from the portal.
type Change struct {
	Request  Request // ID, Owner.Practice, Number, what the portal says of it; values and files for one that was written elsewhere
	Messages []Message
	PurgedAt time.Time // its content was taken away at the portal, zero if it was not
}

// Changes is one answer of the portal to the question what changed.
type Changes struct {
	Changes []Change
	Gone    []uuid.UUID // not to be seen any more
	Cursor  string      // behind this answer
	More    bool        // ask again at once
	// Snapshot: the answer is a page of all that the person sees, of which there
	// are Total. What was on none of its pages is not to be seen any more.
	Snapshot bool
	Total    int
}
