package desk

import (
	"slices"
	"time"
)

// Query says which drafts and requests a list shows, and in which order. Within a
// field any value fits; an empty field asks for nothing.
type Query struct {
	Text       string    // words, the last letters of each may be missing
	States     []string  // StateDraft, a Status, or a PortalStatus once received
	Priorities []string  // of requests
	Practices  []string  // ids
	Types      []string  // keys of the catalogue
	Categories []string  // likewise
	Whose      Whose     // by whom
	Watching   bool      // only what the reader watches
	Unread     bool      // only what has news that the reader has not seen
	Answered   time.Time // support has said something since, zero for no matter
	Period     Period    // changed in it, whatever day it is asked; "" for Since and Until
	Since      time.Time // changed since, zero for ever
	Until      time.Time // changed before, zero for ever
	Sort       Sort      // "" is SortUpdated
	Up         bool      // the smallest or oldest first
}

// StateDraft is the state of a draft in a list.
const StateDraft = "draft"

// Whose tells by whom a request was written.
type Whose string

// Who can have written a request.
const (
	WhoseAny    Whose = ""
	WhoseMine   Whose = "mine"
	WhoseOthers Whose = "others"
)

// Period is a span of days up to the one on which it is asked for.
type Period string

// The periods that a list can be asked for.
const (
	PeriodToday Period = "today"
	PeriodWeek  Period = "week"  // the last 7 days
	PeriodMonth Period = "month" // the last 30 days
	PeriodYear  Period = "year"  // since the first of January
)

// On is the query as it is on that day: its period begins where that day says, by
// the clock of its place.
func (q Query) On(now time.Time) Query {
	year, month, day := now.Date()
	begin := func(month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, now.Location())
	}
	switch q.Period {
	case "":
		return q
	case PeriodToday:
		q.Since = begin(month, day)
	case PeriodWeek:
		q.Since = begin(month, day-6)
	case PeriodMonth:
		q.Since = begin(month, day-29)
	case PeriodYear:
		q.Since = begin(time.January, 1)
	}
	q.Period, q.Until = "", time.Time{}
	return q
}

// Sort is what a list is ordered by.
type Sort string

// What a list can be ordered by.
const (
	SortUpdated   Sort = "updated"
	SortSubmitted Sort = "submitted"
	SortNumber    Sort = "number"
	SortSubject   Sort = "subject"
	SortState     Sort = "state"
	SortPriority  Sort = "priority"
	SortPractice  Sort = "practice"
	SortCategory  Sort = "category"
)

// Sorts lists what a list can be ordered by.
func Sorts() []Sort {
	return []Sort{SortUpdated, SortSubmitted, SortNumber, SortSubject, SortState, SortPriority, SortPractice, SortCategory}
}

// Check returns ErrInvalid for an order, a writer or a period that there is not.
func (q Query) Check() error {
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) || !slices.Contains([]Whose{WhoseAny, WhoseMine, WhoseOthers}, q.Whose) ||
		!slices.Contains([]Period{"", PeriodToday, PeriodWeek, PeriodMonth, PeriodYear}, q.Period) {
		return ErrInvalid
	}
	return nil
}

// NamedQuery is a combination of filters that a person has given a name; ID is of
// their own making.
type NamedQuery struct {
	ID    string
	Name  string
	Query Query
}

// Board is what a dashboard shows of a person's drafts and requests.
type Board struct {
	States     map[string]int // requests by state, drafts under StateDraft
	Priorities map[string]int // requests that are not closed, by priority
	Latest     []Request      // the last changed of each state, so many of each
	Answered   int            // received an answer since the time that was asked for
	Unread     int
	Stuck      int // cannot go on without the person: refused, or waits for a sign-in
}

// Sync is how far the portal's word of a person's requests has been brought back.
type Sync struct {
	At    time.Time // last answer of the portal, zero if there was none
	Total int       // requests in the snapshot under way, 0 when there is none
	Done  int       // of them, brought back
	Again bool      // all were here before: the portal did not know any more how far
}

// Notice is something of a request that its reader is told by the bell.
type Notice struct {
	Seq     int64
	Request string // id
	Number  string
	Kind    NoticeKind
	Status  PortalStatus // of NoticeStatus
	At      time.Time
	Read    bool
}

// NoticeKind is what a notice tells of.
type NoticeKind string

// What a person is told of.
const (
	NoticeStatus  NoticeKind = "status"
	NoticeAnswer  NoticeKind = "answer"
	NoticeWatcher NoticeKind = "watcher" // they have been made one
)

// Contract is a contract of a practice with the vendor, as the portal tells it.
type Contract struct {
	ID       string  `json:"id"`
	Number   string  `json:"number"`
	Practice string  `json:"practice"`
	Label    Text    `json:"label"`
	State    string  `json:"state"`            // active, ending, ended
	Start    string  `json:"start"`            // YYYY-MM-DD, like the other dates
	End      string  `json:"end,omitempty"`    // of the term under way
	Notice   string  `json:"notice,omitempty"` // last day to end it for that end
	Amount   int64   `json:"amount,omitempty"` // cents of a euro before tax, per Period
	Period   string  `json:"period,omitempty"` // month, quarter, year
	Topics   []Topic `json:"topics"`
}

// Topic is what can be asked about a contract, and what the request begins with.
type Topic struct {
	Key      string `json:"key"`
	Type     string `json:"type"`
	Category string `json:"category"`
}
