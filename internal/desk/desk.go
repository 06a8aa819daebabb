// Package desk is the domain of Guichet: drafts, requests, the rules that a
// request has to meet, and the states that it passes through on its way to the
// portal. It is pure: no clock, no disk, no network. It does not store, send
// or word anything; problems carry a code and figures, and the window has the
// sentence for each code in each language.
package desk

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Text is a wording that comes with data (a category, a field) and not with
// the window.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// Role is what a person may do in one practice.
type Role string

// The roles that portals of the field know.
const (
	RoleAdmin          Role = "admin"
	RoleSuperAdmin     Role = "super-admin"
	RoleUser           Role = "user"
	RoleSupportManager Role = "support-manager"
)

// Practice is a medical practice (« cabinet ») with the roles that one person
// holds in it.
type Practice struct {
	ID    string
	Name  string
	Town  string
	Roles []Role
	// Admins are the names of whoever can write administrative requests there, as
	// far as the portal tells.
	Admins []string
}

// Person is somebody at the desk, as the portal knows them. The zero value is
// the PC itself: what is written before anybody has signed in belongs to it.
type Person struct {
	ID        string
	Name      string
	Preferred string // id of the preferred practice, may be empty
	Practices []Practice
}

// Practice returns the practice with that id, if the person belongs to it.
func (p Person) Practice(id string) (Practice, bool) {
	i := slices.IndexFunc(p.Practices, func(pr Practice) bool { return pr.ID == id })
	if i < 0 {
		return Practice{}, false
	}
	return p.Practices[i], true
}

// Eligible lists the practices in which the person may write requests of that
// type, the preferred one first.
func (p Person) Eligible(t Type) []Practice {
	out := make([]Practice, 0, len(p.Practices))
	for _, pr := range p.Practices {
		if t.OpenTo(pr.Roles) {
			out = append(out, pr)
		}
	}
	slices.SortStableFunc(out, func(a, b Practice) int {
		return preference(b, p.Preferred) - preference(a, p.Preferred)
	})
	return out
}

func preference(p Practice, preferred string) int {
	if p.ID == preferred {
		return 1
	}
	return 0
}

// Owner says whose a row is. An empty Person is the PC; an empty Practice is
// one that has not been chosen yet.
type Owner struct {
	Person   string
	Practice string
}

// Road is the way in which a draft is written.
type Road string

// The two roads; a draft can change from one to the other at any time.
const (
	RoadAssistant Road = "assistant"
	RoadForm      Road = "form"
)

// Step is a page of the Assistant, and the part of the form that belongs to it.
type Step string

// The steps, in the order in which the Assistant asks them.
const (
	StepType     Step = "type"
	StepPractice Step = "practice"
	StepCategory Step = "category"
	StepDetails  Step = "details"
	StepFiles    Step = "files"
)

// Values holds what was typed, by field key. It prints as a placeholder, since
// the content of a request must not reach a log by way of %v.
type Values map[string]string

// String implements fmt.Stringer without content.
func (Values) String() string { return "[redacted]" }

// GoString implements fmt.GoStringer without content.
func (Values) GoString() string { return "[redacted]" }

// Content is what the person at the desk edits.
type Content struct {
	Road             Road
	Step             Step
	CatalogueVersion int // the version that the draft began with; 0 means the current one
	Type             string
	Practice         string
	Category         string
	Values           Values
	Orphans          []Orphan // answers of an older form, see Carry; their text is in Values
}

// Draft is a request being written. It is a type of its own, not a status of a
// request; its id becomes the request's when it is submitted.
type Draft struct {
	ID       uuid.UUID
	Revision int64 // grows by one with each save
	Owner    Owner
	Content
	Files     []File
	CreatedAt time.Time
	SavedAt   time.Time
	DeletedAt time.Time // zero unless thrown away; it can be brought back for a week
	Reason    string    // why the portal refused it, for a request that came back to be corrected: a reason of an Outcome
	Problems  []Problem // and what of it
	Renewed   bool      // what is asked has changed since it was last saved, see Carry
	GivenBy   string    // name of the colleague who handed it over
}

// File is an attachment whose bytes lie in our own store.
type File struct {
	ID           uuid.UUID
	Name         string
	Size         int64     // bytes
	Media        string    // the true media type, by content
	SHA256       string    // of the bytes, lower-case hex
	Stored       string    // name in the store, random; empty when the bytes are at the portal only
	ReleasedAt   time.Time // when they were taken from this PC, zero if they never were
	Confirmation Confirmation
}

// Confirmation is the statement that a file holds no protected health
// information. It travels with the request.
type Confirmation struct {
	By      string // person id; empty when nobody had signed in yet
	At      time.Time
	Wording string // version of the sentence that was shown
	SHA256  string // of the bytes that were confirmed
}

// Request is what was submitted: frozen, and sent until the portal has
// given it a number.
type Request struct {
	ID               uuid.UUID
	Revision         int64 // a higher one replaces what the portal holds, until it has a number
	Owner            Owner
	CatalogueVersion int
	Type             string
	Category         string
	Road             Road
	Values           Values // visible fields only, cleaned
	Files            []File

	Status       Status
	Reason       string // why it is in that status: a code of Outcome, may be empty
	Problems     []Problem
	Number       string // given by the portal
	PortalStatus PortalStatus

	WrittenAt   time.Time // first keystroke
	SubmittedAt time.Time
	SentAt      time.Time // first attempt that may have arrived, zero as long as none can have
	ReceivedAt  time.Time
	AnsweredAt  time.Time // first message from support, zero before
	UpdatedAt   time.Time

	// What the portal says of it once it has it.
	Author   Author
	Priority Priority
	Watchers []Author
	Watching bool      // the reader is one of them
	Allowed  []ActKind // what the reader may do now
	TakenAt  time.Time // support took it up
	ClosedAt time.Time // resolved, closed or withdrawn
	Unread   bool      // it has news that the reader has not seen

	ActsWaiting int // of what its reader has done with it, not at the portal yet
	ActsBack    int // of that, what the portal refused

	Attempts int       // begun so far, while it is on its way
	NextAt   time.Time // of the next one, zero when none is due
}

// Subject is the text of the field that every category has.
func (r Request) Subject() string { return r.Values[KeySubject] }

// IDRefused tells whether the portal has refused a request because of its id:
// it was withdrawn there, or another version was received. It can go on only
// under another id, once the portal has said that it does not have it.
func (r Request) IDRefused() bool {
	return r.Status == StatusToCorrect && (r.Reason == ReasonGone || r.Reason == ReasonMismatch)
}

// Mine tells whether whoever reads it has written it.
func (r Request) Mine() bool { return r.Author.ID == "" || r.Author.ID == r.Owner.Person }

// Author is who wrote a request, or watches it.
type Author struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Priority is how urgent support holds a request to be; "" is normal.
type Priority string

// The priorities of the portal.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// ActKind is what can be done with a request that the portal has.
type ActKind string

// The kinds of acts.
const (
	ActReply    ActKind = "reply"
	ActWithdraw ActKind = "withdraw"
	ActClose    ActKind = "close"
	ActReopen   ActKind = "reopen"
	ActWatch    ActKind = "watch"
	ActUnwatch  ActKind = "unwatch"
	ActWatchers ActKind = "watchers"
)

// Message is one contribution to the conversation about a request.
type Message struct {
	ID      uuid.UUID
	Request uuid.UUID
	Author  string
	Support bool // written by support rather than by the practice
	Mine    bool // in news only: whoever reads it has written it
	Text    string
	HTML    string // cleaned, "" when Text is all there is
	Files   []File
	At      time.Time
}

// HistoryEntry is something that happened to a request.
type HistoryEntry struct {
	At   time.Time
	What string // a Status, a PortalStatus, "answered" or HistoryPurged
	Code string // reason code, may be empty
}

// HistoryPurged says that the content of a request was taken away at the portal.
const HistoryPurged = "purged"
