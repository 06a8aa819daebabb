package desk

import "fmt"

// Status is where a submitted request is, as this PC knows it.
type Status string

// The states of a request on this PC.
const (
	StatusQueued      Status = "queued"        // waits for its turn or for the network
	StatusSending     Status = "sending"       // an attempt is written down and under way
	StatusUnknown     Status = "unknown"       // an attempt ended without an answer: the next one asks and sends in one
	StatusNeedsSignIn Status = "needs-sign-in" // waits for its sender
	StatusToCorrect   Status = "to-correct"    // the portal refused it and said why
	StatusReceived    Status = "received"      // the portal has it and gave it a number
	StatusCancelled   Status = "cancelled"
)

// Event is what moves a request from one status to the next.
type Event string

// The events.
const (
	EventClaim   Event = "claim"   // a sender takes it
	EventRetry   Event = "retry"   // not taken by the portal, try again later
	EventLost    Event = "lost"    // no answer: it may or may not have arrived
	EventSignOut Event = "signout" // the portal wants a sign-in first
	EventSignIn  Event = "signin"  // the sender is back
	EventRefuse  Event = "refuse"  // the portal said what is wrong
	EventReceive Event = "receive" // the portal gave the number
	EventCancel  Event = "cancel"  // the person withdrew it, and the portal does not have it
)

var next = map[Status]map[Event]Status{
	StatusQueued:      {EventClaim: StatusSending, EventCancel: StatusCancelled, EventSignOut: StatusNeedsSignIn},
	StatusUnknown:     {EventClaim: StatusSending, EventCancel: StatusCancelled, EventSignOut: StatusNeedsSignIn},
	StatusNeedsSignIn: {EventSignIn: StatusQueued, EventCancel: StatusCancelled},
	StatusToCorrect:   {EventCancel: StatusCancelled},
	StatusSending: {
		EventRetry: StatusQueued, EventLost: StatusUnknown, EventSignOut: StatusNeedsSignIn,
		EventRefuse: StatusToCorrect, EventReceive: StatusReceived,
	},
}

// Next returns the status after an event, or ErrNotNow when the event cannot
// happen in this status.
func (s Status) Next(e Event) (Status, error) {
	to, ok := next[s][e]
	if !ok {
		return s, ErrNotNow.With(fmt.Errorf("%s in status %s", e, s))
	}
	return to, nil
}

// Waiting tells whether the request is still on its way to the portal by itself.
func (s Status) Waiting() bool {
	switch s {
	case StatusQueued, StatusSending, StatusUnknown, StatusNeedsSignIn:
		return true
	}
	return false
}

// PortalStatus is what the portal says of a request that it has received.
type PortalStatus string

// The portal's statuses.
const (
	PortalReceived   PortalStatus = "received"
	PortalInProgress PortalStatus = "in-progress"
	PortalWaiting    PortalStatus = "waiting" // for an answer from the practice
	PortalResolved   PortalStatus = "resolved"
	PortalClosed     PortalStatus = "closed"
	PortalWithdrawn  PortalStatus = "withdrawn"
)
